"""Every figure of the LSTM and GRU chapter at every state: sentence and picture, recomputed another way.

The oracles are scalar formulas in plain Python, a stepwise reader of the language that shares nothing with
the package, and central differences for the gradients. At the end figures are broken, and checks must notice.
"""

import itertools
import math
import re

import numpy as np
import pytest
from _chapters import chapter
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from kamen_core.datasets import bracket_networks
from kamen_core.flipbook import PALETTE

SENTENCE = 'a(b[c(a)"([(b"]c)a.b["a)"](c[b]a(")"c)).'
LETTERS = 'abc()[]".'


@pytest.fixture(scope="module")
def books():
    return chapter("lstm_gru").flipbooks


def sigma(a):
    return 1 / (1 + math.exp(-a)) if a > -700 else 0.0


def fmt(value, digits=2):
    """As a reader would write it: minus sign, and zero without one."""
    text = f"{abs(value):.{digits}f}"
    return ("−" if value < 0 and float(text) else "") + text


def bracketed(value):
    return f"({fmt(value)})" if fmt(value).startswith("−") else fmt(value)


def texts(book, axes):
    """The moving texts of one axes: what they say, by where they stand."""
    return {text.get_position(): text.get_text() for text in book.moving(axes, Text)}


def said(book, axes):
    return [text.get_text() for text in book.moving(axes, Text)]


def points(line):
    return list(zip(map(float, line.get_xdata()), map(float, line.get_ydata()), strict=True))


def close(a, b, tolerance=1e-6):
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=0, atol=tolerance)


def cell(x, h, c):
    """The LSTM of the diagrams, written out: weights as the chapter's text and captions have them."""
    f, i, o = sigma(-2 * x + h), sigma(x + h), sigma(0.5 * x - h + 0.5)
    g = math.tanh(x + 0.5 * h)
    new = f * c + i * g
    return {
        "f": f,
        "i": i,
        "g": g,
        "o": o,
        "kept": f * c,
        "added": i * g,
        "c": new,
        "tanh": math.tanh(new),
    } | {"h": o * math.tanh(new)}


def gru_cell(x, h):
    r, z = sigma(1.5 * x + h), sigma(2 * x - h)
    n = math.tanh(0.3 * x + 1.5 * r * h)
    return {
        "r": r,
        "z": z,
        "n": n,
        "reset": r * h,
        "kept": (1 - z) * h,
        "added": z * n,
        "h": (1 - z) * h + z * n,
    }


def check_chain(book, values, caption):
    x, way = (1.0, values["x2"], -0.5), values["h"]
    c, h_in, cs, hs, passed = 0.0, 0.0, [0.0], [], [0.0]
    for value in x:
        step = cell(value, h_in, c)
        c, h_in = step["c"], step["h"] if way == "handed on" else 0.0
        cs.append(c)
        hs.append(step["h"])
        passed.append(h_in)
    assert caption == (
        f"x₂ = {fmt(x[1])}, h {way}: the cell states are C₁ = {fmt(cs[1], 3)}, C₂ = {fmt(cs[2], 3)}, "
        f"C₃ = {fmt(cs[3], 3)}, the outputs h₁ = {fmt(hs[0], 3)}, h₂ = {fmt(hs[1], 3)}, h₃ = {fmt(hs[2], 3)}."
    )
    rows = {}
    for (where, height), text in texts(book, 0).items():
        rows.setdefault(round(height), []).append((where, text))
    rows = {height: [text for _, text in sorted(row)] for height, row in rows.items()}
    assert rows[25] == [fmt(v) for v in cs]  # over the upper wire
    assert rows[19] == [fmt(v) for v in passed]  # over the lower one
    assert rows[29] == [fmt(v) for v in hs]  # out of the cells
    assert rows[10] == [fmt(v) for v in x]
    _bar, handle = book.moving(1, Line2D)
    assert points(handle) == [(0, x[1])]


def check_pipes(book, flows):
    """As thick as what flows in them, orange where that is negative."""
    for line, value in zip(book.moving(0, Line2D), flows, strict=True):
        assert math.isclose(line.get_linewidth(), max(0.6, 4 * abs(value)), abs_tol=1e-6)
        assert to_rgb(line.get_color()) == to_rgb(PALETTE["orange" if value < -1e-9 else "blue"])


def check_conveyor(book, values, caption):
    f, i, g, o = (values[k] for k in "figo")
    c = f * 2 + i * g
    flows = {"kept": f * 2, "added": i * g, "c": c, "tanh": math.tanh(c), "h": o * math.tanh(c)}
    assert caption == (
        f"f = {fmt(f)} keeps {fmt(2 * f)} of 2.00 and drops {fmt(2 * (1 - f))}; i = {fmt(i)} lets in "
        f"{fmt(i * g)} of a candidate {fmt(g)}: C becomes {fmt(c)}. tanh makes "
        f"{fmt(math.tanh(c), 3)} of it, and "
        f"o = {fmt(o)} shows h = {fmt(flows['h'], 3)}."
    )
    check_pipes(book, flows.values())
    assert said(book, 0) == [fmt(v) for v in [*flows.values(), f, i, g, o]]
    for axes, value in enumerate((f, i, g, o), start=1):
        bar, handle = book.moving(axes, Line2D)
        assert points(handle) == [(0, value)] and points(bar) == [(0, 0), (0, value)]


ON_THE_WIRES = ("c_before", "h_before", "x", "f", "i", "g", "o", "kept", "added", "c", "tanh", "h")


def _gate(book, values, now, wires):
    """The dot in the plane, and every number in the diagram."""
    (dot,) = book.moving(0, Line2D)
    assert points(dot) == [(values["h"], values["x"])]
    assert said(book, 1) == [fmt(now[name]) for name in wires]


def _lstm_gate(book, values):
    before = {"x": values["x"], "h_before": values["h"], "c_before": values.get("c", 2.0)}
    now = before | cell(*before.values())
    _gate(book, values, now, ON_THE_WIRES)
    return now


def check_forget_gate(book, values, caption):
    v = _lstm_gate(book, values)
    f = fmt(v["f"], 3)
    assert caption == (
        f"x = {fmt(v['x'])}, h = {fmt(v['h_before'])}: f = σ({fmt(-2 * v['x'] + v['h_before'])}) = {f} keeps "
        f"{fmt(v['kept'])} of C = {fmt(v['c_before'])} and drops {fmt(v['c_before'] * (1 - v['f']))}. The "
        f"gates f = {f}, i = {fmt(v['i'])}, o = {fmt(v['o'])} were made without C."
    )


def check_input_gate(book, values, caption):
    v = _lstm_gate(book, values)
    assert caption == (
        f"x = {fmt(v['x'])}, h = {fmt(v['h_before'])}: the candidate is C̃ = "
        f"tanh({fmt(v['x'] + v['h_before'] / 2)}) = {fmt(v['g'])}, the input gate i = "
        f"σ({fmt(v['x'] + v['h_before'])}) = {fmt(v['i'])}. Written is their product, "
        f"{fmt(v['added'])}, and C goes from 2.00 to {fmt(v['c'])}."
    )


def check_output_gate(book, values, caption):
    v = _lstm_gate(book, values)
    a = 0.5 * v["x"] - v["h_before"] + 0.5
    assert caption == (
        f"x = {fmt(v['x'])}, h = {fmt(v['h_before'])}: C is now {fmt(v['c'])}, tanh(C) = {fmt(v['tanh'])}. "
        f"The output gate is o = σ({fmt(a)}) = {fmt(v['o'])}, so h becomes {fmt(v['h'], 3)}."
    )


GRU_WIRES = ("h_before", "x", "r", "z", "reset", "n", "kept", "added", "h")


def _gru_gate(book, values):
    before = {"x": values["x"], "h_before": values["h"]}
    now = before | gru_cell(*before.values())
    _gate(book, values, now, GRU_WIRES)
    return now


def check_update_gate(book, values, caption):
    v = _gru_gate(book, values)
    assert caption == (
        f"x = {fmt(v['x'])}, h = {fmt(v['h_before'])}: z = σ({fmt(2 * v['x'] - v['h_before'])}) = "
        f"{fmt(v['z'])}. "
        f"Of the old {fmt(1 - v['z'])} stays, {fmt(v['kept'])}; of the new {fmt(v['z'])} comes, "
        f"{fmt(v['added'])}. h becomes {fmt(v['h'])}."
    )


def check_candidate(book, values, caption):
    v = _gru_gate(book, values)
    assert caption == (
        f"x = {fmt(v['x'])}, h = {fmt(v['h_before'])}: r = σ({fmt(1.5 * v['x'] + v['h_before'])}) = "
        f"{fmt(v['r'])} lets {fmt(v['reset'])} of h through, and the candidate is ñ = "
        f"tanh({fmt(0.3 * v['x'])} + "
        f"1.5·{bracketed(v['reset'])}) = {fmt(v['n'])}."
    )


def check_gru_belt(book, values, caption):
    gate, n, form = values["gate"], values["n"], values["convention"]
    z = 1 - gate if "negated" in form else gate
    old, new = (1 - z, z) if form.startswith("the column") else (z, 1 - z)
    kept, added = 2 * old, new * n
    formula = (
        f"(1 − {fmt(z)})·2.00 + {fmt(z)}"
        if form.startswith("the column")
        else f"{fmt(z)}·2.00 + (1 − {fmt(z)})"
    )
    whose = "of the new" if form.startswith("the column") else "kept"
    assert caption == (
        f"In {form} form: z = {fmt(z)} is the share {whose}. h = {formula}·{bracketed(n)} = {fmt(kept)} + "
        f"{bracketed(added)} = {fmt(kept + added)}."
    )
    check_pipes(book, (kept, added, kept + added))
    one_minus, *numbers = said(book, 0)
    assert one_minus == "1−"
    shares = [kept, added, kept + added]
    assert numbers == [*map(fmt, shares), f"z = {fmt(z)}", fmt(old), fmt(new), fmt(n)]
    # The box 1− stands on the wire to the share that is 1 − z.
    (x, _y) = next(iter(texts(book, 0)))
    assert (12 < x < 23) if form.startswith("the column") else (23 < x < 32)
    for axes, value in ((1, gate), (2, n)):
        assert points(book.moving(axes, Line2D)[1]) == [(0, value)]


def test_negating_the_rows_gives_the_column_s_numbers_back(books):
    book = books["gru_belt"]
    for gate, n in itertools.product(book.values["gate"], book.values["n"]):
        ends = {
            form: book.update(gate=gate, n=n, convention=form).rsplit("= ", 1)[1]
            for form in book.values["convention"]
        }
        assert ends["the column's"] == ends["PyTorch's, rows negated"]
        assert (ends["the column's"] == ends["PyTorch's"]) == (gate == 0.5)


def check_reset_order(book, values, caption):
    r = values["r1"], values["r2"]
    h, wx, u = (0.8, -0.6), (0.3, 0.2), ((0.5, 1.5), (-1.0, 0.5))
    rh = [a * b for a, b in zip(r, h, strict=True)]
    urh = [sum(w * v for w, v in zip(row, rh, strict=True)) for row in u]
    uh = [sum(w * v for w, v in zip(row, h, strict=True)) for row in u]
    ruh = [a * b for a, b in zip(r, uh, strict=True)]
    before = [math.tanh(a + b) for a, b in zip(wx, urh, strict=True)]
    after = [math.tanh(a + b) for a, b in zip(wx, ruh, strict=True)]
    largest = max(abs(a - b) for a, b in zip(before, after, strict=True))
    assert caption == (
        f"r = ({fmt(r[0])}, {fmt(r[1])}): before the matrix the candidates are ({fmt(before[0])}, "
        f"{fmt(before[1])}), after it ({fmt(after[0])}, {fmt(after[1])}). They differ by up to "
        f"{fmt(largest)}."
    )
    assert (largest < 1e-9) == (r[0] == r[1])  # as the text says of the diagonal
    assert points(book.moving(0, Line2D)[0]) == [r]
    stations = [(rh, urh, before), (uh, ruh, after)]
    assert said(book, 1) == [fmt(s[unit]) for row in stations for unit in (0, 1) for s in row]


OUTSIDE = dict(zip(LETTERS, (0.1, 0.1, 0.1, 0.12, 0.24, 0.12, 0.24, 0.1, 0.15), strict=True))
QUOTED = dict(zip(LETTERS, (0.15, 0.15, 0.15, 0.08, 0.08, 0.08, 0.08, 0.23, 0.0), strict=True))


class Reader:
    """Reads the language with a stack and a flag; shares nothing with the package."""

    def __init__(self):
        self.stack, self.quoted = [], False

    def read(self, character):
        if character == '"':
            self.quoted = not self.quoted
        elif not self.quoted and character in "([":
            self.stack.append({"(": ")", "[": "]"}[character])
        elif not self.quoted and character in ")]":
            assert self.stack.pop() == character
        return self

    def next(self):
        weights = dict(QUOTED if self.quoted else OUTSIDE)
        if not self.quoted:
            for c in ")]":
                weights[c] *= self.stack[-1:] == [c]
            weights["."] *= not self.stack
            for c in "([":
                weights[c] *= len(self.stack) < 4
        total = sum(weights.values())
        return np.array([weights[c] / total for c in LETTERS])


@pytest.fixture(scope="module")
def truth():
    """Depth, quoted and what may come next, after every character of the sentence."""
    reader, found = Reader(), []
    for c in SENTENCE:
        reader.read(c)
        found.append((len(reader.stack), reader.quoted, reader.next()))
    return found


def run(kind, text, hold=()):
    """A trained network, one character after the other, as its formulas stand in the chapter.

    `hold` is (gate, value) that replaces what the network computes. Returns a dict of (T, 20), and p (T, 9).
    """
    net = getattr(bracket_networks(), kind)
    wx, wh, bx, bh = (w.astype(float) for w in net.params)
    h = c = np.zeros(20)
    steps = {name: [] for name in "ifgocrznhp"}
    for character in text:
        x = np.array([character == a for a in LETTERS], float)
        ax, ah = (wx @ x + bx).reshape(-1, 20), (wh @ h + bh).reshape(-1, 20)
        now = {}
        if kind == "lstm":
            a = ax + ah
            now = {k: 1 / (1 + np.exp(-a[j])) for k, j in (("i", 0), ("f", 1), ("o", 3))} | {
                "g": np.tanh(a[2])
            }
            now |= {gate: np.full(20, float(value)) for gate, value in [hold] if gate} if hold else {}
            c = now["f"] * c + now["i"] * now["g"]
            h = now["o"] * np.tanh(c)
            now["c"] = c
        else:
            now = {k: 1 / (1 + np.exp(-ax[j] - ah[j])) for k, j in (("r", 0), ("z", 1))}
            now |= {hold[0]: np.full(20, float(hold[1]))} if hold else {}
            now["n"] = np.tanh(ax[2] + now["r"] * ah[2])
            h = (1 - now["z"]) * now["n"] + now["z"] * h
        score = net.weight_out.astype(float) @ h + net.bias_out
        now |= {"h": h, "p": np.exp(score) / np.exp(score).sum()}
        for name, value in now.items():
            steps[name].append(value)
    return {name: np.array(value) for name, value in steps.items() if value}


@pytest.fixture(scope="module")
def runs():
    return {kind: run(kind, SENTENCE) for kind in ("lstm", "gru")}


def frame_of(line):
    x, y = line.get_data()
    return min(x), max(x), min(y), max(y)


def _check_reading(book, values, caption, kind, truth, runs):
    t = values["step"] - 1
    depth, quoted, exact = truth[t]
    p = runs[kind]["p"][t]
    best = int(np.argmax(p))
    state = "a quote is open" if quoted else "no quote is open"
    assert caption == (
        f"After ‹{SENTENCE[max(0, t - 7) : t + 1]}› (depth {depth}, {state}) the network expects "
        f"‹{LETTERS[best]}› most, with {fmt(p[best])}; rightly it is {fmt(exact[best])}. Illegal "
        f"characters get "
        f"{fmt(100 * p[exact == 0].sum(), 1)} %."
    )
    *panels, last = range(len(book.axes))
    for axes in panels:
        (line,) = book.moving(axes, Line2D)
        assert frame_of(line)[:2] == (t - 0.5, t + 0.5)
    bars = book.moving(last, Rectangle)
    assert close([bar.get_height() for bar in bars], p)
    for bar, right in zip(bars, exact, strict=True):
        assert bar.get_facecolor()[:3] == to_rgb(PALETTE["green" if right else "red"])
    strokes = dict(points(book.moving(last, Line2D)[0]))
    assert close([strokes.get(k, 0) for k in range(9)], exact, 1e-12)


def check_reading(book, values, caption, truth, runs):
    _check_reading(book, values, caption, "lstm", truth, runs)


def check_reading_gru(book, values, caption, truth, runs):
    _check_reading(book, values, caption, "gru", truth, runs)


@pytest.mark.parametrize(
    ("name", "kind", "rows"), [("reading", "lstm", "fioc"), ("reading_gru", "gru", "rzh")]
)
def test_the_maps_show_the_gates(books, runs, name, kind, rows):
    """Row = unit, column = character, clearer = nearer 0; orange is negative."""
    book = books[name]
    letters, *maps, _last = book.axes
    assert [t.get_text() for t in sorted(letters.texts, key=lambda t: t.get_position()[0])] == list(SENTENCE)
    for ax, row in zip(maps, rows, strict=True):
        (image,) = ax.images
        shown, values = np.asarray(image.get_array()), runs[kind][row].T
        full = 2 if row == "c" else 1
        assert ax.get_ylabel()[0] == row.upper() * (row == "c") + row * (row != "c")
        assert close(shown[..., 3] / 255, np.minimum(abs(values) / full, 1), 0.004)
        negative = values < -0.01
        assert close(
            shown[negative][:, :3] / 255, np.tile(to_rgb(PALETTE["orange"]), (negative.sum(), 1)), 0.004
        )
        assert tuple(image.get_extent()) == (-0.5, len(SENTENCE) - 0.5, 19.5, -0.5)


@pytest.fixture(scope="module")
def unseen():
    """The texts behind `units` and `clamp`, read by the Reader: depth, quoted (B, T) and next (B, T, 9)."""
    from kamen_core.brackets import generate

    found = []
    for k in range(20):
        text, reader = generate(300, rng=5000 + k), Reader()
        states = [(len(reader.read(c).stack), reader.quoted, reader.next()) for c in text]
        found.append((text, *map(np.array, zip(*states, strict=True))))
    return found


@pytest.fixture(scope="module")
def correlations(unseen):
    """{network: (2, 20)}: of each unit's memory with depth and with open quotes."""
    found = {}
    for name, kind, memory in (("LSTM", "lstm", "c"), ("GRU", "gru", "h")):
        values = np.concatenate([run(kind, text)[memory] for text, *_ in unseen])
        known = [np.concatenate([row[k] for row in unseen]).astype(float) for k in (1, 2)]
        z = (values - values.mean(0)) / values.std(0)
        found[name] = np.array([((k - k.mean()) / k.std()) @ z / len(k) for k in known])
    return found


def check_units(book, values, caption, runs, correlations):
    network, unit = values["network"], values["unit"]
    track = runs[network.lower()]["c" if network == "LSTM" else "h"][:, unit]
    with_depth, with_quotes = correlations[network][:, unit]
    assert caption == (
        f"{network}, unit {unit}: correlation {fmt(with_depth, 3)} with the depth and {fmt(with_quotes, 3)} "
        f"with open quotes, on 6,000 unseen characters. Here it runs from {fmt(track.min())} "
        f"to {fmt(track.max())}."
    )
    assert close(points(book.moving(1, Line2D)[0]), list(enumerate(track)), 1e-5)
    (frame,) = book.moving(2, Line2D)
    assert frame_of(frame)[:2] == (unit - 0.5, unit + 0.5)
    for stems, r in zip(_stems(book, 2), correlations[network], strict=True):
        for u, ((x0, y0), (x1, y1)) in enumerate(stems.get_segments()):
            assert x0 == x1 and abs(x0 - u) < 0.5 and y0 == 0 and abs(y1 - r[u]) < 1e-5


def _stems(book, axes):
    from matplotlib.collections import LineCollection

    return book.moving(axes, LineCollection)


def check_contributions(book, values, caption, runs):
    unit, t = int(values["unit"].split(",")[0]), values["step"] - 1
    trace = runs["lstm"]
    f, written = trace["f"][:, unit], (trace["i"] * trace["g"])[:, unit]
    left = [written[s] * math.prod(f[s + 1 : t + 1]) for s in range(t + 1)]
    (stems,) = _stems(book, 1)
    assert close([s[1][1] for s in stems.get_segments()], left, 1e-5)
    assert [s[0][0] for s in stems.get_segments()] == list(range(t + 1))
    c = trace["c"][t, unit]
    assert abs(sum(left) - c) < 1e-9  # the bars make C
    assert frame_of(book.moving(1, Line2D)[0])[:2] == (t - 0.5, t + 0.5)
    if t == 0:
        assert caption == f"Unit {unit} after 1 character: C = {fmt(c)}, the sum of the bar."
        return
    s = max(range(t + 1), key=lambda s: abs(left[s]))
    assert caption == (
        f"Unit {unit} after {t + 1} characters: C = {fmt(c)}, the sum of the bars. The longest, "
        f"{fmt(left[s])}, "
        f"was written at character {s + 1}, ‹{SENTENCE[s]}›, as {fmt(written[s])}; the forget "
        f"gates since have "
        f"left {fmt(left[s] / written[s])} of it."
    )


def check_clamp(book, values, caption, truth, unseen):
    name = values["clamp"]
    kind = name[:4].strip(" ,").lower()
    found = re.fullmatch(r"\w+, (\w) = (\d)", name)
    hold = (found[1], int(found[2])) if found else ()
    p = run(kind, SENTENCE, hold)["p"]
    illegal = [row[exact == 0].sum() for row, (_, _, exact) in zip(p, truth, strict=True)]
    (stems,) = _stems(book, 1)
    assert close([s[1][1] for s in stems.get_segments()], illegal, 1e-5)
    wrong, lost, excess = [], {"quotes": [], "zero": [], "brackets": []}, []
    for text, depth, quoted, exact in unseen:
        for q, d, inside, e in zip(run(kind, text, hold)["p"], depth, quoted, exact, strict=True):
            lost["quotes" if inside else "brackets" if d else "zero"].append(q[e == 0].sum())
            excess.append(sum(v * math.log(v / w) for v, w in zip(e, q, strict=True) if v))
            if d and not inside:
                due = LETTERS.index(")") if e[LETTERS.index(")")] else LETTERS.index("]")
                other = LETTERS.index("]") + LETTERS.index(")") - due
                wrong.append(q[other] > q[due])
    shares = [100 * np.mean(v) for v in (wrong, lost["quotes"], lost["zero"], lost["brackets"])]
    assert caption == (
        f"{name}: the wrong closing bracket is preferred at {fmt(shares[0], 1)} % of {len(wrong):,} places. "
        f"Illegal characters get {fmt(shares[1], 1)} % in quotes, {fmt(shares[2], 1)} % at depth 0, "
        f"{fmt(shares[3], 1)} % in brackets. The loss is {fmt(np.mean(excess), 3)} nats above the least."
    )
    assert close([bar.get_width() for bar in book.moving(2, Rectangle)], shares, 1e-3)
    assert said(book, 2) == [fmt(v, 1) for v in shares]


def small(value):
    return f"{value:.3f}" if value >= 1e-3 else re.sub(r"e-0?(\d+)", r"e-\1", f"{value:.1e}")


def plain_rnn(w, steps):
    """∂h_t/∂h_0 at t = 1 … steps by central differences in high precision."""
    from fractions import Fraction

    x = 0.3 * np.random.default_rng(5).normal(size=(100, 1, 1)).ravel()
    h, product, found = 0.0, Fraction(1), []
    for value in x[:steps]:
        # one step's slope, by a symmetric difference; the chain rule makes them a product
        slope = (math.tanh(w * (h + 1e-5) + value) - math.tanh(w * (h - 1e-5) + value)) / 2e-5
        h = math.tanh(w * h + value)
        product *= Fraction(slope)
        found.append(float(product))
    return found


def check_memory(book, values, caption):
    f, w, steps = values["f"], values["w"], values["steps"]
    gates = f"{steps} forget gates" if steps > 1 else "1 forget gate"
    slopes = plain_rnn(w, 100)
    head, lost = caption.removesuffix(".").rsplit(" it is ", 1)
    assert head == (
        f"After {gates} of {f:g}: {small(f**steps)} of ∂C/∂C₀ is left. In the plain RNN with weight {w:g}"
    )
    assert math.isclose(
        float(lost), slopes[steps - 1], rel_tol=0.06, abs_tol=5e-4 if float(lost) >= 1e-3 else 0
    )
    kept_line, lost_line, kept_dot, lost_dot, here = book.moving(0, Line2D)
    for line, dot, values_ in (
        (kept_line, kept_dot, [f**t for t in range(1, 101)]),
        (lost_line, lost_dot, slopes),
    ):
        for t, y in points(line):
            assert abs(y - (math.log10(values_[int(t) - 1]) if t else 0)) < 1e-4
        ((x, y),) = points(dot)
        assert x == steps and abs(y - max(math.log10(values_[steps - 1]), -12)) < 1e-4
    assert set(here.get_xdata()) == {steps}


def test_the_curves_of_memory_reach_far_enough(books):
    book = books["memory"]
    for _state in book.states():
        kept, lost, *_ = book.moving(0, Line2D)
        for line in (kept, lost):
            assert line.get_xdata()[0] == 0 and (line.get_xdata()[-1] == 100 or line.get_ydata()[-1] < -11)


def check_cost(book, values, caption):
    size = values["hidden"]
    biases = 1 if values["biases"] == "one" else 2
    n = {name: layers * size * (64 + size + biases) for name, layers in (("LSTM", 4), ("GRU", 3))}
    found = re.fullmatch(
        rf"{size} hidden units, 64 inputs: {n['LSTM']:,} parameters in the LSTM and {n['GRU']:,} in the GRU, "
        r"1\.333 : 1\. A step took ([\d.]+) and ([\d.]+) times as long as a step of the LSTM with 16 units\.",
        caption,
    )
    assert found
    many, slow = (book.moving(axes, Line2D) for axes in (0, 1))
    for k, name in enumerate(("LSTM", "GRU")):
        curve, dot = many[2 * k], many[2 * k + 1]
        assert close(points(dot), [(math.log2(size), math.log10(n[name]))])
        for x, y in points(curve):
            h = 2**x
            assert abs(y - math.log10(n[name] / size / (64 + size + biases) * h * (64 + h + biases))) < 1e-9
        assert close(points(slow[2 * k + 1]), [(math.log2(size), math.log10(float(found[k + 1])))], 0.03)
        assert points(slow[2 * k + 1])[0] in points(slow[2 * k])


NAMES = (
    *(
        "conveyor",
        "chain",
        "forget_gate",
        "input_gate",
        "output_gate",
        "gru_belt",
        "update_gate",
        "candidate",
    ),
    *("reset_order", "reading", "reading_gru", "units", "contributions", "clamp", "memory", "cost"),
)
CHECKS = {name: globals()[f"check_{name}"] for name in NAMES}
NEEDS = {
    "reading": ("truth", "runs"),
    "reading_gru": ("truth", "runs"),
    "units": ("runs", "correlations"),
    "contributions": ("runs",),
    "clamp": ("truth", "unseen"),
}


@pytest.fixture
def check(request):
    def run_check(name, book, values, caption):
        CHECKS[name](book, values, caption, *map(request.getfixturevalue, NEEDS.get(name, ())))

    return run_check


def test_these_are_the_chapter_s_figures(books):
    assert tuple(books) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_state(name, books, check):
    n = 0
    for values, caption in books[name].states():
        check(name, books[name], values, caption)
        n += 1
    assert n == math.prod(map(len, books[name].values.values()))


FEW = 25  # pairs of neighbouring states to break, where there are more


@pytest.mark.parametrize("name", NAMES)
def test_sentence_and_picture_of_another_state_are_noticed(name, books, check):
    book = books[name]
    states = list(book.states())
    pairs = list(itertools.pairwise(states))
    tried = 0
    for (values, caption), (others, other) in (
        pairs[:: max(1, len(pairs) // FEW)] if name != "clamp" else pairs[:1]
    ):
        if caption == other:
            continue
        tried += 1
        book.update(**values)
        with pytest.raises(AssertionError):
            check(name, book, values, other)
        picture = book.draw()
        book.update(**others)
        if book.draw() != picture:
            with pytest.raises(AssertionError):
                check(name, book, values, caption)
    assert tried


def planes(book):
    """Levels of the shaded contours in the plane of a gate: what lies inside each."""
    from matplotlib.contour import ContourSet

    return [c for c in book.axes[0].get_children() if isinstance(c, ContourSet)]


@pytest.mark.parametrize(
    ("name", "shade"),
    [
        ("forget_gate", lambda x, h: cell(x, h, 2)["f"]),
        ("input_gate", lambda x, h: cell(x, h, 2)["added"]),
        ("output_gate", lambda x, h: cell(x, h, 2)["o"]),
        ("update_gate", lambda x, h: gru_cell(x, h)["z"]),
        ("candidate", lambda x, h: gru_cell(x, h)["r"]),
    ],
)
def test_a_darker_shade_is_a_larger_gate(name, shade, books):
    """The number of shades over a point counts the levels that are passed there."""
    for x, h in itertools.product(np.linspace(-1.9, 1.9, 9), np.linspace(-0.85, 0.85, 7)):
        value = shade(x, h)
        over = sum(any(path.contains_point((h, x)) for path in c.get_paths()) for c in planes(books[name]))
        if min(abs(abs(value) - level) for level in (0.1, 0.3, 0.5, 0.7, 0.9)) > 0.02:
            assert over == sum(abs(value) > level for level in (0.1, 0.3, 0.5, 0.7, 0.9)), (x, h)


def test_the_reader_of_this_test_reads_as_the_package(unseen):
    from kamen_core.brackets import read

    for text, depth, quoted, exact in unseen[:3]:
        reading = read(text)
        assert (depth == reading.depth).all() and (quoted == reading.quoted).all()
        assert close(exact, reading.p_next, 1e-12)
