"""What a trained model says: nearest words and analogies, by cosine."""

from difflib import get_close_matches

import numpy as np

from . import _check


def unit_rows(model):
    """The rows of `model.vectors` at length 1; a zero row stays zero and resembles nothing."""
    try:
        vectors, vocabulary = model.vectors, model.vocabulary
    except AttributeError:
        raise TypeError(f"model: expected a Word2Vec, got {type(model).__name__}") from None
    vectors = _check.real_array("model.vectors", vectors, ndim=2)
    if not isinstance(vocabulary, (tuple, list)) or len(vocabulary) != len(vectors):
        raise ValueError(f"model: expected a vocabulary of {len(vectors)} words, one a vector")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1), vocabulary


def _row(name, word, vocabulary):
    if not isinstance(word, str):
        raise TypeError(f"{name}: expected a word, got {word!r}")
    if word in vocabulary:
        return vocabulary.index(word)
    near = get_close_matches(word, vocabulary, n=3)
    hint = f"; did you mean {', '.join(map(repr, near))}?" if near else ""
    raise KeyError(f"{name}: {word!r} is not in the vocabulary{hint}")


def _nearest(units, vocabulary, direction, without, topn):
    topn = _check.integer("topn", topn, least=1)
    cosines = units @ direction
    best = [i for i in np.argsort(-cosines, kind="stable")[: topn + len(without)] if i not in without]
    return [(vocabulary[i], float(cosines[i])) for i in best[:topn]]


def most_similar(model, word, topn=10):
    """The `topn` words whose vectors point most nearly the same way.

    Parameters
    ----------
    model : Word2Vec
    word : str
    topn : int
        1 or more; fewer words come back if there are no more.

    Returns
    -------
    list of (str, float)
        Words and cosines, nearest first, `word` itself left out.

    Raises
    ------
    KeyError
        If the word is not in the vocabulary; the message names near matches.

    Examples
    --------
    >>> from kamen_core.word2vec import Word2Vec
    >>> vectors = np.array([[1.0, 0.0], [1.0, 1.0], [-1.0, 0.0]])
    >>> model = Word2Vec(vectors, vectors, ("up", "slope", "down"), np.array([1, 1, 1]), 0, np.array([]))
    >>> [(word, round(cosine, 2)) for word, cosine in most_similar(model, "up")]
    [('slope', 0.71), ('down', -1.0)]
    """
    units, vocabulary = unit_rows(model)
    row = _row("word", word, vocabulary)
    return _nearest(units, vocabulary, units[row], {row}, topn)


def analogy(model, a, b, c, topn=10):
    """`a` is to `b` as `c` is to …: the words nearest to b − a + c, of vectors at length 1.

    Parameters
    ----------
    model : Word2Vec
    a, b, c : str
    topn : int
        1 or more; fewer words come back if there are no more.

    Returns
    -------
    list of (str, float)
        Words and cosines, nearest first; `a`, `b` and `c` are left out.

    Raises
    ------
    KeyError
        If a word is not in the vocabulary; the message names near matches.

    Examples
    --------
    >>> from kamen_core.word2vec import Word2Vec
    >>> vectors = np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0], [-0.6, 0.8], [0.0, -1.0]])
    >>> model = Word2Vec(vectors, vectors, tuple("NOPQR"), np.ones(5), 0, np.array([]))
    >>> analogy(model, "N", "O", "P", topn=1)[0][0]
    'Q'
    """
    units, vocabulary = unit_rows(model)
    rows = [_row(name, word, vocabulary) for name, word in (("a", a), ("b", b), ("c", c))]
    direction = units[rows[1]] - units[rows[0]] + units[rows[2]]
    length = np.linalg.norm(direction)
    return _nearest(units, vocabulary, direction / (length if length > 0 else 1), set(rows), topn)
