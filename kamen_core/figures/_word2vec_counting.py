"""The word2vec chapter's figures of what is predicted, and what that costs."""

import numpy as np
from matplotlib.textpath import TextPath

from ..language import _, plural
from ..word2vec import cbow_contexts, multiply_adds, n_predictions, output_cost, skipgram_pairs
from .style import C, panel, styled

GAP = 9  # points between two words
CBOW, SKIPGRAM = C["blue"], C["orange"]  # throughout the chapter


def _arcs(starts, ends, sign):
    """Half ellipses from each start to its end, in one line with gaps; `sign` is up or down."""
    t = np.linspace(0, np.pi, 9)
    x, y = [], []
    for a, b in zip(starts, ends, strict=True):
        x += [*(a + (b - a) * (1 - np.cos(t)) / 2), np.nan]
        y += [*(sign * (0.35 + (0.2 + abs(b - a) / 350) * np.sin(t))), np.nan]
    return x, y


@styled
def window(sentence):
    """The window over a sentence: above what CBOW predicts, below what skip-gram predicts."""
    n = len(sentence)
    contexts = {c: cbow_contexts(sentence, c) for c in range(1, n)}
    widths = np.array([TextPath((0, 0), word, size=10).get_extents().width for word in sentence])
    places = np.cumsum(widths + GAP) - widths / 2  # middles of the words, set in a row
    right = places[-1] + widths[-1] / 2 + GAP

    row, ax = panel(4.8, 1.9, xlim=(0, right), ylim=(-1.9, 1.9))
    ax.axis("off")
    ax.text(3, 1.9, _("CBOW: the neighbours predict the centre"), color=CBOW, va="top")
    ax.text(3, -1.9, _("skip-gram: the centre predicts its neighbours"), color=SKIPGRAM, va="bottom")
    words = [
        ax.text(x, 0, w, ha="center", va="center", animated=True)
        for x, w in zip(places, sentence, strict=True)
    ]
    into = ax.plot([], [], color=CBOW, lw=1.5, animated=True)[0]
    tip = ax.plot([], [], "v", ms=8, color=CBOW, animated=True)[0]
    out = ax.plot([], [], color=SKIPGRAM, lw=1.5, animated=True)[0]
    tips = ax.plot([], [], "^", ms=8, color=SKIPGRAM, animated=True)[0]

    counts_fig, counts = panel(4.8, 1.8, xlim=(0, n + 1), ylim=(-14, n * (n - 1) + 8))
    counts.set(
        xlabel=_("words that have been the centre"), ylabel=_("predictions"), xticks=range(0, n + 1, 2)
    )
    lines = [counts.plot([], [], "o-", ms=4, color=c, animated=True)[0] for c in (SKIPGRAM, CBOW)]
    notes = [
        counts.text(0, 0, "", color=c, va=va, animated=True)
        for c, va in ((SKIPGRAM, "bottom"), (CBOW, "top"))
    ]

    def update(centre, window):
        i = centre - 1
        near = [j for j in range(n) if j != i and abs(j - i) <= window]
        for j, text in enumerate(words):
            text.set_color(C["red"] if j == i else C["ink"] if j in near else C["muted"])
        into.set_data(*_arcs(places[near], [places[i]] * len(near), 1))
        tip.set_data([places[i]], [0.5])
        out.set_data(*_arcs([places[i]] * len(near), places[near], -1))
        tips.set_data(places[near], [-0.5] * len(near))
        so_far = np.cumsum([0] + [len(words) for words, _centre in contexts[window]])[: centre + 1]
        for line, note, y in zip(lines, notes, (so_far, np.arange(centre + 1)), strict=True):
            line.set_data(np.arange(centre + 1), y)
            note.set_text(str(y[-1]))
            note.set_position((centre + 0.12, y[-1]))
        return plural(
            "Centre “{word}”, radius {c}: {k} neighbour. Predictions up to here: CBOW {cbow}, skip-gram "
            "{sg}; "
            "in the whole sentence {all_cbow} and {all_sg}.",
            "Centre “{word}”, radius {c}: {k} neighbours. Predictions up to here: CBOW {cbow}, skip-gram "
            "{sg}; "
            "in the whole sentence {all_cbow} and {all_sg}.",
            len(near),
        ).format(
            word=sentence[i],
            c=window,
            k=len(near),
            cbow=centre,
            sg=so_far[-1],
            all_cbow=n_predictions(n, window, "cbow"),
            all_sg=len(skipgram_pairs(sentence, window)),
        )

    params = {"centre": range(1, n + 1), "window": range(1, n), "start": {"centre": 4, "window": 2}}
    params |= {"play": "centre", "labels": {"centre": _("centre"), "window": _("radius")}}
    params["grab"] = {"centre": (ax, [(x, 0) for x in places])}
    return [[row], [counts_fig]], update, params


@styled
def output_layer(vector_size=100):
    """Multiply-adds of one prediction by output layer, as the vocabulary grows."""
    sizes = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000]
    noise = [1, 5, 20]
    names = [_("softmax"), _("hierarchical"), _("negative sampling")]
    fig, ax = panel(4.8, 1.6, xscale="log", xlim=(100, 4e11), ylim=(2.6, -0.6), yticks=range(3))
    ax.set(yticklabels=names, xlabel=_("multiply-adds for one prediction"))
    fig.get_layout_engine().set(rect=(0.06, 0, 0.94, 1))  # room for larger letters on a phone
    ax.set_xticks([1e2, 1e4, 1e8], ["100", _("10,000"), _("100 million")])
    ax.tick_params(axis="y", length=0)
    colours = [C["red"], C["purple"], C["green"]]
    bars = [
        ax.plot([], [], color=c, lw=14, solid_capstyle="butt", alpha=0.7, animated=True)[0] for c in colours
    ]
    ends = [ax.text(0, y, "", va="center", animated=True) for y in range(3)]

    def update(words, negative):
        cost = output_cost(words, vector_size, negative)
        for y, (bar, end, value) in enumerate(zip(bars, ends, cost, strict=True)):
            bar.set_data([100, value], [y, y])
            end.set_text(f"{value:,}")
            end.set_x(value * 1.25)
        return plural(
            "{v:,} words, {d} numbers a vector: softmax {a:,} multiply-adds, hierarchical softmax {b:,}, "
            "negative "
            "sampling with {n} noise word {c:,}.",
            "{v:,} words, {d} numbers a vector: softmax {a:,} multiply-adds, hierarchical softmax {b:,}, "
            "negative "
            "sampling with {n} noise words {c:,}.",
            negative,
        ).format(v=words, d=vector_size, n=negative, a=cost[0], b=cost[1], c=cost[2])

    params = {"words": sizes, "negative": noise, "start": {"words": 100_000, "negative": 5}}
    params["labels"] = {"words": _("vocabulary"), "negative": _("noise words")}
    params["grab"] = {"words": (ax, [(v * vector_size, 0) for v in sizes])}
    return fig, update, params


@styled
def cost(findings, vector_size=100):
    """Skip-gram against CBOW: predictions, arithmetic and measured time, by window and noise words."""
    windows, noise = findings["times_windows"].tolist(), findings["times_negatives"].tolist()
    seconds = findings["times_seconds"]  # (skip-gram and CBOW, window, noise words)
    adds = {
        (a, c, n): multiply_adds(c + 1, n, vector_size, a)  # c + 1 neighbours, on average
        for a in ("skipgram", "cbow")
        for c in windows
        for n in noise
    }
    ratio_fig, ax = panel(3.2, 2.6, xlim=(0, 10.5), ylim=(0, 11.9), xticks=[2, 4, 6, 8, 10])
    ax.set(xlabel=_("window"), ylabel=_("skip-gram ÷ CBOW"))
    ax.plot(windows, [c + 1 for c in windows], ":", color=C["muted"], label=_("predictions"))
    counted = ax.plot([], [], color=C["purple"], label=_("multiply-adds"), animated=True)[0]
    measured = ax.plot([], [], "x", ms=6, color=C["green"], label=_("time, measured"), animated=True)[0]
    ax.legend(loc="upper left", borderpad=0, handlelength=1.4)
    dot = ax.plot([], [], "o", ms=9, color=C["red"], mec=C["paper"], animated=True)[0]

    adds_fig, ax_a = panel(3.2, 2.6, yscale="log", xlim=(0, 10.5), ylim=(600, 130_000))
    ax_a.set(xlabel=_("window"), ylabel=_("multiply-adds a word"), xticks=[2, 4, 6, 8, 10])
    ax_a.set_yticks([1e3, 1e4, 1e5], ["1,000", "10,000", "100,000"])
    lines, dots = {}, {}
    for algorithm, colour, name in (("skipgram", SKIPGRAM, _("skip-gram")), ("cbow", CBOW, "CBOW")):
        lines[algorithm] = ax_a.plot([], [], color=colour, label=name, animated=True)[0]
        dots[algorithm] = ax_a.plot([], [], "o", ms=8, color=colour, mec=C["paper"], animated=True)[0]
    ax_a.legend(loc="upper left", borderpad=0, handlelength=1.4)

    def update(window, negative):
        j, i = noise.index(negative), windows.index(window)
        ratios = [adds["skipgram", c, negative] / adds["cbow", c, negative] for c in windows]
        times = seconds[0, :, j] / seconds[1, :, j]
        counted.set_data(windows, ratios)
        measured.set_data(windows, times)
        dot.set_data([window], [ratios[i]])
        for algorithm, line in lines.items():
            y = [adds[algorithm, c, negative] for c in windows]
            line.set_data(windows, y)
            dots[algorithm].set_data([window], [y[i]])
        return plural(
            "Window {c}, {n} noise word: skip-gram makes {k} times as many predictions, does {r:.1f} times "
            "the "
            "arithmetic ({sg:,} against {cbow:,} multiply-adds a word) and took {t:.1f} times as long.",
            "Window {c}, {n} noise words: skip-gram makes {k} times as many predictions, does {r:.1f} times "
            "the "
            "arithmetic ({sg:,} against {cbow:,} multiply-adds a word) and took {t:.1f} times as long.",
            negative,
        ).format(
            c=window,
            n=negative,
            k=window + 1,
            r=ratios[i],
            t=times[i],
            sg=adds["skipgram", window, negative],
            cbow=adds["cbow", window, negative],
        )

    params = {"window": windows, "negative": noise, "start": {"window": 5, "negative": 5}}
    params["labels"] = {"window": _("window"), "negative": _("noise words")}
    params["grab"] = {"window": [(ax, "x"), (ax_a, "x")]}
    return [ratio_fig, adds_fig], update, params
