"""Figures of what costs: memory, work done again, pairs that multiply."""

import numpy as np

from ..language import _, plural
from ..rdd import LocalContext
from .style import C, panel, styled

GB = 1e9


@styled
def memory(ram=16, workers=8, row=200):
    """A table against the memory of one machine, and of several."""
    rows = np.array([m * 10**k for k in range(5, 10) for m in (1, 2, 5)] + [10**10])
    size = rows * row / GB
    fig, ax = panel(4.8, 1.9, xlim=(0, workers * ram * 1.06), ylim=(-0.3, 2.9), xlabel=_("GB of memory"))
    ax.set(yticks=[], xticks=[i * ram for i in range(0, workers + 1, 2)])
    ax.spines["left"].set_visible(False)
    for y, n, text in ((1.5, 1, _("one machine")), (0, workers, _("{n} machines").format(n=workers))):
        for i in range(n):
            ax.plot(
                ram * np.array([i, i + 1, i + 1, i, i]),
                y + np.array([0, 0, 0.8, 0.8, 0]),
                color=C["muted"],
                lw=1,
            )
        ax.text(0, y + 0.86, text, va="bottom")
    bars = [ax.fill([0], [0], color=C["blue"], alpha=0.5, lw=0, animated=True)[0] for _bar in range(2)]

    def update(rows):
        need = rows * row / GB
        for bar, y, room in zip(bars, (1.5, 0), (ram, ram * workers), strict=True):
            width = min(need, workers * ram * 1.06)
            bar.set_xy([(0, y), (width, y), (width, y + 0.8), (0, y + 0.8)])
            bar.set_color(C["red"] if need > room else C["blue"])
        text = _("{rows:,} rows of {row} bytes are {need:,.2f} GB.").format(rows=rows, row=row, need=need)
        if need > ram * workers:
            return text + _(" That fits in neither: it has to come from disk, piece by piece.")
        if need > ram:
            return text + _(" One machine of {ram} GB cannot hold them, {n} can.").format(ram=ram, n=workers)
        if need * 3 > ram:
            return text + _(" They fit in {ram} GB, but two copies more do not.").format(ram=ram)
        return text + _(" One machine of {ram} GB holds them with room to spare.").format(ram=ram)

    where = np.column_stack([np.minimum(size, workers * ram * 1.06), np.full(len(size), 1.9)])
    params = {"rows": rows, "start": {"rows": 50_000_000}, "labels": {"rows": _("rows")}}
    params["grab"] = {"rows": (ax, where)}
    return fig, update, params


KEEP = ("count, no cache", "count, cached", "count, unpersisted after 3", "first, no cache", "first, cached")


@styled
def caching(n_actions=6):
    """Ten elements and a costly map: how often it runs, action after action."""
    names = [_("count, no cache"), _("count, cached"), _("count, unpersisted after 3")]
    names += [_("first, no cache"), _("first, cached")]
    calls = {}
    for name, plan in zip(names, KEEP, strict=True):
        sc = LocalContext(2)
        rdd = sc.parallelize(range(10), 2).map(lambda x: x)
        if "no cache" not in plan:
            rdd.cache()
        done = [np.zeros(10, int)]
        for action in range(n_actions):
            if action == 3 and "unpersisted" in plan:
                rdd.unpersist()
            with sc.record() as events:
                rdd.count() if plan.startswith("count") else rdd.first()
            numbers = [e.output for e in events if e.operation == "map"]
            done.append(done[-1] + np.bincount(numbers, minlength=10))
        calls[name] = np.array(done)
    cells, ax = panel(4.8, 1.15, xlim=(-0.6, 9.6), ylim=(-0.8, 1.2))
    ax.axis("off")
    for left in (-0.45, 4.55):
        ax.plot(left + np.array([0, 4.9, 4.9, 0, 0]), [-0.7, -0.7, 0.6, 0.6, -0.7], color=C["muted"], lw=1)
    for i in range(2):
        ax.text(2 + 5 * i, 0.75, _("partition {i}").format(i=i), ha="center", va="bottom", color=C["muted"])
    counts = [ax.text(i, 0, "", ha="center", va="center", fontsize=12, animated=True) for i in range(10)]
    curve, plane = panel(4.8, 2.1, xlim=(-0.2, n_actions + 0.2), ylim=(-2, 62), xlabel=_("actions"))
    plane.set(ylabel=_("calls of the map"), xticks=range(n_actions + 1), yticks=[0, 10, 20, 40, 60])
    line = plane.plot([], [], "-", color=C["blue"], lw=2, animated=True)[0]
    dot = plane.plot([], [], "o", ms=10, color=C["red"], mec=C["paper"], animated=True)[0]

    def update(plan, actions):
        here = calls[plan][actions]
        for text, count in zip(counts, here, strict=True):
            text.set_text(str(count))
            text.set_color(C["muted"] if count == 0 else C["red"] if count > 1 else C["ink"])
        totals = calls[plan].sum(axis=1)
        line.set_data(range(actions + 1), totals[: actions + 1])
        dot.set_data([actions], [totals[actions]])
        if actions == 0:
            return _("{plan}: no action yet, and no call of the map. Marking it cost nothing.").format(
                plan=plan
            )
        new = totals[actions] - totals[actions - 1]
        return plural(
            "{plan}: after {n} action the map was called {total} times, {new} of them for the last one.",
            "{plan}: after {n} actions the map was called {total} times, {new} of them for the last one.",
            actions,
        ).format(plan=plan, n=actions, total=totals[actions], new=new)

    params = {"plan": names, "actions": range(n_actions + 1), "start": {"actions": 2}, "play": "actions"}
    params |= {"grab": {"actions": (plane, "x")}, "labels": {"plan": _("plan"), "actions": _("actions")}}
    return [[cells], [curve]], update, params


@styled
def cartesian(most=12):
    """All pairs of two RDDs; drag the corner."""
    sc = LocalContext(2)
    pieces, pairs = {}, {}
    for n in range(1, most + 1):
        pieces[2, n], pieces[3, n] = (sc.parallelize(range(n), p).glom().collect() for p in (2, 3))
    fig, ax = panel(3.4, 3.2, xlim=(0, most + 0.6), ylim=(0, most + 0.6), aspect="equal")
    ax.set(xlabel=_("elements of A, in 2 partitions"), ylabel=_("elements of B, in 3 partitions"))
    ax.set(xticks=[1, 4, 8, 12], yticks=[1, 4, 8, 12])
    dots = ax.plot([], [], "o", ms=4, color=C["blue"], animated=True)[0]
    cuts = ax.plot([], [], "-", lw=1, color=C["orange"], animated=True)[0]
    knob = ax.plot([], [], "o", ms=11, color=C["red"], mec=C["paper"], animated=True)[0]

    def update(A, B):
        if (A, B) not in pairs:
            pairs[A, B] = sc.parallelize(range(1, A + 1), 2).cartesian(sc.parallelize(range(1, B + 1), 3))
        parts = pairs[A, B].glom().collect()
        points = [pair for part in parts for pair in part]
        dots.set_data(*zip(*points, strict=True))
        knob.set_data([A], [B])
        xs = np.cumsum([0, *map(len, pieces[2, A])]) + 0.5
        ys = np.cumsum([0, *map(len, pieces[3, B])]) + 0.5
        gap = np.nan
        segments = [((x, ys[0]), (x, ys[-1]), (gap, gap)) for x in xs] + [
            ((xs[0], y), (xs[-1], y), (gap, gap)) for y in ys
        ]
        cuts.set_data(*np.array(segments).reshape(-1, 2).T)
        empty = sum(not part for part in parts)
        text = plural("{a} × {b} = {n} pair", "{a} × {b} = {n} pairs", len(points)).format(
            a=A, b=B, n=len(points)
        )
        if empty:
            return _("{pairs} in {p} partitions, {empty} of them empty.").format(
                pairs=text, p=len(parts), empty=empty
            )
        return _("{pairs} in {p} partitions.").format(pairs=text, p=len(parts))

    sizes = range(1, most + 1)
    params = {"A": sizes, "B": sizes, "start": {"A": 4, "B": 6}}
    params |= {"grab": {"A": (ax, "x"), "B": (ax, "y")}, "labels": {"A": "|A|", "B": "|B|"}}
    return fig, update, params
