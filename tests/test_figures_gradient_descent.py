"""What the gradient descent figures say and show, recomputed by other routes, at every frame."""

import functools
import itertools
import re

import numpy as np
import pytest

from kamen_core import column, datasets
from kamen_core.figures import _gd_momentum, _gd_walks, _plane
from kamen_core.figures import gradient_descent as figures
from kamen_core.figures.style import panel
from kamen_core.flipbook import Flipbook
from kamen_core.gradient_descent import adam, beale, bowl, momentum, nag, ravine, rosenbrock, saddle
from kamen_core.trace import run

BIRDS = datasets.penguins()
WITH_DATA = ("by_hand", "valley", "twin", "batches", "schedules")
WITHOUT = ("your_start", "race", "compass", "learning_rate", "steepest", "momentum_plane", "one_step")
ALL = (*WITH_DATA, *WITHOUT, "overshoot", "distance", "curvature", "inside")


@functools.cache
def made(name):
    function = getattr(figures, name)
    return function(BIRDS) if name in WITH_DATA else function()


def values_of(params):
    return {k: list(v) for k, v in params.items() if k not in ("start", "play", "labels", "grab")}


def states(name):
    """Every state of the figure, and its caption."""
    _fig, update, params = made(name)
    values = values_of(params)
    for state in itertools.product(*values.values()):
        state = dict(zip(values, state, strict=True))
        yield state, update(**state)


def panels(name):
    fig = made(name)[0]
    rows = fig if isinstance(fig, list) else [fig]
    return [f for row in rows for f in (row if isinstance(row, list) else [row])]


def moving(name, panel, kind="lines"):
    return [a for a in getattr(panels(name)[panel].axes[0], kind) if a.get_animated()]


def numbers(text):
    return [float(n.replace(",", "")) for n in re.findall(r"[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]\d+)?", text)]


@pytest.mark.parametrize("name", ALL)
def test_every_caption_is_a_clean_sentence(name):
    captions = [caption for _state, caption in states(name)]
    assert len(set(captions)) > 1
    for caption in captions:
        assert caption.endswith(".")
        assert not re.search(r"nan|inf\b|None|[-−]0\.0*\b(?!\d)|\{|\}", caption), caption
        assert not re.search(r"\b1 (steps|updates|birds an)\b", caption), caption
        assert len(caption) < 260


@pytest.mark.parametrize("name", ALL)
def test_every_figure_becomes_a_flipbook(name):
    function = getattr(figures, name)
    fig, update, params = function(BIRDS) if name in WITH_DATA else function()
    few = {k: [v[0], v[len(v) // 2], v[-1]] for k, v in values_of(params).items()}
    rest = {k: v for k, v in params.items() if k in ("labels", "play")}
    book = Flipbook(fig, update, **few, **rest)  # it raises where a still artist has moved
    assert book.spec["name"] == name
    assert set(params.get("labels", {})) == set(few)


# ---------------------------------------------------------------- walks


def final_loss(name, surface, start, lr, n):
    return float(_plane.losses(surface, _plane.walk(name, surface, start, lr, n)[-1]))


def test_your_start_names_the_lowest_and_the_lost():
    surfaces = {"bowl": bowl, "ravine": ravine, "Rosenbrock": rosenbrock, "Beale": beale, "saddle": saddle}
    every = list(states("your_start"))
    assert len(every) == 5 * 9 * 7
    for state, caption in every[::17]:
        surface, start = surfaces[state["surface"]], np.array([state["x"], state["y"]])
        ends = {}
        for name in ("GD", "momentum", "NAG", "Adagrad", "RMSprop", "Adam", "Newton"):
            lr = _gd_walks.RATES[state["surface"]].get(name, 1.0)
            ends[name] = final_loss(name, surface, start, lr, 20)
        first, low, second, next_ = re.search(r"loss (\w+) \((.*?)\), then (\w+) \((.*?)\)", caption).groups()
        order = sorted(ends.values())
        assert ends[first] == order[0]
        assert ends[second] == order[1]
        assert low == _plane.short(order[0])
        assert next_ == _plane.short(order[1])
        lost = re.search(r"Diverged: (.*)\.", caption)
        gone = {n for n, loss in ends.items() if not abs(loss) <= 1e100}
        assert set(lost[1].split(", ") if lost else ()) == gone


def test_your_start_stars_the_minimum_and_rings_the_start():
    _fig, update, params = made("your_start")
    update(surface="Rosenbrock", x=0.5, y=-0.6)
    lines = moving("your_start", 0)
    assert [ln.get_xydata().tolist() for ln in lines if ln.get_marker() == "*"] == [[[1, 1]]]
    ring = next(ln for ln in lines if ln.get_marker() == "o")
    assert ring.get_xydata().tolist() == [[0.5, -0.6]]
    update(surface="saddle", x=0.5, y=-0.6)
    assert [len(ln.get_xdata()) for ln in lines if ln.get_marker() == "*"] == [0]
    assert [v for v in params["y"] if v == 0] == [0]  # the knife's edge is among the starts


def test_adamw_and_amsgrad_would_walk_on_adams_path():
    starts = np.stack(np.meshgrid(np.arange(-2.5, 3.6, 0.75), np.arange(-1.8, 1.9, 0.6)), axis=-1)
    for key, surface in _plane.SURFACES.items():
        lr = _gd_walks.RATES[key]["Adam"]
        paths = [_plane.walk(name, surface, starts, lr, 20) for name in ("Adam", "AdamW", "AMSGrad")]
        apart = [np.linalg.norm(path - paths[0], axis=-1) for path in paths[1:]]
        assert max(np.quantile(a, 0.95) for a in apart) < 0.25


def test_each_racer_has_the_best_rate_of_the_ladder():
    rates = figures.best_rates()
    assert len(_gd_walks.LADDER) == 18
    for key, name in [("ravine", "Adam"), ("Beale", "NAG"), ("Rosenbrock", "GD"), ("bowl", "RMSprop")]:
        surface, start = _plane.SURFACES[key], _gd_walks.RACE_STARTS[key]
        ends = {lr: final_loss(name, surface, start, lr, 60) for lr in _gd_walks.LADDER}
        assert ends[rates[key, name]] == min(ends.values())
    assert all(rates["saddle", name] == rates["bowl", name] for name in _plane.METHODS)


def test_the_scoreboard_is_sorted_and_true():
    rows = moving("race", 1, "texts")
    for state, caption in states("race"):
        board = [[t.get_text() for t in rows[i : i + 3]] for i in range(0, 27, 3)]
        assert {name for name, _r, _l in board} == set(_plane.METHODS)
        now = {n: figures.race_runs()[state["surface"], n][1][state["step"]] for n in _plane.METHODS}
        assert [_plane.short(float(x)) for x in sorted(now.values())] == [row[2] for row in board]
        for name, rate, loss in board:
            assert float(rate) == figures.best_rates()[state["surface"], name]
            assert loss == _plane.short(float(now[name]))
        if state["step"]:
            first = re.search(r"ahead (.*?) \(loss", caption)[1].split(", ")
            assert {n for n in now if now[n] == min(now.values())} == set(first)


def test_no_method_wins_every_race():
    runs, winners = figures.race_runs(), []
    for key in _plane.SURFACES:
        ends = {n: runs[key, n][1][-1] for n in _plane.METHODS}
        winners.append({n for n in ends if ends[n] == min(ends.values())})
    assert not set.intersection(*winners)


# ---------------------------------------------------------------- penguins

X = np.stack([np.ones(342), (BIRDS.flipper_length - 190) / 10], axis=1)
Y = BIRDS.body_mass / 1000
H, EXACT = X.T @ X / 342, np.linalg.lstsq(X, Y)[0]


def loss(theta):
    return float(np.mean((X @ theta - Y) ** 2) / 2)


def test_by_hand_reads_the_loss_and_points_downhill():
    for state, caption in states("by_hand"):
        theta = np.array([state["intercept"], state["slope"]])
        assert numbers(caption)[-2:] == pytest.approx([loss(theta), loss(EXACT)], abs=6e-4)
        notes = [a for a in panels("by_hand")[0].axes[0].texts if a.get_animated()]
        arrow = np.array(notes[-1].xy) - notes[-1].get_position()
        assert arrow == pytest.approx(-0.25 * H @ (theta - EXACT), abs=0.04)  # it ends on whole points
        x, y = moving("by_hand", 1)[0].get_data()
        assert y == pytest.approx(theta[0] + theta[1] * x)


def test_valley_follows_the_closed_form():
    w, V = np.linalg.eigh(H)
    for state, caption in states("valley"):
        shrunk = (1 - state["rate"] * w) ** state["step"]
        theta = EXACT + V @ (shrunk * (V.T @ (np.array([2.6, -0.25]) - EXACT)))
        found = re.search(r"θ = \((.*), (.*)\), loss (.*)\. Exact: \((.*), (.*)\), loss (.*)\.", caption)
        said = [float(v) for v in found.groups()]
        assert said == pytest.approx([*theta, loss(theta), *EXACT, loss(EXACT)], rel=1e-6, abs=6e-4)
        x, y = moving("valley", 1)[0].get_data()
        assert y == pytest.approx(theta[0] + theta[1] * x, rel=1e-6)


def test_twins_end_at_the_nearest_point_of_the_trough_or_at_the_ridge():
    cm = (BIRDS.flipper_length - BIRDS.flipper_length.mean()) / 10
    A, b = np.stack([cm, cm / 2.54], axis=1), Y - Y.mean()
    starts = np.array([[-0.6, 0.2], [0.9, 1.4], [1.2, -0.9]])
    smallest = np.linalg.pinv(A) @ b
    along = np.array([1, -2.54]) / np.hypot(1, 2.54)
    for state, caption in states("twin"):
        dots = [ln.get_xydata()[0] for ln in moving("twin", 0) if ln.get_marker() == "o"]
        if state["ridge"] == 0:
            assert np.array(dots) == pytest.approx(smallest + np.outer(starts @ along, along), abs=1e-6)
            assert "rank 1 of 2" in caption
            assert f"{np.polyfit(cm, b, 1)[0]:.3f}" in caption
            continue
        exact = np.linalg.solve(A.T @ A / 342 + state["ridge"] * np.eye(2), A.T @ b / 342)
        _ridge, x, y, slope, _n, away = numbers(caption.replace("λ/n", ""))
        assert [x, y, slope] == pytest.approx([*exact, exact @ [1, 1 / 2.54]], abs=6e-4)
        assert away == pytest.approx(abs(np.array(dots) - exact).max(), abs=6e-4)


def test_batches_see_the_same_birds_and_all_at_once_is_plain_descent():
    w, V = np.linalg.eigh(H)
    start = np.array([2.6, -0.25])
    for lr in (0.01, 0.3):
        closed = [EXACT + V @ ((1 - lr * w) ** k * (V.T @ (start - EXACT))) for k in range(6)]
        assert figures.batch_run(X, Y, 342, lr, 5, 3) == pytest.approx(np.array(closed))
    for state, caption in states("batches"):
        if state["batch"] == 1 and state["rate"] == 0.3:
            assert caption.endswith("diverged.")
            continue
        updates = 5 * 342 // state["batch"]
        assert f"{updates:,} update" in caption
        path = figures.batch_run(X, Y, state["batch"], state["rate"], 5, 3)
        assert len(path) == updates + 1
        late = np.array([loss(theta) for theta in path[len(path) // 2 :]]) - loss(EXACT)
        mean, low = re.search(r"loss is (.*) above the least on average, (.*) at best", caption).groups()
        assert [float(mean), float(low)] == pytest.approx([late.mean(), late.min()], rel=0.06, abs=2e-9)


def test_schedules_are_the_recursion_over_shuffled_birds():
    rates = {"0.1": lambda t: 0.1, "1/t": lambda t: 1 / t, "1/t²": lambda t: t**-2.0}
    rng = np.random.default_rng(0)
    seen = np.concatenate([rng.permutation(342) for _epoch in range(10)])
    for name, rate in rates.items():
        theta, path = 0.0, [0.0]
        for t, i in enumerate(seen, 1):
            theta -= rate(t) * (theta - Y[i])
            path.append(theta)
        assert figures.schedule_run(Y, name, 3420, 0) == pytest.approx(path)
    said = {state["schedule"]: numbers(caption.split(":")[1])[:2] for state, caption in states("schedules")}
    assert said["1/t"][0] == pytest.approx(Y.mean(), abs=6e-4)  # the mean of all birds, ten times over
    assert abs(said["0.1 · 0.5ᵗ"][0] - Y.mean()) > 1
    off = {s["schedule"]: float(re.search(r"it is (.*) off", c)[1]) for s, c in states("schedules")}
    assert off["1/t"] < off["0.01"] < off["0.1"] < off["1/t²"] < off["0.1 · 0.5ᵗ"]


# ---------------------------------------------------------------- rates


def test_compass_says_what_a_step_does():
    def f(x, y):
        return (x**2 + 25 * y**2) / 2

    for state, caption in states("compass"):
        a, r = np.radians(state["direction"]), state["length"]
        _length, _d, change, best, down, home = numbers(caption)
        assert change == pytest.approx(f(5 + r * np.cos(a), 1 + r * np.sin(a)) - f(5, 1), rel=6e-3, abs=1e-5)
        assert down == pytest.approx(180 + np.degrees(np.arctan(5)), abs=0.06)
        assert home == pytest.approx(180 + np.degrees(np.arctan(1 / 5)), abs=0.06)
        if r == 0.001:
            assert best == pytest.approx(down, abs=0.15)
        if r == 5.1:
            assert best == pytest.approx(home, abs=0.3)


def test_learning_rate_meets_its_formula_and_says_what_it_does():
    for state, caption in states("learning_rate"):
        lr, k = state["rate"], state["step"]
        theta, formula = re.search(r"θ = (\S+); .* = (\S+)\. ", caption).groups()
        assert float(theta) == pytest.approx((1 - lr) ** k, rel=1e-3, abs=1e-9)
        assert theta == formula or float(theta) == pytest.approx(float(formula), rel=1e-3, abs=1e-15)
        assert ("diverges" in caption) == (lr > 2)
        assert ("arrives" in caption) == (1 < lr < 2)
        assert ("for ever" in caption) == (lr == 2)
        assert ("One step does it" in caption) == (lr == 1)
        assert moving("learning_rate", 0)[-1].get_xydata()[0] == pytest.approx(
            [(1 - lr) ** k, (1 - lr) ** (2 * k) / 2]
        )


def test_steepest_counts_are_those_of_plain_loops():
    for state, caption in states("steepest"):
        kappa = state["kappa"]
        curvatures, root = np.array([1.0, kappa]), kappa**0.5
        counts = []
        for lr, gamma in ((2 / (1 + kappa), 0), (4 / (1 + root) ** 2, ((root - 1) / (root + 1)) ** 2)):
            before = theta = np.array([kappa, 1.0])
            n = 0
            while curvatures @ theta**2 / 2 >= 1e-6:
                before, theta = theta, theta - lr * curvatures * theta + gamma * (theta - before)
                n += 1
            counts.append(n)
        assert numbers(caption.split("takes")[1]) == [*counts, 1]
        if kappa == 25:
            assert counts == [123, 31]


# ---------------------------------------------------------------- momentum


def test_contraction_is_the_spectral_radius():
    for state, caption in states("momentum_plane"):
        lr, gamma = state["rate"], state["memory"]
        rho = []
        for curvature in (1, 25):
            step = np.array([[1 + gamma - lr * curvature, -gamma], [1, 0]])
            rho.append(abs(np.linalg.eigvals(step)).max())
        assert [figures.contraction(lr, gamma, c) for c in (1, 25)] == pytest.approx(rho, abs=1e-7)
        assert numbers(caption)[2:4] == pytest.approx(rho, abs=6e-4)
        assert ("does not converge" in caption) == (max(rho) >= 1 - 1e-9)
        if max(rho) < 1 - 1e-9:
            n = numbers(caption)[-1]
            assert max(rho) ** (n - 0.51) >= 0.1 >= max(rho) ** (n + 0.51)


def test_polyaks_optimum_is_the_lightest_place():
    lr, gamma = np.meshgrid(np.linspace(0.01, 0.15, 57), np.linspace(0, 0.95, 58))
    rho = np.maximum(figures.contraction(lr, gamma, 1), figures.contraction(lr, gamma, 25))
    assert rho.min() >= 2 / 3 - 1e-9
    assert max(figures.contraction(4 / 36, 4 / 9, c) for c in (1, 25)) == pytest.approx(2 / 3, abs=1e-6)


def test_one_step_adds_the_vectors_of_both_methods():
    theta, v = np.array([-4.0, 2.0]), np.zeros(2)
    scale = np.array([1.0, 4.0])
    for state, caption in states("one_step"):
        carried = -0.9 * v
        here, there = -0.15 * scale * theta, -0.15 * scale * (theta + carried)
        said = numbers(caption.split("from")[1])
        expected = [theta, carried, here, there, theta + carried + here, theta + carried + there]
        assert said == pytest.approx([e[1] for e in expected], abs=6e-3)
        vectors = _gd_momentum.step_vectors(state["step"] - 1)
        assert vectors["here"] == pytest.approx(here)
        assert vectors["there"] == pytest.approx(there)
        v = 0.9 * v + 0.15 * scale * theta
        theta = theta - v


def test_overshoot_of_plain_loops():
    for state, caption in states("overshoot"):
        gamma, said = state["memory"], re.findall(r": (not|\S+) past the bottom.*?step (\d+)", caption)
        for (low, last), ahead in zip(said, (0, gamma), strict=True):
            x, v, path = 1.0, 0.0, [1.0]
            for _k in range(400):
                v = gamma * v + 0.1 * (x - ahead * v)
                x -= v
                path.append(x)
            assert int(last) == max(k for k, value in enumerate(path) if abs(value) > 1e-3)
            if low == "not":
                assert min(path) >= 0
            else:
                assert float(low) == pytest.approx(-min(path), rel=6e-3)


def test_ledger_numbers_of_overshoot():
    assert run(momentum(lambda x: x, [1.0], 0.1), 200).theta.min() == pytest.approx(-0.604, abs=5e-4)
    assert run(nag(lambda x: x, [1.0], 0.1), 200).theta.min() == pytest.approx(-0.355, abs=5e-4)


# ---------------------------------------------------------------- adaptive


def test_distance_is_held_to_finite_differences():
    curves = {
        "½x²": lambda x: x**2 / 2,
        "5x²": lambda x: 5 * x**2,
        "x²/(1+x²)": lambda x: x**2 / (1 + x**2),
        "x⁴/4": lambda x: x**4 / 4,
    }
    for state, caption in states("distance"):
        f, x, h = curves[state["curve_of"]], state["x"], 1e-4
        g, bend = (f(x + h) - f(x - h)) / (2 * h), (f(x + h) - 2 * f(x) + f(x - h)) / h**2
        said = numbers(caption)
        assert said[:4] == pytest.approx([x, g, x, bend], rel=1e-3, abs=1e-3)
        if bend > 0:
            assert said[4] == pytest.approx(g / bend, rel=2e-3)
        assert ("below 0" in caption) == (bend < 0)
        assert (state["curve_of"] in ("½x²", "5x²")) == (bend > 0 and said[4] == pytest.approx(x))


def test_mean_squared_slope_is_curvature_times_range():
    for state, caption in states("curvature"):
        rms = state["bend"] * state["reach"] / 3**0.5
        *_said, b, ratio, bends = numbers(caption)
        assert [b, ratio] == pytest.approx([rms, rms * 3**0.5], rel=6e-3, abs=6e-4)
        assert bends == state["bend"]
        bars = [ln.get_xdata()[1] for ln in moving("curvature", 1)]
        assert bars == pytest.approx([state["bend"], rms * 3**0.5], rel=1e-6)


def inside_by_hand(method, n):
    """Rows of the sheet after n steps, in plain Python floats, for each of the two parameters."""
    lr = {"Adagrad": 0.5, "RMSprop": 0.1, "RMSprop as printed": 0.001}.get(method, 0.2)
    columns = []
    for curvature, x in ((1.0, 5.0), (25.0, 1.0)):
        m = s = 0.0
        for t in range(1, n + 1):
            g = curvature * x
            if method == "Adagrad":
                s += g * g
                rows, root, push = [s], s, g
            elif method.startswith("RMSprop"):
                s = 0.9 * s + 0.1 * (g * g if method == "RMSprop" else s)
                rows, root, push = [s], s, g
            else:
                m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
                hats = [m / (1 - 0.9**t), s / (1 - 0.999**t)] if method == "Adam" else []
                rows = [m, s, *hats]
                push, root = hats or (m, s)
            rate = lr / (root**0.5 + 1e-8)
            x -= rate * push
        columns.append([g, *rows, rate, -rate * push])
    return list(zip(*columns, strict=True))


def test_the_sheet_shows_what_each_method_computes():
    texts = moving("inside", 0, "texts")
    for state, caption in states("inside"):
        if state["method"] == "RMSprop as printed" and state["step"] > 12:
            continue  # by then it is 1e80 away
        sheet = [[t.get_text() for t in texts[i : i + 3]] for i in range(0, len(texts), 3)]
        expected = inside_by_hand(state["method"], state["step"])
        sheet = [row for row in sheet if row[0]]
        assert len(sheet) == len(expected)
        for (_symbol, *said), values in zip(sheet, expected, strict=True):
            assert [float(v.replace(",", "")) for v in said] == pytest.approx(values, rel=6e-3, abs=1e-12)
        if state["method"] != "RMSprop as printed":
            rates = expected[-2]
            ratio = float(re.search(r"is (\S+) times", caption)[1])
            assert ratio == pytest.approx(rates[1] / rates[0], abs=6e-3)


def test_the_misprint_stays_at_zero_and_steps_by_eta_over_epsilon():
    caption = made("inside")[1](method="RMSprop as printed", step=1)
    assert "E is still 0" in caption
    assert "100,000" in caption
    states_ = run(column.rmsprop(lambda theta: np.full(1, 5.0), np.zeros(1)), 3)
    assert states_.g2_mean.max() == 0
    assert states_.theta[1, 0] == pytest.approx(-500_000)


def test_the_printed_loss_is_least_at_zero():
    assert [2 * column.squared_error(t, 2, 3) for t in (0, 1.5, 3)] == [0, 2.25, 9]


# ---------------------------------------------------------------- drawing


def test_thin_keeps_the_look_of_a_path():
    _fig, ax = panel(3, 2, xlim=(-2, 6), ylim=(-2, 2))
    _plane.settle(ax)
    path = run(adam(ravine.grad, [5.0, 1.0], 0.2), 60).theta
    few = ax.transData.transform(_plane.thin(ax, path, 0.7, 1.0))
    dense = np.concatenate([np.linspace(a, b, 200) for a, b in itertools.pairwise(few)])
    p = ax.transData.transform(path)
    off = np.sqrt(((p[:, None] - dense) ** 2).sum(-1)).min(1)
    assert len(few) < 30
    assert off.max() < 0.7 + 0.75  # the tolerance and half a diagonal of the grid
    assert few == pytest.approx(np.round(few), abs=1e-6)


def test_thin_ends_a_path_that_leaves_for_infinity():
    _fig, ax = panel(3, 2, xlim=(-1, 1), ylim=(-1, 1))
    _plane.settle(ax)
    path = np.array([[0, 0], [0.5, 0.5], [1e9, 1e9], [np.inf, np.nan], [0, 0]])
    few = _plane.thin(ax, path)
    assert np.isfinite(few).all()
    assert abs(few).max() < 30
    assert few[0] == pytest.approx([0, 0], abs=0.02)
    assert few[-1].min() > 1  # the last stroke leaves the picture


def test_contour_lines_lie_at_their_levels():
    _fig, ax = panel(3, 3, xlim=(-2, 2), ylim=(-2, 2))
    _plane.settle(ax)
    centre = ax.transData.transform((0, 0))
    path = _plane.contour_path(ax, bowl.loss, [0.5, 1.5])
    theta = ax.transData.inverted().transform(path.vertices + centre)
    heights = bowl.loss(theta)
    assert np.minimum(abs(heights - 0.5), abs(heights - 1.5)).max() < 0.02
    assert {0.5, 1.5} == set(np.where(heights < 1, 0.5, 1.5))


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.0, "0"),
        (0.0123, "0.012"),
        (1.2e-5, "1.2e-05"),
        (-3.0, "-3"),
        (2304.4, "2,304"),
        (1e7, "1.0e+07"),
        (np.inf, "diverged"),
        (np.nan, "diverged"),
        (-1e200, "diverged"),
    ],
)
def test_short_numbers(x, text):
    assert _plane.short(x) == text
