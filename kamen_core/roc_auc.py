"""How good is a ranking? Confusion counts, the ROC curve and the area under it.

Labels are 0 (negative) and 1 (positive), a higher score means "more likely positive", and a sample is
predicted positive when its score is at least the threshold. `n_pos` and `n_neg` count the two classes.
Three ways to one number: :func:`auc` sorts once (exact, n log n), :func:`auc_pairs` compares every pair
(exact, n_pos · n_neg), :func:`auc_histogram` compares bins (approximate, n).

T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27 (2006) 861–874.
"""

from typing import NamedTuple

import numpy as np

from . import _check


class Confusion(NamedTuple):
    """Counts of the four outcomes. A ratio with nothing in its denominator is NaN."""

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def accuracy(self):
        """Share of all samples judged correctly."""
        return _ratio(self.tp + self.tn, sum(self))

    @property
    def error_rate(self):
        """Share of all samples judged wrongly."""
        return _ratio(self.fp + self.fn, sum(self))

    @property
    def precision(self):
        """Share of the predicted positives that are positive."""
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self):
        """Share of the positives that are found; also called sensitivity."""
        return _ratio(self.tp, self.tp + self.fn)

    @property
    def f1(self):
        """Harmonic mean of precision and recall; 0 when every positive is missed."""
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def tpr(self):
        """True positive rate: recall by its other name."""
        return self.recall

    @property
    def fpr(self):
        """False positive rate: share of the negatives that raise a false alarm."""
        return _ratio(self.fp, self.fp + self.tn)

    @property
    def specificity(self):
        """Share of the negatives that are left alone, 1 − fpr."""
        return _ratio(self.tn, self.fp + self.tn)


class RocCurve(NamedTuple):
    """Points of the curve from (0, 0) to (1, 1), one a threshold, thresholds descending."""

    fpr: np.ndarray
    tpr: np.ndarray
    thresholds: np.ndarray


class PrecisionRecallCurve(NamedTuple):
    """Points of the curve, thresholds ascending; the last point, (1, 0), has no threshold."""

    precision: np.ndarray
    recall: np.ndarray
    thresholds: np.ndarray


def confusion(y_true, y_score, threshold):
    """Count the four outcomes of predicting positive when score ≥ threshold.

    Parameters
    ----------
    y_true : array_like (n,)
        Labels 0 and 1, or booleans. One class alone will do.
    y_score : array_like (n,)
        Scores; ±inf are welcome.
    threshold : float
        Anything but NaN; inf predicts nothing positive unless it scores inf.

    Returns
    -------
    Confusion

    Raises
    ------
    TypeError
        If an argument is not numeric.
    ValueError
        If labels are not 0 and 1, a score or the threshold is NaN, shapes differ or nothing is given.

    Examples
    --------
    >>> five = confusion([1, 1, 0, 1, 0], [0.9, 0.8, 0.75, 0.72, 0.7], threshold=0.75)
    >>> five
    Confusion(tp=2, fp=1, fn=1, tn=1)
    >>> five.accuracy, five.specificity
    (0.6, 0.5)
    """
    y_true, y_score = _labels_and_scores(y_true, y_score)
    threshold = _check.number("threshold", threshold, finite=False)
    predicted = y_score >= threshold
    tp = int(np.count_nonzero(predicted & y_true))
    fp = int(np.count_nonzero(predicted)) - tp
    fn = int(np.count_nonzero(y_true)) - tp
    return Confusion(tp, fp, fn, y_true.size - tp - fp - fn)


def roc_curve(y_true, y_score):
    """Receiver operating characteristic: lower the threshold score by score and note (FPR, TPR).

    Equal scores enter together, so that the curve does not depend on the order of the samples.

    Parameters
    ----------
    y_true : array_like (n,)
        Labels 0 and 1, or booleans, both present.
    y_score : array_like (n,)
        Scores; ±inf rank above and below every number.

    Returns
    -------
    RocCurve
        ``fpr``, ``tpr`` and ``thresholds``, each (k + 1,) for k distinct scores: first the point (0, 0) with
        threshold inf, then one point a distinct score, highest first. As
        ``sklearn.metrics.roc_curve(..., drop_intermediate=False)``.

    Raises
    ------
    TypeError
        If an argument is not numeric.
    ValueError
        If labels are not 0 and 1, one class is missing, a score is NaN or shapes differ.

    Examples
    --------
    >>> curve = roc_curve([1, 1, 0, 1, 0], [0.9, 0.8, 0.75, 0.72, 0.7])
    >>> curve.fpr.tolist()
    [0.0, 0.0, 0.0, 0.5, 0.5, 1.0]
    >>> curve.tpr.round(2).tolist()
    [0.0, 0.33, 0.67, 0.67, 1.0, 1.0]
    """
    fp, tp, thresholds = _cumulative_counts(*_both_classes(y_true, y_score))
    return RocCurve(
        np.append(0, fp) / fp[-1],
        np.append(0, tp) / tp[-1],
        np.append(np.inf, thresholds),
    )


def auc(y_true, y_score):
    """Area under the ROC curve: the chance that a positive outscores a negative, ties counted half.

    Exact: the area is summed in whole numbers and divided once.

    Parameters
    ----------
    y_true, y_score : array_like (n,)
        As in :func:`roc_curve`.

    Returns
    -------
    float
        0.5 for a ranking by chance, 1 for a perfect one, 0 for a perfectly reversed one.

    Raises
    ------
    TypeError, ValueError
        As :func:`roc_curve`.

    Examples
    --------
    >>> auc([1, 1, 0, 1, 0], [0.9, 0.8, 0.75, 0.72, 0.7])  # five of six pairs
    0.8333333333333334
    """
    fp, tp, _ = _cumulative_counts(*_both_classes(y_true, y_score))
    n_neg, n_pos = int(fp[-1]), int(tp[-1])
    first = int(fp[0]) * int(tp[0])
    twice_area = first + int(np.diff(fp) @ (tp[1:] + tp[:-1]))  # trapezoids; fits int64 up to 4e9 samples
    return twice_area / (2 * n_neg * n_pos)


def auc_pairs(y_true, y_score):
    """The definition of AUC taken literally: compare every positive with every negative.

    n_pos · n_neg comparisons, so for thousands of samples, not for millions.

    Parameters
    ----------
    y_true, y_score : array_like (n,)
        As in :func:`roc_curve`.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        As :func:`roc_curve`.

    Examples
    --------
    >>> auc_pairs([1, 0], [0.5, 0.5])  # a tie is half a win
    0.5
    """
    y_true, y_score = _both_classes(y_true, y_score)
    positives, negatives = y_score[y_true], y_score[~y_true]
    won = tied = 0
    for score in positives:
        won += int(np.count_nonzero(score > negatives))
        tied += int(np.count_nonzero(score == negatives))
    return (2 * won + tied) / (2 * positives.size * negatives.size)


def auc_histogram(y_true, y_score, n_bins=100):
    """AUC from two histograms: scores in one bin count as tied.

    Parameters
    ----------
    y_true : array_like (n,)
        Labels 0 and 1, or booleans, both present.
    y_score : array_like (n,)
        Scores in [0, 1].
    n_bins : int
        Bins of equal width. The error is at most half the share of pairs that meet in a bin.

    Returns
    -------
    float

    Raises
    ------
    TypeError
        If an argument is not numeric or `n_bins` not an integer.
    ValueError
        As :func:`roc_curve`, or if a score lies outside [0, 1] or `n_bins` is below 1.

    Examples
    --------
    >>> auc_histogram([1, 1, 0, 1, 0], [0.9, 0.8, 0.75, 0.72, 0.7])
    0.8333333333333334
    >>> auc_histogram([1, 0], [0.501, 0.509])  # wrong way round, but in the same bin
    0.5
    """
    n_bins = _check.integer("n_bins", n_bins, least=1)
    y_true, y_score = _both_classes(y_true, y_score)
    if not (y_score.min() >= 0 and y_score.max() <= 1):
        raise ValueError(f"y_score: expected scores in [0, 1], got {y_score.min()} to {y_score.max()}")
    # One rounding error more than n_bins: as a float 0.29 is a hair below 29/100, yet it belongs to bin 29.
    scale = np.nextafter(n_bins, np.inf)
    counts = np.zeros(2 * (n_bins + 1), np.int64)  # of the negatives, then of the positives
    block = max(1 << 15, n_bins)  # small enough to stay in the cache
    for start in range(0, y_true.size, block):
        bins = (scale * y_score[start : start + block]).astype(np.int64)
        bins += (n_bins + 1) * y_true[start : start + block]
        counts += np.bincount(bins, minlength=counts.size)
    neg, pos = counts.reshape(2, n_bins + 1)
    for histogram in (neg, pos):
        histogram[-2] += histogram[-1]  # a score of 1 belongs to the last bin
    neg, pos = neg[:-1], pos[:-1]
    neg_below = np.cumsum(neg) - neg
    twice_won = int(np.sum(pos * (2 * neg_below + neg)))
    return twice_won / (2 * int(pos.sum()) * int(neg.sum()))


def precision_recall_curve(y_true, y_score):
    """Precision and recall at every threshold.

    Parameters
    ----------
    y_true, y_score : array_like (n,)
        As in :func:`roc_curve`.

    Returns
    -------
    PrecisionRecallCurve
        ``precision`` and ``recall`` (k + 1,), ``thresholds`` (k,) ascending, for k distinct scores; the
        last point is recall 0 with precision 1 by convention. As ``sklearn.metrics.precision_recall_curve``.

    Raises
    ------
    TypeError, ValueError
        As :func:`roc_curve`.

    Examples
    --------
    >>> curve = precision_recall_curve([1, 1, 0, 1, 0], [0.9, 0.8, 0.75, 0.72, 0.7])
    >>> curve.precision.round(2).tolist()
    [0.6, 0.75, 0.67, 1.0, 1.0, 1.0]
    >>> curve.recall.round(2).tolist()
    [1.0, 1.0, 0.67, 0.67, 0.33, 0.0]
    """
    fp, tp, thresholds = _cumulative_counts(*_both_classes(y_true, y_score))
    return PrecisionRecallCurve(
        np.append((tp / (tp + fp))[::-1], 1.0),
        np.append((tp / tp[-1])[::-1], 0.0),
        thresholds[::-1],
    )


def _cumulative_counts(y_true, y_score):
    """False positives, true positives and the threshold at each distinct score, highest first."""
    keys, n_high = _best_first(y_true, y_score)
    is_last = np.append(
        (keys[1:] ^ keys[:-1]) > 1, True
    )  # of equal scores: the next differs by more than its label
    is_last[n_high - 1] = True  # keys of the two halves cannot be compared
    last = np.flatnonzero(is_last)
    thresholds = _scores(keys[last], np.searchsorted(last, n_high))
    keys &= 1  # the labels
    tp = np.cumsum(keys.view(np.int64))[last]
    return last + 1 - tp, tp, thresholds


# Sorting scores and taking their labels along costs an argsort and two gathers; sorting plain integers is several
# times faster, and score and label fit into one. Read as integers, the 64 bits of floats that are not negative are
# ordered as the floats are, and the sign bit tells nothing. So shift it out and put the label in as the last bit.
# Negative scores are sorted apart. Their bits are ordered backwards: highest first, as we want them.
_FLIP = ~np.uint64(1)  # turns the order of the others round too, and leaves the label


def _best_first(y_true, y_score):
    """Sorted keys, highest score first, and how many of them, the first, hold a score that is not negative."""
    keys = y_score.view(np.uint64) << 1
    keys |= y_true
    negative = y_score < 0  # −0.0 is not: without its sign it ties with 0.0
    low = keys[np.flatnonzero(negative)]
    high = keys[np.flatnonzero(~negative)] if low.size else keys
    high ^= _FLIP
    high.sort()
    low.sort()
    return (np.concatenate((high, low)) if low.size else high), high.size


def _scores(keys, n_high):
    """The scores that `keys` hold, the first `n_high` of them not negative."""
    keys[:n_high] ^= _FLIP
    scores = (keys >> 1).view(np.float64)
    scores[n_high:] *= -1
    return scores


def _labels_and_scores(y_true, y_score):
    """A boolean array of labels and a float64 array of scores, or a complaint."""
    y_true = _check.numeric_array("y_true", y_true, ndim=1)
    y_score = _check.numeric_array("y_score", y_score, ndim=1)
    if y_true.size != y_score.size:
        raise ValueError(f"y_true, y_score: expected equal lengths, got {y_true.size} and {y_score.size}")
    if y_true.size == 0:
        raise ValueError("y_true: expected at least one sample, got none")
    if y_true.dtype != bool:
        labels = y_true == 1
        strange = y_true[~labels & (y_true != 0)]
        if strange.size:
            raise ValueError(f"y_true: expected labels 0 and 1, got {strange[0]}")
        y_true = labels
    return y_true, _float64(y_score)


def _float64(y_score):
    if y_score.dtype.itemsize > 8:
        raise TypeError(f"y_score: expected float64 or narrower, got {y_score.dtype}")
    if y_score.dtype.kind in "iu" and max(-int(y_score.min()), int(y_score.max())) > 2**53:
        raise ValueError(
            "y_score: expected integers up to 2**53, which float64 can tell apart, got larger ones"
        )
    y_score = y_score.astype(np.float64, copy=False)
    if np.isnan(y_score).any():
        raise ValueError("y_score: expected numbers, got NaN")
    return y_score


def _both_classes(y_true, y_score):
    y_true, y_score = _labels_and_scores(y_true, y_score)
    if y_true.all() or not y_true.any():
        raise ValueError(f"y_true: expected both classes, got only {int(y_true[0])}")
    return y_true, y_score


def _ratio(part, whole):
    return part / whole if whole else float("nan")
