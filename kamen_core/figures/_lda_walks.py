"""Figures of the LDA chapter: Metropolis on a line, Gibbs in the plane."""

import numpy as np

from ..chains import autocorrelation, effective_sample_size
from ..language import _, joined, plural
from ..mcmc import gibbs_normal
from ..mcmc import metropolis as walk_metropolis
from ..trace import run
from .style import C, panel, styled

BUMPS = ((0.35, -2.0, 0.8), (0.65, 2.0, 0.8))  # weight, mean, standard deviation


def log_density(x):
    """Two hills of different height."""
    hills = [np.log(w / s) - ((x - m) / s) ** 2 / 2 for w, m, s in BUMPS]
    return np.logaddexp(*hills) - np.log(2 * np.pi) / 2


@styled
def metropolis(n_steps=2000, seed=3):
    """Random-walk Metropolis on two hills: steps too small crawl, steps too large stand still."""
    sizes = [0.1, 0.3, 1.0, 2.5, 5.0, 10.0, 30.0]
    times = [0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100, 200, 500, 1000, 2000]
    traces = {s: run(walk_metropolis(log_density, -2.0, s, rng=seed), n_steps) for s in sizes}
    rates = [traces[s].accepted[1:].mean() for s in sizes]
    worth = [effective_sample_size(traces[s].x) for s in sizes]

    fig, ax = panel(4.8, 2.2, xlim=(-6, 6), ylim=(-0.09, 0.62), yticks=[], xlabel="x")
    edges = np.linspace(-6, 6, 31)
    steps = np.repeat(edges, 2)[1:-1]
    heap = ax.fill_between(steps, 0, 0 * steps, color=C["blue"], alpha=0.4, lw=0, animated=True)
    x = np.linspace(-6, 6, 121)
    ax.plot(x, np.exp(log_density(x)), color=C["ink"], lw=1.5)
    link = ax.plot([], [], color=C["muted"], lw=1, animated=True)[0]
    good = ax.plot([], [], "o", ms=9, mfc="none", mec=C["green"], mew=2, animated=True)[0]
    bad = ax.plot([], [], "X", ms=10, color=C["red"], mec=C["paper"], animated=True)[0]
    dot = ax.plot([], [], "o", ms=8, color=C["ink"], animated=True)[0]
    trace_fig, past = panel(2.35, 2.2, xlim=(-41, 1), ylim=(-6, 6), xlabel=_("steps ago"), ylabel="x")
    past.set_xticks([-40, -20, 0], ["40", "20", "0"])
    line = past.plot([], [], color=C["blue"], lw=1, animated=True)[0]
    rate_fig, plane = panel(2.35, 2.2, xscale="log", xlim=(0.08, 40), ylim=(-0.03, 1.03))
    plane.set(xlabel=_("step size"), yticks=[0, 0.5, 1])
    plane.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    plane.minorticks_off()
    plane.plot(sizes, rates, color=C["green"], label=_("accepted"))
    plane.plot(sizes, np.array(worth) / max(worth), color=C["orange"], ls="--", label=_("worth"))
    plane.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, handlelength=1.2, columnspacing=1)
    on = plane.plot([], [], "o", ms=9, color=C["red"], mec=C["paper"], animated=True)[0]

    def update(step_size, n):
        t = traces[step_size]
        counts = np.histogram(t.x[: n + 1], edges)[0] / ((n + 1) * (edges[1] - edges[0]))
        heap.set_data(steps, 0 * steps, np.repeat(np.minimum(counts, 0.6), 2))
        proposed, taken = t.proposal[n], bool(t.accepted[n])
        inside = abs(proposed) <= 6 and n > 0
        good.set_data(*([proposed], [-0.045]) if inside and taken else ([], []))
        bad.set_data(*([proposed], [-0.045]) if inside and not taken else ([], []))
        link.set_data([t.x[max(n - 1, 0)], np.clip(proposed, -6, 6)], [-0.045, -0.045])
        dot.set_data([t.x[n]], [-0.045])
        recent = t.x[max(n - 40, 0) : n + 1]
        line.set_data(np.arange(1 - len(recent), 1), recent)
        i = sizes.index(step_size)
        on.set_data([step_size], [rates[i]])
        if n == 0:
            last = _("The chain starts at −2.")
        else:
            last = _(
                "{n}: from {a:.2f} it proposes {b:.2f}, accepted with probability {p:.2f}: {did}."
            ).format(
                n=_("Step {n}").format(n=n),
                a=t.x[n - 1],
                b=proposed,
                p=t.acceptance[n],
                did=_("taken") if taken else _("refused, it stays"),
            )
        summary = _(
            "Of {m} steps of size {s:g}, {r:.0%} are accepted; they are worth {e:.0f} independent draws."
        )
        return joined(last.replace("-", "−"), summary.format(m=n_steps, s=step_size, r=rates[i], e=worth[i]))

    params = {"step_size": sizes, "n": times, "play": "n", "start": {"step_size": 2.5, "n": 100}}
    params["labels"] = {"step_size": _("step size"), "n": _("steps")}
    params["grab"] = {"step_size": (plane, list(zip(sizes, rates, strict=True)))}
    return [[fig], [trace_fig, rate_fig]], update, params


@styled
def plane(n_long=2000, seed=1):
    """Gibbs sampling of two correlated normal variables: one coordinate at a time."""
    rhos = [-0.9, -0.5, 0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99]
    traces = {r: run(gibbs_normal([0, 0], [[1, r], [r, 1]], [-2.5, 2.5], rng=seed), n_long) for r in rhos}
    chains = {r: t.x[20:, 0] for r, t in traces.items()}
    fading = {r: autocorrelation(x)[:21] for r, x in chains.items()}
    worth = {r: effective_sample_size(x) for r, x in chains.items()}
    turn = np.linspace(0, 2 * np.pi, 49)

    fig, ax = panel(2.7, 2.7, xlim=(-3.4, 3.4), ylim=(-3.4, 3.4), aspect="equal", xlabel="x₁", ylabel="x₂")
    rings = [ax.plot([], [], color=C["muted"], lw=1, animated=True)[0] for _ring in range(2)]
    path = ax.plot([], [], color=C["blue"], lw=1, animated=True)[0]
    dots = ax.plot([], [], "o", ms=4, color=C["blue"], animated=True)[0]
    now = ax.plot([], [], "o", ms=8, color=C["ink"], animated=True)[0]
    handle = ax.plot([], [], "D", ms=9, color=C["red"], mec=C["paper"], animated=True)[0]
    ax.plot([3, 3], [-3 * 0.9, 3 * 0.99], color=C["red"], lw=0.8)
    lag_fig, lags = panel(2.7, 2.7, xlim=(-0.6, 20.6), ylim=(-0.25, 1.05), xlabel=_("sweeps later"))
    lags.set(ylabel=_("correlation of x₁ with itself"), yticks=[0, 0.5, 1])
    lags.axhline(0, color=C["muted"], lw=0.8)
    theory = lags.plot([], [], color=C["orange"], lw=1.5, label=_("ρ² to the power"), animated=True)[0]
    seen = lags.plot([], [], "o", ms=4, color=C["blue"], label=_("measured"), animated=True)[0]
    lags.legend(loc="upper right")

    def update(rho, sweeps):
        for ring, radius in zip(rings, (1, 2), strict=True):
            ring.set_data(radius * np.cos(turn), radius * np.cos(turn - np.arccos(rho)))
        corners = traces[rho].path[1 : sweeps + 1].reshape(-1, 2)
        corners = np.vstack([traces[rho].x[:1], corners])
        path.set_data(*corners.T)
        dots.set_data(*traces[rho].x[: sweeps + 1].T)
        now.set_data(*traces[rho].x[sweeps][:, None])
        handle.set_data([3], [3 * rho])
        theory.set_data(np.arange(21), rho ** (2 * np.arange(21)))
        seen.set_data(np.arange(21), fading[rho])
        moves = plural("{n} sweep", "{n} sweeps", sweeps).format(n=sweeps)
        return (
            _(
                "ρ = {r:g}, after {moves}. From one sweep to the next x₁ correlates by {c:.2f}, in theory "
                "ρ² = {t:.2f}; {n} sweeps are worth {e:.0f} independent draws."
            )
            .format(r=rho, moves=moves, c=fading[rho][1], t=rho**2, n=len(chains[rho]), e=worth[rho])
            .replace("= -", "= −")
            .replace("by -", "by −")
        )

    params = {"rho": rhos, "sweeps": range(16), "play": "sweeps", "start": {"rho": 0.9, "sweeps": 8}}
    params["labels"] = {"rho": "ρ", "sweeps": _("sweeps")}
    params["grab"] = {"rho": (ax, [(3, 3 * r) for r in rhos])}
    return [[fig, lag_fig]], update, params
