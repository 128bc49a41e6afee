"""Evidence on backpropagation. The example: z = (2, 1, 0.1), and the first class is the right one."""

import numpy as np

from .. import column
from ..backprop import (
    Layer,
    backward,
    cross_entropy,
    forward,
    init,
    numerical_gradient,
    one_hot,
    relu,
    sigmoid,
    softmax,
    softmax_jacobian,
)

Z = np.array([2.0, 1.0, 0.1])
Y = np.array([1.0, 0.0, 0.0])
A = softmax(Z)
GRAD_A = -Y / A  # ∂C/∂a of the cross-entropy


def network():
    """A 3-4-3 network, its sample and label, and both passes."""
    rng = np.random.default_rng(0)
    layers = init((3, 4, 3), rng)
    x, y = rng.standard_normal((1, 3)), one_hot([0], 3)
    fwd = forward(layers, x)
    return layers, x, y, fwd, backward(layers, fwd, y)


def loss_of(layers, x, y, number, name):
    """The loss as a function of one weight matrix or bias: what a finite difference needs."""

    def loss(value):
        changed = list(layers)
        changed[number] = changed[number]._replace(**{name: value})
        return cross_entropy(forward(tuple(changed), x).a[-1], y)

    return loss


def delta_for(labels):
    """∂C/∂z at Z for these labels."""
    one_layer = (Layer(np.eye(3), np.zeros(3)),)
    return backward(one_layer, forward(one_layer, Z[None]), np.array([labels])).delta[0][0]


def jacobian_by_differences(f, z, h=1e-6):
    return np.array([(f(z + h * e) - f(z - h * e)) / (2 * h) for e in np.eye(len(z))]).T


def bp_06():
    no_input = (np.eye(2) @ np.zeros(2)) + np.array([0.5, -0.5])  # W a + b at a = 0
    return {"z_at_0": tuple(no_input), "relu": relu(-1.0), "sigmoid": sigmoid(0.0)}


def bp_07():
    return {"half": sigmoid(0.0), "low": sigmoid(-4.0), "high": sigmoid(4.0)}


def bp_11():
    layers, x, *_ = network()
    z = x @ layers[0].weight.T + layers[0].bias  # the weights of layer l, not of the last one
    return {"shape": z.shape[1:], "first": layers[0].weight.shape, "last": layers[1].weight.shape}


def bp_13():
    layers, x, y, fwd, back = network()
    slope = fwd.a[1] * (1 - fwd.a[1])
    one = (back.delta[1] @ layers[1].weight * slope).T @ fwd.a[0]  # [Σₘ (Σₖ …) …] …, for all i and j at once
    true = numerical_gradient(loss_of(layers, x, y, 0, "weight"), layers[0].weight)
    return {"error": abs(one - back.grads[0].weight).max(), "differences": abs(one - true).max()}


def bp_14():
    layers, _, _, fwd, _ = network()
    moved = fwd.a[1] + [[0.1, 0, 0, 0]]  # one a of the hidden layer, by hand
    z = moved @ layers[1].weight.T + layers[1].bias
    return {
        "moved": int((z != fwd.z[1]).sum()),
        "of": z.size,
        "ratio": tuple(((z - fwd.z[1]) / 0.1)[0]),
        "weights": tuple(layers[1].weight[:, 0]),
    }


def bp_15():
    off = ~np.eye(3, dtype=bool)
    alone = jacobian_by_differences(sigmoid, Z)[off]
    mixed = jacobian_by_differences(softmax, Z)[off]
    return {"sigmoid": abs(alone).max(), "softmax": abs(mixed).min()}


def bp_16():
    def layer_norm(z):
        return (z - z.mean()) / z.std()

    off = ~np.eye(3, dtype=bool)
    return {
        "sigmoid": abs(jacobian_by_differences(sigmoid, Z)[off]).max(),
        "norm": abs(jacobian_by_differences(layer_norm, Z)[off]).min(),
    }


def bp_18():
    tau, slope = np.array([1.0, -2.0, 3.0]), sigmoid(Z) * (1 - sigmoid(Z))
    right = np.diag(slope).T @ tau  # Σₖ τₖ ∂aₖ/∂zᵢ
    outside = tau[0] * slope  # one τ for all
    return {"right": tuple(right), "own": abs(right - tau * slope).max(), "outside": tuple(outside)}


def bp_19():
    with np.errstate(divide="ignore", invalid="ignore"):
        by_zero = column.softmax_without_exp(np.array([1.0, -1.0]))
    return {
        "printed": tuple(column.softmax_without_exp(Z)),
        "right": tuple(A),
        "negative": tuple(column.softmax_without_exp(np.array([2.0, -1.0]))),
        "finite": bool(np.isfinite(by_zero).all()),
    }


def bp_20():
    moved = softmax(Z + np.array([0.5, 0.0, 0.0])) - A  # one z
    return {"moved": int((moved != 0).sum()), "change": tuple(moved), "sum": abs(moved.sum())}


def bp_21():
    return {
        "printed": tuple(abs(column.softmax_tau_pulled_out(A, GRAD_A)).round(12)),
        "right": tuple(softmax_jacobian(Z).T @ GRAD_A),
    }


def bp_23():
    printed = column.tau_summed(GRAD_A)
    return {"printed": printed[0], "right": GRAD_A[0], "ratio": printed[0] / GRAD_A[0]}


def bp_27():
    layers, _, _, fwd, back = network()
    from_to = layers[1].weight.T  # stored (from, to), as the column does here
    delta = (from_to @ back.delta[1][0]) * fwd.a[1][0] * (1 - fwd.a[1][0])
    tanh_slope = 1 - np.tanh(1.0) ** 2
    return {
        "error": abs(np.outer(delta, fwd.a[0]) - back.grads[0].weight).max(),
        "short": np.tanh(1.0) * (1 - np.tanh(1.0)),
        "tanh": tanh_slope,
    }


def bp_28():
    a_before = np.array([0.5, -1.0])
    right = np.outer(softmax_jacobian(Z).T @ GRAD_A, a_before)
    printed = np.outer(column.output_delta_elementwise(A, GRAD_A), a_before)
    loss = numerical_gradient(
        lambda w: cross_entropy(softmax(w @ a_before)[None], Y[None]), fitting(a_before)
    )
    return {
        "rows": int((printed != 0).any(axis=1).sum()),
        "right_rows": int((right != 0).any(axis=1).sum()),
        "error": abs(right - loss).max(),
    }


def fitting(a_before):
    """Weights that make Z of these activations."""
    return np.outer(Z, a_before) / (a_before @ a_before)


def bp_29():
    layers, x, y, _, back = network()
    true = numerical_gradient(loss_of(layers, x, y, 0, "bias"), layers[0].bias)
    square, delta = np.random.default_rng(0).standard_normal((4, 4)), np.ones(4)
    from_to = layers[1].weight.T  # stored 4 × 3, as (from, to)
    try:
        from_to.T @ back.delta[1][0]
    except ValueError as error:
        refused = type(error).__name__
    return {
        "error": abs(back.delta[0][0] - true).max(),
        "refused": refused,
        "off": abs(square @ delta - square.T @ delta).max(),
    }


def bp_30():
    printed = column.cross_entropy_without_minus(A, Y)
    downhill = softmax(Z + 0.5 * (A - Y))  # a step down the printed loss, whose gradient is y − a
    return {
        "printed": printed,
        "right": cross_entropy(A[None], Y[None]),
        "before": A[0],
        "after": downhill[0],
    }


def bp_34():
    printed = np.exp(Z) / np.exp(np.arange(1, 4)).sum()  # Σ e^k over k = 1, 2, 3
    error = abs(softmax_jacobian(Z) - jacobian_by_differences(softmax, Z)).max()
    return {"sum": printed.sum(), "error": error}


def bp_37():
    first, second, both = (delta_for(y)[2] for y in ([1, 0, 0], [0, 1, 0], [1, 1, 0]))
    return {"first": first, "second": second, "both": both}


def bp_39():
    layers, x, y, fwd, back = network()
    true = numerical_gradient(loss_of(layers, x, y, 1, "weight"), layers[1].weight)
    return {
        "error": abs(np.outer(fwd.a[2] - y, fwd.a[1]) - back.grads[1].weight).max(),
        "differences": abs(back.grads[1].weight - true).max(),
    }


def bp_42():
    printed, right = column.output_delta_elementwise(A, GRAD_A), A - Y
    a = sigmoid(Z)
    squared = jacobian_by_differences(lambda z: 0.5 * ((sigmoid(z) - Y) ** 2).sum(keepdims=True), Z)[0]
    return {
        "printed": tuple(printed + 0),
        "right": tuple(right),
        "sigmoid": abs((a - Y) * a * (1 - a) - squared).max(),
    }
