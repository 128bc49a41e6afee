"""The figures of the chapter on ROC and AUC."""

import numpy as np

from ..language import _, plural
from ..roc_auc import auc, confusion, precision_recall_curve, roc_curve
from ._roc_counting import defects, histogram, separation
from ._roc_parts import BAD, FIVE, GOOD, PRINTED, cards, fraction, matrix, roc_plane
from .style import C, panel, styled

__all__ = [
    "FIVE",
    "PRINTED",
    "chance",
    "defects",
    "drawing",
    "histogram",
    "pairs",
    "separation",
    "threshold",
    "ties",
]


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
    counts = matrix(cells)
    roc, plane = roc_plane()
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


@styled
def drawing():
    """The column's five samples: the selection grows, the pen goes up 1/P or right 1/N."""
    y_true, y_score = FIVE
    curve = roc_curve(y_true, y_score)
    right = list(zip(curve.fpr, curve.tpr, strict=True))
    n_pos, n_neg = sum(y_true), len(y_true) - sum(y_true)

    column, ax = panel(1.75, 2.5)
    frame = cards(y_true, y_score, ax)
    plane_fig, plane = roc_plane(2.6, 2.5)
    plane.set(xticks=np.arange(n_neg + 1) / n_neg, yticks=np.arange(n_pos + 1) / n_pos)
    plane.set_xticklabels([fraction(x) for x in plane.get_xticks()])
    plane.set_yticklabels([fraction(y) for y in plane.get_yticks()])
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
                x=fraction(x),
                y=fraction(y),
                fp=fp,
                tp=tp,
                n_neg=n_neg,
                n_pos=n_pos,
                fx=fraction(fp / n_neg),
                ty=fraction(tp / n_pos),
            )
        if step == 0:
            return _("Nobody selected: the pen starts at FPR 0, TPR 0.")
        move = _("up 1/{n_pos}") if y_true[step - 1] else _("right 1/{n_neg}")
        return _("The {k} best selected, the pen went {move}: FPR {x}, TPR {y}.").format(
            k=step, move=move.format(n_pos=n_pos, n_neg=n_neg), x=fraction(x), y=fraction(y)
        )

    params = {"step": range(6), "points": [_("right"), _("as printed")], "play": "step", "start": {"step": 2}}
    params["labels"] = {"step": _("step"), "points": _("points")}
    return [column, plane_fig], update, params


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
    fig, plane = roc_plane(3.2, 2.9)
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
                order=order, k=step, x=fraction(x[-1]), y=fraction(y[-1])
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
    plane_fig, plane = roc_plane()
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
