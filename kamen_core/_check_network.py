"""Checks of what goes into a network: parameters that chain, batches that fit, targets in range."""

import numpy as np

from kamen_core import _check


def network(layers, x):
    """Pairs (weight, bias) and the batch, all finite and of one dtype, once their shapes chain."""
    if hasattr(layers, "weight"):
        raise TypeError("layers: expected a sequence of Layer, got a single one")
    try:
        pairs = [(weight, bias) for weight, bias in layers]
    except (TypeError, ValueError):
        raise TypeError("layers: expected a sequence of Layer(weight, bias)") from None
    if not pairs:
        raise ValueError("layers: expected at least one, got none")
    x = _check.real_array("x", x, ndim=2)
    if x.size == 0:
        raise ValueError(f"x: expected at least one sample and one feature, got shape {x.shape}")
    n_in, source = x.shape[1], "x"
    for i, (weight, bias) in enumerate(pairs):
        weight = _check.real_array(f"layers[{i}].weight", weight, ndim=2)
        bias = _check.real_array(f"layers[{i}].bias", bias, ndim=1)
        if weight.shape[1] != n_in:
            raise ValueError(
                f"layers[{i}].weight: expected (n_out, {n_in}) after {source}, got {weight.shape}"
            )
        n_in, source = len(weight), f"layers[{i}]"
        if n_in == 0:
            raise ValueError(f"layers[{i}].weight: expected at least one unit, got shape {weight.shape}")
        if len(bias) != n_in:
            raise ValueError(f"layers[{i}].bias: expected ({n_in},) beside {weight.shape}, got {bias.shape}")
        pairs[i] = (weight, bias)
    dtype = np.result_type(x, *(parameter for pair in pairs for parameter in pair))
    pairs = [(w.astype(dtype, copy=False), b.astype(dtype, copy=False)) for w, b in pairs]
    return pairs, x.astype(dtype, copy=False)


def activations(layers, a):
    """The pairs of `network` and the activations of a forward pass, once these fit the layers."""
    if not isinstance(a, (tuple, list)):
        raise TypeError(f"fwd: expected activations, one a layer, got {type(a).__name__}")
    a = [_check.real_array(f"fwd.a[{i}]", values, ndim=2) for i, values in enumerate(a)]
    if not a:
        raise ValueError("fwd: holds no activations")
    pairs, a[0] = network(layers, a[0])
    expected = [a[0].shape] + [(len(a[0]), len(bias)) for _, bias in pairs]
    if [values.shape for values in a] != expected:
        raise ValueError(f"fwd: expected activations of shapes {expected}, got {[v.shape for v in a]}")
    return pairs, tuple(a)


def logits(z):
    """Finite logits, at least one class."""
    z = _check.real_array("z", z)
    if z.ndim == 0 or z.size == 0:
        raise ValueError(f"z: expected logits (..., n_classes), got shape {z.shape}")
    return z


def unit_interval(name, value):
    """An array (..., n_classes) of numbers from 0 to 1, not empty."""
    array = _check.real_array(name, value)
    if array.ndim == 0 or array.size == 0:
        raise ValueError(f"{name}: expected (..., n_classes), got shape {array.shape}")
    if array.min() < 0 or array.max() > 1:
        raise ValueError(f"{name}: expected values from 0 to 1, got {array.min()} to {array.max()}")
    return array


def targets(y_onehot, outputs):
    """Targets in the shape and the precision of the outputs they are compared with."""
    y = unit_interval("y_onehot", y_onehot)
    if y.shape != outputs.shape:
        raise ValueError(f"y_onehot: expected shape {outputs.shape}, as the outputs have, got {y.shape}")
    return y.astype(outputs.dtype, copy=False)


def labels(value, n_classes):
    """Integers from 0 to n_classes − 1, one dimension."""
    try:
        array = _check.numeric_array("labels", value, ndim=1)
    except TypeError:
        raise TypeError("labels: expected integers") from None
    if array.dtype.kind not in "biu":
        raise TypeError(f"labels: expected integers, got {array.dtype}")
    if array.size and (array.min() < 0 or array.max() >= n_classes):
        raise ValueError(f"labels: expected 0 to {n_classes - 1}, got {array.min()} to {array.max()}")
    return array.astype(np.int64)
