"""Every figure of the word2vec chapter at every state: its sentence and its picture, by another way."""

import importlib.util
import itertools
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from _chapters import chapter
from matplotlib.lines import Line2D
from matplotlib.text import Text

from kamen_core import datasets
from kamen_core.flipbook import PALETTE

BOOKS = ("window", "step", "output_layer", "cost", "rare", "map-bible", "map-tang")
FINDINGS = datasets.word2vec_findings()
SENTENCE = "in the beginning god created the heaven and the earth".split()  # noqa: SIM905
SIX = ["god", "said", "let", "there", "be", "light"]


@pytest.fixture(scope="module")
def books():
    return chapter("word2vec").flipbooks


def points(artist):
    return [(float(x), float(y)) for x, y in zip(*artist.get_data(), strict=True)]


def close(a, b):
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=0, atol=1e-12, equal_nan=True)


def ends(line):
    """First and last point of every stroke of a line with gaps."""
    strokes, stroke = [], []
    for x, y in points(line):
        if math.isnan(y):
            strokes.append((stroke[0], stroke[-1]))
            stroke = []
        else:
            stroke.append((x, y))
    assert stroke == []
    return strokes


def check_window(book, values, caption):
    i, c = values["centre"] - 1, values["window"]
    near = [j for j in range(10) if 0 < abs(j - i) <= c]
    pairs = [[j for j in range(10) if 0 < abs(j - k) <= c] for k in range(10)]
    so_far, whole = sum(map(len, pairs[: i + 1])), sum(map(len, pairs))
    assert whole == 2 * c * 10 - c * (c + 1)
    assert caption == (
        f"Centre “{SENTENCE[i]}”, radius {c}: {len(near)} neighbour{'s' * (len(near) > 1)}. Predictions up "
        f"to here: CBOW {i + 1}, skip-gram {so_far}; in the whole sentence 10 and {whole}."
    )
    words = book.moving(0, Text)
    assert [w.get_text() for w in words] == SENTENCE
    places = [w.get_position()[0] for w in words]
    assert places == sorted(places)
    assert [w.get_color() == PALETTE["red"] for w in words] == [j == i for j in range(10)]
    assert [w.get_color() == PALETTE["ink"] for w in words] == [j in near for j in range(10)]
    into, tip, out, tips = book.moving(0, Line2D)
    assert close([(a[0], b[0]) for a, b in ends(into)], [(places[j], places[i]) for j in near])
    assert close([(a[0], b[0]) for a, b in ends(out)], [(places[i], places[j]) for j in near])
    assert min(y for _, y in points(into) if y == y) > 0 > max(y for _, y in points(out) if y == y)
    assert close([x for x, _ in points(tip)], [places[i]])  # one prediction …
    assert close([x for x, _ in points(tips)], [places[j] for j in near])  # … or one a neighbour
    skipgram, cbow = book.moving(1, Line2D)
    counts = np.cumsum([0, *map(len, pairs)])[: i + 2]
    assert close(points(skipgram), list(enumerate(counts)))
    assert close(points(cbow), [(k, k) for k in range(i + 2)])
    assert [t.get_text() for t in book.moving(1, Text)] == [str(so_far), str(i + 1)]


INPUTS, OUTPUTS = np.random.default_rng(0).normal(size=(2, 6, 3))
NEAR, CENTRE = [0, 1, 3, 4], 2


def lesson(h, word, noisy):
    """The gradient in h of one prediction, and that of the output rows, in the words of a textbook."""
    if noisy:
        error = np.zeros(6)
        error[word] = 1 / (1 + math.exp(-OUTPUTS[word] @ h)) - 1
        error[5] = 1 / (1 + math.exp(-OUTPUTS[5] @ h))
    else:
        error = np.exp(OUTPUTS @ h)
        error = error / error.sum() - np.eye(6)[word]
    return sum(e * u for e, u in zip(error, OUTPUTS, strict=True)), np.outer(error, h)


def written(x):
    return f"{round(float(x), 2) + 0:.2f}".replace("-", "−")


def check_step(book, values, caption):
    k, rule, output = values["lessons"], values["rule"], values["output"]
    noisy, skipgram = output == "one noise word", values["rule"] == "skip-gram"
    to_inputs, to_outputs = np.zeros((6, 3)), np.zeros((6, 3))
    strokes = []
    if skipgram:
        at = INPUTS[CENTRE]
        for word in NEAR[:k]:
            g, u = lesson(INPUTS[CENTRE], word, noisy)
            to_inputs[CENTRE] += g
            to_outputs += u
            strokes.append((at[:2], (at - g / 2)[:2]))
            at = at - g / 2
    else:
        g, u = lesson(INPUTS[NEAR].mean(axis=0), CENTRE, noisy)
        g = g / 4 if rule == "CBOW, exact" else g
        to_outputs = u if k else to_outputs
        for word in NEAR[:k]:
            to_inputs[word] += g
            strokes.append((INPUTS[word][:2], (INPUTS[word] - g / 2)[:2]))
    moved = int(np.any(to_outputs != 0, axis=1).sum())
    vector = "(" + ", ".join(written(x) for x in to_inputs[CENTRE if skipgram else 0]) + ")"
    if k == 0:
        expected = f"Before the lesson ({rule}, {output}): no row has moved."
    elif skipgram:
        several = f", the sum of {k} different ones" if k > 1 else ""
        expected = (
            f"One student, {k} of 4 teachers: “let” alone moves, by the gradient {vector}{several}; "
            f"{moved} output rows move."
        )
    else:
        who = ", ".join(f"“{SIX[j]}”" for j in NEAR[:k])
        share = "a quarter of" if rule == "CBOW, exact" else "all of"
        expected = (
            f"One teacher, {k} of 4 students: {who} {'each get' if k > 1 else 'gets'} {vector}, {share} the "
            f"gradient of the mean; {moved} output rows move."
        )
    assert caption == expected
    *lines, mean = book.moving(0, Line2D)
    arrows, heads = [x for x in lines if len(points(x)) == 2], [x for x in lines if len(points(x)) == 1]
    assert len(arrows) == len(heads) == k
    for arrow, head, (a, b) in zip(arrows, heads, strokes, strict=True):
        assert close(points(arrow), [tuple(a), tuple(b)]) and close(points(head), [tuple(b)])
        (low_x, high_x), (low_y, high_y) = book.axes[0].get_xlim(), book.axes[0].get_ylim()
        assert low_x < b[0] < high_x and low_y < b[1] < high_y
    assert close(points(mean), np.empty(0) if skipgram else [tuple(INPUTS[NEAR].mean(axis=0)[:2])])
    for axes, matrix in ((1, to_inputs), (2, to_outputs)):
        texts = book.moving(axes, Text)
        assert [t.get_text() for t in texts[:6]] == SIX
        assert [t.get_weight() == "bold" for t in texts[:6]] == list(np.any(matrix != 0, axis=1))
        shown = np.array([t.get_text() for t in texts[6:]]).reshape(6, 3)
        for row, cells in zip(matrix, shown, strict=True):
            assert list(cells) == [written(x) if np.any(row) else "0" for x in row]


def test_the_words_stand_where_their_vectors_are(books):
    ax = books["step"].axes[0]
    names = {t.get_text(): t.get_position() for t in ax.texts if not t.get_animated()}
    dots = [points(line)[0] for line in ax.lines if not line.get_animated()]
    assert close(dots, [tuple(v) for v in INPUTS[:, :2]])
    for word, (x, y) in zip(SIX, dots, strict=True):
        assert names[word][0] == x and 0 < y - names[word][1] < 0.2


def check_output_layer(book, values, caption):
    v, n = values["words"], values["negative"]
    costs = [v * 100, next(k for k in range(99) if 2**k >= v) * 100, (n + 1) * 100]
    a, b, c = (f"{x:,}" for x in costs)
    assert caption == (
        f"{v:,} words, 100 numbers a vector: softmax {a} multiply-adds, hierarchical softmax {b}, negative "
        f"sampling with {n} noise word{'s' * (n > 1)} {c}."
    )
    ax = book.axes[0]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["softmax", "hierarchical", "negative sampling"]
    for y, (bar, text, x) in enumerate(zip(book.moving(0, Line2D), book.moving(0, Text), costs, strict=True)):
        assert close(points(bar), [(100, y), (x, y)]) and text.get_text() == f"{x:,}"
        assert x < text.get_position()[0] < ax.get_xlim()[1] and text.get_position()[1] == y


def arithmetic(k, n):
    """Multiply-adds a word over vectors of 100, for k neighbours and n noise words, counted in passes."""
    prediction = (1 + n) * 3  # score, move the row, add to the step
    return k * (prediction + 1) * 100, (k + prediction + k) * 100


def check_cost(book, values, caption):
    c, n = values["window"], values["negative"]
    j = [1, 5, 20].index(n)
    skipgram, cbow = zip(*(arithmetic(w + 1, n) for w in range(1, 11)), strict=True)
    ratios = [a / b for a, b in zip(skipgram, cbow, strict=True)]
    clock = [
        float(FINDINGS["times_seconds"][0, w, j] / FINDINGS["times_seconds"][1, w, j]) for w in range(10)
    ]
    assert caption == (
        f"Window {c}, {n} noise word{'s' * (n > 1)}: skip-gram makes {c + 1} times as many predictions, "
        f"does {ratios[c - 1]:.1f} times the arithmetic "
        f"({skipgram[c - 1]:,} against {cbow[c - 1]:,} multiply-adds "
        f"a word) and took {clock[c - 1]:.1f} times as long."
    )
    counted, measured, dot = book.moving(0, Line2D)
    x = range(1, 11)
    assert close(points(counted), list(zip(x, ratios, strict=True)))
    assert close(points(measured), list(zip(x, clock, strict=True)))
    assert close(points(dot), [(c, ratios[c - 1])])
    named = {line.get_label(): line for line in book.moving(1, Line2D)}
    dots = [line for line in book.moving(1, Line2D) if len(points(line)) == 1]
    for name, y, at in (("skip-gram", skipgram, dots[0]), ("CBOW", cbow, dots[1])):
        assert close(points(named[name]), list(zip(x, y, strict=True))) and close(points(at), [(c, y[c - 1])])
        assert at.get_color() == named[name].get_color()
    for ax, data in ((0, [*ratios, *clock]), (1, [*skipgram, *cbow])):
        low, high = book.axes[ax].get_ylim()
        assert low < min(data) and max(data) < high


def check_rare(book, values, caption):
    e, b = (
        values["epoch"],
        ["as many epochs", "as much arithmetic", "as many predictions"].index(values["budget"]),
    )
    hits = FINDINGS["rare_hits"].astype(int)  # seed, method, budget, epoch, tenth
    share = lambda *i: sum(int(x.sum()) for x in [hits[i]]) / (80 * hits[i].size)  # noqa: E731
    every = slice(None)
    rare = [share(every, m, b, e, slice(0, 5)) for m in range(3)]
    common = [share(every, m, b, e, 9) for m in range(3)]
    cbow = int(FINDINGS["rare_epochs"][b, e])
    a, b_, c = (f"{round(r * 100, 9):.0f}%" for r in rare)
    d, e_, f = (f"{round(r * 100, 9):.0f}%" for r in common)
    assert caption == (
        f"Skip-gram after {e} epoch{'s' * (e != 1)}, CBOW after {cbow}: of the rarer half of the words "
        f"skip-gram finds {a}, CBOW as in word2vec.c {b_}, exact CBOW {c}; "
        f"of the commonest tenth {d}, {e_} and {f}."
    )
    lines = {line.get_label(): line for line in book.moving(0, Line2D)}
    strokes = [line for line in book.moving(0, Line2D) if line.get_label().startswith("_")]
    for m, name in enumerate(("skip-gram", "CBOW, word2vec.c", "CBOW, exact")):
        y = [share(every, m, b, e, k) for k in range(10)]
        assert np.allclose(lines[name].get_ydata(), y) and len(strokes) == 3
        assert np.abs(lines[name].get_xdata() - np.arange(1, 11)).max() < 0.1
        low, high = hits[:, m, b, e].min(axis=0) / 80, hits[:, m, b, e].max(axis=0) / 80
        assert close(ends(strokes[m]), [((x, lo), (x, hi)) for x, lo, hi in zip(
            lines[name].get_xdata(), low, high, strict=True)])  # fmt: skip
        assert lines[name].get_color() == strokes[m].get_color()
        course = [share(every, m, b, k, slice(0, 5)) for k in range(9)]
        curve, dot = book.moving(1, Line2D)[m], book.moving(1, Line2D)[3 + m]
        assert np.allclose(curve.get_ydata(), course) and np.allclose(points(dot), [(e, course[e])])
        assert curve.get_color() == dot.get_color() == lines[name].get_color()


def check_map(corpus, book, values, caption):
    data = {
        key: FINDINGS[f"{corpus}_{key}"] for key in ("neighbours", "cosines", "chosen", "shown", "losses")
    }
    positions = FINDINGS[f"{corpus}_positions"].astype(float)
    words = str(FINDINGS[f"{corpus}_words"]).split("\n")
    e, row = values["epoch"], words.index(values["word"])
    k = data["chosen"].tolist().index(row)
    near, cosines = [words[i] for i in data["neighbours"][e, k]], data["cosines"][e, k]
    when = "Before training" if e == 0 else f"After {e} epoch{'s' * (e > 1)}"
    assert caption == (
        f"{when}, “{values['word']}” is nearest to {', '.join(near[:3])} (cosine {cosines[0]:.2f} to "
        f"{cosines[2]:.2f}). Mean loss {data['losses'][e]:.2f}."
    )
    *clouds, ring, rings = book.moving(0, Line2D)
    dots = [start for cloud in clouds for start, _ in ends(cloud)]
    assert len(dots) == 240 and set(dots) == {tuple(p) for p in positions[e]}
    where = dict(zip(data["shown"].tolist(), positions[e], strict=True))
    assert close(points(ring), [tuple(where[row])])
    on_map = [tuple(where[i]) for i in data["neighbours"][e, k].tolist() if i in where]
    assert close(points(rings), on_map if on_map else np.empty(0))
    (label,) = book.moving(0, Text)
    assert label.get_text() == values["word"] and label.get_position()[1] > where[row][1]
    assert [t.get_text() for t in book.moving(1, Text)] == near
    for y, (bar, cosine) in enumerate(zip(book.moving(1, Line2D), cosines, strict=True)):
        assert close(points(bar), [(0, y), (cosine, y)])
    (dot,) = book.moving(2, Line2D)
    assert close(points(dot), [(e, data["losses"][e])])


CHECKS = {
    "window": check_window,
    "step": check_step,
    "output_layer": check_output_layer,
    "cost": check_cost,
    "rare": check_rare,
    "map-bible": lambda *args: check_map("bible", *args),
    "map-tang": lambda *args: check_map("tang", *args),
}


def test_these_are_the_chapter_s_figures(books):
    assert tuple(books) == BOOKS


@pytest.mark.parametrize("name", BOOKS)
def test_every_state(name, books):
    n = 0
    for values, caption in books[name].states():
        CHECKS[name](books[name], values, caption)
        n += 1
    assert n == math.prod(map(len, books[name].values.values()))


@pytest.mark.parametrize("name", BOOKS)
def test_a_state_of_another_frame_is_noticed(name, books):
    """Its sentence, and its picture."""
    book = books[name]
    states = [(values, caption, book.draw()) for values, caption in book.states()][:60]
    for (values, caption, picture), (others, other, another) in itertools.pairwise(states):
        for shown, sentence, differs in (
            (values, other, caption != other),
            (others, caption, picture != another),
        ):
            if differs:
                book.update(**shown)
                with pytest.raises(AssertionError):
                    CHECKS[name](book, values, sentence)


# ---- what is shipped ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("corpus", ["bible", "tang"])
def test_the_map_is_that_of_the_vectors(corpus):
    """After the last epoch, neighbours, cosines and positions follow from the vectors that are shipped."""
    vectors, words = datasets.word_vectors(corpus)
    get = lambda key: FINDINGS[f"{corpus}_{key}"]  # noqa: E731
    assert vectors.shape == (1500, 50) and len(set(words)) == 1500
    for k, row in enumerate(get("chosen")):
        cosines = sorted(
            ((float(v @ vectors[row]), i) for i, v in enumerate(vectors) if i != row), reverse=True
        )
        assert [i for _, i in cosines[:6]] == get("neighbours")[-1, k].tolist()
        assert np.allclose([c for c, _ in cosines[:6]], get("cosines")[-1, k], rtol=0, atol=1e-4)
    shown = vectors[get("shown")] - vectors[get("shown")].mean(axis=0)
    values, axes = np.linalg.eigh(shown.T @ shown)
    assert math.isclose(values[-2:].sum() / values.sum(), get("spread"), rel_tol=1e-9)
    for axis in (0, 1):
        projected = shown @ axes[:, -1 - axis]
        here = get("positions")[-1, :, axis]
        assert min(np.abs(projected - here).max(), np.abs(projected + here).max()) < 1e-3
    assert len(set(get("shown").tolist())) == 240 and set(get("chosen")) <= set(get("shown"))
    assert (np.diff(get("cosines"), axis=2) <= 0).all()
    assert get("losses")[0] == pytest.approx(6 * math.log(2), rel=0.02) and get("losses")[-1] < 2.6


@pytest.mark.parametrize("corpus", ["bible", "tang"])
def test_the_vocabulary_is_that_of_the_corpus(corpus):
    documents = {"bible": datasets.bible, "tang": datasets.tang_poems}[corpus]()
    counts = Counter(token for line in datasets.sentences(documents) for token in line)
    expected = [word for word, _ in counts.most_common(1500)]
    assert list(datasets.word_vectors(corpus).vocabulary) == expected


def test_word_vectors_refuse_other_corpora():
    with pytest.raises(ValueError, match=r"^corpus"):
        datasets.word_vectors("iliad")


@pytest.fixture(scope="module")
def script():
    path = Path(datasets.__file__).parent / "data/make_word2vec.py"
    spec = importlib.util.spec_from_file_location("make_word2vec", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_words_are_split_in_halves_by_lot(script):
    rng = np.random.default_rng(1)
    words = [f"w{k}" for k in range(500) for _ in range(6 + k // 20)] + ["rare"] * 5
    text = [list(s) for s in np.array_split(rng.permutation(words), 300)]
    renamed, picked, medians = script.split(text, np.random.default_rng(2))
    before, after = Counter(itertools.chain(*text)), Counter(itertools.chain(*renamed))
    assert [len(s) for s in renamed] == [len(s) for s in text]
    assert [len(set(p)) for p in picked] == [40] * 10 and len(set(itertools.chain(*picked))) == 400
    for word in itertools.chain(*picked):
        a, b = after[f"{word} 0"], after[f"{word} 1"]
        assert a + b == before[word] and 0 <= a - b <= 1 and word not in after
    for tenth, median in zip(picked, medians, strict=True):
        assert abs(np.median([before[w] // 2 for w in tenth]) - median) <= 1
    assert after["rare"] == 5 and medians == sorted(medians)
    for old, new in zip(itertools.chain(*text), itertools.chain(*renamed), strict=True):
        assert new.split(" ")[0] == old


def test_a_half_is_found_among_ten(script):
    """The other half at rank 10 is found, at rank 11 it is not."""
    angles = np.radians(range(13))  # a fan
    vectors = np.column_stack([np.cos(angles), np.sin(angles)])
    for place, hits in ((10, 1), (11, 0)):  # from the other end there are too many between
        names = [f"x{k}" for k in range(13)]
        names[0], names[place] = "a 0", "a 1"
        assert script.found(vectors, names, [["a"]]) == [hits]


def test_findings_are_what_the_chapter_says():
    """Equal epochs: skip-gram first; equal predictions: CBOW first, until the budget is large."""
    share = (
        FINDINGS["rare_hits"][..., :5].mean(axis=-1) / FINDINGS["rare_tried"]
    )  # seed, method, budget, epoch
    assert (share[:, 0, 0, 2:] > share[:, 1:, 0, 2:].max(axis=1)).all()
    assert (share[:, 0, 2, 1] + 0.1 < share[:, 1:, 2, 1].min(axis=1)).all()
    mean = share.mean(axis=0)
    assert (mean[0, 2, 1:6] < mean[1:, 2, 1:6].min(axis=0)).all()
    assert abs(mean[0, 2, 7] - mean[1:, 2, 7]).max() < 0.005
    assert (share[:, 0, 2, 8] > share[:, 1:, 2, 8].max(axis=1)).all()
    epochs, predictions = FINDINGS["rare_epochs"], FINDINGS["rare_predictions"]
    assert epochs[0].tolist() == list(range(9))
    assert np.abs(predictions[:, 1:, 1:] / predictions[:, :1, 1:] - 1).max() < 0.08
