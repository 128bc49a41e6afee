"""The GRU by hand: the tied shares in both conventions, its gates in the cell, where the reset acts."""

from itertools import product

import numpy as np
from matplotlib.patches import Rectangle

from ..language import _
from ..lstm_gru import GRUParams, gru
from ._diagram import (
    KEEP,
    RESET,
    WRITE,
    Gauge,
    Pipe,
    board,
    box,
    bridge,
    fmt,
    label,
    node,
    number,
    term,
    wire,
)
from ._gate_plane import gate_figure
from ._lstm_belt import logit
from .style import C, panel, styled

# One unit that reads one number, in the column's convention: rows r, z, n.
ONE_UNIT = GRUParams(
    np.array([[1.5], [2.0], [0.3]]), np.array([[1.0], [-1.0], [1.5]]), np.array([0.0, 0.0, 0.0]), np.zeros(3)
)
# One unit that is told what to put into σ, σ, tanh.
AS_TOLD = GRUParams(np.eye(3), np.zeros((3, 1)), np.zeros(3), np.zeros(3))
# Two units, each of whose candidates listens to both: U_n is not diagonal.
MATRIX = np.array([[0.5, 1.5], [-1.0, 0.5]])
TWO_UNITS = GRUParams(np.eye(6), np.vstack([np.zeros((4, 2)), MATRIX]), np.zeros(6), np.zeros(6))
BEFORE, INPUT = np.array([0.8, -0.6]), np.array([0.3, 0.2])


@styled
def gru_belt():
    """h(t−1) = 2 becomes h(t): one gate, its rest, and what the two conventions make of them."""
    values = {"gate": [0.0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1.0], "n": [-0.8, -0.4, 0.4, 0.8]}
    ways = {
        _("the column's"): ("cho", 1),
        _("PyTorch's"): ("torch", 1),
        _("PyTorch's, rows negated"): ("torch", -1),
    }
    states = list(product(*values.values()))
    gate, n = np.array(states).T
    traces = {}
    for way, (convention, sign) in ways.items():
        turn = np.array([1.0, sign, 1.0])[:, None]  # rows r, z, n
        told = AS_TOLD._replace(weight_ih=AS_TOLD.weight_ih * turn)
        x = np.stack([0 * gate, logit(gate), np.arctanh(n)], axis=-1)[None]
        traces[way] = gru(x, told, h0=np.full((len(n), 1), 2.0), convention=convention)

    fig, ax = board(4.8, 3.0)
    gauges = {
        "gate": Gauge(fig, 23, 4, 8, _("gate σ(a)"), WRITE),
        "n": Gauge(fig, 40, 4, 8, _("ñ, new"), C["ink"], -1, 1),
    }
    label(ax, 0.5, 27.6, "$h_{t-1}$")
    label(ax, 6, 27.6, "2.00", C["ink"])
    label(ax, 42, 27.6, "$h_t$", ha="right")
    wire(ax, (23, 13), (23, 15.5), (12, 15.5), (12, 24), color=KEEP)
    wire(ax, (23, 13), (23, 15.5), (31, 15.5), color=WRITE)
    wire(ax, (40, 13), (40, 15.5), (33, 15.5), color=C["ink"])
    ax.plot([0.5, 11], [25, 25], color=KEEP, lw=8, zorder=2, solid_capstyle="butt")
    pipes = {
        "kept": Pipe(ax, (13, 25), (31, 25)),
        "added": Pipe(ax, (32, 16.5), (32, 24)),
        "h": Pipe(ax, (33, 25), (47.5, 25)),
    }
    node(ax, 12, 25, "×", KEEP)
    node(ax, 32, 15.5, "×", WRITE)
    node(ax, 32, 25, "+", WRITE)
    frame = {"boxstyle": "square,pad=0.35", "fc": C["paper"], "ec": C["ink"]}
    one_minus = ax.text(0, 15.5, "1−", ha="center", va="center", bbox=frame, animated=True, zorder=7)
    texts = {
        "kept": number(ax, 22, 27.6, KEEP, ha="center"),
        "added": number(ax, 33.2, 20.5, WRITE),
        "h": number(ax, 42.8, 27.6),
        "z": number(ax, 23, 17.4, ha="center"),
        "keep": number(ax, 11.3, 20, KEEP, ha="right"),
        "new": number(ax, 31.2, 13.2, WRITE, ha="right"),
        "n": number(ax, 37, 17.3, ha="center"),
    }

    def update(gate, n, convention):
        k, column = states.index((gate, n)), ways[convention][0] == "cho"
        trace = traces[convention]
        z, h = float(trace.z[0, k, 0]), float(trace.h[0, k, 0])
        keep, new = (1 - z, z) if column else (z, 1 - z)
        flows = {"kept": keep * 2, "added": new * n, "h": h}
        for name, value in flows.items():
            pipes[name].set(value)
        for name, value in (flows | {"keep": keep, "new": new, "n": n}).items():
            texts[name].set_text(fmt(value))
        texts["z"].set_text(_("z = {z}").format(z=fmt(z)))
        one_minus.set_x(16.5 if column else 27.5)
        gauges["gate"].set(gate)
        gauges["n"].set(n)
        sentence = (
            _(
                "{way}: z = {z} is the share of the new. h = (1 − {z})·2.00 + {z}·{n} "
                "= {kept} + {added} = {h}."
            )
            if column
            else _("{way}: z = {z} is the share kept. h = {z}·2.00 + (1 − {z})·{n} = {kept} + {added} = {h}.")
        )
        shown = {"kept": fmt(flows["kept"]), "added": term(flows["added"]), "h": fmt(h)}
        return sentence.format(way=_("In {way} form").format(way=convention), z=fmt(z), n=term(n), **shown)

    params = values | {"convention": list(ways), "start": {"gate": 0.25, "n": 0.8}}
    params["labels"] = {"gate": _("gate σ(a)"), "n": _("candidate ñ"), "convention": _("form")}
    params["grab"] = {name: (gauge.ax, "y") for name, gauge in gauges.items()}
    return fig, update, params


def _cell(lit):
    """The whole GRU cell in the column's form with some of its parts lit, and its moving numbers."""
    fig, ax = board(4.0, 2.7)
    of = {"r": RESET, "z": WRITE, "n": C["ink"]}
    tone = {name: colour if name in lit else C["muted"] for name, colour in of.items()}
    ax.add_patch(Rectangle((6.3, 3.2), 29.2, 20.9, fc="none", ec=C["faint"], lw=2))
    wire(ax, (19, 11.3), (19, 20.4), color=tone["z"])
    bridge(ax, 19, 13.3)
    wire(ax, (0.3, 21.3), (39.7, 21.3), color=C["muted"], lw=2)
    wire(ax, (7.5, 21.3), (7.5, 6.4), (19, 6.4), (19, 8.7))
    wire(ax, (11.5, 6.4), (11.5, 8.7))
    wire(ax, (9.5, 0.4), (9.5, 6.4), arrow=False)
    wire(ax, (9.5, 4.7), (29, 4.7), (29, 8.7))
    wire(ax, (11.5, 11.3), (11.5, 13.3), (13.8, 13.3), color=tone["r"])
    wire(ax, (14.8, 21.3), (14.8, 14.3), color=tone["r"])
    wire(ax, (15.8, 13.3), (25, 13.3), (25, 10), (26.7, 10), color=tone["r"])
    wire(ax, (19, 16), (28, 16), color=tone["z"])
    wire(ax, (29, 11.3), (29, 15), color=tone["n"])
    wire(ax, (29, 17), (29, 20.3), color=tone["z"])
    box(ax, 11.5, 10, "σ", tone["r"], width=3.6)
    box(ax, 19, 10, "σ", tone["z"], width=3.6)
    box(ax, 29, 10, "tanh", tone["n"], width=4.4)
    box(ax, 19, 18.3, "1−", tone["z"], width=3.2, height=2.2)
    for x, y, sign, name in (
        (14.8, 13.3, "×", "r"),
        (19, 21.3, "×", "z"),
        (29, 16, "×", "z"),
        (29, 21.3, "+", "z"),
    ):
        node(ax, x, y, sign, tone[name])
    for x, y, text, name in ((12, 7.6, "r", "r"), (19.5, 7.6, "z", "z"), (29.5, 7.2, "ñ", "n")):
        label(ax, x, y, text, tone[name])
    label(ax, 0.4, 19.7, "$h_{t-1}$")
    label(ax, 9, 1.6, "$x_t$", ha="right")
    label(ax, 39.6, 19.7, "$h_t$", ha="right")
    ink = {name: C["ink"] if colour == C["muted"] else colour for name, colour in tone.items()}
    numbers = {
        "h_before": number(ax, 0.4, 22.9),
        "x": number(ax, 10, 1.6),
        "r": number(ax, 11.1, 12.5, ink["r"], ha="right"),
        "z": number(ax, 23.7, 17.2, ink["z"], ha="center"),
        "reset": number(ax, 20, 12, ink["r"]),
        "n": number(ax, 29.5, 13, ink["n"]),
        "kept": number(ax, 24, 22.9, ink["z"], ha="center"),
        "added": number(ax, 29.6, 18.6, ink["z"]),
        "h": number(ax, 39.6, 22.9, ha="right"),
    }
    return fig, numbers


def _step(x, h, _c):
    """Everything on the wires of the one-unit cell, for arrays of x and h before."""
    r, z, n, after = (
        part[0, :, 0] for part in gru(x[None, :, None], ONE_UNIT, h0=h[:, None], convention="cho")
    )
    on_wires = {"x": x, "h_before": h, "r": r, "z": z, "n": n, "h": after, "reset": r * h}
    return on_wires | {"kept": (1 - z) * h, "added": z * n}


@styled
def update_gate():
    """z over all pairs of x and h: how the old and the new are mixed."""
    sentence = _(
        "x = {x}, h = {h}: z = σ({a}) = {z}. Of the old {share} stays, {kept}; of the new {z} comes, "
        "{added}. h becomes {h_new}."
    )

    def say(v):
        a = 2 * v["x"] - v["h_before"]
        return {"a": fmt(a), "share": fmt(1 - v["z"]), "h_new": fmt(v["h_after"])}

    return gate_figure(update_gate, _cell({"z"}), _step, "z", WRITE, sentence, say)


@styled
def candidate():
    """ñ over all pairs of x and h: how much of the old h is let into the new."""
    sentence = _(
        "x = {x}, h = {h}: r = σ({a}) = {r} lets {reset} of h through, and the candidate is ñ = tanh({wx} + "
        "1.5·{let}) = {n}."
    )

    def say(v):
        a = 1.5 * v["x"] + v["h_before"]
        return {"a": fmt(a), "wx": fmt(0.3 * v["x"]), "let": term(v["reset"])}

    return gate_figure(candidate, _cell({"r", "n"}), _step, "r", RESET, sentence, say)


@styled
def reset_order():
    """Two units: the reset before the matrix and after it agree only where both gates are equal."""
    steps = np.linspace(0, 1, 9)
    states = list(product(steps, steps))
    r = np.array(states)
    x = np.hstack([logit(r), np.zeros_like(r), np.tile(INPUT, (len(r), 1))])[None]
    h0 = np.tile(BEFORE, (len(r), 1))
    n = {way: gru(x, TWO_UNITS, h0=h0, convention=way).n[0] for way in ("cho", "torch")}

    square, ax = panel(2.35, 2.5, xlim=(-0.08, 1.08), ylim=(-0.08, 1.08), aspect="equal")
    ax.set(xlabel="$r_1$", ylabel="$r_2$", xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    gap = abs(n["cho"] - n["torch"]).max(axis=1).reshape(9, 9).T
    for level in (0.1, 0.3, 0.5, 0.7, 0.9):
        ax.contourf(steps, steps, gap, [level, 9], colors=[RESET], alpha=0.16)
    ax.plot([0, 1], [0, 1], ":", color=C["muted"])
    dot = ax.plot([], [], "o", ms=12, color=C["ink"], mec=C["paper"], mew=2, animated=True)[0]

    fig, rows = board(4.0, 2.5)
    texts = {}
    for way, y, order in (("cho", 16.5, ("× r", "U")), ("torch", 5.5, ("U", "× r"))):
        colour = KEEP if way == "cho" else C["purple"]
        title = _("reset before the matrix (Cho)") if way == "cho" else _("reset after the matrix (PyTorch)")
        label(rows, 0.6, y + 6.3, title, colour)
        wire(rows, (4.6, y), (35.2, y), color=colour)
        label(rows, 2.6, y, "h", ha="center")
        for x_box, text in ((9, order[0]), (18.6, order[1]), (28.8, "tanh")):
            box(rows, x_box, y, text, colour, width=4.6)
        label(rows, 28.8, y - 2.6, "+ Wx", ha="center")
        for k in range(2):
            at = y + 1.5 - 3 * k
            label(rows, 0.6, at, fmt(BEFORE[k]), C["ink"])
            texts[way, k] = [number(rows, x_text, at + (0.3 if k == 0 else -0.3)) for x_text in (11.6, 21.4)]
            texts[way, k].append(number(rows, 35.4, at))

    def update(r1, r2):
        k = states.index((r1, r2))
        dot.set_data([r1], [r2])
        on_wires = {
            "cho": (r[k] * BEFORE, MATRIX @ (r[k] * BEFORE), n["cho"][k]),
            "torch": (MATRIX @ BEFORE, r[k] * (MATRIX @ BEFORE), n["torch"][k]),
        }
        for (way, unit), numbers in texts.items():
            for text, value in zip(numbers, on_wires[way], strict=True):
                text.set_text(fmt(value[unit]))
        before, after = ((fmt(v) for v in n[way][k]) for way in ("cho", "torch"))
        largest = float(abs(n["cho"][k] - n["torch"][k]).max())
        return _(
            "r = ({r1}, {r2}): before the matrix the candidates are ({b1}, {b2}), after it ({a1}, {a2}). "
            "They differ by up to {d}."
        ).format(
            r1=fmt(r1),
            r2=fmt(r2),
            **dict(zip(("b1", "b2"), before, strict=True)),
            **dict(zip(("a1", "a2"), after, strict=True)),
            d=fmt(largest),
        )

    params = {"r1": steps, "r2": steps, "start": {"r1": 0.25, "r2": 0.75}}
    params["labels"] = {"r1": _("reset gate of unit 1"), "r2": _("reset gate of unit 2")}
    params["grab"] = {"r1": (ax, "x"), "r2": (ax, "y")}
    return [square, fig], update, params
