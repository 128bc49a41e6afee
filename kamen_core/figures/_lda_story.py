"""The figure of the LDA chapter in which a document writes itself, word by word."""

import numpy as np

from ..language import _
from ..lda import generate
from ._simplex import COLOURS, topics
from .style import C, panel, styled

LENGTH = 10
PHI = np.array(
    [
        [0.4, 0.3, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1],
        [0.0, 0.0, 0.0, 0.4, 0.3, 0.2, 0.0, 0.0, 0.0, 0.1],
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.4, 0.3, 0.2, 0.1],
    ]
)
# the documents' topics: the column's, then three draws from a Dirichlet with α = 0.7
THETAS = np.vstack([(0.6, 0.3, 0.1), np.random.default_rng(4).dirichlet([0.7] * 3, 3)])
NODES = {"α": 0.3, "θ": 1.25, "z": 2.2, "w": 3.15, "φ": 4.1, "η": 5.05}


def vocabulary():
    """The ten words; the last one belongs to all three topics."""
    return [
        _("match"), _("goal"), _("coach"), _("pun"), _("laugh"), _("clown"), _("lipstick"), _("powder"),
        _("mirror"), _("colour"),
    ]  # fmt: skip


def _plates():
    """The plate diagram, and the ring that lights one of its nodes."""
    fig, ax = panel(4.8, 1.55, xlim=(-0.1, 5.45), ylim=(-0.78, 0.72), aspect="equal")
    ax.axis("off")
    for left, right, low, high, text in (
        (1.72, 3.62, -0.5, 0.46, "N"),
        (0.8, 3.74, -0.74, 0.62, "D"),
        (3.82, 4.55, -0.5, 0.46, "K"),
    ):
        ax.plot([left, right, right, left, left], [low, low, high, high, low], color=C["muted"], lw=0.9)
        ax.text(left + 0.06, low + 0.03, text, color=C["muted"], va="bottom")
    for a, b in (("α", "θ"), ("θ", "z"), ("z", "w"), ("φ", "w"), ("η", "φ")):
        x0, x1 = NODES[a], NODES[b]
        gap = 0.27 if x1 > x0 else -0.27
        ax.plot([x0 + gap, x1 - gap], [0, 0], color=C["muted"], lw=1.2)
        ax.plot([x1 - gap], [0], marker=">" if x1 > x0 else "<", color=C["muted"], ms=6)
    for name, x in NODES.items():
        fill = C["faint"] if name == "w" else C["paper"]
        ax.plot([x], [0], "o", ms=24, mfc=fill, mec=C["muted"], mew=1)
    ring = ax.plot([], [], "o", ms=28, mfc="none", mec=C["red"], mew=3, animated=True)[0]
    for name, x in NODES.items():
        ax.text(x, -0.02, name, ha="center", va="center", fontsize=12)
    return fig, ring


@styled
def story():
    """Draw φ, draw θ; then for every word draw its topic, and the word from the topic."""
    words = vocabulary()
    corpora = [generate(1, LENGTH, t, PHI, rng=i) for i, t in enumerate(THETAS)]
    names = topics()

    plate_fig, ring = _plates()
    theta_fig, ax = panel(2.3, 2.3, xlim=(-0.6, 2.6), ylim=(0, 1.02), title=_("θ: its topics"))
    ax.set_xticks(range(3), names)
    bars = [ax.bar(k, 0, 0.7, color=COLOURS[k], animated=True)[0] for k in range(3)]
    phi_fig, ax_phi = panel(2.5, 2.3, xlim=(0, 0.52), ylim=(9.6, -0.6), title=_("φ: the topic's words"))
    ax_phi.set_yticks(range(10), words)
    ax_phi.set_xticks([0, 0.2, 0.4])
    rows = [ax_phi.barh(w, 0, 0.75, animated=True)[0] for w in range(10)]
    text_fig, page = panel(4.8, 0.9, xlim=(0, 5), ylim=(2, 0))
    page.axis("off")
    page.plot([0, 5, 5, 0, 0], [0, 0, 2, 2, 0], color=C["faint"], lw=1)
    written = [
        page.text(i % 5 + 0.5, i // 5 + 0.5, "", ha="center", va="center", fontsize=11, animated=True)
        for i in range(LENGTH)
    ]

    def update(document, step):
        theta, corpus = THETAS[document - 1], corpora[document - 1]
        i, choosing = divmod(step - 3, 2)  # step 3 draws the topic of word 0, step 4 the word itself
        done = max(step - 3 + 1, 0) // 2
        node = ["η", "φ", "θ"][step] if step < 3 else "w" if choosing else "z"
        ring.set_data([NODES[node]], [0])
        topic = int(corpus.z[i]) if step >= 3 else None
        for k, bar in enumerate(bars):
            bar.set_height(theta[k] if step >= 2 else 0)
            bar.set_alpha(0.9 if topic in (None, k) else 0.3)
        for w, row in enumerate(rows):
            row.set_width(0 if topic is None else PHI[topic, w])
            row.set_facecolor(COLOURS[topic or 0])
            row.set_alpha(0.9 if choosing == 0 or w == corpus.words[i] else 0.3)
        for j, text in enumerate(written):
            text.set_text(words[corpus.words[j]] if j < done else "")
            text.set_color(COLOURS[corpus.z[j]])
        if step == 0:
            return _("Given: the pseudo-counts α and η, three topics, and that a document has ten words.")
        if step == 1:
            return _("Once for all documents: every topic's distribution φ over the words is drawn.")
        if step == 2:
            return _(
                "Document {d}: its topics θ are drawn, sport {a:.2f}, jokes {b:.2f}, make-up {c:.2f}."
            ).format(d=document, a=theta[0], b=theta[1], c=theta[2])
        if not choosing:
            return _(
                "Word {i}: a topic is drawn from θ. It is {topic}, which had probability {p:.2f}."
            ).format(i=i + 1, topic=names[topic], p=theta[topic])
        word = corpus.words[i]
        return _("Word {i}: drawn from the topic {topic}. It is “{word}”, with probability {p:.1f}.").format(
            i=i + 1, topic=names[topic], word=words[word], p=PHI[topic, word]
        )

    params = {"document": [1, 2, 3, 4], "step": range(3 + 2 * LENGTH), "play": "step"}
    params |= {"start": {"document": 1, "step": 6}}
    params["labels"] = {"document": _("document"), "step": _("step")}
    return [[plate_fig], [theta_fig, phi_fig], [text_fig]], update, params
