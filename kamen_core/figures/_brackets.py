"""The trained networks at work: what they read, remember and lose."""

from itertools import product

import numpy as np
from matplotlib.colors import to_rgb

from ..brackets import ALPHABET, one_hot, predict, read
from ..datasets import bracket_networks
from ..language import _, plural
from ._diagram import KEEP, RESET, SHOW, WRITE, fmt
from ._sentence import DEPTH, QUOTE, SENTENCE, abilities, clamped, cursor, letters, unseen
from .style import C, panel, styled


def _shades(values, colour, largest):
    """Numbers (T, H) as an image (H, T): the colour for +, orange for −, clearer when nearer to 0."""
    image = np.empty((*values.T.shape, 4))
    image[..., :3] = np.where((values.T < 0)[..., None], to_rgb(C["orange"]), to_rgb(colour))
    image[..., 3] = np.minimum(abs(values.T) / largest, 1)
    return (255 * image).round().astype(np.uint8)


@styled
def reading(kind="lstm"):
    """Every gate of every unit over a sentence, and what the network expects next."""
    network, known, n = getattr(bracket_networks(), kind), read(SENTENCE), len(SENTENCE)
    trace, p_next = predict(network, one_hot(SENTENCE)[:, None])
    rows = {"lstm": ("f", "i", "o", "c"), "gru": ("r", "z", "h")}[kind]
    names = {"f": _("f: keep"), "i": _("i: write"), "o": _("o: show"), "c": "C"}
    names |= {"r": _("r: reset"), "z": _("z: keep"), "h": "h"}
    tones = {"f": KEEP, "i": WRITE, "o": SHOW, "c": C["blue"], "r": RESET, "z": KEEP, "h": C["blue"]}

    fig, top = panel(4.8, 0.9 + 0.95 * len(rows))
    top.remove()
    axes = fig.subplots(1 + len(rows), 1, height_ratios=[0.85] + [1] * len(rows))
    letters(axes[0])
    for ax, row in zip(axes[1:], rows, strict=True):
        values = getattr(trace, row)[:, 0]
        image = _shades(values, tones[row], {"c": 2, "h": 1}.get(row, 1))
        ax.imshow(image, aspect="auto", interpolation="none", extent=(-0.5, n - 0.5, 19.5, -0.5))
        ax.set(xlim=axes[0].get_xlim(), xticks=[], yticks=[0, 10, 19])
        ax.set_ylabel(names[row], color=tones[row])
    move = cursor(axes)

    next_fig, ax = panel(4.8, 1.6, xlim=(-0.6, 8.6), ylim=(0, 0.75), yticks=[0, 0.5])
    ax.set_ylabel(_("expected"), labelpad=7)
    ax.set(xticks=range(9), xticklabels=list(ALPHABET))
    bars = ax.bar(range(9), np.zeros(9), 0.62, animated=True, color=C["green"], alpha=0.6)
    exact = ax.plot([], [], "_", ms=22, mew=2, color=C["ink"], animated=True)[0]

    def update(step):
        t, p, truth = step - 1, p_next[step - 1, 0], known.p_next[step - 1]
        move(t)
        for bar, height, legal in zip(bars, p, truth > 0, strict=True):
            bar.set_height(float(height))
            bar.set_facecolor(C["green"] if legal else C["red"])
        exact.set_data(np.flatnonzero(truth), truth[truth > 0])
        best = int(p.argmax())
        state = _("a quote is open") if known.quoted[t] else _("no quote is open")
        return _(
            "After ‹{before}› (depth {depth}, {state}) the network expects ‹{best}› most, with {p}; rightly "
            "it is {right}. Illegal characters get {illegal} %."
        ).format(
            before=SENTENCE[max(0, t - 7) : t + 1],
            depth=int(known.depth[t]),
            state=state,
            best=ALPHABET[best],
            p=fmt(p[best]),
            right=fmt(truth[best]),
            illegal=fmt(100 * p[truth == 0].sum(), 1),
        )

    name = "reading" if kind == "lstm" else "reading_gru"
    params = {"step": range(1, n + 1), "start": {"step": 14}, "play": "step", "name": name}
    params["labels"] = {"step": _("characters read")}
    params["grab"] = {"step": [(a, [(t, 0) for t in range(n)]) for a in axes]}
    return [[fig], [next_fig]], update, params


@styled
def units():
    """Which unit counts? Each unit's memory over the sentence, and how it goes with depth and quotes."""
    kinds = {"LSTM": "lstm", "GRU": "gru"}
    x, depth, quoted, _p = unseen()
    tracks, r = {}, {}
    for name, kind in kinds.items():
        network = getattr(bracket_networks(), kind)
        memory = "c" if kind == "lstm" else "h"
        tracks[name] = getattr(predict(network, one_hot(SENTENCE)[:, None])[0], memory)[:, 0]
        long = getattr(predict(network, x)[0], memory)
        r[name] = np.array(
            [
                [np.corrcoef(long[..., u].ravel(), truth.ravel())[0, 1] for u in range(20)]
                for truth in (depth, quoted)
            ]
        )

    fig, ax = panel(4.8, 2.6)
    ax.remove()
    text, track = fig.subplots(2, 1, height_ratios=[0.75, 1.1])
    letters(text)
    track.set(xlim=text.get_xlim(), ylim=(-3.6, 3.6), xticks=[], yticks=[-3, 0, 3])
    track.set_yticklabels(["−3", "0", "3"])
    track.set_ylabel(_("memory"))
    track.axhline(0, color=C["faint"], lw=1)
    line = track.plot([], [], color=C["ink"], lw=1.6, drawstyle="steps-mid", animated=True)[0]
    bars_fig, ax = panel(4.8, 1.9, xlim=(-0.6, 19.6), ylim=(-1.05, 1.05), xlabel=_("unit"))
    ax.set(xticks=[0, 5, 10, 15, 19], yticks=[-1, 0, 1], ylabel=_("correlation"))
    ax.set_yticklabels(["−1", "0", "1"])
    ax.axhline(0, color=C["faint"], lw=1)
    ax.plot([], [], color=DEPTH, lw=5, label=_("with the depth"))
    ax.plot([], [], color=QUOTE, lw=5, label=_("with open quotes"))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    stems = [ax.vlines([0], [0], [0], color=c, lw=5, animated=True) for c in (DEPTH, QUOTE)]
    frame = ax.plot([], [], color=C["ink"], lw=1.5, animated=True)[0]

    def update(network, unit):
        line.set_data(np.arange(len(SENTENCE)), tracks[network][:, unit])
        for stem, values, shift in zip(stems, r[network], (-0.2, 0.2), strict=True):
            stem.set_segments([[(u + shift, 0), (u + shift, v)] for u, v in enumerate(values)])
        frame.set_data(np.array([-0.5, 0.5, 0.5, -0.5, -0.5]) + unit, [-1.03, -1.03, 1.03, 1.03, -1.03])
        with_depth, with_quote = r[network][:, unit]
        values = tracks[network][:, unit]
        return _(
            "{network}, unit {unit}: correlation {d} with the depth and {q} with open quotes, on 6,000 "
            "unseen characters. Here it runs from {low} to {high}."
        ).format(
            network=network,
            unit=unit,
            d=fmt(with_depth, 3),
            q=fmt(with_quote, 3),
            low=fmt(values.min()),
            high=fmt(values.max()),
        )

    params = {
        "network": list(kinds),
        "unit": range(20),
        "labels": {"network": _("network"), "unit": _("unit")},
    }
    params["grab"] = {"unit": (ax, "x")}
    return [[fig], [bars_fig]], update, params


@styled
def contributions():
    """What c_t is made of: what each earlier step wrote, times every forget gate since."""
    choices = {_("10, the depth"): 10, _("18, the quotes"): 18, _("13, keeps longest"): 13}
    trace, _p = predict(bracket_networks().lstm, one_hot(SENTENCE)[:, None])
    f, written, c = trace.f[:, 0], (trace.i * trace.g)[:, 0], trace.c[:, 0]
    n = len(SENTENCE)
    parts = np.zeros((n, n, 20))  # (t, s, unit): what is left at t of what was written at s
    for t in range(n):
        parts[t, : t + 1] = (parts[t - 1, : t + 1] if t else 0) * f[t]
        parts[t, t] = written[t]

    fig, ax = panel(4.8, 2.7)
    ax.remove()
    text, ax = fig.subplots(2, 1, height_ratios=[0.7, 1.2])
    letters(text)
    ax.set(xlim=text.get_xlim(), ylim=(-1.1, 1.1), xticks=[], yticks=[-1, 0, 1], ylabel=_("left of it"))
    ax.set_yticklabels(["−1", "0", "1"])
    ax.axhline(0, color=C["faint"], lw=1)
    stems = ax.vlines([0], [0], [0], color=KEEP, lw=5, animated=True)
    move = cursor([text, ax])

    def update(unit, step):
        t, u = step - 1, choices[unit]
        now = parts[t, : t + 1, u]
        stems.set_segments([[(s, 0), (s, v)] for s, v in enumerate(now)])
        stems.set_color([C["orange"] if v < 0 else KEEP for v in now])
        move(t)
        oldest = int(np.abs(now).argmax())
        return plural(
            "Unit {u} after {n} character: C = {c}, the sum of the bar.",
            "Unit {u} after {n} characters: C = {c}, the sum of the bars. The longest, {v}, was written at "
            "{where} as {w}; the forget gates since have left {share} of it.",
            step,
        ).format(
            u=u,
            n=step,
            c=fmt(c[t, u]),
            v=fmt(now[oldest]),
            where=_("character {k}, ‹{letter}›,").format(k=oldest + 1, letter=SENTENCE[oldest]),
            w=fmt(written[oldest, u]),
            share=fmt(np.prod(f[oldest + 1 : t + 1, u])),
        )

    params = {"unit": list(choices), "step": range(1, n + 1), "start": {"step": 14}, "play": "step"}
    params["start"]["unit"] = list(choices)[2]
    params["labels"] = {"unit": _("unit"), "step": _("characters read")}
    params["grab"] = {"step": [(a, [(t, 0) for t in range(n)]) for a in (text, ax)]}
    return fig, update, params


@styled
def clamp():
    """One gate of a trained network is held at 0 or 1: which ability goes?"""
    networks = {}
    for name, kind, gates in (("LSTM", "lstm", "fio"), ("GRU", "gru", "rz")):
        whole = getattr(bracket_networks(), kind)
        networks[_("{network} untouched").format(network=name)] = whole
        for gate, value in product(gates, (0, 1)):
            networks[f"{name}, {gate} = {value}"] = clamped(whole, gate, value)
    counted = {name: abilities(network) for name, network in networks.items()}
    known = read(SENTENCE)
    x, n_due = one_hot(SENTENCE)[:, None], int(((unseen()[1] > 0) & ~unseen()[2]).sum())
    illegal = {
        name: np.where(known.p_next > 0, 0, predict(net, x)[1][:, 0]).sum(-1)
        for name, net in networks.items()
    }

    fig, ax = panel(4.8, 2.2)
    ax.remove()
    text, ax = fig.subplots(2, 1, height_ratios=[0.9, 1])
    letters(text)
    ax.set(xlim=text.get_xlim(), ylim=(0, 1), xticks=[], yticks=[0, 1], ylabel=_("illegal"))
    stems = ax.vlines([0], [0], [0], color=C["red"], lw=5, animated=True)
    bars_fig, ax_b = panel(4.8, 2.2, xlim=(0, 60), ylim=(3.45, -0.75), yticks=[], xlabel=_("%"))
    names = [
        _("wrong closing bracket preferred (a coin: 50)"),
        _("illegal characters in quotes"),
        _("illegal characters at depth 0"),
        _("illegal characters in brackets"),
    ]
    for k, name in enumerate(names):
        ax_b.text(0.4, k - 0.4, name, va="center")
    bars = ax_b.barh(range(4), np.zeros(4), 0.4, color=C["red"], alpha=0.65, animated=True)
    texts = [ax_b.text(0, k, "", va="center", animated=True) for k in range(4)]

    def update(clamp):
        stems.set_segments([[(t, 0), (t, v)] for t, v in enumerate(illegal[clamp].tolist())])
        now = counted[clamp]
        for k, (bar, text) in enumerate(zip(bars, texts, strict=True)):
            bar.set_width(100 * float(now[k]))
            text.set_x(100 * float(now[k]) + 1)
            text.set_text(fmt(100 * now[k], 1))
        return _(
            "{name}: the wrong closing bracket is preferred at {wrong} % of {due:,} places. Illegal "
            "characters get {q} % in quotes, {zero} % at depth 0, {b} % in brackets. The loss is {excess} "
            "nats above the least."
        ).format(
            name=clamp,
            wrong=fmt(100 * now.wrong, 1),
            due=n_due,
            q=fmt(100 * now.in_quotes, 1),
            zero=fmt(100 * now.at_depth_0, 1),
            b=fmt(100 * now.in_brackets, 1),
            excess=fmt(now.excess, 3),
        )

    return [[fig], [bars_fig]], update, {"clamp": list(networks), "labels": {"clamp": _("network")}}
