"""The ROC chapter's figures of what AUC depends on: separation and prevalence, bins, odd inputs."""

from statistics import NormalDist

import numpy as np

from .. import column
from ..language import _, plural
from ..roc_auc import auc, auc_histogram, precision_recall_curve, roc_curve
from ._roc_parts import BAD, GOOD, roc_plane
from .style import C, panel, styled


@styled
def separation(n=400):
    """Two bell curves drawn apart, and one of them made rare."""
    d_values = np.round(np.arange(0, 3.01, 0.25), 2)
    odds = [1, 3, 10, 30, 100]
    bell = NormalDist()
    sample = np.array([bell.inv_cdf((i + 0.5) / n) for i in range(n)])  # even quantiles: no noise

    x = np.linspace(-3.5, 6.5, 51)
    bells, ax = panel(4.8, 1.7, xlim=(-3.5, 6.5), ylim=(0, 0.42), yticks=[], xlabel=_("score"))
    low = ax.fill_between(x, 0, 0 * x, color=BAD, alpha=0.4, lw=0, animated=True)
    high = ax.fill_between(x, 0, 0 * x, color=GOOD, alpha=0.5, lw=0, animated=True)
    roc_fig, plane = roc_plane()
    roc_line = plane.plot([], [], color=C["purple"], lw=2, animated=True)[0]
    pr_fig, ax_pr = panel(2.35, 2.35, xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
    ax_pr.set(xlabel=_("recall"), ylabel=_("precision"), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    pr_line = ax_pr.plot([], [], color=C["green"], lw=2, animated=True)[0]
    floor = ax_pr.plot([], [], ":", color=C["muted"], animated=True)[0]
    density = np.array([bell.pdf(v) for v in x])

    def update(separation, negatives):
        y_true = np.repeat([0, 1], [n * negatives, n])
        y_score = np.concatenate([np.tile(sample, negatives), sample + separation])
        curve, pr = roc_curve(y_true, y_score), precision_recall_curve(y_true, y_score)
        share = 1 / (1 + negatives)
        low.set_data(x, 0 * x, (1 - share) * density)
        high.set_data(x, 0 * x, share * np.array([bell.pdf(v - separation) for v in x]))
        thin = np.linspace(0, curve.fpr.size - 1, 40).astype(int)
        roc_line.set_data(curve.fpr[thin], curve.tpr[thin])
        thin = np.linspace(0, pr.recall.size - 2, 40).astype(int)
        pr_line.set_data(pr.recall[thin], pr.precision[thin])
        floor.set_data([0, 1], [share, share])
        return _(
            "Means {d:.2f} apart: AUC {a:.3f}, and Φ(d/√2) = {phi:.3f}. With {odds}, precision is {half:.2f} "
            "where half of the positives are found."
        ).format(
            d=separation,
            odds=plural("{k} negative a positive", "{k} negatives a positive", negatives).format(k=negatives),
            a=auc(y_true, y_score),
            phi=bell.cdf(separation / 2**0.5),
            half=pr.precision[pr.recall >= 0.5][-1],
        )

    params = {"separation": d_values, "negatives": odds, "start": {"separation": 1.5}}
    params["labels"] = {"separation": _("distance d"), "negatives": _("negatives per positive")}
    return [[bells], [roc_fig, pr_fig]], update, params


@styled
def histogram(y_true, y_score):
    """Fewer bins, more pairs that only look tied."""
    y_true, y_score = np.asarray(y_true), np.asarray(y_score)
    sizes = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500]
    exact = auc(y_true, y_score)
    values = {n: auc_histogram(y_true, y_score, n) for n in sizes}

    bars_fig, ax = panel(3.2, 2.5, xlim=(0, 1), ylim=(-1.1, 1.1), yticks=[], xlabel=_("score"))
    ax.axhline(0, color=C["muted"], lw=0.8)
    ax.text(0.02, 1.05, _("sick"), va="top", color=GOOD)
    ax.text(0.98, -1.05, _("healthy"), ha="right", va="bottom", color=BAD)
    up = ax.fill_between([0, 1], [0, 0], color=GOOD, alpha=0.6, lw=0, animated=True)
    down = ax.fill_between([0, 1], [0, 0], color=BAD, alpha=0.6, lw=0, animated=True)
    error_fig, ax_e = panel(3.2, 2.5, xscale="log", yscale="log", xlabel=_("bins"), ylabel=_("error"))
    ax_e.set_xticks([1, 10, 100], ["1", "10", "100"])
    ax_e.set_yticks([1e-4, 1e-3, 1e-2, 1e-1], ["0.0001", "0.001", "0.01", "0.1"])
    errors = [abs(values[n] - exact) for n in sizes]
    ax_e.plot(sizes, errors, "-", color=C["muted"])
    dot = ax_e.plot([], [], "o", ms=9, color=C["red"], mec=C["paper"], animated=True)[0]

    def update(bins):
        edges = np.arange(bins + 1) / bins  # not linspace: its 0.15 is a hair above 0.15
        steps = np.repeat(edges, 2)[1:-1]
        for artist, label, sign in ((up, 1, 1), (down, 0, -1)):
            counts = np.histogram(y_score[y_true == label], edges)[0]
            artist.set_data(steps, 0 * steps, sign * np.repeat(counts / counts.max(), 2))
        dot.set_data([bins], [abs(values[bins] - exact)])
        return plural(
            "{n} bin: AUC {v:.5f}, exact {e:.5f}, error {d:+.5f}.",
            "{n} bins: AUC {v:.5f}, exact {e:.5f}, error {d:+.5f}.",
            bins,
        ).format(n=bins, v=values[bins], e=exact, d=values[bins] - exact)

    params = {"bins": sizes, "start": {"bins": 10}, "labels": {"bins": _("bins")}}
    params["grab"] = {"bins": (ax_e, list(zip(sizes, errors, strict=True)))}
    return [bars_fig, error_fig], update, params


@styled
def defects():
    """Four inputs on which the column's histogram code goes wrong, with the bins that it chose."""
    cases = {
        _("a score of 1"): ([1, 0], [1.0, 0.2]),
        _("one shared bin"): ([1, 0], [0.501, 0.509]),
        _("0.29 in bin 28"): ([1, 0], [0.29, 0.285]),
        _("a logit below 0"): ([1, 0], [0.2, -0.05]),
    }
    fig, ax = panel(4.8, 2.0, xlim=(-0.5, 103), ylim=(-0.2, 2.4), yticks=[], xlabel=_("bin"))
    ax.spines["left"].set_visible(False)
    ax.set_xticks([0, 25, 50, 75, 99])
    for x in range(101):
        ax.plot([x - 0.5, x - 0.5], [0, 0.35], color=C["faint"], lw=0.8)
    drops = [ax.plot([], [], "v", ms=10, color=c, animated=True)[0] for c in (GOOD, BAD)]
    notes = [ax.text(0, y, "", color=c, ha="center", animated=True) for y, c in ((1.0, GOOD), (1.7, BAD))]

    def update(case):
        labels, scores = cases[case]
        bins = [int(s / (1.0 / 100)) for s in scores]  # as the column chooses them
        for drop, note, score, b in zip(drops, notes, scores, bins, strict=True):
            x = b % 100 if b < 100 else 101  # Python counts negative indices from the end
            drop.set_data([x], [0.5])
            note.set_text(_("{s:g} in bin {b}").format(s=score, b=b))
            note.set_x(min(max(x, 13), 87))
        try:
            printed = f"{column.auc_histogram(labels, scores):g}"
        except IndexError:
            printed = "IndexError"
        try:
            repaired = f"{auc_histogram(labels, scores):g}"
        except ValueError:
            repaired = "ValueError"
        return _(
            "Positive {p:g}, negative {n:g}: the column's code gives {printed}, ours {repaired}, "
            "exact is {exact:g}."
        ).format(p=scores[0], n=scores[1], printed=printed, repaired=repaired, exact=auc(labels, scores))

    return fig, update, {"case": list(cases), "labels": {"case": _("input")}}
