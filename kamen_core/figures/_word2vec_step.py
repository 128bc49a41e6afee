"""The word2vec chapter's figure of one step: who teaches whom."""

import numpy as np

from ..language import _, plural
from ..word2vec import gradients
from ._word2vec_counting import CBOW, SKIPGRAM
from .style import C, panel, styled

WORDS = ("god", "said", "let", "there", "be", "light")
CENTRE, CONTEXTS = 2, (0, 1, 3, 4)
NOISE = 5  # the one word outside the window
LR = 0.5


def _number(x):
    return f"{round(float(x), 2) + 0:.2f}".replace("-", "−")


def _vector(v):
    return "(" + ", ".join(_number(x) for x in v) + ")"


def _grid(title, n_columns):
    """A table with a row a word; returns figure, row names and cells, all moving."""
    fig, ax = panel(2.35, 2.35, xlim=(-1.15, n_columns), ylim=(len(WORDS), -1.1))
    ax.axis("off")
    ax.text((n_columns - 1.15) / 2, -0.75, title, ha="center", va="center")
    names = [ax.text(-1.1, i + 0.5, w, va="center", animated=True) for i, w in enumerate(WORDS)]
    cells = [
        [ax.text(j + 0.98, i + 0.5, "", ha="right", va="center", animated=True) for j in range(n_columns)]
        for i in range(len(WORDS))
    ]
    return fig, names, cells


def _fill(names, cells, matrix, colour):
    for name, row, values in zip(names, cells, matrix, strict=True):
        moves = bool(np.any(values))
        name.set_color(colour if moves else C["muted"])
        name.set_weight("bold" if moves else "normal")
        for cell, value in zip(row, values, strict=True):
            cell.set_text(_number(value) if moves else "0")
            cell.set_color(C["ink"] if moves else C["muted"])


@styled
def step(inputs, outputs):
    """One position of the window: lessons arrive one by one, in the plane and in both matrices."""
    inputs, outputs = np.asarray(inputs), np.asarray(outputs)
    skipgram, exact, copied = _("skip-gram"), _("CBOW, exact"), _("CBOW, word2vec.c")
    rules = {
        skipgram: {"algorithm": "skipgram"},
        exact: {"algorithm": "cbow"},
        copied: {"algorithm": "cbow", "cbow_update": "word2vec.c"},
    }
    softmax, sampled = _("softmax"), _("one noise word")
    k_all = len(CONTEXTS)
    results = {}
    for rule, settings in rules.items():
        for output in (softmax, sampled):
            noise = None
            if output == sampled:
                noise = np.full((k_all, 1) if rule == skipgram else 1, NOISE)
            results[rule, output] = [
                gradients(
                    inputs,
                    outputs,
                    CENTRE,
                    CONTEXTS[:k] if rule == skipgram else CONTEXTS,
                    noise[:k] if rule == skipgram and noise is not None else noise,
                    **settings,
                )
                for k in range(1, k_all + 1)
            ]

    plane_fig, ax = panel(4.8, 3.1, xlim=(-2.7, 1.7), ylim=(-1.15, 1.6), aspect="equal")
    ax.set(xlabel=_("first coordinate"), ylabel=_("second"), xticks=[-2, -1, 0, 1], yticks=[-1, 0, 1])
    for i, (word, (x, y)) in enumerate(zip(WORDS, inputs[:, :2], strict=True)):
        ax.plot([x], [y], "o", ms=6, color=C["ink"] if i == CENTRE else C["muted"])
        ax.text(x, y - 0.1, word, ha="center", va="top")
    arrows = [ax.plot([], [], lw=2.2, animated=True)[0] for _k in range(k_all)]
    heads = [ax.plot([], [], "o", ms=5, animated=True)[0] for _k in range(k_all)]
    mean = ax.plot([], [], "X", ms=9, color=CBOW, mec=C["paper"], animated=True)[0]
    mean_name = ax.text(0, 0, _("mean"), color=CBOW, ha="center", va="bottom", animated=True)
    in_fig, in_names, in_cells = _grid(_("gradient of the input rows"), inputs.shape[1])
    out_fig, out_names, out_cells = _grid(_("of the output rows"), inputs.shape[1])

    def update(rule, lessons, output):
        k, is_sg = lessons, rule == skipgram
        colour = SKIPGRAM if is_sg else CBOW
        result = results[rule, output][max(k, 1) - 1]
        start = inputs[CENTRE].copy()
        for i, (arrow, head) in enumerate(zip(arrows, heads, strict=True)):
            arrow.set_color(colour)
            head.set_color(colour)
            if i >= k:
                arrow.set_data([], [])
                head.set_data([], [])
                continue
            begin = start if is_sg else inputs[CONTEXTS[i]]
            end = begin - LR * result.lessons[i]
            arrow.set_data([begin[0], end[0]], [begin[1], end[1]])
            head.set_data([end[0]], [end[1]])
            start = end
        h = inputs[list(CONTEXTS)].mean(axis=0)
        mean.set_data(*([], []) if is_sg else ([h[0]], [h[1]]))
        mean_name.set_position((h[0], h[1] + 0.1))
        mean_name.set_text("" if is_sg else _("mean"))
        to_inputs = np.zeros_like(inputs)
        for i in range(k):
            to_inputs[CENTRE if is_sg else CONTEXTS[i]] += result.lessons[i]
        to_outputs = result.output_vectors if k else np.zeros_like(outputs)
        _fill(in_names, in_cells, to_inputs, colour)
        _fill(out_names, out_cells, to_outputs, colour)
        if k == 0:
            return _("Before the lesson ({rule}, {output}): no row has moved.").format(
                rule=rule, output=output
            )
        moved = np.count_nonzero(np.any(to_outputs, axis=1))
        if is_sg:
            return plural(
                "One student, {k} of 4 teachers: “{word}” alone moves, by the gradient {g}; {m} output rows "
                "move.",
                "One student, {k} of 4 teachers: “{word}” alone moves, by the gradient {g}, the sum of {k} "
                "different ones; {m} output rows move.",
                k,
            ).format(k=k, word=WORDS[CENTRE], g=_vector(to_inputs[CENTRE]), m=moved)
        return plural(
            "One teacher, {k} of 4 students: {who} gets {g}, {share} the gradient of the mean; {m} output "
            "rows move.",
            "One teacher, {k} of 4 students: {who} each get {g}, {share} the gradient of the mean; {m} "
            "output "
            "rows move.",
            k,
        ).format(
            k=k,
            who=_(", ").join(f"“{WORDS[i]}”" for i in CONTEXTS[:k]),
            g=_vector(result.lessons[0]),
            share=_("a quarter of") if rule == exact else _("all of"),
            m=moved,
        )

    params = {"rule": list(rules), "lessons": range(k_all + 1), "output": [softmax, sampled]}
    params |= {"start": {"lessons": 4}, "play": "lessons"}
    params["labels"] = {"rule": _("rule"), "lessons": _("lessons"), "output": _("output layer")}
    return [[plane_fig], [in_fig, out_fig]], update, params
