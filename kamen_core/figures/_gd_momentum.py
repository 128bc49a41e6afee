"""Momentum and Nesterov's variant: the plane of rate and memory, one step as vectors, and overshoot."""

import numpy as np

from ..gradient_descent import momentum, nag, ravine
from ..language import _
from ..trace import run
from ._plane import Arrow, contours, settle, short, thin
from .style import C, panel, styled

CURVATURES = np.array([1.0, 25.0])  # of the ravine
BEGIN = np.array([25.0, 1.0])
OVAL, AFAR = np.array([1.0, 4.0]), (-4.0, 2.0)


def contraction(lr, gamma, curvature):
    """By how much a step of momentum shrinks an eigen-component in the long run.

    The largest root of z² − (1 + γ − ηλ) z + γ, the characteristic polynomial of
    θₜ₊₁ = (1 + γ − ηλ) θₜ − γ θₜ₋₁; at least 1 means that it does not converge.
    """
    b = 1 + gamma - lr * curvature
    root = np.sqrt(np.asarray(b**2 - 4 * gamma, complex))
    return np.maximum(abs(b + root), abs(b - root)) / 2


@styled
def momentum_plane(n_steps=24):
    """Rate across, memory up: how fast momentum converges on the ravine at every point of the plane."""
    rates, gammas = (
        np.array([*range(1, 13), 14]) / 100,
        np.array([0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 0.95]),
    )
    best = (
        4 / (1 + np.sqrt(CURVATURES[1])) ** 2,
        ((np.sqrt(CURVATURES[1]) - 1) / (np.sqrt(CURVATURES[1]) + 1)) ** 2,
    )
    lr, gamma = np.meshgrid(np.linspace(0.0025, 0.1575, 63), np.linspace(-0.02, 0.98, 51))
    rho = np.maximum(*(contraction(lr, np.maximum(gamma, 0), c) for c in CURVATURES))
    steps = np.log10(np.where(rho < 1, np.log(10) / -np.log(np.minimum(rho, 1 - 1e-9)), np.nan))

    chart, ax = panel(
        2.9, 2.5, xlim=(0.0025, 0.1575), ylim=(-0.02, 0.98), xlabel=_("rate η"), ylabel=_("memory γ")
    )
    ax.set(xticks=[0.02, 0.08, 0.14], yticks=[0, 0.3, 0.6, 0.9])
    ax.imshow(
        steps, cmap="viridis_r", vmin=0.6, vmax=2.2, extent=(0.0025, 0.1575, -0.02, 0.98), origin="lower",
        aspect="auto", interpolation="none", alpha=0.85,
    )  # fmt: skip
    ax.text(0.152, 0.12, _("diverges"), ha="right", color=C["red"])
    ax.plot(*best, "*", ms=13, color=C["ink"], mec=C["paper"], zorder=5)
    knob = ax.plot([], [], "o", ms=12, color=C["paper"], mec=C["ink"], mew=2.5, zorder=6, animated=True)[0]
    plane, ax_p = panel(2.3, 2.5, xlim=(-22, 27), ylim=(-1.7, 1.7), xlabel="x", ylabel="y")
    ax_p.yaxis.label.set_rotation(0)
    ax_p.set(xticks=[-20, 0, 20], yticks=[-1, 0, 1])
    settle(ax_p)
    contours(ax_p, ravine.loss, [2, 12, 40, 100, 200, 320])
    trail = ax_p.plot([], [], lw=1.5, color=C["ink"], animated=True)[0]
    parts, ax_c = panel(2.3, 2.5, xlim=(0, n_steps), ylim=(-1.7, 1.7), xlabel=_("step"))
    ax_c.set_title(_("component ÷ its start"), loc="left", fontsize=10)
    ax_c.set(xticks=[0, 12, 24], yticks=[-1, 0, 1])
    settle(ax_c)
    ax_c.axhline(0, color=C["muted"], lw=0.8)
    colours = C["blue"], C["orange"]
    lines = [ax_c.plot([], [], lw=1.8, color=c, animated=True)[0] for c in colours]
    for colour, text, y in zip(colours, (_("x (flat)"), _("y (steep)")), (1.5, 1.2), strict=True):
        ax_c.text(n_steps, y, text, color=colour, ha="right", va="center")
    k = np.arange(n_steps + 1)

    def update(rate, memory):
        knob.set_data([rate], [memory])
        path = run(momentum(ravine.grad, BEGIN, rate, memory), n_steps).theta
        trail.set_data(*thin(ax_p, path, 1.0).T)
        for i in range(2):
            lines[i].set_data(*thin(ax_c, np.stack([k, path[:, i] / BEGIN[i]], axis=1), 1.0).T)
        rho_x, rho_y = (float(contraction(rate, memory, c)) for c in CURVATURES)
        where = _(
            "η = {lr:.2f}, γ = {gamma:.2f}: in the long run a step multiplies x by {x:.3f}, y by {y:.3f}"
        ).format(lr=rate, gamma=memory, x=rho_x, y=rho_y)
        worst = max(rho_x, rho_y)
        if worst >= 1 - 1e-12:
            return where + _(". A factor of 1 or more does not converge.")
        return where + _("; a tenth of the distance is left after every {n:.0f} steps or so.").format(
            n=np.log(10) / -np.log(worst)
        )

    params = {"rate": rates, "memory": gammas, "start": {"rate": 0.04, "memory": 0}}
    params["labels"] = {"rate": _("rate η"), "memory": _("memory γ")}
    params["grab"] = {"rate": (ax, "x"), "memory": (ax, "y")}
    return [chart, plane, parts], update, params


def _oval_grad(theta):
    return theta * OVAL


def step_vectors(k, lr=0.15, gamma=0.9, start=AFAR):
    """The vectors of the step that momentum and NAG take from where momentum stands after k steps.

    The surface is ½(x² + 4y²), round enough for the arrows to be seen.

    Returns
    -------
    dict
        ``theta``, ``carried`` = −γv, ``here`` = −η∇J(θ), ``there`` = −η∇J(θ − γv), each (2,).
    """
    state = run(momentum(_oval_grad, start, lr, gamma), k)
    theta, carried = state.theta[k], -gamma * state.v[k]
    return {
        "theta": theta,
        "carried": carried + 0.0,  # no −0
        "here": -lr * _oval_grad(theta),
        "there": -lr * _oval_grad(theta + carried),
    }


@styled
def one_step(n_steps=8):
    """One step of momentum and one of NAG from the same place with the same history, as vectors."""
    path = run(momentum(_oval_grad, AFAR, 0.15, 0.9), n_steps).theta
    figures, parts = [], []
    for title in (_("momentum"), "NAG"):
        fig, ax = panel(2.7, 2.6, xlim=(-4.7, 5.3), ylim=(-2.7, 2.5), xlabel="x")
        ax.set_title(title, loc="left", fontsize=11)
        ax.set(xticks=[-4, 0, 4], yticks=[-2, 0, 2])
        settle(ax)
        contours(ax, lambda theta: 0.5 * (OVAL * theta**2).sum(axis=-1), [0.5, 2, 4.5, 8, 12.5, 18])
        ax.plot(0, 0, "*", ms=13, color=C["ink"], mec=C["paper"], zorder=5)
        trail = ax.plot([], [], "-", lw=1, color=C["muted"], animated=True)[0]
        ball = ax.plot([], [], "o", ms=8, color=C["ink"], mec=C["paper"], zorder=6, animated=True)[0]
        arrows = Arrow(ax, C["blue"]), Arrow(ax, C["orange"]), Arrow(ax, C["green"], 3.2, zorder=3)
        parts.append((trail, ball, arrows))
        figures.append(fig)
    key, table = panel(4.8, 0.3)
    table.axis("off")
    words = (C["blue"], _("carried on")), (C["orange"], _("gradient")), (C["green"], _("the step"))
    for colour, word in words:
        table.plot([], [], color=colour, lw=2.5, label=word)
    table.legend(loc="center", ncols=3, borderpad=0, handlelength=1.4, columnspacing=2.5)

    def update(step):
        v = step_vectors(step - 1)
        for (trail, ball, (carried, gradient, whole)), g in zip(parts, (v["here"], v["there"]), strict=True):
            trail.set_data(*path[:step].T)
            ball.set_data(*v["theta"][:, None])
            ahead = v["theta"] + v["carried"]
            carried.set(v["theta"], ahead)
            gradient.set(ahead, ahead + g)
            whole.set(v["theta"], ahead + g)
        return _(
            "Step {k}, from y = {y:+.2f}: carried on {c:+.2f}. The gradient here adds {here:+.2f}, the one "
            "there {there:+.2f}: momentum goes to y = {m:+.2f}, NAG to {n:+.2f}."
        ).format(
            k=step, y=v["theta"][1], c=v["carried"][1], here=v["here"][1], there=v["there"][1],
            m=(v["theta"] + v["carried"] + v["here"])[1], n=(v["theta"] + v["carried"] + v["there"])[1],
        )  # fmt: skip

    params = {
        "step": range(1, n_steps + 2),
        "play": "step",
        "start": {"step": 3},
        "labels": {"step": _("step")},
    }
    return [figures, [key]], update, params


def swing(gamma, method, n_steps=400, lr=0.1):
    """θ on ½θ² from 1, (n_steps + 1,)."""
    return run(method(lambda theta: theta, [1.0], lr, gamma), n_steps).theta[:, 0]


@styled
def overshoot(n_shown=100):
    """The ball runs past the bottom: far with momentum, less far with NAG."""
    gammas = [0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95]
    fig, ax = panel(4.8, 2.3, xlim=(0, n_shown), ylim=(-0.85, 1.05), xlabel=_("step"), ylabel="θ")
    ax.yaxis.label.set_rotation(0)
    ax.set(yticks=[-0.5, 0, 0.5, 1])
    settle(ax)
    ax.axhline(0, color=C["muted"], lw=0.8)
    ax.text(n_shown, 0.95, _("momentum"), color=C["orange"], ha="right", va="center")
    ax.text(n_shown, 0.75, "NAG", color=C["red"], ha="right", va="center")
    lines = [ax.plot([], [], lw=2, color=c, animated=True)[0] for c in (C["orange"], C["red"])]
    k = np.arange(n_shown + 1)

    def update(memory):
        paths = [swing(memory, method) for method in (momentum, nag)]
        for line, path in zip(lines, paths, strict=True):
            line.set_data(*thin(ax, np.stack([k, path[: n_shown + 1]], axis=1), 0.3, 0.2).T)
        low = [min(0.0, float(path.min())) for path in paths]
        last = [int(np.flatnonzero(np.abs(path) > 1e-3)[-1]) for path in paths]
        words = [
            _("{low} past the bottom").format(low=short(-x, 3)) if x < 0 else _("not past the bottom")
            for x in low
        ]
        return _(
            "γ = {g:g}. Momentum: {a}, last more than 0.001 away at step {c}. NAG: {b}, step {d}."
        ).format(g=memory, a=words[0], b=words[1], c=last[0], d=last[1])

    return fig, update, {"memory": gammas, "start": {"memory": 0.9}, "labels": {"memory": _("memory γ")}}
