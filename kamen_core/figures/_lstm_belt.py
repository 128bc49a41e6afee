"""The LSTM by hand: three cells in a row, the belt with its four gauges, and each gate inside its cell."""

from itertools import product

import numpy as np
from matplotlib.patches import Rectangle

from ..language import _
from ..lstm_gru import LSTMParams, lstm
from ._diagram import KEEP, SHOW, WRITE, Gauge, Pipe, board, box, fmt, label, node, number, wire
from ._gate_plane import gate_figure
from .style import C, styled

# One unit that reads one number: rows i, f, g, o.
ONE_UNIT = LSTMParams(
    np.array([[1.0], [-2.0], [1.0], [0.5]]),
    np.array([[1.0], [1.0], [0.5], [-1.0]]),
    np.array([0.0, 0.0, 0.0, 0.5]),
    np.zeros(4),
)
# One unit that is told what to put into σ, σ, tanh, σ.
AS_TOLD = LSTMParams(np.eye(4), np.zeros((4, 1)), np.zeros(4), np.zeros(4))


def logit(p):
    """What σ makes p of; ±1000 for 1 and 0, where floating point can no longer tell."""
    p = np.asarray(p, float)
    with np.errstate(divide="ignore"):
        return np.clip(np.log(p) - np.log1p(-p), -1000, 1000)


def told(i, f, g, o, c):
    """One step from C = c with gates and candidate as told, arrays of one length."""
    x = np.stack([logit(i), logit(f), np.arctanh(g), logit(o)], axis=-1)[None]
    return lstm(x, AS_TOLD, c0=np.full((len(f), 1), float(c)))


@styled
def chain():
    """Three steps of one and the same cell; the middle input is dragged."""
    inputs = np.round(np.arange(-2, 2.01, 0.25), 2)
    ways = {_("handed on"): True, _("set to 0"): False}

    fig, ax = board(4.8, 3.1)
    for k in range(3):
        x = 6 + 14 * k
        ax.add_patch(Rectangle((x, 15), 8, 11, fc=C["faint"], alpha=0.5, ec=C["muted"]))
        label(ax, x + 4, 20.5, _("cell"), C["ink"], ha="center")
        wire(ax, (x + 4, 11.5 if k != 1 else 14), (x + 4, 15))
        wire(ax, (x + 6.5, 26), (x + 6.5, 29))
        wire(ax, (x + 8, 23.5), (x + 14 if k < 2 else 47.5, 23.5))
        wire(ax, (x + 8, 17.5), (x + 14 if k < 2 else 47.5, 17.5))
        label(ax, x + 6, 27.6, f"$h_{k + 1}$", ha="right")
    for y in (23.5, 17.5):
        wire(ax, (0.3, y), (6, y))
    label(ax, 0.4, 21.8, "$C_0$")
    label(ax, 0.4, 15.8, "$h_0$")
    for k in range(1, 4):
        label(ax, 2.6 + 14 * k, 21.8, f"$C_{k}$", ha="center")
    label(ax, 9, 8, "$x_1$", ha="right")
    label(ax, 37, 8, "$x_3$", ha="right")
    gauge = Gauge(fig, 24, 3, 9, "$x_2$", C["ink"], -2, 2)
    cells = [number(ax, 3 + 14 * k, 25.1, KEEP, ha="center") for k in range(4)]
    passed = [number(ax, 3 + 14 * k, 19, SHOW, ha="center") for k in range(4)]
    shown = [number(ax, 13 + 14 * k, 29, SHOW, va="center") for k in range(3)]
    first, last = number(ax, 10, 9.8, ha="center"), number(ax, 38, 9.8, ha="center")
    second = number(ax, 26, 9.6)

    def update(x2, h):
        x = np.array([1.0, x2, -0.5]).reshape(3, 1, 1)
        c_values, h_values, h_passed = [0.0], [], [0.0]
        for t in range(3):
            step = lstm(x[t : t + 1], ONE_UNIT, h0=[[h_passed[-1]]], c0=[[c_values[-1]]])
            c_values.append(float(step.c.item()))
            h_values.append(float(step.h.item()))
            h_passed.append(h_values[-1] if ways[h] else 0.0)
        for text, value in zip([*cells, *passed, *shown], [*c_values, *h_passed, *h_values], strict=True):
            text.set_text(fmt(value))
        for text, value in zip((first, second, last), x.ravel(), strict=True):
            text.set_text(fmt(value))
        gauge.set(x2)
        return _(
            "x₂ = {x}, h {way}: the cell states are C₁ = {c1}, C₂ = {c2}, C₃ = {c3}, the outputs h₁ = {h1}, "
            "h₂ = {h2}, h₃ = {h3}."
        ).format(
            x=fmt(x2),
            way=h,
            **{f"c{k}": fmt(c_values[k], 3) for k in (1, 2, 3)},
            **{f"h{k + 1}": fmt(h_values[k], 3) for k in range(3)},
        )

    params = {"x2": inputs, "h": list(ways), "start": {"x2": 0.5}, "grab": {"x2": (gauge.ax, "y")}}
    params["labels"] = {"x2": _("second input"), "h": _("h between the cells")}
    return fig, update, params


@styled
def conveyor():
    """C(t−1) = 2 becomes C(t) and h(t): all four numbers that decide are dragged."""
    values = {
        "f": [0.0, 0.25, 0.5, 0.75, 1.0],
        "i": [0.0, 0.25, 0.5, 0.75, 1.0],
        "g": [-0.8, -0.4, 0.4, 0.8],
        "o": [0.0, 0.5, 0.9],
    }
    states = list(product(*values.values()))
    f, i, g, o = np.array(states).T
    trace = told(i, f, g, o, 2.0)

    fig, ax = board(4.8, 3.2)
    gauges = {
        "f": Gauge(fig, 11, 4, 8, _("f, keep"), KEEP),
        "i": Gauge(fig, 20.5, 4, 8, _("i, write"), WRITE),
        "g": Gauge(fig, 31, 4, 8, _("C̃, new"), WRITE, -1, 1),
        "o": Gauge(fig, 41, 4, 8, _("o, show"), SHOW),
    }
    wire(ax, (11, 13), (11, 26), color=KEEP)
    wire(ax, (20.5, 13), (20.5, 18.5), (25, 18.5), color=WRITE)
    wire(ax, (31, 13), (31, 18.5), (27, 18.5), color=WRITE)
    wire(ax, (41, 13), (41, 17.5), color=SHOW)
    ax.plot([0.5, 10], [27, 27], color=KEEP, lw=8, zorder=2, solid_capstyle="butt")
    label(ax, 0.5, 29.6, "$C_{t-1}$")
    label(ax, 6, 29.6, "2.00", C["ink"])
    label(ax, 42, 29.6, "$C_t$", ha="right")
    label(ax, 43.3, 20.7, "$h_t$")
    pipes = {
        "kept": Pipe(ax, (12, 27), (25, 27)),
        "added": Pipe(ax, (26, 19.5), (26, 26)),
        "c": Pipe(ax, (27, 27), (47.5, 27)),
        "tanh": Pipe(ax, (36, 27), (36, 18.5), (40, 18.5)),
        "h": Pipe(ax, (42, 18.5), (47.5, 18.5)),
    }
    for x, y, sign, colour in ((11, 27, "×", KEEP), (26, 18.5, "×", WRITE), (26, 27, "+", WRITE)):
        node(ax, x, y, sign, colour)
    node(ax, 41, 18.5, "×", SHOW)
    box(ax, 36, 22.8, "tanh", C["ink"], width=4.8)
    texts = {
        "kept": number(ax, 18.5, 29.6, ha="center"),
        "added": number(ax, 27.2, 22.8),
        "c": number(ax, 42.8, 29.6),
        "tanh": number(ax, 35.3, 20, ha="right"),
        "h": number(ax, 43.3, 16.1),
        "f": number(ax, 11.7, 15.5, KEEP),
        "i": number(ax, 19.9, 16, WRITE, ha="right"),
        "g": number(ax, 30.4, 15.2, WRITE, ha="right"),
        "o": number(ax, 41.7, 14.4, SHOW),
    }

    def update(f, i, g, o):
        k = states.index((f, i, g, o))
        c, h = float(trace.c[0, k, 0]), float(trace.h[0, k, 0])
        flows = {"kept": 2 * f, "added": i * g, "c": c, "tanh": np.tanh(c), "h": h}
        for name, pipe in pipes.items():
            pipe.set(flows[name])
        for name, value in (flows | {"f": f, "i": i, "g": g, "o": o}).items():
            texts[name].set_text(fmt(value))
        for name, value in (("f", f), ("i", i), ("g", g), ("o", o)):
            gauges[name].set(value)
        return _(
            "f = {f} keeps {kept} of 2.00 and drops {lost}; i = {i} lets in {added} of a candidate {g}: C "
            "becomes {c}. tanh makes {tanh} of it, and o = {o} shows h = {h}."
        ).format(
            f=fmt(f),
            kept=fmt(2 * f),
            lost=fmt(2 - 2 * f),
            i=fmt(i),
            added=fmt(i * g),
            g=fmt(g),
            c=fmt(c),
            tanh=fmt(np.tanh(c), 3),
            o=fmt(o),
            h=fmt(h, 3),
        )

    params = dict(values, start={"f": 0.25, "i": 0.5, "g": 0.8, "o": 0.9})
    params["labels"] = {"f": _("forget gate f"), "i": _("input gate i"), "g": _("candidate C̃")}
    params["labels"]["o"] = _("output gate o")
    params["grab"] = {name: (gauge.ax, "y") for name, gauge in gauges.items()}
    return fig, update, params


def _cell(lit):
    """The whole LSTM cell with some of its parts lit; returns the board and its moving numbers."""
    fig, ax = board(4.0, 2.55)
    of = {"f": KEEP, "i": WRITE, "g": WRITE, "o": SHOW, "c": KEEP, "h": SHOW}
    tone = {name: colour if name in lit else C["muted"] for name, colour in of.items()}
    ax.add_patch(Rectangle((6.3, 3.7), 29.2, 18.9, fc="none", ec=C["faint"], lw=2))
    wire(ax, (0.3, 19.5), (39.7, 19.5), color=tone["c"], lw=2)
    wire(ax, (0.3, 6.2), (27, 6.2), (27, 8.7), lw=1.3)
    wire(ax, (8.5, 0.4), (8.5, 6.2), arrow=False)
    for x in (11, 16.5, 22.5):
        wire(ax, (x, 6.2), (x, 8.7))
    wire(ax, (11, 11.3), (11, 18.5), color=tone["f"])
    wire(ax, (16.5, 11.3), (16.5, 15), (18.5, 15), color=tone["i"])
    wire(ax, (22.5, 11.3), (22.5, 15), (20.5, 15), color=tone["g"])
    wire(ax, (19.5, 16), (19.5, 18.5), color=tone["i"])
    wire(ax, (29.2, 10), (30, 10), color=tone["o"])
    wire(ax, (31, 19.5), (31, 11), color=tone["h"])
    wire(ax, (31, 9), (31, 6.2), (39.7, 6.2), color=tone["h"])
    for x, name, text in ((11, "f", "σ"), (16.5, "i", "σ"), (22.5, "g", "tanh"), (27, "o", "σ")):
        box(ax, x, 10, text, tone[name], width=4.4 if name == "g" else 3.6)
        label(ax, x + 0.5, 7.4, {"g": "C̃"}.get(name, name), tone[name])
    box(ax, 31, 15.9, "tanh", tone["h"], height=2.4)
    for x, y, sign, name in (
        (11, 19.5, "×", "f"),
        (19.5, 15, "×", "i"),
        (19.5, 19.5, "+", "i"),
        (31, 10, "×", "o"),
    ):
        node(ax, x, y, sign, tone[name])
    for x, y, text, ha in (
        (0.4, 17.9, "$C_{t-1}$", "left"),
        (0.4, 4.6, "$h_{t-1}$", "left"),
        (8, 1.6, "$x_t$", "right"),
        (39.6, 17.9, "$C_t$", "right"),
        (39.6, 4.6, "$h_t$", "right"),
    ):
        label(ax, x, y, text, ha=ha)
    ink = {name: C["ink"] if colour == C["muted"] else colour for name, colour in tone.items()}
    numbers = {
        "c_before": number(ax, 0.4, 21),
        "h_before": number(ax, 0.4, 7.7),
        "x": number(ax, 9, 1.6),
        "f": number(ax, 11.5, 16.6, ink["f"]),
        "i": number(ax, 16.1, 13.1, ink["i"], ha="right"),
        "g": number(ax, 22.1, 13, ink["g"], ha="right"),
        "o": number(ax, 27.2, 12.6, ink["o"], ha="center"),
        "kept": number(ax, 15.2, 21, ink["f"], ha="center"),
        "added": number(ax, 20.2, 17.2, ink["i"]),
        "c": number(ax, 39.6, 21, ha="right"),
        "tanh": number(ax, 31.5, 12.9, ink["h"]),
        "h": number(ax, 39.6, 7.7, ha="right"),
    }
    return fig, numbers


def _step(x, h, c):
    """Everything on the wires of the one-unit cell, for arrays of x, h and C before."""
    trace = lstm(x[None, :, None], ONE_UNIT, h0=h[:, None], c0=c[:, None])
    i, f, g, o, c_new, h_new = (part[0, :, 0] for part in trace)
    on_wires = {"x": x, "h_before": h, "c_before": c, "i": i, "f": f, "g": g, "o": o, "c": c_new, "h": h_new}
    return on_wires | {"kept": f * c, "added": i * g, "tanh": np.tanh(c_new)}


@styled
def forget_gate():
    """f over all pairs of x and h: what is kept of C."""
    sentence = _(
        "x = {x}, h = {h}: f = σ({a}) = {f} keeps {kept} of C = {c_before} and drops {lost}. The gates "
        "f = {f}, i = {i}, o = {o} were made without C."
    )

    def say(v):
        a = -2 * v["x"] + v["h_before"]
        return {"a": fmt(a), "lost": fmt(v["c_before"] - v["kept"]), "f": fmt(v["f"], 3)}

    return gate_figure(
        forget_gate, _cell({"f", "c"}), _step, "f", KEEP, sentence, say, cells=[-1.0, 1.0, 2.0]
    )


@styled
def input_gate():
    """i·C̃ over all pairs of x and h: what is written."""
    sentence = _(
        "x = {x}, h = {h}: the candidate is C̃ = tanh({a_g}) = {g}, the input gate i = σ({a_i}) = {i}. "
        "Written is their product, {added}, and C goes from {c_before} to {c}."
    )

    def say(v):
        return {"a_g": fmt(v["x"] + v["h_before"] / 2), "a_i": fmt(v["x"] + v["h_before"])}

    return gate_figure(input_gate, _cell({"i", "g"}), _step, "added", WRITE, sentence, say)


@styled
def output_gate():
    """o over all pairs of x and h: what of C is shown."""
    sentence = _(
        "x = {x}, h = {h}: C is now {c}, tanh(C) = {tanh}. The output gate is o = σ({a}) = {o}, so h becomes "
        "{h_new}."
    )

    def say(v):
        return {"a": fmt(v["x"] / 2 - v["h_before"] + 0.5), "h_new": fmt(v["h_after"], 3)}

    return gate_figure(output_gate, _cell({"o", "h"}), _step, "o", SHOW, sentence, say)
