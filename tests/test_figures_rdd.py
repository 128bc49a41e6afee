"""Every figure of the RDD chapter at every state: its sentence and what it draws, by plain Python.

Nothing here asks an RDD: slices, folds, groups and joins are computed by loops and dictionaries.
"""

import ast
import itertools
import json
import re
from collections import Counter, defaultdict

import pytest
from _chapters import NOTEBOOKS, cells, chapter
from matplotlib.lines import Line2D
from matplotlib.text import Text

from kamen_core.flipbook import PALETTE
from kamen_core.rdd import portable_hash

BOOKS = ("memory", "aggregate", "by_key", "shuffle", "repartitioning", "joins", "cartesian", "caching")
CARDS = (
    *("aggregate", "aggregateByKey", "combineByKey", "reduceByKey", "groupByKey"),
    *("count", "countByValue", "countByKey", "collect", "collectAsMap"),
    *("map", "flatMap", "flatMapValues", "cache"),
    *("cartesian", "cogroup", "fullOuterJoin", "join"),
    *("coalesce", "repartition", "sortByKey"),
)


@pytest.fixture(scope="module")
def books():
    return chapter("rdd").flipbooks


def rgb(colour):
    return PALETTE[colour]


def slices(elements, p):
    """As PySpark cuts a short list: batches of max(1, n // p), dealt out evenly."""
    size = max(1, len(elements) // p)
    batches = [elements[i : i + size] for i in range(0, len(elements), size)]
    cuts = [len(batches) * i // p for i in range(p + 1)]
    return [list(itertools.chain(*batches[a:b])) for a, b in itertools.pairwise(cuts)]


def words(book, axes=0):
    """What can be read: text, where, colour."""
    return [
        (t.get_text(), tuple(map(float, t.get_position())), t.get_color())
        for t in book.moving(axes, Text)
        if t.get_text()
    ]


def boxes(book, axes=0):
    """(left, bottom, right, top) of every box."""
    x, y = book.moving(axes, Line2D)[0].get_data()
    corners = [(x[i : i + 5], y[i : i + 5]) for i in range(0, len(x), 6)]
    return [(min(a), min(b), max(a), max(b)) for a, b in corners]


def inside(book, axes=0):
    """The texts in every box, from left to right and top to bottom, the boxes in order."""
    found = []
    for x0, y0, x1, y1 in boxes(book, axes):
        here = [(-y, x, t) for t, (x, y), _c in words(book, axes) if x0 <= x <= x1 and y0 <= y <= y1]
        found.append([t for _y, _x, t in sorted(here)])
    return found


def check_memory(book, values, caption):
    gigabytes = values["rows"] * 200 / 1e9
    fate = (
        " That fits in neither: it has to come from disk, piece by piece."
        if gigabytes > 128
        else " One machine of 16 GB cannot hold them, 8 can."
        if gigabytes > 16
        else " They fit in 16 GB, but two copies more do not."
        if 3 * gigabytes > 16
        else " One machine of 16 GB holds them with room to spare."
    )
    assert caption == f"{values['rows']:,} rows of 200 bytes are {gigabytes:,.2f} GB.{fate}"
    for bar, room in zip(book.moving(0), (16, 128), strict=True):
        right = bar.get_xy()[:, 0].max()
        assert abs(right - min(gigabytes, 128 * 1.06)) < 1e-9
        red = tuple(int(rgb("red")[i : i + 2], 16) / 255 for i in (1, 3, 5))
        assert (bar.get_facecolor()[:3] == red) == (gigabytes > room)


def folds(elements, p, zero):
    """Every call of sum and count in order: (where, function, arguments, result)."""
    calls, partials = [], []
    for i, part in enumerate(slices(elements, p)):
        u = zero
        for t in part:
            calls.append((i, f"seqOp({u}, {t})", (u[0] + t, u[1] + 1)))
            u = calls[-1][2]
        partials.append(u)
    u = zero
    for w in partials:
        calls.append((None, f"combOp({u}, {w})", (u[0] + w[0], u[1] + w[1])))
        u = calls[-1][2]
    return calls


def check_aggregate(book, values, caption):
    elements = [1, 2, 3, 4] if values["data"] == "1, 2, 3, 4" else []
    p, step = values["partitions"], values["step"]
    zero = ast.literal_eval(values["zeroValue"])
    calls = folds(elements, p, zero)
    n = len(calls)
    if step == 0:
        wanted = (
            f"No call yet: zeroValue {zero} stands ready {p + 1} times, in every partition and on the driver."
        )
    elif step > n:
        calls_ = f"{n} call" + "s" * (n > 1)
        wanted = f"All done after {calls_}: {calls[-1][2]}. zeroValue went in {p + 1} times."
        assert calls[-1][2] == (sum(elements) + (p + 1) * zero[0], len(elements))
    else:
        i, call, value = calls[step - 1]
        where = "on the driver" if i is None else f"in partition {i}"
        wanted = f"Call {step} of {n}, {where}: {call} gives {value}{', the result' * (step == n)}."
    assert caption == wanted
    *lanes, driver = inside(book)
    done = calls[:step]
    for i, (lane, part) in enumerate(zip(lanes, slices(elements, p), strict=True)):
        assert lane == [*map(str, part), str(zero), *(str(v) for j, _c, v in done if j == i)]
    assert driver == [str(zero), *(str(v) for j, _c, v in done if j is None)]
    orange = [t for t, _at, colour in words(book) if colour == rgb("orange")]
    assert orange == [str(zero)] * (p + 1)


PAIRS = [("a", 1), ("a", 2), ("b", 3)]


def by_key_events(function, p):
    """What happens, as the sentences say it, and the sorted result."""
    said, sent = [], []
    zero = 10 if function.endswith("10") else 0
    listed = function == "combineByKey"
    for i, part in enumerate(slices(PAIRS, p)):
        folded = {}
        for k, v in part:
            if listed and k not in folded:
                call, value = f"createCombiner({v})", [v]
            elif listed:
                call, value = f"mergeValue({folded[k]}, {v})", [*folded[k], v]
            else:
                call, value = f"seqFunc({folded.get(k, zero)}, {v})", folded.get(k, zero) + v
            folded[k] = value
            said.append((k, i, call, value))
        for k, v in folded.items():
            j = portable_hash(k) % p
            said.append((k, v, i, j, None))
            sent.append((j, k, v))
    result = {}
    for j in range(p):
        for to, k, v in sent:
            if to == j and k in result:
                name = "mergeCombiners" if listed else "combFunc"
                said.append((k, j, f"{name}({result[k]}, {v})", result[k] + v))
                result[k] = said[-1][3]
            elif to == j:
                result[k] = v
    return said, result, len(sent)


def check_by_key(book, values, caption):
    p, step = values["partitions"], values["step"]
    said, result, starts = by_key_events(values["function"], p)
    if step == 0:
        wanted = "Nothing has happened yet: 3 pairs wait in their partitions."
    elif step > len(said):
        pairs = ", ".join(f"{k}: {v}" for k, v in sorted(result.items()))
        what = "createCombiner was called" if values["function"] == "combineByKey" else "zeroValue went in"
        wanted = f"Done: {pairs}. {what} {starts} times."
    elif said[step - 1][-1] is None:
        k, v, i, j, _ = said[step - 1]
        wanted = f"Event {step}: the pair {k}: {v} goes from partition {i} to partition {j}."
    else:
        k, i, call, v = said[step - 1]
        wanted = f"Event {step}, key {k} in partition {i}: {call} gives {v}."
    assert caption == wanted
    seen = inside(book)
    folded = [{} for _ in range(p)]
    arrived = [defaultdict(list) for _ in range(p)]
    for event in said[:step]:
        if event[-1] is None:
            arrived[event[3]][event[0]].append(str(event[1]))
        elif event[2].startswith(("combFunc", "mergeCombiners")):
            arrived[event[1]][event[0]] = [str(event[3])]
        else:
            folded[event[1]][event[0]] = event[3]
    for part, values_, texts in zip(slices(PAIRS, p), folded, seen[:p], strict=True):
        assert Counter(texts) == Counter(
            [f"{k}: {v}" for k, v in part] + [f"{k}: {v}" for k, v in values_.items()]
        )
    for there, texts in zip(arrived, seen[p:], strict=True):
        assert texts == [f"{k}: {', '.join(v)}" for k, v in sorted(there.items())]


TEXT = [*["to", "be"] * 3, "or", "to", "be", "or", "not", "to", "be", "be", "be", "to", "be", "to"]


def check_shuffle(book, values, caption):
    step, reducing = values["step"], values["function"] == "reduceByKey"
    parts = [TEXT[:6], TEXT[6:12], TEXT[12:]]
    moves = []
    for i, part in enumerate(parts):
        for word in dict.fromkeys(part):
            n = part.count(word)
            moves.append((i, portable_hash(word) % 3, word, [n] if reducing else [1] * n))
    done = moves[:step]
    total = sum(len(v) for *_, v in done)
    if step == 0:
        assert caption == "18 pairs (word, 1) wait in 3 partitions; nothing was shuffled yet."
    elif step > len(moves):
        counts = ", ".join(f"{w} {n}" for w, n in sorted(Counter(TEXT).items()))
        assert caption == f"Done: {total} numbers were shuffled for 18 words. Counted: {counts}."
        assert total == (8 if reducing else 18)
    else:
        i, j, word, numbers = done[-1]
        shown = numbers[0] if reducing else numbers
        many = "1 number was" if total == 1 else f"{total} numbers were"
        assert caption == f"{word}: {shown} goes from partition {i} to partition {j}. So far {many} shuffled."
    seen = inside(book)
    assert seen[:3] == parts
    arrived = [defaultdict(list) for _ in range(3)]
    for _i, j, word, numbers in done:
        arrived[j][word] += numbers
    for there, texts in zip(arrived, seen[3:], strict=True):
        assert texts == [f"{word} {' '.join(map(str, n))}" for word, n in there.items()]


def check_repartitioning(book, values, caption):
    before, asked = values["before"], values["after"]
    seen = [[int(t) for t in texts] for texts in inside(book)]
    assert seen[:before] == [list(range(12 * i // before, 12 * (i + 1) // before)) for i in range(before)]
    made = seen[before:]
    sizes = ", ".join(str(len(part)) for part in made)
    got = f"{len(made)} partition" + "s" * (len(made) > 1)
    text = f"{values['function']}({asked}) of {before} partitions gives {got}, with {sizes} elements. "
    assert sorted(itertools.chain(*made)) == list(range(12))
    if values["function"] == "repartition":
        assert len(made) == asked
        assert caption == text + "All 12 elements went through a shuffle."
        return
    assert len(made) == min(asked, before)
    assert list(itertools.chain(*made)) == list(range(12))  # contiguous: nothing was dealt anew
    for part in seen[:before]:
        assert any(set(part) <= set(new) for new in made)
    assert caption == text + (
        "Whole partitions were put together; no element was shuffled."
        if asked < before
        else "It was so before."
        if asked == before
        else "Nothing changed: without a shuffle there can only be fewer."
    )


def joined(operation, x, y):
    """Rows by key, by loops."""
    rows = []
    for key in "abc":
        left, right = ([v for k, v in side if k == key] for side in (x, y))
        if operation == "cogroup":
            rows += [(key, (left, right))] if left or right else []
            continue
        if operation in ("leftOuterJoin", "fullOuterJoin") and left:
            right = right or [None]
        if operation in ("rightOuterJoin", "fullOuterJoin") and any(v is not None for v in right):
            left = left or [None]
        rows += [(key, (v, w)) for v in left for w in right]
    return rows


def check_joins(book, values, caption):
    operation, m, n = values["operation"], values["left"], values["right"]
    x = [("a", v) for v in (1, 5, 9)[:m]] + [("b", 4)]
    y = [("a", v) for v in (2, 3, 7)[:n]] + [("c", 8)]
    rows = joined(operation, x, y)
    shown = [f"({k}, {str(v).replace(chr(39), '')})" for k, v in rows]
    left, right, result = inside(book)
    assert Counter(result) == Counter(shown)
    assert left == [*([", ".join(map(str, (1, 5, 9)[:m])) or "–"] if m or n else []), "4", "–"]
    assert right == [*([", ".join(map(str, (2, 3, 7)[:n])) or "–"] if m or n else []), "–", "8"]
    a = sum(k == "a" for k, _v in rows)
    if not m and not n:
        note = " The key a is in neither."
    elif operation == "cogroup":
        note = " One for every key of either side, a missing side is an empty list."
    elif m and n:
        note = f" The key a comes {m} × {n} = {a} times."
        assert a == m * n
    elif a:
        note = " The key a is in one side only, its other value is missing."
    else:
        note = " The key a is left out."
    assert caption == f"{operation} gives {len(rows)} row{'s' * (len(rows) != 1)}.{note}"


def check_cartesian(book, values, caption):
    a, b = values["A"], values["B"]
    cut = lambda n, p: [n * i // p for i in range(p + 1)]  # noqa: E731 - a range is cut evenly
    xs, ys = cut(a, 2), cut(b, 3)
    empty = sum(
        (x0 == x1) or (y0 == y1) for x0, x1 in itertools.pairwise(xs) for y0, y1 in itertools.pairwise(ys)
    )
    pairs = f"{a} × {b} = {a * b} pair{'s' * (a * b > 1)}"
    assert caption == f"{pairs} in 6 partitions" + (f", {empty} of them empty." if empty else ".")
    dots, cuts, knob = book.moving(0, Line2D)
    assert Counter(zip(*dots.get_data(), strict=True)) == Counter(
        itertools.product(range(1, a + 1), range(1, b + 1))
    )
    assert (list(knob.get_xdata()), list(knob.get_ydata())) == ([a], [b])
    assert set(cuts.get_xdata()[:9:3]) == {x + 0.5 for x in xs}
    assert set(cuts.get_ydata()[9::3]) == {y + 0.5 for y in ys}


def check_caching(book, values, caption):
    plan, n = values["plan"], values["actions"]
    touched = range(10) if plan.startswith("count") else range(5)
    runs = [0] * (n + 1)  # how often every touched element was computed, action after action
    for k in range(1, n + 1):
        again = "no cache" in plan or k == 1 or ("unpersisted" in plan and k > 3)
        runs[k] = runs[k - 1] + again
    if plan == "first, no cache":
        touched = range(1)  # first() asks for one element; only a cache wants its whole partition
    total = runs[n] * len(touched)
    if n == 0:
        assert caption == f"{plan}: no action yet, and no call of the map. Marking it cost nothing."
    else:
        new = (runs[n] - runs[n - 1]) * len(touched)
        many = f"{n} action" + "s" * (n > 1)
        assert caption == (
            f"{plan}: after {many} the map was called {total} times, {new} of them for the last one."
        )
    assert [t.get_text() for t in book.moving(0, Text)] == [str(runs[n] * (i in touched)) for i in range(10)]
    line, dot = book.moving(1, Line2D)
    assert list(line.get_ydata()) == [r * len(touched) for r in runs]
    assert (list(dot.get_xdata()), list(dot.get_ydata())) == ([n], [total])


CHECKS = {name: globals()[f"check_{name}"] for name in BOOKS}


def test_these_are_the_chapter_s_figures(books):
    assert tuple(name for name in books if not name.startswith("card_")) == BOOKS
    assert [name.removeprefix("card_") for name in books if name.startswith("card_")] == list(CARDS)


@pytest.mark.parametrize("name", BOOKS)
def test_every_state(name, books):
    for values, caption in books[name].states():
        CHECKS[name](books[name], values, caption)


@pytest.mark.parametrize("name", BOOKS)
def test_a_picture_or_sentence_of_another_state_is_noticed(name, books):
    book, missed = books[name], []
    states = list(book.states())
    for (values, caption), (others, other) in itertools.pairwise(states):
        for picture, sentence in ((others, caption), (values, other)):
            book.update(**picture)
            if sentence is other and other == caption:
                continue
            same = book.draw()
            book.update(**values)
            if sentence is caption and book.draw() == same:
                continue
            book.update(**picture)
            try:
                CHECKS[name](book, values, sentence)
                missed.append((values, others))
            except AssertionError:
                pass
    assert missed == []


def printed(name):
    """What the code above a card printed when the notebook ran last: the card must not say otherwise."""
    notebook = json.loads((NOTEBOOKS / "rdd.ipynb").read_text(encoding="utf-8"))["cells"]
    for above, here in itertools.pairwise(notebook):
        if re.search(rf'card\(\s*"{name}"', "".join(here["source"])):
            return "".join(above["source"]), "".join(above["outputs"][0]["text"]).strip()
    raise AssertionError(f"no card of {name}")


def bare(text):
    """Letters and digits only, sorted: partitions, brackets and quotes aside."""
    return sorted(re.findall(r"\w+", text))


@pytest.mark.parametrize("name", CARDS)
def test_a_card_ends_with_what_the_code_above_it_printed(name, books):
    source, said = printed(name)
    assert f".{name}(" in source
    book = books[f"card_{name}"]
    last = book.values["step"][-1]
    assert book.options["start"] == {"step": last}  # the card lies there finished
    caption = book.update(step=last)
    green = [t for t, _at, colour in words(book) if colour == rgb("green")]
    assert bare(" ".join(green)) == bare(said)
    if "None" not in said:
        assert bare(caption.partition(" gives ")[2].removeprefix("the partitions")) == bare(said)


@pytest.mark.parametrize("name", CARDS)
def test_a_card_shows_one_event_more_at_every_step(name, books):
    book = books[f"card_{name}"]
    captions = [caption for _values, caption in book.states()]
    n = len(captions) - 2
    assert captions[0] == f"{name} is about to start."
    for k in range(1, n + 1):
        assert captions[k].startswith(f"{k} of {n}: ")
        book.update(step=k)
        now = [t for t, _at, colour in words(book) if colour == rgb("purple")]
        assert len(now) == 2  # where, and what
        assert captions[k].startswith(f"{k} of {n}: {now[0]} ")
        log = [t for t, (x, _y), _c in words(book) if x == 82]
        assert len(log) == k
    assert captions[-1].startswith(f"{name} gives ")


EVENTS = {  # how many of the log begin so, counted by hand
    "aggregate": {"seqOp": 4, "combOp": 2},
    "aggregateByKey": {"a: seqFunc": 2, "b: seqFunc": 1, "a: combFunc": 1},
    "combineByKey": {"a: createCombiner": 2, "b: createCombiner": 1, "a: mergeCombiners": 1},
    "countByKey": {"combOp": 1},
    "collect": {"goes to the driver": 2},
    "cartesian": {"1, ": 3, "2, ": 3},
    "cache": {"1 →": 1, "2 →": 1, "3 →": 1},
}


@pytest.mark.parametrize("name", EVENTS)
def test_the_log_of_a_card(name, books):
    book = books[f"card_{name}"]
    book.update(step=book.values["step"][-1])
    log = [t for t, (x, _y), _c in words(book) if x == 82]
    for start, n in EVENTS[name].items():
        assert sum(t.startswith(start) for t in log) == n, (start, log)


def test_every_function_of_the_column_has_a_card():
    wanted = set(CARDS) - {"reduceByKey", "groupByKey", "map", "join", "sortByKey"}
    assert len(wanted) == 16
    table = next(c["source"] for c in cells("rdd") if "claim:RDD-02" in c["tags"])
    assert wanted == set(re.findall(r"\[(\w+)\]\(#", table))


def test_the_table_of_functions_leads_to_headings():
    source = "\n".join(c["source"] for c in cells("rdd") if c["cell_type"] == "markdown")
    heads = {
        re.sub(r"[^\w\s-]", "", h.lower()).strip().replace(" ", "-")
        for h in re.findall(r"^#+ (.+)$", source, re.M)
    }
    assert set(re.findall(r"\]\(#([\w-]+)\)", source)) <= heads
