"""Latent Dirichlet allocation, sampled by collapsed Gibbs (Griffiths and Steyvers 2004).

A corpus is two integer arrays with one entry a token: `words` (which word) and `docs` (in which
document). D documents, V words, K topics, N tokens; `z` is the topic of every token, `n_dk` (D, K)
counts the tokens of a document in a topic, `n_kw` (K, V) the uses of a word in a topic.
"""

from typing import NamedTuple

import numpy as np

from . import _check
from ._compile import compiled


class GibbsState(NamedTuple):
    """The topic of every token, and the two tables that count them."""

    z: np.ndarray  # (N,)
    n_dk: np.ndarray  # (D, K)
    n_kw: np.ndarray  # (K, V)


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


class Corpus(NamedTuple):
    """Tokens, document after document."""

    words: np.ndarray  # (N,)
    docs: np.ndarray  # (N,)
    z: np.ndarray  # (N,) the topics that wrote them


class ExactPosterior(NamedTuple):
    """Every assignment of topics, and its probability given the words."""

    z: np.ndarray  # (K**N, N)
    p: np.ndarray  # (K**N,)


def _prior(name, value):
    value = _check.number(name, value, above=0)
    return _check.number(name, value, least=1e-100, most=1e100)  # products of two stay far from 0 and inf


def _corpus(words, docs, n_topics, n_words):
    words = _check.integer_array("words", words, ndim=1, least=0)
    docs = _check.integer_array("docs", docs, ndim=1, least=0)
    if len(words) != len(docs):
        raise ValueError(f"docs: expected one entry a token, {len(words)} as in words, got {len(docs)}")
    if not len(words):
        raise ValueError("words: expected one token or more, got none")
    n_topics = _check.integer("n_topics", n_topics, least=1)
    least = int(words.max()) + 1
    n_words = least if n_words is None else _check.integer("n_words", n_words, least=least)
    return words, docs, n_topics, n_words


def generate(n_docs, doc_length, theta, phi, rng=None):
    """Tell LDA's story: for every token draw a topic from its document, then a word from the topic.

    Parameters
    ----------
    n_docs : int
        D, 1 or more.
    doc_length : int or int array, (D,)
        Tokens a document, 1 or more.
    theta : array, (D, K), or (K,) for all documents alike
        Probabilities of the topics in each document.
    phi : array, (K, V)
        Probabilities of the words in each topic.
    rng : numpy.random.Generator, int or None
        Source of the draws, or a seed.

    Returns
    -------
    Corpus
        words, docs and z, each (N,).

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind, out of bounds or of a shape that does not fit the others.

    Examples
    --------
    >>> corpus = generate(2, 3, theta=[[1, 0], [0, 1]], phi=[[1, 0], [0, 1]], rng=0)
    >>> corpus.words, corpus.docs
    (array([0, 0, 0, 1, 1, 1]), array([0, 0, 0, 1, 1, 1]))
    """
    n_docs = _check.integer("n_docs", n_docs, least=1)
    lengths = _check.integer_array("doc_length", doc_length, least=1)
    theta, phi = _check.probabilities("theta", theta), _check.probabilities("phi", phi, ndim=2)
    rng = _check.generator(rng)
    n_topics, n_words = phi.shape
    if lengths.shape not in ((), (n_docs,)):
        raise ValueError(f"doc_length: expected one length or {n_docs}, got shape {lengths.shape}")
    if theta.shape not in ((n_topics,), (n_docs, n_topics)):
        raise ValueError(f"theta: expected shape {(n_docs, n_topics)}, got {theta.shape}")
    lengths = np.broadcast_to(lengths, n_docs)
    theta = np.broadcast_to(theta, (n_docs, n_topics))
    docs = np.repeat(np.arange(n_docs), lengths)
    z = np.concatenate([rng.choice(n_topics, n, p=p) for n, p in zip(lengths, theta, strict=True)])
    words = np.empty_like(z)
    for k in range(n_topics):
        words[z == k] = rng.choice(n_words, (z == k).sum(), p=phi[k])
    return Corpus(words, docs, z)


def count(words, docs, z, n_topics, n_words=None):
    """The state that belongs to an assignment of topics: its two tables of counts.

    Parameters
    ----------
    words, docs : int array, (N,)
    z : int array, (..., N)
        Topics 0 … K - 1; leading axes are kept, so that many assignments are counted at once.
    n_topics : int
        K.
    n_words : int or None
        V; by default the largest word + 1.

    Returns
    -------
    GibbsState
        z (..., N), n_dk (..., D, K), n_kw (..., K, V).

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind, out of bounds or of a shape that does not fit the others.

    Examples
    --------
    >>> count(words=[0, 0, 1], docs=[0, 1, 1], z=[0, 0, 1], n_topics=2).n_dk
    array([[1, 0],
           [1, 1]])
    """
    words, docs, K, V = _corpus(words, docs, n_topics, n_words)
    z = _check.integer_array("z", z, least=0, below=K)
    if z.ndim == 0 or z.shape[-1] != len(words):
        raise ValueError(f"z: expected one topic a token, {len(words)}, got shape {z.shape}")
    lead, D = z.shape[:-1], int(docs.max()) + 1
    which = np.arange(int(np.prod(lead))).reshape(*lead, 1)
    n_dk = np.bincount(((which * D + docs) * K + z).ravel(), minlength=which.size * D * K)
    n_kw = np.bincount(((which * K + z) * V + words).ravel(), minlength=which.size * K * V)
    return GibbsState(z, n_dk.reshape(*lead, D, K), n_kw.reshape(*lead, K, V))


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
    if z is None:
        z = rng.integers(K, size=len(words))
    elif np.ndim(z) != 1:
        raise ValueError(f"z: expected 1 dimension, got {np.ndim(z)}")
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


def _table(name, counts):
    counts = _check.real_array(name, counts)
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
    smoothed = _table("n_dk", state.n_dk) + _prior("alpha", alpha)
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
    smoothed = _table("n_kw", state.n_kw) + _prior("eta", eta)
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
    _table("n_dk", state.n_dk), _table("n_kw", state.n_kw)
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
