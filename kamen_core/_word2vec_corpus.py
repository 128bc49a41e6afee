"""A corpus as word2vec reads it: its vocabulary, its words as rows of that, the windows over a sentence."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np

from . import _check


class Vocabulary(NamedTuple):
    """The words, frequent ones first (ties in order of appearance), and how often each occurs (V,)."""

    vocabulary: tuple[str, ...]
    counts: np.ndarray


def count_words(sentences, min_count=1):
    """The vocabulary of a corpus: the words that occur at least `min_count` times.

    Parameters
    ----------
    sentences : iterable of sequences of str
        Each sentence a list of words.
    min_count : int
        1 or more.

    Returns
    -------
    Vocabulary

    Raises
    ------
    TypeError
        If a sentence is a bare string or a word is not a string.
    ValueError
        If no word is left.

    Examples
    --------
    >>> from kamen_core.word2vec import count_words
    >>> count_words([["a", "rose", "is", "a", "rose"]], min_count=2)
    Vocabulary(vocabulary=('a', 'rose'), counts=array([2, 2]))
    """
    return _count(_read(sentences), _check.integer("min_count", min_count, least=1))


def _read(sentences):
    """The sentences as a list of lists."""
    read = []
    for sentence in _check.iterable("sentences", sentences, "lists of words"):
        if isinstance(sentence, (str, bytes)):
            raise TypeError(f"sentences: expected lists of words, got the text {sentence!r:.40}; split it")
        is_list = isinstance(sentence, Iterable) and not isinstance(sentence, (Set, Mapping))
        if not is_list or getattr(sentence, "ndim", 1) == 0:
            raise TypeError(f"sentences: expected lists of words, got a {type(sentence).__name__} in them")
        read.append(sentence if isinstance(sentence, (list, tuple)) else list(sentence))
    return read


def _count(sentences, min_count):
    try:
        counter = Counter(chain.from_iterable(sentences))
    except TypeError:
        raise TypeError("sentences: every word must be a str") from None
    for word in counter:
        if not isinstance(word, str):
            raise TypeError(f"sentences: every word must be a str, got {word!r}")
    if not counter:
        raise ValueError("sentences: the corpus is empty")
    kept = [(word, n) for word, n in counter.most_common() if n >= min_count]
    if not kept:
        raise ValueError(f"min_count: no word occurs {min_count} times")
    words, counts = zip(*kept, strict=True)
    return Vocabulary(words, np.array(counts))


def index(sentences, min_count):
    """Vocabulary, tokens (rows of the vocabulary) and the ends of the sentences among them."""
    min_count = _check.integer("min_count", min_count, least=1)
    sentences = _read(sentences)
    vocabulary = _count(sentences, min_count)
    if len(vocabulary.vocabulary) == 1:
        raise ValueError(
            f"sentences: one word alone, {vocabulary.vocabulary[0]!r}, has nothing to differ from"
        )
    row = {word: i for i, word in enumerate(vocabulary.vocabulary)}
    tokens = np.fromiter(map(row.get, chain.from_iterable(sentences), repeat(-1)), np.int32)
    known = tokens >= 0
    ends = np.append(0, np.cumsum(known))[np.cumsum([len(sentence) for sentence in sentences])]
    if np.diff(ends, prepend=0).max() < 2:
        raise ValueError("sentences: none has two words or more, so there is nothing to predict")
    return vocabulary, tokens[known], ends


def _window(sentence, window):
    sentence = list(_check.iterable("sentence", sentence, "a list of words"))
    return sentence, _check.integer("window", window, least=1)


def skipgram_pairs(sentence, window):
    """The predictions of skip-gram with the full window, as (centre, context).

    T words and radius c ≤ T − 1 make 2cT − c(c + 1) pairs.

    Raises
    ------
    TypeError, ValueError
        If the sentence is a bare string or the window not a positive integer.

    Examples
    --------
    >>> skipgram_pairs(["the", "cat", "sat"], window=1)
    [('the', 'cat'), ('cat', 'the'), ('cat', 'sat'), ('sat', 'cat')]
    """
    return [(centre, word) for words, centre in cbow_contexts(sentence, window) for word in words]


def cbow_contexts(sentence, window):
    """The predictions of CBOW with the full window, as (contexts, centre): one a word.

    Raises
    ------
    TypeError, ValueError
        If the sentence is a bare string or the window not a positive integer.

    Examples
    --------
    >>> cbow_contexts(["the", "cat", "sat"], window=1)
    [(('cat',), 'the'), (('the', 'sat'), 'cat'), (('cat',), 'sat')]
    """
    words, window = _window(sentence, window)
    if len(words) < 2:
        return []  # nobody to predict it from
    return [
        (tuple(words[max(0, i - window) : i] + words[i + 1 : i + window + 1]), word)
        for i, word in enumerate(words)
    ]
