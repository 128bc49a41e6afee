"""Walks over famous surfaces: from the reader's start, and as a race."""

from functools import cache

import numpy as np

from ..language import _
from ._plane import (
    METHODS,
    SURFACES,
    Backdrops,
    levels_of,
    line_for,
    losses,
    settle,
    short,
    shown,
    thin,
    walk,
)
from .style import C, panel, styled

# Rates for the first figure: sensible near the minimum, too large where a surface is steepest.
RATES = {
    "bowl": {"GD": 0.1, "momentum": 0.05, "NAG": 0.05, "Adagrad": 0.5, "RMSprop": 0.05, "Adam": 0.2},
    "ravine": {"GD": 0.07, "momentum": 0.01, "NAG": 0.01, "Adagrad": 0.5, "RMSprop": 0.05, "Adam": 0.2},
    "Rosenbrock": {"GD": 1e-3, "momentum": 2e-4, "NAG": 2e-4, "Adagrad": 0.5, "RMSprop": 0.05, "Adam": 0.2},
    "Beale": {"GD": 0.005, "momentum": 1e-3, "NAG": 1e-3, "Adagrad": 0.5, "RMSprop": 0.05, "Adam": 0.2},
    "saddle": {"GD": 0.2, "momentum": 0.02, "NAG": 0.02, "Adagrad": 0.2, "RMSprop": 0.05, "Adam": 0.1},
}
PLANE = {"xlim": (-2.75, 3.75), "ylim": (-2.2, 2.2)}
LADDER = np.array([m * 10.0**k for k in range(-5, 1) for m in (1, 2, 5)])  # the rates that the race tries
RACE_STARTS = {
    "bowl": (-2.0, 1.5),
    "ravine": (-2.5, 1.5),
    "Rosenbrock": (-1.5, 1.8),
    "Beale": (-1.0, 1.5),
    "saddle": (2.5, 0.01),
}


def _plane(height=3.25):
    fig, ax = panel(4.8, height, **PLANE, xlabel="x", ylabel="y")
    ax.set(xticks=[-2, 0, 2], yticks=[-2, 0, 2])
    ax.yaxis.label.set_rotation(0)
    settle(ax)
    backdrops = Backdrops(ax, {name: (s.loss, levels_of(s)) for name, s in SURFACES.items()})
    goal = ax.plot([], [], "*", ms=13, color=C["ink"], mec=C["paper"], zorder=5, animated=True)[0]

    def show(surface):
        backdrops.show(surface)
        minimum = SURFACES[surface].minimum
        goal.set_data(*([], []) if minimum is None else ([minimum[0]], [minimum[1]]))

    return fig, ax, show


@styled
def your_start(n_steps=20):
    """The start is the reader's to drag; seven methods set out from it."""
    xs, ys = np.round(np.arange(-2.5, 3.51, 0.75), 2), np.round(np.arange(-1.8, 1.81, 0.6), 1) + 0.0
    names = [n for n in METHODS if n not in ("AdamW", "AMSGrad")]  # those two walk on Adam's path here
    starts = np.stack(np.meshgrid(xs, ys, indexing="ij"), axis=-1)
    paths, ends = {}, {}
    for key, surface in SURFACES.items():
        for name in names:
            path = walk(name, surface, starts, RATES[key].get(name, 1.0), n_steps)
            paths[key, name], ends[key, name] = path, losses(surface, path[-1])

    fig, ax, show = _plane()
    lines = {name: line_for(ax, name) for name in names}
    for name in names:
        ax.plot([], [], color=METHODS[name][1], ls=METHODS[name][2], lw=2, label=shown(name))
    knob = ax.plot([], [], "o", ms=13, color=C["paper"], mec=C["ink"], mew=2.5, zorder=6, animated=True)[0]
    board, table = panel(4.8, 0.72)
    table.axis("off")
    handles, labels = ax.get_legend_handles_labels()
    table.legend(handles, labels, loc="center", ncols=3, handlelength=1.4, columnspacing=2.5, borderpad=0)
    keys = {shown(key): key for key in SURFACES}

    def update(surface, x, y):
        key, at = keys[surface], (int(np.argmin(abs(xs - x))), int(np.argmin(abs(ys - y))))
        show(key)
        knob.set_data([x], [y])
        for name, line in lines.items():
            line.set_data(*thin(ax, paths[key, name][(slice(None), *at)], 1.3).T)
        found = {name: float(ends[key, name][at]) for name in names}
        first, second, *_others, last = sorted(found, key=found.get)
        gone = [shown(n) for n in names if short(found[n]) == _("diverged")]
        where = _("{surface} from ({x:g}, {y:g}), {n} steps").format(surface=surface, x=x, y=y, n=n_steps)
        if gone:
            end = _("Diverged: {names}.").format(names=_(", ").join(gone))
        else:
            end = _("Highest: {name}, {loss}.").format(name=shown(last), loss=short(found[last]))
        return _("{where}: lowest loss {one} ({low}), then {two} ({next}). {end}").format(
            where=where[0].upper() + where[1:],
            one=shown(first),
            low=short(found[first]),
            two=shown(second),
            next=short(found[second]),
            end=end,
        )

    params = {
        "surface": list(keys),
        "x": xs,
        "y": ys,
        "start": {"surface": shown("ravine"), "x": -2.5, "y": 1.8},
    }
    params["labels"] = {"surface": _("surface"), "x": _("start x"), "y": _("start y")}
    params["grab"] = {"x": (ax, "x"), "y": (ax, "y")}
    return [[fig], [board]], update, params


@cache
def best_rates(n_steps=60):
    """For each surface and method the rate of `LADDER` that is lowest after `n_steps` from the race's start.

    On the saddle, where lower has no end, each method keeps its rate from the bowl.
    """
    best = {}
    for key, surface in SURFACES.items():
        for name in METHODS:
            if surface.minimum is None:
                best[key, name] = best["bowl", name]
                continue
            ends = [losses(surface, walk(name, surface, RACE_STARTS[key], lr, n_steps)[-1]) for lr in LADDER]
            best[key, name] = float(LADDER[int(np.argmin(ends))])
    return best


@cache
def race_runs(n_steps=60):
    """``{(surface, method): (path, losses along it)}``, each method at its best rate."""
    runs = {}
    for (key, name), lr in best_rates(n_steps).items():
        path = walk(name, SURFACES[key], RACE_STARTS[key], lr, n_steps)
        runs[key, name] = path, losses(SURFACES[key], path)
    return runs


@styled
def race(n_steps=60):
    """All nine methods, each at the best of the same eighteen rates, with a scoreboard."""
    runs, rates = race_runs(n_steps), best_rates(n_steps)
    steps = [0, 1, 2, 3, 4, 6, 9, 13, 20, 30, 45, n_steps]
    fig, ax, show = _plane()
    lines = {name: line_for(ax, name, marker="o") for name in METHODS}
    board, table = panel(4.8, 2.0, xlim=(0, 4.7), ylim=(9.9, -0.1))
    table.axis("off")
    for x, text, side in (
        (0.3, _("method"), "left"),
        (2.5, _("rate"), "right"),
        (3.7, _("loss"), "right"),
    ):
        table.text(x, 0.4, text, color=C["muted"], ha=side, va="center_baseline")
    rows = [
        [table.text(x, i + 1.4, "", ha=side, va="center_baseline", animated=True)
         for x, side in ((0.3, "left"), (2.5, "right"), (3.7, "right"))]
        for i in range(len(METHODS))
    ]  # fmt: skip
    marks = {
        n: table.plot([], [], ls=METHODS[n][2], lw=2, color=METHODS[n][1], animated=True)[0] for n in METHODS
    }
    keys = {shown(key): key for key in SURFACES}

    def update(surface, step):
        key = keys[surface]
        show(key)
        now = {name: float(runs[key, name][1][step]) for name in METHODS}
        order = sorted(METHODS, key=lambda n: now[n])
        for name, line in lines.items():
            line.set_data(*thin(ax, runs[key, name][0][: step + 1], 1.2).T)
        for i, (name, row) in enumerate(zip(order, rows, strict=True)):
            texts = shown(name), f"{rates[key, name]:g}", short(now[name])
            for text, content in zip(row, texts, strict=True):
                text.set_text(content)
            marks[name].set_data([4.0, 4.5], [i + 1.4, i + 1.4])
        first = [shown(n) for n in order if now[n] == now[order[0]]]
        last = order[-1]
        if len(first) == len(METHODS):
            return _("{surface}, step {k}: all at the start, loss {loss}.").format(
                surface=surface[0].upper() + surface[1:], k=step, loss=short(now[last])
            )
        return _("{surface}, step {k}: ahead {first} (loss {low}), last {last} ({high}).").format(
            surface=surface[0].upper() + surface[1:],
            k=step,
            first=_(", ").join(first),
            low=short(now[order[0]]),
            last=shown(last),
            high=short(now[last]),
        )

    params = {
        "surface": list(keys),
        "step": steps,
        "play": "step",
        "start": {"surface": shown("ravine"), "step": 20},
    }
    params["labels"] = {"surface": _("surface"), "step": _("step")}
    return [[fig], [board]], update, params
