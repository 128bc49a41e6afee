"""The arguments of `Flipbook`, checked and made plain; each complaint names the argument."""

import inspect
import math
import numbers
import re

import numpy as np
from matplotlib.figure import Figure

MOST_FRAMES = 5000


def rows_of(fig):
    """The figures as a list of rows."""
    rows = [[fig]] if isinstance(fig, Figure) else fig
    if isinstance(rows, (list, tuple)) and all(isinstance(row, Figure) for row in rows):
        rows = [rows]
    if (
        not isinstance(rows, (list, tuple))
        or not all(isinstance(row, (list, tuple)) and row for row in rows)
        or not all(isinstance(f, Figure) for row in rows for f in row)
        or not any(rows)
    ):
        raise TypeError(f"fig: expected a matplotlib figure or (rows of) several, got {fig!r}")
    return rows


def values_of(name, sequence):
    """The values as plain numbers or strings."""
    if isinstance(sequence, (str, bytes, dict, set, frozenset)) or not hasattr(sequence, "__iter__"):
        raise TypeError(f"{name}: expected a sequence of numbers or of strings, got {sequence!r}")
    values = [v.item() if isinstance(v, np.generic) else v for v in sequence]
    if not values:
        raise ValueError(f"{name}: the sequence of values is empty")
    strings = all(isinstance(v, str) for v in values)
    if not strings and any(isinstance(v, bool) or not isinstance(v, numbers.Real) for v in values):
        raise TypeError(f"{name}: expected numbers only or strings only, got {values[:3]!r} …")
    if not strings and not all(math.isfinite(v) for v in values):
        raise ValueError(f"{name}: holds NaN or infinite values")
    if not strings:  # fractions and the like have no JSON
        values = [int(v) if isinstance(v, numbers.Integral) else float(v) for v in values]
    if len(set(values)) < len(values):
        raise ValueError(f"{name}: a value stands twice")
    return values


def check_names(update, values, **named):
    """Whether `update` takes the parameters, and the options speak of parameters only."""
    if not callable(update):
        raise TypeError(f"update: expected a function, got {type(update).__name__}")
    if not values:
        raise ValueError("params: give at least one parameter, such as threshold=thresholds")
    if (n := math.prod(map(len, values.values()))) > MOST_FRAMES:
        sizes = " × ".join(f"{k} {len(vs)}" for k, vs in values.items())
        raise ValueError(f"params: {sizes} make {n} states, more than {MOST_FRAMES}")
    takes = inspect.signature(update).parameters
    if not any(p.kind is p.VAR_KEYWORD for p in takes.values()):
        for name in values:
            if name not in takes:
                raise TypeError(f"update: does not take the parameter {name!r}; it takes {', '.join(takes)}")
    for argument, names in named.items():
        if names is not None and not isinstance(names, str if argument == "play" else dict):
            raise TypeError(f"{argument}: got {names!r}")
        check_named(argument, [names] if isinstance(names, str) else names or (), values)


def check_named(argument, names, values):
    """Whether all `names` are parameters."""
    for name in names:
        if name not in values:
            raise ValueError(f"{argument}: there is no parameter {name!r}, only {', '.join(values)}")


def nearest(name, values, wanted, argument="start"):
    """The value that is wanted; of numbers, the one closest to it."""
    choice = isinstance(values[0], str)
    if choice and isinstance(wanted, str) and wanted in values:
        return str(wanted)
    if choice or isinstance(wanted, bool) or not isinstance(wanted, numbers.Real) or math.isnan(wanted):
        raise ValueError(f"{argument}: {wanted!r} is not a value of {name}")
    return min(values, key=lambda v: abs(v - wanted))


def strip_of(values, start, play, strip):
    """The states that stand for the figure in print, up to three, numbered as the widget's captions are.

    Unless `strip` says which, `play` or the first parameter at its first and its last value, and between them
    at the start, or half-way where the start is at an end; the others stay at the start.
    """
    if strip is None:
        name = play or next(iter(values))
        last, at = len(values[name]) - 1, values[name].index(start[name])
        middle = at if 0 < at < last else last // 2
        strip = [{name: values[name][i]} for i in sorted({0, middle, last})]
    if not isinstance(strip, (list, tuple)) or not all(isinstance(state, dict) for state in strip):
        raise TypeError(f"strip: expected a list of {{parameter: value}}, got {strip!r}")
    if not 1 <= len(strip) <= 3:
        raise ValueError(f"strip: expected one to three states, got {len(strip)}")
    states = []
    for state in strip:
        check_named("strip", state, values)
        at = [vs.index(nearest(n, vs, state.get(n, start[n]), "strip")) for n, vs in values.items()]
        states.append(int(np.ravel_multi_index(at, [len(vs) for vs in values.values()])))
    return states


def page_name(name, update):
    """From ``threshold.<locals>.update``, ``threshold``; it becomes part of an address."""
    if name is None:
        name = getattr(update, "__qualname__", "figure").split(".")[0].replace("update", "figure")
    if not isinstance(name, str) or not name.replace("-", "_").isidentifier():
        raise ValueError(f"name: expected letters, digits, - and _, got {name!r}")
    return name


def minus(text):
    """Numbers below zero with the sign that is made for it, longer than a hyphen and read out as minus."""
    return re.sub(r"(?<![^\W\u4e00-\u9fff])(?<![.)\]])-(?=\.?\d)", "−", text)


def _whole(value):
    """With commas where a number is long, as the book writes them."""
    long = isinstance(value, numbers.Integral) and abs(value) >= 10_000
    return f"{value:,}" if long else str(value)


def texts_of(values):
    """The values as the reader sees them and the address keeps them: short, yet no two alike."""
    for digits in range(4, 18):
        texts = [f"{v:.{digits}g}" if isinstance(v, float) else _whole(v) for v in values]
        if len(set(texts)) == len(values):
            break
    return [text if isinstance(v, str) else minus(text) for v, text in zip(values, texts, strict=True)]
