"""The figures of the chapter on backpropagation."""

import numpy as np

from .. import column
from ..backprop import backward, cross_entropy, forward, init, numerical_gradient, softmax, softmax_jacobian
from ..language import _
from ._backprop_learning import boundary, digits
from ._backprop_network import EQUATIONS, Diagram
from .style import C, panel, styled

__all__ = ["boundary", "check", "depth", "digits", "jacobian", "scrubber"]

# A network small enough to write every number on it: two inputs, three sigmoids, a softmax over two classes.
X = np.array([[1.0, -0.5]])
LAYERS = tuple(
    layer._replace(bias=np.linspace(0.2, -0.2, layer.bias.size)) for layer in init((2, 3, 2), rng=8)
)


@styled
def scrubber(lr=1.0):
    """One forward and one backward pass through a small network, a number at a time."""
    labels = {_("first class"): [[1, 0]], _("second class"): [[0, 1]]}
    net_fig, net = panel(4.8, 3.4)
    diagram = Diagram(net, X[0], LAYERS)
    list_fig, lines = panel(4.8, 1.75, xlim=(0, 2), ylim=(5.2, -0.1))
    lines.axis("off")
    mark = lines.fill([0, 0, 0, 0], [0, 0, 0, 0], color=C["orange"], alpha=0.25, lw=0, animated=True)[0]
    for k, text in enumerate(EQUATIONS):
        lines.text(0.05 + k // 5, k % 5 + 0.5, text, va="center", zorder=4)

    def update(step, label):
        y = np.array(labels[label], float)
        fwd = forward(LAYERS, X)
        back = backward(LAYERS, fwd, y)
        diagram.show(step, fwd, back, y[0])
        k = step - 1
        x0, y0 = k // 5, k % 5
        mark.set_xy(
            [(x0, y0 + 0.02), (x0 + 0.97, y0 + 0.02), (x0 + 0.97, y0 + 0.98), (x0, y0 + 0.98)]
            if 0 <= k < len(EQUATIONS)
            else [(0, 0)] * 4
        )
        loss = cross_entropy(fwd.a[-1], y)
        moved = [
            type(p)(p.weight - lr * g.weight, p.bias - lr * g.bias)
            for p, g in zip(LAYERS, back.grads, strict=True)
        ]
        numbers = {
            "x": _row(X[0]), "z1": _row(fwd.z[0][0]), "a1": _row(fwd.a[1][0]), "z2": _row(fwd.z[1][0]),
            "a2": _row(fwd.a[2][0]), "loss": f"{loss:.4f}", "d2": _row(back.delta[1][0]),
            "d1": _row(back.delta[0][0]),
            "da1": _row(LAYERS[1].weight.T @ back.delta[1][0]), "w2": f"{back.grads[1].weight[0, 0]:.3f}",
            "w1": f"{back.grads[0].weight[0, 0]:.3f}", "lr": f"{lr:g}",
            "after": f"{cross_entropy(forward(moved, X).a[-1], y):.4f}",
        }  # fmt: skip
        return _sentences()[step].format(**numbers)

    params = {"step": range(12), "label": list(labels), "play": "step", "start": {"step": 5}}
    params["labels"] = {"step": _("step"), "label": _("right answer")}
    return [[net_fig], [list_fig]], update, params


def _three(value):
    """Three decimals, and no minus before a zero."""
    return f"{round(float(value), 3) + 0:.3f}"


def _row(values):
    return "(" + ", ".join(f"{v:.3f}" for v in values) + ")"


def _sentences():
    return [
        _("The input is {x}; nothing is computed yet."),
        _("Weighted sums and biases: z¹ = {z1}."),
        _("The sigmoid squashes each by itself: a¹ = {a1}."),
        _("The second layer does the same with a¹: z² = {z2}."),
        _("Softmax looks at all of z² at once: a² = {a2}, which sums to 1."),
        _("The loss is minus the logarithm of the right answer's share: C = {loss}."),
        _("Backwards. Softmax and cross-entropy together leave δ² = a² − y = {d2}."),
        _("A weight's gradient is δ at its head times a at its tail; the first of W² has {w2}."),
        _("Each hidden a reached both outputs, so both send their share back and the shares add up: {da1}."),
        _("Through the sigmoid, times σ′ = a (1 − a): δ¹ = {d1}."),
        _("Head times tail again; the first weight of W¹ has gradient {w1}."),
        _("Every weight one step of {lr} against its gradient: C falls from {loss} to {after}."),
    ]


@styled
def jacobian(z3=0.1):
    """Two logits dragged: the probabilities, their Jacobian, and the gradient as derived and as printed."""
    values = np.round(np.arange(-3, 3.01, 0.5), 1)
    y = np.array([1.0, 0.0, 0.0])
    z_fig, z_ax = panel(2.35, 2.2, xlim=(-0.6, 2.6), ylim=(-3.4, 3.4), title=_("logits z"), xticks=[])
    z_ax.axhline(0, color=C["muted"], lw=0.8)
    z_ax.plot([2], [z3], "o", ms=11, color=C["muted"])
    knobs = [
        z_ax.plot([], [], "o", ms=13, color=C["blue"], mec=C["ink"], mew=1.5, animated=True)[0] for _i in "12"
    ]
    a_fig, a_ax = panel(2.35, 2.2, xlim=(-0.6, 2.6), ylim=(0, 1.12), title=_("probabilities a"), xticks=[])
    bars = [a_ax.bar(i, 0, 0.7, color=C["blue"], alpha=0.7, animated=True)[0] for i in range(3)]
    notes = [a_ax.text(i, 0, "", ha="center", va="bottom", animated=True) for i in range(3)]
    j_fig, j_ax = panel(2.35, 2.2, xlim=(0, 3), ylim=(3.75, 0), title=_("Jacobian"))
    j_ax.axis("off")
    cells, words = {}, {}
    for k in range(3):
        for i in range(3):
            box = np.array([(i, k), (i + 1, k), (i + 1, k + 1), (i, k + 1)])
            cells[k, i] = j_ax.fill(*box.T, ec=C["paper"], lw=1.5, animated=True)[0]
            words[k, i] = j_ax.text(i + 0.5, k + 0.5, "", ha="center", va="center", animated=True)
    sums = [
        j_ax.text(i + 0.5, 3.42, "", ha="center", va="center", color=C["muted"], animated=True)
        for i in range(3)
    ]
    g_fig, g_ax = panel(4.8, 1.5, xlim=(0, 4.6), ylim=(4.1, 0))
    g_ax.axis("off")
    names = [_("a − y"), _("through the Jacobian"), _("printed: τ pulled out"), _("printed: ∇C ⊙ a(1 − a)")]
    colours = [C["green"], C["green"], C["red"], C["red"]]
    rows = []
    for k, (name, colour) in enumerate(zip(names, colours, strict=True)):
        g_ax.text(0.02, k + 0.5, name, va="center", color=colour)
        rows.append(
            [g_ax.text(2.75 + 0.8 * i, k + 0.5, "", va="center", ha="right", animated=True) for i in range(3)]
        )

    def update(z_1, z_2):
        z = np.array([z_1, z_2, z3])
        a, jac = softmax(z), softmax_jacobian(z)
        grad_a = -y / a
        for i, (knob, value) in enumerate(zip(knobs, z, strict=False)):
            knob.set_data([i], [value])
        for i in range(3):
            bars[i].set_height(a[i])
            notes[i].set_text(f"{a[i]:.2f}")
            notes[i].set_y(a[i])
            sums[i].set_text(f"Σ {abs(jac[:, i].sum()):.0f}")
            for k in range(3):
                cells[k, i].set_facecolor(C["green"] if jac[k, i] > 0 else C["red"])
                cells[k, i].set_alpha(min(1.0, 0.05 + 2.2 * abs(jac[k, i])))
                words[k, i].set_text(f"{jac[k, i]:.3f}")
        shown = [
            a - y,
            jac.T @ grad_a,
            column.softmax_tau_pulled_out(a, grad_a),
            column.output_delta_elementwise(a, grad_a),
        ]
        for texts, values_ in zip(rows, shown, strict=True):
            for text, value in zip(texts, values_, strict=True):
                text.set_text(_three(value))
        return _(
            "z = ({z1:.1f}, {z2:.1f}, {z3:.1f}), the first class is right: C = {loss:.3f}. "
            "The gradient is ({g}); the printed product gives ({p})."
        ).format(
            z1=z_1,
            z2=z_2,
            z3=z3,
            loss=cross_entropy(a, y),
            g=", ".join(_three(v) for v in shown[0]),
            p=", ".join(_three(v) for v in shown[3]),
        )

    def column_of(i):
        return (z_ax, [(i, v) for v in values])

    params = {"z_1": values, "z_2": values, "start": {"z_1": 2, "z_2": 1}}
    params["grab"] = {"z_1": column_of(0), "z_2": column_of(1)}
    params["labels"] = {"z_1": "z₁", "z_2": "z₂"}
    return [[z_fig, a_fig], [j_fig], [g_fig]], update, params


@styled
def check(layers, x, y_onehot):
    """The analytic gradient against finite differences, by the size of their step."""
    exponents = np.round(np.arange(-12, 0.01, 0.5), 1)
    right = backward(layers, forward(layers, x), y_onehot).grads[0].weight
    fwd = forward(layers, x)
    missing = column.backward_without_slope(layers, fwd, y_onehot)
    gradients = {_("right"): right, _("with a bug: no σ′"): missing}

    def loss(weight):
        return cross_entropy(forward((layers[0]._replace(weight=weight), *layers[1:]), x).a[-1], y_onehot)

    numeric = {e: numerical_gradient(loss, layers[0].weight, eps=10.0**e) for e in exponents}
    errors = {
        name: [float(np.abs(numeric[e] - grad).max()) for e in exponents] for name, grad in gradients.items()
    }
    fig, ax = panel(
        4.8, 2.5, xlim=(-12.5, 0.5), ylim=(-13, 1), xlabel=_("step ε"), ylabel=_("largest difference")
    )
    ax.set_xticks([-12, -9, -6, -3, 0], ["1e-12", "1e-9", "1e-6", "1e-3", "1"])
    ax.set_yticks([-12, -8, -4, 0], ["1e-12", "1e-8", "1e-4", "1"])
    for name, colour in zip(errors, (C["green"], C["red"]), strict=True):
        ax.plot(exponents, np.log10(errors[name]), color=colour, label=name)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    dot = ax.plot([], [], "o", ms=10, color=C["ink"], mec=C["paper"], animated=True)[0]

    def update(exponent, gradient):
        error = errors[gradient][list(exponents).index(exponent)]
        dot.set_data([exponent], [np.log10(error)])
        return _("ε = {e:.1e}: the two gradients differ by at most {d:.1e}.").format(
            e=10.0**exponent, d=error
        )

    params = {"exponent": exponents, "gradient": list(errors), "start": {"exponent": -1}}
    params["labels"] = {"exponent": _("ε = 10 to the power"), "gradient": _("gradient")}
    params["grab"] = {"exponent": (ax, list(zip(exponents, np.log10(errors[_("right")]), strict=True)))}
    return fig, update, params


@styled
def depth(width=40, n=30, seed=0):
    """How large the error still is when it arrives: by depth, activation and scale of the first weights."""
    depths, scales = [2, 5, 10, 20], [0.5, 1.0, 1.4, 2.0, 3.0]
    x = np.random.default_rng(seed).standard_normal((n, width))
    y = np.eye(width)[np.arange(n) % width]
    fig, ax = panel(4.8, 2.5, xlim=(0.4, 20.6), ylim=(-16, 6), xlabel=_("layer, the input's side first"))
    ax.set_ylabel(_("size of δ"))
    ax.set_xticks([1, 5, 10, 15, 20])
    ax.set_yticks([-15, -10, -5, 0, 5], ["1e-15", "1e-10", "1e-5", "1", "1e5"])
    ax.axhline(0, color=C["faint"], lw=0.8)
    line = ax.plot([], [], "o-", ms=5, color=C["purple"], animated=True)[0]
    norms = {}
    for activation in ("sigmoid", "tanh", "relu"):
        for d in depths:
            for scale in scales:
                layers = init((width,) * (d + 1), rng=seed + 1, scale=scale)
                back = backward(layers, forward(layers, x, activation), y, activation)
                norms[activation, d, scale] = np.array(
                    [np.sqrt((delta**2).sum(axis=1).mean()) * n for delta in back.delta]
                )

    def update(activation, depth, scale):
        size = norms[activation, depth, scale]
        line.set_data(np.arange(1, depth + 1), np.log10(np.maximum(size, 1e-16)))
        return _(
            "{n} layers of {a}, scale {s:g}: δ has size {last:.2g} at the top and {first:.2g} at the bottom."
        ).format(n=depth, a=activation, s=scale, last=size[-1], first=size[0])

    params = {"activation": ["sigmoid", "tanh", "relu"], "depth": depths, "scale": scales}
    params |= {"start": {"depth": 10, "scale": 1.0}}
    params["labels"] = {
        "activation": _("activation"),
        "depth": _("layers"),
        "scale": _("scale of the weights"),
    }
    return fig, update, params
