r"""Gradient descent and the methods that grew out of it, each a generator that reads like its paper.

=============  ===================================================================================
follow it      :func:`gd`, :func:`momentum`, :func:`nag`, :func:`newton`
rescale it     :func:`adagrad`, :func:`rmsprop`, :func:`adam`, :func:`adamw`, :func:`amsgrad`
least squares  :func:`least_squares_loss`, :func:`least_squares_grad`, :func:`minibatch_grad`,
               :func:`normal_equation`
surfaces       `bowl`, `ravine`, `rosenbrock`, `beale`, `saddle`
=============  ===================================================================================

Every method yields its initial state first, then one state a step, for ever:
``trace.run(adam(grad, theta), 100)`` takes 100 steps. `theta` may have any shape, so that a grid of starts
(n_starts, 2) is one call. A run that diverges ends in infinities (or in NaN, where infinities meet) and
warns nobody.
"""

from itertools import count
from typing import NamedTuple

import numpy as np

from ._descent import constant, descent
from .adaptive import (
    AdagradState,
    AdamState,
    AMSGradState,
    RMSpropState,
    adagrad,
    adam,
    adamw,
    amsgrad,
    rmsprop,
)
from .least_squares import least_squares_grad, least_squares_loss, minibatch_grad, normal_equation
from .surfaces import Surface, beale, bowl, ravine, rosenbrock, saddle

__all__ = [
    "AMSGradState",
    "AdagradState",
    "AdamState",
    "GDState",
    "MomentumState",
    "RMSpropState",
    "Surface",
    "adagrad",
    "adam",
    "adamw",
    "amsgrad",
    "beale",
    "bowl",
    "gd",
    "least_squares_grad",
    "least_squares_loss",
    "minibatch_grad",
    "momentum",
    "nag",
    "newton",
    "normal_equation",
    "ravine",
    "rmsprop",
    "rosenbrock",
    "saddle",
]


class GDState(NamedTuple):
    """Where the parameters are."""

    theta: np.ndarray


class MomentumState(NamedTuple):
    """Where the parameters are and the step `v` that brought them there."""

    theta: np.ndarray
    v: np.ndarray


@descent
def gd(grad, theta, lr, *, schedule=constant):
    r"""Gradient descent: :math:`\theta_t = \theta_{t-1} - \eta\,\nabla J(\theta_{t-1})`.

    With the gradient of all samples this is batch gradient descent; with a :func:`minibatch_grad` it is
    stochastic (``batch_size=1``) or mini-batch gradient descent.

    Parameters
    ----------
    grad : function
        The gradient at `theta`, an array of the same shape.
    theta : array_like of float, any shape
        The start; float32 stays float32.
    lr : float
        The learning rate η, above 0. On a quadratic the run converges if η < 2 / L, L the largest curvature.
    schedule : function of the step t = 1, 2, …, optional
        The rate of step t is ``lr * schedule(t)``: ``lambda t: 1 / t`` decreases it as Robbins and Monro
        (1951) ask of a stochastic gradient.

    Yields
    ------
    GDState

    Raises
    ------
    ValueError
        If `lr` is not above 0, `theta` holds NaN or infinities, or a gradient has another shape.
    TypeError
        If an argument is of the wrong kind.

    References
    ----------
    Cauchy (1847), *Comptes rendus* 25, 536–538.

    Examples
    --------
    >>> from kamen_core.trace import run
    >>> run(gd(lambda theta: theta, [8.0], lr=0.5), 3).theta.ravel()
    array([8., 4., 2., 1.])
    """
    yield GDState(theta)
    for t in count(1):
        theta = theta - lr * schedule(t) * grad(theta)
        yield GDState(theta)


@descent
def momentum(grad, theta, lr, momentum=0.9):
    r"""Gradient descent with momentum, the heavy ball: a step remembers the steps before.

    .. math:: v_t = \gamma v_{t-1} + \eta\,\nabla J(\theta_{t-1}), \qquad \theta_t = \theta_{t-1} - v_t

    Under a constant gradient g the step grows to :math:`\eta g / (1 - \gamma)`.

    Parameters
    ----------
    grad, theta, lr
        As for :func:`gd`.
    momentum : float
        The share γ of the last step that is kept, in [0, 1).

    Yields
    ------
    MomentumState
        `theta`, and the step `v`, 0 at the start.

    Raises
    ------
    ValueError, TypeError
        As for :func:`gd`; also if `momentum` is outside [0, 1).

    Notes
    -----
    ``torch.optim.SGD(momentum=…)`` keeps v / η instead of v: the same path while η is constant.

    References
    ----------
    Polyak (1964), *Some methods of speeding up the convergence of iteration methods*.

    Examples
    --------
    >>> from kamen_core.trace import run
    >>> run(momentum(lambda theta: theta, [1.0], lr=0.1), 4).theta.ravel().round(4)
    array([1.    , 0.9   , 0.72  , 0.486 , 0.2268])
    """
    v = np.zeros_like(theta)
    yield MomentumState(theta, v)
    while True:
        v = momentum * v + lr * grad(theta)
        theta = theta - v
        yield MomentumState(theta, v)


@descent
def nag(grad, theta, lr, momentum=0.9):
    r"""Nesterov's accelerated gradient: look where the momentum leads, and take the gradient there.

    .. math:: v_t = \gamma v_{t-1} + \eta\,\nabla J(\theta_{t-1} - \gamma v_{t-1}), \qquad
              \theta_t = \theta_{t-1} - v_t

    Parameters
    ----------
    grad, theta, lr, momentum
        As for :func:`momentum`.

    Yields
    ------
    MomentumState
        `theta`, and the step `v`, 0 at the start.

    Raises
    ------
    ValueError, TypeError
        As for :func:`momentum`.

    Notes
    -----
    ``torch.optim.SGD(nesterov=True)`` follows the point that looks ahead, :math:`\theta_t - \gamma v_t`,
    and never forms :math:`\theta_t` itself: substitute one for the other and the two are one method.

    References
    ----------
    Nesterov (1983), *Doklady AN SSSR* 269, 543–547; in this form Sutskever et al. (2013), *ICML*.

    Examples
    --------
    >>> from kamen_core.trace import run
    >>> path = run(nag(lambda theta: theta, [1.0], lr=0.1), 3)
    >>> path.theta.ravel().round(5)
    array([1.     , 0.9    , 0.729  , 0.51759])
    >>> (path.theta - 0.9 * path.v).ravel().round(5)  # where PyTorch's parameter is
    array([1.     , 0.81   , 0.5751 , 0.32732])
    """
    v = np.zeros_like(theta)
    yield MomentumState(theta, v)
    while True:
        v = momentum * v + lr * grad(theta - momentum * v)
        theta = theta - v
        yield MomentumState(theta, v)


@descent
def newton(grad, hessian, theta, lr=1.0):
    r"""Newton's method: :math:`\theta_t = \theta_{t-1} - \eta H^{-1}\nabla J(\theta_{t-1})`.

    It divides by the curvature and so needs one step on a quadratic, however long its valley. It seeks any
    point without gradient: a saddle, too.

    Parameters
    ----------
    grad : function
        As for :func:`gd`.
    hessian : function
        The matrix of second derivatives at `theta`, (..., d, d); (d, d) where it is the same everywhere.
    theta : array_like of float, (..., d)
        The start or a stack of starts.
    lr : float
        The share η of the full step, above 0.

    Yields
    ------
    GDState

    Raises
    ------
    ValueError
        As for :func:`gd`; also if the Hessian has another shape or is singular where the run has come to.
    TypeError
        If an argument is of the wrong kind.

    References
    ----------
    Nocedal and Wright (2006), *Numerical Optimization*, chapter 3.

    Examples
    --------
    >>> from kamen_core.trace import run
    >>> run(newton(ravine.grad, ravine.hessian, [25.0, 1.0]), 1).theta
    array([[25.,  1.],
           [ 0.,  0.]])
    """
    yield GDState(theta)
    while True:
        theta = theta - lr * _solve(hessian(theta), grad(theta))
        yield GDState(theta)


def _solve(h, g):
    try:
        return np.linalg.solve(h, g[..., None])[..., 0]
    except np.linalg.LinAlgError as error:
        raise ValueError("hessian: is singular where the run has come to, so there is no step") from error
