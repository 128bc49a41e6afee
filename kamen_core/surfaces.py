"""Surfaces over the plane, to walk down: a bowl, a ravine, a saddle, and two that are famous for being hard.

:mod:`kamen_core.gradient_descent` exports them.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ._check import real_array


class Surface(NamedTuple):
    """A function of two parameters with its derivatives; `theta` is (..., 2) and may overflow.

    Attributes
    ----------
    loss : function
        (..., 2) → (...), the height.
    grad : function
        (..., 2) → (..., 2), the slope.
    hessian : function
        (..., 2) → (..., 2, 2), the curvature.
    minimum : ndarray (2,) or None
        The lowest point, if there is one.

    Examples
    --------
    >>> ravine.loss([5.0, 1.0]), ravine.grad([5.0, 1.0]), ravine.minimum
    (np.float64(25.0), array([ 5., 25.]), array([0., 0.]))
    """

    loss: Callable
    grad: Callable
    hessian: Callable
    minimum: np.ndarray | None


_quiet = np.errstate(over="ignore", invalid="ignore")  # far out a height is infinite, and warns nobody


def _point(*xy):
    point = np.array(xy)
    point.flags.writeable = False
    return point


def _xy(theta):
    theta = real_array("theta", theta, finite=False)
    if theta.ndim == 0 or theta.shape[-1] != 2:
        raise ValueError(f"theta: expected points of the plane, (..., 2), got shape {theta.shape}")
    return theta[..., 0], theta[..., 1]


def _matrix(xx, xy, yy):
    xx, xy, yy = np.broadcast_arrays(xx, xy, yy)
    return np.stack([np.stack([xx, xy], axis=-1), np.stack([xy, yy], axis=-1)], axis=-2)


def _quadratic(a, b, minimum):
    """½(a x² + b y²): its curvature is a along x and b along y, everywhere."""

    @_quiet
    def loss(theta):
        x, y = _xy(theta)
        return 0.5 * (a * x**2 + b * y**2)

    @_quiet
    def grad(theta):
        x, y = _xy(theta)
        return np.stack([a * x, b * y], axis=-1)

    @_quiet
    def hessian(theta):
        x, _ = _xy(theta)
        one = np.ones_like(x)
        return _matrix(a * one, 0 * one, b * one)

    return Surface(loss, grad, hessian, minimum)


def _rosenbrock():
    """(1 − x)² + 100 (y − x²)²: a flat, bent valley (Rosenbrock 1960)."""

    @_quiet
    def loss(theta):
        x, y = _xy(theta)
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2

    @_quiet
    def grad(theta):
        x, y = _xy(theta)
        return np.stack([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)], axis=-1)

    @_quiet
    def hessian(theta):
        x, y = _xy(theta)
        return _matrix(2 - 400 * y + 1200 * x**2, -400 * x, 200 * np.ones_like(x))

    return Surface(loss, grad, hessian, _point(1.0, 1.0))


def _beale():
    """Σ (c_k − x + x yᵏ)² for k = 1, 2, 3: plateaus and steep corners (Beale 1958)."""
    c = (1.5, 2.25, 2.625)

    @_quiet
    def loss(theta):
        x, y = _xy(theta)
        return sum((c_k - x + x * y**k) ** 2 for k, c_k in enumerate(c, 1))

    @_quiet
    def grad(theta):
        x, y = _xy(theta)
        by_x = sum(2 * (c_k - x + x * y**k) * (y**k - 1) for k, c_k in enumerate(c, 1))
        by_y = sum(2 * (c_k - x + x * y**k) * k * x * y ** (k - 1) for k, c_k in enumerate(c, 1))
        return np.stack([by_x, by_y], axis=-1)

    @_quiet
    def hessian(theta):
        x, y = _xy(theta)
        xx = xy = yy = 0
        for k, c_k in enumerate(c, 1):
            error = c_k - x + x * y**k
            error_x, error_y = y**k - 1, k * x * y ** (k - 1)
            xx = xx + 2 * error_x**2
            xy = xy + 2 * (error_x * error_y + error * k * y ** (k - 1))
            yy = yy + 2 * (error_y**2 + (error * k * (k - 1) * x * y ** (k - 2) if k > 1 else 0))
        return _matrix(xx, xy, yy)

    return Surface(loss, grad, hessian, _point(3.0, 0.5))


bowl = _quadratic(1, 1, _point(0.0, 0.0))
ravine = _quadratic(1, 25, _point(0.0, 0.0))
saddle = _quadratic(1, -1, None)
rosenbrock = _rosenbrock()
beale = _beale()
