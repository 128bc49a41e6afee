"""What all figures share: sizes, panels and the palette."""

import functools

import matplotlib as mpl
from matplotlib.figure import Figure

from ..flipbook.style import PALETTE as C
from ..flipbook.style import STYLE

__all__ = ["C", "panel", "styled"]


def styled(function):
    """Run a figure function under the book's rcParams."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        with mpl.rc_context(STYLE):
            return function(*args, **kwargs)

    return wrapper


def panel(width=3.4, height=2.8, **axes):
    """A figure with one axes; panels of 3.4 in stand two abreast on a desk and fill a phone's width.

    Parameters
    ----------
    width, height : float
        Inches.
    **axes
        Properties of the axes: ``xlabel``, ``xlim``, …

    Returns
    -------
    fig, ax
        Not known to pyplot, so nothing is shown twice and nothing has to be closed.
    """
    fig = Figure(figsize=(width, height), layout="constrained")
    ax = fig.add_subplot()
    ax.set(**axes)
    return fig, ax
