"""What every descent method shares, so that its own code is the paper's loop and nothing else.

Arguments are checked when the method is called, not at its first step; every gradient is checked as it
comes; and a diverging run goes to infinity without a warning.
"""

import functools
import inspect
from math import isfinite

import numpy as np

from ._check import flag, number, real_array


def constant(t):
    """The schedule that leaves the learning rate as it is: 1 at every step t."""
    return 1.0


def descent(method):
    """Make a generator of states check its arguments (by their names) at the call and diverge quietly."""
    signature = inspect.signature(method)

    @functools.wraps(method)
    def start(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        checked = {name: CHECKS[name](value) for name, value in bound.arguments.items()}
        return _quietly(method(**checked))

    return start


def _quietly(states):
    while True:
        with np.errstate(over="ignore", invalid="ignore"):  # left before yielding: it is the caller's, too
            state = next(states)
        yield state


def _start(theta):
    theta = real_array("theta", theta)
    if theta.size == 0:
        raise ValueError(f"theta: expected a point or a grid of points, got shape {theta.shape}, with none")
    return theta.copy(order="C")  # the caller's array stays the caller's


def _function(name, function, of="theta"):
    if not callable(function):
        raise TypeError(f"{name}: expected a function of {of}, got {type(function).__name__}")
    return function


def _gradient(grad):
    _function("grad", grad)

    def checked(theta):
        g = grad(theta)
        if type(g) is not np.ndarray or g.dtype != theta.dtype:
            g = real_array("grad", g, finite=False).astype(theta.dtype)
        if g.shape != theta.shape:
            raise ValueError(f"grad: expected the shape of theta, {theta.shape}, got {g.shape}")
        if not isfinite(np.vdot(g, g)):  # |g|² tells of a NaN or an infinity anywhere, in one quick pass
            g = np.where(np.isinf(theta), 0, g)  # what has overflowed stays at ±inf; inf − inf is no number
        return g

    return checked


def _hessian(hessian):
    _function("hessian", hessian)

    def checked(theta):
        if theta.ndim == 0:
            raise ValueError("theta: Newton's method expects a vector or a stack of vectors, got a number")
        h = real_array("hessian", hessian(theta), finite=False)
        d = theta.shape[-1]
        if h.shape not in ((d, d), (*theta.shape, d)):
            raise ValueError(f"hessian: expected shape {(*theta.shape, d)} or {(d, d)}, got {h.shape}")
        return h.astype(theta.dtype)

    return checked


def _schedule(schedule):
    _function("schedule", schedule, of="the step t")
    return lambda t: number("schedule", schedule(t), above=0)


def _betas(betas):
    try:
        betas = tuple(betas)
    except TypeError:
        raise TypeError(f"betas: expected two numbers, got {betas!r}") from None
    if len(betas) != 2:
        raise ValueError(f"betas: expected two numbers, got {len(betas)}")
    return tuple(number("betas", beta, least=0, below=1) for beta in betas)


CHECKS = {
    "grad": _gradient,
    "hessian": _hessian,
    "theta": _start,
    "lr": functools.partial(number, "lr", above=0),
    "schedule": _schedule,
    "momentum": functools.partial(number, "momentum", least=0, below=1),
    "rho": functools.partial(number, "rho", least=0, below=1),
    "betas": _betas,
    "eps": functools.partial(number, "eps", least=0),
    "weight_decay": functools.partial(number, "weight_decay", least=0),
    "bias_correction": functools.partial(flag, "bias_correction"),
}
