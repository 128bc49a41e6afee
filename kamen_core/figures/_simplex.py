"""Three probabilities that sum to 1 are a point of a triangle; here is how to draw one."""

import numpy as np

from ..language import _
from .style import C, panel

CORNERS = np.array([(0.0, 0.0), (1.0, 0.0), (0.5, 3**0.5 / 2)])
COLOURS = (C["blue"], C["orange"], C["purple"])  # sport, jokes, make-up


def topics():
    """The column's three topics."""
    return [_("sport"), _("jokes"), _("make-up")]


def place(theta):
    """The point of the triangle for probabilities (..., 3): each corner pulls with its share."""
    return np.asarray(theta) @ CORNERS


def triangle(width=2.35, height=2.3, title=None):
    """A panel with the empty triangle, corners named."""
    fig, ax = panel(width, height, xlim=(-0.2, 1.2), ylim=(-0.16, 1.02), aspect="equal")
    ax.axis("off")
    if title:
        ax.set_title(title)
    ax.plot(*CORNERS[[0, 1, 2, 0]].T, color=C["muted"], lw=1)
    left, right, top = topics()
    ax.text(-0.02, -0.04, left, ha="center", va="top", color=COLOURS[0])
    ax.text(1.02, -0.04, right, ha="center", va="top", color=COLOURS[1])
    ax.text(0.5, 0.9, top, ha="center", va="bottom", color=COLOURS[2])
    return fig, ax


def grid(n=30):
    """Probabilities (n, n, 3) at the cells of an image over the triangle; negative outside it."""
    x, y = np.meshgrid((np.arange(n) + 0.5) / n, (np.arange(n) + 0.5) / n * CORNERS[2, 1])
    top = y / CORNERS[2, 1]
    right = x - top / 2
    return np.stack([1 - top - right, right, top], axis=-1)


def shade(log_density, inside, colour, levels=9):
    """An image of a density: the colour, less transparent where there is more of it."""
    density = np.where(inside, np.exp(log_density - log_density[inside].max()), 0)
    image = np.empty((*density.shape, 4))
    image[..., :3] = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    image[..., 3] = np.ceil(density * levels - 1e-9) / levels * 0.9
    return image


def image(ax, n=30):
    """An animated, empty image over the triangle."""
    extent = (0, 1, 0, CORNERS[2, 1])
    empty = np.zeros((n, n, 4))
    return ax.imshow(
        empty, extent=extent, origin="lower", interpolation="none", aspect="equal", animated=True, zorder=0
    )
