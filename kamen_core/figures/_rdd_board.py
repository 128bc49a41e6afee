"""What the figures of the RDD chapter are made of: boxes for partitions, words in them, lines between."""

from ..language import _
from ..rdd import ResultIterable
from .style import C, panel

KEYS = {"a": C["blue"], "b": C["orange"], "c": C["green"], "d": C["purple"]}
WIDTH = 345  # points: 4.8 in
LONG = 44  # letters: a longer word goes without some blanks, else a phone cuts it


class Board:
    """A drawing surface in points, whose words, boxes and lines are all placed anew in every state.

    Parameters
    ----------
    height : float
        Inches.
    words : int
        How many words a state may have at most.
    width : float
        Points.
    """

    def __init__(self, height, words, width=WIDTH):
        self.height = height * 72
        self.fig, self.ax = panel(width / 72, height, xlim=(0, width), ylim=(0, self.height))
        self.ax.axis("off")
        self.fig.set_layout_engine("none")
        self.ax.set_position([0.01, 0.01, 0.98, 0.98])
        self._boxes, self._lines = (
            self.ax.plot([], [], "-", color=C[c], lw=w, animated=True)[0]
            for c, w in (("muted", 1), ("purple", 1.5))
        )
        self._ends = self.ax.plot([], [], "o", ms=4, color=C["purple"], animated=True)[0]
        style = {"ha": "center", "va": "center", "animated": True}
        self._words = [self.ax.text(0, 0, "", **style) for _word in range(words)]

    def note(self, x, y, text, **style):
        """A word that stands still."""
        self.ax.text(x, y, text, **({"va": "center", "color": C["muted"]} | style))

    def show(self, words, boxes=(), lines=()):
        """Place everything.

        Parameters
        ----------
        words : list of (x, y, text, colour), (…, fill) or (…, fill, ha)
            With a fill, the word stands on a small coloured card; `ha` is where (x, y) lies in it.
        boxes : list of (left, bottom, right, top)
        lines : list of ((x, y), (x, y))
            The second end has a dot.
        """
        if len(words) > len(self._words):
            raise ValueError(f"words: {len(words)} for {len(self._words)} places")
        for artist, word in zip(self._words, words, strict=False):
            x, y, text, colour, fill, ha = (*word, *(None, "center")[len(word) - 4 :])
            text = text.replace(": ", ":").replace(", ", ",") if len(text) > LONG else text
            artist.set(position=(x, y), text=text, color=colour, ha=ha)
            card = {"boxstyle": "square,pad=0.2", "lw": 0, "fc": fill, "alpha": 0.22} if fill else None
            artist.set_bbox(card)
        for artist in self._words[len(words) :]:
            artist.set_text("")
        gap = float("nan")
        self._boxes.set_data(
            [v for x0, _y0, x1, _y1 in boxes for v in (x0, x1, x1, x0, x0, gap)],
            [v for _x0, y0, _x1, y1 in boxes for v in (y0, y0, y1, y1, y0, gap)],
        )
        self._lines.set_data(*([v for a, b in lines for v in (a[i], b[i], gap)] for i in (0, 1)))
        self._ends.set_data(*([b[i] for _a, b in lines] for i in (0, 1)))


def lanes(sizes, bottom, top, left=4, right=WIDTH - 4, gap=6, slack=1):
    """A box for every partition, side by side, as wide as what it holds; and the slots of each.

    Returns
    -------
    boxes : list of (left, bottom, right, top)
    slots : list of list of float
        ``slack`` + size places in every box.
    """
    counts = [size + slack for size in sizes]
    unit = (right - left - gap * (len(counts) - 1)) / sum(counts)
    boxes, slots, x = [], [], left
    for count in counts:
        boxes.append((x, bottom, x + unit * count, top))
        slots.append([x + unit * (i + 0.5) for i in range(count)])
        x += unit * count + gap
    return boxes, slots


def say(value):
    """A value as Python prints it, with Spark's groups as lists and counters as plain dicts."""
    if isinstance(value, ResultIterable):
        return say(list(value))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{say(k)}: {say(v)}" for k, v in value.items()) + "}"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(say, value)) + ("," if len(value) == 1 else "") + ")"
    if isinstance(value, list):
        return "[" + ", ".join(map(say, value)) + "]"
    return str(value)


def call(function, inputs):
    return f"{function}({', '.join(map(say, inputs))})"


def partition_names(boxes, y):
    """A name over every box; the number alone where the box is narrow."""
    return [
        ((x0 + x1) / 2, y, _("partition {i}").format(i=i) if x1 - x0 > 66 else str(i), C["muted"])
        for i, (x0, _bottom, x1, _top) in enumerate(boxes)
    ]
