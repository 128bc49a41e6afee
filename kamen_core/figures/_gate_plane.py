"""A gate inside its cell: the plane of x and h, in which a point is dragged, beside the cell's diagram."""

from itertools import product

import numpy as np

from ..language import _
from ._diagram import fmt
from .style import C, panel

XS = np.round(np.arange(-2, 2.01, 0.5), 2)
HS = np.round(np.arange(-0.9, 0.91, 0.3), 2)
LEVELS = (0.1, 0.3, 0.5, 0.7, 0.9)


def gate_figure(function, diagram, step, shade, colour, sentence, say, cells=(2.0,)):
    """``fig, update, params`` of one gate.

    Parameters
    ----------
    function : callable
        The figure function, whose name the page's address gets.
    diagram : (figure, dict of text)
        The cell and its moving numbers.
    step : callable
        ``step(x, h, c)`` on arrays of one length: everything on the wires, a dict.
    shade : str
        What the plane shows as shades.
    sentence, say : str, callable
        The caption, and what it needs besides the numbers on the wires, from a dict of them.
    cells : sequence of float
        C(t−1) to choose from; one alone is no choice.
    """
    fig, numbers = diagram
    states = list(product(XS, HS, cells))
    wires = step(*np.array(states).T)
    plane, ax = panel(2.35, 2.55, xlim=(-0.98, 0.98), ylim=(-2.15, 2.15))
    ax.set(xlabel="$h_{t-1}$", ylabel="$x_t$", xticks=[-0.9, 0, 0.9], yticks=[-2, 0, 2])
    ax.set_xticklabels(["−0.9", "0", "0.9"])
    ax.set_yticklabels(["−2", "0", "2"])
    h, x = np.meshgrid(np.linspace(-1, 1, 21), np.linspace(-2.2, 2.2, 23))
    values = step(x.ravel(), h.ravel(), np.full(x.size, cells[-1]))[shade].reshape(x.shape)
    for level in LEVELS:
        ax.contourf(h, x, values, [level, 9], colors=[colour], alpha=0.16)
        ax.contourf(h, x, values, [-9, -level], colors=[C["orange"]], alpha=0.16)
    dot = ax.plot([], [], "o", ms=12, color=C["ink"], mec=C["paper"], mew=2, animated=True)[0]

    def update(x, h, c=cells[0]):
        k = states.index((x, h, c))
        here = {name: float(value[k]) for name, value in wires.items()}
        for name, text in numbers.items():
            text.set_text(fmt(here[name]))
        dot.set_data([h], [x])
        words = {name: fmt(value) for name, value in here.items()} | {"h": fmt(h)}
        return sentence.format(**(words | say(here | {"h_after": here["h"]})))

    params = {"x": XS, "h": HS, "name": function.__name__, "start": {"x": 1.0, "h": 0.3}}
    params["labels"] = {"x": _("input x"), "h": _("h before")}
    params["grab"] = {"x": (ax, "y"), "h": (ax, "x")}
    if len(cells) > 1:
        params["c"], params["labels"]["c"], params["start"]["c"] = list(cells), _("C before"), cells[-1]
    return [plane, fig], update, params
