"""The GRU, forward and backward through time, in both conventions."""

from typing import NamedTuple

import numpy as np

from kamen_core import _check
from kamen_core._rnn import checked, checked_trace, require_finite, series, sigmoid, uniform

CONVENTIONS = ("torch", "cho")


class GRUParams(NamedTuple):
    """Weights of a GRU layer as PyTorch lays them out, H rows for each of r, z, n in this order.

    ``weight_ih`` (3H, I) acts on x, ``weight_hh`` (3H, H) on h, ``bias_ih`` and ``bias_hh`` are (3H,). The
    second bias is a freedom of its own only for n in PyTorch's convention, where r multiplies it.
    """

    weight_ih: np.ndarray
    weight_hh: np.ndarray
    bias_ih: np.ndarray
    bias_hh: np.ndarray


class GRUTrace(NamedTuple):
    """Everything a GRU computed, each (T, B, H): gates r, z in (0, 1), candidate n in (-1, 1), output h."""

    r: np.ndarray
    z: np.ndarray
    n: np.ndarray
    h: np.ndarray


def init_gru(n_in, n_hidden, rng):
    """Random weights: uniform in ±1/√H, as PyTorch draws them.

    Parameters
    ----------
    n_in, n_hidden : int
        Inputs I and hidden units H, 1 or more.
    rng : numpy.random.Generator or int
        Source of randomness, or a seed.

    Returns
    -------
    GRUParams

    Raises
    ------
    TypeError, ValueError
        If a size is not an integer of at least 1, or `rng` is neither Generator nor seed.

    Examples
    --------
    >>> [p.shape for p in init_gru(n_in=3, n_hidden=2, rng=0)]
    [(6, 3), (6, 2), (6,), (6,)]
    """
    return GRUParams(*uniform(3, n_in, n_hidden, rng))


def gru(x, params, h0=None, convention="torch"):
    """Run a GRU over sequences and keep every gate of every step.

    In PyTorch's convention z is the share of the old that is *kept*, and r acts *after* the matrix::

        r = σ(W_r x_t + U_r h_(t-1) + b_r)
        z = σ(W_z x_t + U_z h_(t-1) + b_z)
        n = tanh(W_n x_t + b_n + r ⊙ (U_n h_(t-1) + c_n))
        h_t = (1 - z) ⊙ n + z ⊙ h_(t-1)

    In the article's (``"cho"``) z is the share of the *new*, and r acts *before* the matrix::

        n = tanh(W_n x_t + b_n + U_n (r ⊙ h_(t-1)) + c_n)
        h_t = (1 - z) ⊙ h_(t-1) + z ⊙ n

    As σ(-a) = 1 - σ(a), the meaning of z is turned round by negating the z rows of all four weights.

    Parameters
    ----------
    x : array_like (T, B, I)
        B sequences of T steps.
    params : GRUParams
        Weights for I inputs and H units.
    h0 : array_like (B, H), optional
        Output before the first step; zeros if not given.
    convention : {"torch", "cho"}
        Which of the two.

    Returns
    -------
    GRUTrace
        r, z, n, h, each (T, B, H). The floating type is that of the arguments: float32 stays float32.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, or `params` is not a GRUParams.
    ValueError
        If a shape does not fit, a dimension is 0, a value is NaN or infinite, a product overflows, or the
        convention is unknown.

    References
    ----------
    K. Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine
    Translation", EMNLP 2014: the reset gate before the matrix, z the share kept. J. Chung et al., "Empirical
    Evaluation of Gated Recurrent Neural Networks on Sequence Modeling" (2014): z the share of the new.

    Examples
    --------
    One unit, h = 2, z = ¼, and a candidate of 0.8, in the article's convention: ¾·2 + ¼·0.8:

    >>> bias = np.array([0.0, np.log(0.25 / 0.75), np.arctanh(0.8)])
    >>> params = GRUParams(np.zeros((3, 1)), np.zeros((3, 1)), bias, np.zeros(3))
    >>> gru(np.zeros((1, 1, 1)), params, h0=[[2.0]], convention="cho").h.round(12)
    array([[[1.7]]])
    >>> gru(np.zeros((1, 1, 1)), params, h0=[[2.0]]).h.round(12)  # ¾·0.8 + ¼·2
    array([[[1.1]]])
    """
    reset_after = _check.choice("convention", convention, CONVENTIONS) == "torch"
    x, params, h0 = checked(GRUParams, 3, x, params, h0=h0)
    n_steps, n_sequences, n_in = x.shape
    n_hidden = h0.shape[1]
    weight_x, weight_h, bias_n = _stacked(params, reset_after)
    x1 = np.ones((n_in + 1, n_sequences), x.dtype)
    trace = GRUTrace(*np.empty((4, n_steps, n_hidden, n_sequences), x.dtype))

    h = h0.T
    with np.errstate(over="ignore"):  # exp(-a) = ∞ makes σ(a) = 0, as it should
        for t in range(n_steps):
            x1[:n_in] = x[t].T
            x_r, x_z, x_n = weight_x @ x1
            h_r, h_z = weight_h[:2] @ h
            r = sigmoid(x_r + h_r, out=trace.r[t])
            z = sigmoid(x_z + h_z, out=trace.z[t])
            if reset_after:
                n = trace.n[t] = np.tanh(x_n + r * (weight_h[2] @ h + bias_n))
                h = trace.h[t] = (1 - z) * n + z * h
            else:
                n = trace.n[t] = np.tanh(x_n + weight_h[2] @ (r * h))
                h = trace.h[t] = (1 - z) * h + z * n
    return GRUTrace(*(np.swapaxes(value, 1, 2) for value in trace))


def gru_backward(x, params, trace, grad_h, h0=None, convention="torch", return_initial=False):
    """Backpropagation through time: from ∂L/∂h of every step to ∂L/∂ of weights and inputs.

    Parameters
    ----------
    x, params, h0, convention
        As given to `gru`.
    trace : GRUTrace
        What `gru` returned for them.
    grad_h : array_like (T, B, H)
        ∂L/∂h_t by what reads h_t outside the GRU, for example a softmax on it; zeros where nothing does.
    return_initial : bool
        Also return the gradient of the initial state.

    Returns
    -------
    grads : GRUParams
        ∂L/∂ of each weight, summed over steps and batch.
    grad_x : ndarray (T, B, I)
    grad_h0 : ndarray (B, H)
        Only if `return_initial`.

    Raises
    ------
    TypeError, ValueError
        As `gru`; and if `trace` or `grad_h` has not the shape (T, B, H).

    Examples
    --------
    >>> params = init_gru(n_in=2, n_hidden=3, rng=0)
    >>> x = np.random.default_rng(1).normal(size=(5, 4, 2))
    >>> trace = gru(x, params)
    >>> grads, grad_x = gru_backward(x, params, trace, grad_h=np.ones((5, 4, 3)))
    >>> grads.weight_hh.shape, grad_x.shape
    ((9, 3), (5, 4, 2))
    """
    reset_after = _check.choice("convention", convention, CONVENTIONS) == "torch"
    x, params, h0 = checked(GRUParams, 3, x, params, h0=h0)
    n_steps, n_sequences, n_in = x.shape
    n_hidden = h0.shape[1]
    shape = (n_steps, n_sequences, n_hidden)
    return_initial = _check.flag("return_initial", return_initial)
    trace = checked_trace(GRUTrace, trace, shape)
    grad_h = series("grad_h", grad_h, shape)
    dtype = np.result_type(x, *trace, grad_h)
    weight_x, weight_h, bias_n = _stacked(params, reset_after)
    weight_x = np.swapaxes(weight_x[[2, 0, 1], :, :n_in], 1, 2)
    weight_h_t = np.swapaxes(weight_h, 1, 2)
    grad_x = np.empty((n_steps, n_in, n_sequences), dtype)
    # ∂L/∂ what n, r and z are functions of, as x enters them, and as U_n h (or U_n rh) enters n. So x meets
    # the first three, and h the last three.
    da = np.empty((4, n_hidden, n_sequences), dtype)
    das = np.empty((4, n_hidden, n_steps, n_sequences), dtype)

    dh = np.zeros((n_hidden, n_sequences), dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        for t in reversed(range(n_steps)):
            r, z, n, _ = (value[t] for value in trace)
            h = trace.h[t - 1] if t else h0.T
            dh = dh + grad_h[t]
            if reset_after:
                da[0] = dh * (1 - z) * (1 - n**2)
                da[1] = da[0] * (weight_h[2] @ h + bias_n) * (r * (1 - r))
                da[2] = dh * (h - n) * (z * (1 - z))
                da[3] = da[0] * r
                dh = dh * z + (weight_h_t @ da[1:]).sum(axis=0)
            else:
                da[0] = da[3] = dh * z * (1 - n**2)
                drh = weight_h_t[2] @ da[3]
                da[1] = drh * h * (r * (1 - r))
                da[2] = dh * (n - h) * (z * (1 - z))
                dh = dh * (1 - z) + drh * r + (weight_h_t[:2] @ da[1:3]).sum(axis=0)
            grad_x[t] = (weight_x @ da[:3]).sum(axis=0)
            das[:, :, t] = da

        h_before = np.concatenate([h0.T[None], trace.h[:-1]])
        into_n = h_before if reset_after else trace.r * h_before
        das = das.reshape(4, n_hidden, -1)
        bias = das.sum(axis=2)
        grads = GRUParams(
            (das[:3] @ x.reshape(-1, n_in))[[1, 2, 0]].reshape(-1, n_in),
            np.vstack([*(das[1:3] @ _flat(h_before)), das[3] @ _flat(into_n)]),
            bias[[1, 2, 0]].ravel(),
            bias[1:].ravel(),
        )
    require_finite(*grads, grad_x[0], dh)
    grad_x = np.swapaxes(grad_x, 1, 2)
    return (grads, grad_x, dh.T) if return_initial else (grads, grad_x)


def _stacked(params, reset_after):
    """(3, H, I+1) for x and a 1; (3, H, H) for h; and what of the bias of n stays inside r ⊙ (…), (H, 1)."""
    n_hidden = params.weight_hh.shape[1]
    bias_hh = params.bias_hh.reshape(3, n_hidden)
    inside = np.array([0, 0, reset_after])[:, None]
    bias = params.bias_ih.reshape(3, n_hidden) + np.where(inside, 0, bias_hh)
    weight_x = np.concatenate([params.weight_ih.reshape(3, n_hidden, -1), bias[:, :, None]], axis=2)
    return weight_x, params.weight_hh.reshape(3, n_hidden, n_hidden), bias_hh[2, :, None]


def _flat(states):
    """From (T, H, B) to (T·B, H)."""
    return np.swapaxes(states, 1, 2).reshape(-1, states.shape[1])
