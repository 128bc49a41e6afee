"""How far and which way: the steepest direction, the learning rate, and why steepest is not fastest."""

import numpy as np

from ..gradient_descent import gd, momentum, newton, ravine
from ..language import _, plural
from ..trace import run
from ._plane import Arrow, contours, line_for, settle, thin
from .style import C, panel, styled

HERE = np.array([5.0, 1.0])  # where the compass stands, on the ravine
NEAR = 1e-6  # a loss below this is an arrival


@styled
def compass():
    """A step of fixed length in any direction: which one lowers the loss most depends on the length."""
    lengths, degrees = [0.001, 0.5, 2, 5.1], np.arange(0, 360, 15)
    fine = np.radians(np.arange(0, 360, 0.1))
    downhill = -ravine.grad(HERE) / np.linalg.norm(ravine.grad(HERE))
    home = ravine.minimum - HERE

    plane, ax = panel(2.7, 2.5, xlim=(-1.5, 11), ylim=(-5, 6.6), aspect="equal", xlabel="x", ylabel="y")
    ax.set(xticks=[0, 5, 10], yticks=[-4, 0, 4])
    settle(ax)
    contours(ax, ravine.loss, [5, 25, 80, 180, 320, 500])
    ax.plot(*ravine.minimum[:, None], "*", ms=13, color=C["ink"], mec=C["paper"], zorder=5)
    ax.plot(*zip(HERE, HERE + 3.2 * downhill, strict=True), "--", color=C["orange"], lw=1.5)
    ax.plot(*zip(HERE, ravine.minimum, strict=True), "--", color=C["green"], lw=1.5)
    needle = Arrow(ax, C["ink"], 2.2)
    best_dot = ax.plot([], [], "o", ms=8, color=C["red"], mec=C["paper"], zorder=6, animated=True)[0]
    change, ax_change = panel(2.7, 2.5, xlim=(0, 360), ylim=(-1.25, 1.08), xlabel=_("direction, degrees"))
    ax_change.set_title(_("change of the loss"), loc="left", fontsize=10)
    ax_change.set(xticks=[0, 90, 180, 270, 360], yticks=[-1, 0, 1], yticklabels=[_("falls"), "0", _("rises")])
    ax_change.axhline(0, color=C["muted"], lw=0.8)
    settle(ax_change)
    for direction, colour in ((downhill, C["orange"]), (home, C["green"])):
        ax_change.axvline(np.degrees(np.arctan2(*direction[::-1])) % 360, color=colour, ls="--", lw=1.5)
    curve = ax_change.plot([], [], lw=2, color=C["blue"], animated=True)[0]
    dot = ax_change.plot([], [], "o", ms=9, color=C["ink"], mec=C["paper"], zorder=5, animated=True)[0]
    low = ax_change.plot([], [], "o", ms=8, color=C["red"], mec=C["paper"], zorder=4, animated=True)[0]

    def changes(length, angle):
        step = length * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        return ravine.loss(HERE + step) - ravine.loss(HERE)

    def update(length, direction):
        angle = np.radians(direction)
        seen = max(length, 2.0)  # a step of 0.001 would be too short to see
        needle.set(HERE, HERE + seen * np.array([np.cos(angle), np.sin(angle)]))
        along = changes(length, fine)
        scale = np.abs(along).max()
        best = fine[int(along.argmin())]
        best_dot.set_data(*(HERE + seen * np.array([np.cos(best), np.sin(best)]))[:, None])
        curve.set_data(
            *thin(ax_change, np.stack([np.degrees(fine), along / scale], axis=1)[::50], 0.3, 0.2).T
        )
        now = float(changes(length, angle))
        dot.set_data([direction], [now / scale])
        low.set_data([np.degrees(best)], [along.min() / scale])
        return _(
            "A step of {length:g} towards {d}° changes the loss by {now}. Best is {best:.1f}°; the negative "
            "gradient points to {down:.1f}°, the minimum lies at {home:.1f}°."
        ).format(
            length=length,
            d=direction,
            now=f"{now:+.3g}",
            best=np.degrees(best),
            down=np.degrees(np.arctan2(*downhill[::-1])) % 360,
            home=np.degrees(np.arctan2(*home[::-1])) % 360,
        )

    params = {"length": lengths, "direction": degrees, "start": {"length": 0.001, "direction": 192}}
    params["labels"] = {"length": _("step length"), "direction": _("direction")}
    circle = HERE + 2.0 * np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], axis=1)
    params["grab"] = {"direction": [(ax, circle), (ax_change, "x")]}
    return [plane, change], update, params


@styled
def learning_rate(n_steps=12):
    """One parabola and one number: slow, good, at once, swinging, for ever, away."""
    rates = [0.1, 0.3, 0.5, 1, 1.5, 1.8, 2, 2.05, 2.2]
    paths = {lr: run(gd(lambda theta: theta, [1.0], lr), n_steps).theta[:, 0] for lr in rates}
    bowl, ax = panel(2.7, 2.5, xlim=(-2.6, 2.6), ylim=(-0.15, 3.3), xlabel="θ", ylabel=_("loss ½θ²"))
    ax.set(xticks=[-2, 0, 2], yticks=[0, 1, 2, 3])
    settle(ax)
    x = np.linspace(-2.6, 2.6, 61)
    ax.plot(x, x**2 / 2, color=C["muted"], lw=1)
    trail = ax.plot([], [], ".-", lw=1, ms=6, color=C["blue"], animated=True)[0]
    ball = ax.plot([], [], "o", ms=11, color=C["orange"], mec=C["paper"], zorder=5, animated=True)[0]
    time, ax_t = panel(2.7, 2.5, xlim=(-0.5, n_steps + 0.5), ylim=(-2.2, 2.2), xlabel=_("step k"), ylabel="θ")
    ax_t.yaxis.label.set_rotation(0)
    ax_t.set(xticks=[0, 4, 8, 12], yticks=[-2, -1, 0, 1, 2])
    settle(ax_t)
    ax_t.axhline(0, color=C["muted"], lw=0.8)
    closed = ax_t.plot([], [], lw=6, color=C["green"], alpha=0.35, animated=True)[0]
    steps_line = ax_t.plot([], [], ".-", lw=1, ms=5, color=C["blue"], animated=True)[0]
    k = np.arange(n_steps + 1)

    def kind(lr):
        if lr < 1:
            return _("it creeps down one side") if lr < 0.2 else _("it comes down one side")
        if lr == 1:
            return _("one step does it")
        if lr < 2:
            return _("it swings, and arrives")
        return _("it swings for ever") if lr == 2 else _("it swings wider and diverges")

    def update(rate, step):
        path, formula = paths[rate][: step + 1], (1 - rate) ** k[: step + 1]
        trail.set_data(*thin(ax, np.stack([path, path**2 / 2], axis=1), 0, 0.5).T)
        ball.set_data([path[-1]], [path[-1] ** 2 / 2])
        steps_line.set_data(*thin(ax_t, np.stack([k[: step + 1], path], axis=1), 0, 0.5).T)
        closed.set_data(*thin(ax_t, np.stack([k[: step + 1], formula], axis=1), 0, 0.5).T)
        return _(
            "η = {lr:g}, step {k}: θ = {theta}; the formula says ({factor:g})^{k} = {formula}. {kind}."
        ).format(
            lr=rate,
            k=step,
            theta=f"{path[-1]:.4g}",
            factor=round(1 - rate, 10),
            formula=f"{formula[-1]:.4g}",
            kind=kind(rate)[0].upper() + kind(rate)[1:],
        )

    params = {"rate": rates, "step": range(n_steps + 1), "play": "step", "start": {"rate": 0.3, "step": 8}}
    params["labels"] = {"rate": _("rate η (curvature 1)"), "step": _("step")}
    return [bowl, time], update, params


def to_arrive(kappa, start=None, most=2000):
    """Runs of gradient descent and the heavy ball at their best rates, and of Newton, on ½(x² + κy²).

    Returns
    -------
    dict
        ``{method: (path, losses, steps until the loss is below NEAR)}``
    """
    diagonal = np.array([1.0, kappa])
    start = np.array([kappa, 1.0]) if start is None else start
    root = np.sqrt(kappa)
    grad = lambda theta: diagonal * theta  # noqa: E731
    methods = {
        "GD": gd(grad, start, 2 / (1 + kappa)),
        "momentum": momentum(grad, start, 4 / (1 + root) ** 2, ((root - 1) / (root + 1)) ** 2),
        "Newton": newton(grad, lambda theta: np.diag(diagonal), start),
    }
    found = {}
    for name, states in methods.items():
        path = run(states, most).theta
        loss = 0.5 * (diagonal * path**2).sum(axis=-1)
        found[name] = path, loss, int((loss < NEAR).argmax())
    return found


@styled
def steepest():
    """The longer the valley, the more steps down the steepest way: about κ of them, or about √κ, or one."""
    kappas = [1, 2, 4, 9, 16, 25, 49, 100]
    runs = {kappa: to_arrive(kappa) for kappa in kappas}
    plane, ax = panel(
        2.7, 2.5, xlim=(-0.75, 1.1), ylim=(-1.15, 1.15), xlabel=_("x, in units of κ"), ylabel="y"
    )
    ax.yaxis.label.set_rotation(0)
    ax.set(xticks=[0, 1], yticks=[-1, 0, 1])
    settle(ax)
    ax.plot([0], [0], "*", ms=13, color=C["ink"], mec=C["paper"], zorder=6)
    lines = {name: line_for(ax, name) for name in ("momentum", "GD", "Newton")}
    time, ax_t = panel(
        2.7,
        2.5,
        xscale="log",
        yscale="log",
        xlim=(0.9, 700),
        ylim=(1e-7, 1e4),
        xlabel=_("step"),
        ylabel=_("loss"),
    )
    ax_t.set_xticks([1, 10, 100], ["1", "10", "100"])
    ax_t.set_yticks([1e-6, 1e-3, 1, 1e3], ["0.000001", "0.001", "1", "1000"])
    ax_t.minorticks_off()
    settle(ax_t)
    ax_t.axhline(NEAR, color=C["muted"], lw=1, ls=":")
    curves = {name: line_for(ax_t, name, marker="o") for name in ("momentum", "GD", "Newton")}
    for name, label in (("GD", _("gradient")), ("momentum", _("heavy ball")), ("Newton", _("Newton"))):
        ax.plot([], [], color=lines[name].get_color(), ls=lines[name].get_linestyle(), lw=2, label=label)
    key, table = panel(4.8, 0.3)
    table.axis("off")
    table.legend(*ax.get_legend_handles_labels(), loc="center", ncols=3, borderpad=0)

    def update(kappa):
        for name, (path, loss, steps) in runs[kappa].items():
            lines[name].set_data(*thin(ax, path[: steps + 1] / [kappa, 1], 0.4, 0.2).T)
            at = np.unique(np.r_[np.geomspace(1, steps, 50).astype(int), steps])
            curves[name].set_data(*thin(ax_t, np.stack([at, np.maximum(loss[at], 1e-7)], axis=1), 0.4, 0.2).T)
        count = {name: steps for name, (_p, _l, steps) in runs[kappa].items()}
        return _(
            "κ = {kappa}: to a loss below 0.000001, gradient descent takes {gd}, the heavy ball {ball}, "
            "Newton {newton}."
        ).format(
            kappa=kappa,
            gd=plural("{n} step", "{n} steps", count["GD"]).format(n=count["GD"]),
            ball=count["momentum"],
            newton=count["Newton"],
        )

    params = {"kappa": kappas, "start": {"kappa": 25}, "labels": {"kappa": _("condition number κ")}}
    return [[plane, time], [key]], update, params
