from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from kamen_core import chains, mcmc
from kamen_core.mcmc import gibbs_normal, is_reversible, metropolis, stationary, walk
from kamen_core.trace import run

PI = np.array([0.1, 0.2, 0.3, 0.4])
# Metropolis and Hastings' matrix for PI with uniform proposals, worked out by hand.
P4 = np.array(
    [
        [1 / 4, 1 / 4, 1 / 4, 1 / 4],
        [1 / 8, 3 / 8, 1 / 4, 1 / 4],
        [1 / 12, 1 / 6, 1 / 2, 1 / 4],
        [1 / 16, 1 / 8, 3 / 16, 5 / 8],
    ]
)
ROUND = np.array([[0.1, 0.8, 0.1], [0.1, 0.1, 0.8], [0.8, 0.1, 0.1]])  # runs round, yet settles
FLIP = np.array([[0.0, 1.0], [1.0, 0.0]])


def standard_error(x, batches=50):
    """Of the mean of a dependent chain, from the spread of the means of long batches."""
    x = np.asarray(x, dtype=float)
    means = x[: len(x) // batches * batches].reshape(batches, -1).mean(axis=1)
    return means.std(ddof=1) / np.sqrt(batches)


def test_stationary_of_matrices_solved_by_hand():
    np.testing.assert_allclose(stationary(P4), PI, rtol=1e-14)
    np.testing.assert_allclose(stationary(ROUND), [1 / 3] * 3, rtol=1e-14)
    np.testing.assert_allclose(stationary(FLIP), [0.5, 0.5], rtol=1e-14)  # though it never settles
    np.testing.assert_allclose(stationary([[0.5, 0.5], [0.25, 0.75]]), [1 / 3, 2 / 3], rtol=1e-14)
    assert stationary([[1]]).tolist() == [1.0]


def test_rows_are_where_a_state_goes_and_it_is_their_power_that_settles():
    np.testing.assert_allclose(P4.sum(axis=1), 1)
    np.testing.assert_allclose(P4.sum(axis=0), [0.5208, 0.9167, 1.1875, 1.375], atol=5e-5)
    for n, spread in [(1, 0.375), (2, 0.1406), (5, 0.0074), (10, 5.5e-5), (20, 3e-9)]:
        power = np.linalg.matrix_power(P4, n)
        assert np.ptp(power, axis=0).max() == pytest.approx(spread, rel=0.02)
    np.testing.assert_allclose(np.linalg.matrix_power(P4, 50), np.tile(PI, (4, 1)), atol=1e-9)
    with pytest.raises(ValueError, match="P: expected probabilities that sum to 1"):
        stationary(P4.T)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6).flatmap(lambda n: arrays(float, (n, n), elements=st.floats(0.01, 1))))
def test_stationary_is_the_left_eigenvector(P):
    P = P / P.sum(axis=1, keepdims=True)
    values, vectors = np.linalg.eig(P.T)
    vector = vectors[:, np.argmin(abs(values - 1))].real
    np.testing.assert_allclose(stationary(P), vector / vector.sum(), atol=1e-10)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 5).flatmap(lambda n: arrays(bool, (n, n))), st.randoms())
def test_stationary_of_sparse_matrices_is_found_or_refused(links, random):
    links = links | np.roll(np.eye(len(links), dtype=bool), 1, axis=1) * (links.sum(axis=1) == 0)[:, None]
    P = links * [[random.uniform(0.1, 1) for _ in row] for row in links]
    P /= P.sum(axis=1, keepdims=True)
    # The oracle: as many stationary distributions as eigenvalues 1, that is, as (I - P') lacks in rank.
    several = len(P) - np.linalg.matrix_rank(np.eye(len(P)) - P.T, tol=1e-9) > 1
    if several:
        with pytest.raises(ValueError, match="several"):
            stationary(P)
    else:
        pi = stationary(P)
        assert pi.min() >= 0 and pi.sum() == pytest.approx(1)
        np.testing.assert_allclose(pi @ P, pi, atol=1e-12)


def test_stationary_gives_nothing_to_states_left_for_ever():
    P = [[0.5, 0.25, 0.25, 0], [0, 0.9, 0.1, 0], [0, 0.3, 0.7, 0], [0.1, 0.1, 0.1, 0.7]]
    pi = stationary(P)
    np.testing.assert_allclose(pi, [0, 0.75, 0.25, 0], rtol=1e-14)
    assert pi[0] == 0 and pi[3] == 0


def test_stationary_keeps_the_smallest_probabilities_exact():
    down, up = Fraction(1, 2), Fraction(1, 10**6)  # a ladder that is seldom climbed
    n = 6
    P = np.zeros((n, n))
    for i in range(n - 1):
        P[i, i + 1], P[i + 1, i] = float(up), float(down)
    np.fill_diagonal(P, 1 - P.sum(axis=1))
    weights = [(up / down) ** i for i in range(n)]
    np.testing.assert_allclose(stationary(P), [float(w / sum(weights)) for w in weights], rtol=1e-12)
    np.testing.assert_allclose(stationary(P[::-1, ::-1])[::-1], stationary(P), rtol=1e-12)


def test_stationary_takes_float32_and_leaves_its_argument():
    P = P4.astype(np.float32)
    P.setflags(write=False)
    pi = stationary(P.T.copy().T)
    np.testing.assert_allclose(pi, PI, rtol=1e-6)
    assert pi.dtype == np.float64
    np.testing.assert_array_equal(P, P4.astype(np.float32))


def test_balance_is_enough_to_be_stationary_and_not_enough_to_settle():
    assert is_reversible(P4, PI) is True
    assert is_reversible(FLIP, [0.5, 0.5])
    np.testing.assert_array_equal(np.linalg.matrix_power(FLIP, 10)[0], [1, 0])
    np.testing.assert_array_equal(np.linalg.matrix_power(FLIP, 11)[0], [0, 1])
    for pi in ([0.5, 0.5], [0.9, 0.1], [0, 1]):
        assert is_reversible(np.eye(2), pi)  # every distribution is stationary for the identity


def test_a_chain_settles_without_balance():
    assert is_reversible(ROUND, [1 / 3] * 3) is False
    flow = ROUND / 3
    assert abs(flow - flow.T).max() == pytest.approx(0.2333, abs=1e-4)
    np.testing.assert_allclose(np.linalg.matrix_power(ROUND, 200), 1 / 3, rtol=1e-12)


def test_balance_needs_the_right_distribution():
    assert not is_reversible(P4, [0.25] * 4)
    assert not is_reversible(P4, PI[::-1])
    assert not is_reversible(P4, PI + 1e-6 * np.array([1, -1, 0, 0]))
    assert not is_reversible(P4, PI + 1e-7 * np.array([1, -1, 0, 0]))
    assert is_reversible(P4.astype(np.float32), PI) and is_reversible(P4, PI.astype(np.float32))
    assert is_reversible(P4, PI + 1e-16 * np.array([1, -1, 0, 0]))
    assert is_reversible(P4.astype(np.float32), PI.astype(np.float32))


@pytest.mark.parametrize("n", [1, 2, 3, 10, 1000])
def test_a_walk_follows_a_certain_path(n):
    turn = np.roll(np.eye(3), 1, axis=1)
    assert walk(turn, 1, n, rng=0).tolist() == [(1 + t) % 3 for t in range(n + 1)]


def test_a_walk_has_the_frequencies_and_moves_of_its_matrix():
    states = walk(P4, 3, 200_000, rng=0)
    assert states.shape == (200_001,) and states[0] == 3 and states.dtype == np.int64
    # The variance of a frequency over a dependent walk, from the fundamental matrix.
    Z = np.linalg.inv(np.eye(4) - P4 + PI)
    error = np.sqrt((2 * PI * np.diag(Z) - PI - PI**2) / len(states))
    assert (abs(np.bincount(states) / len(states) - PI) < 4 * error).all()
    moves = np.zeros((4, 4))
    np.add.at(moves, (states[:-1], states[1:]), 1)
    n = moves.sum(axis=1, keepdims=True)
    assert (abs(moves / n - P4) < 4 * np.sqrt(P4 * (1 - P4) / n)).all()


def test_steps_of_a_walk_depend_on_each_other():
    states = walk(P4, 0, 200_000, rng=1)
    k = np.arange(4)
    exact = (PI * k) @ (P4 @ k) - (PI @ k) ** 2
    exact /= PI @ k**2 - (PI @ k) ** 2
    assert exact == pytest.approx(0.328, abs=0.01)
    assert chains.autocorrelation(states)[1] == pytest.approx(exact, abs=4 / np.sqrt(200_000))


def test_a_walk_never_takes_an_impossible_step_even_at_the_ends_of_the_draw():
    class Ends(np.random.Generator):
        def random(self, n):
            return np.resize([0.0, 1 - 2**-53], n)

    P = np.array([[0, 0.1, 0.2, 0.7, 0], [0.3, 0, 0, 0.3, 0.4]] + [[0.1] * 3 + [0.7, 0]] * 3)
    states = walk(P, 0, 500, Ends(np.random.PCG64(0)))
    assert (P[states[:-1], states[1:]] > 0).all()


def test_walk_of_no_steps_and_of_seeds():
    assert walk(P4, np.int64(2), 0, rng=0).tolist() == [2]
    a, b = walk(P4, 0, 100, rng=5), walk(P4, 0, 100, rng=np.random.default_rng(5))
    assert a.tolist() == b.tolist() != walk(P4, 0, 100, rng=6).tolist()


def test_walk_is_the_same_compiled_and_plain():
    cumulative = np.cumsum(P4, axis=1)
    u = np.random.default_rng(0).random(2000)
    compiled, plain = np.zeros(2001, dtype=np.int64), np.zeros(2001, dtype=np.int64)
    mcmc._walk(cumulative, compiled, u)
    mcmc._walk.py_func(cumulative, plain, u)
    np.testing.assert_array_equal(compiled, plain)


BAD_P = [
    ("a matrix", TypeError),
    (None, TypeError),
    ([["a"]], TypeError),
    ([[1j]], TypeError),
    ([[1, 0], [1]], TypeError),
    (1.0, ValueError),
    ([], ValueError),
    (np.empty((0, 0)), ValueError),
    ([0.5, 0.5], ValueError),
    ([[0.5, 0.5]], ValueError),
    ([[0.5, 0.5], [0.5, 0.4]], ValueError),
    ([[1.5, -0.5], [0.5, 0.5]], ValueError),
    ([[np.nan, 1], [0.5, 0.5]], ValueError),
    ([[np.inf, 1], [0.5, 0.5]], ValueError),
    (np.full((2, 2, 2), 0.5), ValueError),
]


@pytest.mark.parametrize(("P", "error"), BAD_P)
def test_bad_matrices_are_refused(P, error):
    for f in (stationary, lambda P: is_reversible(P, [0.5, 0.5]), lambda P: walk(P, 0, 3)):
        with pytest.raises(error, match=r"^P: "):
            f(P)


@pytest.mark.parametrize("P", [np.eye(2), [[1, 0, 0], [0, 1, 0], [0.5, 0.25, 0.25]]])
def test_several_stationary_distributions_are_refused(P):
    with pytest.raises(ValueError, match="several stationary"):
        stationary(P)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: is_reversible(FLIP, [1.0]), ValueError, "^pi: expected 2"),
        (lambda: is_reversible(FLIP, [0.9, 0.2]), ValueError, "^pi: .*sum"),
        (lambda: is_reversible(FLIP, [1.5, -0.5]), ValueError, "^pi: .*negative"),
        (lambda: is_reversible(FLIP, [[0.5, 0.5]]), ValueError, "^pi: .*dimension"),
        (lambda: is_reversible(FLIP, "ab"), TypeError, "^pi: "),
        (lambda: walk(FLIP, 2, 3), ValueError, "^start: expected less than 2"),
        (lambda: walk(FLIP, -1, 3), ValueError, "^start: "),
        (lambda: walk(FLIP, 0.0, 3), TypeError, "^start: "),
        (lambda: walk(FLIP, True, 3), TypeError, "^start: "),
        (lambda: walk(FLIP, [0], 3), TypeError, "^start: "),
        (lambda: walk(FLIP, 0, -1), ValueError, "^n_steps: "),
        (lambda: walk(FLIP, 0, 2.5), TypeError, "^n_steps: "),
        (lambda: walk(FLIP, 0, 2, "seed"), TypeError, "^rng: "),
        (lambda: walk(FLIP, 0, 2, -1), ValueError, "^rng: "),
    ],
)
def test_other_bad_arguments_of_matrix_chains(call, error, says):
    with pytest.raises(error, match=says):
        call()


def normal(x):
    return -np.sum(x**2) / 2


@pytest.mark.parametrize("step", [0.5, 2.4, 10.0])
def test_metropolis_on_a_normal_accepts_as_often_as_the_closed_form_says(step):
    trace = run(metropolis(normal, 0.0, step, rng=1), 30_000)
    exact = 2 / np.pi * np.arctan(2 / step)
    for x, mean in [
        (trace.acceptance[1:], exact),
        (trace.accepted[1:], exact),
        (trace.x, 0),
        (trace.x**2, 1),
        (trace.x > 1, stats.norm.sf(1)),
    ]:
        assert abs(np.mean(x) - mean) < 4 * standard_error(x)
        assert standard_error(x) < 0.1


def test_metropolis_states_tell_what_happened():
    def log_p(x):
        return -abs(x).sum() + x[0] / 3

    trace = run(metropolis(log_p, [1, 2], step=[0.5, 3.0], rng=3), 4000)
    assert trace.x.shape == trace.proposal.shape == (4001, 2)
    np.testing.assert_array_equal(trace.x[0], [1, 2])
    np.testing.assert_array_equal(trace.proposal[0], [1, 2])
    assert trace.accepted[0] and trace.acceptance[0] == 1
    np.testing.assert_allclose(trace.log_p, [log_p(x) for x in trace.x], rtol=1e-14)
    old, new = trace.x[:-1], trace.x[1:]
    yes = trace.accepted[1:]
    np.testing.assert_array_equal(new[yes], trace.proposal[1:][yes])
    np.testing.assert_array_equal(new[~yes], old[~yes])
    there = np.array([log_p(x) for x in trace.proposal[1:]])
    np.testing.assert_allclose(
        trace.acceptance[1:], np.minimum(1, np.exp(there - trace.log_p[:-1])), rtol=1e-12
    )
    assert yes[trace.acceptance[1:] == 1].all() and 0.2 < yes.mean() < 0.9
    moves = (trace.proposal[1:] - old) / [0.5, 3.0]
    assert stats.kstest(moves.ravel(), "norm").pvalue > 0.001
    assert abs(np.corrcoef(moves.T)[0, 1]) < 4 / np.sqrt(4000)


def test_metropolis_needs_the_density_only_up_to_a_constant_and_stays_where_there_is_some():
    def beta(x):  # Beta(3, 2), unnormalised
        return 2 * np.log(x) + np.log1p(-x) + 7 if 0 < x < 1 else -np.inf

    trace = run(metropolis(beta, 0.5, 0.4, rng=0), 30_000)
    assert trace.x.min() > 0 and trace.x.max() < 1
    assert (trace.acceptance[(trace.proposal <= 0) | (trace.proposal >= 1)] == 0).all()
    exact = stats.beta(3, 2)
    for x, mean in [(trace.x, exact.mean()), (trace.x**2, exact.moment(2)), (trace.x < 0.3, exact.cdf(0.3))]:
        assert abs(np.mean(x) - mean) < 4 * standard_error(x)


def test_metropolis_takes_steps_off_a_cliff_without_overflow():
    trace = run(metropolis(lambda x: -1e300 * x**2, 1.0, 0.5, rng=0), 50)
    assert abs(trace.x[-1]) < 1


def test_metropolis_of_any_shape_and_a_function_that_scribbles():
    def scribbles(x):
        value = normal(x)
        x[...] = 99
        return value

    start = np.zeros((2, 3), dtype=int)
    trace = run(metropolis(scribbles, start, 1.0, rng=0), 20)
    clean = run(metropolis(normal, np.zeros((2, 3)), np.ones((2, 3)), rng=np.random.default_rng(0)), 20)
    np.testing.assert_array_equal(trace.x, clean.x)
    assert (start == 0).all() and trace.x.shape == (21, 2, 3)


def test_metropolis_states_are_left_alone_once_yielded():
    steps = metropolis(normal, [0.0], 1.0, rng=0)
    states = [next(steps) for _ in range(30)]
    kept = [s.x.copy() for s in states]
    next(steps)
    np.testing.assert_array_equal([s.x for s in states], kept)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ((None, 0.0, 1.0), TypeError, "^log_p: expected a function"),
        ((normal, "x", 1.0), TypeError, "^x: "),
        ((normal, None, 1.0), TypeError, "^x: "),
        ((normal, np.nan, 1.0), ValueError, "^x: "),
        ((normal, [], 1.0), ValueError, "^x: is empty"),
        ((normal, 0.0, 0.0), ValueError, "^step: expected numbers above 0"),
        ((normal, 0.0, -1), ValueError, "^step: "),
        ((normal, [0.0, 0.0], [1.0, 0.0]), ValueError, "^step: "),
        ((normal, 0.0, np.inf), ValueError, "^step: "),
        ((normal, 0.0, [1.0]), ValueError, "^step: .*shape"),
        ((normal, [0.0, 0.0], [1.0] * 3), ValueError, "^step: .*shape"),
        ((normal, 0.0, {}), TypeError, "^step: "),
        ((normal, 0.0, 1.0, 1.5), TypeError, "^rng: "),
        ((lambda x: -np.inf, 0.0, 1.0), ValueError, "^x: .*no density"),
        ((lambda x: np.nan, 0.0, 1.0), ValueError, "^log_p: returned nan"),
        ((lambda x: np.inf, 0.0, 1.0), ValueError, "^log_p: returned inf"),
        ((lambda x: "p", 0.0, 1.0), TypeError, "^log_p: "),
        ((lambda x: None, 0.0, 1.0), TypeError, "^log_p: "),
        ((lambda x: -(x**2), [0.0, 1.0], 1.0), TypeError, "^log_p: "),
    ],
)
def test_bad_arguments_of_metropolis_are_refused_at_the_call(arguments, error, says):
    with pytest.raises(error, match=says):
        metropolis(*arguments)


def test_a_density_that_turns_nan_on_the_way_is_refused():
    with pytest.raises(ValueError, match=r"^log_p: returned nan"):
        run(metropolis(lambda x: 0.0 if x == 0 else np.nan, 0.0, 1.0, rng=0), 1)


MEAN = np.array([1.0, -2.0, 0.5])
COV = np.array([[2.0, 0.6, -0.3], [0.6, 1.0, 0.2], [-0.3, 0.2, 0.5]])


def test_gibbs_normal_draws_each_coordinate_from_its_conditional():
    trace = run(gibbs_normal(MEAN, COV, [5, 5, 5], rng=7), 50)
    noise = np.random.default_rng(7).standard_normal((50, 3))
    for t in range(1, 51):
        x = trace.x[t - 1].copy()
        np.testing.assert_array_equal(trace.path[t, 0], x)
        for i in range(3):
            o = [j for j in range(3) if j != i]
            gain = COV[i, o] @ np.linalg.inv(COV[np.ix_(o, o)])  # by the blocks of the covariance
            mean = MEAN[i] + gain @ (x[o] - MEAN[o])
            x[i] = mean + np.sqrt(COV[i, i] - gain @ COV[o, i]) * noise[t - 1, i]
            np.testing.assert_allclose(trace.path[t, i + 1], x, rtol=1e-12)
            x = trace.path[t, i + 1].copy()
        np.testing.assert_array_equal(trace.x[t], x)


def test_gibbs_normal_moves_along_the_axes_one_at_a_time():
    trace = run(gibbs_normal(MEAN, COV, np.zeros(3), rng=0), 20)
    np.testing.assert_array_equal(trace.path[0], np.zeros((4, 3)))
    moved = np.diff(trace.path[1:], axis=1) != 0
    np.testing.assert_array_equal(moved, np.broadcast_to(np.eye(3, dtype=bool), moved.shape))


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9, 0.99])
def test_gibbs_normal_in_two_dimensions_is_a_chain_of_autocorrelation_rho_squared(rho):
    n = 40_000
    start = np.random.default_rng(0).multivariate_normal([3, 0], [[1, rho], [rho, 1]])
    x = run(gibbs_normal([3, 0], [[1, rho], [rho, 1]], start, rng=1), n).x
    r = rho**2
    for i, mean in enumerate([3, 0]):
        a = x[:, i] - mean  # an AR(1) chain of coefficient r, whose standard errors are known
        assert abs(a.mean()) < 4 * np.sqrt((1 + r) / (1 - r) / n)
        assert abs(np.mean(a**2) - 1) < 4 * np.sqrt(2 * (1 + r**2) / (1 - r**2) / n)
        assert abs(np.sum(a[1:] * a[:-1]) / np.sum(a**2) - r) < 4 * np.sqrt((1 - r**2) / n) + 1e-4
    product = (x[:, 0] - 3) * x[:, 1]
    assert abs(product.mean() - rho) < 4 * standard_error(product)


def test_gibbs_normal_of_one_coordinate_is_independent_draws():
    x = run(gibbs_normal([2.0], [[9.0]], [50.0], rng=0), 4000).x[1:, 0]
    assert stats.kstest(x, "norm", args=(2, 3)).pvalue > 0.001


def test_gibbs_normal_leaves_arguments_and_states_alone():
    mean, cov, x = MEAN.copy(), COV.copy(), np.zeros(3)
    for a in (mean, cov, x):
        a.setflags(write=False)
    steps = gibbs_normal(mean, cov, x, rng=0)
    first, second = next(steps), next(steps)
    kept = second.x.copy(), second.path.copy()
    next(steps)
    np.testing.assert_array_equal(first.x, 0)
    np.testing.assert_array_equal(second.x, kept[0])
    np.testing.assert_array_equal(second.path, kept[1])


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (([0, 0], [[1, 2], [2, 1]], [0, 0]), ValueError, "^cov: is not positive definite"),
        (([0, 0], [[1, 1], [1, 1]], [0, 0]), ValueError, "^cov: is not positive definite"),
        (([0, 0], [[1, 0.5], [0.4, 1]], [0, 0]), ValueError, "^cov: is not symmetric"),
        (([0, 0], [[-1, 0], [0, 1]], [0, 0]), ValueError, "^cov: is not positive definite"),
        (([0, 0], [[1, 0]], [0, 0]), ValueError, "^cov: expected shape"),
        (([0, 0], [1, 1], [0, 0]), ValueError, "^cov: expected 2"),
        (([0, 0], np.eye(3), [0, 0]), ValueError, "^cov: expected shape"),
        (([0, 0], [[np.nan, 0], [0, 1]], [0, 0]), ValueError, "^cov: "),
        (([0, 0], np.eye(2), [0]), ValueError, "^x: expected shape"),
        (([0, 0], np.eye(2), [0, np.inf]), ValueError, "^x: "),
        (([0, 0], np.eye(2), 0.0), ValueError, "^x: "),
        ((0.0, np.eye(2), [0, 0]), ValueError, "^mean: "),
        (([], np.empty((0, 0)), []), ValueError, "^mean: is empty"),
        (("ab", np.eye(2), [0, 0]), TypeError, "^mean: "),
        (([0, 0], None, [0, 0]), TypeError, "^cov: "),
        (([0, 0], np.eye(2), [0, 0], "seed"), TypeError, "^rng: "),
    ],
)
def test_bad_arguments_of_gibbs_normal_are_refused_at_the_call(arguments, error, says):
    with pytest.raises(error, match=says):
        gibbs_normal(*arguments)


def test_what_is_small_counts_too():
    """A flow of 3e-10 around a circle is one; a covariance of 1e-9 is symmetric or is not."""
    around = np.roll(np.eye(3), 1, axis=1)
    assert not is_reversible((1 - 1e-9) * np.eye(3) + 1e-9 * around, [1 / 3] * 3)
    for cov in ([[1e-9, 5e-10], [1e-10, 1e-9]], [[1, 0.5], [0.5000005, 1]]):
        with pytest.raises(ValueError, match="cov: is not symmetric"):
            gibbs_normal([0, 0], cov, [0, 0])
