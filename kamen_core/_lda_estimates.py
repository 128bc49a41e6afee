"""What the counts say: θ and φ, the probability of it all, and the posterior by trying every assignment."""

from typing import NamedTuple

import numpy as np

from . import _check
from ._lda_corpus import _corpus, _prior, count


class ExactPosterior(NamedTuple):
    """Every assignment of topics, and its probability given the words."""

    z: np.ndarray  # (K**N, N)
    p: np.ndarray  # (K**N,)


def _table(name, state):
    if not hasattr(state, name):
        raise TypeError(f"state: expected a GibbsState, got {type(state).__name__}")
    counts = _check.real_array(name, getattr(state, name))
    if counts.ndim < 2 or not counts.size:
        raise ValueError(f"{name}: expected a table of counts, got shape {counts.shape}")
    if (counts < 0).any():
        raise ValueError(f"{name}: holds a negative count")
    return counts


def theta(state, alpha):
    """The topics of each document: (n_dk + alpha) / (n_d + K alpha), their mean given z.

    Parameters
    ----------
    state : GibbsState
        One, or many stacked.
    alpha : float
        Pseudo-count, above 0.

    Returns
    -------
    array, (..., D, K)
        Rows sum to 1.

    Raises
    ------
    TypeError, ValueError
        If a count is negative or no number, or `alpha` is not above 0.

    Examples
    --------
    >>> state = count(words=[0] * 10, docs=[0] * 10, z=[0] * 6 + [1] * 3 + [2], n_topics=3)
    >>> theta(state, alpha=0.1).round(4)
    array([[0.5922, 0.301 , 0.1068]])
    """
    smoothed = _table("n_dk", state) + _prior("alpha", alpha)
    return smoothed / smoothed.sum(axis=-1, keepdims=True)


def phi(state, eta):
    """The words of each topic: (n_kw + eta) / (n_k + V eta), their mean given z.

    Parameters
    ----------
    state : GibbsState
        One, or many stacked.
    eta : float
        Pseudo-count, above 0.

    Returns
    -------
    array, (..., K, V)
        Rows sum to 1.

    Raises
    ------
    TypeError, ValueError
        If a count is negative or no number, or `eta` is not above 0.

    Examples
    --------
    >>> state = count(words=[0, 0, 0, 1], docs=[0] * 4, z=[0] * 4, n_topics=1)
    >>> phi(state, eta=0.5)
    array([[0.7, 0.3]])
    """
    smoothed = _table("n_kw", state) + _prior("eta", eta)
    return smoothed / smoothed.sum(axis=-1, keepdims=True)


def log_likelihood(state, alpha, eta):
    """log p(w, z): θ and φ integrated out, so that only the counts are left.

    Parameters
    ----------
    state : GibbsState
        One, or many stacked.
    alpha, eta : float
        Pseudo-counts of a topic in a document and of a word in a topic, above 0.

    Returns
    -------
    float, or array (...)
        One a state.

    Raises
    ------
    TypeError, ValueError
        If counts are negative or not integers, the two tables do not count the same tokens, or `alpha`
        or `eta` is not above 0.

    Notes
    -----
    Draw by draw, a document's topics have probability (n_dk + alpha) / (n_d + K alpha) with the counts
    so far (Pólya's urn); multiplied, Π_k alpha (alpha + 1) ⋯ (alpha + n_dk - 1) over the same of K alpha
    and n_d. The words of a topic likewise.

    Examples
    --------
    >>> state = count(words=[0, 0], docs=[0, 0], z=[0, 0], n_topics=2, n_words=2)
    >>> np.exp(log_likelihood(state, alpha=1, eta=1)).round(6)  # topics 1/2 · 2/3, words 1/2 · 2/3
    np.float64(0.111111)
    """
    _table("n_dk", state), _table("n_kw", state)
    n_dk = _check.integer_array("n_dk", state.n_dk)
    n_kw = _check.integer_array("n_kw", state.n_kw)
    if not np.array_equal(n_dk.sum(axis=-2), n_kw.sum(axis=-1)):
        raise ValueError("n_kw: does not count as many tokens in each topic as n_dk")
    return _log_urns(n_dk, _prior("alpha", alpha)) + _log_urns(n_kw, _prior("eta", eta))


def _log_urns(counts, prior):
    each, total = _log_rising(prior, counts), _log_rising(counts.shape[-1] * prior, counts.sum(axis=-1))
    return (each.sum(axis=-1) - total).sum(axis=-1)


def _log_rising(a, n):
    """log of a (a + 1) ⋯ (a + n - 1), from a table of all up to the largest n."""
    return np.concatenate([[0.0], np.cumsum(np.log(a + np.arange(n.max())))])[n]


def exact_posterior(words, docs, n_topics, alpha, eta, n_words=None):
    """p(z | w) of every assignment of topics, by trying them all: for tiny corpora.

    Parameters
    ----------
    words, docs : int array, (N,)
        Word and document of every token, from 0.
    n_topics : int
        K.
    alpha, eta : float
        Pseudo-counts of a topic in a document and of a word in a topic, above 0.
    n_words : int or None
        V; by default the largest word + 1.

    Returns
    -------
    ExactPosterior
        z (K**N, N), the topic of the last token changing fastest; p (K**N,), summing to 1.

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        As :func:`gibbs`, and if there are more than 2**18 assignments.

    Examples
    --------
    >>> z, p = exact_posterior(words=[0, 0], docs=[0, 0], n_topics=2, alpha=1, eta=1, n_words=2)
    >>> z.tolist(), p.round(4).tolist()
    ([[0, 0], [0, 1], [1, 0], [1, 1]], [0.3636, 0.1364, 0.1364, 0.3636])
    """
    words, docs, K, V = _corpus(words, docs, n_topics, n_words)
    N = len(words)
    if N * np.log2(K) > 18:
        raise ValueError(f"words: {K}**{N} assignments of topics are too many to try, the most is 2**18")
    z = np.arange(K**N)[:, None] // K ** np.arange(N)[::-1] % K
    log_p = log_likelihood(count(words, docs, z, K, V), alpha, eta)
    p = np.exp(log_p - log_p.max())
    return ExactPosterior(z, p / p.sum())
