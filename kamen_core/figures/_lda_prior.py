"""Figures of the LDA chapter: draws, the Dirichlet, and why counts go so well with it."""

from math import lgamma

import numpy as np

from ..language import _, plural
from ..lda import count, generate, theta
from ._simplex import COLOURS, grid, image, place, shade, topics, triangle
from .style import C, panel, styled

THETA = (0.6, 0.3, 0.1)  # the column's document: sport, jokes, make-up


@styled
def sampling(n_draws=10_000):
    """Topics drawn from (0.6, 0.3, 0.1): the shares of the draws come near the probabilities."""
    z = generate(1, n_draws, THETA, np.eye(3), rng=0).z
    sizes = [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]

    bars_fig, ax = panel(2.5, 2.3, ylim=(0, 1.02), xlim=(-0.6, 2.6), ylabel=_("share of the draws"))
    ax.set_xticks(range(3), topics())
    bars = [ax.bar(k, 0, width=0.7, color=COLOURS[k], alpha=0.75, animated=True)[0] for k in range(3)]
    for k, p in enumerate(THETA):
        ax.plot([k - 0.42, k + 0.42], [p, p], color=C["ink"], lw=2)
    ax.text(2.6, 0.98, _("lines: probability"), ha="right", va="top")
    dots_fig, grid_ax = panel(2.3, 2.3, xlim=(-0.7, 9.7), ylim=(9.7, -0.7), aspect="equal")
    grid_ax.set(xticks=[], yticks=[], xlabel=_("the first 100, in order"))
    dots = [grid_ax.plot([], [], "s", ms=10, color=c, animated=True)[0] for c in COLOURS]

    def update(draws):
        counts = np.bincount(z[:draws], minlength=3)
        for k, (bar, dot) in enumerate(zip(bars, dots, strict=True)):
            bar.set_height(counts[k] / draws)
            at = np.flatnonzero(z[: min(draws, 100)] == k)
            dot.set_data(at % 10, at // 10)
        worst = abs(counts / draws - THETA).max()
        return plural(
            "{n} draw: sport {a}, jokes {b}, make-up {c}. Share and probability differ by at most {d:.3f}.",
            "{n} draws: sport {a}, jokes {b}, make-up {c}. Share and probability differ by at most {d:.3f}.",
            draws,
        ).format(n=draws, a=counts[0], b=counts[1], c=counts[2], d=worst)

    params = {"draws": sizes, "start": {"draws": 10}, "play": "draws", "labels": {"draws": _("draws")}}
    return [[bars_fig, dots_fig]], update, params


def dirichlet_draws(alphas, n, seed):
    """Draws (len(alphas), n, 3) from symmetric Dirichlets that share their chance, so that they glide with α.

    A gamma variable of shape α is one of shape α + 1 times U^(1/α); logarithms, for α may be small.
    """
    alphas = np.asarray(alphas)
    log_u = np.log1p(-np.random.default_rng(seed).random((n, 3)))
    log_g = np.empty((len(alphas), n, 3))
    for i in range(n):
        for k in range(3):
            for a, alpha in enumerate(alphas):
                log_g[a, i, k] = np.log(np.random.default_rng([seed, i, k]).standard_gamma(alpha + 1))
    log_g += log_u / alphas[:, None, None]
    g = np.exp(log_g - log_g.max(axis=2, keepdims=True))
    return g / g.sum(axis=2, keepdims=True)


@styled
def simplex(n_documents=120, n_shown=8, seed=2):
    """Documents drawn from a Dirichlet: α pulls them from the corners to the centre."""
    alphas = [0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0]
    draws = dirichlet_draws(alphas, n_documents, seed)
    ordered = -np.sort(-draws, axis=2)
    typical = place(ordered.mean(axis=1))  # the mean of documents whose topics are sorted by size

    tri_fig, tri = triangle(2.7, 2.6)
    dots = tri.plot([], [], "o", ms=4, color=C["green"], alpha=0.7, animated=True)[0]
    tri.plot(*typical.T, color=C["red"], lw=1)
    handle = tri.plot([], [], "o", ms=11, color=C["red"], mec=C["paper"], animated=True)[0]
    bars_fig, ax = panel(2.1, 2.6, xlim=(0, 1), ylim=(n_shown - 0.4, -0.6), xticks=[0, 1])
    ax.set(yticks=[], xlabel=_("θ of eight documents"))
    bars = [
        [ax.barh(i, 0, height=0.75, color=c, alpha=0.75, animated=True)[0] for c in COLOURS]
        for i in range(n_shown)
    ]

    def update(alpha):
        now = draws[alphas.index(alpha)]
        dots.set_data(*place(now).T)
        handle.set_data(*typical[[alphas.index(alpha)]].T)
        for row, p in zip(bars, now, strict=False):
            for bar, left, width in zip(row, np.cumsum([0, *p[:2]]), p, strict=True):
                bar.set_x(left)
                bar.set_width(width)
        largest = now.max(axis=1)
        return _(
            "α = {a:g}: on average the largest topic of a document has probability {m:.2f}; in {k} of {n} "
            "documents it has more than 0.9."
        ).format(a=alpha, m=largest.mean(), k=(largest > 0.9).sum(), n=n_documents)

    params = {"alpha": alphas, "start": {"alpha": 0.3}, "labels": {"alpha": "α"}}
    params["grab"] = {"alpha": (tri, typical)}
    return [[tri_fig, bars_fig]], update, params


FLIPS = "HTHHTHHHTH"  # seven heads in ten
PRIORS = {"Beta(1, 1)": (1, 1), "Beta(2, 3)": (2, 3), "Beta(20, 20)": (20, 20)}


def log_dirichlet(p, alpha):
    """Log density of Dirichlet(alpha) at probabilities (..., K); for K = 2 it is the Beta."""
    constant = lgamma(sum(alpha)) - sum(map(lgamma, alpha))
    return constant + ((np.asarray(alpha) - 1) * np.log(p)).sum(axis=-1)


@styled
def coin():
    """A coin's bias, one flip at a time: prior, likelihood and posterior are all of one family."""
    p = np.linspace(0.0001, 0.9999, 53)
    both = np.stack([p, 1 - p], axis=-1)

    row_fig, row = panel(4.8, 0.95, xlim=(0.3, 10.7), ylim=(-0.7, 0.8), yticks=[], xlabel=_("flips"))
    row.spines["left"].set_visible(False)
    row.set_xticks(range(1, 11))
    for i, side in enumerate(FLIPS, 1):
        row.text(i, 0.05, side, ha="center", va="center", color=C["muted"])
    ring = row.plot([], [], "o", ms=17, mfc="none", mec=C["ink"], mew=1.5, animated=True)[0]
    fig, ax = panel(4.8, 2.5, xlim=(0, 1), ylim=(0, 6.4), yticks=[], xlabel=_("probability of heads"))
    prior_line = ax.plot([], [], "--", color=C["muted"], lw=2, label=_("prior"), animated=True)[0]
    like_line = ax.plot([], [], ":", color=C["blue"], lw=2, label=_("likelihood"), animated=True)[0]
    post_fill = ax.fill_between(p, 0, 0 * p, color=C["orange"], alpha=0.3, lw=0, animated=True)
    post_line = ax.plot([], [], color=C["orange"], lw=2, label=_("posterior"), animated=True)[0]
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)

    def update(prior, flips):
        heads = FLIPS[:flips].count("H")
        a, b = PRIORS[prior]
        post = np.exp(log_dirichlet(both, (a + heads, b + flips - heads)))
        prior_line.set_data(p, np.exp(log_dirichlet(both, (a, b))))
        like_line.set_data(p, np.exp(log_dirichlet(both, (1 + heads, 1 + flips - heads))))
        post_line.set_data(p, post)
        post_fill.set_data(p, 0 * p, post)
        ring.set_data(range(1, flips + 1), [0.05] * flips)
        return _(
            "{heads}, {tails}: {prior} becomes Beta({a}, {b}). The mean goes from {m0:.3f} to {m1:.3f}."
        ).format(
            heads=plural("{n} head", "{n} heads", heads).format(n=heads),
            tails=plural("{n} tail", "{n} tails", flips - heads).format(n=flips - heads),
            prior=prior,
            a=a + heads,
            b=b + flips - heads,
            m0=a / (a + b),
            m1=(a + heads) / (a + b + flips),
        )

    params = {"prior": list(PRIORS), "flips": range(11), "play": "flips"}
    params |= {"start": {"prior": "Beta(2, 3)", "flips": 3}}
    params |= {"labels": {"prior": _("prior"), "flips": _("flips")}, "grab": {"flips": (row, "x")}}
    return [[row_fig], [fig]], update, params


DRAWN = (0, 1, 0, 0, 2, 1, 0, 0, 1, 0)  # six sport, three jokes, one make-up


@styled
def counts(n=30):
    """Ten topics drawn one by one: the Dirichlet moves, and stays a Dirichlet."""
    cells = grid(n)
    inside = (cells > 0).all(axis=-1)
    cells = np.where(cells > 0, cells, 1)

    panels, images = [], {}
    for name, colour in (
        (_("prior"), C["muted"]),
        (_("likelihood"), C["blue"]),
        (_("posterior"), C["orange"]),
    ):
        fig, ax = triangle(title=name)
        images[name] = image(ax, n), colour
        panels.append(fig)
    mean = ax.plot([], [], "o", ms=8, color=C["red"], mec=C["paper"], animated=True)[0]
    bars_fig, bars_ax = panel(2.35, 2.3, xlim=(-0.5, 2.6), ylim=(0, 1.02), ylabel=_("probability"))
    bars_ax.set_xticks(range(3), topics())
    width = 0.26
    bars = [
        [bars_ax.bar(k + (j - 1) * width, 0, width, color=c, animated=True)[0] for k in range(3)]
        for j, c in enumerate((C["muted"], C["blue"], C["orange"]))
    ]

    def update(alpha, draws):
        z = np.array(DRAWN[:draws], dtype=int)
        n_k = np.bincount(z, minlength=3)
        prior, posterior = np.full(3, alpha), n_k + alpha
        shown = (prior, n_k + 1.0, posterior)
        for (picture, colour), a in zip(images.values(), shown, strict=True):
            picture.set_data(shade(log_dirichlet(cells, a), inside, colour))
        estimate = (
            theta(count(np.zeros_like(z), np.zeros_like(z), z, 3), alpha)[0] if draws else prior / prior.sum()
        )
        mean.set_data(*place(estimate)[:, None])
        shares = n_k / draws if draws else np.zeros(3)
        for row, values in zip(bars, (prior / prior.sum(), shares, estimate), strict=True):
            for bar, value in zip(row, values, strict=True):
                bar.set_height(value)
        return _(
            "Counts {n}: Dirichlet({a}, {a}, {a}) becomes Dirichlet({b}). Its mean, the red dot, is {m}."
        ).format(
            n=", ".join(map(str, n_k)),
            a=f"{alpha:g}",
            b=", ".join(f"{v:g}" for v in posterior),
            m=", ".join(f"{v:.3f}" for v in estimate),
        )

    params = {"alpha": [1.0, 2.0, 10.0], "draws": range(11), "play": "draws"}
    params |= {"start": {"alpha": 2.0, "draws": 10}, "labels": {"alpha": "α", "draws": _("topics drawn")}}
    return [panels[:2], [panels[2], bars_fig]], update, params
