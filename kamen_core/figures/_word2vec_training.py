"""The word2vec chapter's figures of what training finds: rare words, and the map."""

import numpy as np

from ..language import _, plural
from ._word2vec_counting import SKIPGRAM
from .style import C, panel, styled

METHODS = (SKIPGRAM, C["blue"], C["green"])  # skip-gram, CBOW as in word2vec.c, CBOW exact
RAREST = 5  # deciles


@styled
def rare(findings):
    """How often a word's two halves find each other, by how rare they are and by budget."""
    found = findings["rare_hits"] / findings["rare_tried"]  # (seed, method, budget, epoch, decile)
    epochs, medians = findings["rare_epochs"], findings["rare_medians"]
    budgets = [_("as many epochs"), _("as much arithmetic"), _("as many predictions")]
    names = [_("skip-gram"), _("CBOW, word2vec.c"), _("CBOW, exact")]
    n_steps, n_deciles = epochs.shape[1], len(medians)
    mean, low, high = found.mean(axis=0), found.min(axis=0), found.max(axis=0)
    rarest = found[..., :RAREST].mean(axis=-1).mean(axis=0)  # (method, budget, epoch)

    deciles_fig, ax = panel(4.8, 2.7, xlim=(0.5, n_deciles + 0.5), ylim=(-0.03, 1.12))
    ax.set(xlabel=_("times that a half occurs (median of the decile)"), ylabel=_("halves found"))
    ax.set_xticks(range(1, n_deciles + 1), [f"{m:g}" for m in medians])
    ax.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
    lines, bars, dots = [], [], []
    for colour, name in zip(METHODS, names, strict=True):
        lines.append(ax.plot([], [], "o-", ms=4, color=colour, label=name, animated=True)[0])
        bars.append(ax.plot([], [], color=colour, lw=1, alpha=0.7, animated=True)[0])
    ax.legend(loc="upper left", borderpad=0, handlelength=1)

    course, ax_c = panel(4.8, 2.0, xlim=(-0.15, n_steps - 0.85), ylim=(-0.015, 0.45))
    ax_c.set(xlabel=_("epochs of skip-gram"), ylabel=_("rarer half found"), xticks=range(n_steps))
    ax_c.set_yticks([0, 0.2, 0.4], ["0", "20 %", "40 %"])
    curves = [ax_c.plot([], [], color=colour, animated=True)[0] for colour in METHODS]
    for colour in METHODS:
        dots.append(ax_c.plot([], [], "o", ms=8, color=colour, mec=C["paper"], animated=True)[0])

    x = np.arange(1, n_deciles + 1)

    def update(budget, epoch):
        b = budgets.index(budget)
        for m in range(len(METHODS)):
            shifted = x + 0.09 * (m - 1)
            lines[m].set_data(shifted, mean[m, b, epoch])
            ends = np.column_stack([low[m, b, epoch], high[m, b, epoch], np.full(n_deciles, np.nan)])
            bars[m].set_data(np.repeat(shifted, 3), ends.ravel())
            curves[m].set_data(range(n_steps), rarest[m, b])
            dots[m].set_data([epoch], [rarest[m, b, epoch]])
        return _(
            "{sg}, {cbow}: of the rarer half of the words skip-gram finds {a:.0%}, CBOW as in word2vec.c "
            "{b:.0%}, exact CBOW {c:.0%}; of the commonest tenth {d:.0%}, {e:.0%} and {f:.0%}."
        ).format(
            sg=plural("Skip-gram after {n} epoch", "Skip-gram after {n} epochs", epoch).format(n=epoch),
            cbow=_("CBOW after {n}").format(n=epochs[b, epoch]),
            **dict(zip("abc", rarest[:, b, epoch], strict=True)),
            **dict(zip("def", mean[:, b, epoch, -1], strict=True)),
        )

    params = {"budget": budgets, "epoch": range(n_steps), "start": {"epoch": 3}, "play": "epoch"}
    params["labels"] = {"budget": _("CBOW gets"), "epoch": _("epochs of skip-gram")}
    params["grab"] = {"epoch": (ax_c, "x")}
    return [[deciles_fig], [course]], update, params


GROUPS = {
    "bible": (_("people"), _("family"), _("numbers"), _("body"), _("animals"), _("metals, cloth"), _("food")),
    "tang": (
        _("sky"), _("plants"), _("animals"), _("colours"), _("numbers"), _("feelings"), _("water"),
    ),
}  # fmt: skip
COLOURS = [C[name] for name in ("blue", "purple", "red", "green", "orange", "ink", "muted")]


def _dots(points, length):
    """Data of a line that draws a dot at each point, by round ends of hardly any length."""
    x, y = np.repeat(points, 3, axis=0).T.copy()
    x[1::3] += length
    x[2::3] = y[2::3] = np.nan
    return x, y


@styled
def word_map(findings, corpus):
    """Words of a corpus in two dimensions, after every epoch; one of them with its nearest words."""
    data = {name.removeprefix(f"{corpus}_"): a for name, a in findings.items() if name.startswith(corpus)}
    vocabulary = str(data["words"]).split("\n")
    shown, group, positions = data["shown"].tolist(), data["group"], data["positions"].astype(float)
    chosen = {vocabulary[row]: i for i, row in enumerate(data["chosen"])}
    where = {row: i for i, row in enumerate(shown)}
    n_epochs = len(positions)

    reach = abs(positions).max(axis=(0, 1)) * 1.08
    map_fig, ax = panel(
        4.8, 3.9, xlim=(-reach[0], reach[0]), ylim=(-reach[1], reach[1]), xticks=[], yticks=[]
    )
    for spine in ax.spines.values():
        spine.set_visible(False)
    clouds = {}
    for g, (colour, name) in enumerate(zip([*COLOURS, C["faint"]], [*GROUPS[corpus], None], strict=True)):
        if name:
            ax.plot([], [], "o", ms=5, color=colour, label=name)
        clouds[g if name else -1] = ax.plot(
            [], [], lw=4.5, color=colour, solid_capstyle="round", zorder=2 if name else 1, animated=True
        )[0]
    ax.legend(
        loc="lower center",
        bbox_to_anchor=(0.5, 1),
        ncols=4,
        columnspacing=0.8,
        handletextpad=0.1,
        borderpad=0,
    )
    ring = ax.plot([], [], "o", ms=11, mfc="none", mec=C["ink"], mew=2, animated=True)[0]
    near_rings = ax.plot([], [], "o", ms=9, mfc="none", mec=C["ink"], mew=1, animated=True)[0]
    label = ax.text(0, 0, "", weight="bold", ha="center", va="bottom", animated=True, zorder=5)

    n_near = data["neighbours"].shape[2]
    near_fig, ax_n = panel(2.35, 2.1, xlim=(-0.62, 1), ylim=(n_near - 0.4, -0.6), yticks=[])
    ax_n.set(xlabel=_("cosine"))
    ax_n.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    ax_n.spines["left"].set_visible(False)
    bars = [
        ax_n.plot([], [], lw=9, color=C["blue"], alpha=0.6, solid_capstyle="butt", animated=True)[0]
        for _row in range(n_near)
    ]
    names = [ax_n.text(-0.04, y, "", ha="right", va="center", animated=True) for y in range(n_near)]
    loss_fig, ax_l = panel(2.35, 2.1, xlim=(-0.4, n_epochs - 0.6), xlabel=_("epoch"), ylabel=_("loss"))
    losses = data["losses"]
    ax_l.set(ylim=(np.floor(losses.min() * 2) / 2, 4.4), xticks=range(0, n_epochs, 2))
    ax_l.plot(losses, color=C["muted"])
    dot = ax_l.plot([], [], "o", ms=9, color=C["red"], mec=C["paper"], animated=True)[0]

    def update(epoch, word):
        here, row = positions[epoch], chosen[word]
        for g, cloud in clouds.items():
            cloud.set_data(*_dots(here[group == g], 0.004 * reach[0]))
        x, y = here[where[int(data["chosen"][row])]]
        ring.set_data([x], [y])
        label.set_text(word)
        label.set_position((float(np.clip(x, -0.8 * reach[0], 0.8 * reach[0])), y + 0.035 * reach[1]))
        near, cosines = data["neighbours"][epoch, row].tolist(), data["cosines"][epoch, row]
        there = np.array([here[where[i]] for i in near if i in where]).reshape(-1, 2)
        near_rings.set_data(*there.T)
        for k, (bar, name) in enumerate(zip(bars, names, strict=True)):
            bar.set_data([0, cosines[k]], [k, k])
            name.set_text(vocabulary[near[k]])
        dot.set_data([epoch], [losses[epoch]])
        when = plural("After {n} epoch", "After {n} epochs", epoch).format(n=epoch)
        if epoch == 0:
            when = _("Before training")
        return _(
            "{when}, “{word}” is nearest to {near} (cosine {a:.2f} to {b:.2f}). Mean loss {loss:.2f}."
        ).format(
            when=when,
            word=word,
            near=_(", ").join(vocabulary[i] for i in near[:3]),
            a=cosines[0],
            b=cosines[2],
            loss=losses[epoch],
        )

    params = {
        "epoch": range(n_epochs),
        "word": list(chosen),
        "start": {"epoch": n_epochs - 1},
        "play": "epoch",
    }
    params["labels"] = {"epoch": _("epoch"), "word": _("word")}
    params["grab"] = {"epoch": (ax_l, list(enumerate(losses.tolist())))}
    params["name"] = f"map-{corpus}"
    return [[map_fig], [near_fig, loss_fig]], update, params
