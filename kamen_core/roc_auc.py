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

_STRETCH = 1 << 15  # as many samples at a time stay in the processor's cache


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
    y_true, y_score = _check.labels_and_scores(y_true, y_score, both_classes=False)
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
    fp, tp, thresholds = _cumulative_counts(*_check.labels_and_scores(y_true, y_score))
    return RocCurve(fp / fp[-1], tp / tp[-1], np.append(np.inf, thresholds))


def auc(y_true, y_score):
    """Area under the ROC curve: the chance that a positive outscores a negative, ties counted half.

    Exact: pairs are counted in whole numbers, by rank (Mann–Whitney's U), and divided once.

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
    y_true, y_score = _check.labels_and_scores(y_true, y_score)
    n_pos = int(np.count_nonzero(y_true))
    n_pairs = n_pos * (y_true.size - n_pos)
    keys, n_high = _best_first(y_true, y_score)
    not_won = _zeros_ahead_of_ones(keys)  # of equal scores the negatives stand first: ties are in this
    not_lost = n_pairs - not_won
    if _has_neighbours(keys):  # keys one bit apart: a negative and a positive of the same score
        keys ^= 1  # now the positives are the zeros: let them stand first
        _sort_halves(keys, n_high)
        not_lost = _zeros_ahead_of_ones(keys)
    return (n_pairs + not_lost - not_won) / (2 * n_pairs)


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
    y_true, y_score = _check.labels_and_scores(y_true, y_score)
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
    y_true, y_score = _check.labels_and_scores(y_true, y_score)
    # A rounding error more than n_bins: as a float 0.29 is a hair below 29/100, yet it belongs to bin 29.
    scale = np.nextafter(n_bins, np.inf)
    counts = np.zeros(2 * (n_bins + 1), np.int64)
    stretch = max(_STRETCH, n_bins)
    for start in range(0, y_true.size, stretch):
        labels, scores = y_true[start : start + stretch], y_score[start : start + stretch]
        if not (scores.min() >= 0 and scores.max() <= 1):
            raise ValueError(f"y_score: expected scores in [0, 1], got {scores.min()} to {scores.max()}")
        cells = (scores * scale).astype(np.int64)
        cells <<= 1
        cells |= labels  # two cells a bin: negatives, positives
        counts += np.bincount(cells, minlength=counts.size)
    counts = counts.reshape(n_bins + 1, 2)
    counts[-2] += counts[-1]  # the last bin takes a score of 1 as well
    neg, pos = counts[:-1].T
    neg_below = np.cumsum(neg) - neg
    twice_won = np.sum(pos * (2 * neg_below + neg))
    return int(twice_won) / (2 * int(pos.sum()) * int(neg.sum()))


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
    fp, tp, thresholds = _cumulative_counts(*_check.labels_and_scores(y_true, y_score))
    fp, tp = fp[:0:-1], tp[:0:-1]  # from all selected down to the best score
    return PrecisionRecallCurve(
        np.append(tp / (tp + fp), 1.0),
        np.append(tp / tp[0], 0.0),
        thresholds[::-1].copy(),
    )


def _zeros_ahead_of_ones(keys):
    """How many pairs of keys, the first ending in bit 0, the later in bit 1. Exact up to 4e9 keys."""
    places = np.flatnonzero((keys.astype(np.uint8) & 1).view(bool))
    return int(places.sum()) - places.size * (places.size - 1) // 2  # all ahead, less the ones among them


def _has_neighbours(keys):
    """Whether two keys in a row differ by their last bit alone; a stretch at a time, as ties soon show up."""
    stretches = (keys[start : start + _STRETCH + 1] for start in range(0, keys.size, _STRETCH))
    return any(np.any((some[1:] ^ some[:-1]) == 1) for some in stretches)


def _cumulative_counts(y_true, y_score):
    """False and true positives with nothing selected, then down to each distinct score, highest first."""
    keys, n_high = _best_first(y_true, y_score)
    # Equal scores enter together: stop where the next key differs by more than its label.
    stops = np.concatenate(([True], (keys[1:] ^ keys[:-1]) > 1, [True]))
    stops[n_high] = True  # the keys of the two halves do not compare
    selected = np.flatnonzero(stops)
    thresholds = _scores(keys[stops[1:]], np.searchsorted(selected, n_high))
    keys &= 1
    tp = np.append(0, np.cumsum(keys.view(np.int64)))[selected]
    return selected - tp, tp, thresholds


# To sort scores and take their labels along costs an argsort and two gathers. A plain sort of integers is
# much faster, and a score and its label fit into one: read as integers, the 64 bits of floats that are not
# negative are ordered as the floats are, and the sign bit tells nothing. So shift it out and put the label in
# at the end. Negative scores are sorted apart: their bits are ordered backwards, highest first, as we want.
_FLIP = ~np.uint64(1)  # turns the order of the others round too, and leaves the label


def _best_first(y_true, y_score):
    """Sorted keys, highest score first, and how many of them (the first) hold one that is not negative."""
    keys = y_score.view(np.uint64) << 1
    keys |= y_true
    negative = y_score < 0  # −0.0 is not: without its sign it ties with 0.0
    n_high = keys.size - np.count_nonzero(negative)
    if n_high < keys.size:
        keys[:n_high], keys[n_high:] = keys[np.flatnonzero(~negative)], keys[np.flatnonzero(negative)]
    keys[:n_high] ^= _FLIP
    _sort_halves(keys, n_high)
    return keys, n_high


def _sort_halves(keys, n_high):
    keys[:n_high].sort()
    keys[n_high:].sort()


def _scores(keys, n_high):
    """The scores that `keys` hold, the first `n_high` of them not negative."""
    keys[:n_high] ^= _FLIP
    keys >>= 1
    scores = keys.view(np.float64)
    scores[n_high:] *= -1
    return scores


def _ratio(part, whole):
    return part / whole if whole else float("nan")
