"""The figures of the chapter on ROC and AUC."""

from fractions import Fraction
from statistics import NormalDist

import numpy as np

from .. import column
from ..language import _, plural
from ..roc_auc import auc, auc_histogram, confusion, precision_recall_curve, roc_curve
from .style import C, panel, styled

FIVE = ([1, 1, 0, 1, 0], [0.9, 0.8, 0.75, 0.72, 0.7])  # the column's samples
PRINTED = [(0, 0), (0, 1 / 3), (0, 2 / 3), (0, 2 / 3), (1 / 2, 1), (1, 1)]  # its points, as (FPR, TPR)
GOOD, BAD = C["orange"], C["blue"]  # positives are orange, negatives blue, throughout


def _roc_plane(width=2.35, height=2.35, **axes):
    fig, ax = panel(width, height, xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal", **axes)
    ax.set(xlabel=_("FPR"), ylabel=_("TPR"), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    ax.plot([0, 1], [0, 1], ":", color=C["muted"])
    return fig, ax


def _matrix(ax):
    """An empty confusion matrix, rows actual and columns predicted; returns its four moving counts."""
    ax.set(xlim=(-0.02, 2.02), ylim=(2.02, -0.02), aspect="equal")
    ax.axis("off")
    cells = {"tp": (0, 0, GOOD), "fn": (1, 0, C["muted"]), "fp": (0, 1, BAD), "tn": (1, 1, C["muted"])}
    counts = {}
    for name, (x, y, colour) in cells.items():
        ax.fill([x, x + 1, x + 1, x], [y, y, y + 1, y + 1], color=colour, alpha=0.16, lw=0)
        ax.text(x + 0.5, y + 0.28, name.upper(), ha="center", va="center", color=colour)
        counts[name] = ax.text(x + 0.5, y + 0.62, "", ha="center", va="center", fontsize=15, animated=True)
    ax.plot([0, 2, 2, 0, 0], [0, 0, 2, 2, 0], color=C["muted"], lw=0.8)
    ax.plot([1, 1], [0, 2], color=C["muted"], lw=0.8)
    ax.plot([0, 2], [1, 1], color=C["muted"], lw=0.8)
    for i, (called, actual) in enumerate([(_("called +"), _("really +")), (_("called −"), _("really −"))]):
        ax.text(i + 0.5, -0.08, called, ha="center", va="bottom")
        ax.text(-0.08, i + 0.5, actual, rotation=90, ha="right", va="center")
    return counts


@styled
def threshold(y_true, y_score, n_thresholds=101):
    """One threshold moves the counts, the ROC point and the precision-recall point together."""
    y_true, y_score = np.asarray(y_true), np.asarray(y_score)
    thresholds = np.round(np.linspace(0, 1, n_thresholds), 3)
    table = [confusion(y_true, y_score, t) for t in thresholds]
    curve, pr = roc_curve(y_true, y_score), precision_recall_curve(y_true, y_score)

    people, ax = panel(4.8, 1.9, xlabel=_("score"), ylabel=_("patients"), xlim=(0, 1), yticks=[])
    bins = np.arange(41) / 40  # not linspace: its 0.15 is a hair above 0.15
    ax.hist(y_score[y_true == 0], bins, color=BAD, alpha=0.55, label=_("healthy"))
    ax.hist(y_score[y_true == 1], bins, color=GOOD, alpha=0.55, label=_("sick"))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    shade = ax.axvspan(0, 1, color=C["muted"], alpha=0.13, lw=0, animated=True)
    line = ax.axvline(0, color=C["ink"], lw=2.5, animated=True)

    counted, cells = panel(2.35, 2.35)
    counts = _matrix(cells)
    roc, plane = _roc_plane()
    plane.plot(curve.fpr, curve.tpr, color=C["purple"])
    roc_dot = plane.plot([], [], "o", ms=9, color=C["red"], mec=C["paper"], animated=True)[0]
    trade, ax_pr = panel(2.35, 2.35, xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
    ax_pr.set(xlabel=_("recall"), ylabel=_("precision"), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    ax_pr.plot(pr.recall, pr.precision, color=C["green"])
    pr_dot = ax_pr.plot([], [], "o", ms=9, color=C["red"], mec=C["paper"], animated=True)[0]

    def update(threshold):
        c = table[int(np.argmin(abs(thresholds - threshold)))]
        line.set_xdata([threshold, threshold])
        shade.set_x(threshold)
        shade.set_width(1 - threshold)
        for name, text in counts.items():
            text.set_text(str(getattr(c, name)))
        roc_dot.set_data([c.fpr], [c.tpr])
        pr_dot.set_data([c.recall], [c.precision])
        return _(
            "Threshold {t:.2f}: TP {tp}, FP {fp}, FN {fn}, TN {tn}. Accuracy {accuracy:.3f}, error rate "
            "{error:.3f}, precision {precision}, recall = TPR {recall:.3f}, F1 {f1:.3f}, FPR {fpr:.3f}."
        ).format(
            t=threshold,
            **c._asdict(),
            accuracy=c.accuracy,
            error=c.error_rate,
            recall=c.recall,
            f1=c.f1,
            precision=_("undefined") if np.isnan(c.precision) else f"{c.precision:.3f}",
            fpr=c.fpr,
        )

    points = [(c.fpr, c.tpr) for c in table]
    params = {"threshold": thresholds, "start": {"threshold": 0.5}, "play": "threshold"}
    params["labels"] = {"threshold": _("threshold")}
    params["grab"] = {"threshold": [(ax, "x"), (plane, points)]}
    return [[people], [counted, roc, trade]], update, params


def _samples(y_true, y_score, ax):
    """The samples as a column of cards, best first; returns the frame around what is selected."""
    n = len(y_true)
    ax.set(xlim=(0, 1), ylim=(n + 0.05, -0.05))
    ax.axis("off")
    for i, (label, score) in enumerate(zip(y_true, y_score, strict=True)):
        colour = GOOD if label else BAD
        ax.fill(
            [0.05, 0.95, 0.95, 0.05], [i + 0.08, i + 0.08, i + 0.92, i + 0.92], color=colour, alpha=0.2, lw=0
        )
        ax.text(0.12, i + 0.53, _("positive") if label else _("negative"), va="center", color=colour)
        ax.text(0.88, i + 0.53, f"{score:g}", va="center", ha="right")
    return ax.plot([], [], color=C["ink"], lw=2, animated=True)[0]


def _fraction(x):
    return str(Fraction(float(x)).limit_denominator(100))


@styled
def drawing():
    """The column's five samples: the selection grows, the pen goes up 1/P or right 1/N."""
    y_true, y_score = FIVE
    curve = roc_curve(y_true, y_score)
    right = list(zip(curve.fpr, curve.tpr, strict=True))
    n_pos, n_neg = sum(y_true), len(y_true) - sum(y_true)

    cards, ax = panel(1.75, 2.5)
    frame = _samples(y_true, y_score, ax)
    plane_fig, plane = _roc_plane(2.6, 2.5)
    plane.set(xticks=np.arange(n_neg + 1) / n_neg, yticks=np.arange(n_pos + 1) / n_pos)
    plane.set_xticklabels([_fraction(x) for x in plane.get_xticks()])
    plane.set_yticklabels([_fraction(y) for y in plane.get_yticks()])
    plane.grid(color=C["faint"], lw=0.8)
    path = plane.plot([], [], "-", lw=2, color=C["purple"], animated=True)[0]
    pen = plane.plot([], [], "o", ms=10, color=C["red"], mec=C["paper"], zorder=5, animated=True)[0]
    wrong = plane.plot([], [], "X", ms=10, color=C["muted"], mec=C["paper"], zorder=5, animated=True)[0]

    def update(step, points):
        printed = points == _("as printed")
        here = PRINTED if printed else right
        path.set_data(*zip(*here[: step + 1], strict=True))
        pen.set_data([here[step][0]], [here[step][1]])
        wrong.set_data(*([PRINTED[3][0]], [PRINTED[3][1]]) if printed and step >= 3 else ([], []))
        y = [0.04, 0.04, step - 0.04, step - 0.04, 0.04] if step else [0] * 5
        frame.set_data([0.03, 0.97, 0.97, 0.03, 0.03] if step else [0] * 5, y)
        x, y = here[step]
        tp, fp = sum(y_true[:step]), step - sum(y_true[:step])
        if printed and (x, y) != right[step]:
            return _(
                "Printed point {k} says FPR {x}, TPR {y}. Counting the {k} best gives {fp} of {n_neg} "
                "negatives and {tp} of {n_pos} positives: FPR {fx}, TPR {ty}."
            ).format(
                k=step,
                x=_fraction(x),
                y=_fraction(y),
                fp=fp,
                tp=tp,
                n_neg=n_neg,
                n_pos=n_pos,
                fx=_fraction(fp / n_neg),
                ty=_fraction(tp / n_pos),
            )
        if step == 0:
            return _("Nobody selected: the pen starts at FPR 0, TPR 0.")
        move = _("up 1/{n_pos}") if y_true[step - 1] else _("right 1/{n_neg}")
        return _("The {k} best selected, the pen went {move}: FPR {x}, TPR {y}.").format(
            k=step, move=move.format(n_pos=n_pos, n_neg=n_neg), x=_fraction(x), y=_fraction(y)
        )

    params = {"step": range(6), "points": [_("right"), _("as printed")], "play": "step", "start": {"step": 2}}
    params["labels"] = {"step": _("step"), "points": _("points")}
    return [cards, plane_fig], update, params


@styled
def ties():
    """Two samples tie at 0.6: the order of the file must not decide the curve."""
    orders = {
        _("positive first"): [1, 1, 0, 0],
        _("negative first"): [1, 0, 1, 0],
        _("both together"): None,
    }
    y_true, y_score = [1, 0, 1, 0], [0.8, 0.6, 0.6, 0.3]
    steps = range(5)
    fig, plane = _roc_plane(3.2, 2.9)
    plane.grid(color=C["faint"], lw=0.8)
    area = plane.fill_between([0, 0], [0, 0], color=C["purple"], alpha=0.15, lw=0, animated=True)
    path = plane.plot([], [], "o-", lw=2, ms=5, color=C["purple"], animated=True)[0]
    pen = plane.plot([], [], "o", ms=10, color=C["red"], mec=C["paper"], animated=True)[0]

    def update(order, step):
        labels = orders[order]
        if labels is None:
            curve = roc_curve(y_true, y_score)
            x, y = (np.insert(v, 2, np.nan) for v in (curve.fpr, curve.tpr))  # two samples, one step
            value = auc(y_true, y_score)
        else:
            distinct = [4, 3, 2, 1]  # as if this order had been meant
            x, y = roc_curve(labels, distinct)[:2]
            value = auc(labels, distinct)
        keep = np.isfinite(x[: step + 1])
        x, y = x[: step + 1][keep], y[: step + 1][keep]
        path.set_data(x, y)
        pen.set_data(x[-1:], y[-1:])
        area.set_data(x, 0 * x, y)
        if step < 4:
            return _("Scores 0.8, 0.6, 0.6, 0.3, {order}, {k} drawn: FPR {x}, TPR {y}.").format(
                order=order, k=step, x=_fraction(x[-1]), y=_fraction(y[-1])
            )
        return _("Scores 0.8, 0.6, 0.6, 0.3, {order}: the area is {area}.").format(
            order=order, area=f"{value:g}"
        )

    params = {"order": list(orders), "step": steps, "start": {"step": 4}, "play": "step"}
    params["labels"] = {"order": _("the tie, drawn"), "step": _("samples")}
    return fig, update, params


@styled
def pairs():
    """Every positive meets every negative; the negative at 0.75 can be dragged past them."""
    y_true, scores = FIVE
    moving = np.round(np.arange(0.6, 1.0001, 0.01), 2)
    line_fig, line = panel(4.8, 1.05, xlim=(0.59, 1.01), ylim=(-0.7, 1.1), yticks=[], xlabel=_("score"))
    line.spines["left"].set_visible(False)
    for label, score, name in zip(y_true, scores, "abxcy", strict=True):
        if name == "x":
            continue
        line.plot([score], [0], "o", ms=13, color=GOOD if label else BAD)
        line.text(score, 0.5, name, ha="center", va="bottom")
    knob = line.plot([], [], "o", ms=15, color=BAD, mec=C["ink"], mew=2, animated=True)[0]
    knob_name = line.text(0, 0.55, "x", ha="center", va="bottom", weight="bold", animated=True)

    grid_fig, grid = panel(2.35, 2.35, xlim=(-0.05, 2.05), ylim=(3.05, -0.05), aspect="equal")
    grid.set(xticks=[0.5, 1.5], xticklabels=["x", "y"], yticks=[0.5, 1.5, 2.5], yticklabels=["a", "b", "c"])
    grid.set(xlabel=_("negatives"), ylabel=_("positives"))
    grid.tick_params(length=0)
    cells, marks = {}, {}
    for i in range(3):
        for j in range(2):
            box = np.array([(j, i), (j + 1, i), (j + 1, i + 1), (j, i + 1)])
            cells[i, j] = grid.fill(*box.T, color=C["green"], alpha=0.3, ec=C["paper"], lw=2, animated=True)[
                0
            ]
            marks[i, j] = grid.text(j + 0.5, i + 0.5, "", ha="center", va="center", animated=True)
    plane_fig, plane = _roc_plane()
    area = plane.fill_between([0, 0], [0, 0], color=C["green"], alpha=0.25, lw=0, animated=True)
    path = plane.plot([], [], "-", lw=2, color=C["purple"], animated=True)[0]
    results = {1: (_("won"), C["green"]), 0: (_("tied"), C["muted"]), -1: (_("lost"), C["red"])}

    def update(score):
        now = list(scores)
        now[2] = score
        positives = [s for s, label in zip(now, y_true, strict=True) if label]
        negatives = [s for s, label in zip(now, y_true, strict=True) if not label]
        tally = {1: 0, 0: 0, -1: 0}
        for (i, j), cell in cells.items():
            result = int(np.sign(positives[i] - negatives[j]))
            tally[result] += 1
            word, colour = results[result]
            cell.set_facecolor(colour)
            marks[i, j].set_text(word)
        knob.set_data([score], [0])
        knob_name.set_x(score)
        curve = roc_curve(y_true, now)
        path.set_data(curve.fpr, curve.tpr)
        area.set_data(curve.fpr, 0 * curve.fpr, curve.tpr)
        value = auc(y_true, now)
        return _("x at {s:.2f}: {won} of 6 pairs won, {tied} tied, {lost} lost. AUC = {f} = {v:.3f}.").format(
            s=score,
            won=tally[1],
            tied=tally[0],
            lost=tally[-1],
            v=value,
            f=f"({tally[1]} + {tally[0]}/2)/6" if tally[0] else f"{tally[1]}/6",
        )

    params = {"score": moving, "start": {"score": 0.75}, "labels": {"score": _("score of x")}}
    params["grab"] = {"score": (line, "x")}
    return [[line_fig], [grid_fig, plane_fig]], update, params


@styled
def chance(n_models=2000, seed=36):
    """AUCs of models that flip coins, by the number of samples they are judged on."""
    rng = np.random.default_rng(seed)
    sizes = [1, 2, 5, 10, 20, 50, 100]
    aucs = {}
    for n in sizes:
        y_true = np.repeat([0, 1], n)
        aucs[n] = np.array([auc(y_true, rng.random(2 * n)) for _model in range(n_models)])
    fig, ax = panel(
        4.8, 2.2, xlabel=_("AUC of a coin-flipping model"), ylabel=_("models"), xlim=(0, 1), ylim=(0, 1.12)
    )
    ax.set_yticks([])
    edges = np.linspace(0, 1, 42)  # an even share on both sides of the middle bin
    bars = [
        ax.bar(
            edges[i],
            0,
            width=edges[1],
            align="edge",
            color=BAD if edges[i + 1] <= 0.5 else C["muted"],
            alpha=0.7,
            animated=True,
        )[0]
        for i in range(41)
    ]
    ax.axvline(0.5, color=C["ink"], lw=1, ls="--")

    def update(samples):
        counts = np.histogram(aucs[samples], edges)[0]
        for bar, count in zip(bars, counts, strict=True):
            bar.set_height(count / counts.max())
        values = aucs[samples]
        return plural(
            "{m} models judged on {n} positive and {n} negative: mean AUC {mean:.3f}, standard deviation "
            "{sd:.3f}; {below:.0%} fall below 0.5.",
            "{m} models judged on {n} positives and {n} negatives: mean AUC {mean:.3f}, standard deviation "
            "{sd:.3f}; {below:.0%} fall below 0.5.",
            samples,
        ).format(m=n_models, n=samples, mean=values.mean(), sd=values.std(), below=(values < 0.5).mean())

    params = {"samples": sizes, "start": {"samples": 10}, "labels": {"samples": _("samples of each class")}}
    return fig, update, params


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
    roc_fig, plane = _roc_plane()
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
    fig, ax = panel(4.8, 2.0, xlim=(-0.5, 100.5), ylim=(-0.2, 2.4), yticks=[], xlabel=_("bin"))
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
            x = b % 100 if b < 100 else 100.5  # Python counts negative indices from the end
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
