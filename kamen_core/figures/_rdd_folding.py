"""Figures in which partitions are folded: `aggregate`, `aggregateByKey`, `combineByKey`."""

from operator import add

from ..language import _, plural
from ..rdd import LocalContext
from ._rdd_board import KEYS, Board, call, lanes, partition_names, say
from .style import C, styled

SUM_AND_COUNT = (lambda u, t: (u[0] + t, u[1] + 1)), (lambda u, w: (u[0] + w[0], u[1] + w[1]))
PAIRS = [("a", 1), ("a", 2), ("b", 3)]
TO_LIST = (lambda v: [v]), (lambda c, v: [*c, v]), add


def _recorded(rdd, action):
    """What `action` gave, the partitions it started from, and every event on the way."""
    parts = rdd.glom().collect()
    with rdd.ctx.record() as events:
        result = action(rdd)
    return result, parts, events


@styled
def aggregate():
    """Sum and count of a few numbers: seqOp walks through every partition, combOp joins on the driver."""
    sc = LocalContext(2)
    data = {"1, 2, 3, 4": [1, 2, 3, 4], _("nothing"): []}
    zeros = {"(0, 0)": (0, 0), "(1, 0)": (1, 0)}
    runs = {
        (name, p, zero): _recorded(
            sc.parallelize(numbers, p), lambda rdd, z=start: rdd.aggregate(z, *SUM_AND_COUNT)
        )
        for name, numbers in data.items()
        for p in (1, 2, 3, 4)
        for zero, start in zeros.items()
    }
    board = Board(2.9, 32)
    board.note(4, 52, _("driver"))

    def update(data, partitions, zeroValue, step):
        _result, parts, events = runs[data, partitions, zeroValue]
        done = events[:step]
        boxes, slots = lanes([len(part) for part in parts], 98, 184)
        words, lines = partition_names(boxes, 195), []
        used = [0] * partitions  # elements that seqOp has taken, by partition
        values = [[zeroValue] for _part in parts]
        chain = [zeroValue]
        for event in done:
            if event.kind == "seqOp":
                used[event.partition] += 1
                values[event.partition].append(say(event.output))
            else:
                chain.append(say(event.output))
        last = done[-1] if done else None
        for i, part in enumerate(parts):
            for j, element in enumerate(part):
                now = last is not None and last.partition == i and used[i] == j + 1
                colour = C["purple"] if now else C["muted"] if j < used[i] else C["ink"]
                words.append((slots[i][j + 1], 168, str(element), colour))
            for j, value in enumerate(values[i]):
                words.append((slots[i][j], 120, value, C["orange"] if j == 0 else C["ink"]))
        width = 330 / (partitions + 1)
        places = [10 + width * (j + 0.5) for j in range(partitions + 1)]
        for j, value in enumerate(chain):
            words.append((places[j], 22, value, C["orange"] if j == 0 else C["ink"]))
        if last is not None and last.kind == "seqOp":
            x = slots[last.partition]
            n = used[last.partition]
            lines = [((x[n - 1], 130), (x[n], 140)), ((x[n], 158), (x[n], 132))]
        elif last is not None:
            n = len(chain) - 1
            lines = [((slots[n - 1][used[n - 1]], 110), (places[n], 34))]
        board.show(words, [*boxes, (4, 6, 341, 42)], lines)
        if last is None:
            return _(
                "No call yet: zeroValue {z} stands ready {n} times, in every partition and on the driver."
            ).format(z=zeroValue, n=partitions + 1)
        where = {"k": min(step, len(events)), "n": len(events), "v": say(last.output)}
        if step > len(events):
            return plural(
                "All done after {n} call: {v}. zeroValue went in {times} times.",
                "All done after {n} calls: {v}. zeroValue went in {times} times.",
                len(events),
            ).format(**where, times=partitions + 1)
        said = call(last.kind, last.inputs)
        if last.kind == "seqOp":
            return _("Call {k} of {n}, in partition {i}: {call} gives {v}.").format(
                **where, i=last.partition, call=said
            )
        if step == len(events):
            return _("Call {k} of {n}, on the driver: {call} gives {v}, the result.").format(
                **where, call=said
            )
        return _("Call {k} of {n}, on the driver: {call} gives {v}.").format(**where, call=said)

    params = {"data": list(data), "partitions": [1, 2, 3, 4], "zeroValue": list(zeros), "step": range(10)}
    params |= {"start": {"partitions": 2, "step": 3}, "play": "step"}
    params["labels"] = {"data": _("data"), "partitions": _("partitions"), "step": _("calls")}
    return board.fig, update, params


@styled
def by_key():
    """The same with keys: folded where they lie, moved by key, combined where they arrive."""
    sc = LocalContext(2)
    functions = {
        _("aggregateByKey, zero 0"): lambda rdd: rdd.aggregateByKey(0, add, add),
        _("aggregateByKey, zero 10"): lambda rdd: rdd.aggregateByKey(10, add, add),
        "combineByKey": lambda rdd: rdd.combineByKey(*TO_LIST),
    }
    runs = {
        (name, p): _recorded(sc.parallelize(PAIRS, p), lambda rdd, f=function: f(rdd).glom().collect())
        for name, function in functions.items()
        for p in (1, 2, 3)
    }
    longest = max(len(events) for _result, _parts, events in runs.values())
    board = Board(3.1, 24)

    def update(function, partitions, step):
        result, parts, events = runs[function, partitions]
        done, last = events[:step], events[:step][-1] if step else None
        boxes, slots = lanes([len(part) for part in parts], 104, 206, slack=0)
        targets, _slots = lanes([1] * partitions, 6, 72, slack=0)
        place = {
            (i, k): slots[i][[key for key, _v in part].index(k)]
            for i, part in enumerate(parts)
            for k, _v in part
        }
        folded, arrived = {}, {}
        for event in done:
            if event.kind == "seqOp":
                folded[event.partition, event.key] = say(event.output)
            elif event.kind == "shuffle":
                arrived.setdefault((event.target, event.key), []).append(say(event.output[1]))
            else:
                arrived[event.partition, event.key] = [say(event.output)]
        words = partition_names(boxes, 215) + partition_names(targets, 82)
        for i, part in enumerate(parts):
            taken = sum(e.kind == "seqOp" and e.partition == i for e in done)
            for j, (key, value) in enumerate(part):
                colour = C["muted"] if j < taken else KEYS[key]
                words.append((slots[i][j], 192, f"{key}: {value}", colour))
        words += [(place[at], 130, f"{at[1]}: {value}", KEYS[at[1]]) for at, value in folded.items()]
        in_box = {}
        for (target, key), values in sorted(arrived.items()):
            x0, _bottom, x1, _top = targets[target]
            y = 54 - 26 * in_box.setdefault(target, 0)
            in_box[target] += 1
            words.append(((x0 + x1) / 2, y, f"{key}: {', '.join(values)}", KEYS[key]))
        lines = []
        if last is not None and last.kind == "shuffle":
            x0, _bottom, x1, _top = targets[last.target]
            lines = [((place[last.partition, last.key], 120), ((x0 + x1) / 2, 66))]
        elif last is not None and last.kind == "seqOp":
            x = place[last.partition, last.key]
            start = slots[last.partition][
                sum(e.kind == "seqOp" and e.partition == last.partition for e in done) - 1
            ]
            lines = [((start, 182), (x, 142))]
        board.show(words, [*boxes, *targets], lines)
        return _sentence(function, last, step, events, result)

    params = {"function": list(functions), "partitions": [1, 2, 3], "step": range(longest + 2)}
    params |= {"start": {"function": list(functions)[1], "partitions": 2, "step": 2}, "play": "step"}
    params["labels"] = {"function": _("function"), "partitions": _("partitions"), "step": _("events")}
    return board.fig, update, params


def _sentence(function, event, step, events, result):
    if event is None:
        return _("Nothing has happened yet: {n} pairs wait in their partitions.").format(n=len(PAIRS))
    if step > len(events):
        pairs = ", ".join(f"{k}: {say(v)}" for k, v in sorted(pair for part in result for pair in part))
        starts = sum(e.kind == "seqOp" and (len(e.inputs) == 1) for e in events)
        if function == "combineByKey":
            return _("Done: {pairs}. createCombiner was called {n} times.").format(pairs=pairs, n=starts)
        starts = len({(e.partition, e.key) for e in events if e.kind == "seqOp"})
        return _("Done: {pairs}. zeroValue went in {n} times.").format(pairs=pairs, n=starts)
    if event.kind == "shuffle":
        return _("Event {k}: the pair {key}: {v} goes from partition {i} to partition {j}.").format(
            k=step, key=event.key, v=say(event.output[1]), i=event.partition, j=event.target
        )
    if function == "combineByKey":
        one = len(event.inputs) == 1
        name = "mergeCombiners" if event.kind == "combOp" else "createCombiner" if one else "mergeValue"
    else:
        name = "combFunc" if event.kind == "combOp" else "seqFunc"
    return _("Event {k}, key {key} in partition {i}: {call} gives {v}.").format(
        k=step, key=event.key, i=event.partition, call=call(name, event.inputs), v=say(event.output)
    )
