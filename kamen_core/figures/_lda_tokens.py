"""Figures of the LDA chapter: the sampler token by token, and beside the exact posterior."""

import functools
from itertools import islice

import numpy as np

from ..language import _, joined, plural
from ..lda import count, exact_posterior, gibbs, gibbs_tokens, topic_conditional
from ..mcmc import stationary, walk
from ..trace import run
from .style import C, panel, styled

WORDS = np.array([0, 0, 1, 1, 2, 2, 0, 2])  # three documents of eight tokens, three words
DOCS = np.array([0, 0, 0, 1, 1, 1, 2, 2])
START = np.array([0, 0, 0, 0, 0, 1, 0, 1])
ALPHA, ETA, K = 0.5, 0.1, 2
COLOURS = (C["blue"], C["orange"])


def names():
    """The corpus's three words."""
    return [_("sun"), _("sea"), _("salt")]


def _table(fig_ax, rows, columns, title):
    """A table of animated numbers with named rows and columns."""
    ax = fig_ax
    ax.set(xlim=(-0.75, len(columns) + 0.1), ylim=(len(rows) + 0.1, -0.7))
    ax.axis("off")
    ax.set_title(title)
    for j, name in enumerate(columns):
        ax.text(j + 0.5, -0.25, name, ha="center", va="center", color=C["muted"])
    for i, name in enumerate(rows):
        ax.text(-0.1, i + 0.5, name, ha="right", va="center", color=C["muted"])
    box = [(0, 0), (len(columns), 0), (len(columns), len(rows)), (0, len(rows)), (0, 0)]
    ax.plot(*np.transpose(box), color=C["faint"], lw=1)
    style = {"ha": "center", "va": "center", "fontsize": 12, "animated": True}
    return [[ax.text(j + 0.5, i + 0.5, "", **style) for j in range(len(columns))] for i in range(len(rows))]


def _shares(ax):
    """Three bars split between the topics: document × word = roulette; returns their parts and texts."""
    ax.set(xlim=(-0.01, 1.01), ylim=(2.95, -0.62), xticks=[])
    ax.set_yticks(range(3), [_("document"), _("word"), _("product")])
    ax.tick_params(length=0)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    parts = [
        [ax.barh(i, 0, height=0.62, color=c, alpha=0.45, animated=True)[0] for c in COLOURS] for i in range(3)
    ]
    texts = [
        [
            ax.text(x, i, "", ha=side, va="center", animated=True)
            for x, side in ((0.02, "left"), (0.98, "right"))
        ]
        for i in range(3)
    ]
    ball = ax.plot([], [], "o", ms=9, color=C["red"], mec=C["paper"], animated=True)[0]
    return parts, texts, ball


@styled
def tokens(n_sweeps=4, seed=5):
    """Collapsed Gibbs sampling, three moments a token: out of the counts, weigh, draw."""
    n = len(WORDS)
    trace = run(gibbs_tokens(WORDS, DOCS, K, ALPHA, ETA, rng=seed, z=START), n_sweeps * n)
    words, topic_names = names(), ["1", "2"]

    docs_fig, ax = panel(4.8, 1.75, xlim=(-0.9, 3.1), ylim=(3.1, -0.1))
    ax.axis("off")
    column = np.array([0, 1, 2, 0, 1, 2, 0, 1])
    for d in range(3):
        ax.text(-0.1, d + 0.5, _("document {d}").format(d=d + 1), ha="right", va="center", color=C["muted"])
    for c, w, d in zip(column, WORDS, DOCS, strict=True):
        ax.text(c + 0.55, d + 0.5, words[w], ha="center", va="center")
    marks = [ax.plot([], [], "o", ms=11, color=c, animated=True)[0] for c in COLOURS]
    frame = ax.plot([], [], color=C["red"], lw=2, animated=True)[0]
    dk_fig, dk_ax = panel(1.9, 1.95)
    n_dk = _table(dk_ax, [_("doc {d}").format(d=d) for d in (1, 2, 3)], topic_names, _("document × topic"))
    kw_fig, kw_ax = panel(2.7, 1.95)
    n_kw = _table(kw_ax, [_("topic {k}").format(k=k) for k in (1, 2)], words, _("topic × word"))
    share_fig, share_ax = panel(4.8, 1.8)
    share_fig.set_layout_engine("none")
    share_ax.set_position((0.19, 0.03, 0.79, 0.94))  # room for the words, which a phone enlarges
    parts, texts, ball = _shares(share_ax)

    def update(moment):
        step, phase = divmod(moment + 2, 3)  # moment 0 is the start; then three moments a token
        started = moment > 0
        z, dk, kw = trace.z[step].copy(), trace.n_dk[step].copy(), trace.n_kw[step].copy()
        i = (step - 1) % n if started else -1
        if started and phase < 2:  # the token is out of the counts
            z, dk, kw = trace.z[step - 1].copy(), trace.n_dk[step - 1].copy(), trace.n_kw[step - 1].copy()
            dk[DOCS[i], z[i]] -= 1
            kw[z[i], WORDS[i]] -= 1
            z[i] = -1
        for k, mark in enumerate(marks):
            mark.set_data(column[z == k] + 0.12, DOCS[z == k] + 0.5)
        x, y = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]).T * 0.92 + 0.02
        frame.set_data(*(x + column[i], y + DOCS[i]) if started else ([], []))
        for cells, counts in ((n_dk, dk), (n_kw, kw)):
            for row, values in zip(cells, counts, strict=True):
                for cell, value in zip(row, values, strict=True):
                    cell.set_text(str(value))
        weighing = started and phase > 0
        factors = trace.document[step], trace.word[step], trace.document[step] * trace.word[step]
        for part, text, values in zip(parts, texts, factors, strict=True):
            left = values[0] / values.sum() if weighing else 0
            part[0].set_width(left)
            part[1].set_x(left)
            part[1].set_width(1 - left if weighing else 0)
            for label, value in zip(text, values, strict=True):
                label.set_text(f"{value:.3g}" if weighing else "")
        total = trace.cumulative[step, -1]
        ball.set_data(*([trace.u[step] / total], [2.62]) if started and phase == 2 else ([], []))
        if not started:
            return _("The start: eight tokens with topics, two tables that count them.")
        sweep = (step - 1) // n + 1
        where = _("Sweep {s}, token {i}, “{word}”:").format(s=sweep, i=i + 1, word=words[WORDS[i]])
        if phase == 0:
            did = _("taken out of both tables; its topic was {k}.").format(k=trace.old[step] + 1)
        elif phase == 1:
            did = _("topic 1 weighs {a:.6f}, topic 2 {b:.6f}, together {c:.6f}.").format(
                a=factors[2][0], b=factors[2][1], c=total
            )
        else:
            did = _("the ball falls at {u:.3f} of {c:.3f}: topic {k}, and back into the tables.").format(
                u=trace.u[step], c=total, k=trace.new[step] + 1
            )
        return joined(where, did)

    params = {"moment": range(1 + 3 * n * n_sweeps), "play": "moment", "start": {"moment": 8}}
    params["labels"] = {"moment": _("moment")}
    return [[docs_fig], [dk_fig, kw_fig], [share_fig]], update, params


def sweep_matrix(remove=True):
    """The 256 × 256 matrix of a sweep over the small corpus, with or without taking the token out first."""
    z, _p = exact_posterior(WORDS, DOCS, K, ALPHA, ETA)
    states, V = count(WORDS, DOCS, z, K), 3
    place = K ** np.arange(len(WORDS))[::-1]
    sweep = np.eye(len(z))
    for i, (w, d) in enumerate(zip(WORDS, DOCS, strict=True)):
        step = np.zeros_like(sweep)
        for row in range(len(z)):
            out = (np.arange(K) == z[row, i]) & remove
            n_kw = states.n_kw[row]
            p = topic_conditional(
                states.n_dk[row, d] - out, n_kw[:, w] - out, n_kw.sum(axis=1) - out, V, ALPHA, ETA
            )
            step[row, row + (np.arange(K) - z[row, i]) * place[i]] = p
        sweep = sweep @ step
    return sweep


@functools.cache
def _visits(remove, n_sweeps, seed):
    """Which of the 256 assignments a chain was in, sweep after sweep, start first."""
    place = K ** np.arange(len(WORDS))[::-1]
    if remove:
        states = islice(gibbs(WORDS, DOCS, K, ALPHA, ETA, rng=seed, z=START), n_sweeps + 1)
        return np.array([state.z @ place for state in states])
    return walk(sweep_matrix(remove=False), int(START @ place), n_sweeps, rng=seed)


@styled
def exact(n_sweeps=20_000, seed=0, n_shown=30):
    """How often the chain is in each assignment, beside the exact posterior."""
    p = exact_posterior(WORDS, DOCS, K, ALPHA, ETA).p
    order = np.argsort(-p, kind="stable")
    times = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000]
    kinds = {_("taken out first"): True, _("left in"): False}
    shares = {
        kind: np.array(
            [np.bincount(_visits(remove, n_sweeps, seed)[1 : t + 1], minlength=256) / t for t in times]
        )
        for kind, remove in kinds.items()
    }
    away = {kind: abs(s - p).sum(axis=1) / 2 for kind, s in shares.items()}

    fig, ax = panel(4.8, 2.2, xlim=(-0.8, n_shown - 0.2), ylim=(0, 0.16), xticks=[])
    ax.set_xlabel(_("the thirty likeliest of 256 assignments"))
    ax.set_ylabel(_("probability"), labelpad=9)
    ax.bar(range(n_shown), p[order][:n_shown], color=C["faint"], width=0.85, label=_("exact"))
    seen = ax.plot([], [], "o", ms=5, color=C["red"], label=_("share of the sweeps"), animated=True)[0]
    ax.legend(loc="upper right", bbox_to_anchor=(0.94, 1.04))  # room for larger letters on a phone
    away_fig, plane = panel(4.8, 2.1, xscale="log", yscale="log", xlim=(0.8, 28_000), ylim=(0.015, 1.3))
    plane.set_xlabel(_("sweeps"))
    plane.set_ylabel(_("distance"), labelpad=9)
    plane.set_xticks([1, 10, 100, 1000, 10_000], ["1", "10", "100", "1000", "10000"])
    plane.set_yticks([0.03, 0.1, 0.3, 1], ["0.03", "0.1", "0.3", "1"])
    plane.minorticks_off()
    for (kind, distance), colour in zip(away.items(), (C["blue"], C["orange"]), strict=True):
        plane.plot(times, distance, color=colour, label=kind)
    plane.legend(loc="lower left")
    limit = abs(stationary(sweep_matrix(remove=False)) - p).sum() / 2
    plane.axhline(limit, color=C["orange"], lw=1, ls=":")  # what it comes to
    dot = plane.plot([], [], "o", ms=9, color=C["red"], mec=C["paper"], animated=True)[0]

    def update(token, sweeps):
        i = times.index(sweeps)
        share = shares[token][i][order][:n_shown]
        seen.set_data(np.arange(n_shown), share)
        dot.set_data([sweeps], [away[token][i]])
        return plural(
            "{n} sweep, the token {kind}: {m} of 256 assignments seen; total variation distance {d:.3f}.",
            "{n} sweeps, the token {kind}: {m} of 256 assignments seen; total variation distance {d:.3f}.",
            sweeps,
        ).format(n=sweeps, kind=token, m=np.count_nonzero(shares[token][i]), d=away[token][i])

    params = {"token": list(kinds), "sweeps": times, "play": "sweeps"}
    params |= {"start": {"sweeps": 100}}
    params["labels"] = {"token": _("the token is"), "sweeps": _("sweeps")}
    params["grab"] = {"sweeps": (plane, "x")}
    return [[fig], [away_fig]], update, params
