"""Figures of the LDA chapter: real topics, as they appear, and as several chains see them."""

import numpy as np

from ..datasets import topic_runs
from ..language import _, plural
from .style import C, panel, styled


def corpora():
    """The two corpora by the name that readers see."""
    return {_("King James Bible"): topic_runs("bible"), _("Tang poems"): topic_runs("tang")}


def best(weights, n):
    """The indices of the n largest, largest first."""
    return np.argsort(-np.asarray(weights, float), axis=-1, kind="stable")[..., :n]


def joined(words):
    """Words with spaces; Chinese characters without."""
    return ("" if max(map(len, words)) == 1 else " ").join(words)


def named(run, k, n=2):
    """A topic's likeliest words in the end, by which it can be told."""
    return joined([str(w) for w in run.words[best(run.n_kw[-1, k], n)]])


@styled
def topics(n_words=5):
    """The words of twelve topics while four chains climb."""
    runs = corpora()
    first = next(iter(runs.values()))
    sweeps = [int(s) for s in first.sweeps]
    n_topics = first.n_k.shape[1]
    every = np.unique(np.geomspace(1, 301, 50).astype(int)) - 1

    fig, ax = panel(4.8, 3.3, xlim=(0, 10), ylim=(n_topics - 0.4, -0.6))
    ax.axis("off")
    bars = [ax.barh(k, 0, height=0.7, color=C["blue"], alpha=0.3, animated=True)[0] for k in range(n_topics)]
    for k in range(n_topics):
        ax.text(0.35, k, str(k + 1), ha="right", va="center", color=C["muted"])
    lists = [ax.text(1.95, k, "", va="center", animated=True) for k in range(n_topics)]
    climb_fig, climb = panel(2.4, 2.1, xscale="log", xlim=(0.9, 340), ylim=(-11.05, -7.4))
    close_fig, close = panel(2.4, 2.1, xscale="log", xlim=(18, 340), ylim=(-0.29, 0.01))
    climb.set(xlabel=_("sweeps, and 1"), ylabel=_("log p(w, z) / N"))
    climb.set_xticks([1, 10, 100], ["1", "10", "100"])
    close.set(xlabel=_("sweeps, and 1"), ylabel=_("below the best"))
    close.set_xticks([20, 50, 100, 300], ["20", "50", "100", "300"])
    colours = (C["blue"], C["orange"], C["green"], C["purple"])
    lines, marks = [], []
    for ax_log in (climb, close):
        ax_log.minorticks_off()
        lines.append([ax_log.plot([], [], color=c, lw=1.3, animated=True)[0] for c in colours])
        marks.append(ax_log.axvline(1, color=C["red"], lw=2.5, animated=True))

    def update(corpus, sweep):
        run, s = runs[corpus], sweeps.index(sweep)
        for k in range(n_topics):
            share = run.n_k[s, k] / run.n_tokens
            bars[k].set_x(0.5)
            bars[k].set_width(share * 8)
            lists[k].set_text(joined(run.words[best(run.n_kw[s, k], n_words if run is first else 14)]))
        top = run.log_likelihood.max()
        late = every[every >= 19]
        for far, near, curve in zip(*lines, run.log_likelihood, strict=True):
            far.set_data(every + 1, curve[every] / run.n_tokens)
            near.set_data(late + 1, (curve[late] - top) / run.n_tokens)
        for mark in marks:
            mark.set_xdata([sweep + 1, sweep + 1])
        now = run.log_likelihood[:, sweep] / run.n_tokens
        return plural(
            "{corpus}, {n} sweep: log p(w, z) a token is {a:.3f}; in the four chains {b:.3f} to {c:.3f}.",
            "{corpus}, {n} sweeps: log p(w, z) a token is {a:.3f}; in the four chains {b:.3f} to {c:.3f}.",
            sweep,
        ).format(corpus=corpus, n=sweep, a=now[0], b=now.min(), c=now.max()).replace("-", "−")  # fmt: skip

    params = {"corpus": list(runs), "sweep": sweeps, "play": "sweep"}
    params |= {"start": {"sweep": sweeps[-1]}}
    params["labels"] = {"corpus": _("corpus"), "sweep": _("sweeps")}
    params["grab"] = {"sweep": (climb, [(s + 1, -9) for s in sweeps])}
    return [[fig], [climb_fig, close_fig]], update, params


def matched(similarity):
    """For each topic of the first chain its twin: the most alike pair first, then among the rest."""
    left, twin = similarity.astype(float).copy(), np.zeros(len(similarity), dtype=int)
    for _pair in range(len(left)):
        a, b = np.unravel_index(left.argmax(), left.shape)
        twin[a] = b
        left[a], left[:, b] = -1, -1
    return twin


@styled
def chains():
    """Two chains number their topics differently: the twins stand off the diagonal until matched."""
    runs = corpora()
    orders = [_("as numbered"), _("twins matched")]
    n_topics = next(iter(runs.values())).theta.shape[1]

    fig, ax = panel(4.8, 3.75, xlim=(0.5, n_topics + 0.5), ylim=(n_topics + 0.5, 0.5), aspect="equal")
    fig.set_layout_engine("none")
    ax.set_position((0.335, 0.15, 0.65, 0.832))  # room for the names of the rows
    ax.set(xlabel=_("topics of the other chain"), yticks=[], xticks=[])
    picture = ax.imshow(
        np.zeros((n_topics, n_topics, 4)),
        extent=(0.5, n_topics + 0.5, n_topics + 0.5, 0.5),
        interpolation="none",
        animated=True,
    )
    rows = [
        ax.text(0.3, k + 1, "", ha="right", va="center", clip_on=False, animated=True)
        for k in range(n_topics)
    ]
    columns = [
        ax.text(k + 1, n_topics + 1.05, "", ha="center", va="center", animated=True) for k in range(n_topics)
    ]
    twins = ax.plot([], [], "s", ms=13, mfc="none", mec=C["red"], mew=1.5, animated=True)[0]
    ax.xaxis.labelpad = 16

    def update(corpus, chain, order):
        run = runs[corpus]
        overlap = run.similarity[chain - 2].astype(float)
        twin = matched(overlap)
        shown = twin if order == orders[1] else np.arange(n_topics)
        image = np.empty((n_topics, n_topics, 4))
        image[..., :3] = [int(C["blue"][i : i + 2], 16) / 255 for i in (1, 3, 5)]
        image[..., 3] = np.clip((overlap[:, shown] - 0.15) / 0.85, 0, 1)
        picture.set_data(image)
        for k in range(n_topics):
            rows[k].set_text(named(run, k))
            columns[k].set_text(str(shown[k] + 1))
        twins.set_data(
            [np.flatnonzero(shown == twin[k])[0] + 1 for k in range(n_topics)], np.arange(n_topics) + 1
        )
        pairs = overlap[np.arange(n_topics), twin]
        same = plural(
            "{k} of {n} topics carries the number of its twin",
            "{k} of {n} topics carry the number of their twin",
            int((twin == np.arange(n_topics)).sum()),
        ).format(k=(twin == np.arange(n_topics)).sum(), n=n_topics)
        return _(
            "Chain 1 and chain {c}: {same}. Twins overlap by {m:.2f} on average, at worst by {w:.2f}."
        ).format(c=chain, same=same, m=pairs.mean(), w=pairs.min())

    params = {"corpus": list(runs), "chain": [2, 3, 4], "order": orders}
    params["labels"] = {"corpus": _("corpus"), "chain": _("other chain"), "order": _("columns")}
    return fig, update, params


@styled
def relevance(n_words=10):
    """A topic's words, from the likeliest to the most particular."""
    runs = corpora()
    first = next(iter(runs.values()))
    lambdas = [round(float(v), 1) for v in np.linspace(0, 1, 6)]
    fig, ax = panel(2.4, 2.9, xlim=(0, 1.02), ylim=(n_words - 0.4, -0.6), xticks=[0, 0.5, 1])
    ax.set(yticks=[], xlabel=_("share of the word's uses"))
    words = [ax.text(0.04, i, "", va="center", animated=True, zorder=5) for i in range(n_words)]
    shares = [
        ax.barh(i, 0, height=0.8, color=C["orange"], alpha=0.3, animated=True)[0] for i in range(n_words)
    ]
    prob_fig, prob = panel(2.4, 2.9, xlim=(0, 0.092), ylim=(n_words - 0.4, -0.6), xticks=[0, 0.04, 0.08])
    prob.set(yticks=[], xlabel=_("probability in the topic"))
    bars = [prob.barh(i, 0, height=0.8, color=C["blue"], alpha=0.6, animated=True)[0] for i in range(n_words)]

    def update(corpus, topic, mix):
        run, k = runs[corpus], topic - 1
        p = (run.n_kw[-1, k] + run.eta) / (run.n_k[-1, k] + run.n_words * run.eta)
        score = mix * np.log(p) + (1 - mix) * np.log(p / (run.n_w / run.n_tokens))
        top = best(score, n_words)
        for text, share, bar, w in zip(words, shares, bars, top, strict=True):
            text.set_text(str(run.words[w]))
            share.set_width(run.n_kw[-1, k, w] / run.n_w[w])
            bar.set_width(p[w])
        w = top[0]
        return _(
            "{corpus}, topic {t}, λ = {m}: “{word}” comes first; {s:.0%} of its {n} uses are in this topic, "
            "of whose words it is {p:.2%}."
        ).format(
            corpus=corpus,
            t=topic,
            m=mix,
            word=run.words[w],
            s=run.n_kw[-1, k, w] / run.n_w[w],
            n=run.n_w[w],
            p=p[w],
        )

    params = {"corpus": list(runs), "topic": range(1, first.theta.shape[1] + 1), "mix": lambdas}
    params |= {"start": {"topic": 6, "mix": 1.0}}
    params["labels"] = {"corpus": _("corpus"), "topic": _("topic"), "mix": "λ"}
    return [[fig, prob_fig]], update, params
