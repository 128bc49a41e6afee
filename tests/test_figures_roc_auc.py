"""Every figure of the ROC chapter at every state: its sentence and what it draws, recomputed another way.

Each check reads ``caption`` and the artists' data of one state and asserts the whole of it, computed by plain
counting, fractions or scikit-learn. The last tests break the figures on purpose, and the checks must notice.
"""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from _chapters import chapter
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from scipy.special import ndtri
from scipy.stats import rankdata
from sklearn import metrics

from kamen_core.datasets import breast_cancer_scores
from kamen_core.flipbook import PALETTE

BOOKS = ("threshold", "drawing", "ties", "pairs", "chance", "separation", "histogram", "defects")
LABELS, SCORES = ([v.item() for v in part] for part in breast_cancer_scores())


@pytest.fixture(scope="module")
def books():
    return chapter("roc_auc").flipbooks


def points(artist):
    """The data of a line as a list of points."""
    return [(float(x), float(y)) for x, y in zip(*artist.get_data(), strict=True)]


def rgb(colour):
    return tuple(int(PALETTE[colour][i : i + 2], 16) / 255 for i in (1, 3, 5))


def close(a, b):
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=0, atol=1e-12, equal_nan=True)


def outline(filled):
    """The upper edge of a `fill_between` whose lower edge is 0, as points without repetition."""
    (path,) = filled.get_paths()
    x, y = path.vertices[:, 0], path.vertices[:, 1]
    return {(round(float(a), 9), round(float(b), 9)) for a, b in zip(x, y, strict=True)}


def counted(labels, scores, threshold):
    called = [s >= threshold for s in scores]
    tp = sum(c and y == 1 for c, y in zip(called, labels, strict=True))
    fp = sum(c and y == 0 for c, y in zip(called, labels, strict=True))
    return tp, fp, sum(y == 1 for y in labels) - tp, sum(y == 0 for y in labels) - fp


def won(labels, scores):
    """Won, tied and lost pairs of a positive with a negative."""
    pairs = list(
        itertools.product(
            [s for s, y in zip(scores, labels, strict=True) if y],
            [s for s, y in zip(scores, labels, strict=True) if not y],
        )
    )
    return sum(p > n for p, n in pairs), sum(p == n for p, n in pairs), sum(p < n for p, n in pairs)


def check_threshold(book, values, caption):
    t = values["threshold"]
    tp, fp, fn, tn = counted(LABELS, SCORES, t)
    n = tp + fp + fn + tn
    precision = f"{tp / (tp + fp):.3f}" if tp + fp else "undefined"
    assert caption == (
        f"Threshold {t:.2f}: TP {tp}, FP {fp}, FN {fn}, TN {tn}. Accuracy {(tp + tn) / n:.3f}, error rate "
        f"{1 - (tp + tn) / n:.3f}, precision {precision}, recall = TPR {tp / (tp + fn):.3f}, "
        f"F1 {2 * tp / (2 * tp + fp + fn):.3f}, FPR {fp / (fp + tn):.3f}."
    )
    (line,), (shade,) = book.moving(0, Line2D), book.moving(0, Patch)
    assert list(line.get_xdata()) == [t, t]
    assert (shade.get_x(), shade.get_x() + shade.get_width()) == (t, 1)  # what is called positive
    # The counts stand under their own names: rows are actual, columns called, positive first.
    named = {text.get_text(): text.get_position() for text in book.axes[1].texts if not text.get_animated()}
    for text, name, count in zip(
        book.moving(1, Text), ("TP", "FN", "FP", "TN"), (tp, fn, fp, tn), strict=True
    ):
        assert text.get_text() == str(count)
        assert text.get_position()[0] == named[name][0]
        assert 0 < text.get_position()[1] - named[name][1] < 0.5
    (roc_dot,), (pr_dot,) = book.moving(2, Line2D), book.moving(3, Line2D)
    assert close(points(roc_dot), [(fp / (fp + tn), tp / (tp + fn))])
    assert close(points(pr_dot), [(tp / (tp + fn), tp / (tp + fp) if tp + fp else math.nan)])


def test_threshold_stands_still_rightly(books):
    people, cells, roc, trade = books["threshold"].axes
    curves = [points(line) for line in roc.lines if not line.get_animated()]
    fpr, tpr, _ = metrics.roc_curve(LABELS, SCORES, drop_intermediate=False)
    assert any(close(c, list(zip(fpr, tpr, strict=True))) for c in curves)
    assert any(close(c, [(0, 0), (1, 1)]) for c in curves)
    precision, recall, _ = metrics.precision_recall_curve(LABELS, SCORES)
    (curve,) = [points(line) for line in trade.lines if not line.get_animated()]
    assert close(curve, list(zip(recall, precision, strict=True)))
    assert (roc.get_xlabel(), roc.get_ylabel()) == ("FPR", "TPR")
    assert (trade.get_xlabel(), trade.get_ylabel()) == ("recall", "precision")
    # the legend names the right heap, and every patient stands in the right bar
    legend = people.get_legend()
    for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=True):
        word = {"healthy": "blue", "sick": "orange"}[text.get_text()]
        assert handle.get_facecolor()[:3] == rgb(word)
    for bars, label, colour in zip(people.containers, (0, 1), ("blue", "orange"), strict=True):
        counts = [0] * 40
        for y, s in zip(LABELS, SCORES, strict=True):
            counts[min(int(Fraction(str(s)) * 40), 39)] += y == label
        assert [b.get_height() for b in bars] == counts
        assert {b.get_facecolor()[:3] for b in bars} == {rgb(colour)}
    words = {t.get_text(): t.get_position() for t in cells.texts if not t.get_animated()}
    assert words["called +"][0] < words["called −"][0] and words["really +"][1] < words["really −"][1]
    assert words["TP"][0] == words["FP"][0] == words["called +"][0]
    assert cells.get_ylim()[0] > cells.get_ylim()[1]  # the first row is on top


FIVE = [(1, "0.9"), (1, "0.8"), (0, "0.75"), (1, "0.72"), (0, "0.7")]
RIGHT = [
    (0, 0),
    (0, Fraction(1, 3)),
    (0, Fraction(2, 3)),
    (Fraction(1, 2), Fraction(2, 3)),
    (Fraction(1, 2), 1),
    (1, 1),
]
PRINTED = [*RIGHT[:3], RIGHT[2], *RIGHT[4:]]


def check_drawing(book, values, caption):
    step, printed = values["step"], values["points"] == "as printed"
    here = PRINTED if printed else RIGHT
    fp, tp = (sum(y == label for y, _ in FIVE[:step]) for label in (0, 1))
    x, y = Fraction(fp, 2), Fraction(tp, 3)
    if printed and step == 3:
        expected = (
            "Printed point 3 says FPR 0, TPR 2/3. Counting the 3 best gives 1 of 2 negatives and 2 of 3 "
            "positives: FPR 1/2, TPR 2/3."
        )
    elif step == 0:
        expected = "Nobody selected: the pen starts at FPR 0, TPR 0."
    else:
        move = "up 1/3" if FIVE[step - 1][0] else "right 1/2"
        expected = f"The {step} best selected, the pen went {move}: FPR {x}, TPR {y}."
    assert caption == expected
    (frame,), (path, pen, wrong) = book.moving(0, Line2D), book.moving(1, Line2D)
    assert close(points(path), [(float(a), float(b)) for a, b in here[: step + 1]])
    assert close(points(pen), [tuple(map(float, here[step]))])
    assert close(points(wrong), [(0, 2 / 3)] if printed and step >= 3 else np.empty((0,)))
    inside = [i for i in range(5) if min(frame.get_ydata()) <= i + 0.1 and i + 0.9 <= max(frame.get_ydata())]
    assert inside == list(range(step))  # the frame holds so many cards


def test_the_cards_are_the_samples(books):
    texts = books["drawing"].axes[0].texts
    for i, (label, score) in enumerate(FIVE):
        assert [t.get_text() for t in texts if i < t.get_position()[1] < i + 1] == [
            "positive" if label else "negative",
            score,
        ]
    plane = books["drawing"].axes[1]
    assert [t.get_text() for t in plane.get_xticklabels()] == ["0", "1/2", "1"]
    assert [t.get_text() for t in plane.get_yticklabels()] == ["0", "1/3", "2/3", "1"]


TIED = {  # the points drawn, and the area under all of them
    "positive first": ([(0, 0), (0, 0.5), (0, 1), (0.5, 1), (1, 1)], "1"),
    "negative first": ([(0, 0), (0, 0.5), (0.5, 0.5), (0.5, 1), (1, 1)], "0.75"),
    "both together": ([(0, 0), (0, 0.5), None, (0.5, 1), (1, 1)], "0.875"),
}


def check_ties(book, values, caption):
    order, step = values["order"], values["step"]
    path, area = TIED[order]
    drawn = [p for p in path[: step + 1] if p]
    x, y = (str(Fraction(v)) for v in drawn[-1])
    assert caption == (
        f"Scores 0.8, 0.6, 0.6, 0.3, {order}: the area is {area}."
        if step == 4
        else f"Scores 0.8, 0.6, 0.6, 0.3, {order}, {step} drawn: FPR {x}, TPR {y}."
    )
    line, pen = book.moving(0, Line2D)
    (filled,) = book.moving(0, PolyCollection)
    assert close(points(line), drawn) and close(points(pen), drawn[-1:])
    assert set(drawn) <= outline(filled) <= set(drawn) | {(x, 0) for x, _ in drawn}
    if step == 4:
        assert f"{metrics.auc(*zip(*drawn, strict=True)):g}" == area


def test_the_tied_area_is_the_library_s():
    assert metrics.roc_auc_score([1, 0, 1, 0], [0.8, 0.6, 0.6, 0.3]) == float(TIED["both together"][1])


def check_pairs(book, values, caption):
    labels, scores = [y for y, _ in FIVE], [float(s) for _, s in FIVE]
    scores[2] = values["score"]
    wins, ties, losses = won(labels, scores)
    area = Fraction(2 * wins + ties, 12)
    sum_ = f"({wins} + {ties}/2)/6" if ties else f"{wins}/6"
    assert caption == (
        f"x at {scores[2]:.2f}: {wins} of 6 pairs won, {ties} tied, {losses} lost. "
        f"AUC = {sum_} = {float(area):.3f}."
    )
    knob, name = book.moving(0, Line2D)[0], book.moving(0, Text)[0]
    assert points(knob) == [(scores[2], 0)] and name.get_position()[0] == scores[2] and name.get_text() == "x"
    # each cell of the grid: columns x and y, rows a, b and c
    grid = book.axes[1]
    columns = dict(zip(grid.get_xticks(), [t.get_text() for t in grid.get_xticklabels()], strict=True))
    rows = dict(zip(grid.get_yticks(), [t.get_text() for t in grid.get_yticklabels()], strict=True))
    score = dict(zip("abxcy", scores, strict=True))
    words = {}
    for text in book.moving(1, Text):
        x, y = text.get_position()
        positive, negative = score[rows[y]], score[columns[x]]
        words[x, y] = "won" if positive > negative else "lost" if positive < negative else "tied"
        assert text.get_text() == words[x, y]
    assert len(words) == 6
    colours = {"won": "green", "lost": "red", "tied": "muted"}
    for cell in book.moving(1, Patch):
        x, y = cell.get_xy()[:4].mean(axis=0)
        assert cell.get_facecolor()[:3] == rgb(colours[words[x, y]])
    fpr, tpr, _ = metrics.roc_curve(labels, scores, drop_intermediate=False)
    (path,), (filled,) = book.moving(2, Line2D), book.moving(2, PolyCollection)
    assert close(points(path), list(zip(fpr, tpr, strict=True)))
    assert {(round(x, 9), round(y, 9)) for x, y in points(path)} <= outline(filled)
    assert math.isclose(np.trapezoid(path.get_ydata(), path.get_xdata()), area)


def test_the_other_samples_stay(books):
    line = books["pairs"].axes[0]
    where = {t.get_text(): t.get_position()[0] for t in line.texts if not t.get_animated()}
    assert where == {"a": 0.9, "b": 0.8, "c": 0.72, "y": 0.7}


@pytest.fixture(scope="module")
def coins():
    """The AUCs of 2,000 coin-flipping models for each number of samples, by ranks."""
    rng, found = np.random.default_rng(36), {}
    for n in (1, 2, 5, 10, 20, 50, 100):
        scores = np.array([rng.random(2 * n) for _ in range(2000)])
        u = rankdata(scores, axis=1)[:, n:].sum(axis=1) - n * (n + 1) / 2
        found[n] = u / n**2
    return found


def check_chance(book, values, caption, coins):
    n = values["samples"]
    aucs = coins[n]
    below = sum(round(float(a) * n * n * 2) < n * n for a in aucs)
    each = f"{n} positives and {n} negatives" if n > 1 else "1 positive and 1 negative"
    assert caption == (
        f"2000 models judged on {each}: mean AUC {aucs.mean():.3f}, standard deviation "
        f"{aucs.std():.3f}; {below / 2000:.0%} fall below 0.5."
    )
    bars = book.moving(0, Patch)
    tallest = max(b.get_height() for b in bars)
    assert tallest == 1
    # A bar is as high as the share of models that it stands for, and has the colour of its side.
    inner = [b for b in bars if b.get_x() + b.get_width() <= 0.5 + 1e-9]
    share = sum(b.get_height() for b in inner) / sum(b.get_height() for b in bars)
    edge = inner[-1].get_x() + inner[-1].get_width()
    assert math.isclose(share, np.mean(aucs < edge - 1e-9), abs_tol=1e-9)
    for bar in bars:
        assert (bar.get_facecolor()[:3] == rgb("blue")) == (bar in inner)


def check_separation(book, values, caption):
    d, k = values["separation"], values["negatives"]
    phi = (1 + math.erf(d / 2)) / 2
    share = 1 / (1 + k)
    low, high = book.moving(0, PolyCollection)
    for filled, weight, mean, colour in ((low, 1 - share, 0, "blue"), (high, share, d, "orange")):
        x = np.linspace(-3.5, 6.5, 51)
        y = weight * np.exp(-((x - mean) ** 2) / 2) / math.sqrt(2 * math.pi)
        edge = outline(filled)
        assert {(round(a, 9), round(b, 9)) for a, b in zip(x, y, strict=True)} <= edge
        assert close(filled.get_facecolor()[0][:3], rgb(colour))
        assert y.max() < book.axes[0].get_ylim()[1]
    sample = ndtri((np.arange(400) + 0.5) / 400)
    labels = np.repeat([0, 1], [400, 400])
    scores, weights = np.concatenate([sample, sample + d]), np.repeat([k, 1], 400)
    exact = metrics.roc_auc_score(labels, scores)  # prevalence does not matter …
    precision, recall, _ = metrics.precision_recall_curve(
        labels, scores, sample_weight=weights
    )  # … here it does
    half = precision[recall >= 0.5][-1]
    odds = "1 negative a positive" if k == 1 else f"{k} negatives a positive"
    assert caption == (
        f"Means {d:.2f} apart: AUC {exact:.3f}, and Φ(d/√2) = {phi:.3f}. With {odds}, precision is "
        f"{half:.2f} where half of the positives are found."
    )
    assert abs(exact - phi) < 2e-3  # the sentence sets them side by side
    fpr, tpr, _ = metrics.roc_curve(labels, scores, drop_intermediate=False)
    (roc,) = book.moving(1, Line2D)
    known = {(round(x, 9), round(y, 9)) for x, y in zip(fpr, tpr, strict=True)}
    drawn = [(round(x, 9), round(y, 9)) for x, y in points(roc)]
    assert set(drawn) <= known and drawn[0] == (0, 0) and drawn[-1] == (1, 1)
    pr, floor = book.moving(2, Line2D)
    known = {(round(x, 9), round(y, 9)) for x, y in zip(recall, precision, strict=True)}
    assert {(round(x, 9), round(y, 9)) for x, y in points(pr)} <= known
    assert close(points(floor), [(0, share), (1, share)])


def binned(n_bins):
    """AUC with the scores replaced by their bins, by pairs, in whole numbers."""
    bins = [min(int(Fraction(str(s)) * n_bins), n_bins - 1) for s in SCORES]
    wins, ties, losses = won(LABELS, bins)
    return (2 * wins + ties) / (2 * (wins + ties + losses)), bins


def check_histogram(book, values, caption):
    n = values["bins"]
    value, bins = binned(n)
    exact = metrics.roc_auc_score(LABELS, SCORES)
    assert caption == (
        f"{n} bin{'s' * (n > 1)}: AUC {value:.5f}, exact {exact:.5f}, error {value - exact:+.5f}."
    )
    (dot,) = book.moving(1, Line2D)
    assert close(points(dot), [(n, abs(value - exact))])
    up, down = book.moving(0, PolyCollection)
    for filled, label, sign in ((up, 1, 1), (down, 0, -1)):
        counts = [0] * n
        for y, b in zip(LABELS, bins, strict=True):
            counts[b] += y == label
        edge = outline(filled)
        for b, count in enumerate(counts):
            height = round(sign * count / max(counts), 9)
            assert (round(b / n, 9), height) in edge and (round((b + 1) / n, 9), height) in edge


def test_the_curve_of_errors_is_the_one_that_is_dragged(books):
    book = books["histogram"]
    exact = metrics.roc_auc_score(LABELS, SCORES)
    wanted = [(n, abs(binned(n)[0] - exact)) for n in book.values["bins"]]
    (curve,) = [points(line) for line in book.axes[1].lines if not line.get_animated()]
    assert close(curve, wanted)
    assert close(book.options["grab"]["bins"][1], wanted)


DEFECTS = {
    "a score of 1": (("1", 100), ("0.2", 20), "IndexError", "1", "1"),
    "one shared bin": (("0.501", 50), ("0.509", 50), "0.5", "0.5", "0"),
    "0.29 in bin 28": (("0.29", 28), ("0.285", 28), "0.5", "1", "1"),
    "a logit below 0": (("0.2", 20), ("-0.05", -5), "0", "ValueError", "1"),
}


def check_defects(book, values, caption):
    (positive, p), (negative, n), theirs, ours, exact = DEFECTS[values["case"]]
    assert caption == (
        f"Positive {positive}, negative {negative}: the column's code gives {theirs}, ours {ours}, "
        f"exact is {exact}."
    )
    for drop, note, score, b in zip(
        book.moving(0, Line2D), book.moving(0, Text), (positive, negative), (p, n), strict=True
    ):
        assert note.get_text() == f"{score} in bin {b}"
        assert drop.get_xdata()[0] == {100: 101, -5: 95}.get(b, b)  # past the end; counted from the end


CHECKS = {name: globals()[f"check_{name}"] for name in BOOKS}


@pytest.fixture
def check(request, coins):
    """A check that may need the coins."""

    def run(name, book, values, caption):
        CHECKS[name](book, values, caption, *([coins] if name == "chance" else []))

    return run


def test_these_are_the_chapter_s_figures(books):
    assert tuple(books) == BOOKS


@pytest.mark.parametrize("name", BOOKS)
def test_every_state(name, books, check):
    n = 0
    for values, caption in books[name].states():
        check(name, books[name], values, caption)
        n += 1
    assert n == math.prod(map(len, books[name].values.values()))


SWAPS = {
    "threshold": ("FP", "FN"),
    "drawing": ("FPR", "TPR"),
    "ties": ("FPR", "TPR"),
    "pairs": ("won", "lost"),
    "chance": ("mean AUC", "standard deviation"),
    "separation": ("AUC", "precision"),
    "histogram": ("AUC", "exact"),
    "defects": ("Positive", "negative"),
}


@pytest.mark.parametrize("name", BOOKS)
def test_a_swapped_label_is_noticed(name, books, check):
    a, b = SWAPS[name]
    for values, caption in books[name].states():
        if a in caption and b in caption:
            with pytest.raises(AssertionError):
                check(name, books[name], values, caption.replace(a, "\0").replace(b, a).replace("\0", b))
            return
    pytest.fail(f"no sentence has both {a} and {b}")


@pytest.mark.parametrize("name", BOOKS)
def test_a_sentence_of_another_frame_is_noticed(name, books, check):
    states = list(books[name].states())
    for (values, caption), (_, other) in itertools.pairwise(states):
        if caption != other:
            books[name].update(**values)
            with pytest.raises(AssertionError):
                check(name, books[name], values, other)


@pytest.mark.parametrize("name", BOOKS)
def test_a_picture_of_another_frame_is_noticed(name, books, check):
    """Every figure's artists are checked in at least most of its states."""
    book = books[name]
    states = [(values, caption, book.draw()) for values, caption in book.states()]
    missed = different = 0
    for (values, caption, picture), (others, _, other) in itertools.pairwise(states):
        if picture == other:
            continue
        different += 1
        book.update(**others)
        try:
            check(name, book, values, caption)
            missed += 1
        except AssertionError:
            pass
    assert different and missed == 0
