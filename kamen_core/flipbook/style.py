"""The palette and the matplotlib settings of every figure in the book.

The browser replaces each colour of the palette by a CSS variable of the same name, so a figure drawn once
reads well in a light and in a dark page (the dark values are in flipbook.css).
"""

import dataclasses
from pathlib import Path

from cycler import cycler
from matplotlib.font_manager import fontManager

# Chinese is laid out by its width alone, which all fonts share (see data/make_cjk_widths.py); the page shows
# it in the reader's font. No Chinese font has to be installed, and a figure is the same on every machine.
CJK_WIDTHS = "Kamen CJK widths"
fontManager.addfont(Path(__file__).parents[1] / "data" / "cjk_widths.ttf")
fontManager.ttflist.append(dataclasses.replace(fontManager.ttflist[-1], weight=700))

PALETTE = {
    "ink": "#1b1f24",  # text, and whatever the reader moves
    "muted": "#6a737d",  # axes, references, the unimportant
    "faint": "#d5dae0",  # fills and lines that only carry others
    "paper": "#fefefe",  # the page's own colour
    "blue": "#0b62c4",
    "orange": "#bc4c00",
    "green": "#1a7f4b",
    "red": "#c9273b",
    "purple": "#7d4cc9",
}

STYLE = {
    "axes.edgecolor": PALETTE["muted"],
    "axes.facecolor": "none",
    "axes.grid": False,
    "axes.labelcolor": PALETTE["ink"],
    "axes.prop_cycle": cycler(color=[PALETTE[c] for c in ("blue", "orange", "green", "red", "purple")]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": PALETTE["ink"],
    "axes.titlesize": 11,
    "figure.facecolor": "none",
    "font.family": ["sans-serif", CJK_WIDTHS],
    "font.size": 10,
    "legend.fontsize": 10,
    "legend.frameon": False,
    "legend.labelcolor": PALETTE["ink"],
    "savefig.facecolor": "#ffffff",
    "svg.fonttype": "none",
    "svg.hashsalt": "kamen",
    "text.color": PALETTE["ink"],
    "xtick.color": PALETTE["muted"],
    "xtick.labelcolor": PALETTE["ink"],
    "ytick.color": PALETTE["muted"],
    "ytick.labelcolor": PALETTE["ink"],
}
