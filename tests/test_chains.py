import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kamen_core.chains import autocorrelation, effective_sample_size, gibbs_matrix, metropolis_matrix
from kamen_core.mcmc import is_reversible, stationary

PI = np.array([0.1, 0.2, 0.3, 0.4])
UNIFORM = np.full((4, 4), 0.25)


def test_the_matrix_of_metropolis_and_hastings_worked_by_hand():
    P = metropolis_matrix(PI, UNIFORM)
    rows = [
        [0.25] * 4,
        [1 / 8, 3 / 8, 1 / 4, 1 / 4],
        [1 / 12, 1 / 6, 1 / 2, 1 / 4],
        [1 / 16, 1 / 8, 3 / 16, 5 / 8],
    ]
    np.testing.assert_allclose(P, rows, rtol=1e-14)
    np.testing.assert_allclose(metropolis_matrix([1, 2, 3, 4], UNIFORM), rows, rtol=1e-14)  # up to a constant
    product = metropolis_matrix(1e308 * PI, UNIFORM, "product")
    np.testing.assert_allclose(product, metropolis_matrix(PI, UNIFORM, "product"), rtol=1e-14)


def test_rounding_makes_no_probability_negative():
    rng = np.random.default_rng(0)
    for _ in range(300):
        row = np.array([0, *rng.dirichlet([1] * 6)])
        Q = np.array([np.roll(row, i) for i in range(7)])
        assert metropolis_matrix(np.ones(7), (Q + Q.T) / 2).min() >= 0


def test_the_product_balances_too_but_hardly_moves():
    ratio, product = metropolis_matrix(PI, UNIFORM), metropolis_matrix(PI, UNIFORM, acceptance="product")
    for P, moves, second in [(ratio, 0.5, 0.375), (product, 0.04375, 0.9375)]:
        flow = PI[:, None] * P
        assert abs(flow - flow.T).max() < 1e-12 and is_reversible(P, PI)
        assert PI @ (1 - np.diag(P)) == pytest.approx(moves)
        assert np.sort(abs(np.linalg.eigvals(P)))[-2] == pytest.approx(second)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 5).flatmap(
        lambda n: st.tuples(
            arrays(float, n, elements=st.floats(0.01, 1)), arrays(float, (n, n), elements=st.floats(0.01, 1))
        )
    ),
    st.sampled_from(["ratio", "product"]),
)
def test_any_proposal_is_turned_into_a_chain_for_pi(case, acceptance):
    pi, Q = case
    pi, Q = pi / pi.sum(), Q / Q.sum(axis=1, keepdims=True)
    P = metropolis_matrix(pi, Q, acceptance)
    assert P.min() >= 0
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-12)
    assert is_reversible(P, pi)
    np.testing.assert_allclose(stationary(P), pi, rtol=1e-9)
    for i, j in np.argwhere(~np.eye(len(pi), dtype=bool)):
        back = pi[j] * Q[j, i]
        accept = min(1, back / (pi[i] * Q[i, j])) if acceptance == "ratio" else back
        assert P[i, j] == pytest.approx(Q[i, j] * accept)


def test_proposals_without_a_way_back_and_states_without_weight():
    Q = np.array([[0, 1, 0], [0.5, 0, 0.5], [1, 0, 0]])  # 1 may propose 2, which never proposes 1
    P = metropolis_matrix([1, 1, 1], Q)
    assert P[1, 2] == 0 and P[2, 0] == 0 and P[2, 2] == 1 and P[0, 1] == 0.5
    P = metropolis_matrix([0, 1], [[0, 1], [1, 0]])
    np.testing.assert_array_equal(P, [[0, 1], [0, 1]])  # into the support, and not out of it


def test_one_gibbs_update_is_reversible_and_a_sweep_is_not():
    p = PI.reshape(2, 2)
    gx, gy = gibbs_matrix(p, 0), gibbs_matrix(p, 1)
    np.testing.assert_allclose(gx[0], [0.25, 0, 0.75, 0])
    np.testing.assert_allclose(gx[3], [0, 1 / 3, 0, 2 / 3])
    np.testing.assert_allclose(gy[0], [1 / 3, 2 / 3, 0, 0])
    assert is_reversible(gx, PI) and is_reversible(gy, PI)
    # P(A) p(y2 | x1) = P(B) p(y1 | x1): both sides of the article's chain of equations
    assert PI[0] * gy[0, 1] == pytest.approx(0.066667, abs=1e-6)
    assert PI[1] * gy[1, 0] == pytest.approx(0.066667, abs=1e-6)
    np.testing.assert_allclose(np.linalg.matrix_power(gy, 50)[0], [1 / 3, 2 / 3, 0, 0])  # never leaves x1
    sweep = gy @ gx
    flow = PI[:, None] * sweep
    assert abs(flow - flow.T).max() == pytest.approx(0.0143, abs=1e-4)
    assert not is_reversible(sweep, PI)
    np.testing.assert_allclose(stationary(sweep), PI, rtol=1e-12)
    np.testing.assert_allclose(np.linalg.matrix_power(sweep, 50), np.tile(PI, (4, 1)), rtol=1e-9)
    assert is_reversible((gx + gy) / 2, PI)  # a random coordinate at each step


@settings(max_examples=40, deadline=None)
@given(arrays(float, (2, 3, 2), elements=st.floats(0.01, 1)), st.integers(0, 2))
def test_gibbs_matrix_is_the_full_conditional(p, axis):
    p = p / p.sum()
    P = gibbs_matrix(p, axis)
    conditional = p / p.sum(axis=axis, keepdims=True)
    for a, i in np.ndenumerate(np.arange(p.size).reshape(p.shape)):
        for b, j in np.ndenumerate(np.arange(p.size).reshape(p.shape)):
            others_same = all(a[d] == b[d] for d in range(3) if d != axis)
            assert P[i, j] == pytest.approx(conditional[b] if others_same else 0)
    assert is_reversible(P, p.ravel())


def test_autocorrelation_is_the_sum_of_products():
    x = np.random.default_rng(0).normal(size=37).cumsum()
    a = x - x.mean()
    direct = [np.sum(a[lag:] * a[: len(a) - lag]) / np.sum(a * a) for lag in range(len(a))]
    np.testing.assert_allclose(autocorrelation(x), direct, atol=1e-12)
    np.testing.assert_allclose(autocorrelation(1e200 * x[::-1]), direct, atol=1e-12)


@pytest.mark.parametrize(("rho", "within"), [(0.0, 0.05), (0.5, 0.1), (0.9, 0.15), (-0.5, 0.1)])
def test_effective_sample_size_of_a_chain_whose_size_is_known(rho, within):
    noise = np.random.default_rng(0).normal(size=100_000)
    x = np.empty_like(noise)
    x[0] = noise[0] / np.sqrt(1 - rho**2)
    for t in range(1, len(x)):
        x[t] = rho * x[t - 1] + noise[t]
    assert effective_sample_size(x) == pytest.approx(len(x) * (1 - rho) / (1 + rho), rel=within)


def test_effective_sample_size_worked_by_hand_and_at_its_bounds():
    x = [0, 0, 1, 1, 0, 0, 1, 1]
    # lags 0, 1, 2 are 1, 1/8, -6/8: the first pair sums to 9/8, the second is not positive
    assert effective_sample_size(x) == pytest.approx(8 / (2 * 9 / 8 - 1))
    assert effective_sample_size([1, -1] * 50) == pytest.approx(200)  # n log10(n)
    falls = np.concatenate([np.zeros(50), np.ones(50)])
    assert 1 < effective_sample_size(falls) < 5


def test_effective_sample_size_lets_no_later_pair_rise():
    x = np.random.default_rng(0).normal(size=60).cumsum()
    x = x + 3 * np.sin(np.arange(60) * 0.9)
    pairs = autocorrelation(x).reshape(-1, 2).sum(axis=1)
    total = smallest = pairs[0]
    for pair in pairs[1:]:
        if pair <= 0:
            break
        smallest = min(smallest, pair)
        total += smallest
    assert (np.diff(pairs[: np.argmax(pairs <= 0)]) > 0).any()
    assert effective_sample_size(x) == pytest.approx(60 / (2 * total - 1))


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: metropolis_matrix([0.5, 0.5], UNIFORM), ValueError, "^Q: expected shape"),
        (lambda: metropolis_matrix(PI, UNIFORM[:, :3]), ValueError, "^Q: "),
        (lambda: metropolis_matrix(PI, 2 * UNIFORM), ValueError, "^Q: .*sum"),
        (lambda: metropolis_matrix(PI, None), TypeError, "^Q: "),
        (lambda: metropolis_matrix(-PI, UNIFORM), ValueError, "^pi: "),
        (lambda: metropolis_matrix(0 * PI, UNIFORM), ValueError, "^pi: "),
        (lambda: metropolis_matrix([np.nan] * 4, UNIFORM), ValueError, "^pi: "),
        (lambda: metropolis_matrix([PI], UNIFORM), ValueError, "^pi: "),
        (lambda: metropolis_matrix("pi", UNIFORM), TypeError, "^pi: "),
        (lambda: metropolis_matrix([], np.empty((0, 0))), ValueError, "^Q: "),
        (lambda: metropolis_matrix(PI, UNIFORM, "barker"), ValueError, "^acceptance: "),
        (lambda: metropolis_matrix(PI, UNIFORM, None), TypeError, "^acceptance: "),
        (lambda: gibbs_matrix(1.0, 0), ValueError, "^p: "),
        (lambda: gibbs_matrix([[0.5, 0.4]], 0), ValueError, "^p: .*sum"),
        (lambda: gibbs_matrix([[1.5, -0.5]], 0), ValueError, "^p: "),
        (lambda: gibbs_matrix([], 0), ValueError, "^p: "),
        (lambda: gibbs_matrix([[0.5, 0.5], [0, 0]], 1), ValueError, "^p: .*undefined"),
        (lambda: gibbs_matrix({}, 1), TypeError, "^p: "),
        (lambda: gibbs_matrix([0.5, 0.5], 1), ValueError, "^axis: expected less than 1"),
        (lambda: gibbs_matrix([0.5, 0.5], -1), ValueError, "^axis: "),
        (lambda: gibbs_matrix([0.5, 0.5], "x"), TypeError, "^axis: "),
        (lambda: autocorrelation([]), ValueError, "^x: "),
        (lambda: autocorrelation([3.0, 3.0, 3.0]), ValueError, "^x: "),
        (lambda: autocorrelation([0, 0]), ValueError, "^x: "),
        (lambda: autocorrelation([1.0, np.nan]), ValueError, "^x: "),
        (lambda: autocorrelation([[1.0, 2.0]]), ValueError, "^x: "),
        (lambda: autocorrelation("12"), TypeError, "^x: "),
        (lambda: effective_sample_size([1.0, 2.0, 3.0]), ValueError, "^x: expected 4"),
        (lambda: effective_sample_size([1.0] * 9), ValueError, "^x: "),
    ],
)
def test_bad_arguments(call, error, says):
    with pytest.raises(error, match=says):
        call()
