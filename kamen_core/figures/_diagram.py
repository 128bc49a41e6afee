"""What the diagrams of a cell are drawn with: wires, boxes, nodes, numbers on wires, and gauges to drag.

A board is measured in tenths of an inch from its lower left corner.
"""

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .style import C

KEEP, WRITE, SHOW, RESET = C["blue"], C["green"], C["purple"], C["orange"]  # throughout the chapter


def fmt(value, digits=2):
    """A number with a real minus sign, and no −0.00."""
    return f"{round(float(value), digits) + 0.0:.{digits}f}".replace("-", "−")


def term(value, digits=2):
    """A number within a sum or product: negative ones in brackets."""
    text = fmt(value, digits)
    return f"({text})" if text.startswith("−") else text


def board(width, height):
    """A figure that is one empty axes, tenths of an inch both ways."""
    fig = Figure(figsize=(width, height))
    ax = fig.add_axes([0, 0, 1, 1])
    ax.set(xlim=(0, 10 * width), ylim=(0, 10 * height))
    ax.axis("off")
    return fig, ax


def wire(ax, *points, color=C["muted"], lw=1.3, arrow=True):
    """A line through the points, with a head at its end."""
    ax.plot(*zip(*points, strict=True), color=color, lw=lw, solid_joinstyle="round", zorder=1)
    if arrow:
        style = {"arrowstyle": "-|>", "color": color, "lw": lw, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", points[-1], points[-2], arrowprops=style, zorder=1)


def bridge(ax, x, y):
    """A gap in what was drawn before, where another wire passes without touching."""
    ax.plot([x - 0.7, x + 0.7], [y, y], color=C["paper"], lw=5, zorder=1)


def node(ax, x, y, sign, color=C["ink"]):
    """A circle with × or + in it, over the pipes."""
    ax.plot([x], [y], "o", ms=13, mfc=C["paper"], mec=color, zorder=8)
    ax.text(x, y - 0.03, sign, ha="center", va="center", color=color, fontsize=12, zorder=9)


def box(ax, x, y, text, color=C["ink"], width=4.4, height=2.6):
    """A small layer or function."""
    corner = (x - width / 2, y - height / 2)
    ax.add_patch(Rectangle(corner, width, height, fc=C["paper"], ec=color, lw=1.3, zorder=8))
    ax.text(x, y - 0.05, text, ha="center", va="center", color=color, zorder=9)


def number(ax, x, y, color=C["ink"], ha="left", va="center", **text):
    """A place for a number that moves."""
    return ax.text(x, y, "", ha=ha, va=va, color=color, animated=True, zorder=6, **text)


def label(ax, x, y, text, color=C["muted"], ha="left", va="center"):
    """A name that stays."""
    ax.text(x, y, text, ha=ha, va=va, color=color, zorder=4)


class Pipe:
    """A wire as thick as the number that flows in it; negative numbers are orange."""

    def __init__(self, ax, *points, scale=4.0):
        x, y = zip(*points, strict=True)
        self.scale = scale
        self.line = ax.plot(x, y, color=KEEP, animated=True, zorder=2, solid_capstyle="butt")[0]
        self.line.set_solid_joinstyle("miter")

    def set(self, value):
        """Let this number flow."""
        self.line.set_linewidth(max(0.6, self.scale * abs(float(value))))
        self.line.set_color(RESET if value < 0 else KEEP)


class Gauge:
    """A column with a handle; `ax` is what the reader grabs, along y."""

    def __init__(self, fig, x, y, height, name, color, low=0, high=1):
        width, total = (10 * v for v in fig.get_size_inches())
        self.ax = fig.add_axes([(x - 2.6) / width, y / total, 5.2 / width, height / total])
        self.ax.set(xlim=(-2.6, 2.6), ylim=(low, high))
        self.ax.axis("off")
        self.ax.plot([0, 0], [low, high], color=C["faint"], lw=9, solid_capstyle="round", clip_on=False)
        for end in (low, high):
            self.ax.text(-1, end, fmt(end, 0), ha="right", va="center", color=C["muted"])
        board_ax = fig.axes[0]
        board_ax.text(x, y - 1.1, name, ha="center", va="top", color=color)
        style = {"color": color, "animated": True, "clip_on": False}
        self.bar = self.ax.plot([], [], lw=9, solid_capstyle="butt", alpha=0.5, **style)[0]
        self.handle = self.ax.plot([], [], "o", ms=13, mec=C["paper"], **style)[0]

    def set(self, value):
        """Move the handle."""
        self.bar.set_data([0, 0], [0, value])
        self.handle.set_data([0], [value])
