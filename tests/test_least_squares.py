import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from kamen_core.datasets import penguins
from kamen_core.gradient_descent import (
    gd,
    least_squares_grad,
    least_squares_loss,
    minibatch_grad,
    normal_equation,
)
from kamen_core.trace import run

X3, Y3 = np.array([[1.0, 0], [1, 1], [1, 2]]), np.array([1.0, 3, 5])
RNG = np.random.default_rng(4)
X, Y = RNG.normal(size=(50, 3)), RNG.normal(size=50)


# ---------------------------------------------------------------- loss and gradient


def test_the_tiny_data_by_hand():
    assert least_squares_loss([0, 0], X3, Y3) == 17.5
    assert least_squares_grad([0, 0], X3, Y3).tolist() == [-9, -13]
    assert least_squares_loss([1, 2], X3, Y3) == 0
    theta = run(gd(lambda theta: least_squares_grad(theta, X3, Y3), [0, 0], 0.1), 3).theta
    np.testing.assert_allclose(theta, [[0, 0], [0.9, 1.3], [1.14, 1.68], [1.194, 1.798]], rtol=1e-12)
    np.testing.assert_allclose(least_squares_loss(theta, X3, Y3)[:3], [17.5, 1.45, 0.151], rtol=1e-12)


def test_one_sample_at_a_time_by_hand():
    rows = iter([[0], [1], [2], [0, 1]])

    def grad(theta):
        row = next(rows)
        return least_squares_grad(theta, X3[row], Y3[row]) / len(row)

    theta = run(gd(grad, [0, 0], 0.1), 3).theta
    np.testing.assert_allclose(theta[1:], [[0.1, 0], [0.39, 0.29], [0.793, 1.096]], rtol=1e-12)
    np.testing.assert_allclose(run(gd(grad, [0, 0], 0.1), 1).theta[1], [0.2, 0.15], rtol=1e-12)


def test_more_powers_fit_the_known_points_better_and_the_unknown_worse():
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, 30)
    y = np.sin(3 * x) + rng.normal(0, 0.3, 30)
    known, unknown = [], []
    for degree in range(1, 10):
        powers = np.vander(x, degree + 1)
        theta = normal_equation(powers[:15], y[:15])
        known.append(least_squares_loss(theta, powers[:15], y[:15]))
        unknown.append(least_squares_loss(theta, powers[15:], y[15:]))
    assert (np.diff(known) <= 1e-9).all()
    assert (np.diff(unknown) > 0).any() and unknown[-1] > 2 * min(unknown)


def test_the_misprinted_loss_has_its_minimum_elsewhere():
    theta = np.array([[0.0], [1.5], [3.0]])
    right = least_squares_loss(theta, [[2.0]], [3.0])
    printed = (theta[:, 0] * (2 - 3)) ** 2  # h(x − y) for h(x) − y
    assert (2 * right).tolist() == [9, 0, 9] and printed.tolist() == [0, 2.25, 9]


def test_the_loss_is_quadratic():
    along = np.linspace(-3, 3, 13)[:, None] * [0.3, -1.0, 2.0]
    second = np.diff(least_squares_loss(along, X, Y), n=2)
    np.testing.assert_allclose(second, second[0], rtol=1e-10)


def test_the_gradient_is_the_derivative_and_the_sum_over_samples():
    theta = np.array([0.5, -1.0, 2.0])
    numerical = [
        (least_squares_loss(theta + shift, X, Y) - least_squares_loss(theta - shift, X, Y)) / 2e-6
        for shift in 1e-6 * np.eye(3)
    ]
    np.testing.assert_allclose(least_squares_grad(theta, X, Y), numerical, atol=1e-6)
    one_by_one = sum((x @ theta - y) * x for x, y in zip(X, Y, strict=True))
    np.testing.assert_allclose(least_squares_grad(theta, X, Y), one_by_one, rtol=1e-12)


def test_a_grid_of_parameters_is_its_points():
    grid = RNG.normal(size=(4, 5, 3))
    assert least_squares_loss(grid, X, Y).shape == (4, 5)
    assert least_squares_grad(grid, X, Y).shape == (4, 5, 3)
    np.testing.assert_allclose(
        least_squares_loss(grid, X, Y)[1, 2], least_squares_loss(grid[1, 2], X, Y), rtol=1e-13
    )
    np.testing.assert_allclose(
        least_squares_grad(grid, X, Y)[1, 2], least_squares_grad(grid[1, 2], X, Y), rtol=1e-12
    )


def test_awkward_arrays_are_as_good_and_stay_untouched():
    x, y = np.asfortranarray(X)[::2], Y[::2]
    x.flags.writeable = y.flags.writeable = False
    expected = normal_equation(x.copy(), y.copy())
    np.testing.assert_allclose(normal_equation(x, y), expected, rtol=1e-12)
    np.testing.assert_allclose(normal_equation(x.tolist(), y.tolist()), expected, rtol=1e-12)
    assert (
        least_squares_grad(np.ones(3, np.float32), X.astype(np.float32), Y.astype(np.float32)).dtype
        == np.float32
    )


def test_parameters_may_have_overflowed():
    assert least_squares_loss([np.inf], [[1.0]], [1.0]) == np.inf
    assert np.isnan(least_squares_grad([np.nan], [[1.0]], [1.0])).all()


# ---------------------------------------------------------------- the normal equation


def test_normal_equation_is_exact_on_the_tiny_data():
    np.testing.assert_allclose(normal_equation(X3, Y3), [1, 2], rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6), st.floats(-8, 8))
def test_normal_equation_is_lstsq_in_any_unit(seed, d, power):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(4 * d + 4, d)), rng.normal(size=4 * d + 4)
    unit = np.where(np.arange(d) % 2, 10.0**power, 1.0)
    expected = np.linalg.lstsq(x, y, rcond=None)[0]
    np.testing.assert_allclose(normal_equation(x * unit, y) * unit, expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("ridge", [1e-6, 0.5, 30.0])
def test_ridge_is_scikit_learns(ridge):
    expected = Ridge(alpha=ridge, fit_intercept=False, solver="svd").fit(X, Y).coef_
    np.testing.assert_allclose(normal_equation(X, Y, ridge), expected, rtol=1e-9)


def test_descent_arrives_where_the_normal_equation_points():
    start = np.zeros(3)
    lr = 1 / np.linalg.eigvalsh(X.T @ X)[-1]
    end = run(gd(lambda theta: least_squares_grad(theta, X, Y), start, lr), 400).theta[-1]
    np.testing.assert_allclose(end, normal_equation(X, Y), rtol=1e-9)


def test_without_full_rank_there_is_no_inverse_but_a_ridge():
    t = np.arange(5.0)
    x, y = np.stack([np.ones(5), t, 2 * t], axis=1), 1 + 3 * t
    with pytest.raises(ValueError, match=r"^X: .*singular \(rank 2 of 3\)"):
        normal_equation(x, y)
    np.testing.assert_allclose(normal_equation(x, y, 1e-3), [0.9995, 0.6, 1.2001], atol=5e-5)
    with pytest.raises(ValueError, match="rank 4 of 5"):  # features that bring something new do not help
        normal_equation(np.column_stack([x, t**2, t**3]), y)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 6), st.integers(0, 300))
def test_dependent_columns_are_always_noticed(seed, d, more):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(d + more, d))
    x[:, -1] = x[:, :-1] @ rng.normal(size=d - 1)
    with pytest.raises(ValueError, match=rf"rank {d - 1} of {d}"):
        normal_equation(x, np.ones(len(x)))


@pytest.mark.parametrize(
    "x",
    [
        np.zeros((3, 1)),
        np.ones((1, 2)),
        np.full((3, 2), [1.0, 5.0]),
        np.stack([np.ones(9), 1 + 1e-9 * np.arange(9)], axis=1),
    ],
)
def test_too_near_to_dependent_is_refused_too(x):
    with pytest.raises(ValueError, match=r"^X: .*singular"):
        normal_equation(x, np.ones(len(x)))
    assert np.isfinite(normal_equation(x, np.ones(len(x)), ridge=1e-3)).all()


def test_float32_has_its_own_precision():
    nearly = np.stack([np.ones(9), 1 + 1e-4 * np.arange(9)], axis=1)
    assert normal_equation(nearly, np.ones(9)).dtype == np.float64
    with pytest.raises(ValueError, match="singular"):
        normal_equation(nearly.astype(np.float32), np.ones(9, np.float32))
    assert normal_equation(X3.astype(np.float32), Y3.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    ("ridge", "error"), [(-1e-9, ValueError), (np.nan, ValueError), ("1", TypeError), (None, TypeError)]
)
def test_ridge_is_not_negative(ridge, error):
    with pytest.raises(error, match=r"^ridge: "):
        normal_equation(X3, Y3, ridge)


# ---------------------------------------------------------------- mini-batches


def batches(n, batch_size, rng):
    """Draws a batch: the weight of each sample in it, 0 for those outside."""
    grad = minibatch_grad(np.eye(n), np.zeros(n), batch_size, rng)
    return lambda: grad(np.ones(n))


@pytest.mark.parametrize("batch_size", [1, 2, 5, 10])
def test_the_mean_of_an_epoch_is_the_full_gradient(batch_size):
    x, y, theta = X[:10], Y[:10], np.array([0.5, -1.0, 2.0])
    grad = minibatch_grad(x, y, batch_size, 0)
    for _epoch in range(3):
        gradients = [grad(theta) for _ in range(10 // batch_size)]
        np.testing.assert_allclose(np.mean(gradients, axis=0), least_squares_grad(theta, x, y), rtol=1e-12)


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 1000))
def test_an_epoch_deals_every_sample_once(n, batch_size, seed):
    batch_size = min(n, batch_size)
    draw = batches(n, batch_size, seed)
    sizes = [batch_size] * (n // batch_size) + [n % batch_size] * (n % batch_size > 0)
    for _epoch in range(2):
        weights = [draw() for _ in sizes]
        assert [np.count_nonzero(w) for w in weights] == sizes
        for w, size in zip(weights, sizes, strict=True):
            np.testing.assert_allclose(w[w > 0], n / size, rtol=1e-14)
        assert np.count_nonzero(np.sum(weights, axis=0)) == n


def test_every_epoch_is_shuffled_anew():
    draw = batches(7, 1, 0)
    orders = [tuple(int(draw().argmax()) for _ in range(7)) for _ in range(4)]
    assert len(set(orders)) == 4 and tuple(range(7)) not in orders


def test_every_sample_comes_first_as_often():
    firsts = [int(batches(4, 3, seed)().argmin()) for seed in range(2000)]  # the one left out
    np.testing.assert_allclose(np.bincount(firsts) / 2000, 1 / 4, atol=0.04)


def test_batches_are_reproducible_and_share_a_generator():
    def draws(rng, k=9):
        draw = batches(7, 2, rng)
        return np.array([draw() for _ in range(k)])

    np.testing.assert_array_equal(draws(3), draws(3))
    np.testing.assert_array_equal(draws(3), draws(np.random.default_rng(3)))
    assert (draws(3) != draws(4)).any()
    shared = np.random.default_rng(3)
    assert (draws(shared) != draws(shared)).any()


@pytest.mark.parametrize(("batch_size", "updates"), [(1000, 1), (1, 1000), (50, 20), (300, 4)])
def test_updates_an_epoch(batch_size, updates):
    draw = batches(1000, batch_size, 0)
    seen, n = np.zeros(1000), 0
    while not seen.all():
        seen, n = seen + (draw() > 0), n + 1
    assert n == updates and (seen == 1).all()


def test_larger_batches_are_quieter():
    n, theta = 60, np.zeros(3)
    x, y = X[:50], Y[:50]
    single = np.array([50 * least_squares_grad(theta, x[i : i + 1], y[i : i + 1]) for i in range(50)])
    for batch_size in (2, 5, 25):
        grad = minibatch_grad(x, y, batch_size, 7)
        spread = np.var([grad(theta) for _ in range(n * 50 // batch_size)], axis=0).sum()
        expected = single.var(axis=0).sum() / batch_size * (50 - batch_size) / 49  # without replacement
        assert spread == pytest.approx(expected, rel=0.15)


def test_sgd_with_a_rate_of_one_over_t_is_the_running_mean():
    rng = np.random.default_rng(0)
    y = rng.normal(2, 1, 1000)
    grad = minibatch_grad(np.ones((1000, 1)), y, 1, 5)
    theta = run(gd(grad, [0.0], 1 / 1000, schedule=lambda t: 1 / t), 1000).theta[:, 0]
    order = np.random.default_rng(5).permutation(1000)
    np.testing.assert_allclose(theta[1:], np.cumsum(y[order]) / np.arange(1, 1001), rtol=1e-10)
    assert theta[-1] == pytest.approx(y.mean(), rel=1e-12)


def test_rates_that_stay_rattle_and_rates_that_fall_too_fast_stop_short():
    y = np.random.default_rng(1).normal(2, 1, 1000)

    def last(lr, schedule):
        steps = gd(minibatch_grad(np.ones((1000, 1)), y, 1, 2), [0.0], lr / 1000, schedule=schedule)
        return run(steps, 10_000).theta[-5000:, 0] - y.mean()

    def rms(x):
        return np.sqrt(np.mean(x**2))

    rattle = [rms(last(lr, lambda t: 1.0)) for lr in (0.1, 0.01)]
    assert rattle[0] == pytest.approx(y.std() * np.sqrt(0.1 / 1.9), rel=0.1)
    assert rattle[1] == pytest.approx(y.std() * np.sqrt(0.01 / 1.99), rel=0.3)
    assert rms(last(1, lambda t: 1 / t)) < 0.02 < rattle[1]
    assert rms(last(0.1, lambda t: 0.5 ** min(t, 1000))) > 1


@pytest.mark.parametrize(
    ("batch_size", "error"),
    [(0, ValueError), (-1, ValueError), (4, ValueError), (1.0, TypeError), (True, TypeError)],
)
def test_batch_sizes_are_from_1_to_n(batch_size, error):
    with pytest.raises(error, match=r"^batch_size: "):
        minibatch_grad(X3, Y3, batch_size, 0)


@pytest.mark.parametrize(("rng", "error"), [("0", TypeError), (-1, ValueError), (0.5, TypeError)])
def test_rng_is_a_generator_or_a_seed(rng, error):
    with pytest.raises(error, match=r"^rng: "):
        minibatch_grad(X3, Y3, 1, rng)


# ---------------------------------------------------------------- bad samples, for all of them

BAD_SAMPLES = [
    ([1.0, 2.0], Y3, ValueError, r"^X: .*2 dimension"),
    (np.ones((3, 2, 1)), Y3, ValueError, r"^X: "),
    (np.empty((0, 2)), [], ValueError, r"^X: .*samples"),
    (np.empty((3, 0)), Y3, ValueError, r"^X: .*features"),
    (X3 + np.array([0, np.nan]), Y3, ValueError, r"^X: .*NaN"),
    (X3 + np.array([0, np.inf]), Y3, ValueError, r"^X: "),
    (X3.astype(str), Y3, TypeError, r"^X: "),
    (None, Y3, TypeError, r"^X: "),
    (X3, Y3[:2], ValueError, r"^y: .*3.*2"),
    (X3, Y3[:, None], ValueError, r"^y: .*1 dimension"),
    (X3, [1, 2, np.nan], ValueError, r"^y: .*NaN"),
    (X3, 1.0, ValueError, r"^y: "),
    (X3, {1, 2, 3}, TypeError, r"^y: "),
]


@pytest.mark.parametrize(("x", "y", "error", "says"), BAD_SAMPLES)
def test_bad_samples_are_refused(x, y, error, says):
    for call in (
        lambda: least_squares_loss([0.0, 0.0], x, y),
        lambda: least_squares_grad([0.0, 0.0], x, y),
        lambda: normal_equation(x, y),
        lambda: minibatch_grad(x, y, 1, 0),
    ):
        with pytest.raises(error, match=says):
            call()


@pytest.mark.parametrize(
    ("theta", "error"), [(1.0, ValueError), ([1.0], ValueError), ([[1], [2]], ValueError), ("ab", TypeError)]
)
def test_parameters_that_do_not_fit_are_refused(theta, error):
    for call in (
        lambda: least_squares_loss(theta, X3, Y3),
        lambda: least_squares_grad(theta, X3, Y3),
        lambda: minibatch_grad(X3, Y3, 1, 0)(theta),
    ):
        with pytest.raises(error, match=r"^theta: "):
            call()


# ---------------------------------------------------------------- real data


def test_penguins_are_those_of_the_paper():
    birds = penguins()
    names, counts = np.unique(birds.species, return_counts=True)
    assert dict(zip(names.tolist(), counts.tolist(), strict=True)) == {
        "Adelie": 151,
        "Chinstrap": 68,
        "Gentoo": 123,
    }
    assert {len(column) for column in birds} == {342}
    assert [round(float(column.mean()), 2) for column in birds[1:]] == [43.92, 17.15, 200.92, 4201.75]
    assert (birds.body_mass.min(), birds.body_mass.max()) == (2700, 6300)


def test_a_millimetre_of_flipper_is_fifty_grams():
    birds = penguins()
    x = np.stack([np.ones(342), birds.flipper_length], axis=1)
    slope, intercept = np.polyfit(birds.flipper_length, birds.body_mass, 1)
    np.testing.assert_allclose(normal_equation(x, birds.body_mass), [intercept, slope], rtol=1e-9)
    assert slope == pytest.approx(49.69, abs=0.01)
