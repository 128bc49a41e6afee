"""The LSTM, forward and backward through time."""

from typing import NamedTuple

import numpy as np

from kamen_core import _check
from kamen_core._rnn import checked, checked_trace, require_finite, series, sigmoid, uniform


class LSTMParams(NamedTuple):
    """Weights of an LSTM layer as PyTorch lays them out, H rows for each of i, f, g, o in this order.

    ``weight_ih`` (4H, I) acts on x, ``weight_hh`` (4H, H) on h; ``bias_ih`` and ``bias_hh`` (4H,) are added
    to each other, so the second one gives no freedom that the first has not.
    """

    weight_ih: np.ndarray
    weight_hh: np.ndarray
    bias_ih: np.ndarray
    bias_hh: np.ndarray


class LSTMTrace(NamedTuple):
    """Everything an LSTM computed, each (T, B, H): gates i, f, o in (0, 1), candidate g in (-1, 1), c, h."""

    i: np.ndarray
    f: np.ndarray
    g: np.ndarray
    o: np.ndarray
    c: np.ndarray
    h: np.ndarray


def init_lstm(n_in, n_hidden, rng):
    """Random weights: uniform in ±1/√H, as PyTorch draws them.

    Parameters
    ----------
    n_in, n_hidden : int
        Inputs I and hidden units H, 1 or more.
    rng : numpy.random.Generator or int
        Source of randomness, or a seed.

    Returns
    -------
    LSTMParams

    Raises
    ------
    TypeError, ValueError
        If a size is not an integer of at least 1, or `rng` is neither Generator nor seed.

    Examples
    --------
    >>> [p.shape for p in init_lstm(n_in=3, n_hidden=2, rng=0)]
    [(8, 3), (8, 2), (8,), (8,)]
    """
    return LSTMParams(*uniform(4, n_in, n_hidden, rng))


def lstm(x, params, h0=None, c0=None):
    """Run an LSTM over sequences and keep every gate of every step.

    With [x; h] the input on top of the last output, and ⊙ the elementwise product::

        i = σ(W_i [x_t; h_(t-1)] + b_i)    how much of the candidate is written
        f = σ(W_f [x_t; h_(t-1)] + b_f)    how much of the old cell is kept
        g = tanh(W_g [x_t; h_(t-1)] + b_g) the candidate
        o = σ(W_o [x_t; h_(t-1)] + b_o)    how much of the cell is shown
        c_t = f ⊙ c_(t-1) + i ⊙ g
        h_t = o ⊙ tanh(c_t)

    Parameters
    ----------
    x : array_like (T, B, I)
        B sequences of T steps.
    params : LSTMParams
        Weights for I inputs and H units.
    h0, c0 : array_like (B, H), optional
        Output and cell before the first step; zeros if not given.

    Returns
    -------
    LSTMTrace
        i, f, g, o, c, h, each (T, B, H). The floating type is that of the arguments: float32 stays float32.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, or `params` is not an LSTMParams.
    ValueError
        If a shape does not fit, a dimension is 0, a value is NaN or infinite, or a product overflows.

    References
    ----------
    S. Hochreiter and J. Schmidhuber, "Long Short-Term Memory", Neural Computation 9 (1997), and with the
    forget gate: F. Gers, J. Schmidhuber and F. Cummins, "Learning to Forget", Neural Computation 12 (2000).

    Examples
    --------
    One unit that keeps a quarter of c = 2 and adds half of a candidate of 0.8 (σ(log ¼/¾) = ¼):

    >>> logit = lambda p: np.log(p / (1 - p))
    >>> bias = np.array([logit(0.5), logit(0.25), np.arctanh(0.8), logit(0.9)])
    >>> params = LSTMParams(np.zeros((4, 1)), np.zeros((4, 1)), bias, np.zeros(4))
    >>> trace = lstm(np.zeros((1, 1, 1)), params, c0=[[2.0]])
    >>> trace.c.round(12), trace.h.round(6)
    (array([[[0.9]]]), array([[[0.644668]]]))
    """
    x, params, h0, c0 = checked(LSTMParams, 4, x, params, h0=h0, c0=c0)
    n_steps, n_sequences, n_in = x.shape
    n_hidden = h0.shape[1]
    weight = _stacked(params)
    xh1 = np.ones((n_in + n_hidden + 1, n_sequences), x.dtype)
    trace = LSTMTrace(*np.empty((6, n_steps, n_hidden, n_sequences), x.dtype))

    h, c = h0.T, c0.T
    with np.errstate(over="ignore"):  # exp(-a) = ∞ makes σ(a) = 0, as it should
        for t in range(n_steps):
            xh1[:n_in], xh1[n_in:-1] = x[t].T, h
            a_i, a_f, a_g, a_o = weight @ xh1
            i = sigmoid(a_i, out=trace.i[t])
            f = sigmoid(a_f, out=trace.f[t])
            g = np.tanh(a_g, out=trace.g[t])
            o = sigmoid(a_o, out=trace.o[t])
            c = trace.c[t] = f * c + i * g
            h = trace.h[t] = o * np.tanh(c)
    return LSTMTrace(*(np.swapaxes(value, 1, 2) for value in trace))


def lstm_backward(x, params, trace, grad_h, h0=None, c0=None, grad_c=None, return_initial=False):
    """Backpropagation through time: from ∂L/∂h of every step to ∂L/∂ of weights and inputs.

    Parameters
    ----------
    x, params, h0, c0
        As given to `lstm`.
    trace : LSTMTrace
        What `lstm` returned for them.
    grad_h : array_like (T, B, H)
        ∂L/∂h_t by what reads h_t outside the LSTM, for example a softmax on it; zeros where nothing does.
    grad_c : array_like (T, B, H), optional
        The same for c_t; nothing reads it if not given.
    return_initial : bool
        Also return the gradients of the initial states.

    Returns
    -------
    grads : LSTMParams
        ∂L/∂ of each weight, summed over steps and batch.
    grad_x : ndarray (T, B, I)
    grad_h0, grad_c0 : ndarray (B, H)
        Only if `return_initial`.

    Raises
    ------
    TypeError, ValueError
        As `lstm`; and if `trace`, `grad_h` or `grad_c` has not the shape (T, B, H).

    Examples
    --------
    When h is not fed back, ∂c_3/∂c_0 is the product of the three forget gates:

    >>> params = init_lstm(n_in=2, n_hidden=1, rng=0)._replace(weight_hh=np.zeros((4, 1)))
    >>> x = np.random.default_rng(1).normal(size=(3, 1, 2))
    >>> trace = lstm(x, params)
    >>> grad_c = np.array([0.0, 0.0, 1.0]).reshape(3, 1, 1)
    >>> *_, grad_c0 = lstm_backward(x, params, trace, 0 * grad_c, grad_c=grad_c, return_initial=True)
    >>> bool(np.isclose(grad_c0[0, 0], trace.f.prod()))
    True
    """
    x, params, h0, c0 = checked(LSTMParams, 4, x, params, h0=h0, c0=c0)
    n_steps, n_sequences, n_in = x.shape
    n_hidden = h0.shape[1]
    shape = (n_steps, n_sequences, n_hidden)
    return_initial = _check.flag("return_initial", return_initial)
    trace = checked_trace(LSTMTrace, trace, shape)
    grad_h = series("grad_h", grad_h, shape)
    grad_c = np.zeros((n_steps, 1, 1), grad_h.dtype) if grad_c is None else series("grad_c", grad_c, shape)
    dtype = np.result_type(x, *trace, grad_h, grad_c)
    weight_t = np.swapaxes(_stacked(params), 1, 2)
    grad_x = np.empty((n_steps, n_in, n_sequences), dtype)
    da = np.empty((4, n_hidden, n_sequences), dtype)  # ∂L/∂ what σ, σ, tanh, σ are taken of
    das = np.empty((4, n_hidden, n_steps, n_sequences), dtype)
    xh1 = np.ones((n_in + n_hidden + 1, n_steps, n_sequences), dtype)
    xh1[:n_in], xh1[n_in:-1, 0] = x.transpose(2, 0, 1), h0.T
    xh1[n_in:-1, 1:] = np.swapaxes(trace.h[:-1], 0, 1)

    dh = dc = np.zeros((n_hidden, n_sequences), dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        for t in reversed(range(n_steps)):
            i, f, g, o, c, _ = (value[t] for value in trace)
            c_before = trace.c[t - 1] if t else c0.T
            tanh_c = np.tanh(c)
            dh = dh + grad_h[t]
            dc = dc + grad_c[t] + dh * o * (1 - tanh_c**2)
            da[0] = dc * g * (i * (1 - i))
            da[1] = dc * c_before * (f * (1 - f))
            da[2] = dc * i * (1 - g**2)
            da[3] = dh * tanh_c * (o * (1 - o))
            dxh = (weight_t @ da).sum(axis=0)
            grad_x[t], dh, dc = dxh[:n_in], dxh[n_in:-1], dc * f
            das[:, :, t] = da
        grads = das.reshape(4 * n_hidden, -1) @ xh1.reshape(len(xh1), -1).T  # Σ over steps and sequences
    require_finite(grads, grad_x[0], dh, dc)
    grads = LSTMParams(grads[:, :n_in], grads[:, n_in:-1], grads[:, -1], grads[:, -1].copy())
    grad_x = np.swapaxes(grad_x, 1, 2)
    return (grads, grad_x, dh.T, dc.T) if return_initial else (grads, grad_x)


def _stacked(params):
    """(4, H, I+H+1): for each of i, f, g, o what multiplies x, h and a 1."""
    weight = np.hstack([params.weight_ih, params.weight_hh, (params.bias_ih + params.bias_hh)[:, None]])
    return weight.reshape(4, -1, weight.shape[1])
