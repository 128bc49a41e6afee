"""What tests/test_bad_input.py throws: for each kind of argument what must be refused, and what is equal."""

import contextlib
import datetime
import decimal
import fractions
import inspect
import re
import signal
import warnings
from types import GeneratorType

import numpy as np

from kamen_core.rdd import RDD

PATIENCE = 10  # seconds; whatever takes longer hangs


class Odd:
    """Nothing that a function could want."""

    def __repr__(self):
        return "Odd()"


def raising(*_, **__):
    raise AssertionError("a function was called before the other arguments were checked")


NOT_NUMBERS = {
    "None": None,
    "text": "0.5",
    "bytes": b"1",
    "object": Odd(),
    "dict": {0: 1.0},
    "set": {0, 1},
    "function": raising,
    "complex": 1j,
    "date": datetime.date(2020, 1, 1),
    "type": float,
    "NotImplemented": NotImplemented,
}
NOT_ARRAYS = {
    **NOT_NUMBERS,
    "ragged": [[1.0, 2.0], [3.0]],
    "ragged deeper": [[[1.0], [2.0]], [[3.0]]],
    "array of text": np.array(["0", "1"]),
    "array of objects": np.array([0, None], dtype=object),
    "list of None": [None, None],
    "generator": (i for i in range(2)),
}


class Kind:
    """An argument: a `good` value, what of its like must be refused (`bad`), what must be equal (`same`)."""

    def __init__(self, good, *, optional=False, named=None, bad=None, same=None, skip=()):
        self.good, self.optional, self.named = good, optional, named
        self.more_bad, self.more_same, self.skip = bad or {}, same or {}, skip

    def bad(self):
        found = {**self._bad(), **self.more_bad}
        if self.optional:
            found.pop("None", None)
        return {label: value for label, value in found.items() if label not in self.skip}

    def same(self):
        found = {**self._same(), **self.more_same}
        return {label: value for label, value in found.items() if label not in self.skip}

    def _bad(self):
        return {}

    def _same(self):
        return {}


class Any(Kind):
    """Whatever it is, it is right."""


class Integer(Kind):
    def __init__(self, good, least=None, most=None, huge=True, **more):
        super().__init__(good, **more)
        self.least, self.most, self.huge = least, most, huge

    def _bad(self):
        bad = NOT_NUMBERS | {
            "float": float(self.good or 0),
            "half": 1.5,
            "NaN": float("nan"),
            "inf": float("inf"),
            "True": True,
            "numpy's True": np.True_,
            "list": [1],
            "array": np.array([1, 2]),
            "fraction": fractions.Fraction(1, 2),
            "decimal": decimal.Decimal(1),
        }
        if self.least is not None:
            bad |= {"too small": self.least - 1, "negative": -(10**30)}
        if self.most is not None:
            bad["too large"] = self.most + 1
        if self.huge:
            bad["huge"] = 10**30
        return bad

    def _same(self):
        if self.good is None:
            return {}
        return {t.__name__: t(self.good) for t in (np.int64, np.int8, np.uint16) if t(self.good) == self.good}


class Number(Kind):
    def __init__(self, good, *, above=None, least=None, below=None, most=None, finite=True, **more):
        super().__init__(good, **more)
        self.above, self.least, self.below, self.most, self.finite = above, least, below, most, finite

    def _bad(self):
        bad = NOT_NUMBERS | {
            "NaN": float("nan"),
            "numpy's NaN": np.float32("nan"),
            "True": True,
            "list": [0.5],
            "array": np.array([0.5]),
            "beyond float64": 10**400,
            "decimal": decimal.Decimal("0.5"),
        }
        if self.finite:
            bad |= {"inf": float("inf"), "-inf": -np.inf}
        if self.above is not None:
            bad |= {"bound": self.above, "below the bound": self.above - 0.25}
        if self.least is not None:
            bad["below the bound"] = np.nextafter(self.least, -np.inf)
        if self.below is not None:
            bad |= {"upper bound": self.below, "above the bound": self.below + 0.25}
        if self.most is not None:
            bad["above the bound"] = np.nextafter(self.most, np.inf)
        return bad

    def _same(self):
        if self.good is None:
            return {}
        same = {"float64": np.float64(self.good), "fraction": fractions.Fraction(self.good)}
        if self.good == int(self.good):
            same |= {"int": int(self.good), "int32": np.int32(self.good)}
        if float(np.float32(self.good)) == self.good:
            same["float32"] = np.float32(self.good)
        return same


class Array(Kind):
    """Of real numbers. `tied`: axes whose length other arguments fix; `free`: any number of axes is fine."""

    def __init__(
        self, good, *, finite=True, free=False, tied=(), empty=False, scalar=False, masked=True, **more
    ):
        super().__init__(np.asarray(good), **more)
        self.finite, self.free, self.tied, self.empty, self.scalar = finite, free, tied, empty, scalar

    def _bad(self):
        good = self.good
        bad = NOT_ARRAYS | {
            "complex numbers": good.astype(complex),
            "text of numbers": good.astype(str),
            "objects": good.astype(object),
            "times": np.zeros(good.shape, "datetime64[s]"),
            "masked": np.ma.masked_array(good, mask=np.zeros(good.shape, bool)),
            "records": np.zeros(good.shape, [("a", float)]),
        }
        if self.scalar:
            bad = {k: v for k, v in bad.items() if not k.startswith("ragged")} | {
                "ragged": NOT_ARRAYS["ragged"]
            }
        if not self.free:
            bad |= {"an axis more": good[None], "an axis less": good[0], "number": good.flat[0]}
        if not self.empty:
            bad |= {f"empty {axis}": good.take([], axis=axis) for axis in range(good.ndim)}
        for axis in self.tied:
            bad |= {
                f"longer {axis}": np.concatenate([good, good.take([0], axis)], axis),
                f"shorter {axis}": good.take(range(good.shape[axis] - 1), axis),
            }
        return bad | self._not_finite(good.astype(float) if good.dtype.kind in "biu" else good)

    def _not_finite(self, good):
        values = {"NaN": np.nan} | ({"inf": np.inf, "-inf": -np.inf} if self.finite else {})
        if good.ndim == 0:
            return values
        return {
            label: np.concatenate([good.ravel()[:-1], [v]]).reshape(good.shape) for label, v in values.items()
        }

    def _same(self):
        good = self.good
        same = layouts(good) | {"list": good.tolist()}
        if good.dtype.kind == "f":
            same |= {"big-endian": good.astype(">f8"), "long double": good.astype(np.longdouble)}
            if (good == good.astype(np.int64)).all():
                same["integers"] = good.astype(np.int16)
        return same


class Labels(Array):
    """0 and 1."""

    def _bad(self):
        one = {label: np.where(np.arange(len(self.good)) == 1, v, self.good) for label, v in
               {"label 2": 2, "label -1": -1, "label one half": 0.5}.items()}  # fmt: skip
        return super()._bad() | one

    def _same(self):
        return super()._same() | {
            t.__name__: self.good.astype(t) for t in (bool, np.int8, np.uint64, np.float32)
        }


class Integers(Array):
    """An array of integers of at least `least`, below `below`."""

    def __init__(self, good, least=0, below=None, **more):
        super().__init__(np.asarray(good, np.int64), **more)
        self.least, self.below = least, below

    def _bad(self):
        first = np.arange(self.good.size).reshape(self.good.shape) == 0
        bad = super()._bad() | {
            "floats": self.good.astype(float),
            "booleans": self.good.astype(bool),
            "beyond 64 bits": np.where(first, np.uint64(2**64 - 1), self.good.astype(np.uint64)),
        }
        if self.least is not None:
            bad["too small"] = np.where(first, self.least - 1, self.good)
        if self.below is not None:
            bad["too large"] = np.where(first, self.below, self.good)
        return bad

    def _same(self):
        return super()._same() | {t.__name__: self.good.astype(t) for t in (np.int8, np.uint32)}


class Probabilities(Array):
    """Rows that sum to 1."""

    def _bad(self):
        off, negative = self.good.copy(), self.good.copy()
        off.flat[0] += 1e-3
        negative.flat[0], negative.flat[1] = -0.25, negative.flat[1] + negative.flat[0] + 0.25
        return super()._bad() | {"sum not 1": off, "negative": negative}


class Choice(Kind):
    def __init__(self, good, **more):
        super().__init__(good, **more)

    def _bad(self):
        wrong = {"unknown": "unknown", "empty": "", "upper case": self.good.upper(), "space": f"{self.good} "}
        return (
            wrong | {k: v for k, v in NOT_NUMBERS.items() if k != "text"} | {"number": 1, "list": [self.good]}
        )

    def _same(self):
        return {"numpy's str": np.str_(self.good)}


class Function(Kind):
    def _bad(self):
        nothing = {k: v for k, v in NOT_NUMBERS.items() if k not in ("function", "type")}
        return nothing | {"number": 1, "list": [abs], "array": np.zeros(2)}


class Rng(Kind):
    def __init__(self, good=0, **more):
        super().__init__(good, optional=True, **more)

    def _bad(self):
        odd = {"negative": -1, "float": 1.0, "NaN": np.nan, "True": True, "list": [1], "array": np.arange(2)}
        return NOT_NUMBERS | odd | {"old generator": np.random.RandomState(0)}

    def _same(self):
        return {"int64": np.int64(self.good), "generator": lambda: np.random.default_rng(self.good)}


class Flag(Kind):
    def _bad(self):
        return NOT_NUMBERS | {"1": 1, "0": 0, "float": 1.0, "list": [], "array": np.array([True, False])}


class Record(Kind):
    """A NamedTuple of ours; `fields` are the kinds of what it holds."""

    def __init__(self, good, fields=None, **more):
        super().__init__(good, **more)
        self.fields = fields or {}

    def _bad(self):
        bad = NOT_NUMBERS | {"number": 1.0, "list": [1.0], "array": np.zeros((2, 2))}
        for name, kind in self.fields.items():
            bad |= {f"{name} {label}": self.good._replace(**{name: v}) for label, v in kind.bad().items()}
        return bad

    def _same(self):
        return {
            f"{name} {label}": self.good._replace(**{name: value})
            for name, kind in self.fields.items()
            for label, value in kind.same().items()
        }


class Sequence(Kind):
    """A sequence of something; what is wrong with it is told in `bad`."""

    def _bad(self):
        return {k: v for k, v in NOT_NUMBERS.items() if k not in ("set", "dict")} | {"number": 1, "empty": []}

    def _same(self):
        return {"tuple": tuple(self.good)} if isinstance(self.good, list) else {"list": list(self.good)}


class Opaque(Sequence):
    """As a Sequence, but with no other form to be given in."""

    def _same(self):
        return {}


class Text(Kind):
    def _bad(self):
        return {k: v for k, v in NOT_NUMBERS.items() if k != "text"} | {
            "number": 1,
            "list": ["a"],
            "NaN": np.nan,
        }


def layouts(good):
    """The same numbers, lying in memory in other ways."""
    wide = np.repeat(good, 2, axis=-1) if good.ndim else good
    frozen = good.copy()
    frozen.flags.writeable = False
    return {
        "Fortran order": np.asfortranarray(good),
        "every other": wide[..., ::2] if good.ndim else good,
        "reversed": good[..., ::-1].copy()[..., ::-1] if good.ndim else good,
        "broadcast": np.broadcast_to(good, (2, *good.shape))[1],
        "read-only": frozen,
        "unaligned": unaligned(good),
    }


def unaligned(good):
    raw = np.zeros(good.nbytes + 1, np.uint8)
    array = raw[1:].view(good.dtype).reshape(good.shape) if good.size else good
    array[...] = good
    return array


# ---- a row of the table, and what is done with it


class Row:
    """A public function, a kind for each of its arguments, and how to look at what it returns."""

    def __init__(self, function, look=None, /, **kinds):
        self.function, self.look, self.kinds = function, look or (lambda result: result), kinds

    def good(self):
        return {name: kind.good for name, kind in self.kinds.items()}

    def parameters(self):
        """The names of the function's arguments."""
        return [n for n in inspect.signature(self.function).parameters if n != "self"]

    def call(self, **arguments):
        """The result, as values: of a generator the first states."""
        made = {n: v() if getattr(v, "__name__", "") == "<lambda>" and isinstance(self.kinds[n], Rng) else v
                for n, v in arguments.items()}  # fmt: skip
        positional = []
        for name, parameter in inspect.signature(self.function).parameters.items():
            if parameter.kind is parameter.VAR_POSITIONAL and name in made:
                positional = list(made.pop(name))
            elif parameter.kind is parameter.POSITIONAL_ONLY and name in made:
                positional.append(made.pop(name))
        with warnings.catch_warnings(), soon():
            warnings.simplefilter("error")
            return self.look(values(self.function(*positional, **made)))


def values(result):
    if isinstance(result, GeneratorType):
        return [state for state, _ in zip(result, range(3), strict=False)]
    if isinstance(result, RDD):
        return result.collect()
    return result


@contextlib.contextmanager
def soon():
    """Fail where the body hangs."""

    def late(*_):
        raise AssertionError(f"nothing came back within {PATIENCE} seconds")

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def names(message, argument):
    """Whether a message names the argument before its first colon, and nothing that looks like it."""
    name = rf"(?<![^\s.(]){re.escape(argument)}(?![^\s.,:()[])"
    return re.search(name, message.partition(": ")[0]) is not None


def snapshot(value):
    """What a value is now, to be compared with what it is later."""
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value.dtype, value.shape, value.strides, value.flags.writeable, np.ma.getdata(value).tobytes()
    if isinstance(value, (list, tuple, set)):
        return type(value), [snapshot(v) for v in value]
    if isinstance(value, dict):
        return dict, [(k, snapshot(v)) for k, v in value.items()]
    if isinstance(value, (str, bytes, int, float, complex, np.generic, type(None))):
        return type(value), repr(value)
    return id(value)


def assert_equal(ours, theirs):
    """Equal results, whatever they are made of; numbers give or take the order of their sums."""
    if isinstance(theirs, (tuple, list)):
        assert type(ours) is type(theirs) and len(ours) == len(theirs)
        for a, b in zip(ours, theirs, strict=True):
            assert_equal(a, b)
    elif isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        assert_equal(list(ours.values()), list(theirs.values()))
    elif isinstance(theirs, (np.ndarray, np.generic, float)):
        assert np.shape(ours) == np.shape(theirs)
        if np.asarray(theirs).dtype.kind in "fc":
            np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)
        else:
            np.testing.assert_array_equal(ours, theirs)
    else:
        assert ours == theirs or repr(ours) == repr(theirs)
