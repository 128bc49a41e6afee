"""Every figure of the backpropagation chapter at every state, recomputed by loops over single numbers."""

import math

import numpy as np
import pytest
from _chapters import chapter
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from sklearn.metrics import confusion_matrix

from kamen_core import backprop, datasets
from kamen_core.figures import backprop as figure

BOOKS = ("scrubber", "jacobian", "check", "boundary", "digits", "depth")


@pytest.fixture(scope="module")
def books():
    return chapter("backprop").flipbooks


def row(values):
    return "(" + ", ".join(f"{v:.3f}" for v in values) + ")"


def by_hand(label, lr=1.0):
    """The 2-3-2 network of the scrubber, number by number."""
    (w1, b1), (w2, b2) = figure.LAYERS
    x, y = figure.X[0], [1.0, 0.0] if label == "first class" else [0.0, 1.0]

    def forward(w1, b1, w2, b2):
        z1 = [sum(w1[i][j] * x[j] for j in range(2)) + b1[i] for i in range(3)]
        a1 = [1 / (1 + math.exp(-z)) for z in z1]
        z2 = [sum(w2[k][i] * a1[i] for i in range(3)) + b2[k] for k in range(2)]
        total = sum(math.exp(z) for z in z2)
        a2 = [math.exp(z) / total for z in z2]
        return z1, a1, z2, a2, -sum(t * math.log(a) for t, a in zip(y, a2, strict=True))

    z1, a1, z2, a2, loss = forward(w1, b1, w2, b2)
    d2 = [a - t for a, t in zip(a2, y, strict=True)]
    da1 = [sum(w2[k][i] * d2[k] for k in range(2)) for i in range(3)]
    d1 = [da1[i] * a1[i] * (1 - a1[i]) for i in range(3)]
    g2 = [[d2[k] * a1[i] for i in range(3)] for k in range(2)]
    g1 = [[d1[i] * x[j] for j in range(2)] for i in range(3)]
    after = forward(
        w1 - lr * np.array(g1), b1 - lr * np.array(d1), w2 - lr * np.array(g2), b2 - lr * np.array(d2)
    )
    return z1, a1, z2, a2, loss, d2, da1, d1, g2, g1, after[-1]


def check_scrubber(book, values, caption):
    z1, a1, z2, a2, loss, d2, da1, d1, g2, g1, after = by_hand(values["label"])
    step = values["step"]
    assert (
        caption
        == [
            f"The input is {row(figure.X[0])}; nothing is computed yet.",
            f"Weighted sums and biases: z¹ = {row(z1)}.",
            f"The sigmoid squashes each by itself: a¹ = {row(a1)}.",
            f"The second layer does the same with a¹: z² = {row(z2)}.",
            f"Softmax looks at all of z² at once: a² = {row(a2)}, which sums to 1.",
            f"The loss is minus the logarithm of the right answer's share: C = {loss:.4f}.",
            f"Backwards. Softmax and cross-entropy together leave δ² = a² − y = {row(d2)}.",
            f"A weight's gradient is δ at its head times a at its tail; the first of W² has {g2[0][0]:.3f}.",
            "Each hidden a reached both outputs, so both send their share back and the shares add up: "
            f"{row(da1)}.",
            f"Through the sigmoid, times σ′ = a (1 − a): δ¹ = {row(d1)}.",
            f"Head times tail again; the first weight of W¹ has gradient {g1[0][0]:.3f}.",
            f"Every weight one step of 1 against its gradient: C falls from {loss:.4f} to {after:.4f}.",
        ][step]
    )
    shown = [t.get_text() for t in book.moving(0, Text) if t.get_text()]
    expected = [f"{v:.2f}" for v in figure.X[0]]
    expected += [
        f"{v:.2f}" for known, vs in ((1, z1), (2, a1), (3, z2), (4, a2)) if step >= known for v in vs
    ]
    expected += [f"C = {loss:.3f}"] * (step >= 5) + [f"{v:+.3f}" for v in d2 if step >= 6]
    expected += [f"{v:+.3f}" for v in (d1 if step >= 9 else da1) if step >= 8]
    expected += [f"{v:+.2f}" for known, g in ((7, g2), (10, g1)) if step >= known for r in g for v in r]
    assert sorted(shown) == sorted(expected)
    lit = {1: 6, 3: 6, 7: 6, 8: 6, 10: 6}.get(step, 0)
    assert sum(line.get_alpha() == 0.75 for line in book.moving(0, Line2D)) == lit


def check_jacobian(book, values, caption):
    z = (values["z_1"], values["z_2"], 0.1)
    total = sum(math.exp(v) for v in z)
    a = [math.exp(v) / total for v in z]
    gradient = [a[0] - 1, a[1], a[2]]
    printed = [-(1 / a[0]) * a[0] * (1 - a[0]) + 0, 0.0, 0.0]
    assert caption == (
        f"z = ({z[0]:.1f}, {z[1]:.1f}, 0.1), the first class is right: C = {-math.log(a[0]):.3f}. "
        f"The gradient is ({', '.join(f'{v:.3f}' for v in gradient)}); the printed product gives "
        f"({', '.join(f'{v:.3f}' for v in printed)})."
    )
    assert [p.get_data()[1][0] for p in book.moving(0, Line2D)] == [z[0], z[1]]
    assert np.allclose([bar.get_height() for bar in book.moving(1, Patch)], a, rtol=0, atol=1e-12)
    cells = [t.get_text() for t in book.moving(2, Text)]
    jacobian = [[a[k] * ((k == i) - a[i]) for i in range(3)] for k in range(3)]
    assert cells == [f"{jacobian[k][i]:.3f}" for k in range(3) for i in range(3)] + ["Σ 0"] * 3
    table = [f"{v:.3f}" for r in (gradient, gradient, [0.0, 0.0, 0.0], printed) for v in r]
    assert [t.get_text() for t in book.moving(3, Text)] == table


def test_check(books):
    book, seen = books["check"], {}
    for values, caption in book.states():
        eps, error = caption.removeprefix("ε = ").split(": the two gradients differ by at most ")
        assert float(eps) == pytest.approx(10.0 ** values["exponent"], rel=0.05)
        seen[values["gradient"], values["exponent"]] = float(error.rstrip("."))
        (dot,) = book.moving(0, Line2D)
        assert dot.get_data()[0][0] == values["exponent"]
        assert 10 ** dot.get_data()[1][0] == pytest.approx(float(error.rstrip(".")), rel=0.05)
    right = {e: v for (g, e), v in seen.items() if g == "right"}
    bug = [v for (g, _e), v in seen.items() if g != "right"]
    assert min(right, key=right.get) in (-5.5, -5.0, -4.5) and min(right.values()) < 1e-10
    assert right[-1.0] / right[-2.0] == pytest.approx(100, rel=0.1)  # the error of a central difference
    assert min(bug) > 0.1 and max(bug) / min(bug) < 1.3


def check_boundary(book, values, caption):
    x, labels = datasets.two_moons(200, noise=0.12, rng=1)
    (dot,) = [line for line in book.moving(1, Line2D) if line.get_marker() == "o"]
    epoch, units = values["epoch"], values["units_"]
    loss = dot.get_data()[1][0]
    right = int(caption.split(", ")[-1].split(" of ")[0])
    word = "unit" if units == 1 else "units"
    assert (
        caption
        == f"{units} hidden {word}, epoch {epoch}: loss {loss:.3f}, {right} of 200 points on their side."
    )
    assert dot.get_data()[0][0] == epoch
    *lines, edge = book.moving(0, Line2D)
    assert sum(len(line.get_data()[0]) > 0 for line in lines) == units
    # the boundary is where both classes are equally likely, so the network changes its mind across it
    state = trained(units)[epoch]
    said = backprop.forward(state, x, "tanh").a[-1]
    assert (said.argmax(axis=1) == labels).sum() == right
    assert -np.log(said[np.arange(200), labels]).mean() == pytest.approx(loss, abs=1e-12)
    at = np.column_stack(edge.get_data())
    at = at[np.isfinite(at).all(axis=1)]
    assert np.abs(backprop.forward(state, at, "tanh").a[-1][:, 0] - 0.5).max() < 0.08 if len(at) else True


def trained(units, kept={}):  # noqa: B006 - one training a test run
    if units not in kept:
        x, labels = datasets.two_moons(200, noise=0.12, rng=1)
        steps = backprop.train(backprop.init((2, units, 2), 3), x, np.eye(2)[labels], 1.0, "tanh")
        kept[units] = [next(steps).layers for _epoch in range(2001)]
    return kept[units]


def check_digits(book, values, caption):
    images, labels = datasets.digits()
    x = images.reshape(-1, 64) / 16
    layers = learnt()[values["step"]]
    said = backprop.forward(layers, x[1200:], "tanh").a[-1].argmax(axis=1)
    table = confusion_matrix(labels[1200:], said)
    loss = -np.log(backprop.forward(layers, x[:1200], "tanh").a[-1][np.arange(1200), labels[:1200]]).mean()
    off = table * (1 - np.eye(10, dtype=int))
    w, q = np.unravel_index(off.argmax(), off.shape)
    right = int((said == labels[1200:]).sum())
    assert caption == (
        f"After {values['step']} steps: loss {loss:.3f} in training; of 597 new digits {right} "
        f"are read rightly ({right / 597:.1%}). Most frequent slip: a {w} read as {q}, {off.max()} times."
    )
    picture = book.axes[0].images[0].get_array()
    assert np.allclose(picture.sum(axis=1), 1) and np.allclose(
        picture, table / table.sum(axis=1, keepdims=True)
    )
    assert book.axes[1].images[0].get_array().shape == (18, 72)
    assert book.axes[1].images[0].get_array()[0, 0] == round(layers[0].weight[0, 0] * 16) / 8


def learnt(kept=[]):  # noqa: B006 - one training a test run
    if not kept:
        images, labels = datasets.digits()
        x, y = images.reshape(-1, 64)[:1200] / 16, np.eye(10)[labels[:1200]]
        steps = backprop.train(backprop.init((64, 16, 10), 0), x, y, 0.5, "tanh")
        kept += [next(steps).layers for _step in range(301)]
    return kept


def check_depth(book, values, caption):
    depth, scale = values["depth"], values["scale"]
    f = {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh, "relu": lambda z: z * (z > 0)}[
        values["activation"]
    ]
    slope = {
        "sigmoid": lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
        "tanh": lambda z: np.cosh(z) ** -2.0,
        "relu": lambda z: z > 0,
    }[values["activation"]]
    layers = backprop.init((40,) * (depth + 1), 1, scale)
    a, zs = np.random.default_rng(0).standard_normal((30, 40)), []
    for weight, bias in layers:
        zs.append(a @ weight.T + bias)
        a = f(zs[-1])
    e = np.exp(zs[-1] - zs[-1].max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True) - np.eye(40)[:30]
    sizes = [np.sqrt((delta**2).sum(axis=1).mean())]
    for (weight, _bias), z in zip(layers[:0:-1], zs[-2::-1], strict=True):
        delta = (delta @ weight) * slope(z)
        sizes.insert(0, np.sqrt((delta**2).sum(axis=1).mean()))
    assert caption == (
        f"{depth} layers of {values['activation']}, scale {scale:g}: δ has size {sizes[-1]:.2g} "
        f"at the top and {sizes[0]:.2g} at the bottom."
    )
    (line,) = book.moving(0, Line2D)
    assert np.allclose(10.0 ** line.get_data()[1], np.maximum(sizes, 1e-16), rtol=1e-6)
    assert list(line.get_data()[0]) == list(range(1, depth + 1))


@pytest.mark.parametrize("name", [n for n in BOOKS if n != "check"])
def test_every_state(books, name):
    check, n = globals()[f"check_{name}"], 0
    for values, caption in books[name].states():
        check(books[name], values, caption)
        n += 1
    assert n == math.prod(len(v) for v in books[name].values.values())


def test_all_are_checked(books):
    assert set(books) == set(BOOKS)
