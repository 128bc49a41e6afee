"""Throw anything at every public function for some minutes; the weekly workflow does, ``make test`` does not.

``python tests/fuzz.py [seconds [seed [part of a name]]]``: each call gets one or two odd arguments among
good ones. It has to return without a warning, or to raise a TypeError or ValueError (KeyError: unknown word)
that names an argument; within seconds; and whatever it was given has to be as it was. What fails is printed
with the seed that makes it again.
"""

import contextlib
import random
import sys
import time
import warnings

import numpy as np
from _bad_input import NOT_ARRAYS, Odd, names, snapshot
from _public import ROWS
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning
from hypothesis.extra import numpy as hnp

EXAMPLES = 40  # a function, in each round
DTYPES = st.sampled_from(
    [
        "f8",
        "f4",
        "f2",
        ">f8",
        "g",
        "i8",
        "i1",
        "u8",
        "u1",
        "?",
        "c16",
        "O",
        "U1",
        "S1",
        "M8[s]",
        "m8[s]",
        "V3",
    ]
)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
# no size between: an integer that can be allocated and takes an hour is no mistake to be found
NUMBERS = st.one_of(
    st.integers(-3, 12),
    st.sampled_from([2**63, -(2**63) - 1, 10**30, -(10**400)]),
    st.floats(),
    st.floats(width=16),
    st.complex_numbers(),
    st.booleans(),
    st.fractions(),
    st.decimals(),
)
ARRAYS = st.one_of(
    st.tuples(SHAPES, DTYPES, st.integers(0, 2**32 - 1)).map(lambda made: array(*made)),
    hnp.arrays(np.float64, SHAPES),
    hnp.arrays(np.int64, SHAPES, elements=st.integers(-2, 6)),
)
LEAVES = st.one_of(
    st.none(), NUMBERS, st.text(max_size=3), st.binary(max_size=2), st.sampled_from([*NOT_ARRAYS.values()])
)
ANYTHING = st.one_of(
    LEAVES,
    ARRAYS,
    st.recursive(
        LEAVES, lambda x: st.lists(x, max_size=4) | st.tuples(x, x) | st.dictionaries(st.text(max_size=1), x)
    ),
)


def array(shape, dtype, number):
    """Random bytes as an array of any type, sometimes read-only or upside down."""
    rng = random.Random(number)
    made = np.empty(shape, dtype)
    if dtype == "U1":
        made[...] = rng.choice("0aé字")
    elif dtype != "O":
        made = np.frombuffer(rng.randbytes(max(made.nbytes, 1)), np.uint8)[: made.nbytes].copy()
        made = (made & 1 if dtype == "?" else made).view(dtype).reshape(shape)
    if rng.random() < 0.3:
        made = made[..., ::-1] if made.ndim else made
    made.flags.writeable = rng.random() < 0.7
    return made


def changed(good, data):
    """A good array with one of its numbers made odd, or its axes."""
    made = np.array(good, copy=True)
    what = data.draw(st.sampled_from(["number", "axes", "type", "part"]))
    if what == "number" and made.size:
        made = made.astype(data.draw(st.sampled_from(["f8", "f4", "i8", "c16", "O"])))
        value = data.draw(
            NUMBERS if made.dtype == object else st.sampled_from([np.nan, np.inf, -1, 2**62, 1e300, 1e-300])
        )
        with np.errstate(all="ignore"), contextlib.suppress(OverflowError, ValueError, TypeError):
            made.flat[data.draw(st.integers(0, made.size - 1))] = value
    elif what == "axes":
        made = data.draw(st.sampled_from([made.T, made[None], made.ravel(), made[..., None]]))
    elif what == "type":
        made = made.astype(data.draw(st.sampled_from(["f4", "f2", "i1", "u8", "?", "c8", "O", "U8"])))
    elif made.ndim:
        made = made[: data.draw(st.integers(0, len(made)))]
    return made


def throw(name, data):
    row = ROWS[name]
    arguments = row.good()
    for argument in data.draw(st.sets(st.sampled_from(list(row.kinds)), min_size=1, max_size=2)):
        kind = row.kinds[argument]
        if type(kind).__name__ == "Any" or isinstance(kind.good, Odd):
            continue
        near = isinstance(kind.good, np.ndarray) and data.draw(st.booleans())
        arguments[argument] = changed(kind.good, data) if near else data.draw(ANYTHING)
        value = arguments[argument]
        if callable(value) or (
            isinstance(value, int) and abs(value) > 2**60 and getattr(kind, "huge", 1) is False
        ):
            arguments[argument] = (
                kind.good
            )  # a foreign function may do anything, an endless range takes for ever
    before = snapshot(arguments)
    try:
        row.call(**arguments)
    except (TypeError, ValueError, KeyError) as error:
        blamed = {n for argument, kind in row.kinds.items() for n in (argument, *(kind.named or ()))}
        message = str(error.args[0] if error.args else "")
        assert any(names(message, n) for n in blamed), (
            f"{name}: names no argument: {type(error).__name__}: {message}"
        )
    except MemoryError:
        pass
    assert snapshot(arguments) == before, f"{name}: an argument was changed"


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 300
    first = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    chosen = [name for name, row in ROWS.items() if row.kinds and all(part in name for part in sys.argv[3:])]
    once = settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    end, n, failed = time.monotonic() + seconds, first, set()
    while time.monotonic() < end:
        for name in chosen:
            try:
                seed(n)(once(given(st.just(name), st.data())(lambda name, data: throw(name, data))))()
            except Exception as error:
                failed.add(name)
                notes = [note for note in getattr(error, "__notes__", []) if note.startswith("Draw")]
                print(
                    f"== {name}, seed {n}: {type(error).__name__}: {error}\n   " + "\n   ".join(notes),
                    flush=True,
                )
        n += 1
    print(f"{(n - first) * len(chosen) * EXAMPLES} calls; failing: {', '.join(sorted(failed)) or 'none'}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    warnings.filterwarnings("ignore", category=HypothesisWarning)
    main()
