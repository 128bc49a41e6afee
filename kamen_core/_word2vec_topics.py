"""A corpus whose truth is known, and a score that works on any corpus with labelled words."""

from typing import NamedTuple

import numpy as np

from . import _check
from ._word2vec_neighbours import unit_rows


class TopicCorpus(NamedTuple):
    """Sentences, and for each word its topic and whether it is rare."""

    sentences: list
    topic: dict
    rare: frozenset


def topic_corpus(rng=None, n_topics=8, n_common=25, n_rare=5, n_times=3, n_sentences=100, length=50):
    """Sentences of one topic each, of its `n_common` words at random; `n_rare` more occur `n_times` each.

    Parameters
    ----------
    rng : numpy.random.Generator, int or None
    n_topics, n_common, n_rare, n_times, n_sentences, length : int
        Sentences take the topics in turn. As they stand: 5,000 words, 200 common ones and 40 rare ones.

    Returns
    -------
    TopicCorpus

    Raises
    ------
    ValueError
        If the sentences of a topic have no room for its rare words.

    Examples
    --------
    >>> corpus = topic_corpus(0)
    >>> len(corpus.sentences), len(corpus.topic), len(corpus.rare)
    (100, 240, 40)
    """
    rng = _check.generator(rng)
    for name, value, least in (
        ("n_topics", n_topics, 1), ("n_common", n_common, 1), ("n_rare", n_rare, 0), ("n_times", n_times, 1),
        ("n_sentences", n_sentences, n_topics), ("length", length, 1),
    ):  # fmt: skip
        _check.integer(name, value, least=least)
    if n_rare * n_times > n_sentences // n_topics * length:
        raise ValueError("n_rare: the sentences of a topic have no room for that many rare words")
    common = [[f"common{t}.{i}" for i in range(n_common)] for t in range(n_topics)]
    rare = [[f"rare{t}.{i}" for i in range(n_rare)] for t in range(n_topics)]
    sentences = [[] for _ in range(n_sentences)]
    for t in range(n_topics):
        mine = sentences[t::n_topics]
        words = np.array(common[t])[rng.integers(n_common, size=len(mine) * length)].tolist()
        places = rng.choice(len(words), size=n_rare * n_times, replace=False)
        for place, word in zip(places, rare[t] * n_times, strict=True):
            words[place] = word
        for i, sentence in enumerate(mine):
            sentence.extend(words[i * length : (i + 1) * length])
    topic = {word: t for t in range(n_topics) for word in common[t] + rare[t]}
    return TopicCorpus(sentences, topic, frozenset(word for words in rare for word in words))


def neighbour_precision(model, labels, topn=10):
    """For every word, the share of its `topn` nearest words that bear its label.

    Parameters
    ----------
    model : Word2Vec
    labels : sequence (V,)
        One a word of the vocabulary, in its order.
    topn : int
        1 or more.

    Returns
    -------
    array (V,)

    Raises
    ------
    ValueError
        If the labels are not one a word, or `topn` neighbours do not exist.

    Examples
    --------
    >>> from kamen_core.word2vec import train
    >>> corpus = topic_corpus(0, n_topics=2, n_common=5, n_rare=0)
    >>> model = train(corpus.sentences, vector_size=10, alpha=0.1, rng=0)
    >>> neighbour_precision(model, [corpus.topic[word] for word in model.vocabulary], topn=4)
    array([1., 1., 1., 1., 1., 1., 1., 1., 1., 1.])
    """
    units, vocabulary = unit_rows(model)
    topn = _check.integer("topn", topn, least=1)
    try:
        labels = np.asarray(labels)
    except ValueError:
        raise ValueError("labels: expected one a word, got lists of several lengths") from None
    if labels.shape != (len(vocabulary),):
        raise ValueError(f"labels: expected {len(vocabulary)}, one a word, got shape {labels.shape}")
    if topn >= len(vocabulary):
        raise ValueError(f"topn: expected at most {len(vocabulary) - 1}, all other words, got {topn}")
    precision = np.empty(len(vocabulary))
    for start in range(0, len(vocabulary), 1000):  # blocks, so that memory stays small
        cosines = units[start : start + 1000] @ units.T
        rows = np.arange(len(cosines))
        cosines[rows, start + rows] = -np.inf
        nearest = np.argpartition(-cosines, topn - 1, axis=1)[:, :topn]
        precision[start + rows] = (labels[nearest] == labels[start + rows, None]).mean(axis=1)
    return precision
