"""Oracles: PyTorch's autograd, finite differences, scipy, hand-worked numbers, identities."""

import os
import runpy
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from scipy import special

from kamen_core import backprop
from kamen_core.backprop import (
    Forward,
    Layer,
    TrainState,
    backward,
    cross_entropy,
    cross_entropy_with_logits,
    forward,
    init,
    numerical_gradient,
    one_hot,
    relu,
    sigmoid,
    softmax,
    softmax_jacobian,
    tanh,
    train,
)
from kamen_core.trace import run

GOLDEN = Path(__file__).parent / "data"
ORACLE = runpy.run_path(str(GOLDEN / "make_backprop_torch.py"))
CASES = list(ORACLE["cases"]())
NAMES = [case[0] for case in CASES]
Z, E0 = np.array([2.0, 1.0, 0.1]), np.array([1.0, 0.0, 0.0])
ACTIVATIONS = ("sigmoid", "tanh", "relu")


def network(sizes=(3, 4, 3), rng=0, scale=1.0):
    """A network whose biases are not zero, so that a forgotten one shows."""
    rng = np.random.default_rng(rng)
    return tuple(
        Layer(layer.weight, rng.normal(size=layer.bias.shape)) for layer in init(sizes, rng, scale=scale)
    )


def batch(n=5, n_in=3, n_classes=3, rng=1):
    rng = np.random.default_rng(rng)
    return rng.normal(size=(n, n_in)), rng.uniform(size=(n, n_classes))


def answers(activation, pairs, x, y):
    """Ours, in the order of `torch_answers`."""
    layers = [Layer(*pair) for pair in pairs]
    fwd = forward(layers, x, activation)
    delta, grads = backward(layers, fwd, y, activation)
    loss = cross_entropy(fwd.a[-1], y)
    parts = [loss, fwd.a[-1], *delta, *(p for grad in grads for p in grad)]
    return np.concatenate([np.ravel(part) for part in parts])


def loss_of(layers, x, y, activation):
    return cross_entropy_with_logits(forward(layers, x, activation).z[-1], y)


# --- gradients


@pytest.mark.parametrize(("name", "activation", "pairs", "x", "y"), CASES, ids=NAMES)
def test_everything_equals_autograd_as_recorded(name, activation, pairs, x, y):
    with np.load(GOLDEN / "backprop_torch.npz") as golden:
        assert sorted(golden) == sorted(NAMES)
        assert_allclose(answers(activation, pairs, x, y), golden[name], rtol=0, atol=1e-12)


def test_the_recorded_cases_can_tell_a_wrong_gradient_from_a_right_one():
    for _, activation, pairs, x, y in CASES:
        layers = [Layer(*pair) for pair in pairs]
        for grad in backward(layers, forward(layers, x, activation), y, activation).grads:
            assert np.abs(grad.weight).max() > 1e-6


@pytest.mark.torch
@pytest.mark.skipif(os.environ.get("CI") != "true", reason="PyTorch itself is asked where CI=true")
@pytest.mark.parametrize(("name", "activation", "pairs", "x", "y"), CASES, ids=NAMES)
def test_everything_equals_autograd(name, activation, pairs, x, y):
    pytest.importorskip("torch")
    ours = answers(activation, pairs, x, y)
    assert_allclose(ours, ORACLE["torch_answers"](activation, pairs, x, y), rtol=0, atol=1e-12)


@pytest.mark.torch
@pytest.mark.skipif(os.environ.get("CI") != "true", reason="PyTorch itself is asked where CI=true")
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_larger_network_equals_autograd(activation):
    pytest.importorskip("torch")
    layers = network((40, 30, 20, 10), scale=1.4)
    x, y = batch(64, 40, 10)
    ours = answers(activation, layers, x, y)
    assert_allclose(ours, ORACLE["torch_answers"](activation, layers, x, y), rtol=0, atol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sizes", [(3, 3), (3, 4, 3), (3, 5, 4, 2, 3)])
def test_gradients_equal_finite_differences(activation, sizes):
    layers, (x, y) = network(sizes), batch(4)
    grads = backward(layers, forward(layers, x, activation), y, activation).grads
    for i, layer in enumerate(layers):
        for field in Layer._fields:

            def f(p, i=i, layer=layer, field=field):
                changed = (*layers[:i], layer._replace(**{field: p}), *layers[i + 1 :])
                return loss_of(changed, x, y, activation)

            expected = numerical_gradient(f, getattr(layer, field))
            assert_allclose(getattr(grads[i], field), expected, rtol=0, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=2, max_size=7), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_delta_is_the_derivative_by_z_for_any_shape(sizes, n, seed):
    layers, (x, y) = network(sizes, seed), batch(n, sizes[0], sizes[-1], seed)
    fwd = forward(layers, x, "tanh")
    delta, grads = backward(layers, fwd, y, "tanh")
    assert [d.shape for d in delta] == [(n, size) for size in sizes[1:]]
    assert [z.shape for z in fwd.z] == [d.shape for d in delta]
    assert [a.shape for a in fwd.a] == [(n, size) for size in sizes]
    for grad, layer, d, a in zip(grads, layers, delta, fwd.a, strict=False):
        assert grad.weight.shape == layer.weight.shape and grad.bias.shape == layer.bias.shape
        assert_allclose(grad.weight, np.einsum("nk,nj->kj", d, a), rtol=1e-12, atol=1e-14)
        assert_allclose(grad.bias, np.einsum("nk->k", d), rtol=1e-12, atol=1e-14)

    def loss_from_first_z(z):  # the network above its first layer
        for layer in layers[1:]:
            z = np.tanh(z) @ layer.weight.T + layer.bias
        return -(y * special.log_softmax(z, axis=1)).sum() / n

    assert_allclose(delta[0], numerical_gradient(loss_from_first_z, fwd.z[0]), rtol=0, atol=1e-7)


def test_a_batch_is_the_mean_of_its_samples():
    layers, (x, y) = network(), batch(6)
    whole = backward(layers, forward(layers, x), y)
    single = [backward(layers, forward(layers, x[i : i + 1]), y[i : i + 1]) for i in range(6)]
    for i in range(2):
        assert_allclose(whole.delta[i], np.concatenate([s.delta[i] for s in single]) / 6, atol=1e-15)
        for field in range(2):
            mean = np.mean([s.grads[i][field] for s in single], axis=0)
            assert_allclose(whole.grads[i][field], mean, atol=1e-15)
    losses = [loss_of(layers, x[i : i + 1], y[i : i + 1], "sigmoid") for i in range(6)]
    assert_allclose(loss_of(layers, x, y, "sigmoid"), np.mean(losses), rtol=1e-14)


def test_hand_worked_forward_pass():
    layers = [Layer([[1.0, 2.0], [0.0, -1.0], [1.0, 1.0]], [0.5, 0.0, -4.0]), Layer([[1.0, 0.0, 2.0]], [3.0])]
    z, a = forward(layers, [[1.0, 1.0]], "relu")
    assert_array_equal(z[0], [[3.5, -1.0, -2.0]])
    assert_array_equal(a[1], [[3.5, 0.0, 0.0]])
    assert_array_equal(z[1], [[6.5]])
    assert_array_equal(a[2], [[1.0]])


def test_default_activation_is_the_sigmoid():
    layers, (x, y) = network(), batch()
    fwd = forward(layers, x)
    assert_array_equal(fwd.a[1], forward(layers, x, "sigmoid").a[1])
    assert_array_equal(fwd.a[1], sigmoid(fwd.z[0]))
    assert_array_equal(backward(layers, fwd, y).delta[0], backward(layers, fwd, y, "sigmoid").delta[0])
    ours, explicit = (run(train(layers, x, y, 0.5, *a), 2) for a in ((), ("sigmoid",)))
    assert_array_equal(ours.loss, explicit.loss)


def test_the_last_layer_has_the_softmax_whatever_the_activation():
    layers, (x, _) = network(), batch()
    for activation in ACTIVATIONS:
        fwd = forward(layers, x, activation)
        assert_allclose(fwd.a[-1], special.softmax(fwd.z[-1], axis=1), rtol=1e-14)


# --- activations, softmax, loss

reals = hnp.arrays(np.float64, hnp.array_shapes(max_dims=3), elements=st.floats(-1e4, 1e4))


@given(reals)
def test_activations_equal_scipys_and_numpys(z):
    assert_allclose(sigmoid(z), special.expit(z), rtol=1e-14, atol=1e-300)
    assert_array_equal(tanh(z), np.tanh(z))
    assert_array_equal(relu(z), np.where(z > 0, z, 0))


def test_activations_at_the_edges():
    edges = [-np.inf, -1e4, 0, 1e4, np.inf]
    assert_array_equal(sigmoid(edges), [0, 0, 0.5, 1, 1])
    assert_array_equal(tanh(edges), [-1, -1, 0, 1, 1])
    assert_array_equal(relu(edges), [0, 0, 0, 1e4, np.inf])
    assert all(np.isnan(f(np.nan)) for f in (sigmoid, tanh, relu))
    assert_array_equal(sigmoid(np.array([0, 1], dtype=np.uint8)), special.expit([0.0, 1.0]))
    assert relu(-1) == 0 and sigmoid(0) == 0.5
    for f in (sigmoid, tanh, relu):
        with pytest.raises(TypeError, match="z: expected an array of real numbers"):
            f("wide")


@given(hnp.arrays(np.float64, (3, 4), elements=st.floats(-1e4, 1e4)), st.floats(-1e3, 1e3))
def test_softmax_equals_scipys_and_ignores_a_shift(z, shift):
    assert_allclose(softmax(z), special.softmax(z, axis=-1), rtol=1e-12, atol=1e-300)
    assert_allclose(softmax(z).sum(axis=-1), 1, rtol=1e-15 * 8)
    assert_allclose(softmax(z + shift), softmax(z), rtol=0, atol=1e-11)


@given(
    hnp.arrays(np.float64, (3, 4), elements=st.floats(-1e4, 1e4)),
    hnp.arrays(np.float64, (3, 4), elements=st.floats(0, 1)),
)
def test_loss_from_logits_equals_scipys(z, y):
    expected = -(y * special.log_softmax(z, axis=-1)).sum(axis=-1).mean()
    assert_allclose(cross_entropy_with_logits(z, y), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("size", [1e4, 1e300, 1.7e308])
def test_logits_of_any_size_are_stable(size):
    z, y = np.array([[size, -size, 0.0], [-size, 0.0, 0.0]]), np.array([[1.0, 0, 0], [0, 0.5, 0.5]])
    assert_array_equal(softmax(z), [[1, 0, 0], [0, 0.5, 0.5]])
    assert_allclose(cross_entropy_with_logits(z, y), np.log(2) / 2, rtol=1e-15)
    assert_allclose(cross_entropy(softmax(z), y), np.log(2) / 2, rtol=1e-15)


def test_loss_of_a_wrong_and_certain_answer():
    z, y = [[1e4, -1e4]], [[0.0, 1.0]]
    assert cross_entropy_with_logits(z, y) == 2e4
    assert cross_entropy(softmax(z), y) == np.inf  # the probability itself has rounded to 0
    net = [Layer(np.eye(2) * 1e4, np.zeros(2))]
    fwd = forward(net, [[1.0, -1.0]])
    assert_array_equal(backward(net, fwd, y).delta[0], [[1.0, -1.0]])
    assert next(train(net, [[1.0, -1.0]], y, 0.1)).loss == 2e4


def test_cross_entropy_of_certain_and_unasked_answers_is_a_plain_zero():
    for probs, y in (([1.0, 0.0], [1, 0]), ([[0.0, 1.0]], [[0, 0]]), ([1.0], [1.0])):
        loss = cross_entropy(probs, y)
        assert loss == 0 and not np.signbit(loss)
    assert not np.signbit(cross_entropy_with_logits([[1e4, -1e4]], [[1, 0]]))


def test_cross_entropy_averages_over_every_axis_but_the_last():
    rng = np.random.default_rng(3)
    probs, y = softmax(rng.normal(size=(2, 3, 4))), rng.uniform(size=(2, 3, 4))
    assert_allclose(cross_entropy(probs, y), -(y * np.log(probs)).sum() / 6, rtol=1e-14)
    z = np.log(probs)
    assert_allclose(cross_entropy_with_logits(z, y), -(y * np.log(probs)).sum() / 6, rtol=1e-13)


def test_softmax_jacobian_equals_finite_differences():
    rng = np.random.default_rng(0)
    for z in (Z, rng.normal(size=(2, 4))):
        jacobian = softmax_jacobian(z)
        assert jacobian.shape == (*z.shape, z.shape[-1])
        for k in range(z.shape[-1]):
            expected = numerical_gradient(lambda z, k=k: softmax(z)[..., k].sum(), z, eps=1e-5)
            assert_allclose(jacobian[..., k, :], expected, rtol=0, atol=1e-9)
        assert_allclose(jacobian.sum(axis=-2), 0, atol=1e-15)


# --- the article's numbers, and its misprints failing on them


def delta_of(z, y):
    """δ of one sample, by the code under test."""
    net = [Layer(np.eye(len(z)), np.zeros(len(z)))]
    return backward(net, forward(net, [z]), [y]).delta[-1][0]


def test_numbers_of_the_running_example():
    a = softmax(Z)
    assert_allclose(a, [0.6590, 0.2424, 0.0986], atol=5e-5)
    assert_allclose(cross_entropy(a, E0), 0.417030, atol=5e-7)
    assert_allclose(delta_of(Z, E0), [-0.340999, 0.242433, 0.098566], atol=5e-7)
    assert_allclose(delta_of(Z, [0, 1, 0])[2], 0.098566, atol=5e-7)
    expected = [[0.2247, -0.1598, -0.0650], [-0.1598, 0.1837, -0.0239], [-0.0650, -0.0239, 0.0889]]
    assert_allclose(softmax_jacobian(Z), expected, atol=1e-4)


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        ([1, 1, 0], [0.3180, -0.5151, 0.1971]),
        ([0, 0, 0], [0, 0, 0]),
        ([0.7, 0.2, 0.1], [-0.0410, 0.0424, -0.0014]),
    ],
)
def test_delta_is_a_times_the_sum_of_y_less_y(y, expected):
    a, y = softmax(Z), np.array(y, dtype=float)
    assert_allclose(delta_of(Z, y), expected, atol=5e-5)
    assert_allclose(delta_of(Z, y), a * y.sum() - y, rtol=0, atol=1e-15)
    assert_allclose(delta_of(Z, y), numerical_gradient(lambda z: cross_entropy(softmax(z), y), Z), atol=1e-9)
    assert np.allclose(delta_of(Z, y), a - y, rtol=0, atol=1e-12) == np.isclose(y.sum(), 1)


def test_derivative_of_the_loss_by_the_probabilities():
    a = softmax(Z)
    expected = numerical_gradient(lambda a: cross_entropy(a, E0), a)
    assert_allclose(-E0 / a, expected, atol=1e-8)
    assert_allclose(expected, [-1.517448, 0, 0], atol=1e-6)


def test_misprint_softmax_without_exp():
    assert_allclose(Z / Z.sum(), [0.6452, 0.3226, 0.0323], atol=5e-5)
    assert np.abs(Z / Z.sum() - softmax(Z)).max() > 0.06
    printed = np.array([2.0, -1.0]) / 1.0
    with pytest.raises(ValueError, match=r"probs: expected values from 0 to 1, got -1\.0 to 2\.0"):
        cross_entropy(printed, [1, 0])
    with pytest.raises(FloatingPointError), np.errstate(divide="raise"):
        np.array([1.0, -1.0]) / np.array([1.0, -1.0]).sum()
    assert_allclose(softmax([1.0, -1.0]).sum(), 1)


def test_misprint_cross_entropy_without_its_minus_climbs():
    y = E0
    printed = (y * np.log(softmax(Z))).sum()
    assert_allclose(printed, -0.4170, atol=5e-5)
    ascent = numerical_gradient(lambda z: (y * np.log(softmax(z))).sum(), Z)
    assert_allclose(ascent, y - softmax(Z), atol=1e-9)
    assert cross_entropy(softmax(Z - 0.1 * ascent), y) > cross_entropy(softmax(Z), y)
    assert cross_entropy(softmax(Z - 0.1 * delta_of(Z, y)), y) < cross_entropy(softmax(Z), y)


def test_misprint_tau_before_the_sum_makes_every_gradient_zero():
    a, tau = softmax(Z), -E0 / softmax(Z)
    jacobian = softmax_jacobian(Z)
    assert_allclose(tau * jacobian.sum(axis=0), 0, atol=1e-15)
    assert_allclose(tau @ jacobian, delta_of(Z, E0), atol=1e-15)
    assert_allclose([sum(tau[k] * a[k] * ((k == i) - a[i]) for k in range(3)) for i in range(3)], a - E0)


def test_misprint_sum_over_what_does_not_depend_on_k_multiplies_by_k():
    tau = -E0 / softmax(Z)
    printed = sum(tau for _ in range(3))
    assert_allclose(printed, [-4.5523, 0, 0], atol=1e-4)
    assert_allclose(printed[0] / tau[0], 3)


def test_misprint_elementwise_slope_for_the_softmax():
    a = softmax(Z)
    printed = -E0 / a * a * (1 - a)
    assert_allclose(printed, [-0.3410, 0, 0], atol=5e-5)
    assert_allclose(delta_of(Z, E0) - printed, [0, 0.2424, 0.0986], atol=5e-5)


def test_elementwise_slope_is_right_for_sigmoid_and_squared_error():
    a, y = sigmoid(Z), E0
    expected = numerical_gradient(lambda z: 0.5 * ((sigmoid(z) - y) ** 2).sum(), Z)
    assert_allclose((a - y) * a * (1 - a), expected, atol=1e-9)


def test_misprint_orientation_of_the_weights():
    layers, (x, y) = network((3, 4, 3)), batch(1)
    fwd = forward(layers, x)
    delta = backward(layers, fwd, y).delta
    slope = fwd.a[1] * (1 - fwd.a[1])
    in_by_out = layers[1].weight.T  # (4, 3), as the article's body stores it
    assert_allclose((in_by_out @ delta[1][0]) * slope[0], delta[0][0], rtol=1e-13)
    with pytest.raises(ValueError, match="mismatch"):
        in_by_out.T @ delta[1][0]
    square = np.random.default_rng(0).normal(size=(4, 4))
    d = np.ones(4)
    assert np.abs(square @ d - square.T @ d).max() > 1  # silently wrong where the matrix is square


def test_the_chain_rule_term_by_term():
    """∂C/∂w_ij = [Σ_m (Σ_k ∂C/∂z_k ∂z_k/∂a_m) ∂a_m/∂z_i] ∂z_i/∂w_ij, written as it is read."""
    layers, (x, y) = network((3, 4, 3)), batch(1)
    fwd = forward(layers, x)
    delta, grads = backward(layers, fwd, y)
    a0, a1 = fwd.a[0][0], fwd.a[1][0]
    da_dz = np.diag(a1 * (1 - a1))
    for i in range(4):
        for j in range(3):
            total = sum(
                sum(delta[1][0, k] * layers[1].weight[k, m] for k in range(3)) * da_dz[m, i] * a0[j]
                for m in range(4)
            )
            assert_allclose(grads[0].weight[i, j], total, rtol=0, atol=1e-15)
    dz_da = [numerical_gradient(lambda a, k=k: (layers[1].weight @ a)[k], a1) for k in range(3)]
    assert_allclose(dz_da, layers[1].weight, atol=1e-9)


def test_layers_without_activation_are_one_affine_map():
    first, second = network((3, 4, 3))
    x = batch()[0]
    twice = (x @ first.weight.T + first.bias) @ second.weight.T + second.bias
    weight, bias = second.weight @ first.weight, second.weight @ first.bias + second.bias
    once = forward([Layer(weight, bias)], x).z[0]
    assert_allclose(twice, once, atol=1e-12)
    assert np.abs(forward([first, second], x).z[-1] - once).max() > 0.1


def test_ten_sigmoid_layers_shrink_the_error_at_least_four_to_the_tenth():
    layers = [Layer(np.eye(3), np.zeros(3))] * 11
    delta = backward(layers, forward(layers, np.zeros((1, 3))), [E0]).delta
    ratio = np.abs(delta[0]).max() / np.abs(delta[-1]).max()
    assert 0 < ratio <= 0.25**10 < 9.6e-7


# --- training


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_training_is_gradient_descent_and_nothing_else(activation):
    layers, (x, y) = network(), batch()
    for state in islice(train(layers, x, y, 0.3, activation), 4):
        assert isinstance(state, TrainState)
        assert_allclose(state.loss, loss_of(layers, x, y, activation), rtol=1e-14)
        for ours, expected in zip(state.layers, layers, strict=True):
            assert_array_equal(ours.weight, expected.weight)
            assert_array_equal(ours.bias, expected.bias)
        grads = backward(layers, forward(layers, x, activation), y, activation).grads
        layers = tuple(
            Layer(layer.weight - 0.3 * grad.weight, layer.bias - 0.3 * grad.bias)
            for layer, grad in zip(layers, grads, strict=True)
        )


def test_states_are_never_changed_after_they_were_yielded():
    layers, (x, y) = network(), batch()
    states = list(islice(train(layers, x, y, 1.0), 5))
    copies = [
        p.copy() for state in islice(train(layers, x, y, 1.0), 5) for layer in state.layers for p in layer
    ]
    held = [p for state in states for layer in state.layers for p in layer]
    for ours, expected in zip(held, copies, strict=True):
        assert_array_equal(ours, expected)
    for i, j in pairwise(range(5)):
        assert not np.shares_memory(states[i].layers[0].weight, states[j].layers[0].weight)


def test_run_stacks_the_training():
    layers, (x, y) = network(), batch()
    trace = run(train(layers, x, y, 0.5), 3)
    assert trace.loss.shape == (4,)
    assert trace.layers[0].weight.shape == (4, 4, 3) and trace.layers[1].bias.shape == (4, 3)
    assert (np.diff(trace.loss) < 0).all()


def test_a_learning_rate_of_zero_stays():
    layers, (x, y) = network(), batch()
    trace = run(train(layers, x, y, 0), 2)
    assert_array_equal(trace.layers[0].weight[0], trace.layers[0].weight[2])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_xor_is_learnt(activation):
    x, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), one_hot([0, 1, 1, 0], 2)
    *_, last = islice(train(init((2, 8, 2), 1, scale=2.0), x, y, 1.0, activation), 801)
    assert last.loss < 0.05
    assert_array_equal(forward(last.layers, x, activation).a[-1].argmax(axis=1), [0, 1, 1, 0])


def test_training_that_diverges_says_so():
    layers, (x, y) = network((3, 3)), batch()
    steps = train(layers, x * 1e150, y, 1e10)
    next(steps)
    with pytest.raises(ValueError, match="z: holds NaN or infinite"):
        next(steps)


# --- initial weights, labels, finite differences


def test_init_has_the_spread_it_promises():
    layers = init((400, 300, 50), np.random.default_rng(0), scale=2.0)
    assert isinstance(layers, tuple) and all(isinstance(layer, Layer) for layer in layers)
    assert [layer.weight.shape for layer in layers] == [(300, 400), (50, 300)]
    for layer, n_in in zip(layers, (400, 300), strict=True):
        assert_allclose(layer.weight.std(), 2 / np.sqrt(n_in), rtol=0.02)
        assert abs(layer.weight.mean()) < 4 * 2 / np.sqrt(n_in * layer.weight.size)
        assert_array_equal(layer.bias, 0)
    assert_allclose(init((400, 300), 0)[0].weight * 2, init((400, 300), 0, scale=2)[0].weight, rtol=1e-15)
    assert_array_equal(init((3, 2), 5)[0].weight, init(np.array([3, 2]), np.random.default_rng(5))[0].weight)
    assert not np.array_equal(init((3, 3, 3), 0)[0].weight, init((3, 3, 3), 0)[1].weight)


def test_one_hot():
    expected = [[0, 1, 0], [1, 0, 0], [0, 0, 1]]
    for labels in ([1, 0, 2], np.array([1, 0, 2], dtype=np.uint8), np.array([1, 0, 2], dtype=np.int8)):
        assert_array_equal(one_hot(labels, 3), expected)
    assert_array_equal(one_hot([True, False], 2), [[0, 1], [1, 0]])
    assert one_hot(np.array([], dtype=int), 3).shape == (0, 3)
    assert one_hot([0], 1).dtype == np.float64


def test_numerical_gradient_of_functions_known_exactly():
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    assert_allclose(numerical_gradient(lambda x: (x**3).sum(), x), 3 * x**2, rtol=1e-8)
    assert_allclose(numerical_gradient(lambda x: (x**3).sum(), [1.0], eps=0.5), [3.25])  # 3x² + eps²
    assert numerical_gradient(lambda x: float(x) ** 2, 3.0).shape == ()
    assert numerical_gradient(lambda x: x.sum(), np.array([1, 2], dtype=np.int8)).dtype == np.float64
    assert_allclose(numerical_gradient(lambda x: np.exp(x).sum(), np.zeros(2, np.float32)), 1, atol=1e-9)
    assert_array_equal(numerical_gradient(lambda x: np.exp(x).sum(), [1.0], eps=1e-17), [0.0])


def test_numerical_gradient_hands_out_arrays_that_may_be_spoilt():
    def f(x):
        value = (x**2).sum()
        x[...] = 7.0
        return value

    x = np.array([1.0, 2.0])
    assert_allclose(numerical_gradient(f, x), [2, 4], atol=1e-9)
    assert_array_equal(x, [1, 2])


def test_one_backward_pass_equals_62_forward_passes():
    layers, (x, y) = network((3, 4, 3)), batch(3)
    flat = np.concatenate([p.ravel() for layer in layers for p in layer])
    assert flat.size == 31
    calls = []

    def f(flat):
        calls.append(1)
        w1, b1, w2, b2 = np.split(flat, [12, 16, 28])
        return loss_of([Layer(w1.reshape(4, 3), b1), Layer(w2.reshape(3, 4), b2)], x, y, "sigmoid")

    expected = numerical_gradient(f, flat)
    grads = backward(layers, forward(layers, x), y).grads
    ours = np.concatenate([p.ravel() for grad in grads for p in grad])
    assert len(calls) == 62
    assert_allclose(ours, expected, rtol=0, atol=1e-7)


# --- inputs nobody wants


def test_inputs_are_never_changed_and_may_be_read_only_or_not_contiguous():
    layers, (x, y) = network(), batch()
    expected = answers("tanh", layers, x, y)
    odd = tuple(Layer(np.asfortranarray(w), np.repeat(b, 2)[::2]) for w, b in layers)
    x_odd, y_odd = np.repeat(x, 2, axis=1)[:, ::2], np.asfortranarray(y)
    for array in (x_odd, y_odd, *(p for layer in odd for p in layer)):
        array.setflags(write=False)
    assert_allclose(answers("tanh", odd, x_odd, y_odd), expected, rtol=1e-13, atol=1e-15)
    state = run(train(odd, x_odd, y_odd, 0.5, "tanh"), 2)
    assert_allclose(state.loss, run(train(layers, x, y, 0.5, "tanh"), 2).loss, rtol=1e-13)
    before = [p.copy() for p in (x, y, *(p for layer in layers for p in layer))]
    list(islice(train(layers, x, y, 0.5), 3))
    backward(layers, forward(layers, x), y)
    for array, copy in zip((x, y, *(p for layer in layers for p in layer)), before, strict=True):
        assert_array_equal(array, copy)


def test_forward_hands_x_through():
    layers, (x, _) = network(), batch()
    fwd = forward(layers, x)
    assert isinstance(fwd, Forward) and fwd.a[0] is x
    assert isinstance(fwd.z, tuple) and isinstance(fwd.a, tuple)


def test_float32_stays_float32_and_the_widest_wins():
    narrow = tuple(Layer(w.astype(np.float32), b.astype(np.float32)) for w, b in network())
    x, y = batch()
    fwd = forward(narrow, x.astype(np.float32))
    assert {a.dtype for a in (*fwd.z, *fwd.a)} == {np.dtype(np.float32)}
    back = backward(narrow, fwd, y)
    assert {p.dtype for grad in back.grads for p in grad} == {np.dtype(np.float32)}
    trace = run(train(narrow, x.astype(np.float32), y, 0.1), 2)
    assert trace.layers[0].weight.dtype == np.float32 and trace.loss.dtype == np.float32
    wide = next(train(narrow, x, y, 0.1))
    assert wide.layers[0].weight.dtype == np.float64
    assert_allclose(fwd.a[-1], forward(network(), x).a[-1], atol=1e-6)


def test_lists_plain_pairs_integers_and_a_generator_of_layers_are_taken():
    layers = [([[1, 2], [3, 4]], [0, 1])]
    assert_array_equal(forward(layers, [[1, 1]]).z[0], [[3.0, 8.0]])
    assert_array_equal(forward((pair for pair in layers), [[1, 1]]).z[0], [[3.0, 8.0]])
    assert_array_equal(forward(layers, np.array([[True, False]])).z[0], [[1.0, 4.0]])


L = network()
X, Y = batch()
FWD = forward(L, X)
NAN_W, INF_B = L[1].weight.copy(), L[0].bias.copy()
NAN_W[2, 1], INF_B[3] = np.nan, np.inf
NAN_X = X.copy()
NAN_X[4, 2] = np.nan


@pytest.mark.parametrize(
    ("layers", "x", "error", "words"),
    [
        ([], X, ValueError, "layers: expected at least one"),
        (L[0], X, TypeError, "layers: .*got a single one"),
        (5, X, TypeError, "layers: expected a sequence of Layer"),
        (None, X, TypeError, "layers: expected a sequence of Layer"),
        ([L[0].weight], X, TypeError, "layers: expected a sequence of Layer"),
        ([5], X, TypeError, "layers: expected a sequence of Layer"),
        ([("a", "b")], X, TypeError, r"layers\[0\].weight: expected an array of real numbers"),
        ([(L[0].weight, {})], X, TypeError, r"layers\[0\].bias: expected an array of real numbers"),
        ([(L[0].weight * 1j, L[0].bias)], X, TypeError, r"layers\[0\].weight: expected an array of real"),
        ([(L[0].weight[0], L[0].bias)], X, ValueError, r"layers\[0\].weight: expected 2 dimension"),
        ([(L[0].weight, L[0].bias[:, None])], X, ValueError, r"layers\[0\].bias: expected 1 dimension"),
        ([(L[0].weight, L[0].bias[:3])], X, ValueError, r"layers\[0\].bias: expected \(4,\) beside \(4, 3\)"),
        ([(np.ones((0, 3)), np.ones(0))], X, ValueError, r"layers\[0\].weight: expected at least one unit"),
        ([L[0], L[0]], X, ValueError, r"layers\[1\].weight: expected \(n_out, 4\) after layers\[0\]"),
        ([L[1]], X, ValueError, r"layers\[0\].weight: expected \(n_out, 3\) after x, got \(3, 4\)"),
        ([L[0], Layer(NAN_W, L[1].bias)], X, ValueError, r"layers\[1\].weight: holds NaN"),
        ([Layer(L[0].weight, INF_B), L[1]], X, ValueError, r"layers\[0\].bias: holds NaN or inf"),
        (L, NAN_X, ValueError, "x: holds NaN"),
        (L, -np.inf * np.ones((1, 3)), ValueError, "x: holds NaN or infinite"),
        (L, X[0], ValueError, "x: expected 2 dimension"),
        (L, X[:0], ValueError, "x: expected at least one sample"),
        (L, X[:, :0], ValueError, "x: expected at least one sample and one feature"),
        (L, X[:, :2], ValueError, r"layers\[0\].weight: expected \(n_out, 2\) after x"),
        (L, None, TypeError, "x: expected an array of real numbers"),
        (L, [[1, 2], [3]], TypeError, "x: expected an array of real numbers"),
        (L, [["1", "2", "3"]], TypeError, "x: expected an array of real numbers"),
    ],
)
def test_networks_that_do_not_fit_are_refused(layers, x, error, words):
    with pytest.raises(error, match=words):
        forward(layers, x)
    with pytest.raises(error, match=words):
        train(layers, x, Y, 0.1)


def test_a_forward_pass_that_overflows_is_refused():
    with pytest.raises(ValueError, match="z: holds NaN or infinite values"):
        forward([Layer([[1e200]], [0.0])], [[1e200]])
    with pytest.raises(ValueError, match="z: holds NaN or infinite values"):
        forward([Layer([[1e200]], [0.0]), Layer([[1.0]], [0.0])], [[1e200]], "relu")


@pytest.mark.parametrize(
    ("y", "error", "words"),
    [
        ([0, 1, 1, 0, 1], ValueError, r"y_onehot: expected shape \(5, 3\), as the outputs have, got \(5,\)"),
        ([0, 1, 2, 0, 1], ValueError, r"y_onehot: expected values from 0 to 1, got 0\.0 to 2\.0"),
        (Y[:4], ValueError, r"y_onehot: expected shape \(5, 3\)"),
        (Y[:, :2], ValueError, r"y_onehot: expected shape \(5, 3\)"),
        (Y[:, :1], ValueError, r"y_onehot: expected shape \(5, 3\)"),
        (Y - 0.999999, ValueError, "y_onehot: expected values from 0 to 1"),
        (Y + 1, ValueError, "y_onehot: expected values from 0 to 1"),
        (Y * np.nan, ValueError, "y_onehot: holds NaN"),
        (Y[:0], ValueError, "y_onehot: expected"),
        (1.0, ValueError, "y_onehot: expected"),
        (None, TypeError, "y_onehot: expected an array of real numbers"),
        ("cat", TypeError, "y_onehot: expected an array of real numbers"),
    ],
)
def test_targets_that_do_not_fit_are_refused(y, error, words):
    for call in (
        lambda: backward(L, FWD, y),
        lambda: train(L, X, y, 0.1),
        lambda: cross_entropy(FWD.a[-1], y),
        lambda: cross_entropy_with_logits(FWD.z[-1], y),
    ):
        with pytest.raises(error, match=words):
            call()


@pytest.mark.parametrize(
    ("activation", "error"),
    [("softplus", ValueError), ("Sigmoid", ValueError), ("", ValueError), (None, TypeError), ([], TypeError)],
)
def test_unknown_activations_are_refused(activation, error):
    for call in (
        lambda: forward(L, X, activation),
        lambda: backward(L, FWD, Y, activation),
        lambda: train(L, X, Y, 0.1, activation),
    ):
        with pytest.raises(error, match="activation: expected one of sigmoid, tanh, relu"):
            call()


@pytest.mark.parametrize(
    ("fwd", "error", "words"),
    [
        (None, TypeError, "fwd: expected what forward"),
        (tuple(FWD), TypeError, "fwd: expected what forward"),
        (Forward((), ()), ValueError, "fwd: holds no activations"),
        (Forward(FWD.z, FWD.a[:-1]), ValueError, "fwd: expected activations of shapes"),
        (Forward(FWD.z, (*FWD.a, FWD.a[-1])), ValueError, "fwd: expected activations of shapes"),
        (Forward(FWD.z, (X[:4], *FWD.a[1:])), ValueError, "fwd: expected activations of shapes"),
        (Forward(FWD.z, (X, FWD.a[1][:, :3], FWD.a[2])), ValueError, "fwd: expected activations of shapes"),
        (Forward(FWD.z, (X, FWD.a[1] * np.nan, FWD.a[2])), ValueError, r"fwd.a\[1\]: holds NaN"),
        (forward([L[1]], FWD.a[1]), ValueError, r"layers\[0\].weight: expected \(n_out, 4\) after x"),
    ],
)
def test_forward_passes_of_another_network_are_refused(fwd, error, words):
    with pytest.raises(error, match=words):
        backward(L, fwd, Y)


def test_bad_weights_are_refused_by_the_backward_pass_too():
    with pytest.raises(ValueError, match=r"layers\[1\].weight: holds NaN"):
        backward([L[0], Layer(NAN_W, L[1].bias)], FWD, Y)


@pytest.mark.parametrize(
    ("lr", "error"),
    [(-0.1, ValueError), (np.nan, ValueError), (np.inf, ValueError), ("1", TypeError), (True, TypeError)],
)
def test_learning_rates_that_make_no_sense_are_refused(lr, error):
    with pytest.raises(error, match="lr: expected"):
        train(L, X, Y, lr)


@pytest.mark.parametrize("z", [[], 1.0, np.ones((2, 0)), np.ones((0, 2)), [np.nan], [np.inf, 0.0]])
def test_logits_that_make_no_sense_are_refused(z):
    for call in (softmax, softmax_jacobian, lambda z: cross_entropy_with_logits(z, z)):
        with pytest.raises(ValueError, match="z: "):
            call(z)


@pytest.mark.parametrize("probs", [[], 1.0, [1.1, 0.0], [-0.1, 1.0], [np.nan, 1.0], np.ones((0, 2))])
def test_probabilities_that_are_none_are_refused(probs):
    with pytest.raises(ValueError, match="probs: "):
        cross_entropy(probs, probs)


@pytest.mark.parametrize(
    ("sizes", "error"),
    [
        (5, TypeError),
        (None, TypeError),
        ("34", TypeError),
        ((3, 2.0), TypeError),
        ((3, True), TypeError),
        ((3,), ValueError),
        ((), ValueError),
        ((3, 0), ValueError),
        ((-3, 2), ValueError),
    ],
)
def test_sizes_that_make_no_network_are_refused(sizes, error):
    with pytest.raises(error, match="sizes: expected"):
        init(sizes, 0)


def test_other_arguments_of_init_are_checked():
    with pytest.raises(TypeError, match="rng: expected"):
        init((2, 2), "seed")
    with pytest.raises(ValueError, match="scale: expected"):
        init((2, 2), 0, scale=-1)
    with pytest.raises(ValueError, match="scale: expected"):
        init((2, 2), 0, scale=np.nan)
    assert_array_equal(init((2, 2), 0, scale=0)[0].weight, 0)


@pytest.mark.parametrize(
    ("labels", "n_classes", "error", "words"),
    [
        ([0, 3], 3, ValueError, "labels: expected 0 to 2, got 0 to 3"),
        ([0, -1], 3, ValueError, "labels: expected 0 to 2, got -1 to 0"),
        (np.array([2**64 - 1], dtype=np.uint64), 3, ValueError, "labels: expected 0 to 2"),
        ([[0], [1]], 3, ValueError, "labels: expected 1 dimension"),
        ([0.0, 1.0], 3, TypeError, "labels: expected integers"),
        (["a"], 3, TypeError, "labels: expected integers"),
        ([0], 0, ValueError, "n_classes: expected 1 or more"),
        ([0], 2.0, TypeError, "n_classes: expected an integer"),
    ],
)
def test_labels_out_of_range_are_refused(labels, n_classes, error, words):
    with pytest.raises(error, match=words):
        one_hot(labels, n_classes)


@pytest.mark.parametrize(
    ("f", "x", "eps", "error", "words"),
    [
        (3, [1.0], 1e-6, TypeError, "f: expected a function"),
        (lambda x: x, [1.0], 1e-6, ValueError, "f: expected one number"),
        (lambda x: np.nan, [1.0], 1e-6, ValueError, r"f\(x\): expected a finite number"),
        (lambda x: "high", [1.0], 1e-6, TypeError, r"f\(x\): expected a number"),
        (lambda x: x.sum(), [np.nan], 1e-6, ValueError, "x: holds NaN"),
        (lambda x: x.sum(), ["a"], 1e-6, TypeError, "x: expected an array"),
        (lambda x: x.sum(), [1.0], 0, ValueError, "eps: expected"),
        (lambda x: x.sum(), [1.0], -1e-6, ValueError, "eps: expected"),
        (lambda x: x.sum(), [1.0], "small", TypeError, "eps: expected"),
    ],
)
def test_finite_differences_of_nonsense_are_refused(f, x, eps, error, words):
    with pytest.raises(error, match=words):
        numerical_gradient(f, x, eps)


def test_missing_and_unknown_arguments_are_refused_by_name():
    with pytest.raises(TypeError, match="'x'"):
        forward(L)
    with pytest.raises(TypeError, match="'speed'"):
        backward(L, FWD, Y, speed=3)


def test_every_public_name_is_there_and_documented():
    for name in backprop.__all__:
        assert getattr(backprop, name).__doc__


def test_targets_have_the_shape_of_the_outputs_not_of_the_inputs():
    layers = backprop.init((2, 3, 4), rng=0)
    first = next(backprop.train(layers, [[0.5, -0.5]], [[0, 0, 1, 0]], lr=0.1))
    assert first.loss == pytest.approx(
        -np.log(forward(layers, np.array([[0.5, -0.5]])).a[-1][0, 2]), rel=1e-12
    )
    with pytest.raises(ValueError, match=r"^y_onehot: expected shape \(1, 4\)"):
        backprop.train(layers, [[0.5, -0.5]], [[0, 1]], lr=0.1)


def test_the_jacobian_of_a_softmax_keeps_its_precision():
    a = softmax(np.array([0.1, 0.2, 0.7], dtype=np.float32))
    assert a.dtype == softmax_jacobian(a).dtype == np.float32
