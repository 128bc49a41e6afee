"""Figures of the LDA chapter: documents as mixtures, what α and η do, and how often rare words move."""

from itertools import pairwise

import numpy as np

from ..language import _
from ._lda_topics import best, corpora, joined, named
from .style import C, panel, styled


@styled
def document(n_coloured=4):
    """A document as a mixture: its topics, and which of them each of its first words came from."""
    runs = corpora()
    colours = (C["blue"], C["orange"], C["green"], C["purple"])
    bars_fig, ax = panel(4.8, 1.35, xlim=(0, 1.0), ylim=(n_coloured - 0.4, -0.6), xticks=[0, 0.5, 1])
    ax.set_yticks([])
    bars = [ax.barh(i, 0, height=0.75, color=c, alpha=0.35, animated=True)[0] for i, c in enumerate(colours)]
    names = [ax.text(0.02, i, "", va="center", animated=True) for i in range(n_coloured)]
    text_fig, page = panel(4.8, 2.1, xlim=(0, 1), ylim=(1, 0))
    page.axis("off")
    title = page.text(0.5, 0.04, "", ha="center", va="center", fontsize=12, animated=True)
    words = [page.text(0, 0, "", ha="center", va="center", animated=True) for _word in range(36)]

    def update(corpus, which):
        run = runs[corpus]
        theta, d = run.theta[which - 1], which - 1
        top = best(theta, n_coloured)
        for k, bar, name in zip(top, bars, names, strict=True):
            bar.set_width(theta[k])
            name.set_text(_("{k}: {words}").format(k=k + 1, words=named(run, k, 4)))
        across = 4 if max(map(len, run.excerpt[d])) > 1 else 9
        for i, text in enumerate(words):
            row, col = divmod(i, across)
            inside = row < 7 and run.excerpt_z[d, i] >= 0
            text.set_text(str(run.excerpt[d, i]) if inside else "")
            text.set_position(((col + 0.5) / across, 0.18 + row * 0.13))
            place = np.flatnonzero(top == run.excerpt_z[d, i])
            text.set_color(colours[place[0]] if len(place) else C["muted"])
        title.set_text(str(run.shown[d]))
        many = int((theta > 0.05).sum())
        return _(
            "{name}: topic {k} has {p:.0%} of it, the four largest together {q:.0%}; {m} above 5 %."
        ).format(name=run.shown[d], k=top[0] + 1, p=theta[top[0]], q=theta[top].sum(), m=many)  # fmt: skip

    params = {"corpus": list(runs), "which": range(1, len(next(iter(runs.values())).shown) + 1)}
    params["labels"] = {"corpus": _("corpus"), "which": _("document")}
    return [[bars_fig], [text_fig]], update, params


@styled
def priors():
    """Twenty choices of α and η: how many topics a document has, how many words a topic."""
    runs = corpora()
    first = next(iter(runs.values()))
    alphas, etas = ([round(float(v), 3) for v in values] for values in (first.alphas, first.etas))
    n_topics = first.theta.shape[1]
    plane_fig, plane = panel(2.4, 2.3, xscale="log", yscale="log", xlim=(0.005, 100), ylim=(0.0005, 2))
    plane.set(xlabel="α", ylabel="η")
    plane.set_xticks([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"])
    plane.set_yticks(etas, [f"{v:g}" for v in etas])
    plane.minorticks_off()
    plane.plot(np.repeat(alphas, len(etas)), np.tile(etas, len(alphas)), ".", color=C["muted"])
    dot = plane.plot([], [], "o", ms=11, color=C["red"], mec=C["paper"], animated=True)[0]
    bars_fig, ax = panel(2.4, 2.3, xlim=(-0.7, n_topics - 0.3), ylim=(0, 1.02), xticks=[], ylabel="θ")
    ax.set_xlabel(_("topics of one document"))
    bars = [ax.bar(k, 0, 0.8, color=C["blue"], alpha=0.7, animated=True)[0] for k in range(n_topics)]
    words_fig, page = panel(4.8, 0.5, xlim=(0, 1), ylim=(0, 1))
    page.axis("off")
    words = page.text(0.5, 0.5, "", ha="center", va="center", animated=True)

    def update(corpus, alpha, eta):
        run, i, j = runs[corpus], alphas.index(alpha), etas.index(eta)
        dot.set_data([alpha], [eta])
        for bar, p in zip(bars, run.example[i, j], strict=True):
            bar.set_height(p)
        words.set_text(joined(run.example_words[i, j]))
        return _(
            "α = {a:g}, η = {b:g}: a document uses {t:.1f} of {n} topics, a topic {w:.0f} of {v} words; "
            "the largest topic of {name} has {p:.0%}."
        ).format(
            a=alpha, b=eta, t=run.effective_topics[i, j], w=run.effective_words[i, j], n=n_topics,
            v=run.n_words, name=run.shown[0], p=run.example[i, j, 0],
        )  # fmt: skip

    params = {"corpus": list(runs), "alpha": alphas, "eta": etas}
    params |= {"start": {"alpha": 0.1, "eta": 0.01}}
    params["labels"] = {"corpus": _("corpus"), "alpha": "α", "eta": "η"}
    params["grab"] = {"alpha": (plane, "x"), "eta": (plane, "y")}
    return [[plane_fig, bars_fig], [words_fig]], update, params


@styled
def rare():
    """How often a sweep moves a token to another topic, by how often its word occurs."""
    runs = corpora()
    first = next(iter(runs.values()))
    settings = {
        _("{k} topics, α = {a:.3g}, η = {e:g}").format(k=int(k), a=a, e=e): i
        for i, (k, a, e) in enumerate(first.rare)
    }
    edges = [int(e) for e in first.edges]
    fig, ax = panel(4.8, 2.6, xscale="log", xlim=(0.8, 1300), ylim=(0, 0.78))
    ax.set_xlabel(_("occurrences of the word"))
    ax.set_ylabel(_("changes a sweep"), labelpad=9)
    ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
    ax.minorticks_off()
    middle = [*(np.sqrt(a * (b - 1)) for a, b in pairwise(edges)), 900]
    line = ax.plot([], [], "o-", ms=4, color=C["blue"], animated=True)[0]
    dot = ax.plot([], [], "o", ms=10, color=C["red"], mec=C["paper"], animated=True)[0]
    level = ax.plot([], [], "--", color=C["muted"], lw=1, animated=True)[0]

    def update(corpus, setting, group):
        run, s, g = runs[corpus], settings[setting], group - 1
        rates = run.switch_rate[s]
        line.set_data(middle, rates)
        dot.set_data([middle[g]], [rates[g]])
        mean = np.average(rates, weights=run.switch_tokens)
        level.set_data([0.8, 1300], [mean, mean])
        if g == len(edges) - 1:
            often = _("more than {a} times").format(a=edges[g] - 1)
        elif edges[g + 1] - edges[g] == 1:
            often = _("once") if edges[g] == 1 else _("twice")
        else:
            often = _("{a} to {b} times").format(a=edges[g], b=edges[g + 1] - 1)
        return _(
            "{n} tokens of words that occur {often}: {p:.1%} change their topic in a sweep. Over all "
            "tokens it is {m:.1%}."
        ).format(n=run.switch_tokens[g], often=often, p=rates[g], m=mean)  # fmt: skip

    params = {"corpus": list(runs), "setting": list(settings), "group": range(1, len(edges) + 1)}
    params["labels"] = {"corpus": _("corpus"), "setting": _("setting"), "group": _("class of words")}
    params["grab"] = {"group": (ax, [(m, 0.3) for m in middle])}
    return fig, update, params
