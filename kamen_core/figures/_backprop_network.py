"""The network diagram of the backpropagation chapter: every number where it belongs."""

import numpy as np

from .style import C

EQUATIONS = [  # in the order of the scrubber's steps 1 … 10; five forward, five backward
    "$z^1 = W^1 x + b^1$",
    "$a^1 = \\sigma(z^1)$",
    "$z^2 = W^2 a^1 + b^2$",
    "$a^2 = \\mathrm{softmax}(z^2)$",
    "$C = -\\sum_i y_i \\log a^2_i$",
    "$\\delta^2 = a^2 - y$",
    "$\\partial C/\\partial W^2 = \\delta^2 (a^1)^T$",
    "$\\partial C/\\partial a^1 = (W^2)^T \\delta^2$",
    "$\\delta^1 = \\partial C/\\partial a^1 \\odot \\sigma'(z^1)$",
    "$\\partial C/\\partial W^1 = \\delta^1 x^T$",
]
BLUE, RED = C["blue"], C["orange"]  # values go forward in blue, derivatives come back in orange


class Diagram:
    """A 2-3-2 network with its moving numbers; `show` puts them into the state of one step."""

    def __init__(self, ax, x, layers):
        self.layers = layers
        ax.set(xlim=(-0.45, 4.75), ylim=(-0.15, 3.55))
        ax.axis("off")
        self.place = [
            [(0, 2.4), (0, 0.9)],
            [(1.75, 3.05), (1.75, 1.65), (1.75, 0.25)],
            [(3.5, 2.4), (3.5, 0.9)],
        ]
        self.edges, self.weights, self.grads = {}, {}, {}
        for number, layer in enumerate(layers):
            for (i, j), w in np.ndenumerate(layer.weight):
                tail, head = np.array(self.place[number][j]), np.array(self.place[number + 1][i])
                ax.plot(*zip(tail, head, strict=True), color=C["faint"], lw=1.2, zorder=1)
                self.edges[number, i, j] = ax.plot(
                    *zip(tail, head, strict=True), lw=2.5, zorder=1.5, animated=True
                )[0]
                at = tail + (0.27 if number == 0 else 0.3) * (head - tail)
                ax.text(*at, f"{w:.2f}", ha="center", va="bottom", color=C["muted"], zorder=3)
                self.grads[number, i, j] = ax.text(
                    *at, "", ha="center", va="top", color=RED, zorder=3, animated=True
                )
        self.top, self.bottom, self.rings = {}, {}, {}
        for level, column in enumerate(self.place):
            for k, (x0, y0) in enumerate(column):
                ax.plot([x0], [y0], "o", ms=40, mfc=C["paper"], mec=C["muted"], zorder=2)
                self.rings[level, k] = ax.plot(
                    [x0], [y0], "o", ms=40, mfc="none", lw=0, mew=2.5, zorder=4, animated=True
                )[0]
                self.top[level, k] = ax.text(
                    x0, y0 + 0.03, "", ha="center", va="bottom", zorder=5, animated=True
                )
                self.bottom[level, k] = ax.text(
                    x0, y0 - 0.03, "", ha="center", va="top", zorder=5, animated=True
                )
        for k, value in enumerate(x):
            self.top[0, k].set_text(f"{value:.2f}")
            self.top[0, k].set_va("center")
        self.back = {  # δ or ∂C/∂a beside the nodes it belongs to
            (level, k): ax.text(
                px, py + 0.4, "", ha="center", va="bottom", color=RED, zorder=5, animated=True
            )
            for level in (1, 2)
            for k, (px, py) in enumerate(self.place[level])
        }
        self.loss = ax.text(4.3, 1.65, "", ha="center", va="center", zorder=5, animated=True)

    def show(self, step, fwd, back, y):
        """Numbers and colours of step 0 (input) … 11 (the weights moved)."""
        z1, z2 = (z[0] for z in fwd.z)
        a1, a2 = fwd.a[1][0], fwd.a[2][0]
        from_above = self.layers[1].weight.T @ back.delta[1][0]
        for k in range(3):
            self._node(1, k, z1[k] if step >= 1 else None, a1[k] if step >= 2 else None)
            shown = back.delta[0][0][k] if step >= 9 else from_above[k] if step == 8 else None
            self.back[1, k].set_text("" if shown is None else f"{shown:+.3f}")
        for k in range(2):
            self._node(2, k, z2[k] if step >= 3 else None, a2[k] if step >= 4 else None)
            self.back[2, k].set_text(f"{back.delta[1][0][k]:+.3f}" if step >= 6 else "")
        self.loss.set_text(f"C = {-(y * np.log(a2)).sum():.3f}" if step >= 5 else "")
        lit = {1: (0, BLUE), 3: (1, BLUE), 7: (1, RED), 8: (1, RED), 10: (0, RED)}.get(step)
        for (number, i, j), edge in self.edges.items():
            on = lit is not None and lit[0] == number
            edge.set_color(lit[1] if on else C["faint"])
            edge.set_alpha(0.75 if on else 0)
            known = step >= (7 if number == 1 else 10)
            self.grads[number, i, j].set_text(f"{back.grads[number].weight[i, j]:+.2f}" if known else "")
        active = {0: 0, 1: 1, 2: 1, 3: 2, 4: 2, 5: 2, 6: 2, 8: 1, 9: 1}.get(step)
        for (level, _k), ring in self.rings.items():
            ring.set_markeredgecolor(RED if step >= 6 else BLUE)
            ring.set_alpha(1 if level == active else 0)

    def _node(self, level, k, z, a):
        self.top[level, k].set_text("" if z is None else f"{z:.2f}")
        self.bottom[level, k].set_text("" if a is None else f"{a:.2f}")
