r"""Methods that give every parameter its own step: Adagrad, RMSprop, Adam, AdamW, AMSGrad.

All divide by a root of squared gradients plus ε, with ε outside the root and after the bias correction, as
PyTorch does. :mod:`kamen_core.gradient_descent` exports them.
"""

from itertools import count
from math import inf
from typing import NamedTuple

import numpy as np

from ._compile import fused
from ._descent import descent


class AdagradState(NamedTuple):
    """The parameters and the sum of all squared gradients so far."""

    theta: np.ndarray
    g2_sum: np.ndarray


class RMSpropState(NamedTuple):
    """The parameters and the running mean of the squared gradients."""

    theta: np.ndarray
    g2_mean: np.ndarray


class AdamState(NamedTuple):
    """The parameters and the running means of g and g², before the bias correction."""

    theta: np.ndarray
    m: np.ndarray
    v: np.ndarray


class AMSGradState(NamedTuple):
    """Adam's state and the largest `v` so far."""

    theta: np.ndarray
    m: np.ndarray
    v: np.ndarray
    v_max: np.ndarray


@descent
def adagrad(grad, theta, lr, eps=1e-8):
    r"""Adagrad: every parameter divides its gradient by the root of the sum of all its squares.

    .. math:: G_t = G_{t-1} + g_t^2, \qquad \theta_t = \theta_{t-1} - \frac{\eta}{\sqrt{G_t} + \epsilon} g_t

    The first step is ±η in every coordinate, whatever the gradient; under a constant gradient step t is
    :math:`\eta / \sqrt t`.

    Parameters
    ----------
    grad : function
        The gradient at `theta`, an array of the same shape.
    theta : array_like of float, any shape
        The start; float32 stays float32.
    lr : float
        The learning rate η, above 0.
    eps : float
        Keeps the division from 0 / 0; 0 or more.

    Yields
    ------
    AdagradState

    Raises
    ------
    ValueError
        If a number is out of bounds, `theta` holds NaN or infinities, or a gradient has another shape.
    TypeError
        If an argument is of the wrong kind.

    References
    ----------
    Duchi, Hazan and Singer (2011), *JMLR* 12, 2121–2159, with a diagonal matrix.

    Examples
    --------
    >>> from kamen_core.trace import run
    >>> run(adagrad(lambda theta: theta * [1, 25], [5.0, 1.0], lr=0.5), 2).theta.round(4)
    array([[5.    , 1.    ],
           [4.5   , 0.5   ],
           [4.1655, 0.2764]])
    """
    g2_sum = np.zeros_like(theta)
    yield AdagradState(theta, g2_sum)
    while True:
        g = grad(theta)
        g2_sum = g2_sum + g**2
        theta = theta - lr * g / (np.sqrt(g2_sum) + eps)
        yield AdagradState(theta, g2_sum)


@descent
def rmsprop(grad, theta, lr=1e-3, rho=0.9, eps=1e-8):
    r"""RMSprop: Adagrad that forgets, with a running mean in place of the sum.

    .. math:: E_t = \rho E_{t-1} + (1 - \rho)\, g_t^2, \qquad
              \theta_t = \theta_{t-1} - \frac{\eta}{\sqrt{E_t} + \epsilon} g_t

    Parameters
    ----------
    grad, theta, lr, eps
        As for :func:`adagrad`.
    rho : float
        The share of the mean that is kept, in [0, 1): it remembers about 1 / (1 − ρ) steps.

    Yields
    ------
    RMSpropState

    Raises
    ------
    ValueError, TypeError
        As for :func:`adagrad`.

    Notes
    -----
    The mean starts at 0 and nothing corrects that: the first step is :math:`\eta / \sqrt{1 - \rho}`, 3.16 η.
    ``torch.optim.RMSprop`` calls ρ `alpha` and sets it to 0.99.

    References
    ----------
    Hinton, Srivastava and Swersky (2012), *Neural Networks for Machine Learning*, lecture 6e.

    Examples
    --------
    >>> from kamen_core.trace import run
    >>> run(rmsprop(lambda theta: np.ones(1), [0.0]), 3).g2_mean.ravel().round(3)
    array([0.   , 0.1  , 0.19 , 0.271])
    """
    g2_mean = np.zeros_like(theta)
    yield RMSpropState(theta, g2_mean)
    while True:
        g = grad(theta)
        g2_mean = rho * g2_mean + (1 - rho) * g**2
        theta = theta - lr * g / (np.sqrt(g2_mean) + eps)
        yield RMSpropState(theta, g2_mean)


@fused
def adam_update(theta, m, v, g, lr, beta1, new1, beta2, new2, seen1, seen2, eps):
    """One step of :func:`adam`, for arrays or a single parameter; new is 1 − β and seen is 1 − βᵗ."""
    m = beta1 * m + new1 * g
    v = beta2 * v + new2 * g**2
    m_hat = m / seen1
    v_hat = v / seen2
    theta = theta - lr * m_hat / (np.sqrt(v_hat) + eps)
    return theta, m, v


@descent
def adam(grad, theta, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, *, bias_correction=True):
    r"""Adam: the running mean of the gradient over the root of the running mean of its square.

    .. math::
        \begin{aligned}
        m_t &= \beta_1 m_{t-1} + (1 - \beta_1)\, g_t  &  \hat m_t &= m_t / (1 - \beta_1^t) \\
        v_t &= \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2  &  \hat v_t &= v_t / (1 - \beta_2^t) \\
        \theta_t &= \theta_{t-1} - \eta\, \hat m_t / (\sqrt{\hat v_t} + \epsilon)
        \end{aligned}

    The hats make good that m and v start at 0: after t steps they have seen weights of :math:`1 - \beta^t`
    only. So the first step is ±η in every coordinate.

    Parameters
    ----------
    grad, theta, lr, eps
        As for :func:`adagrad`.
    betas : (float, float)
        The shares of the two means that are kept, each in [0, 1).
    bias_correction : bool
        False leaves the hats out, to see what they are for.

    Yields
    ------
    AdamState
        `theta`, and `m` and `v` without hats.

    Raises
    ------
    ValueError, TypeError
        As for :func:`adagrad`.

    References
    ----------
    Kingma and Ba (2015), *ICLR*, algorithm 1.

    Examples
    --------
    >>> from kamen_core.trace import run
    >>> path = run(adam(lambda theta: theta * [1, 25], [5.0, 1.0], lr=0.1), 2)
    >>> path.theta.round(3)
    array([[5. , 1. ],
           [4.9, 0.9],
           [4.8, 0.8]])
    >>> path.m[1]
    array([0.5, 2.5])
    """
    beta1, beta2 = betas
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    yield AdamState(theta, m, v)
    for step in count(1):
        t = step if bias_correction else inf  # 1 − β^∞ = 1: no correction
        g = grad(theta)
        theta, m, v = adam_update(
            theta, m, v, g, lr, beta1, 1 - beta1, beta2, 1 - beta2, 1 - beta1**t, 1 - beta2**t, eps
        )
        yield AdamState(theta, m, v)


@descent
def adamw(grad, theta, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    r"""Adam with decoupled weight decay: before Adam's step the parameters shrink by :math:`1 - \eta\lambda`.

    Parameters
    ----------
    grad, theta, lr, betas, eps
        As for :func:`adam`.
    weight_decay : float
        The decay λ, 0 or more. It is not part of the gradient, so that nothing rescales it.

    Yields
    ------
    AdamState

    Raises
    ------
    ValueError, TypeError
        As for :func:`adam`.

    References
    ----------
    Loshchilov and Hutter (2019), *ICLR*, algorithm 2, with η in both places as PyTorch has it.

    Examples
    --------
    >>> from kamen_core.trace import run
    >>> run(adamw(lambda theta: theta * 0, [1.0], lr=0.1, weight_decay=0.5), 2).theta.ravel()
    array([1.    , 0.95  , 0.9025])
    """
    beta1, beta2 = betas
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    yield AdamState(theta, m, v)
    for t in count(1):
        g = grad(theta)
        theta = (1 - lr * weight_decay) * theta
        theta, m, v = adam_update(
            theta, m, v, g, lr, beta1, 1 - beta1, beta2, 1 - beta2, 1 - beta1**t, 1 - beta2**t, eps
        )
        yield AdamState(theta, m, v)


@descent
def amsgrad(grad, theta, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    r"""Adam that divides by the largest v so far, so that no parameter's step grows again.

    Parameters
    ----------
    grad, theta, lr, betas, eps
        As for :func:`adam`.

    Yields
    ------
    AMSGradState

    Raises
    ------
    ValueError, TypeError
        As for :func:`adam`.

    References
    ----------
    Reddi, Kale and Kumar (2018), *ICLR*, algorithm 2, with Adam's bias corrections as PyTorch has it: the
    maximum is taken of v, the correction comes after.

    Examples
    --------
    >>> from itertools import islice
    >>> spike = iter([10.0, 0.0, 0.0])
    >>> states = amsgrad(lambda theta: np.array([next(spike)]), [0.0])
    >>> [round(state.v_max.item(), 4) for state in islice(states, 4)]
    [0.0, 0.1, 0.1, 0.1]
    """
    beta1, beta2 = betas
    m, v, v_max = np.zeros_like(theta), np.zeros_like(theta), np.zeros_like(theta)
    yield AMSGradState(theta, m, v, v_max)
    for t in count(1):
        g = grad(theta)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        v_max = np.maximum(v_max, v)
        m_hat = m / (1 - beta1**t)
        v_hat = v_max / (1 - beta2**t)
        theta = theta - lr * m_hat / (np.sqrt(v_hat) + eps)
        yield AMSGradState(theta, m, v, v_max)
