"""Latent Dirichlet allocation, sampled by collapsed Gibbs (Griffiths and Steyvers 2004).

A corpus is two integer arrays with one entry a token: `words` (which word) and `docs` (in which
document). D documents, V words, K topics, N tokens; `z` is the topic of every token, `n_dk` (D, K)
counts the tokens of a document in a topic, `n_kw` (K, V) the uses of a word in a topic.
"""

from typing import NamedTuple

import numpy as np

from . import _check
from ._compile import compiled
from ._lda_corpus import Corpus, GibbsState, _corpus, _prior, count, generate
from ._lda_estimates import ExactPosterior, exact_posterior, log_likelihood, phi, theta

__all__ = [
    "Corpus",
    "ExactPosterior",
    "GibbsState",
    "TokenState",
    "count",
    "exact_posterior",
    "generate",
    "gibbs",
    "gibbs_tokens",
    "log_likelihood",
    "phi",
    "theta",
    "topic_conditional",
]


class TokenState(NamedTuple):
    """What redrawing one token's topic looked at; the first state has token -1 and NaN weights."""

    z: np.ndarray  # (N,) after the draw, as are n_dk (D, K) and n_kw (K, V)
    n_dk: np.ndarray
    n_kw: np.ndarray
    token: int  # the token redrawn
    old: int  # its topic before
    document: np.ndarray  # (K,) n_dk + alpha, the token removed: how much its document likes the topic
    word: (
        np.ndarray
    )  # (K,) (n_kw + eta) / (n_k + V eta), the token removed: how much the topic likes the word
    cumulative: np.ndarray  # (K,) running sum of document * word: the roulette
    u: float  # where the ball fell, from 0 to the last of `cumulative`
    new: int  # its topic now: the first with cumulative > u


@compiled
def _factors(n_dk, n_kw, one_over, alpha, eta):
    return n_dk + alpha, (n_kw + eta) * one_over  # one_over is 1 / (n_k + V eta)


@compiled
def _sweep(z, words, docs, n_dk, n_wk, n_k, alpha, eta, draws):
    V, K = n_wk.shape
    cumulative = np.empty(K)
    one_over = 1.0 / (n_k + V * eta)  # kept up to date, for to divide is what takes the time
    for i in range(len(z)):
        d, w, k = docs[i], words[i], z[i]
        n_dk[d, k] -= 1
        n_wk[w, k] -= 1
        n_k[k] -= 1
        one_over[k] = 1.0 / (n_k[k] + V * eta)

        total = 0.0
        for k in range(K):
            document, word = _factors(n_dk[d, k], n_wk[w, k], one_over[k], alpha, eta)
            total += document * word
            cumulative[k] = total
        u = draws[i] * total
        k = 0
        while u >= cumulative[k]:
            k += 1

        z[i] = k
        n_dk[d, k] += 1
        n_wk[w, k] += 1
        n_k[k] += 1
        one_over[k] = 1.0 / (n_k[k] + V * eta)


def topic_conditional(n_dk, n_kw, n_k, n_words, alpha, eta):
    """The probabilities of one token's topic, given the topics of all the others.

    p(z_i = k | rest) ∝ (n_dk + alpha) (n_kw + eta) / (n_k + V eta), all counts without token i.

    Parameters
    ----------
    n_dk : int array, (K,)
        Tokens of its document in each topic.
    n_kw : int array, (K,)
        Uses of its word in each topic.
    n_k : int array, (K,)
        Tokens in each topic.
    n_words : int
        V, the size of the vocabulary.
    alpha, eta : float
        Pseudo-counts of a topic in a document and of a word in a topic, above 0.

    Returns
    -------
    array, (K,)
        Probabilities.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind, negative, or of another length.

    Examples
    --------
    >>> topic_conditional([5, 3, 2], [0, 0, 0], [500, 300, 200], n_words=1000, alpha=0.5, eta=0.1).round(3)
    array([0.349, 0.333, 0.317])
    """
    n_dk = _check.integer_array("n_dk", n_dk, ndim=1, least=0)
    n_kw = _check.integer_array("n_kw", n_kw, ndim=1, least=0)
    n_k = _check.integer_array("n_k", n_k, ndim=1, least=0)
    V = _check.integer("n_words", n_words, least=1)
    alpha, eta = _prior("alpha", alpha), _prior("eta", eta)
    if not len(n_dk):
        raise ValueError("n_dk: expected one count a topic, got none")
    for name, counts in (("n_kw", n_kw), ("n_k", n_k)):
        if len(counts) != len(n_dk):
            raise ValueError(f"{name}: expected {len(n_dk)} counts, as in n_dk, got {len(counts)}")
    if (n_kw > n_k).any() or (n_dk > n_k).any():
        raise ValueError("n_k: is smaller than the counts of the document or the word that it includes")
    document, word = _factors.py_func(n_dk, n_kw, 1.0 / (n_k + V * eta), alpha, eta)
    return document * word / (document * word).sum()


def _start(words, docs, n_topics, alpha, eta, rng, z, n_words):
    words, docs, K, V = _corpus(words, docs, n_topics, n_words)
    alpha, eta = _prior("alpha", alpha), _prior("eta", eta)
    rng = _check.generator(rng)
    z = rng.integers(K, size=len(words)) if z is None else _check.integer_array("z", z, ndim=1)
    return words, docs, count(words, docs, z, K, V), alpha, eta, rng


def gibbs(words, docs, n_topics, alpha=0.1, eta=0.01, rng=None, z=None, n_words=None):
    """Collapsed Gibbs sampling: redraw every token's topic in turn, given all the others.

    Parameters
    ----------
    words, docs : int array, (N,)
        Word and document of every token, from 0.
    n_topics : int
        K, 1 or more.
    alpha, eta : float
        Pseudo-counts of a topic in a document and of a word in a topic, above 0.
    rng : numpy.random.Generator, int or None
        Source of the draws, or a seed.
    z : int array, (N,), or None
        Topics to start from; by default at random.
    n_words : int or None
        V; by default the largest word + 1.

    Yields
    ------
    GibbsState
        z, n_dk, n_kw; the start first, then one a sweep over all tokens.

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If the corpus is empty, words and docs differ in length, an id is negative, n_topics is below
        1, or alpha or eta is not above 0.

    Examples
    --------
    >>> from kamen_core.trace import run
    >>> trace = run(gibbs(words=[0, 0, 1, 2, 2], docs=[0, 0, 0, 1, 1], n_topics=2, rng=0), 100)
    >>> trace.z.shape, trace.n_dk.shape, trace.n_kw.shape
    ((101, 5), (101, 2, 2), (101, 2, 3))
    """
    return _gibbs(*_start(words, docs, n_topics, alpha, eta, rng, z, n_words))


def _gibbs(words, docs, state, alpha, eta, rng):
    z, n_dk, n_k = state.z.copy(), state.n_dk.copy(), state.n_kw.sum(axis=1)
    n_wk = state.n_kw.T.copy()  # the counts of one word side by side
    yield state
    while True:
        _sweep(z, words, docs, n_dk, n_wk, n_k, alpha, eta, rng.random(len(z)))
        yield GibbsState(z.copy(), n_dk.copy(), n_wk.copy().T)


def gibbs_tokens(words, docs, n_topics, alpha=0.1, eta=0.01, rng=None, z=None, n_words=None):
    """The same chain as :func:`gibbs`, from the same draws, one state a token: for small corpora.

    Parameters
    ----------
    words, docs, n_topics, alpha, eta, rng, z, n_words
        As for :func:`gibbs`.

    Yields
    ------
    TokenState
        The start first, then one a token; state t N is the state of :func:`gibbs` after t sweeps.

    Raises
    ------
    TypeError, ValueError
        As :func:`gibbs`.

    Examples
    --------
    >>> states = gibbs_tokens(words=[0, 0, 1], docs=[0, 0, 0], n_topics=2, alpha=1, eta=1, z=[0, 0, 1], rng=0)
    >>> start, first = next(states), next(states)
    >>> first.token, first.document, first.word
    (0, array([2., 2.]), array([0.66666667, 0.33333333]))
    """
    return _gibbs_tokens(*_start(words, docs, n_topics, alpha, eta, rng, z, n_words))


def _gibbs_tokens(words, docs, state, alpha, eta, rng):
    K, V = state.n_kw.shape
    nothing = np.full(K, np.nan)
    yield TokenState(*state, -1, -1, nothing, nothing, nothing, np.nan, -1)
    while True:
        for i, draw in enumerate(rng.random(len(words))):
            z, n_dk, n_kw = (a.copy() for a in state)
            d, w, old = docs[i], words[i], int(z[i])
            n_dk[d, old] -= 1
            n_kw[old, w] -= 1
            one_over = 1.0 / (n_kw.sum(axis=1) + V * eta)
            document, word = _factors.py_func(n_dk[d], n_kw[:, w], one_over, alpha, eta)
            cumulative = np.cumsum(document * word)
            u = draw * cumulative[-1]
            new = int(np.searchsorted(cumulative, u, side="right"))
            z[i] = new
            n_dk[d, new] += 1
            n_kw[new, w] += 1
            state = GibbsState(z, n_dk, n_kw)
            yield TokenState(*state, i, old, document, word, cumulative, u, new)
