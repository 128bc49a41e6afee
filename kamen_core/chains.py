"""Transition matrices made for a distribution, and how well a chain mixes.

:mod:`kamen_core.mcmc` walks the chains; this module builds them on a table and measures them.
"""

import numpy as np

from . import _check


def metropolis_matrix(pi, Q, acceptance="ratio"):
    """A transition matrix in detailed balance with π, from proposals Q that are accepted or refused.

    Parameters
    ----------
    pi : array, (n,)
        The distribution wanted, up to a constant.
    Q : array, (n, n)
        Row i is the distribution of what is proposed from state i.
    acceptance : {"ratio", "product"}
        The probability of accepting j from i: min(1, π_j Q_ji / π_i Q_ij) (Metropolis and Hastings),
        or π_j Q_ji, which balances as well but refuses far more often.

    Returns
    -------
    array, (n, n)

    Raises
    ------
    TypeError
        If `pi` or `Q` is not an array of numbers.
    ValueError
        If `pi` is negative, all zero or of another length than `Q`, if `Q` is not a transition
        matrix, or `acceptance` is another word.

    Examples
    --------
    >>> metropolis_matrix([1, 2], [[0.5, 0.5], [0.5, 0.5]])
    array([[0.5 , 0.5 ],
           [0.25, 0.75]])
    """
    pi = _check.real_array("pi", pi, ndim=1).astype(float)
    Q = _check.probabilities("Q", Q, ndim=2)
    _check.choice("acceptance", acceptance, ("ratio", "product"))
    if Q.shape != (len(pi), len(pi)):
        raise ValueError(f"Q: expected shape {(len(pi), len(pi))}, one row and column a state, got {Q.shape}")
    if (pi < 0).any() or not pi.any():
        raise ValueError("pi: expected weights of 0 or more, not all 0")
    pi = pi / pi.max()
    flow = (pi / pi.sum())[:, None] * Q
    if acceptance == "ratio":
        accept = np.divide(flow.T, flow, out=np.ones_like(flow), where=flow > 0).clip(max=1)
    else:
        accept = flow.T
    P = Q * accept
    np.fill_diagonal(P, 0)
    np.fill_diagonal(P, (1 - P.sum(axis=1)).clip(min=0))  # refused: stay
    return P


def gibbs_matrix(p, axis):
    """The transition matrix of one Gibbs update: redraw coordinate `axis`, given all the others.

    Parameters
    ----------
    p : array, (n_1, ..., n_d)
        A joint distribution of d coordinates.
    axis : int
        The coordinate, 0 … d - 1.

    Returns
    -------
    array, (n, n)
        n = n_1 ⋯ n_d; the states are the cells of `p`, the last coordinate running fastest.

    Raises
    ------
    TypeError
        If `p` is not an array of numbers or `axis` not an integer.
    ValueError
        If `p` is not a distribution or a full conditional is undefined: its cells are all 0.

    Examples
    --------
    >>> gibbs_matrix([[0.1, 0.3], [0.3, 0.3]], axis=1)
    array([[0.25, 0.75, 0.  , 0.  ],
           [0.25, 0.75, 0.  , 0.  ],
           [0.  , 0.  , 0.5 , 0.5 ],
           [0.  , 0.  , 0.5 , 0.5 ]])
    """
    p = _check.real_array("p", p)
    if p.ndim == 0:
        raise ValueError("p: expected a table of probabilities, got a number")
    p = _check.probabilities("p", p.ravel()).reshape(p.shape)
    axis = _check.integer("axis", axis, least=0)
    if axis >= p.ndim:
        raise ValueError(f"axis: expected less than {p.ndim}, the number of coordinates, got {axis}")
    P = np.zeros((p.size, p.size))
    cells = np.arange(p.size).reshape(p.shape)
    for along in np.moveaxis(cells, axis, -1).reshape(-1, p.shape[axis]):
        if not p.flat[along].any():
            raise ValueError("p: a full conditional is undefined, for all its cells are 0")
        P[np.ix_(along, along)] = p.flat[along] / p.flat[along].sum()
    return P


def autocorrelation(x):
    """Correlation of a chain with itself, some steps later.

    Parameters
    ----------
    x : array, (n,)
        One number a step, not all equal.

    Returns
    -------
    array, (n,)
        At every lag from 0; the estimate divides by n at each lag, so it fades where little is known.

    Raises
    ------
    TypeError
        If `x` is not an array of numbers.
    ValueError
        If `x` is empty, not finite or constant.

    Examples
    --------
    >>> autocorrelation([1, -1, 1, -1]).round(2)
    array([ 1.  , -0.75,  0.5 , -0.25])
    """
    x = _check.real_array("x", x, ndim=1).astype(float)
    if not len(x) or (x == x[0]).all():
        raise ValueError("x: expected values that differ, else there is no autocorrelation")
    x = x / abs(x).max()
    x = x - x.mean()
    spectrum = np.fft.rfft(x, 2 * len(x))
    covariance = np.fft.irfft(abs(spectrum) ** 2)[: len(x)]
    return covariance / covariance[0]


def effective_sample_size(x):
    """How many independent draws would pin the mean down as well as this chain does.

    Parameters
    ----------
    x : array, (n,)
        One number a step, not all equal, n at least 4.

    Returns
    -------
    float
        n / (1 + 2 Σ autocorrelation), at most n log10(n), for a chain may beat independent draws.

    Raises
    ------
    TypeError
        If `x` is not an array of numbers.
    ValueError
        If `x` has fewer than 4 values, is not finite or constant.

    Notes
    -----
    Sums of neighbouring autocorrelations are positive and fall; the estimate stops where they do not
    (Geyer 1992, initial monotone sequence).

    Examples
    --------
    >>> independent = np.random.default_rng(0).normal(size=1000)
    >>> bool(800 < effective_sample_size(independent) < 1200)
    True
    """
    rho = autocorrelation(x)
    n = len(rho)
    if n < 4:
        raise ValueError(f"x: expected 4 values or more, got {n}")
    pairs = rho[: n - n % 2].reshape(-1, 2).sum(axis=1)
    if (pairs <= 0).any():
        pairs = pairs[: np.argmax(pairs <= 0)]
    time = -1 + 2 * np.minimum.accumulate(pairs).sum()
    return float(n / max(time, 1 / np.log10(n)))
