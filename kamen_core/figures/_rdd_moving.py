"""Figures in which records move: the shuffle, coalesce and repartition, the joins."""

from operator import add

from ..language import _, plural
from ..rdd import LocalContext
from ._rdd_board import KEYS, Board, lanes, partition_names, say
from .style import C, styled

WORDS = "to be to be to be or to be or not to be be be to be to".split()  # noqa: SIM905
COLOURS = {"to": C["blue"], "be": C["orange"], "or": C["green"], "not": C["purple"]}


@styled
def shuffle():
    """Word counts by reduceByKey and by groupByKey: what crosses to another partition."""
    sc = LocalContext(3)
    pairs = sc.parallelize([(word, 1) for word in WORDS], 3)
    parts = pairs.glom().collect()
    functions = {
        "reduceByKey": lambda: pairs.reduceByKey(add).glom().collect(),
        "groupByKey": lambda: pairs.groupByKey().mapValues(list).glom().collect(),
    }
    moves, results = {}, {}
    for name, run in functions.items():
        with sc.record() as events:
            results[name] = run()
        moves[name] = [e for e in events if e.kind == "shuffle"]
    board = Board(3.2, 44)
    boxes, slots = lanes([3] * 3, 158, 206, slack=0)
    targets, _slots = lanes([1] * 3, 6, 82, slack=0)
    middle = [(x0 + x1) / 2 for x0, _bottom, x1, _top in boxes]

    def update(function, step):
        done = moves[function][:step]
        left = {(e.partition, e.key) for e in done}
        words = partition_names(boxes, 215) + partition_names(targets, 92)
        for i, part in enumerate(parts):
            for j, (word, _one) in enumerate(part):
                colour = C["muted"] if (i, word) in left else COLOURS[word]
                words.append((slots[i][j % 3], 194 - 24 * (j // 3), word, colour))
        arrived = {}
        for event in done:
            values = event.output[1] if function == "groupByKey" else [event.output[1]]
            arrived.setdefault((event.target, event.key), []).extend(values)
        rows = {}
        for (target, word), values in arrived.items():
            y = 68 - 20 * rows.setdefault(target, 0)
            rows[target] += 1
            text = f"{word} {' '.join(map(str, values))}"
            words.append((middle[target], y, text, COLOURS[word]))
        lines = []
        if done:
            last = done[-1]
            start, end = (middle[last.partition], 152), (middle[last.target], 100)
            words.append(
                (start[0], 140, f"{last.key}: {say(last.output[1])}", COLOURS[last.key], C["purple"])
            )
            lines = [((start[0], 130), end)]
        board.show(words, [*boxes, *targets], lines)
        n, total = sum(map(len, arrived.values())), len(WORDS)
        if not done:
            return _("{n} pairs (word, 1) wait in 3 partitions; nothing was shuffled yet.").format(n=total)
        if step > len(moves[function]):
            counts = sorted(
                (k, sum(v) if isinstance(v, list) else v) for part in results[function] for k, v in part
            )
            return _("Done: {n} numbers were shuffled for {total} words. Counted: {counts}.").format(
                n=n, total=total, counts=_(", ").join(f"{k} {v}" for k, v in counts)
            )
        return plural(
            "{key}: {v} goes from partition {i} to partition {j}. So far {n} number was shuffled.",
            "{key}: {v} goes from partition {i} to partition {j}. So far {n} numbers were shuffled.",
            n,
        ).format(key=done[-1].key, v=say(done[-1].output[1]), i=done[-1].partition, j=done[-1].target, n=n)

    steps = range(max(map(len, moves.values())) + 2)
    params = {"function": list(functions), "step": steps, "start": {"step": 2}, "play": "step"}
    params["labels"] = {"function": _("function"), "step": _("records")}
    return board.fig, update, params


@styled
def repartitioning():
    """Twelve numbers, coalesced or repartitioned: who moves, and what the sizes become."""
    sc = LocalContext(2)
    runs = {}
    for function in ("coalesce", "repartition"):
        for start in (2, 4, 6):
            for n in range(1, 7):
                rdd = sc.parallelize(range(12), start)
                with sc.record() as events:
                    after = getattr(rdd, function)(n).glom().collect()
                runs[function, start, n] = rdd.glom().collect(), after, len(events)
    board = Board(2.7, 40)

    def update(function, before, after):
        parts, made, moved = runs[function, before, after]
        boxes, slots = lanes([len(part) for part in parts], 140, 168, slack=0)
        sizes = [len(part) for part in made]
        targets, new_slots = lanes([max(size, 1) for size in sizes], 12, 40, slack=0)
        tints = [C[c] for c in ("blue", "orange", "green", "red", "purple", "muted")]
        words = partition_names(boxes, 180) + partition_names(targets, 52)
        old = {x: (slots[i][j], tints[i]) for i, part in enumerate(parts) for j, x in enumerate(part)}
        words += [(x, 154, str(number), colour) for number, (x, colour) in old.items()]
        lines = []
        for i, part in enumerate(made):
            for j, number in enumerate(part):
                x, colour = old[number]
                words.append((new_slots[i][j], 26, str(number), colour))
                if moved:
                    lines.append(((x, 136), (new_slots[i][j], 64)))
        if not moved:  # whole partitions are put together
            whole = {number: i for i, part in enumerate(made) for number in part}
            for (x0, _bottom, x1, _top), part in zip(boxes, parts, strict=True):
                a, _b, b, _t = targets[whole[part[0]]]
                lines.append((((x0 + x1) / 2, 136), ((a + b) / 2, 64)))
        board.show(words, [*boxes, *targets], lines)
        got = plural("{n} partition", "{n} partitions", len(made)).format(n=len(made))
        sentence = _(
            "{function}({asked}) of {before} partitions gives {got}, with {sizes} elements. "
        ).format(
            function=function,
            asked=after,
            before=before,
            got=got,
            sizes=", ".join(map(str, sizes)),
        )
        if moved:
            return sentence + _("All {moved} elements went through a shuffle.").format(moved=moved)
        if len(made) == before:
            return (
                sentence
                + _("Nothing changed: without a shuffle there can only be fewer.") * (after > before)
                + _("It was so before.") * (after == before)
            )
        return sentence + _("Whole partitions were put together; no element was shuffled.")

    params = {"function": ["coalesce", "repartition"], "before": [2, 4, 6], "after": range(1, 7)}
    params |= {"start": {"before": 4, "after": 2}}
    params["labels"] = {"function": _("function"), "before": _("partitions"), "after": _("wanted")}
    return board.fig, update, params


OPERATIONS = ("cogroup", "join", "leftOuterJoin", "rightOuterJoin", "fullOuterJoin")


@styled
def joins():
    """Two RDDs with a in both, b in the first and c in the second only; a may come several times."""
    sc = LocalContext(2)
    runs = {}
    for left in range(4):
        for right in range(4):
            x = [("a", v) for v in (1, 5, 9)[:left]] + [("b", 4)]
            y = [("a", v) for v in (2, 3, 7)[:right]] + [("c", 8)]
            rdd, other = sc.parallelize(x, 2), sc.parallelize(y, 2)
            for name in OPERATIONS:
                rows = getattr(rdd, name)(other).collect()
                runs[name, left, right] = x, y, sorted(rows, key=lambda row: row[0])
    board = Board(3.3, 32)
    for x, text in ((30, _("key")), (85, "x"), (145, "y"), (250, _("result"))):
        board.note(x, 224, text, ha="center")
    spots = {"a": 150, "b": 60, "c": 24}

    def update(operation, left, right):
        x, y, rows = runs[operation, left, right]
        words, lines = [], []
        for key, place in spots.items():
            sides = [[v for k, v in side if k == key] for side in (x, y)]
            if not any(sides):
                continue
            here = [value for k, value in rows if k == key]
            words.append((30, place, key, KEYS[key] if here else C["muted"]))
            for column, values in zip((85, 145), sides, strict=True):
                words.append(
                    (column, place, ", ".join(map(str, values)) or "–", KEYS[key] if here else C["muted"])
                )
            high = place + 7.5 * (len(here) - 1)
            words += [(250, high - 15 * j, say((key, value)), KEYS[key]) for j, value in enumerate(here)]
            if here:
                lines.append(((165, place), (190, place)))
        boxes = [(62, 6, 110, 212), (122, 6, 165, 212), (195, 6, 305, 212)]
        board.show(words, boxes, lines)
        sentence = plural("{f} gives {n} row.", "{f} gives {n} rows.", len(rows)).format(
            f=operation, n=len(rows)
        )
        if not left and not right:
            note = _(" The key a is in neither.")
        elif operation == "cogroup":
            note = _(" One for every key of either side, a missing side is an empty list.")
        elif left and right:
            note = _(" The key a comes {m} × {n} = {rows} times.").format(m=left, n=right, rows=left * right)
        elif (
            operation == "fullOuterJoin"
            or (operation == "leftOuterJoin") * left
            or (operation == "rightOuterJoin") * right
        ):
            note = _(" The key a is in one side only, its other value is missing.")
        else:
            note = _(" The key a is left out.")
        return sentence + note

    params = {"operation": list(OPERATIONS), "left": range(4), "right": range(4)}
    params |= {"start": {"left": 1, "right": 1}}
    params["labels"] = {"operation": _("function"), "left": _("a in x"), "right": _("a in y")}
    return board.fig, update, params
