"""Markov chains: where they settle, and how to build one that settles where you want.

A transition matrix `P` is (n, n), and row i is the distribution of the next state from i.
"""

from typing import NamedTuple

import numpy as np

from . import _check
from ._compile import compiled


class MetropolisState(NamedTuple):
    """A point, and how the chain came to it."""

    x: np.ndarray  # the point
    log_p: float  # log density there, up to a constant
    proposal: np.ndarray  # the point that was proposed; at the start, x itself
    acceptance: float  # the probability with which it was accepted
    accepted: bool


class GibbsNormalState(NamedTuple):
    """A point after a sweep, and the axis-parallel moves of the sweep."""

    x: np.ndarray  # (d,)
    path: np.ndarray  # (d + 1, d): the old point, then the point after each coordinate's draw


def _transition_matrix(P):
    P = _check.probabilities("P", P, ndim=2)
    if P.shape[0] != P.shape[1]:
        raise ValueError(f"P: expected a square matrix, got shape {P.shape}")
    return P


def stationary(P):
    """The distribution π that a step of the chain leaves as it is: πP = π.

    Parameters
    ----------
    P : array, (n, n)
        Transition matrix; every row sums to 1.

    Returns
    -------
    array, (n,)
        Probabilities; 0 for states that the chain leaves for ever.

    Raises
    ------
    TypeError
        If `P` is not an array of numbers.
    ValueError
        If `P` is not a transition matrix, or several distributions are stationary.

    Notes
    -----
    States are removed one by one, from the last, and the ways through them are given to those that
    remain; nothing is subtracted, so small probabilities are as exact as large ones (Grassmann,
    Taksar and Heyman 1985).

    Examples
    --------
    >>> stationary([[0.9, 0.1], [0.3, 0.7]])
    array([0.75, 0.25])
    """
    P = _transition_matrix(P)
    reach = (P > 0) | np.eye(len(P), dtype=bool)
    for _ in range(len(P).bit_length()):
        reach = reach @ reach  # ways of up to 1, 2, 4, … steps
    recurrent = (reach <= reach.T).all(axis=1)  # from wherever it goes, it can come back
    states = np.flatnonzero(recurrent)
    if not reach[np.ix_(states, states)].all():
        raise ValueError("P: has several stationary distributions, for its states fall into closed groups")
    A = P[np.ix_(states, states)]
    for k in range(len(A) - 1, 0, -1):
        A[:k, k] /= A[k, :k].sum()
        A[:k, :k] += np.outer(A[:k, k], A[k, :k])
    share = np.ones(len(A))
    for k in range(1, len(A)):
        share[k] = share[:k] @ A[:k, k]
        share[: k + 1] /= 1 + share[k]
    pi = np.zeros(len(P))
    pi[states] = share
    return pi


def is_reversible(P, pi):
    """Whether π and P are in detailed balance: π_i P_ij = π_j P_ji for every pair of states.

    Parameters
    ----------
    P : array, (n, n)
        Transition matrix.
    pi : array, (n,)
        A distribution.

    Returns
    -------
    bool
        True if as much flows from i to j as back, up to rounding. π is then stationary, though the
        chain need not converge to it.

    Raises
    ------
    TypeError
        If `P` or `pi` is not an array of numbers.
    ValueError
        If they are not probabilities of matching shapes.

    Examples
    --------
    >>> is_reversible([[0.9, 0.1], [0.3, 0.7]], [0.75, 0.25])
    True
    >>> is_reversible([[0, 1, 0], [0, 0, 1], [1, 0, 0]], [1 / 3, 1 / 3, 1 / 3])
    False
    """
    eps = max(np.finfo(_check.real_array(name, a).dtype).eps for name, a in (("P", P), ("pi", pi)))
    P = _transition_matrix(P)
    pi = _check.probabilities("pi", pi, ndim=1)
    if len(pi) != len(P):
        raise ValueError(f"pi: expected {len(P)} probabilities, one a state, got {len(pi)}")
    flow = pi[:, None] * P
    return bool(np.allclose(flow, flow.T, rtol=np.sqrt(eps), atol=eps))


@compiled
def _walk(cumulative, states, u):
    for t in range(len(u)):
        k = 0
        while u[t] >= cumulative[states[t], k]:
            k += 1
        states[t + 1] = k


def walk(P, start, n_steps, rng=None):
    """Walk the chain: every next state is drawn from the row of the present one.

    Parameters
    ----------
    P : array, (n, n)
        Transition matrix.
    start : int
        The first state, 0 … n - 1.
    n_steps : int
        Number of steps, 0 or more.
    rng : numpy.random.Generator, int or None
        Source of the draws, or a seed.

    Returns
    -------
    int array, (n_steps + 1,)
        The states, `start` first.

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If `P` is not a transition matrix, or `start` or `n_steps` is out of bounds.

    Examples
    --------
    >>> walk([[0, 1], [1, 0]], start=0, n_steps=4, rng=0)
    array([0, 1, 0, 1, 0])
    """
    P = _transition_matrix(P)
    start = _check.integer("start", start, least=0)
    if start >= len(P):
        raise ValueError(f"start: expected less than {len(P)}, the number of states, got {start}")
    states = np.full(_check.integer("n_steps", n_steps, least=0) + 1, start)
    cumulative = P.cumsum(axis=1)
    cumulative /= cumulative[:, -1:]  # the last is exactly 1, which no draw reaches
    _walk(cumulative, states, _check.generator(rng).random(n_steps))
    return states


def metropolis(log_p, x, step, rng=None):
    """Random-walk Metropolis: propose a point nearby, accept it with probability min(1, p(new) / p(old)).

    Parameters
    ----------
    log_p : callable
        Log density, up to a constant: takes a point, returns a number; -inf where there is no density.
    x : float or array
        The first point, of any shape.
    step : float or array
        Standard deviation of the proposal, above 0; one number or one a coordinate.
    rng : numpy.random.Generator, int or None
        Source of the draws, or a seed.

    Yields
    ------
    MetropolisState
        x, log_p, proposal, acceptance, accepted; the first point first.

    Raises
    ------
    TypeError
        If an argument is of the wrong kind, or `log_p` returns no number.
    ValueError
        If `x` is not finite or has no density, a `step` is not above 0, or `log_p` returns NaN or +inf.

    Notes
    -----
    Metropolis et al. 1953. The proposal is symmetric, so Hastings' correction cancels.

    Examples
    --------
    >>> from kamen_core.trace import run
    >>> trace = run(metropolis(lambda x: -x**2 / 2, x=0.0, step=2.4, rng=0), 2000)
    >>> trace.x.shape, bool(0.4 < trace.accepted[1:].mean() < 0.5)
    ((2001,), True)
    """
    if not callable(log_p):
        raise TypeError(f"log_p: expected a function, got {type(log_p).__name__}")
    x = _check.real_array("x", x).astype(float)
    step = _check.real_array("step", step).astype(float)
    if not (step > 0).all():
        raise ValueError("step: expected numbers above 0")
    if not x.size:
        raise ValueError("x: is empty")
    if step.shape not in ((), x.shape):
        raise ValueError(f"step: expected one number or shape {x.shape}, got shape {step.shape}")
    x = x[()]
    here = _log_density(log_p, x)
    if here == -np.inf:
        raise ValueError("x: the first point has no density, log_p is -inf")
    return _metropolis(log_p, x, here, step, _check.generator(rng))


def _log_density(log_p, x):
    value = np.asarray(log_p(x.copy()))  # a copy, so that log_p cannot change the chain
    if value.ndim or value.dtype.kind not in "biuf":
        raise TypeError(f"log_p: expected to get a number back, got {value.dtype} of shape {value.shape}")
    if np.isnan(value) or value == np.inf:
        raise ValueError(f"log_p: returned {value} at {x}")
    return float(value)


def _metropolis(log_p, x, here, step, rng):
    yield MetropolisState(x, here, x, 1.0, True)
    while True:
        proposal = x + step * rng.standard_normal(np.shape(x))
        there = _log_density(log_p, proposal)
        acceptance = float(np.exp(min(0.0, there - here)))
        accepted = rng.random() < acceptance
        if accepted:
            x, here = proposal, there
        yield MetropolisState(x, here, proposal, acceptance, accepted)


def gibbs_normal(mean, cov, x, rng=None):
    """Gibbs sampling of a normal distribution: redraw each coordinate in turn, given all the others.

    Parameters
    ----------
    mean : array, (d,)
    cov : array, (d, d)
        Symmetric and positive definite.
    x : array, (d,)
        The first point.
    rng : numpy.random.Generator, int or None
        Source of the draws, or a seed.

    Yields
    ------
    GibbsNormalState
        One a sweep over all coordinates, the first point first; `path` has the moves within the sweep.

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If shapes differ, values are not finite, or `cov` is not symmetric and positive definite.

    Notes
    -----
    Given the others, coordinate i is normal with variance 1 / Λ_ii and mean
    mean_i - Σ_{j≠i} Λ_ij (x_j - mean_j) / Λ_ii, where Λ is the inverse of `cov`.
    In two dimensions of correlation ρ each coordinate is a chain of lag-1 autocorrelation ρ².

    Examples
    --------
    >>> from kamen_core.trace import run
    >>> trace = run(gibbs_normal([0, 0], [[1, 0.9], [0.9, 1]], x=[3, -3], rng=0), 5)
    >>> trace.x.shape, trace.path.shape
    ((6, 2), (6, 3, 2))
    """
    mean = _check.real_array("mean", mean, ndim=1).astype(float)
    cov = _check.real_array("cov", cov, ndim=2).astype(float)
    x = _check.real_array("x", x, ndim=1).astype(float)
    if not len(mean):
        raise ValueError("mean: is empty")
    if cov.shape != (len(mean), len(mean)):
        raise ValueError(f"cov: expected shape {(len(mean), len(mean))}, got {cov.shape}")
    if x.shape != mean.shape:
        raise ValueError(f"x: expected shape {mean.shape}, got {x.shape}")
    if not np.allclose(cov, cov.T, rtol=1e-7, atol=0):
        raise ValueError("cov: is not symmetric")
    try:
        np.linalg.cholesky(cov)
        precision = np.linalg.inv(cov)
    except np.linalg.LinAlgError:
        raise ValueError("cov: is not positive definite") from None
    return _gibbs_normal(mean, precision, x, _check.generator(rng))


def _gibbs_normal(mean, precision, x, rng):
    d = len(x)
    yield GibbsNormalState(x, np.tile(x, (d + 1, 1)))
    while True:
        path = np.tile(x, (d + 1, 1))
        for i in range(d):
            others = np.arange(d) != i
            pull = precision[i, others] @ (x - mean)[others]
            x = x.copy()
            x[i] = mean[i] - pull / precision[i, i] + rng.standard_normal() / np.sqrt(precision[i, i])
            path[i + 1] = x
        yield GibbsNormalState(x, path)
