"""The sentence that the trained networks read, and how well they know the language.

`clamped` holds one of their gates, `abilities` counts what that costs.
"""

import functools
from typing import NamedTuple

import numpy as np

from ..brackets import ALPHABET, generate, one_hot, predict, read
from ..language import _
from ..lstm_gru import LSTMParams
from ._diagram import KEEP, RESET
from .style import C

SENTENCE = 'a(b[c(a)"([(b"]c)a.b["a)"](c[b]a(")"c)).'  # what the figures read
GATES = {"lstm": "ifgo", "gru": "rzn"}  # the order of the rows
DEPTH, QUOTE = KEEP, RESET
_CLOSERS = [ALPHABET.index(c) for c in ")]"]


def clamped(network, gate, value):
    """The network with one gate held at 0 or 1: its rows zero, its bias ∓1000."""
    gates = GATES["lstm" if isinstance(network.params, LSTMParams) else "gru"]
    size = network.params.weight_hh.shape[1]
    rows = slice(gates.index(gate) * size, (gates.index(gate) + 1) * size)
    weights = [weight.copy() for weight in network.params]
    for weight in weights:
        weight[rows] = 0
    weights[2][rows] = 1000 if value else -1000
    return network._replace(params=type(network.params)(*weights))


class Abilities(NamedTuple):
    """What a network gets wrong on unseen texts; all shares but the last, which is in nats a character."""

    wrong: float  # the wrong closing bracket preferred where one is due
    in_quotes: float  # probability given to illegal characters, in quotes, …
    at_depth_0: float  # … outside of everything, …
    in_brackets: float  # … and within brackets
    excess: float  # loss above the least that is possible


@functools.cache
def unseen(n_texts=20, length=300):
    """Texts as one_hot (T, B, 9), and what is known of them: depth, quoted, p_next."""
    texts = [generate(length, rng=5000 + k) for k in range(n_texts)]
    known = (np.stack(parts, axis=1) for parts in zip(*map(read, texts), strict=True))
    return np.stack([one_hot(text) for text in texts], axis=1), *known


def abilities(network):
    """Read the unseen texts and count."""
    x, depth, quoted, p = unseen()
    q = predict(network, x)[1]
    due = (depth > 0) & ~quoted
    illegal = np.where(p > 0, 0, q).sum(axis=-1)
    excess = (p * np.log(np.where(p > 0, p, 1) / q)).sum(axis=-1).mean()
    wrong = p[due][:, _CLOSERS].argmax(axis=1) != q[due][:, _CLOSERS].argmax(axis=1)
    where = (quoted, (depth == 0) & ~quoted, due)
    return Abilities(wrong.mean(), *(illegal[here].mean() for here in where), excess)


def letters(ax):
    """The sentence, a character a column, with its depth as steps and its quotes shaded."""
    reading, n = read(SENTENCE), len(SENTENCE)
    ax.set(xlim=(-0.6, n - 0.4), ylim=(-1.9, 3.4), xticks=[], yticks=[0, 3])
    ax.set_ylabel(_("depth"))
    ax.spines[["bottom", "left"]].set_visible(False)
    ax.step(np.arange(n), reading.depth, where="mid", color=DEPTH, lw=1.3)
    for t in np.flatnonzero(reading.quoted):
        ax.fill([t - 0.5, t + 0.5, t + 0.5, t - 0.5], [-1.9, -1.9, 3.4, 3.4], color=QUOTE, alpha=0.14, lw=0)
    for t, character in enumerate(SENTENCE):
        ax.text(t, -1.1, character, ha="center", va="center")


def cursor(axes):
    """A frame around one column in each of the axes; returns the function that moves it."""
    lines = [ax.plot([], [], color=C["ink"], lw=1.5, animated=True, clip_on=False)[0] for ax in axes]

    def move(t):
        for line, ax in zip(lines, axes, strict=True):
            low, high = ax.get_ylim()
            line.set_data([t - 0.5, t + 0.5, t + 0.5, t - 0.5, t - 0.5], [low, low, high, high, low])

    return move
