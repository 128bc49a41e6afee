"""Methods with a step for every parameter, from inside; and what a slope says about a distance."""

import numpy as np

from .. import column
from ..gradient_descent import adagrad, adam, ravine, rmsprop
from ..language import _
from ..trace import run
from ._plane import contours, settle, short, thin
from .style import C, panel, styled

EPS = 1e-8
SLOPES = {  # name: f, f′, f″, all with their minimum at 0
    "½x²": (lambda x: x**2 / 2, lambda x: x, lambda x: 1 + 0 * x),
    "5x²": (lambda x: 5 * x**2, lambda x: 10 * x, lambda x: 10 + 0 * x),
    "x²/(1+x²)": (
        lambda x: x**2 / (1 + x**2),
        lambda x: 2 * x / (1 + x**2) ** 2,
        lambda x: (2 - 6 * x**2) / (1 + x**2) ** 3,
    ),
    "x⁴/4": (lambda x: x**4 / 4, lambda x: x**3, lambda x: 3 * x**2),
}


@styled
def distance():
    """How far is it to the bottom? Slope over curvature says it, if the valley is a parabola."""
    xs = np.round(np.arange(0.2, 3.01, 0.2), 1)
    fig, ax = panel(4.8, 2.3, xlim=(-3.3, 3.3), ylim=(-0.2, 1.05), yticks=[], xlabel="x")
    ax.set_xticks([-3, -2, -1, 0, 1, 2, 3])
    settle(ax)
    grid = np.linspace(-3.3, 3.3, 67)
    curve = ax.plot([], [], color=C["muted"], lw=1.5, animated=True)[0]
    tangent = ax.plot([], [], color=C["blue"], lw=2, animated=True)[0]
    there = ax.plot([], [], lw=4, color=C["green"], alpha=0.7, animated=True)[0]
    guess = ax.plot([], [], lw=4, color=C["orange"], alpha=0.7, animated=True)[0]
    ball = ax.plot([], [], "o", ms=12, color=C["paper"], mec=C["ink"], mew=2.5, zorder=5, animated=True)[0]
    ax.text(0, 0.97, _("true distance"), color=C["green"], ha="center", va="center")
    ax.text(0, 0.84, _("slope ÷ curvature"), color=C["orange"], ha="center", va="center")

    def update(curve_of, x):
        f, slope, bend = SLOPES[curve_of]
        scale = f(3.0)
        curve.set_data(*thin(ax, np.stack([grid, f(grid) / scale], axis=1), 0.3, 0.2).T)
        ends = np.array([x - 0.7, x + 0.7])
        tangent.set_data(ends, (f(x) + slope(x) * (ends - x)) / scale)
        ball.set_data([x], [f(x) / scale])
        there.set_data([0, x], [-0.07, -0.07])
        g, h = float(slope(x)), float(bend(x))
        text = _("At x = {x:g} the slope is {g} and the distance {x:g}. ").format(x=x, g=f"{g:.4g}")
        if h <= 0:
            guess.set_data([], [])
            return text + _("The curvature is {h}: below 0, and the quotient says nothing.").format(
                h=f"{h:.4g}"
            )
        guess.set_data([max(x - g / h, -4), x], [-0.14, -0.14])
        return text + _("Over the curvature {h} it makes {d}.").format(h=f"{h:.4g}", d=f"{g / h:.4g}")

    params = {"curve_of": list(SLOPES), "x": xs, "start": {"curve_of": "x²/(1+x²)", "x": 0.6}}
    params["labels"] = {"curve_of": _("loss"), "x": "x"}
    params["grab"] = {"x": (ax, "x")}
    return fig, update, params


def rms_slope(a, reach, n=2000):
    """The root of the mean squared slope of ½a x², x spread evenly over ±reach."""
    x = reach * (2 * (np.arange(n) + 0.5) / n - 1)
    return float(np.sqrt(np.mean((a * x) ** 2)))


@styled
def curvature():
    """√(mean g²) measures curvature times range; it stands for the curvature while the ranges are equal."""
    bends, reaches = [1, 2, 5, 10], [0.3, 0.5, 1, 2, 3]
    left, ax = panel(2.7, 2.4, xlim=(-3.2, 3.2), ylim=(-0.6, 11), xlabel="x", ylabel=_("loss ½a x²"))
    ax.set(xticks=[-3, 0, 3], yticks=[0, 5, 10])
    settle(ax)
    x = np.linspace(-1, 1, 21)
    ax.plot(x, x**2 / 2, ".-", color=C["blue"], lw=1, ms=6, zorder=4)
    ax.text(-1.05, 0.75, "A", color=C["blue"], ha="right")
    parabola = ax.plot([], [], lw=1, color=C["muted"], animated=True)[0]
    visited = ax.plot([], [], ".", ms=6, color=C["orange"], animated=True)[0]
    right, ax_r = panel(2.7, 2.4, xscale="log", xlim=(0.08, 60), ylim=(-0.7, 1.7), xlabel=_("B ÷ A"))
    ax_r.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    ax_r.minorticks_off()
    ax_r.set_yticks([])
    ax_r.axvline(1, color=C["muted"], lw=0.8)
    words = (_("curvature"), C["purple"]), (_("√ of mean g²"), C["orange"])
    bars = []
    for i, (word, colour) in enumerate(words):
        ax_r.text(0.09, 1 - i + 0.36, word, color=colour, va="center")
        bars.append(
            ax_r.plot([], [], lw=10, color=colour, alpha=0.7, solid_capstyle="butt", animated=True)[0]
        )
    grid = np.linspace(-3.2, 3.2, 81)

    def update(bend, reach):
        curve = bend * grid**2 / 2
        keep = curve <= 12
        parabola.set_data(grid[keep], curve[keep])
        at = reach * x
        inside = bend * at**2 / 2 <= 11
        visited.set_data(at[inside], (bend * at**2 / 2)[inside])
        a, b = rms_slope(1, 1), rms_slope(bend, reach)
        for i, (bar, ratio) in enumerate(zip(bars, (bend, b / a), strict=True)):
            bar.set_data([1, ratio], [1 - i, 1 - i])
        return _(
            "A: curvature 1, visited over ±1, √ of mean g² {a:.3f}. B: curvature {bend}, visited over "
            "±{reach:g}, {b:.3f}. The ratio is {r:.3g}, that of the curvatures {bend}."
        ).format(a=a, b=b, bend=bend, reach=reach, r=b / a)

    params = {"bend": bends, "reach": reaches, "start": {"bend": 10, "reach": 1}}
    params["labels"] = {"bend": _("curvature of B"), "reach": _("B is visited over ±")}
    return [left, right], update, params


def insides(n_steps=15, start=(5.0, 1.0)):
    """Five runs on the ravine with everything they compute: rows of (symbol, values (n_steps, 2)), and paths.

    Row t − 1 holds step t: the gradient it saw, the sums after it, its effective rate, its step.
    """
    grad, start = ravine.grad, np.array(start)
    t = np.arange(1, n_steps + 1)[:, None]
    found = {}

    def add(name, states, lr, sums, root):
        trace = run(states, n_steps)
        with np.errstate(over="ignore", invalid="ignore"):
            g = grad(trace.theta[:-1])
            rows = [("g", g)] + [(symbol, of(trace)) for symbol, of in sums]
            rate = lr / (np.sqrt(root(trace)) + EPS)
            step = np.diff(trace.theta, axis=0)
        found[name] = trace.theta, [*rows, (_("rate"), rate), (_("step"), step)]

    add(
        "Adagrad",
        adagrad(grad, start, 0.5),
        0.5,
        [("G = Σ g²", lambda s: s.g2_sum[1:])],
        lambda s: s.g2_sum[1:],
    )
    mean = [("E", lambda s: s.g2_mean[1:])]
    add("RMSprop", rmsprop(grad, start, 0.1), 0.1, mean, lambda s: s.g2_mean[1:])
    add(_("RMSprop as printed"), column.rmsprop(grad, start, 0.001), 0.001, mean, lambda s: s.g2_mean[1:])
    moments = [("m", lambda s: s.m[1:]), ("v", lambda s: s.v[1:])]
    hats = [("m̂", lambda s: s.m[1:] / (1 - 0.9**t)), ("v̂", lambda s: s.v[1:] / (1 - 0.999**t))]
    add("Adam", adam(grad, start, 0.2), 0.2, moments + hats, lambda s: s.v[1:] / (1 - 0.999**t))
    plain = adam(grad, start, 0.2, bias_correction=False)
    add(_("Adam, no correction"), plain, 0.2, moments, lambda s: s.v[1:])
    return found


@styled
def inside(n_steps=15):
    """What each method keeps, and the rate that it makes of it, for both parameters and step by step."""
    runs = insides(n_steps)
    sheet, table = panel(4.8, 1.75, xlim=(0, 4.8), ylim=(8.0, -0.3))
    table.axis("off")
    for x, word, colour in ((2.9, _("x (flat)"), C["blue"]), (4.5, _("y (steep)"), C["orange"])):
        table.text(x, 0.3, word, ha="right", va="center_baseline", color=colour)
    rows = [
        [table.text(x, i + 1.3, "", ha=side, va="center_baseline", animated=True)
         for x, side in ((0.1, "left"), (2.9, "right"), (4.5, "right"))]
        for i in range(7)
    ]  # fmt: skip
    plane, ax = panel(2.7, 2.35, xlim=(-3.6, 6), ylim=(-1.6, 1.6), xlabel="x", ylabel="y")
    ax.yaxis.label.set_rotation(0)
    ax.set(xticks=[-2, 0, 2, 4], yticks=[-1, 0, 1])
    settle(ax)
    contours(ax, ravine.loss, [0.5, 2, 5, 10, 18, 28])
    ax.plot([0], [0], "*", ms=13, color=C["ink"], mec=C["paper"], zorder=5)
    trail = ax.plot([], [], ".-", lw=1, ms=5, color=C["ink"], animated=True)[0]
    time, ax_r = panel(2.7, 2.35, yscale="log", xlim=(0.5, n_steps + 0.5), ylim=(1e-3, 10), xlabel=_("step"))
    ax_r.set_title(_("rate of each parameter"), loc="left", fontsize=10)
    ax_r.set_xticks([1, 5, 10, 15])
    ax_r.set_yticks([0.001, 0.01, 0.1, 1, 10], ["0.001", "0.01", "0.1", "1", "10"])
    ax_r.minorticks_off()
    settle(ax_r)
    lines = [ax_r.plot([], [], lw=2, color=c, animated=True)[0] for c in (C["blue"], C["orange"])]
    t = np.arange(1, n_steps + 1)

    def update(method, step):
        path, values = runs[method]
        for row in rows:
            for text in row:
                text.set_text("")
        for row, (symbol, value) in zip(rows, values, strict=False):
            for text, content in zip(row, (symbol, *(short(v, 3) for v in value[step - 1])), strict=True):
                text.set_text(content)
        trail.set_data(*thin(ax, path[: step + 1], 0, 0.5).T)
        rate, moved = values[-2][1], values[-1][1]
        for line, column_ in zip(lines, rate.T, strict=True):
            line.set_data(
                *thin(ax_r, np.stack([t[:step], np.minimum(column_[:step], 1e4)], axis=1), 0.3, 0.5).T
            )
        if method == _("RMSprop as printed"):
            return _(
                "As printed, step {k}: E is still {e:g}, so the rate is η/ε = {rate:,.0f}. The step of x is "
                "{c}, that of y {d}."
            ).format(
                k=step,
                e=values[1][1][step - 1, 0],
                rate=rate[step - 1, 0],
                c=short(moved[step - 1, 0]),
                d=short(moved[step - 1, 1]),
            )
        return _(
            "{method}, step {k}: rates {a} and {b}, steps {c} and {d}. The rate of y is {r:.2f} times that "
            "of x."
        ).format(
            method=method,
            k=step,
            a=short(rate[step - 1, 0]),
            b=short(rate[step - 1, 1]),
            c=short(moved[step - 1, 0]),
            d=short(moved[step - 1, 1]),
            r=rate[step - 1, 1] / rate[step - 1, 0],
        )

    params = {"method": list(runs), "step": t, "play": "step", "start": {"method": "Adam", "step": 4}}
    params["labels"] = {"method": _("method"), "step": _("step")}
    return [[sheet], [plane, time]], update, params
