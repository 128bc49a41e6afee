"""Backpropagation through a fully connected network with a softmax on top.

One notation throughout: ``weight`` is (n_out, n_in), a row of ``x`` is a sample, δ is ∂C/∂z,

    zˡ = aˡ⁻¹ (Wˡ)ᵀ + bˡ,    aˡ = f(zˡ), the last one softmax(z),

and C is the cross-entropy, averaged over the batch.
"""

import functools
import inspect
import itertools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from kamen_core import _check, _check_network
from kamen_core._losses import (
    cross_entropy,
    cross_entropy_with_logits,
    log_softmax,
    mean_loss,
    one_hot,
    softmax,
    softmax_jacobian,
)

__all__ = [
    "Backward",
    "Forward",
    "Layer",
    "TrainState",
    "backward",
    "cross_entropy",
    "cross_entropy_with_logits",
    "forward",
    "init",
    "numerical_gradient",
    "one_hot",
    "relu",
    "sigmoid",
    "softmax",
    "softmax_jacobian",
    "tanh",
    "train",
]


class Layer(NamedTuple):
    """Parameters of one layer, or their gradients."""

    weight: np.ndarray  # (n_out, n_in)
    bias: np.ndarray  # (n_out,)


class Forward(NamedTuple):
    """What the forward pass leaves for the backward pass."""

    z: tuple  # one (n, n_out) a layer
    a: tuple  # x first, then one (n, n_out) a layer; the last one holds the probabilities


class Backward(NamedTuple):
    """Derivatives of the mean loss."""

    delta: tuple  # ∂C/∂z, one (n, n_out) a layer
    grads: tuple  # ∂C/∂weight and ∂C/∂bias, one Layer a layer


class TrainState(NamedTuple):
    """The network after some steps of gradient descent, and its loss."""

    layers: tuple
    loss: float


def _checked(check):
    """Let `check` clean the arguments first; ``.__wrapped__`` is the bare function, for inner loops."""

    def decorate(function):
        signature = inspect.signature(function)

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            arguments = signature.bind(*args, **kwargs)
            arguments.apply_defaults()
            return function(*check(**arguments.arguments))

        return wrapper

    return decorate


def sigmoid(z):
    """1 / (1 + e⁻ᶻ), element by element.

    Examples
    --------
    >>> sigmoid(np.array([-1e4, 0.0, 1e4]))
    array([0. , 0.5, 1. ])
    """
    z = _check.real_array("z", z, finite=False)
    with np.errstate(over="ignore"):  # e¹⁰⁰⁰⁰ overflows to inf, and 1 / inf is the right 0
        e = np.exp(-z)
    e += 1
    return 1 / e


def tanh(z):
    """Hyperbolic tangent, element by element."""
    return np.tanh(_check.real_array("z", z, finite=False))


def relu(z):
    """max(z, 0), element by element.

    Examples
    --------
    >>> relu(np.array([-1.0, 0.0, 2.0]))
    array([0., 0., 2.])
    """
    return np.maximum(_check.real_array("z", z, finite=False), 0)


class Activation(NamedTuple):
    """An activation, and its slope da/dz written in terms of its own value a."""

    f: Callable
    slope: Callable


ACTIVATIONS = {
    "sigmoid": Activation(sigmoid, lambda a: a * (1 - a)),
    "tanh": Activation(tanh, lambda a: 1 - a * a),
    "relu": Activation(relu, lambda a: a > 0),
}


def init(sizes, rng, scale=1.0):
    """Normal weights with standard deviation scale / √n_in, and zero biases.

    Parameters
    ----------
    sizes : sequence of int
        Units of the input, of each hidden layer and of the output, e.g. ``(784, 256, 128, 10)``.
    rng : numpy.random.Generator or seed
    scale : float
        1 keeps the size of a signal in a linear layer (LeCun et al. 1998, "Efficient BackProp"), √2 in one
        with ReLU (He et al. 2015).

    Returns
    -------
    tuple of Layer

    Raises
    ------
    TypeError, ValueError
        If `sizes` are not two or more positive integers, or `scale` is negative.

    Examples
    --------
    >>> [layer.weight.shape for layer in init((3, 4, 3), rng=0)]
    [(4, 3), (3, 4)]
    """
    try:
        sizes = [_check.integer("sizes", size, least=1) for size in sizes]
    except TypeError:
        raise TypeError(f"sizes: expected a sequence of integers, got {sizes!r}") from None
    if len(sizes) < 2:
        raise ValueError(f"sizes: expected an input and at least one layer, got {sizes}")
    rng = _check.generator(rng)
    scale = _check.number("scale", scale, least=0)
    return tuple(
        Layer(scale / np.sqrt(n_in) * rng.standard_normal((n_out, n_in)), np.zeros(n_out))
        for n_in, n_out in itertools.pairwise(sizes)
    )


def _check_forward(layers, x, activation):
    pairs, x = _check_network.network(layers, x)
    return tuple(map(Layer._make, pairs)), x, _check.choice("activation", activation, ACTIVATIONS)


@_checked(_check_forward)
def forward(layers, x, activation="sigmoid"):
    """Run a batch through the network and keep every value on the way.

    Parameters
    ----------
    layers : sequence of Layer
        Weights (n_out, n_in) and biases (n_out,), each n_in the n_out before it.
    x : array (n, n_in)
        A sample a row, at least one.
    activation : {"sigmoid", "tanh", "relu"}
        Of the hidden layers; the last layer has the softmax.

    Returns
    -------
    Forward(z, a)
        ``a[0]`` is `x`, ``a[-1]`` the probabilities (n, n_classes).

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If shapes do not chain, the activation is unknown, or NaN or an infinity comes in or up.

    Examples
    --------
    >>> net = [Layer(np.array([[1.0, 0.0], [0.0, 2.0]]), np.zeros(2))]
    >>> forward(net, [[1.0, 1.0]]).a[-1].round(3)
    array([[0.269, 0.731]])
    """
    f = ACTIVATIONS[activation].f
    z, a = [], [x]
    with np.errstate(over="ignore", invalid="ignore"):  # the softmax refuses what overflows
        for weight, bias in layers:
            z.append(a[-1] @ weight.T + bias)
            a.append(f(z[-1]))
    a[-1] = softmax(z[-1])
    return Forward(tuple(z), tuple(a))


def _check_backward(layers, fwd, y_onehot, activation):
    if not isinstance(fwd, Forward):
        raise TypeError(f"fwd: expected what forward() returns, got {type(fwd).__name__}")
    pairs, a = _check_network.activations(layers, fwd.a)
    y = _check_network.targets(y_onehot, a[-1])
    activation = _check.choice("activation", activation, ACTIVATIONS)
    return tuple(map(Layer._make, pairs)), Forward(fwd.z, a), y, activation


@_checked(_check_backward)
def backward(layers, fwd, y_onehot, activation="sigmoid"):
    """Send the error of the mean loss back through the network.

    Parameters
    ----------
    layers : sequence of Layer
    fwd : Forward
        What ``forward(layers, x, activation)`` returned.
    y_onehot : array (n, n_classes)
        Targets from 0 to 1: one-hot, soft, or several labels a row.
    activation : {"sigmoid", "tanh", "relu"}

    Returns
    -------
    Backward(delta, grads)
        One δ (n, n_out) and one Layer of gradients for each layer, in the order of `layers`.

    Raises
    ------
    TypeError, ValueError
        If `fwd` does not fit `layers`, or as for `forward`.

    Notes
    -----
    Nielsen, *Neural Networks and Deep Learning* (2015), chapter 2, (BP1) to (BP4), with a softmax on top: its
    Jacobian times −y / a collapses to a Σy − y, and to a − y where a row of y sums to 1.

    Examples
    --------
    >>> net = [Layer(np.eye(3), np.zeros(3))]
    >>> fwd = forward(net, [[2.0, 1.0, 0.1]])
    >>> backward(net, fwd, [[1, 0, 0]]).delta[-1].round(6)
    array([[-0.340999,  0.242433,  0.098566]])
    """
    slope = ACTIVATIONS[activation].slope
    a, y = fwd.a, y_onehot
    delta = [(a[-1] * y.sum(axis=1, keepdims=True) - y) / len(y)]
    for next_layer, a_here in zip(layers[:0:-1], a[-2:0:-1], strict=True):
        delta.insert(0, (delta[0] @ next_layer.weight) * slope(a_here))
    grads = tuple(Layer(d.T @ a_in, d.sum(axis=0)) for d, a_in in zip(delta, a[:-1], strict=True))
    return Backward(tuple(delta), grads)


def train(layers, x, y_onehot, lr, activation="sigmoid"):
    """Gradient descent on the whole batch: a generator of states, the untrained network first.

    Parameters
    ----------
    layers, x, y_onehot, activation
        As for `forward` and `backward`.
    lr : float
        Learning rate, 0 or more.

    Yields
    ------
    TrainState(layers, loss)
        The loss is that of these layers.

    Raises
    ------
    TypeError, ValueError
        As for `forward` and `backward`, at the call; ValueError later where the training diverges.

    Examples
    --------
    >>> steps = train(init((2, 3, 2), rng=0), [[0, 1], [1, 0]], [[0, 1], [1, 0]], lr=1.0)
    >>> losses = [float(next(steps).loss) for _ in range(100)]
    >>> losses[0] > 0.5 > 0.1 > losses[-1]
    True
    """
    layers, x, activation = _check_forward(layers, x, activation)
    y = _check_network.targets(y_onehot, forward(layers, x, activation).a[-1])
    return _steps(layers, x, y, _check.number("lr", lr, least=0), activation)


def _steps(layers, x, y, lr, activation):
    while True:
        loss, grads = _loss_and_grads(layers, x, y, activation)
        yield TrainState(layers, loss)
        layers = tuple(
            Layer(_descend(layer.weight, grad.weight, lr), _descend(layer.bias, grad.bias, lr))
            for layer, grad in zip(layers, grads, strict=True)
        )


def _loss_and_grads(layers, x, y, activation):
    # a function of its own, so that z, a and δ are gone before the next step asks for memory
    fwd = forward.__wrapped__(layers, x, activation)
    loss = mean_loss(log_softmax(fwd.z[-1]), y)
    return loss, backward.__wrapped__(layers, fwd, y, activation).grads


def _descend(theta, grad, lr):
    """θ − lr ∂C/∂θ, in the memory of the gradient, which nobody else holds."""
    grad *= -lr
    grad += theta
    return grad


def numerical_gradient(f, x, eps=1e-6):
    """Gradient of a scalar function by central differences, to check an analytic one.

    Parameters
    ----------
    f : callable
        ``f(x)`` is a number, for a float64 array of x's shape.
    x : array of any shape
    eps : float
        Half the distance between the two values. Too large, and the function bends between them (error
        ∝ eps²); too small, and their difference is rounding (error ∝ 1 / eps).

    Returns
    -------
    array of x's shape, float64

    Raises
    ------
    TypeError, ValueError
        If `f` is not callable or returns anything but a finite number, `x` is not finite, or eps ≤ 0.

    Examples
    --------
    >>> numerical_gradient(lambda x: (x**2).sum(), [1.0, -3.0]).round(6)
    array([ 2., -6.])
    """
    if not callable(f):
        raise TypeError(f"f: expected a function, got {type(f).__name__}")
    x = _check.real_array("x", x).astype(np.float64)
    eps = _check.number("eps", eps, above=0)
    grad = np.empty_like(x)
    for i in np.ndindex(x.shape):
        right, left = x.copy(), x.copy()
        right[i] += eps
        left[i] -= eps
        grad[i] = (_value(f, right) - _value(f, left)) / (2 * eps)
    return grad


def _value(f, x):
    value = np.asarray(f(x))
    if value.ndim:
        raise ValueError(f"f: expected one number, got shape {value.shape}")
    return _check.number("f(x)", value.item())
