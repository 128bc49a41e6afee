"""What the LSTM and the GRU share: checks, the sigmoid, and arrays with the features first.

Inside the loops a state is (H, B), not (B, H), and weights are (gates, H, I): then every gate is a contiguous
block, and a step is one small product a gate, which BLAS does faster than one large product for all gates.
Outside, everything is (T, B, H).
"""

import numpy as np

from kamen_core import _check


def sigmoid(a, out=None):
    """σ(a) = 1 / (1 + exp(-a)), in as few passes over memory as NumPy allows."""
    out = np.negative(a, out=out)
    np.exp(out, out=out)
    out += 1
    return np.divide(1, out, out=out)


def uniform(n_gates, n_in, n_hidden, rng):
    """Weights and biases of a layer, uniform in ±1/√H."""
    n_in = _check.integer("n_in", n_in, least=1)
    n_hidden = _check.integer("n_hidden", n_hidden, least=1)
    rng = _check.generator(rng)
    rows, bound = n_gates * n_hidden, n_hidden**-0.5
    return (rng.uniform(-bound, bound, size) for size in ((rows, n_in), (rows, n_hidden), rows, rows))


def checked(kind, n_gates, x, params, **states):
    """x, params and initial states (zeros for None) in one floating type, each shape as it must be."""
    x = _check.real_array("x", x, ndim=3)
    if 0 in x.shape:
        raise ValueError(f"x: expected at least one step, one sequence and one input, got shape {x.shape}")
    if not isinstance(params, kind):
        raise TypeError(f"params: expected {kind.__name__}, got {type(params).__name__}")
    weights = [
        _check.real_array(f"params.{name}", value, ndim=2 if name.startswith("weight") else 1)
        for name, value in zip(params._fields, params, strict=True)
    ]
    _, n_sequences, n_in = x.shape
    n_hidden = weights[1].shape[1]
    rows = n_gates * n_hidden
    if n_hidden == 0:
        raise ValueError(f"params.weight_hh: expected at least one hidden unit, got {weights[1].shape}")
    for name, weight, shape in zip(
        params._fields, weights, [(rows, n_in), (rows, n_hidden), (rows,), (rows,)], strict=True
    ):
        require_shape(f"params.{name}", weight, shape)
    given = {name: _check.real_array(name, state) for name, state in states.items() if state is not None}
    for name, state in given.items():
        require_shape(name, state, (n_sequences, n_hidden))
    dtype = np.result_type(x, *weights, *given.values())
    initial = [given.get(name, np.zeros((n_sequences, n_hidden))) for name in states]
    x, *arrays = (array.astype(dtype, copy=False) for array in (x, *weights, *initial))
    weights, initial = arrays[:4], arrays[4:]
    with np.errstate(over="ignore"):  # h stays within ±1 and h0
        largest = max(1, *(np.abs(array).max() for array in (x, *initial)))
        if not np.isfinite(largest * max(np.abs(w).max() for w in weights) * (n_in + n_hidden + 2)):
            raise ValueError("x, params, initial states: too large, their products overflow")
    return x, kind(*weights), *initial


def checked_trace(kind, trace, shape):
    """A trace with the features first. A NaN in it is left to `require_finite`, at the end and quicker.

    Not so in `c`, of which only tanh is seen: it makes a plausible 1 of an infinity.
    """
    if not isinstance(trace, kind):
        raise TypeError(f"trace: expected {kind.__name__}, got {type(trace).__name__}")
    return kind(
        *(
            series(f"trace.{name}", value, shape, finite=name == "c")
            for name, value in trace._asdict().items()
        )
    )


def series(name, value, shape, finite=True):
    """A (T, B, H) array as a contiguous (T, H, B)."""
    array = require_shape(name, _check.real_array(name, value, finite=finite), shape)
    return np.ascontiguousarray(np.swapaxes(array, 1, 2))


def require_shape(name, array, shape):
    """Refuse any other shape."""
    if array.shape != shape:
        raise ValueError(f"{name}: expected shape {shape}, got {array.shape}")
    return array


def require_finite(*gradients):
    """Refuse a backward pass that met a NaN or infinity in the trace, or overflowed."""
    if not all(np.isfinite(gradient).all() for gradient in gradients):
        raise ValueError("trace, grad_h: hold NaN or infinity, or numbers whose products overflow")
