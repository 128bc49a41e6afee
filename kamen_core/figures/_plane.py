"""What the figures of descent share: planes with contour lines, the methods, and paths of few points."""

import numpy as np
from matplotlib.path import Path

from ..gradient_descent import (
    adagrad,
    adam,
    adamw,
    amsgrad,
    beale,
    bowl,
    gd,
    momentum,
    nag,
    newton,
    ravine,
    rmsprop,
    rosenbrock,
    saddle,
)
from ..language import _
from ..trace import run
from .style import C

SURFACES = {"bowl": bowl, "ravine": ravine, "Rosenbrock": rosenbrock, "Beale": beale, "saddle": saddle}
METHODS = {
    "GD": (gd, C["blue"], "-"),
    "momentum": (momentum, C["orange"], "-"),
    "NAG": (nag, C["red"], "-"),
    "Adagrad": (adagrad, C["green"], "-"),
    "RMSprop": (rmsprop, C["muted"], "-"),
    "Adam": (adam, C["purple"], "-"),
    "AdamW": (adamw, C["purple"], "--"),
    "AMSGrad": (amsgrad, C["purple"], ":"),
    "Newton": (newton, C["ink"], "--"),
}


def shown(name):
    """A surface's or a method's name in the reader's language."""
    words = {"bowl": _("bowl"), "ravine": _("ravine"), "saddle": _("saddle"), "momentum": _("momentum")}
    words |= {"Newton": _("Newton")}
    return words.get(name, name)


def walk(method, surface, theta, lr, n_steps):
    """Where the method has been on the surface, (n_steps + 1, …, 2)."""
    function = METHODS[method][0]
    if function is newton:
        return run(newton(surface.grad, surface.hessian, theta, lr), n_steps).theta
    return run(function(surface.grad, theta, lr), n_steps).theta


def losses(surface, path):
    """The loss along a path; infinite where it is no number any more."""
    with np.errstate(over="ignore", invalid="ignore"):
        loss = surface.loss(path)
    away = ~np.isfinite(path).all(axis=-1) | np.isnan(loss)
    return np.where(away, np.inf, loss)


def short(x, digits=2):
    """A number for a caption or a scoreboard: short, and words where it is none."""
    if not np.isfinite(x) or abs(x) > 1e100:
        return _("diverged")
    if x == 0 or 1e-3 <= abs(x) < 1e4:
        return f"{x:.{digits}g}" if abs(x) < 100 else f"{x:,.0f}"
    return f"{x:.{digits - 1}e}"


def settle(*axes):
    """Lay the figures out now: after this ``ax.transData`` ends in the points of the drawing."""
    for ax in axes:
        ax.figure.dpi = 72
        ax.figure.draw_without_rendering()
        ax.figure.set_layout_engine("none")


def thin(ax, path, tolerance=0.7, grid=1.0):
    """A path of the same look with few points, on a grid of `grid` points (1/72 inch), in data units.

    It ends where the path has left the picture for good reason: at infinity, NaN, or three pictures away.
    """
    p = ax.transData.transform(_finite(np.asarray(path, float)))
    box = ax.bbox
    size = np.hypot(box.width, box.height)
    centre = np.array([box.x0 + box.width / 2, box.y0 + box.height / 2])
    far = np.hypot(*(p - centre).T) > 3 * size
    if far.any() and (i := int(far.argmax())) > 0:
        p = p[: i + 1].copy()
        p[i] = p[i - 1] + (p[i] - p[i - 1]) * (3 * size / np.hypot(*(p[i] - p[i - 1])))
    p = _seen(p, box.padded(8))
    return ax.transData.inverted().transform(np.round(corners(p, tolerance) / grid) * grid)


def _seen(p, box):
    """Without the points in the midst of a way that lies beyond one side of the picture."""
    beyond = np.stack([p[:, 0] < box.x0, p[:, 0] > box.x1, p[:, 1] < box.y0, p[:, 1] > box.y1])
    midst = np.zeros(len(p), bool)
    midst[1:-1] = (beyond[:, :-2] & beyond[:, 1:-1] & beyond[:, 2:]).any(axis=0)
    return p[~midst]


def _finite(path):
    bad = ~(np.abs(path) < 1e100).all(axis=1)
    return path[: int(bad.argmax())] if bad.any() else path


def corners(p, tolerance):
    """The points of a polyline that it cannot do without (Ramer, Douglas and Peucker)."""
    keep = np.zeros(len(p), bool)
    keep[[0, -1]] = True
    todo = [(0, len(p) - 1)]
    while todo:
        a, b = todo.pop()
        if b - a < 2:
            continue
        along, inner = p[b] - p[a], p[a + 1 : b] - p[a]
        length2 = along @ along
        share = np.clip(inner @ along / length2, 0, 1) if length2 > 0 else np.zeros(len(inner))
        off = inner - share[:, None] * along
        off = np.einsum("ij,ij->i", off, off)
        worst = int(off.argmax())
        if off[worst] > tolerance**2:
            keep[a + 1 + worst] = True
            todo += [(a, a + 1 + worst), (a + 1 + worst, b)]
    return p[keep]


def levels_of(surface):
    """Heights for contour lines that show each surface's shape."""
    if surface is saddle:
        return np.array([-1.8, -1, -0.45, -0.1, 0.1, 0.45, 1, 1.8, 3, 4.5])
    if surface is bowl:
        return np.array([0.1, 0.4, 1, 1.8, 3, 4.5, 6.5])
    if surface is ravine:
        return np.array([0.5, 2, 5, 10, 18, 30, 45])
    return np.array([0.2, 1, 5, 25, 120, 600, 3000])


def contour_path(ax, loss, levels, n=121):
    """Contour lines over the whole of a settled axes, in points from its centre, as one path."""
    x, y = np.linspace(*ax.get_xlim(), n), np.linspace(*ax.get_ylim(), n)
    drawn = ax.contour(x, y, loss(np.stack(np.meshgrid(x, y), axis=-1)), levels)
    drawn.remove()
    centre = np.array([ax.bbox.x0 + ax.bbox.width / 2, ax.bbox.y0 + ax.bbox.height / 2])
    pieces = []
    for path in drawn.get_paths():
        for line in np.split(path.vertices, np.flatnonzero(path.codes == Path.MOVETO)[1:]):
            if len(line) > 1:
                p = ax.transData.transform(line) - centre
                half = len(p) // 2  # a closed line has no far end to measure from
                p = np.concatenate([corners(p[: half + 1], 0.4), corners(p[half:], 0.4)[1:]])
                pieces.append(Path(np.round(2 * p) / 2, [Path.MOVETO] + [Path.LINETO] * (len(p) - 1)))
    return Path.make_compound_path(*pieces)


class Backdrops:
    """Contour lines that change with a choice and still weigh next to nothing.

    Each set of lines is the *marker* of a plot of one point, the centre of the axes: a marker is a
    definition, and the flipbook stores a definition once however many states use it.
    """

    def __init__(self, ax, losses):
        self.lines = {}
        for name, (loss, levels) in losses.items():
            path = contour_path(ax, loss, levels)
            self.lines[name] = ax.plot(
                [0.5],
                [0.5],
                transform=ax.transAxes,
                marker=path,
                ms=2 * np.abs(path.vertices).max(),  # a marker is scaled to its size: this undoes it
                mfc="none",
                mec=C["muted"],
                mew=0.6,
                alpha=0.55,
                zorder=1,
                clip_on=True,
                animated=True,
            )[0]

    def show(self, chosen):
        for name, line in self.lines.items():
            line.set_visible(name == chosen)


def contours(ax, loss, levels, n=121):
    """Contour lines that stay."""
    path = contour_path(ax, loss, levels, n)
    ax.plot([0.5], [0.5], transform=ax.transAxes, marker=path, ms=2 * np.abs(path.vertices).max(), mfc="none",
            mec=C["muted"], mew=0.6, alpha=0.55, zorder=1)  # fmt: skip


def line_for(ax, method, **style):
    """The moving line of a method; a marker, if one is asked for, stands where it ends."""
    _function, colour, dash = METHODS[method]
    style = {"color": colour, "ls": dash, "lw": 1.8, "ms": 5.5, "mec": C["paper"], "zorder": 3} | style
    return ax.plot([], [], markevery=[-1], animated=True, **style)[0]


class Arrow:
    """A moving arrow from one point to another; one of no length is not drawn."""

    def __init__(self, ax, colour, lw=2.0, zorder=4):
        style = {"arrowstyle": "->,head_width=0.3,head_length=0.45", "color": colour, "lw": lw}
        self.ax = ax
        self.note = ax.annotate(
            "", (0, 0), (1, 1), arrowprops=style | {"shrinkA": 0, "shrinkB": 0}, animated=True, zorder=zorder
        )

    def set(self, tail, head):
        pixels = np.round(self.ax.transData.transform([tail, head]))
        tail, head = self.ax.transData.inverted().transform(pixels)
        self.note.set_visible(bool(np.hypot(*(pixels[1] - pixels[0])) > 3))
        self.note.xy = tuple(head)
        self.note.set_position(tuple(tail))
