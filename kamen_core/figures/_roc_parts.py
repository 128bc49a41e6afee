"""What several figures of the ROC chapter are made of."""

from fractions import Fraction

from ..language import _
from .style import C, panel

FIVE = ([1, 1, 0, 1, 0], [0.9, 0.8, 0.75, 0.72, 0.7])  # the column's samples
PRINTED = [(0, 0), (0, 1 / 3), (0, 2 / 3), (0, 2 / 3), (1 / 2, 1), (1, 1)]  # its points, as (FPR, TPR)
GOOD, BAD = C["orange"], C["blue"]  # positives are orange, negatives blue, throughout


def roc_plane(width=2.35, height=2.35, **axes):
    """The plane of ROC curves with its diagonal."""
    fig, ax = panel(width, height, xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal", **axes)
    ax.set(xlabel=_("FPR"), ylabel=_("TPR"), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    ax.plot([0, 1], [0, 1], ":", color=C["muted"])
    return fig, ax


def matrix(ax):
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


def cards(y_true, y_score, ax):
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


def fraction(x):
    """A rate as a reader writes it: 1/3, 0, 1."""
    return str(Fraction(float(x)).limit_denominator(100))
