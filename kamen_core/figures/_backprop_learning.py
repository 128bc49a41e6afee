"""Networks that learn: a boundary in the plane, and handwritten digits."""

import numpy as np
from contourpy import contour_generator

from ..backprop import cross_entropy, forward, init, one_hot, train
from ..language import _, plural
from ..trace import run
from .style import C, panel, styled


def _boundary_line(layers, grid, activation="tanh"):
    """Where both classes are equally likely, as one line with gaps."""
    gx, gy = np.meshgrid(*grid)
    share = forward(layers, np.column_stack([gx.ravel(), gy.ravel()]), activation).a[-1][:, 1]
    pieces = contour_generator(gx, gy, share.reshape(gx.shape)).lines(0.5)
    return np.concatenate(
        [np.vstack([p[::2], [[np.nan, np.nan]]]) for p in pieces] or [np.full((1, 2), np.nan)]
    )


def _hidden_line(weight, bias, limits):
    """The two ends of wᵀx + b = 0 far outside the picture."""
    along = np.array([-weight[1], weight[0]]) / np.hypot(*weight)
    foot = -bias * weight / (weight @ weight)
    return np.array([foot - 2 * np.ptp(limits) * along, foot + 2 * np.ptp(limits) * along])


@styled
def boundary(x, labels, lr=1.0):
    """Two moons being parted: the boundary and the lines of the hidden units, epoch by epoch."""
    y = one_hot(labels, 2)
    hidden, epochs = [1, 2, 4, 8], [0, 5, 10, 20, 40, 80, 150, 250, 400, 600, 900, 1300, 2000]
    states = {}
    for n in hidden:
        trace = run(train(init((2, n, 2), rng=3), x, y, lr=lr, activation="tanh"), epochs[-1])
        states[n] = {e: [type(p)(p.weight[e], p.bias[e]) for p in trace.layers] for e in epochs}
        states[n]["loss"] = trace.loss
    xlim, ylim = (-1.6, 2.6), (-1.2, 1.7)
    grid = np.linspace(*xlim, 60), np.linspace(*ylim, 45)

    plane_fig, ax = panel(3.3, 2.5, xlim=xlim, ylim=ylim, xticks=[], yticks=[])
    for k, colour in ((0, C["blue"]), (1, C["orange"])):
        ax.plot(*x[labels == k].T, ".", ms=4, color=colour, alpha=0.7)
    units = [ax.plot([], [], "--", lw=1, color=C["muted"], animated=True)[0] for _h in range(max(hidden))]
    line = ax.plot([], [], lw=2.5, color=C["ink"], animated=True)[0]
    loss_fig, bx = panel(2.35, 2.5, xlim=(-60, 2060), ylim=(0, 0.75), xlabel=_("epoch"), ylabel=_("loss"))
    bx.set_xticks([0, 1000, 2000])
    curve = bx.plot([], [], color=C["purple"], animated=True)[0]
    dot = bx.plot([], [], "o", ms=8, color=C["red"], mec=C["paper"], animated=True)[0]

    def update(units_, epoch):
        layers, losses = states[units_][epoch], states[units_]["loss"]
        line.set_data(*_boundary_line(layers, grid).T)
        for k, artist in enumerate(units):
            ends = (
                _hidden_line(layers[0].weight[k], layers[0].bias[k], xlim) if k < units_ else np.empty((0, 2))
            )
            artist.set_data(*ends.T)
        thin = np.unique(np.geomspace(1, losses.size, 70).astype(int)) - 1
        curve.set_data(thin, losses[thin])
        dot.set_data([epoch], [losses[epoch]])
        a = forward(layers, x, "tanh").a[-1]
        right = int((a.argmax(axis=1) == labels).sum())
        return plural(
            "{n} hidden unit, epoch {e}: loss {c:.3f}, {r} of {m} points on their side.",
            "{n} hidden units, epoch {e}: loss {c:.3f}, {r} of {m} points on their side.",
            units_,
        ).format(n=units_, e=epoch, c=cross_entropy(a, y), r=right, m=len(x))

    params = {"units_": hidden, "epoch": epochs, "start": {"units_": 4, "epoch": 0}, "play": "epoch"}
    params["labels"] = {"units_": _("hidden units"), "epoch": _("epoch")}
    return [plane_fig, loss_fig], update, params


@styled
def digits(images, labels, n_train=1200, n_steps=300, lr=0.5):
    """A network learning handwritten digits: mistakes, and what its hidden units look at."""
    x, y = images.reshape(len(images), -1) / 16, one_hot(labels, 10)
    trace = run(train(init((64, 16, 10), rng=0), x[:n_train], y[:n_train], lr, activation="tanh"), n_steps)
    steps = [0, 3, 8, 20, 45, 100, 180, 300]
    seen = {}
    for step in steps:
        layers = [type(p)(p.weight[step], p.bias[step]) for p in trace.layers]
        said = forward(layers, x[n_train:], "tanh").a[-1].argmax(axis=1)
        table = np.zeros((10, 10), int)
        np.add.at(table, (labels[n_train:], said), 1)
        seen[step] = table, layers[0].weight

    table_fig, ax = panel(
        2.35, 2.5, xlabel=_("said"), ylabel=_("written"), xticks=range(0, 10, 3), yticks=range(0, 10, 3)
    )
    mistakes = ax.imshow(
        np.zeros((10, 10)), cmap="Purples", vmin=0, vmax=1, interpolation="none", animated=True
    )
    units_fig, bx = panel(3.3, 1.5, xticks=[], yticks=[], title=_("weights into 16 hidden units"))
    for side in ("left", "bottom"):
        bx.spines[side].set_visible(False)
    weights = bx.imshow(np.zeros((18, 72)), cmap="PuOr", vmin=-1, vmax=1, interpolation="none", animated=True)

    def update(step):
        table, weight = seen[step]
        mistakes.set_data(table / table.sum(axis=1, keepdims=True))
        tiles = np.pad(weight.reshape(2, 8, 8, 8), ((0, 0), (0, 0), (0, 1), (0, 1)))
        weights.set_data(np.round(tiles.transpose(0, 2, 1, 3).reshape(18, 72) * 16) / 8)  # 17 tones pack well
        right, n = int(np.trace(table)), int(table.sum())
        off = table - np.diag(np.diag(table))
        worst = np.unravel_index(off.argmax(), off.shape)
        return _(
            "After {s} steps: loss {c:.3f} in training; of {n} new digits {r} are read rightly ({p:.1%}). "
            "Most frequent slip: a {w} read as {q}, {k} times."
        ).format(s=step, c=trace.loss[step], n=n, r=right, p=right / n, w=worst[0], q=worst[1], k=off.max())

    params = {"step": steps, "play": "step", "start": {"step": 45}, "labels": {"step": _("steps")}}
    return [table_fig, units_fig], update, params
