"""Evidence on ROC and AUC."""

import numpy as np

from .. import column
from ..roc_auc import auc, auc_histogram, auc_pairs, confusion, roc_curve

FIVE = [1, 1, 0, 1, 0], [0.9, 0.8, 0.75, 0.72, 0.7]  # the column's samples: labels, scores
HUNDRED = np.repeat([1, 1, 0, 0], [8, 2, 12, 78]), np.repeat([1, 0, 1, 0], [8, 2, 12, 78])


def error_of(function, *arguments):
    """The name of the exception that a call ends in."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error).__name__
    return "no error"


def roc_07():
    one = confusion([0], [1], 0.5)  # called positive, really negative
    return {"fp": one.fp, "fn": one.fn}


def roc_08():
    one = confusion([1], [0], 0.5)  # called negative, really positive
    return {"fn": one.fn, "fp": one.fp}


def roc_10():
    c = confusion(*HUNDRED, 0.5)
    return {"really": c.tp + c.fn, "called": c.tp + c.fp, "negative": c.fp + c.tn}


def roc_21():
    c = confusion(*HUNDRED, 0.5)
    return {"tpr": c.tpr, "recall": c.recall, "precision": c.precision}


def roc_23():
    c = confusion(*HUNDRED, 0.5)
    youden = c.tpr - c.fpr
    return {"sum": c.tpr + c.fpr, "youden": youden, "balanced": (1 + youden) / 2}


def roc_28():
    rng = np.random.default_rng(0)
    y_true, guess = rng.random(20_000) < 0.3, rng.random(20_000)
    curve = roc_curve(y_true, guess)
    slope = np.polyfit(curve.fpr, curve.tpr, 1)[0]
    return {"slope": slope, "area": auc(y_true, guess), "area_half": np.trapezoid([0, 0.5], [0, 1])}


def roc_30():
    labels, scores = [1, 0, 1, 0], [0.8, 0.6, 0.6, 0.3]
    one_by_one = np.cumsum(labels)  # as the file happens to be sorted
    curve = roc_curve(labels, scores)
    return {"one_by_one": len(one_by_one) + 1, "together": len(curve.fpr), "samples": len(labels)}


def roc_32():
    printed = np.array([(0, 0), (1 / 3, 0), (2 / 3, 0), (2 / 3, 0), (1, 1 / 2), (1, 1)])
    curve = roc_curve(*FIVE)
    area_printed = np.trapezoid(printed[:, 0], printed[:, 1])
    fourth = f"({curve.tpr[3] * 3:.0f}/3, {curve.fpr[3] * 2:.0f}/2)"
    return {"fourth": fourth, "area_printed": area_printed, "area": np.trapezoid(curve.tpr, curve.fpr)}


def roc_33():
    curve = roc_curve(*FIVE)
    return {"points": ", ".join(f"({x * 2:.0f}/2, {y * 3:.0f}/3)" for x, y in zip(curve.fpr, curve.tpr))}  # noqa: B905


def roc_34():
    labels, scores = [1, 0, 1, 0], [0.8, 0.6, 0.6, 0.3]
    first, last = [0.8, 0.59, 0.6, 0.3], [0.8, 0.6, 0.59, 0.3]  # the tie broken, one way and the other
    return {"best": auc(labels, first), "worst": auc(labels, last), "diagonal": auc(labels, scores)}


def roc_36():
    labels, scores = FIVE
    rng = np.random.default_rng(0)
    coins = np.array([auc([1] * 10 + [0] * 10, rng.random(20)) for _ in range(2000)])
    reversed_ = auc(labels, -np.array(scores))
    return {
        "reversed": reversed_,
        "right": auc(*FIVE),
        "least": auc([1, 0], [0, 1]),
        "below": (coins < 0.5).mean(),
        "mean": coins.mean(),
    }


def roc_40():
    rng = np.random.default_rng(0)
    labels, scores = rng.random(8000) < 0.5, rng.random(8000)
    n_pos = int(labels.sum())
    return {
        "pairs": n_pos * (8000 - n_pos),
        "most": 8000**2 // 4,
        "difference": auc_pairs(labels, scores) - auc(labels, scores),
    }


def roc_41():
    labels, _ = FIVE
    return {"all": len(labels), "positives": sum(labels)}


def roc_42():
    rng = np.random.default_rng(0)
    labels = rng.random(2000) < 0.4
    scores = 1 / (1 + np.exp(-rng.normal(labels * 0.7, 1)))
    return {
        "exact": auc(*FIVE),
        "binned": column.auc_histogram(*FIVE),
        "exact_2000": auc(labels, scores),
        "binned_2000": column.auc_histogram(labels, scores),
    }


def roc_43():
    return {
        "printed": error_of(column.auc_histogram, [1, 0], [1.0, 0.2]),
        "right": auc_histogram([1, 0], [1.0, 0.2]),
        "bin": int(1.0 / 0.01),
    }


def roc_44():
    one, other = [0.501, 0.509], [0.509, 0.501]
    rng = np.random.default_rng(0)
    labels = rng.random(2000) < 0.4
    squeezed = 0.5 + (1 / (1 + np.exp(-rng.normal(labels * 0.7, 1))) - 0.5) / 1000
    return {
        "worst": auc([1, 0], one),
        "best": auc([1, 0], other),
        "binned": column.auc_histogram([1, 0], one),
        "binned_too": column.auc_histogram([1, 0], other),
        "squeezed": auc(labels, squeezed),
        "squeezed_binned": column.auc_histogram(labels, squeezed),
    }


def roc_45():
    by_division = [k for k in range(100) if int((k / 100) / 0.01) != k]
    by_product = [k for k in range(100) if int((k / 100) * 100) != k]
    return {"quotient": repr(0.29 / 0.01), "division": tuple(by_division), "product": tuple(by_product)}


def roc_46():
    logits = [1, 0], [0.2, -0.05]
    return {
        "printed": column.auc_histogram(*logits),
        "exact": auc(*logits),
        "ours": error_of(auc_histogram, *logits),
    }


def roc_47():
    one_class = [1, 1], [0.3, 0.4]
    return {"printed": error_of(column.auc_histogram, *one_class), "ours": error_of(auc, *one_class)}


def roc_50():
    rng = np.random.default_rng(0)
    low, high = rng.integers(0, 100, 10_000), rng.integers(0, 100, 10_000)  # bins
    a, b = (low + rng.random(10_000)) / 100, (high + rng.random(10_000)) / 100
    return {"share": (b > a)[high > low].mean(), "pairs": int((high > low).sum())}
