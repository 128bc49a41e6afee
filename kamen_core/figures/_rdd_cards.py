"""One card for every function: what goes in, what happens, event by event, and what comes out."""

from ..language import _
from ..rdd import RDD
from ._rdd_board import WIDTH, Board, call, lanes, say
from .style import C, styled

CALLS = {
    "aggregateByKey": {"seqOp": "seqFunc", "combOp": "combFunc"},
    "combineByKey": {"seqOp": "mergeValue", "combOp": "mergeCombiners"},
    "reduceByKey": {"seqOp": "func", "combOp": "func"},
}
ROW = 17  # points


@styled
def card(name, inputs, action):
    """A card made from what really happens when a function is called.

    Parameters
    ----------
    name : str
        The function's.
    inputs : dict of str to RDD
        What it starts from, at most two, with the names that the code gives them.
    action : callable
        Calls the function; its result, or the partitions of the RDD it makes, are the card's last line.
    """
    given = {title: rdd.glom().collect() for title, rdd in inputs.items()}
    with next(iter(inputs.values())).ctx.record() as events:
        result = action()
        made = result.glom().collect() if isinstance(result, RDD) else None
    steps = [_step(e) for e in events] or _moves(next(iter(given.values())), made)
    cells = sum(map(len, given.values())) + len(given) + (1 if made is None else len(made))
    board = Board((108 + ROW * len(steps)) / 72, cells + 2 * len(steps))
    top = board.height

    def update(step):
        words, boxes = [], []
        left, total = 4, sum(_width(part) for parts in given.values() for part in parts)
        for title, parts in given.items():
            share = sum(map(_width, parts)) / total
            right = left + (WIDTH - 8 - 14 * (len(given) - 1)) * share
            words.append(((left + right) / 2, top - 10, title, C["muted"]))
            _row(words, boxes, parts, (top - 44, top - 20), (left, right), C["ink"])
            left = right + 14
        for k, (where, text, _sentence) in enumerate(steps[:step]):
            now = k == step - 1
            y = top - 60 - ROW * k
            words.append((6, y, where, C["purple"] if now else C["muted"], None, "left"))
            words.append((82, y, text, C["purple"] if now else C["ink"], None, "left"))
        if step > len(steps):
            if made is None:
                words.append((WIDTH / 2, 20, say(result), C["green"], C["green"]))
            else:
                _row(words, boxes, made, (8, 32), (4, WIDTH - 4), C["green"])
        board.show(words, boxes)
        if step == 0:
            return _("{name} is about to start.").format(name=name)
        if step <= len(steps):
            return _("{k} of {n}: {what}.").format(k=step, n=len(steps), what=_bare(steps[step - 1][2]))
        if made is None:
            return _("{name} gives {result}.").format(name=name, result=_bare(say(result)))
        if "None" in say(made):
            n = sum(map(len, made))
            return _("{name} gives {n} rows in {p} partitions.").format(name=name, n=n, p=len(made))
        return _("{name} gives the partitions {result}.").format(name=name, result=say(made))

    params = {"step": range(len(steps) + 2), "start": {"step": len(steps) + 1}, "play": "step"}
    params |= {"labels": {"step": _("step")}, "name": f"card_{name}"}
    return board.fig, update, params


def _row(words, boxes, parts, heights, sides, colour):
    """Partitions side by side with their elements."""
    bottom, top = heights
    left, right = sides
    here, _slots = lanes([_width(part) for part in parts], bottom, top, left, right, gap=4, slack=0)
    for (x0, _y0, x1, _y1), part in zip(here, parts, strict=True):
        text = " ".join(map(say, part)) or "–"
        words.append(((x0 + x1) / 2, (bottom + top) / 2, text, colour if part else C["muted"]))
    boxes += here


def _bare(text):
    """For a sentence: a dict without its braces."""
    return text.replace("{", "").replace("}", "")


def _width(part):
    return max(2, len(" ".join(map(say, part))) + 1)


def _step(event):
    """Where it happens, what to show and what to say."""
    where = _("driver") if event.partition is None else _("partition {i}").format(i=event.partition)
    if event.kind == "shuffle":
        shown = _("{record} to partition {j}").format(record=say(event.output), j=event.target)
        return where, shown, _("{where} sends {shown}").format(where=where, shown=shown)
    if event.kind == "evaluate":
        shown = f"{', '.join(map(say, event.inputs))} → {say(event.output)}"
        if "None" in shown:
            return where, shown, _("{where} makes the rows of {key}").format(where=where, key=event.key)
        return where, shown, _("{where} makes {shown}").format(where=where, shown=shown)
    function = CALLS.get(event.operation, {}).get(event.kind, event.kind)
    if event.operation == "combineByKey" and len(event.inputs) == 1:
        function = "createCombiner"
    key = "" if event.key is None else f"{event.key}: "
    shown = f"{key}{call(function, event.inputs)} → {say(event.output)}"
    return where, shown, _("{where} calls {shown}").format(where=where, shown=shown)


def _moves(parts, made):
    """What no function of the user's sees: whole partitions go to the driver or into another partition."""
    steps = []
    for i, part in enumerate(parts):
        where = _("partition {i}").format(i=i)
        shown = _("goes to the driver")
        if made is not None and part:
            j = next(j for j, new in enumerate(made) if part[0] in new)
            shown = _("goes into partition {j}").format(j=j)
        steps.append((where, shown, f"{where} {shown}"))
    return steps
