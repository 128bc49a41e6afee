"""Oracles: scikit-learn; pairs counted one by one where it refuses (±inf); the numbers of the claims."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn import metrics

from kamen_core import column, datasets
from kamen_core.roc_auc import (
    Confusion,
    auc,
    auc_histogram,
    auc_pairs,
    confusion,
    precision_recall_curve,
    roc_curve,
)

RANKERS = [roc_curve, auc, auc_pairs, precision_recall_curve]
ALL = [*RANKERS, auc_histogram, lambda y_true, y_score: confusion(y_true, y_score, 0.5)]
FIVE = [1, 1, 0, 1, 0], [0.9, 0.8, 0.75, 0.72, 0.7]  # the column's p .9, p .8, n .75, p .72, n .7
HUNDRED = Confusion(tp=8, fp=12, fn=2, tn=78)


def counted(y_true, y_score):
    """AUC by its definition, in fractions: share of pairs won, ties half."""
    positives = [s for y, s in zip(y_true, y_score, strict=True) if y]
    negatives = [s for y, s in zip(y_true, y_score, strict=True) if not y]
    halves = sum(int(p > n) + int(p >= n) for p, n in product(positives, negatives))
    return float(Fraction(halves, 2 * len(positives) * len(negatives)))


def samples(seed, kind, n=400):
    rng = np.random.default_rng(seed)
    y_true = rng.integers(0, 2, n)
    y_true[:2] = 0, 1
    y_score = {
        "unit": rng.random(n),
        "tied": rng.integers(0, 8, n) / 7,
        "logits": rng.normal(size=n) + y_true,
        "tied logits": (rng.normal(size=n) * 2).round(),
        "below zero": -rng.random(n).round(2) - 1,
        "constant": np.full(n, 0.3),
        "wide": rng.normal(size=n) * 10.0 ** rng.integers(-300, 300, n),
        "neighbours": 1 + rng.integers(0, 5, n) * np.spacing(1.0),  # they differ in the last bits alone
        "neighbours below": -1 - rng.integers(0, 5, n) * np.spacing(1.0),
        "subnormal": rng.integers(-3, 4, n) * 5e-324,
    }[kind]
    return y_true, y_score


KINDS = ("unit", "tied", "logits", "tied logits", "below zero", "constant", "wide", "neighbours")
KINDS += ("neighbours below", "subnormal")
every_kind = pytest.mark.parametrize(
    ("seed", "kind"), [(seed, kind) for seed in range(3) for kind in KINDS], ids=str
)


# ---- equal to scikit-learn -----------------------------------------------------------------------


@every_kind
def test_curves_and_areas_are_scikit_learns(seed, kind):
    y_true, y_score = samples(seed, kind)
    ours, theirs = (
        roc_curve(y_true, y_score),
        metrics.roc_curve(y_true, y_score, drop_intermediate=False),
    )
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(ours.thresholds, theirs[2])
    ours, theirs = precision_recall_curve(y_true, y_score), metrics.precision_recall_curve(y_true, y_score)
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(ours.thresholds, theirs[2])
    expected = metrics.roc_auc_score(y_true, y_score)
    assert abs(auc(y_true, y_score) - expected) < 1e-12
    assert auc_pairs(y_true, y_score) == auc(y_true, y_score) == counted(y_true, y_score)


@pytest.mark.parametrize("imbalance", [0.001, 0.999])
def test_rare_classes(imbalance):
    rng = np.random.default_rng(4)
    y_true, y_score = rng.random(5000) < imbalance, rng.normal(size=5000).round(1)
    assert 0 < y_true.sum() < 5000
    assert abs(auc(y_true, y_score) - metrics.roc_auc_score(y_true, y_score)) < 1e-12
    assert auc(y_true, y_score) == auc_pairs(y_true, y_score)


@every_kind
def test_confusion_is_scikit_learns(seed, kind):
    y_true, y_score = samples(seed, kind)
    for threshold in [*np.quantile(y_score, [0, 0.1, 0.5, 0.9, 1]), 0, 0.5]:
        predicted = y_score >= threshold
        ours = confusion(y_true, y_score, threshold)
        tn, fp, fn, tp = metrics.confusion_matrix(y_true, predicted, labels=[0, 1]).ravel()
        assert ours == Confusion(tp, fp, fn, tn)
        assert all(type(count) is int for count in ours)
        assert ours.accuracy == pytest.approx(metrics.accuracy_score(y_true, predicted), abs=1e-12)
        assert ours.error_rate == pytest.approx(metrics.zero_one_loss(y_true, predicted), abs=1e-12)
        assert ours.recall == pytest.approx(metrics.recall_score(y_true, predicted), abs=1e-12)
        assert ours.tpr == ours.recall
        assert ours.f1 == pytest.approx(metrics.f1_score(y_true, predicted), abs=1e-12)
        specificity = metrics.recall_score(y_true, predicted, pos_label=0)
        assert ours.specificity == pytest.approx(specificity, abs=1e-12)
        assert ours.fpr == pytest.approx(1 - specificity, abs=1e-12)
        if predicted.any():
            assert ours.precision == pytest.approx(metrics.precision_score(y_true, predicted), abs=1e-12)
        else:
            assert math.isnan(ours.precision)


@every_kind
def test_every_point_of_the_curves_is_a_confusion(seed, kind):
    y_true, y_score = samples(seed, kind, n=60)
    roc = roc_curve(y_true, y_score)
    assert (roc.fpr[0], roc.tpr[0], roc.thresholds[0]) == (0, 0, np.inf)
    assert roc.thresholds.size == 1 + np.unique(y_score).size
    for fpr, tpr, threshold in zip(*roc, strict=True):
        at = confusion(y_true, y_score, threshold)
        assert (at.fpr, at.tpr) == (fpr, tpr)
    pr = precision_recall_curve(y_true, y_score)
    assert (pr.precision[-1], pr.recall[-1]) == (1, 0)
    for precision, recall, threshold in zip(pr.precision, pr.recall, pr.thresholds, strict=False):
        at = confusion(y_true, y_score, threshold)
        assert (at.precision, at.recall) == (precision, recall)


# ---- properties ----------------------------------------------------------------------------------

scores = st.one_of(
    st.sampled_from([0.0, -0.0, 0.5, 1.0, np.inf, -np.inf, 5e-324, -5e-324]), st.floats(allow_nan=False)
)


@st.composite
def ranked(draw, scores=scores):
    n = draw(st.integers(2, 30))
    y_true = [0, 1, *draw(st.lists(st.integers(0, 1), min_size=n - 2, max_size=n - 2))]
    return y_true, draw(st.lists(scores, min_size=n, max_size=n))


@settings(max_examples=300, deadline=None)
@given(ranked())
@example(([1, 0], [np.inf, np.inf]))
@example(([1, 0, 1], [-np.inf, -np.inf, np.inf]))
@example(([1, 0], [0.0, -0.0]))
@example(([0, 1], [-1.9999999999999998, 2.0]))  # complements: without their signs these have equal bits
@example(([1, 0], [-1.9999999999999998, 2.0]))
def test_area_is_counted_pairs_for_any_scores(sample):
    y_true, y_score = sample
    assert auc(y_true, y_score) == auc_pairs(y_true, y_score) == counted(y_true, y_score)
    curve = roc_curve(y_true, y_score)
    assert abs(np.trapezoid(curve.tpr, curve.fpr) - counted(y_true, y_score)) < 1e-12
    np.testing.assert_array_equal(curve.thresholds[1:], np.unique(y_score)[::-1])
    # only the order matters: ranks, which scikit-learn takes, give the same curves
    ranks = np.unique(y_score, return_inverse=True)[1]
    expected = metrics.roc_curve(y_true, ranks, drop_intermediate=False)
    np.testing.assert_allclose(curve.fpr, expected[0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(curve.tpr, expected[1], rtol=0, atol=1e-12)
    precision, recall, _ = metrics.precision_recall_curve(y_true, ranks)
    ours = precision_recall_curve(y_true, y_score)
    np.testing.assert_allclose(ours.precision, precision, rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.recall, recall, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(ours.thresholds, np.unique(y_score))


@settings(max_examples=100, deadline=None)
@given(ranked(), st.randoms(use_true_random=False))
def test_turning_round_and_shuffling(sample, random):
    y_true, y_score = np.array(sample[0]), np.array(sample[1])
    area = auc(y_true, y_score)
    assert 0 <= area <= 1
    assert area + auc(y_true, -y_score) == pytest.approx(1, abs=1e-15)
    assert area + auc(1 - y_true, y_score) == pytest.approx(1, abs=1e-15)
    order = random.sample(range(y_true.size), y_true.size)
    assert auc(y_true[order], y_score[order]) == area
    for mine, other in zip(roc_curve(y_true[order], y_score[order]), roc_curve(y_true, y_score), strict=True):
        np.testing.assert_array_equal(mine, other)


# Floats of 32 bits lie on an edge k/n or far from it, in double precision.
in_unit = st.one_of(st.floats(0, 1, width=32), st.integers(0, 100).map(lambda k: k / 100))


@settings(max_examples=200, deadline=None)
@given(ranked(in_unit), st.integers(1, 150))
def test_histogram_ties_what_shares_a_bin_and_errs_by_half_of_it(sample, n_bins):
    y_true, y_score = np.array(sample[0]), np.array(sample[1])
    bins = np.searchsorted(np.arange(1, n_bins) / n_bins, y_score, side="right")
    binned = auc_histogram(y_true, y_score, n_bins)
    assert binned == counted(y_true, bins)
    shared = np.mean(bins[y_true == 1][:, None] == bins[y_true == 0])
    assert abs(binned - counted(y_true, y_score)) <= shared / 2 + 1e-15


# ---- auc_histogram -------------------------------------------------------------------------------


def test_histogram_puts_every_multiple_of_its_width_in_its_own_bin():
    for n_bins in [*range(2, 400), 1000, 4096, 99_991]:
        k = np.unique(np.linspace(1, n_bins - 1, 400).round())
        on, below = k / n_bins, k / n_bins * (1 - 1e-14)
        y_true = np.repeat([1, 0], k.size)
        pairs = np.concatenate((on, below))
        bins = np.concatenate((k, k - 1))
        expected = auc(y_true, bins)
        assert auc_histogram(y_true, pairs, n_bins) == expected, n_bins


@pytest.mark.parametrize("n", [2, 1000, (1 << 15) - 1, 1 << 15, (1 << 15) + 1, 100_000])
@pytest.mark.parametrize("n_bins", [1, 7, 100, 40_000])
def test_histogram_in_stretches(n, n_bins):
    rng = np.random.default_rng(n)
    y_score = rng.integers(0, 2**20, n) / 2**20
    y_true = rng.random(n) < y_score
    y_true[:2], y_score[:2] = (True, False), (1.0, 0.0)
    bins = np.minimum(np.searchsorted(np.arange(1, n_bins) / n_bins, y_score, side="right"), n_bins - 1)
    assert auc_histogram(y_true, y_score, n_bins) == auc(y_true, bins)


def test_histogram_has_100_bins_unless_told():
    y_true, y_score = samples(0, "unit")
    assert auc_histogram(y_true, y_score) == auc_histogram(y_true, y_score, 100)
    assert auc_histogram(y_true, y_score) != auc_histogram(y_true, y_score, 99)


def test_histogram_takes_0_and_1():
    assert auc_histogram([1, 0], [1.0, 0.0], 1) == 0.5
    assert auc_histogram([1, 0], [1.0, 0.0], 2) == 1.0
    assert auc_histogram([0, 1], [1.0, 0.99]) == 0.5  # the last bin is closed


@pytest.mark.parametrize("outside", [-1e-9, -0.05, 1 + 1e-9, 2, np.inf, -np.inf])
def test_histogram_refuses_scores_outside(outside):
    with pytest.raises(ValueError, match=r"^y_score: expected scores in \[0, 1\]"):
        auc_histogram([1, 0, 1], [0.2, outside, 0.3])


@pytest.mark.parametrize(
    ("n_bins", "error"),
    [(0, ValueError), (-1, ValueError), (2.0, TypeError), ("9", TypeError), (True, TypeError)],
)
def test_histogram_refuses_bins(n_bins, error):
    with pytest.raises(error, match=r"^n_bins: "):
        auc_histogram([1, 0], [0.2, 0.1], n_bins)


# ---- kinds of input ------------------------------------------------------------------------------


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize(
    "labels", ["int8", "uint8", "int64", "uint64", "bool", "float32", ">i4", "list", "tuple"]
)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", ">f8", "list", "tuple"])
def test_labels_and_scores_of_any_type(function, labels, dtype):
    y_true = np.random.default_rng(0).integers(0, 2, 600)  # more positives than an int8 counts
    y_score = np.random.default_rng(1).random(600).astype(np.float16).astype(float)

    def of(array, kind):
        return (
            {"list": list, "tuple": tuple}[kind](array.tolist())
            if kind in ("list", "tuple")
            else array.astype(kind)
        )

    expected, got = function(y_true, y_score), function(of(y_true, labels), of(y_score, dtype))
    np.testing.assert_equal(got, expected)
    if function is roc_curve:
        assert {a.dtype for a in got} == {np.dtype(float)}


@pytest.mark.parametrize("function", RANKERS)
@pytest.mark.parametrize("dtype", ["int8", "int16", "int64", "uint8", "uint64", "bool"])
def test_integer_scores(function, dtype):
    rng = np.random.default_rng(0)
    low = 0 if dtype[0] in "ub" else -5
    y_true, y_score = rng.integers(0, 2, 200), rng.integers(low, 2 if dtype == "bool" else 6, 200)
    np.testing.assert_equal(function(y_true, y_score.astype(dtype)), function(y_true, y_score.astype(float)))


def test_integers_that_a_float_cannot_hold_are_refused():
    edge = 2**53
    assert auc([1, 0], [edge, edge - 1]) == auc([0, 1], [-edge, 1 - edge]) == 1
    for beyond in (edge + 1, -edge - 1, 2**63 - 1, -(2**63)):
        with pytest.raises(ValueError, match=r"^y_score: expected integers"):
            auc([1, 0], [beyond, 0])
    with pytest.raises(TypeError, match=r"^y_score: "):
        auc([1, 0], [2**70, 0])


@pytest.mark.skipif(np.longdouble(1).itemsize <= 8, reason="long double is double here")
def test_long_doubles_are_refused():
    with pytest.raises(TypeError, match=r"^y_score: expected float64 or narrower"):
        auc([1, 0], np.array([1, 2], np.longdouble))


@pytest.mark.parametrize("function", ALL)
def test_inputs_may_be_read_only_or_strided_and_are_never_changed(function):
    for kind in ("unit", "tied"):
        y_true, y_score = samples(7, kind)
        expected = function(y_true, y_score)
        wide = np.stack((y_true, y_score, y_score))
        wide_before = wide.copy()
        np.testing.assert_equal(function(wide.T[:, 0], wide.T[:, 1]), expected)
        np.testing.assert_equal(function(y_true[::-1], y_score[::-1]), expected)
        np.testing.assert_array_equal(wide, wide_before)
        for array in (y_true, y_score):
            array.flags.writeable = False
        np.testing.assert_equal(function(y_true, y_score), expected)
        np.testing.assert_equal(function(y_true.astype(bool), y_score), expected)


def test_results_are_the_callers_own():
    y_true, y_score = samples(1, "unit")
    for result in (*roc_curve(y_true, y_score), *precision_recall_curve(y_true, y_score)):
        assert result.flags.writeable and not np.shares_memory(result, y_score)
    assert type(auc(y_true, y_score)) is type(auc_pairs(y_true, y_score)) is float
    assert type(auc_histogram(y_true, y_score)) is float


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize(
    ("y_true", "y_score", "error", "says"),
    [
        ([1, 0, 2], [0.1, 0.2, 0.3], ValueError, "y_true: expected labels 0 and 1, got 2"),
        ([1, -1], [0.1, 0.2], ValueError, "y_true: expected labels 0 and 1, got -1"),
        ([1, 0, 0.5], [0.1, 0.2, 0.3], ValueError, "y_true: expected labels 0 and 1, got 0.5"),
        ([1, 0, np.nan], [0.1, 0.2, 0.3], ValueError, "y_true: expected labels 0 and 1, got nan"),
        ([1, 0, np.inf], [0.1, 0.2, 0.3], ValueError, "y_true: expected labels 0 and 1, got inf"),
        ([1, 0], [0.1, np.nan], ValueError, "y_score: expected numbers, got NaN"),
        ([1, 0], [np.nan, np.nan], ValueError, "y_score: expected numbers, got NaN"),
        ([1, 0], [-np.nan, 0.1], ValueError, "y_score: expected numbers, got NaN"),
        ([1, 0], np.float32([np.nan, 0.1]), ValueError, "y_score: expected numbers, got NaN"),
        ([1, 0, 1], [0.1, 0.2], ValueError, "y_true, y_score: expected equal lengths, got 3 and 2"),
        ([1, 0], [0.1, 0.2, 0.3], ValueError, "y_true, y_score: expected equal lengths, got 2 and 3"),
        ([], [], ValueError, "y_true: expected at least one sample"),
        (1, 0.5, ValueError, r"y_true: expected 1 dimension"),
        ([[1, 0]], [[0.1, 0.2]], ValueError, r"y_true: expected 1 dimension.*\(1, 2\)"),
        ([1, 0], [[0.1], [0.2]], ValueError, r"y_score: expected 1 dimension.*\(2, 1\)"),
        (["1", "0"], [0.1, 0.2], TypeError, "y_true: expected an array of real numbers"),
        ([1, 0], ["a", "b"], TypeError, "y_score: expected an array of real numbers"),
        ([1, 0], [0.1, 0.2j], TypeError, "y_score: expected an array of real numbers"),
        ([1, 0], [0.1, None], TypeError, "y_score: expected an array of real numbers"),
        ([1, 0], [[0.1], [0.1, 0.2]], TypeError, "y_score: expected an array of real numbers"),
        ([1, None], [0.1, 0.2], TypeError, "y_true: expected an array of real numbers"),
        ({1, 0}, [0.1, 0.2], TypeError, "y_true: expected an array of real numbers"),
        (None, None, TypeError, "y_true: expected an array of real numbers"),
        (
            np.ma.array([1, 0], mask=[0, 1]),
            [0.1, 0.2],
            TypeError,
            "y_true: expected an array of real numbers",
        ),
        ([1, 0], np.array([1, 2], "datetime64[s]"), TypeError, "y_score: expected an array of real numbers"),
    ],
)
def test_refused(function, y_true, y_score, error, says):
    with pytest.raises(error, match=f"^{says}"):
        function(y_true, y_score)


@pytest.mark.parametrize("function", [*RANKERS, auc_histogram])
@pytest.mark.parametrize(
    ("y_true", "only"), [([1, 1], 1), ([0, 0, 0], 0), ([True], 1), (np.zeros(2, bool), 0)]
)
def test_one_class_is_refused_where_two_are_compared(function, y_true, only):
    with pytest.raises(ValueError, match=f"^y_true: expected both classes, got only {only}"):
        function(y_true, np.linspace(0, 1, len(y_true)))


def test_confusion_takes_one_class_and_says_nan_where_nothing_divides():
    only_negatives = confusion([0, 0], [0.1, 0.9], 0.5)
    assert only_negatives == Confusion(0, 1, 0, 1)
    assert math.isnan(only_negatives.recall) and math.isnan(only_negatives.tpr)
    assert (only_negatives.fpr, only_negatives.specificity, only_negatives.precision) == (0.5, 0.5, 0)
    assert only_negatives.f1 == 0
    only_positives = confusion([1], [0.1], 0.5)
    assert only_positives == Confusion(0, 0, 1, 0)
    assert math.isnan(only_positives.fpr) and math.isnan(only_positives.specificity)
    assert math.isnan(only_positives.precision) and only_positives.recall == only_positives.f1 == 0
    right_to_be_silent = confusion([0], [0.1], 0.5)
    assert math.isnan(right_to_be_silent.f1) and right_to_be_silent.accuracy == 1


def test_confusion_at_infinite_scores_and_thresholds():
    y_true, y_score = [1, 0, 1, 0], [np.inf, -np.inf, 0, 1]
    assert confusion(y_true, y_score, np.inf) == Confusion(tp=1, fp=0, fn=1, tn=2)
    assert confusion(y_true, y_score, -np.inf) == Confusion(tp=2, fp=2, fn=0, tn=0)
    assert confusion(y_true, y_score, 1) == Confusion(tp=1, fp=1, fn=1, tn=1)
    assert confusion(y_true, y_score, np.float32(0)) == Confusion(tp=2, fp=1, fn=0, tn=1)


def test_narrow_scores_meet_the_threshold_as_the_numbers_they_are():
    assert float(np.float32(0.7)) < 0.7 < float(np.float32(0.7000001))
    assert confusion([1, 1], np.float32([0.7, 0.7000001]), 0.7) == Confusion(tp=1, fp=0, fn=1, tn=0)


@pytest.mark.parametrize(
    ("threshold", "error"),
    [
        (np.nan, ValueError),
        ("0.5", TypeError),
        (None, TypeError),
        ([0.5], TypeError),
        (True, TypeError),
        (1j, TypeError),
    ],
)
def test_confusion_refuses_thresholds(threshold, error):
    with pytest.raises(error, match=r"^threshold: "):
        confusion([1, 0], [0.1, 0.2], threshold)


def test_large_counts_do_not_overflow():
    n_pos = n_neg = 70_000  # 4.9e9 pairs: more than 32 bits count
    y_true = np.repeat(np.int8([1, 0]), n_pos)
    tied = np.zeros(n_pos + n_neg, np.float32)
    assert auc(y_true, tied) == auc_histogram(y_true, tied) == 0.5
    won = y_true.astype(np.float32)
    assert auc(y_true, won) == auc_histogram(y_true, won) == 1
    assert auc(y_true, -won) == auc_histogram(y_true, 1 - won) == 0


@pytest.mark.parametrize("at", [*range((1 << 15) - 3, (1 << 15) + 3), 0, 69_998])
def test_a_single_tie_counts_wherever_it_stands(at):
    y_score = -np.arange(70_000.0)
    y_true = np.arange(70_000) % 3 == 0
    y_true[at : at + 2] = True, False
    won = auc(y_true, y_score)
    y_score[at] = y_score[at + 1]
    n_pairs = int(y_true.sum()) * int((~y_true).sum())
    assert round((won - auc(y_true, y_score)) * 2 * n_pairs) == 1


def test_minus_zero_is_zero():
    assert auc([1, 0], [0.0, -0.0]) == auc([1, 0], [-0.0, 0.0]) == 0.5
    curve = roc_curve([1, 0, 1], [-0.0, 0.0, -1.0])
    assert curve.thresholds.tolist() == [np.inf, 0, -1] and not np.signbit(curve.thresholds[1])


# ---- the column's claims -------------------------------------------------------------------------


def test_roc_02_to_08_the_matrix():
    y_true, y_pred = [1, 1, 0, 1, 0], [1, 1, 1, 0, 0]
    counts = confusion(y_true, y_pred, 0.5)
    assert [[counts.tn, counts.fp], [counts.fn, counts.tp]] == [[1, 1], [1, 2]]
    assert sum(counts) == 5 == len(y_true)
    for predicted, right in product((1, 0), (True, False)):  # second letter: predicted; first: rightly or not
        actual = predicted if right else 1 - predicted
        name = ("t" if right else "f") + ("p" if predicted else "n")
        assert confusion([actual], [predicted], 0.5)._asdict() == {
            k: int(k == name) for k in ("tp", "fp", "fn", "tn")
        }


def test_roc_09_to_15_the_ratios():
    assert HUNDRED.accuracy == 0.86
    assert confusion(*FIVE, 0.75).accuracy == 0.6
    assert (HUNDRED.tp + HUNDRED.fn, HUNDRED.fp + HUNDRED.tn, HUNDRED.tp + HUNDRED.fp) == (10, 90, 20)
    assert HUNDRED.error_rate == 0.14 and abs(HUNDRED.accuracy + HUNDRED.error_rate - 1) < 1e-12
    assert HUNDRED.precision == 0.4 and HUNDRED.recall == 0.8
    assert math.isnan(Confusion(0, 0, 10, 90).precision)
    assert HUNDRED.precision * 20 == HUNDRED.recall * 10 == HUNDRED.tp == 8
    assert HUNDRED.f1 == pytest.approx(16 / 30, abs=1e-15)
    harmonic = 2 * HUNDRED.precision * HUNDRED.recall / (HUNDRED.precision + HUNDRED.recall)
    assert HUNDRED.f1 == pytest.approx(harmonic, abs=1e-15)


def test_roc_16_accuracy_of_saying_no_to_everybody():
    said_no = confusion([1] + [0] * 99, np.zeros(100), 0.5)
    assert (said_no.accuracy, said_no.recall) == (0.99, 0)


def test_roc_20_to_24_the_two_rates():
    at = confusion(*FIVE, 0.75)
    assert at.tpr == 2 / 3
    assert HUNDRED.tpr == HUNDRED.recall == 0.8 != HUNDRED.precision == 0.4
    assert abs(HUNDRED.fpr - 0.133333) < 1e-6 and abs(HUNDRED.fpr - (1 - 78 / 90)) < 1e-12
    assert HUNDRED.specificity == 78 / 90
    assert HUNDRED.tpr - HUNDRED.fpr == pytest.approx(2 / 3, abs=1e-15)
    assert (HUNDRED.tpr + HUNDRED.specificity) / 2 == pytest.approx(5 / 6, abs=1e-15)
    for threshold in FIVE[1]:
        at = confusion(*FIVE, threshold)
        assert at.tp + at.fp == np.sum(np.array(FIVE[1]) >= threshold)


def test_roc_25_and_26_the_two_ends():
    for threshold, ends in ((0.91, 0), (0.7, 1)):
        at = confusion(*FIVE, threshold)
        assert (at.fpr, at.tpr) == (ends, ends)


def test_roc_27_and_28_guessing_is_a_line_of_slope_1():
    rng = np.random.default_rng(0)
    y_true, y_score = rng.random(100_000) < 0.3, rng.random(100_000)
    for share in (0.1, 0.25, 0.5, 0.75):
        at = confusion(y_true, y_score, np.quantile(y_score, 1 - share))
        assert abs(at.tpr - share) < 0.01 and abs(at.fpr - share) < 0.01
    curve = roc_curve(y_true, y_score)
    assert curve.fpr @ curve.tpr / (curve.fpr @ curve.fpr) == pytest.approx(1, abs=0.02)
    assert auc(y_true, y_score) == pytest.approx(0.5, abs=0.01)
    assert np.trapezoid([0, 0.5], [0, 1]) == 0.25  # what a slope of one half would give


def test_roc_29_separation_lifts_the_curve():
    rng = np.random.default_rng(0)
    y_true = np.repeat([0, 1], 100_000)
    noise = rng.normal(size=y_true.size)
    for d in (0, 0.5, 1, 2):
        expected = 0.5 * (1 + math.erf(d / 2))  # Φ(d/√2)
        assert auc(y_true, noise + d * y_true) == pytest.approx(expected, abs=0.01)
    assert 0.5 * (1 + math.erf(1 / 2)) == pytest.approx(0.7602, abs=5e-5)


def test_roc_30_to_35_the_five_samples_drawn_two_ways():
    curve = roc_curve(*FIVE)
    right = [(0, 0), (0, 1 / 3), (0, 2 / 3), (0.5, 2 / 3), (0.5, 1), (1, 1)]
    assert list(zip(curve.fpr, curve.tpr, strict=True)) == right
    y_true = np.array(FIVE[0])
    pen = np.cumsum(np.stack((np.append(0, 1 - y_true) / 2, np.append(0, y_true) / 3)), axis=1)
    np.testing.assert_allclose(pen, [curve.fpr, curve.tpr], rtol=0, atol=1e-15)
    assert np.trapezoid(curve.tpr, curve.fpr) == pytest.approx(5 / 6, abs=1e-15)
    printed = [(0, 0), (1 / 3, 0), (2 / 3, 0), (2 / 3, 0), (1, 1 / 2), (1, 1)]  # (TPR, FPR), as in the column
    tpr, fpr = zip(*printed, strict=True)
    assert np.trapezoid(tpr, fpr) == pytest.approx(11 / 12, abs=1e-15)
    assert auc(*FIVE) == 5 / 6


def test_roc_34_a_tie_is_one_diagonal_step():
    y_true, y_score = [1, 0, 1, 0], [0.8, 0.6, 0.6, 0.3]
    curve = roc_curve(y_true, y_score)
    assert list(zip(curve.fpr, curve.tpr, strict=True)) == [(0, 0), (0, 0.5), (0.5, 1), (1, 1)]
    assert auc(y_true, y_score) == 0.875
    orders = [auc(y_true, [0.8, 0.6 + tip, 0.6 - tip, 0.3]) for tip in (-0.1, 0.1)]
    assert orders == [1.0, 0.75] and np.mean(orders) == 0.875


def test_roc_36_the_area_may_be_under_one_half():
    assert auc(FIVE[0], -np.array(FIVE[1])) == 1 / 6
    assert auc([1, 0], [0, 1]) == 0
    rng = np.random.default_rng(0)
    y_true = np.repeat([1, 0], 10)
    areas = np.array([auc(y_true, rng.random(20)) for _ in range(2000)])
    assert np.mean(areas) == pytest.approx(0.5, abs=0.01)
    assert np.std(areas) == pytest.approx(
        math.sqrt(21 / 1200), abs=0.01
    )  # √((n + 1) / (12 n_pos n_neg)), 0.132
    assert 0.4 < np.mean(areas < 0.5) < 0.5


def test_roc_37_to_41_trapezoids_pairs_and_ranks_agree():
    rng = np.random.default_rng(0)
    y_true, y_score = rng.integers(0, 2, 2000), rng.normal(size=2000).round(1)
    n_pos, n_neg = int(y_true.sum()), int((1 - y_true).sum())
    ranks = (
        np.searchsorted(np.sort(y_score), y_score) + np.searchsorted(np.sort(y_score), y_score, "right") + 1
    ) / 2
    by_rank = (ranks[y_true == 1].sum() - n_pos * (n_pos + 1) / 2) / (n_pos * n_neg)
    curve = roc_curve(y_true, y_score)
    for area in (by_rank, auc_pairs(y_true, y_score), np.trapezoid(curve.tpr, curve.fpr)):
        assert abs(area - auc(y_true, y_score)) < 1e-12
    assert abs(auc(y_true, y_score) - metrics.roc_auc_score(y_true, y_score)) < 1e-12
    assert (np.array([5, 4, 2]).sum() - 6) / 6 == auc(*FIVE) == 5 / 6
    assert n_pos * n_neg <= 2000**2 / 4


def test_roc_42_the_column_is_right_on_its_own_example():
    assert column.auc_histogram(*FIVE) == pytest.approx(5 / 6, abs=1e-9)
    assert auc_histogram(*FIVE) == 5 / 6
    rng = np.random.default_rng(0)  # and wherever no defect is met
    y_true, y_score = rng.integers(0, 2, 3000), rng.integers(0, 1024, 3000) / 1024
    assert column.auc_histogram(y_true, y_score, 128) == pytest.approx(
        auc_histogram(y_true, y_score, 128), abs=1e-12
    )


def test_roc_43_a_score_of_1():
    with pytest.raises(IndexError):
        column.auc_histogram([1, 0], [1.0, 0.2])
    assert auc_histogram([1, 0], [1.0, 0.2]) == 1


def test_roc_44_scores_that_share_a_bin():
    for histogram in (column.auc_histogram, auc_histogram):
        assert histogram([1, 0], [0.501, 0.509]) == histogram([1, 0], [0.509, 0.501]) == 0.5
    assert (auc([1, 0], [0.501, 0.509]), auc([1, 0], [0.509, 0.501])) == (0, 1)
    rng = np.random.default_rng(0)
    y_true = rng.integers(0, 2, 2000)
    y_score = 1 / (1 + np.exp(-rng.normal(size=2000) - 0.7 * y_true))
    area = auc(y_true, y_score)
    assert auc_histogram(y_true, y_score, 1) == 0.5
    assert abs(auc_histogram(y_true, y_score, 100) - area) < 1e-3
    assert abs(auc_histogram(y_true, y_score, 10_000) - area) < 1e-4
    assert abs(auc_histogram(y_true, y_score, 10_000_000) - area) < 1e-6
    squeezed = 0.5 + (y_score - 0.5) / 1000
    assert auc(y_true, squeezed) == area and abs(auc_histogram(y_true, squeezed) - area) > 0.02


def test_roc_45_the_bin_that_division_decides():
    assert [k for k in range(100) if int(k / 100 / 0.01) != k] == [29, 47, 57, 58, 59, 94]
    assert [k for k in range(100) if int(k / 100 * 100) != k] == [29, 57, 58]
    for k in range(1, 100):
        pair = [1, 0], [k / 100, (k - 0.5) / 100]
        assert auc_histogram(*pair) == 1
        assert column.auc_histogram(*pair) == (0.5 if k in (29, 47, 57, 58, 59, 94) else 1)


def test_roc_46_scores_outside():
    logits = [1, 0], [0.2, -0.05]
    assert column.auc_histogram(*logits) == 0 and auc(*logits) == 1
    with pytest.raises(IndexError):
        column.auc_histogram([1, 0], [1.2, 0.3])
    for scores in (logits[1], [1.2, 0.3]):
        with pytest.raises(ValueError, match="y_score"):
            auc_histogram([1, 0], scores)


def test_roc_47_one_class():
    with pytest.raises(ZeroDivisionError):
        column.auc_histogram([1, 1], [0.3, 0.4])
    with pytest.raises(ValueError, match="both classes"):
        auc_histogram([1, 1], [0.3, 0.4])


def test_roc_49_to_51_same_bin_halves_lower_bins_all():
    assert (
        auc([1, 0], [0.5, 0.5]) == auc_pairs([1, 0], [0.5, 0.5]) == auc_histogram([1, 0], [0.5, 0.5]) == 0.5
    )
    for size in (1, 2, 3):  # size positives above size + 1 negatives in as many bins: every pair is won
        y_true, y_score = [1] * size + [0] * (size + 1), np.linspace(0.9, 0.1, 2 * size + 1)
        assert auc_histogram(y_true, y_score) == 1
    assert auc_histogram(*FIVE) == 5 / 6


# ---- the data ------------------------------------------------------------------------------------


def test_breast_cancer_scores():
    y_true, y_score = datasets.breast_cancer_scores()
    assert y_true.shape == y_score.shape == (569,)
    assert (y_true == 1).sum() == 212 and (y_true == 0).sum() == 357
    assert y_score.dtype == float and 0 < y_score.min() < y_score.max() < 1
    np.testing.assert_array_equal(y_score, y_score.round(3))
    assert np.unique(y_score).size == 423
    assert auc(y_true, y_score) == pytest.approx(0.8534, abs=5e-5)
    assert abs(auc(y_true, y_score) - metrics.roc_auc_score(y_true, y_score)) < 1e-12
    positives, negatives = y_score[y_true == 1], y_score[y_true == 0]
    assert positives.size * negatives.size == 75_684 and np.isin(positives[:, None], negatives).any()
    assert (positives[:, None] == negatives).sum() == 50


def test_breast_cancer_scores_are_out_of_sample_probabilities_of_that_model():
    from sklearn.datasets import load_breast_cancer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    features, y_true = datasets.breast_cancer_features()
    source = load_breast_cancer()
    np.testing.assert_array_equal(y_true, source.target_names[source.target] == "malignant")
    names = ["worst texture", "worst smoothness", "worst symmetry"]
    np.testing.assert_array_equal(
        features, source.data[:, [list(source.feature_names).index(n) for n in names]]
    )
    model = make_pipeline(StandardScaler(), LogisticRegression())
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    again = cross_val_predict(model, features, y_true, cv=folds, method="predict_proba")[:, 1]
    np.testing.assert_allclose(datasets.breast_cancer_scores()[1], again, rtol=0, atol=6e-4)


def test_each_load_is_a_fresh_copy():
    datasets.breast_cancer_scores()[1][:] = 0
    assert datasets.breast_cancer_scores()[1].any()
