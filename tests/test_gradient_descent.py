import inspect
import os
import runpy
import warnings
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kamen_core.gradient_descent as g_d
from kamen_core import _compile
from kamen_core.gradient_descent import (
    adagrad,
    adam,
    adamw,
    amsgrad,
    bowl,
    gd,
    momentum,
    nag,
    newton,
    ravine,
    rmsprop,
    rosenbrock,
    saddle,
)
from kamen_core.trace import run

TORCH = runpy.run_path(str(Path(__file__).parent / "data" / "make_gradient_descent_torch.py"))

FIRST_ORDER = {
    "gd": gd,
    "momentum": momentum,
    "nag": nag,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
    "amsgrad": amsgrad,
}
FIELDS = {
    "gd": ("theta",),
    "momentum": ("theta", "v"),
    "nag": ("theta", "v"),
    "adagrad": ("theta", "g2_sum"),
    "rmsprop": ("theta", "g2_mean"),
    "adam": ("theta", "m", "v"),
    "adamw": ("theta", "m", "v"),
    "amsgrad": ("theta", "m", "v", "v_max"),
}
first_order = pytest.mark.parametrize("name", FIRST_ORDER)


def one(theta):
    """A constant gradient of 1."""
    return np.ones_like(theta)


def identity(theta):
    """The gradient of ½ x²."""
    return theta


# ---------------------------------------------------------------- PyTorch


def path_like_torch(method, problem):
    """Our path, at the point that PyTorch calls the parameter."""
    grad, start, *_ = TORCH["PROBLEMS"][problem]
    arguments = TORCH["METHODS"][method][0]
    steps = FIRST_ORDER[method.removesuffix("_default")]
    trace = run(steps(grad, start, TORCH["learning_rate"](method, problem), **arguments), TORCH["N_STEPS"])
    return trace.theta - arguments["momentum"] * trace.v if method == "nag" else trace.theta


@pytest.mark.parametrize(("method", "problem"), TORCH["CASES"])
def test_paths_are_those_of_torch_on_file(method, problem):
    with np.load(TORCH["GOLDEN"]) as golden:
        expected = golden[f"{method} {problem}"]
    np.testing.assert_allclose(path_like_torch(method, problem)[TORCH["KEPT"]], expected, rtol=0, atol=1e-12)


def test_the_file_holds_the_cases_and_nothing_else():
    with np.load(TORCH["GOLDEN"]) as golden:
        assert set(golden) == {f"{method} {problem}" for method, problem in TORCH["CASES"]}
        assert {len(golden[name]) for name in golden} == {len(TORCH["KEPT"])}
    assert TORCH["KEPT"][-1] == TORCH["N_STEPS"] == 500


@pytest.mark.torch
@pytest.mark.skipif(os.environ.get("CI") != "true", reason="PyTorch is compared live where CI=true")
@pytest.mark.parametrize(("method", "problem"), TORCH["CASES"])
def test_paths_are_those_of_torch(method, problem):
    pytest.importorskip("torch")
    expected = TORCH["torch_path"](method, problem)
    np.testing.assert_allclose(path_like_torch(method, problem), expected, rtol=0, atol=1e-12)


# ---------------------------------------------------------------- closed forms


@pytest.mark.parametrize("lr", [0.01, 2 / 26, 0.0799, 0.0801])
def test_gd_on_a_quadratic(lr):
    theta = run(gd(ravine.grad, [25.0, 1.0], lr), 50).theta
    k = np.arange(51)[:, None]
    np.testing.assert_allclose(theta, (1 - lr * np.array([1, 25])) ** k * [25, 1], rtol=1e-12)


@pytest.mark.parametrize("method", [momentum, nag])
@pytest.mark.parametrize("curvature", [0.3, 1.0, 25.0])
def test_momentum_and_nag_on_a_quadratic(method, curvature):
    lr, keep = 0.04, 0.7
    pull = lr * curvature
    kept = keep * (1 - pull) if method is nag else keep  # the look ahead shortens v where the ground curves
    matrix = np.array([[1 - pull, -kept], [pull, kept]])  # (θ, v) of the next step
    trace = run(method(lambda theta: curvature * theta, 2.0, lr, keep), 40)
    expected = np.array([np.linalg.matrix_power(matrix, k) @ [2.0, 0.0] for k in range(41)])
    np.testing.assert_allclose(np.stack([trace.theta, trace.v], axis=1), expected, rtol=0, atol=1e-12)


def test_newton_needs_one_step_on_any_regular_quadratic():
    rng = np.random.default_rng(1)
    a = rng.normal(size=(4, 4))
    a, b, start = a @ a.T + np.eye(4), rng.normal(size=4), rng.normal(size=(6, 4))
    theta = run(newton(lambda theta: theta @ a - b, lambda theta: a, start), 2).theta
    np.testing.assert_allclose(theta[1], np.tile(np.linalg.solve(a, b), (6, 1)), rtol=1e-9)
    half = run(newton(lambda theta: theta @ a - b, lambda theta: a, start, lr=0.5), 1).theta
    np.testing.assert_allclose(half[1], (start + theta[1]) / 2, rtol=1e-9)


def test_newton_takes_each_start_with_its_own_hessian():
    starts = np.array([[-1.0, 1.5], [0.5, 2.0], [1.2, 1.0]])
    together = run(newton(rosenbrock.grad, rosenbrock.hessian, starts), 6).theta
    apart = [run(newton(rosenbrock.grad, rosenbrock.hessian, start), 6).theta for start in starts]
    np.testing.assert_allclose(together, np.stack(apart, axis=1), rtol=1e-12)
    np.testing.assert_allclose(together[-1], np.ones((3, 2)), rtol=1e-9)


def test_adagrad_does_not_care_how_a_coordinate_is_scaled():
    flat = run(adagrad(lambda x: x, 5.0, 0.5, eps=0), 20).theta
    steep = run(adagrad(lambda x: 100 * x, 5.0, 0.5, eps=0), 20).theta
    np.testing.assert_allclose(flat, steep, rtol=1e-13)
    assert flat[-1] == pytest.approx(1.88288, abs=5e-6)


def test_adagrad_under_a_constant_gradient_never_stops():
    theta = run(adagrad(one, 0.0, 0.1), 10_000).theta
    np.testing.assert_allclose(-np.diff(theta), 0.1 / np.sqrt(np.arange(1, 10_001)), rtol=1e-7)
    assert round(-theta[-1], 2) == 19.85


@pytest.mark.parametrize(("betas", "eps"), [((0.9, 0.999), 1e-8), ((0.5, 0.7), 1e-8), ((0, 0), 0)])
def test_adam_moments_under_a_constant_gradient(betas, eps):
    trace = run(adam(one, [0.0], 0.1, betas, eps), 30)
    t = np.arange(31)
    np.testing.assert_allclose(trace.m[:, 0], 1 - np.power(betas[0], t), rtol=0, atol=1e-14)
    np.testing.assert_allclose(trace.v[:, 0], 1 - np.power(betas[1], t), rtol=0, atol=1e-14)
    np.testing.assert_allclose(trace.theta[:, 0], -0.1 * t, rtol=0, atol=1e-6)


def test_adam_without_bias_correction_steps_by_m_over_the_root_of_v():
    trace = run(adam(lambda x: np.cos(x), [0.3], 0.01, (0.8, 0.9), 1e-3, bias_correction=False), 40)
    np.testing.assert_allclose(
        np.diff(trace.theta[:, 0]), (-0.01 * trace.m / (np.sqrt(trace.v) + 1e-3))[1:, 0], rtol=1e-9
    )


def test_adamw_is_adam_where_nothing_decays_and_shrinks_where_nothing_pulls():
    def wave(x):
        return np.sin(3 * x)

    a, w = run(adam(wave, [1.0, -2.0], 0.05), 60), run(adamw(wave, [1.0, -2.0], 0.05, weight_decay=0), 60)
    for ours, theirs in zip(a, w, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    shrunk = run(adamw(np.zeros_like, [2.0], 0.1, weight_decay=0.5), 9).theta[:, 0]
    np.testing.assert_allclose(shrunk, 2 * 0.95 ** np.arange(10), rtol=1e-14)


def test_amsgrad_keeps_the_largest_v():
    gradients = iter(np.random.default_rng(3).normal(size=60) * np.linspace(3, 0, 60))
    trace = run(amsgrad(lambda x: np.array([next(gradients)]), [0.0], 0.1, (0.9, 0.8)), 60)
    np.testing.assert_array_equal(trace.v_max, np.maximum.accumulate(trace.v))
    assert (trace.v[-1] < trace.v_max[-1]).all()


# ---------------------------------------------------------------- the ledger's numbers


def steps_until(loss, states, below=1e-6):
    return next(k for k, state in enumerate(states) if loss(state.theta) < below)


def test_steepest_is_not_fastest():
    start = [25.0, 1.0]  # curvatures 1 and 25: the best rates in closed form
    assert steps_until(ravine.loss, gd(ravine.grad, start, lr=2 / 26)) == 123
    assert (
        steps_until(ravine.loss, momentum(ravine.grad, start, lr=(2 / 6) ** 2, momentum=(4 / 6) ** 2)) == 31
    )
    assert steps_until(ravine.loss, newton(ravine.grad, ravine.hessian, start)) == 1


def test_steepest_is_the_negative_gradient_and_not_the_way_to_the_minimum():
    here = np.array([5.0, 1.0])
    angle = np.linspace(0, 2 * np.pi, 3601)
    directions = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    best = directions[ravine.loss(here + 1e-4 * directions).argmin()]
    downhill = -ravine.grad(here) / np.linalg.norm(ravine.grad(here))
    np.testing.assert_allclose(best, downhill, atol=1e-3)
    assert downhill @ (-here / np.linalg.norm(here)) == pytest.approx(0.385, abs=5e-4)


def test_the_limit_of_the_learning_rate():
    def last(lr):
        return run(gd(ravine.grad, [5.0, 1.0], lr), 200).theta[-1]

    assert np.abs(last(0.07)).max() == pytest.approx(2.5e-6, rel=0.01)
    assert np.abs(last(0.079)).max() == pytest.approx(0.0063, rel=0.01)
    assert np.abs(last(0.081)).max() == pytest.approx(139.6, rel=0.001)
    assert np.abs(last(0.08)[1]) == pytest.approx(1, rel=1e-9)


def test_plain_descent_ends_on_a_saddle_if_it_starts_on_the_ridge():
    theta = run(gd(saddle.grad, [1.0, 0.0], 0.1), 300).theta[-1]
    assert np.linalg.norm(saddle.grad(theta)) < 1e-9
    assert np.linalg.eigvalsh(saddle.hessian(theta)).tolist() == [-1, 1]


def test_momentum_by_hand():
    np.testing.assert_allclose(run(momentum(one, 0.0, 0.1), 4).v, [0, 0.1, 0.19, 0.271, 0.3439], rtol=1e-12)
    np.testing.assert_allclose(
        run(momentum(identity, 1.0, 0.1), 5).theta, [1, 0.9, 0.72, 0.486, 0.2268, -0.02916], rtol=1e-12
    )
    assert run(momentum(one, 0.0, 0.1), 400).v[-1] == pytest.approx(0.1 / (1 - 0.9), rel=1e-12)
    turns = iter([1.0, -1.0])
    assert run(momentum(lambda x: np.array(next(turns)), 0.0, 0.1), 2).v[2] == pytest.approx(-0.01, rel=1e-12)
    corner = iter([np.array([1.0, 0.0]), np.array([0.0, 1.0])])
    np.testing.assert_allclose(
        run(momentum(lambda x: next(corner), [0.0, 0.0], 0.1), 2).v[2], [0.09, 0.1], rtol=1e-12
    )


def test_nag_overshoots_less_and_settles_earlier():
    heavy, look = (run(f(identity, 1.0, 0.1), 300).theta for f in (momentum, nag))
    np.testing.assert_allclose(look[1:4], [0.9, 0.729, 0.51759], rtol=1e-12)
    assert [round(x.min(), 3) for x in (heavy, look)] == [-0.604, -0.355]
    assert [np.flatnonzero(np.abs(x) > 1e-3)[-1] for x in (heavy, look)] == [128, 62]


def test_adagrad_by_hand_and_epsilon_outside_the_root():
    trace = run(adagrad(ravine.grad, [5.0, 1.0], 0.5), 2)
    np.testing.assert_allclose(trace.g2_sum, [[0, 0], [25, 625], [45.25, 781.25]], rtol=1e-7)
    np.testing.assert_allclose(trace.theta, [[5, 1], [4.5, 0.5], [4.1655, 0.2764]], atol=5e-5)
    outside = run(adagrad(one, 0.0, 1.0, eps=0.5), 1).theta[1]
    assert outside == pytest.approx(-1 / 1.5, rel=1e-12)


def test_rmsprop_by_hand_and_epsilon_outside_the_root():
    trace = run(rmsprop(one, 0.0, 0.01), 3)
    np.testing.assert_allclose(trace.g2_mean, [0, 0.1, 0.19, 0.271], rtol=1e-12)
    assert -trace.theta[1] / 0.01 == pytest.approx(3.162278, abs=1e-6)
    assert run(rmsprop(one, 0.0, 1.0, 0.75, eps=0.5), 1).theta[1] == pytest.approx(-1, rel=1e-12)


def test_rmsprop_does_not_settle_under_a_constant_rate():
    last = np.abs(run(rmsprop(identity, 1.0, 0.01), 5000).theta[-20:])
    np.testing.assert_allclose(last, 0.005, rtol=1e-3)


def test_rmsprop_as_misprinted_is_gd_with_a_monstrous_rate():
    lr, eps, mean, theta = 1e-3, 1e-8, 0.0, 5.0
    mean = 0.9 * mean + 0.1 * mean  # the misprint: E on both sides
    theta = theta - lr / (np.sqrt(mean) + eps) * theta
    assert run(gd(identity, 5.0, lr / eps), 1).theta[1] == pytest.approx(theta, rel=1e-12)
    assert theta == pytest.approx(5 - 500_000, rel=1e-6)


def test_adam_by_hand_and_epsilon_after_the_correction():
    trace = run(adam(one, 0.0), 2)
    np.testing.assert_allclose(trace.m, [0, 0.1, 0.19], rtol=1e-12)
    np.testing.assert_allclose(trace.v, [0, 0.001, 0.001999], rtol=1e-12)
    assert run(adam(one, 0.0, 1.0, eps=0.5), 1).theta[1] == pytest.approx(-1 / 1.5, rel=1e-12)
    plain = run(adam(one, 0.0, 1.0, bias_correction=False), 1).theta[1]
    assert plain == pytest.approx(-3.162278, rel=1e-6)


def test_momentum_is_a_sum_where_adam_keeps_a_mean():
    gradients = np.random.default_rng(0).normal(size=50)
    first, second = iter(gradients), iter(gradients)
    v = run(momentum(lambda theta: np.array(next(first)), 0.0, 0.02), 50).v
    m = run(adam(lambda theta: np.array(next(second)), 0.0), 50).m
    np.testing.assert_allclose(v, 0.02 * m / 0.1, rtol=1e-12, atol=1e-15)


@settings(deadline=None)
@given(st.lists(st.floats(1e-3, 1e6).flatmap(lambda a: st.sampled_from([a, -a])), min_size=1, max_size=5))
def test_first_steps_of_adagrad_and_adam_are_the_learning_rate(gradient):
    g = np.array(gradient)
    for method in (adagrad, adam, amsgrad):
        step = run(method(lambda theta: g, np.zeros_like(g), 0.25), 1).theta[1]
        np.testing.assert_allclose(step, -0.25 * np.sign(g), rtol=2e-5)


# ---------------------------------------------------------------- the schedule


def test_a_schedule_scales_the_rate_of_steps_1_2_3():
    seen = []

    def schedule(t):
        seen.append(t)
        return 1 / t

    theta = run(gd(one, 0.0, 0.5, schedule=schedule), 3).theta
    assert seen == [1, 2, 3]
    np.testing.assert_allclose(theta, [0, -0.5, -0.75, -0.5 * (1 + 1 / 2 + 1 / 3)], rtol=1e-14)


def test_a_schedule_is_checked_when_it_is_used():
    with pytest.raises(TypeError, match="schedule"):
        gd(one, 0.0, 0.1, schedule=0.5)
    for value, error in [(0, ValueError), (-1.0, ValueError), (np.nan, ValueError), ("1", TypeError)]:
        with pytest.raises(error, match="schedule"):
            run(gd(one, 0.0, 0.1, schedule=lambda t, value=value: value), 1)


# ---------------------------------------------------------------- the contract of every method


@first_order
def test_states_start_at_the_start_with_empty_memories(name):
    state = next(FIRST_ORDER[name](bowl.grad, [3, -4], lr=0.1))
    assert state._fields == FIELDS[name]
    assert state.theta.tolist() == [3, -4] and state.theta.dtype == np.float64
    for memory in state[1:]:
        assert memory.tolist() == [0, 0]


@first_order
@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (2, 1, 2)])
def test_any_shape_is_many_numbers_side_by_side(name, shape):
    start = np.random.default_rng(5).normal(size=shape) * 2
    trace = run(FIRST_ORDER[name](np.sinh, start, lr=0.03), 25)
    assert trace.theta.shape == (26, *shape)
    numbers = [run(FIRST_ORDER[name](np.sinh, number, lr=0.03), 25).theta for number in start.ravel()]
    np.testing.assert_allclose(trace.theta.reshape(26, -1), np.stack(numbers, axis=1), rtol=1e-13, atol=1e-15)


@first_order
def test_float32_stays_float32(name):
    start = np.array([[1.5, -2.0], [0.25, 4.0]], np.float32)
    narrow = run(FIRST_ORDER[name](lambda theta: np.sinh(theta.astype(float)), start, lr=0.01), 50)
    wide = run(FIRST_ORDER[name](np.sinh, start.astype(float), lr=0.01), 50)
    for ours, field in zip(narrow, FIELDS[name], strict=True):
        assert ours.dtype == np.float32, field
    np.testing.assert_allclose(narrow.theta, wide.theta, rtol=2e-4, atol=2e-5)


def test_newton_keeps_float32():
    start = np.array([1.5, -2.0], np.float32)
    assert run(newton(ravine.grad, lambda theta: np.diag([1.0, 25.0]), start), 2).theta.dtype == np.float32


@first_order
@pytest.mark.parametrize("dtype", [int, bool, np.uint8, np.float16, np.longdouble, ">f8"])
def test_other_numbers_become_float64(name, dtype):
    theta = run(FIRST_ORDER[name](np.sinh, np.array([1, 0]).astype(dtype), lr=0.1), 3).theta
    assert theta.dtype == np.dtype(float) and theta.dtype.isnative
    np.testing.assert_array_equal(theta, run(FIRST_ORDER[name](np.sinh, [1.0, 0.0], lr=0.1), 3).theta)


@first_order
def test_what_was_yielded_never_changes_and_the_start_is_untouched(name):
    start = np.array([[1.0, -2.0, 3.0], [0.5, 0.1, 4.0]]).T  # not contiguous
    start.flags.writeable = False
    before = start.copy()
    states = list(islice(FIRST_ORDER[name](np.sinh, start, lr=0.1), 5))
    copies = [[field.copy() for field in state] for state in states]
    more = FIRST_ORDER[name](np.sinh, start, lr=0.1)
    trace = run(more, 8)
    for k, (state, copy) in enumerate(zip(states, copies, strict=True)):
        for i, field in enumerate(state):
            np.testing.assert_array_equal(field, copy[i])
            np.testing.assert_array_equal(field, trace[i][k])
    np.testing.assert_array_equal(start, before)
    assert not any(np.shares_memory(state.theta, start) for state in states)


@first_order
def test_a_gradient_that_fills_one_buffer_does_no_harm(name):
    buffer = np.empty(2)

    def grad(theta):
        buffer[:] = np.sinh(theta)
        return buffer

    shared = list(islice(FIRST_ORDER[name](grad, [1.0, 2.0], lr=0.1), 6))
    fresh = list(islice(FIRST_ORDER[name](np.sinh, [1.0, 2.0], lr=0.1), 6))
    np.testing.assert_array_equal([s.theta for s in shared], [s.theta for s in fresh])


def test_the_start_may_change_after_the_call():
    start = np.array([1.0, 2.0])
    states = gd(identity, start, 0.5)
    start[:] = 9
    assert next(states).theta.tolist() == [1, 2]


def test_every_method_is_a_generator_whose_source_can_be_shown():
    for name, method in [*FIRST_ORDER.items(), ("newton", newton)]:
        assert f"def {name}(" in inspect.getsource(method)
        assert "yield" in inspect.getsource(method)
        assert next(iter(inspect.signature(method).parameters)) == "grad"
    assert inspect.isgenerator(gd(identity, 1.0, 0.1))
    for name in g_d.__all__:
        assert getattr(g_d, name).__doc__


def test_defaults_are_those_of_the_papers():
    defaults = {
        name: {
            p.name: p.default
            for p in inspect.signature(method).parameters.values()
            if p.default is not p.empty
        }
        for name, method in [*FIRST_ORDER.items(), ("newton", newton)]
    }
    assert defaults.pop("gd")["schedule"](7) == 1
    usual = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8}
    assert defaults == {
        "momentum": {"momentum": 0.9},
        "nag": {"momentum": 0.9},
        "adagrad": {"eps": 1e-8},
        "rmsprop": {"lr": 1e-3, "rho": 0.9, "eps": 1e-8},
        "adam": {**usual, "bias_correction": True},
        "adamw": {**usual, "weight_decay": 0.01},
        "amsgrad": usual,
        "newton": {"lr": 1.0},
    }


# ---------------------------------------------------------------- divergence


@pytest.mark.parametrize("name", ["gd", "momentum", "nag"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_divergence_ends_in_infinity_without_a_warning(name, dtype):
    start = np.array([[5.0, 1.0], [0.0, 1e-3], [-2.0, 0.0]], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        theta = run(FIRST_ORDER[name](ravine.grad, start, 0.4), 1500).theta
    assert np.isinf(theta[-1, :2, 1]).all()  # lr × curvature = 10
    assert (np.abs(theta[-1, [0, 2], 0]) < 1e-3).all() and (theta[:, 2, 1] == 0).all()  # 0.4: converges
    assert not np.isnan(theta).any()
    for path in theta[:, :2, 1].T:
        end = path[np.isinf(path)]
        assert (end == end[0]).all()  # what is infinite stays where it is


@first_order
def test_a_gradient_that_overflows_warns_nobody(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trace = run(FIRST_ORDER[name](rosenbrock.grad, [[-1.5, 2.0], [1e200, -1e200]], 0.5), 60)
    assert trace.theta.shape == (61, 2, 2)


def test_newton_may_leave_for_infinity_too():
    def grad(x):
        return 2 * x / (1 + x**2) ** 2

    def hessian(x):
        return ((2 - 6 * x**2) / (1 + x**2) ** 3)[..., None]

    theta = run(newton(grad, hessian, [[0.2], [3.0]]), 60).theta[-1]
    assert abs(theta[0, 0]) < 1e-12 and theta[1, 0] > 1e7


def test_the_callers_warnings_are_left_alone():
    before = np.geterr()
    with np.errstate(over="raise"):
        states = gd(identity, 1.0, 0.1)
        next(states)
        next(states)
        assert np.geterr()["over"] == "raise"
    assert np.geterr() == before


# ---------------------------------------------------------------- bad input, refused at the call


@first_order
@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"lr": 0}, ValueError, "^lr: "),
        ({"lr": -0.1}, ValueError, "^lr: "),
        ({"lr": np.nan}, ValueError, "^lr: "),
        ({"lr": np.inf}, ValueError, "^lr: "),
        ({"lr": "0.1"}, TypeError, "^lr: "),
        ({"lr": None}, TypeError, "^lr: "),
        ({"lr": [0.1]}, TypeError, "^lr: "),
        ({"lr": True}, TypeError, "^lr: "),
        ({"theta": [1.0, np.nan]}, ValueError, "^theta: "),
        ({"theta": [np.inf, 1.0]}, ValueError, "^theta: "),
        ({"theta": []}, ValueError, "^theta: "),
        ({"theta": np.empty((0, 2))}, ValueError, "^theta: "),
        ({"theta": "start"}, TypeError, "^theta: "),
        ({"theta": None}, TypeError, "^theta: "),
        ({"theta": [1j]}, TypeError, "^theta: "),
        ({"theta": [[1.0], [1.0, 2.0]]}, TypeError, "^theta: "),
        ({"theta": {}}, TypeError, "^theta: "),
        ({"grad": 3.0}, TypeError, "^grad: "),
        ({"grad": None}, TypeError, "^grad: "),
        ({"nonsense": 1}, TypeError, "nonsense"),
    ],
)
def test_every_method_refuses(name, arguments, error, says):
    with pytest.raises(error, match=says):
        FIRST_ORDER[name](**({"grad": identity, "theta": [1.0], "lr": 0.1} | arguments))


@first_order
@pytest.mark.parametrize(
    ("gradient", "error"),
    [
        (np.ones(3), ValueError),
        (np.ones((1, 2)), ValueError),
        (np.ones((2, 1)), ValueError),
        (1.0, ValueError),
        (None, TypeError),
        ("up", TypeError),
        (np.array([1j, 1]), TypeError),
        ({1, 2}, TypeError),
    ],
)
def test_every_method_refuses_a_gradient(name, gradient, error):
    with pytest.raises(error, match=r"^grad: "):
        run(FIRST_ORDER[name](lambda theta: gradient, [1.0, 2.0], lr=0.1), 1)


def test_a_refused_gradient_names_both_shapes():
    with pytest.raises(ValueError, match=r"\(2,\).*\(3,\)"):
        run(gd(lambda theta: np.ones(3), [1.0, 2.0], 0.1), 1)


@first_order
def test_a_gradient_may_be_a_list_or_of_integers(name):
    theta = run(FIRST_ORDER[name](lambda theta: [1, -2], [1.0, 2.0], lr=0.1), 2).theta
    same = run(FIRST_ORDER[name](lambda theta: np.array([1.0, -2.0]), [1.0, 2.0], lr=0.1), 2).theta
    np.testing.assert_array_equal(theta, same)


BAD_SHARES = [
    (-0.1, ValueError),
    (1, ValueError),
    (1.5, ValueError),
    (np.nan, ValueError),
    ("a", TypeError),
    ([0.9], TypeError),
]


@pytest.mark.parametrize(("value", "error"), BAD_SHARES)
def test_shares_are_from_0_to_below_1(value, error):
    for method, name in [(momentum, "momentum"), (nag, "momentum"), (rmsprop, "rho")]:
        with pytest.raises(error, match=rf"^{name}: "):
            method(identity, 1.0, 0.1, **{name: value})
        assert run(method(identity, 1.0, 0.1, **{name: 0}), 1).theta[1] < 1
    for method in (adam, adamw, amsgrad):
        for betas in [(value, 0.9), (0.9, value)]:
            with pytest.raises(error, match=r"^betas: "):
                method(identity, 1.0, 0.1, betas)


@pytest.mark.parametrize(
    ("betas", "error"),
    [
        (0.9, TypeError),
        (None, TypeError),
        ("ab", TypeError),
        ((0.9,), ValueError),
        ((0.9, 0.99, 0.999), ValueError),
        ({}, ValueError),
    ],
)
def test_betas_are_two(betas, error):
    for method in (adam, adamw, amsgrad):
        with pytest.raises(error, match=r"^betas: "):
            method(identity, 1.0, 0.1, betas)


@pytest.mark.parametrize(("value", "error"), [(-1e-9, ValueError), (np.inf, ValueError), ("0", TypeError)])
def test_eps_and_weight_decay_are_not_negative(value, error):
    for method in (adagrad, rmsprop, adam, adamw, amsgrad):
        with pytest.raises(error, match=r"^eps: "):
            method(identity, 1.0, 0.1, eps=value)
        assert run(method(identity, 1.0, 0.1, eps=0), 1).theta[1] < 1
    with pytest.raises(error, match=r"^weight_decay: "):
        adamw(identity, 1.0, 0.1, weight_decay=value)


@pytest.mark.parametrize("value", [None, 1, "yes"])
def test_bias_correction_is_true_or_false(value):
    with pytest.raises(TypeError, match=r"^bias_correction: "):
        adam(identity, 1.0, bias_correction=value)


@pytest.mark.parametrize(
    ("hessian", "theta", "error", "says"),
    [
        (np.eye(2), [1.0, 2.0], TypeError, "^hessian: .*function"),
        (lambda theta: np.eye(3), [1.0, 2.0], ValueError, "^hessian: .*shape"),
        (lambda theta: np.ones(2), [1.0, 2.0], ValueError, "^hessian: .*shape"),
        (lambda theta: 1.0, [1.0, 2.0], ValueError, "^hessian: .*shape"),
        (lambda theta: np.ones((3, 2, 2)), np.ones((4, 2)), ValueError, "^hessian: .*shape"),
        (lambda theta: None, [1.0, 2.0], TypeError, "^hessian: "),
        (lambda theta: np.ones((2, 2)), [1.0, 2.0], ValueError, "^hessian: is singular"),
        (lambda theta: 1.0, 3.0, ValueError, "^theta: "),
    ],
)
def test_newton_refuses(hessian, theta, error, says):
    with pytest.raises(error, match=says):
        run(newton(identity, hessian, theta), 1)


# ---------------------------------------------------------------- one pass over large arrays


@pytest.fixture
def fuse_all(monkeypatch):
    if _compile.numba is None:
        pytest.skip("there is no numba")
    monkeypatch.setattr(_compile, "FUSE_FROM", 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("method", [adam, adamw])
def test_fused_is_equal_bit_for_bit(fuse_all, monkeypatch, method, dtype):
    start = np.random.default_rng(8).normal(size=(37, 11)).astype(dtype)

    def grad(theta):  # not contiguous
        return np.asfortranarray(np.sinh(theta) - np.cos(np.arange(11, dtype=dtype)))

    fused = run(method(grad, start, 0.02, (0.8, 0.99), 1e-6), 40)
    monkeypatch.setattr(_compile, "numba", None)
    plain = run(method(grad, start, 0.02, (0.8, 0.99), 1e-6), 40)
    for ours, theirs in zip(fused, plain, strict=True):
        assert ours.dtype == theirs.dtype == dtype
        np.testing.assert_array_equal(ours, theirs)


def test_fused_divides_by_zero_as_numpy_does(fuse_all):
    gradient = np.array([0.0, 1.0])
    theta = run(adam(lambda theta: gradient, [1.0, 1.0], 0.5, eps=0), 1).theta
    assert np.isnan(theta[1, 0]) and theta[1, 1] == 0.5


def test_large_arrays_are_the_ones_that_are_fused(monkeypatch):
    if _compile.numba is None:
        pytest.skip("there is no numba")
    compiled = []
    monkeypatch.setattr(_compile, "_elementwise_loop", lambda update: compiled.append(update) or None)
    update = _compile.fused(lambda theta, m, v, g: (theta, m, v))
    small = np.zeros(_compile.FUSE_FROM - 1)
    update(small, small, small, small)
    assert not compiled
    large = np.zeros(_compile.FUSE_FROM)
    with pytest.raises(TypeError):
        update(large, large, large, large)
    assert compiled == [update.py_func]


def test_without_numba_large_arrays_take_the_plain_road(monkeypatch):
    monkeypatch.setattr(_compile, "numba", None)
    large = np.full(_compile.FUSE_FROM, 2.0)
    np.testing.assert_allclose(run(adam(one, large, 0.5), 2).theta[-1], 1, rtol=1e-7)


@pytest.mark.parametrize(
    ("schedule", "error", "says"),
    [
        (0.5, TypeError, "^schedule: expected a function of the step t, got float$"),
        (lambda t: -1, ValueError, "^schedule: expected a number above 0, got -1$"),
    ],
)
def test_what_is_no_schedule_is_refused_by_name(schedule, error, says):
    with pytest.raises(error, match=says):
        run(gd(lambda theta: theta, [1.0], lr=0.1, schedule=schedule), 1)


def test_what_is_no_gradient_is_refused_by_name():
    with pytest.raises(TypeError, match=r"^grad: expected a function of theta, got float$"):
        gd(0.5, [1.0], lr=0.1)
