"""The figure of the LDA chapter in which chains find their balance, or do not."""

import numpy as np

from ..chains import metropolis_matrix
from ..language import _, joined, plural
from ..mcmc import is_reversible, stationary
from .style import C, panel, styled

PI = np.array([0.1, 0.2, 0.3, 0.4])
NODES = np.array([(0, 1), (1, 1), (1, 0), (0, 0)])  # states 1 … 4 round a square


def matrices():
    """Four chains on four states, by name."""
    around = np.roll(np.eye(4), 1, axis=1)
    return {
        _("accept or refuse"): metropolis_matrix(PI, np.full((4, 4), 0.25)),
        _("one way round"): np.full((4, 4), 0.1) + 0.6 * around,
        _("always next door"): (around + around.T) / 2,
        _("never moves"): np.eye(4),
    }


@styled
def balance():
    """Powers of a transition matrix, a distribution on its way, and what flows between the states."""
    chains = matrices()
    steps = [0, 1, 2, 3, 4, 5, 6, 8, 10, 11, 15, 20, 50]
    powers = {name: {n: np.linalg.matrix_power(P, n) for n in steps} for name, P in chains.items()}

    table_fig, table = panel(2.35, 2.35, xlim=(0.45, 4.55), ylim=(4.55, 0.45), aspect="equal")
    table.set(xlabel=_("to"), ylabel=_("from"), xticks=range(1, 5), yticks=range(1, 5))
    table.tick_params(length=0)
    table.set_title(_("P to the power n"))
    numbers = [
        [table.text(j + 1, i + 1, "", ha="center", va="center", animated=True) for j in range(4)]
        for i in range(4)
    ]
    row = table.plot([], [], color=C["red"], lw=1.8, animated=True)[0]
    bars_fig, ax = panel(2.35, 2.35, xlim=(0.4, 4.6), ylim=(0, 1.03), xticks=range(1, 5))
    ax.set(xlabel=_("state"), title=_("where the chain is"))
    bars = [ax.bar(i + 1, 0, 0.7, color=C["blue"], alpha=0.8, animated=True)[0] for i in range(4)]
    level = ax.plot([], [], color=C["ink"], lw=2, animated=True)[0]
    flow_fig, plane = panel(2.35, 2.35, xlim=(-0.3, 1.3), ylim=(-0.3, 1.3), aspect="equal")
    plane.axis("off")
    plane.set_title(_("flow that does not return"))
    arrows = {
        (i, j): (
            plane.plot([], [], color=C["orange"], lw=4, animated=True)[0],
            plane.plot([], [], color=C["orange"], marker=m, ms=12, animated=True)[0],
        )
        for (i, j), m in {(0, 1): ">", (1, 2): "v", (2, 3): "<", (3, 0): "^"}.items()
    }
    for i, (x, y) in enumerate(NODES):
        plane.plot([x], [y], "o", ms=24, mfc=C["paper"], mec=C["muted"], zorder=5)
        plane.text(x, y - 0.01, str(i + 1), ha="center", va="center", zorder=6)

    def update(chain, first, n):
        P, power = chains[chain], powers[chain][n]
        try:
            pi = stationary(P)
        except ValueError:  # many distributions are
            pi = None
        at = power[first - 1]
        for i in range(4):
            for j in range(4):
                numbers[i][j].set_text(f"{power[i, j]:.2f}".removeprefix("0"))
            bars[i].set_height(at[i])
        row.set_data([0.55, 4.45, 4.45, 0.55, 0.55], first + np.array([-0.42, -0.42, 0.42, 0.42, -0.42]))
        x = np.ravel([(i + 0.6, i + 1.4, np.nan) for i in range(4)])
        level.set_data(*([], []) if pi is None else (x, np.repeat(pi, 3)))
        settled = np.full(4, 0.25) if pi is None else pi
        flow = settled[:, None] * P
        net = flow - flow.T
        for (i, j), (line, head) in arrows.items():
            flows = net[i, j] > 1e-12
            line.set_data(*NODES[[i, j]].T if flows else ([], []))
            head.set_data(*NODES[[i, j]].mean(axis=0)[:, None] if flows else ([], []))
        where = plural("After {n} step", "After {n} steps", n).format(n=n)
        state = _("{where} from state {s}: {p}. Two rows of the power differ by up to {d:.2g}.").format(
            where=where, s=first, p=", ".join(f"{v:.3f}" for v in at), d=np.ptp(power, axis=0).max()
        )
        if is_reversible(P, settled):
            return joined(state, _("Detailed balance holds."))
        turning = _("Over every edge {x:.2f} goes round at each step without returning.")
        return joined(state, turning.format(x=net.max()))

    params = {"chain": list(chains), "first": [1, 2, 3, 4], "n": steps}
    params |= {"play": "n", "start": {"n": 2}, "grab": {"first": (ax, "x")}}
    params["labels"] = {"chain": _("chain"), "first": _("start in state"), "n": _("steps n")}
    return [[table_fig, bars_fig, flow_fig]], update, params
