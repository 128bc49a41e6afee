"""A corpus as arrays, the story that writes one, and the tables that count it: see :mod:`kamen_core.lda`."""

from typing import NamedTuple

import numpy as np

from . import _check


class GibbsState(NamedTuple):
    """The topic of every token, and the two tables that count them."""

    z: np.ndarray  # (N,)
    n_dk: np.ndarray  # (D, K)
    n_kw: np.ndarray  # (K, V)


class Corpus(NamedTuple):
    """Tokens, document after document."""

    words: np.ndarray  # (N,)
    docs: np.ndarray  # (N,)
    z: np.ndarray  # (N,) the topics that wrote them


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
    lengths = np.broadcast_to(lengths, n_docs).astype(np.intp, copy=False)  # as repeat and bincount want it
    theta = np.broadcast_to(theta, (n_docs, n_topics))
    docs = np.repeat(np.arange(n_docs), lengths)
    z = np.concatenate([rng.choice(n_topics, n, p=p) for n, p in zip(lengths, theta, strict=True)])
    z = z.astype(np.intp, copy=False)
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
    n_dk = np.bincount(((which * D + docs) * K + z).ravel().astype(np.intp), minlength=which.size * D * K)
    n_kw = np.bincount(((which * K + z) * V + words).ravel().astype(np.intp), minlength=which.size * K * V)
    return GibbsState(z, n_dk.reshape(*lead, D, K), n_kw.reshape(*lead, K, V))
