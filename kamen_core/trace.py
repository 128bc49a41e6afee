"""From a generator of states to arrays that a figure can index."""

from itertools import islice

import numpy as np

from . import _check


def stack(states):
    """Stack equal states into one, steps first.

    Parameters
    ----------
    states : iterable of NamedTuple
        States of the same type and shapes. Fields may be numbers, arrays, tuples or NamedTuples.

    Returns
    -------
    NamedTuple
        The same type; every array has a leading axis of length ``len(states)``.

    Raises
    ------
    TypeError
        If `states` cannot be iterated.
    ValueError
        If there is no state, or the states differ in shape.

    Examples
    --------
    >>> from typing import NamedTuple
    >>> class State(NamedTuple):
    ...     theta: np.ndarray
    >>> stack([State(np.array([1.0, 2.0])), State(np.array([0.5, 1.0]))]).theta.shape
    (2, 2)
    """
    states = list(_check.iterable("states", states, "states"))
    if not states:
        raise ValueError("states: there is none to stack")
    return _stack(states, type(states[0]).__name__)


def _stack(values, name):
    first = values[0]
    if not isinstance(first, tuple):
        try:
            return np.stack([np.asarray(v) for v in values])
        except ValueError as error:
            raise ValueError(f"states: {name} changes its shape from step to step") from error
    if any(type(v) is not type(first) or len(v) != len(first) for v in values):
        raise ValueError(f"states: {name} changes its type or length from step to step")
    names = getattr(first, "_fields", range(len(first)))
    columns = [
        _stack(list(column), f"{name}.{n}")
        for n, column in zip(names, zip(*values, strict=True), strict=True)
    ]
    return type(first)(*columns) if hasattr(first, "_fields") else tuple(columns)


def run(steps, n_steps, progress=False):
    """Take `n_steps` steps of a generator and stack the n_steps + 1 states.

    Parameters
    ----------
    steps : iterator of NamedTuple
        An algorithm that yields its initial state first, then one state a step.
    n_steps : int
        Number of steps, 0 or more.
    progress : bool
        Show a progress bar, for long runs.

    Returns
    -------
    NamedTuple of arrays, each (n_steps + 1, ...)

    Raises
    ------
    TypeError
        If `steps` cannot be iterated or `n_steps` is not an integer.
    ValueError
        If `n_steps` is negative or `steps` ends early.

    Examples
    --------
    >>> from typing import NamedTuple
    >>> class State(NamedTuple):
    ...     x: float
    >>> def halve(x):
    ...     while True:
    ...         yield State(x)
    ...         x = x / 2
    >>> run(halve(8.0), 3).x
    array([8., 4., 2., 1.])
    """
    n_steps = _check.integer("n_steps", n_steps, least=0, most=_check.LARGEST - 1)
    progress = _check.flag("progress", progress)
    taken = islice(_check.iterable("steps", steps, "a generator of states"), n_steps + 1)
    if progress:
        taken = bar(taken, n_steps + 1, "state")
    states = list(taken)
    if len(states) <= n_steps:
        raise ValueError(f"steps: ended after {len(states)} states, {n_steps + 1} were asked for")
    return stack(states)


def bar(items, total, unit):
    """The items, one by one, under a progress bar that counts to `total`."""
    from tqdm.auto import tqdm

    return tqdm(items, total=total, unit=unit)
