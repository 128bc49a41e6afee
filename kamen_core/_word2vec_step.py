"""One position of the window, seen: which rows get which gradient."""

from typing import NamedTuple

import numpy as np

from . import _check


class Gradients(NamedTuple):
    """The loss at one position and its gradients.

    `lessons` (K, d) holds what each neighbour brings: in skip-gram row k is what predicting neighbour k adds
    to the centre's gradient; in CBOW row k is the gradient that goes to neighbour k. `vectors` and
    `output_vectors` (V, d) are the gradients of the two matrices, zero in the rows that do not move.
    """

    loss: float
    lessons: np.ndarray
    vectors: np.ndarray
    output_vectors: np.ndarray


def gradients(
    vectors, output_vectors, centre, contexts, negatives=None, algorithm="skipgram", cbow_update="exact"
):
    """Loss and gradients of all that is predicted at one position of the window.

    Parameters
    ----------
    vectors, output_vectors : array (V, d)
    centre : int
        Row of the word in the middle.
    contexts : sequence of K int
        Rows of its neighbours, one or more; a word may occur twice.
    negatives : array of int or None
        Rows of the noise words: (K, N) for skip-gram, one line a prediction; (N,) for CBOW. A noise word that
        is the true one is left out, as in training. None takes the softmax over all words instead.
    algorithm : {"skipgram", "cbow"}
    cbow_update : {"exact", "word2vec.c"}
        Whether each of the K neighbours gets 1/K of the gradient of their mean, or all of it.

    Returns
    -------
    Gradients

    Raises
    ------
    TypeError, ValueError
        If shapes do not fit or a row does not exist.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> inputs, outputs = rng.normal(size=(2, 6, 3))
    >>> step = gradients(inputs, outputs, centre=2, contexts=[0, 1, 3, 4], algorithm="cbow")
    >>> np.flatnonzero(step.vectors.any(axis=1))
    array([0, 1, 3, 4])
    >>> int(np.linalg.matrix_rank(step.lessons))
    1
    """
    vectors = _check.real_array("vectors", vectors, ndim=2)
    outputs = _check.real_array("output_vectors", output_vectors, ndim=2)
    if vectors.shape != outputs.shape:
        raise ValueError(
            f"output_vectors: expected the shape of vectors {vectors.shape}, got {outputs.shape}"
        )
    skipgram = _check.choice("algorithm", algorithm, ("skipgram", "cbow")) == "skipgram"
    exact = _check.choice("cbow_update", cbow_update, ("exact", "word2vec.c")) == "exact"
    centre = int(_rows("centre", centre, len(vectors), ndim=0))
    contexts = _rows("contexts", contexts, len(vectors), ndim=1)
    if contexts.size == 0:
        raise ValueError("contexts: expected one row or more, got none")
    noise = [None] * len(contexts) if skipgram else None
    if negatives is not None:
        noise = _rows("negatives", negatives, len(vectors), ndim=2 if skipgram else 1)
        if skipgram and len(noise) != len(contexts):
            raise ValueError(f"negatives: expected {len(contexts)} lines, one a neighbour, got {len(noise)}")

    to_vectors, to_outputs = np.zeros_like(vectors), np.zeros_like(outputs)
    if skipgram:  # one student, K teachers: each neighbour corrects the centre in its own way
        parts = [_predict(vectors[centre], outputs, word, n) for word, n in zip(contexts, noise, strict=True)]
        loss = sum(part[0] for part in parts)
        lessons = np.stack([part[1] for part in parts])
        to_outputs = sum(part[2] for part in parts)
        to_vectors[centre] = lessons.sum(axis=0)
    else:  # one teacher, K students: the same lesson for all
        loss, lesson, to_outputs = _predict(vectors[contexts].mean(axis=0), outputs, centre, noise)
        lessons = np.tile(lesson / len(contexts) if exact else lesson, (len(contexts), 1))
        np.add.at(to_vectors, contexts, lessons)
    return Gradients(float(loss), lessons, to_vectors, to_outputs)


def _predict(h, outputs, word, noise):
    """Loss of predicting `word` from h, its gradient in h and in the output matrix."""
    to_outputs = np.zeros_like(outputs)
    if noise is None:
        scores = outputs @ h
        scores = scores - scores.max()
        log_p = scores - np.log(np.exp(scores).sum())
        error = np.exp(log_p)
        error[word] -= 1
        return -log_p[word], error @ outputs, np.outer(error, h)
    words = np.concatenate([[word], noise[noise != word]])
    labels = np.arange(len(words)) == 0
    scores = outputs[words] @ h
    # log(1 + exp(x)) without overflow; x is how far the score points the wrong way.
    loss = np.logaddexp(0, np.where(labels, -scores, scores)).sum()
    error = np.exp(-np.logaddexp(0, -scores)) - labels
    np.add.at(to_outputs, words, np.outer(error, h))
    return loss, error @ outputs[words], to_outputs


def _rows(name, value, n_rows, ndim):
    try:
        rows = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: expected lines of equal length") from None
    if rows.size == 0:
        rows = rows.astype(np.intp)
    if rows.dtype.kind not in "iu" or isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name}: expected rows, that is integers")
    if rows.ndim != ndim:
        raise ValueError(f"{name}: expected {ndim} dimension(s), got shape {rows.shape}")
    if rows.size and (rows.min() < 0 or rows.max() >= n_rows):
        raise ValueError(f"{name}: expected rows from 0 to {n_rows - 1}, got {rows.tolist()}")
    return rows.astype(np.intp)
