"""How long a memory lasts, and what it costs."""

from itertools import product

import numpy as np

from ..language import _
from ..lstm_gru import GRUParams, gru, gru_backward, init_gru, init_lstm, lstm, lstm_backward
from ._diagram import KEEP, RESET, WRITE, fmt
from ._lstm_belt import AS_TOLD, logit
from .style import C, panel, styled

N_STEPS = 100
SIZES = (16, 32, 64, 128, 256, 512, 1024)
# One step of one sequence of 64 inputs, in units of the LSTM's time at 16 units: benchmarks/lstm_gru_steps.py
STEP_TIME = {
    "LSTM": (1.0, 1.1, 1.4, 2.3, 9.2, 36.3, 146.4),
    "GRU": (1.1, 1.2, 1.4, 2.0, 6.0, 26.2, 98.9),
}


def small(value):
    """A positive number, plain down to a thousandth and as 2.7e-5 below."""
    if value >= 1e-3:
        return f"{value:.3f}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def _each_step():
    """∂L/∂ of T steps for L_k = the state after step k, one sequence for every k: (T, T, 1)."""
    return np.eye(N_STEPS)[:, :, None]


def lstm_gradient(f):
    """∂c_t/∂c_0, t = 1 … 100, of a unit whose forget gate is f throughout, by backpropagation."""
    x = np.tile([0.0, float(logit(f)), 0.3, 0.0], (N_STEPS, N_STEPS, 1))
    trace, nothing = lstm(x, AS_TOLD), np.zeros((N_STEPS, N_STEPS, 1))
    *_rest, grad_c0 = lstm_backward(x, AS_TOLD, trace, nothing, grad_c=_each_step(), return_initial=True)
    return grad_c0[:, 0]


def rnn_gradient(w, seed=5):
    """∂h_t/∂h_0 of h_t = tanh(w·h_(t-1) + x_t), a plain RNN: a GRU with z held at 0 and r at 1."""
    plain = GRUParams(
        np.array([[0.0], [0.0], [1.0]]),
        np.array([[0.0], [0.0], [w]]),
        np.array([1000.0, -1000.0, 0.0]),
        np.zeros(3),
    )
    x = np.tile(0.3 * np.random.default_rng(seed).normal(size=(N_STEPS, 1, 1)), (1, N_STEPS, 1))
    trace = gru(x, plain)
    *_rest, grad_h0 = gru_backward(x, plain, trace, _each_step(), return_initial=True)
    return grad_h0[:, 0]


@styled
def memory():
    """The product of a hundred forget gates, against the product that a plain RNN makes."""
    gates = [0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0]
    weights = [0.5, 1.0, 1.5, 2.0]
    lengths = [1, 2, 5, 10, 20, 30, 50, 75, 100]
    left = {f: lstm_gradient(f) for f in gates}
    plain = {w: rnn_gradient(w) for w in weights}
    floor = -12

    fig, ax = panel(4.8, 2.9, xlim=(0, 103), ylim=(floor, 0.6), xlabel=_("steps"), ylabel=_("gradient left"))
    ax.set_yticks([0, -3, -6, -9, -12], ["1", "1e-3", "1e-6", "1e-9", "1e-12"])
    ax.yaxis.labelpad = 9
    for y in (-3, -6, -9):
        ax.axhline(y, color=C["faint"], lw=0.8)
    ax.plot([], [], color=KEEP, lw=2, label=_("LSTM: f·f·f …"))
    ax.plot([], [], color=RESET, lw=2, label=_("plain RNN"))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    lines = [ax.plot([], [], color=c, lw=2, animated=True)[0] for c in (KEEP, RESET)]
    dots = [ax.plot([], [], "o", ms=9, color=c, mec=C["paper"], animated=True)[0] for c in (KEEP, RESET)]
    here = ax.plot([], [], color=C["ink"], lw=1.5, animated=True)[0]
    every = np.unique(np.r_[0, np.arange(1, N_STEPS + 1, 3), N_STEPS])

    def update(f, w, steps):
        for line, dot, values in zip(lines, dots, (left[f], plain[w]), strict=True):
            logs = np.log10(np.maximum(np.r_[1, values], 1e-300))
            shown = every[logs[every] >= floor - 1]
            line.set_data(shown, logs[shown])
            dot.set_data([steps], [max(logs[steps], floor)])
        here.set_data([steps, steps], [floor, 0.6])
        return _(
            "After {n} of {f}: {kept} of ∂C/∂C₀ is left. In the plain RNN with weight {w} it is {lost}."
        ).format(
            n=_("{n} forget gates").format(n=steps) if steps > 1 else _("1 forget gate"),
            f=f"{f:g}",
            kept=small(left[f][steps - 1]),
            w=f"{w:g}",
            lost=small(plain[w][steps - 1]),
        )

    params = {"f": gates, "w": weights, "steps": lengths, "start": {"f": 0.9, "w": 1.0, "steps": 100}}
    params["labels"] = {"f": _("forget gate f"), "w": _("plain RNN's weight"), "steps": _("steps")}
    params["grab"] = {"steps": (ax, "x")}
    return fig, update, params


@styled
def cost():
    """Parameters and time of a step, against the number of hidden units."""
    biases = {_("two, as PyTorch"): 2, _("one"): 1}
    inits = {"LSTM": init_lstm, "GRU": init_gru}
    counts = {}
    for name, init in inits.items():
        for size, (way, n_biases) in product(SIZES, biases.items()):
            params = init(64, size, rng=0)
            counts[name, size, way] = sum(p.size for p in params[: 2 + n_biases])

    names = {"LSTM": KEEP, "GRU": WRITE}
    many, ax = panel(
        2.35, 2.6, xlim=(3.5, 10.5), ylim=(3, 7.2), xlabel=_("hidden units"), ylabel=_("parameters")
    )
    slow, ax_t = panel(
        2.35, 2.6, xlim=(3.5, 10.5), ylim=(-0.3, 3), xlabel=_("hidden units"), ylabel=_("time of a step")
    )
    ax.set_yticks([3, 4, 5, 6, 7], ["1k", "10k", "100k", "1M", "10M"])
    ax_t.set_yticks([0, 1, 2], ["1", "10", "100"])
    dots, curves = {}, {}
    for axes in (ax, ax_t):
        axes.set_xticks([4, 6, 8, 10], ["16", "64", "256", "1024"])
        for name, colour in names.items():
            curves[axes, name] = axes.plot([], [], color=colour, lw=1.8, animated=True)[0]
            dots[axes, name] = axes.plot([], [], "o", ms=9, color=colour, mec=C["paper"], animated=True)[0]
            axes.plot([], [], color=colour, lw=2, label=name)
        axes.legend(loc="upper left", handlelength=1, borderaxespad=0)

    def update(hidden, biases):
        k = SIZES.index(hidden)
        for name in names:
            logs = np.log10([counts[name, size, biases] for size in SIZES])
            for axes, values in ((ax, logs), (ax_t, np.log10(STEP_TIME[name]))):
                curves[axes, name].set_data(np.log2(SIZES), values)
                dots[axes, name].set_data([np.log2(hidden)], [values[k]])
        own, other = counts["LSTM", hidden, biases], counts["GRU", hidden, biases]
        return _(
            "{h} hidden units, 64 inputs: {a:,} parameters in the LSTM and {b:,} in the GRU, {r} : 1. A step "
            "took {s} and {t} times as long as a step of the LSTM with 16 units."
        ).format(
            h=hidden,
            a=own,
            b=other,
            r=fmt(own / other, 3),
            s=fmt(STEP_TIME["LSTM"][k], 1),
            t=fmt(STEP_TIME["GRU"][k], 1),
        )

    params = {"hidden": SIZES, "biases": list(biases), "start": {"hidden": 128}}
    params["labels"] = {"hidden": _("hidden units"), "biases": _("bias vectors")}
    params["grab"] = {"hidden": [(a, [(np.log2(s), 0) for s in SIZES]) for a in (ax, ax_t)]}
    return [many, slow], update, params
