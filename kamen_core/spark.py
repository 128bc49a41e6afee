"""A real Spark from one line, and the chapters' algorithms on it.

:func:`connect` gives a quiet ``pyspark.SparkContext`` on this machine or on a cluster; :class:`Both` asks it
and a small context the same things. The others take RDDs
of *blocks*, pairs of NumPy arrays, one or more a partition: Python then does its work a block at a time, not
an element at a time.
"""

from functools import partial
from typing import NamedTuple

import numpy as np

from . import _check
from ._spark_beside import Both
from ._spark_setup import connect

__all__ = ["Both", "auc", "auc_histogram", "connect", "logistic_gd"]

SAMPLE = 4096  # scores a block from which the ranges of the exact AUC are cut


class _Survey(NamedTuple):
    """What one pass finds out about blocks: a complaint, or what is needed of them."""

    problem: str | None
    n: int = 0
    positive: int = 0
    extra: object = None

    def join(self, other):
        if self.problem or other.problem:
            return _Survey(self.problem or other.problem)
        extra = self.extra if self.extra is not None else other.extra
        if isinstance(self.extra, np.ndarray) and isinstance(other.extra, np.ndarray):
            extra = np.concatenate([self.extra, other.extra])
        elif self.extra is not None and other.extra is not None and self.extra != other.extra:
            return _Survey(f"X: blocks of {self.extra} and of {other.extra} columns")
        return _Survey(None, self.n + other.n, self.positive + other.positive, extra)


def _numbers(name, value, ndim):
    """An array of numbers, or a ValueError: a worker's complaint travels as a text."""
    try:
        return _check.numeric_array(name, value, ndim)
    except TypeError as error:
        raise ValueError(str(error)) from None


def _labels(y_true):
    """Labels as booleans, or a ValueError."""
    y = _numbers("y_true", y_true, 1)
    positive = y.astype(bool)
    if y.dtype != bool and not np.array_equal(positive, y):
        raise ValueError("y_true: labels must be 0 and 1")
    return positive


def _scored(block):
    """Labels as booleans and scores, checked."""
    try:
        y_true, y_score = block
    except (TypeError, ValueError):
        raise ValueError("scored_blocks: expected an RDD of (y_true, y_score)") from None
    positive, score = _labels(y_true), _numbers("y_score", y_score, 1)
    if len(positive) != len(score):
        raise ValueError(f"y_true, y_score: {len(positive)} labels for {len(score)} scores")
    if np.isnan(score).any():
        raise ValueError("y_score: holds NaN")
    return positive, score


def _both_classes(found):
    if found.problem:
        raise ValueError(found.problem)
    if not 0 < found.positive < found.n:
        raise ValueError(f"y_true: expected both classes, got {found.positive} positives among {found.n}")


def _rdd(name, value):
    if not hasattr(value, "mapPartitions") or not hasattr(value, "treeAggregate"):
        raise TypeError(f"{name}: expected an RDD of blocks, got {type(value).__name__}")
    if value.getNumPartitions() == 0:
        raise ValueError(f"{name}: expected at least one partition")
    return value


# ---- exact AUC


def auc(scored_blocks):
    """Exact AUC: the share of (positive, negative) pairs that the scores rank right, ties counting one half.

    Every block is sorted where it lies and cut at common scores; each range of scores goes to one partition,
    which counts its pairs; the driver adds the pairs of different ranges. All counts are integers.

    Parameters
    ----------
    scored_blocks : RDD of (y_true (n,), y_score (n,))
        Labels 0 and 1, or booleans; scores without NaN. Of a SparkContext or a LocalContext. It is read
        twice: cache it if it is costly.

    Returns
    -------
    float

    Raises
    ------
    TypeError
        If it is not an RDD.
    ValueError
        If only one class occurs, labels are not 0 and 1, a score is NaN or lengths differ.

    Examples
    --------
    >>> auc(sc.parallelize([([1, 1, 0], [0.9, 0.8, 0.75]), ([1, 0], [0.72, 0.7])]))
    0.8333333333333334
    """
    blocks = _rdd("scored_blocks", scored_blocks)
    found = blocks.mapPartitions(_survey_scores).reduce(_Survey.join)
    _both_classes(found)
    n_ranges = blocks.getNumPartitions()
    sample = np.sort(found.extra)
    cuts = np.unique(sample[[len(sample) * i // n_ranges for i in range(1, n_ranges)]])
    ranges = blocks.mapPartitions(partial(_cut, cuts)).partitionBy(len(cuts) + 1, _itself)
    negatives_below = twice_won = 0
    for _, negatives, positives, twice_won_inside in sorted(ranges.mapPartitions(_count).collect()):
        twice_won += twice_won_inside + 2 * positives * negatives_below
        negatives_below += negatives
    return twice_won / (2 * found.positive * negatives_below)


def _itself(key):
    return key


def _survey_scores(blocks):
    found = _Survey(None)
    for block in blocks:
        try:
            positive, score = _scored(block)
        except ValueError as error:
            yield _Survey(str(error))
            return
        step = max(1, len(score) // SAMPLE)  # positions spread evenly: no random numbers needed
        part = score[::step].astype(float)
        found = found.join(_Survey(None, len(score), int(positive.sum()), part))
    yield found


def _cut(cuts, blocks):
    """(range, (negative scores, positive scores)), each sorted."""
    for block in blocks:
        positive, score = _scored(block)
        classes = [np.sort(score[~positive]), np.sort(score[positive])]
        edges = [np.concatenate(([0], np.searchsorted(s, cuts, side="left"), [len(s)])) for s in classes]
        for k in range(len(cuts) + 1):
            parts = tuple(s[e[k] : e[k + 1]] for s, e in zip(classes, edges, strict=True))
            if len(parts[0]) or len(parts[1]):
                yield k, parts


def _count(ranges):
    """(range, negatives, positives, twice the pairs won inside it)."""
    gathered = {}
    for k, parts in ranges:
        gathered.setdefault(k, []).append(parts)
    for k, parts in gathered.items():
        # Runs that are sorted already: merging them is what a stable sort does best.
        neg, pos = (np.sort(np.concatenate(runs), kind="stable") for runs in zip(*parts, strict=True))
        won = int(np.searchsorted(neg, pos, side="left").sum())
        won_or_tied = int(np.searchsorted(neg, pos, side="right").sum())
        yield k, len(neg), len(pos), won + won_or_tied


# ---- AUC from histograms


def auc_histogram(scored_blocks, n_bins=100):
    """AUC from two histograms: scores in one bin count as tied. One pass, and no data cross.

    Parameters
    ----------
    scored_blocks : RDD of (y_true (n,), y_score (n,))
        As for :func:`auc`; scores in [0, 1].
    n_bins : int
        Bins of equal width.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        As :func:`auc`, if a score lies outside [0, 1] or `n_bins` is below 1.

    Examples
    --------
    >>> auc_histogram(sc.parallelize([([1, 1, 0], [0.9, 0.8, 0.75]), ([1, 0], [0.72, 0.7])]))
    0.8333333333333334
    """
    blocks = _rdd("scored_blocks", scored_blocks)
    n_bins = _check.integer("n_bins", n_bins, least=1)
    zero = (None, np.zeros((2, n_bins), np.int64))
    problem, counts = blocks.treeAggregate(zero, _add_to_bins, _add_bins)
    n = int(counts.sum())
    _both_classes(_Survey(problem, n, int(counts[1].sum())))
    neg, pos = counts
    neg_below = np.cumsum(neg) - neg
    twice_won = sum(int(p) * int(w) for p, w in zip(pos, 2 * neg_below + neg, strict=True))
    return twice_won / (2 * int(pos.sum()) * int(neg.sum()))


def _add_to_bins(histogram, block):
    problem, counts = histogram
    n_bins = counts.shape[1]
    try:
        positive, score = _scored(block)
        if len(score) and not (score.min() >= 0 and score.max() <= 1):
            raise ValueError(f"y_score: expected scores in [0, 1], got {score.min()} to {score.max()}")
    except ValueError as error:
        return problem or str(error), counts
    # A hair more than n_bins: as a float 0.29 is less than 29/100, yet it belongs to bin 29.
    bins = (score * np.nextafter(n_bins, np.inf)).astype(np.intp)
    bins = np.minimum(bins, n_bins - 1)
    return problem, counts + np.bincount(bins + n_bins * positive, minlength=2 * n_bins).reshape(2, n_bins)


def _add_bins(left, right):
    return left[0] or right[0], left[1] + right[1]


# ---- logistic regression


def logistic_gd(blocks, lr, n_steps):
    """Logistic regression by gradient descent: every step one sum over the cluster.

    The gradient is that of the mean loss, (1/n) Σ (σ(x·θ) − y) x, from θ = 0. The data stay where they are;
    θ goes out and one gradient comes back.

    Parameters
    ----------
    blocks : RDD of (X (n, d), y (n,))
        Labels 0 and 1. It is read at every step: cache it.
    lr : float
        Learning rate, above 0.
    n_steps : int

    Returns
    -------
    theta : ndarray (n_steps + 1, d)
        All the iterates, zeros first.

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If the shapes of blocks do not fit, values are not finite, labels are not 0 and 1, or there are none.

    Examples
    --------
    >>> blocks = sc.parallelize([([[1.0, 0.0]], [1]), ([[1.0, 2.0]], [0])])
    >>> logistic_gd(blocks, lr=1.0, n_steps=1)
    array([[ 0. ,  0. ],
           [ 0. , -0.5]])
    """
    blocks = _rdd("blocks", blocks)
    lr = _check.number("lr", lr, above=0)
    n_steps = _check.integer("n_steps", n_steps, least=0)
    found = blocks.mapPartitions(_survey_examples).reduce(_Survey.join)
    if found.problem or not found.n:
        raise ValueError(found.problem or "blocks: there are no data")
    theta = np.zeros((n_steps + 1, found.extra))
    for k in range(n_steps):
        zero = np.zeros(found.extra)
        gradient = blocks.treeAggregate(zero, partial(_add_gradient, theta[k].copy()), np.add) / found.n
        theta[k + 1] = theta[k] - lr * gradient
    return theta


def _examples(block):
    try:
        X, y = block
    except (TypeError, ValueError):
        raise ValueError("blocks: expected an RDD of (X, y)") from None
    X = _numbers("X", X, 2)
    positive = _labels(y)
    if len(positive) != len(X):
        raise ValueError(f"X, y: {len(X)} rows for {len(positive)} labels")
    return X.astype(float, copy=False), positive


def _survey_examples(blocks):
    found = _Survey(None)
    for block in blocks:
        try:
            X, positive = _examples(block)
            if not np.isfinite(X).all():
                raise ValueError("X: holds NaN or infinite values")
        except ValueError as error:
            yield _Survey(str(error))
            return
        found = found.join(_Survey(None, len(X), int(positive.sum()), X.shape[1]))
    yield found


def _add_gradient(theta, gradient, block):
    X, positive = _examples(block)
    z = X @ theta
    # 1 / (1 + exp(-z)) without overflow on either side
    e = np.exp(-np.abs(z))
    probability = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    return gradient + (probability - positive) @ X
