"""Checks of arguments, so that every public function refuses bad input in the same words."""

import numbers
from collections.abc import Iterable

import numpy as np


def generator(rng):
    """A numpy Generator from a Generator, a seed or None."""
    if rng is None or isinstance(rng, np.random.Generator):
        return np.random.default_rng(rng)
    if isinstance(rng, bool) or not isinstance(rng, numbers.Integral):
        raise TypeError(f"rng: expected a numpy.random.Generator or a seed, got {type(rng).__name__}")
    if rng < 0:
        raise ValueError(f"rng: a seed is 0 or more, got {rng}")
    return np.random.default_rng(int(rng))


LARGEST = 2**63 - 1  # beyond it no array has a size


def integer(name, value, least=None, most=LARGEST):
    """An int, at least `least` and at most `most`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name}: expected an integer, got {value!r}")
    if least is not None and value < least:
        raise ValueError(f"{name}: expected {least} or more, got {value}")
    if most is not None and value > most:
        raise ValueError(f"{name}: expected at most {most}, got {value:.3e}")
    return int(value)


def number(name, value, *, above=None, least=None, below=None, most=None, finite=True):
    """A real number, finite unless told otherwise, within the bounds given (`above`, `below` exclusive)."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name}: expected a number, got {value!r}")
    given = value
    try:
        value = float(value)
    except OverflowError:
        raise ValueError(f"{name}: expected a number that float64 can hold, got a larger one") from None
    if np.isnan(value) or (finite and not np.isfinite(value)):
        raise ValueError(f"{name}: expected a {'finite ' if finite else ''}number, got {given}")
    if above is not None and not value > above:
        raise ValueError(f"{name}: expected a number above {above}, got {given}")
    if least is not None and not value >= least:
        raise ValueError(f"{name}: expected a number of at least {least}, got {given}")
    if below is not None and not value < below:
        raise ValueError(f"{name}: expected a number below {below}, got {given}")
    if most is not None and not value <= most:
        raise ValueError(f"{name}: expected a number of at most {most}, got {given}")
    return value


def flag(name, value):
    """True or False, and nothing that is merely true."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name}: expected True or False, got {value!r}")
    return bool(value)


def text(name, value):
    """A string."""
    if not isinstance(value, str):
        raise TypeError(f"{name}: expected a string, got {type(value).__name__}")
    return value


def iterable(name, value, of):
    """Something to iterate over; a text is not meant where a sequence `of` something is."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable) or getattr(value, "ndim", 1) == 0:
        raise TypeError(f"{name}: expected {of}, got {type(value).__name__}")
    return value


def choice(name, value, options):
    """One of the strings in `options`."""
    if not isinstance(value, str):
        raise TypeError(f"{name}: expected one of {', '.join(options)}, got {value!r}")
    if value not in options:
        raise ValueError(f"{name}: expected one of {', '.join(options)}, got {value!r}")
    return value


def numeric_array(name, value, ndim=None):
    """An array of booleans, integers or floats, its dtype as it came."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        array = None
    if array is None or array.dtype.kind not in "biuf" or isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name}: expected an array of real numbers")
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name}: expected {ndim} dimension(s), got shape {array.shape}")
    return array


def real_array(name, value, ndim=None, finite=True):
    """A float32 or float64 array; float32 stays float32, every other type becomes float64."""
    array = numeric_array(name, value, ndim)
    if array.dtype not in (np.float32, np.float64):
        array = array.astype(float)
    if finite and not _finite(array):
        raise ValueError(f"{name}: holds NaN or infinite values")
    return array


def _finite(array):
    # The sum of squares takes half the time; where it overflows, the values themselves are searched.
    return np.isfinite(np.vdot(array, array)) or np.isfinite(array).all()


def labels_and_scores(y_true, y_score, both_classes=True):
    """A boolean array of labels and a float64 array of scores, equally long; no NaN, ±inf allowed."""
    y_true = numeric_array("y_true", y_true, ndim=1)
    y_score = numeric_array("y_score", y_score, ndim=1)
    if y_true.size != y_score.size:
        raise ValueError(f"y_true, y_score: expected equal lengths, got {y_true.size} and {y_score.size}")
    if y_true.size == 0:
        raise ValueError("y_true: expected at least one sample, got none")
    positive, negative = y_true == 1, y_true == 0
    n_pos, n_neg = np.count_nonzero(positive), np.count_nonzero(negative)
    if n_pos + n_neg != y_true.size:
        raise ValueError(f"y_true: expected labels 0 and 1, got {y_true[~(positive | negative)][0]}")
    if both_classes and not (n_pos and n_neg):
        raise ValueError(f"y_true: expected both classes, got only {1 if n_pos else 0}")
    if y_score.dtype.itemsize > 8:
        raise TypeError(f"y_score: expected float64 or narrower, got {y_score.dtype}")
    if y_score.dtype.kind in "iu" and max(-int(y_score.min()), int(y_score.max())) > 2**53:
        raise ValueError("y_score: expected integers that float64 can tell apart, got some beyond 2**53")
    y_score = y_score.astype(np.float64, copy=False)
    if np.isnan(y_score.min()):  # NaN spreads: one pass, no temporary array
        raise ValueError("y_score: expected numbers, got NaN")
    return positive, y_score


def integer_array(name, value, ndim=None, least=None, below=None):
    """A new int64 array within the bounds given (`below` is exclusive)."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        array = np.empty(0, dtype=object)
    integers = array.dtype.kind in "iu" or (array.size == 0 and array.dtype.kind == "f")
    if not integers or isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name}: expected an array of integers")
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name}: expected {ndim} dimension(s), got shape {array.shape}")
    if array.size and least is not None and array.min() < least:
        raise ValueError(f"{name}: expected {least} or more, got {array.min()}")
    if array.size and below is not None and array.max() >= below:
        raise ValueError(f"{name}: expected less than {below}, got {array.max()}")
    if array.size and array.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{name}: {array.max()} does not fit 64 bits")
    return np.array(array, dtype=np.int64, order="C")


def probabilities(name, value, ndim=None):
    """A new float64 array whose last axis sums to 1; sums may be off by what its dtype rounds."""
    array = real_array(name, value, ndim)
    if array.ndim == 0 or array.size == 0:
        raise ValueError(f"{name}: expected probabilities, got shape {array.shape}")
    if (array < 0).any():
        raise ValueError(f"{name}: holds a negative probability")
    sums = array.sum(axis=-1, dtype=float, keepdims=True)
    if (abs(sums - 1) > np.sqrt(np.finfo(array.dtype).eps)).any():
        worst = sums.flat[abs(sums - 1).argmax()]
        raise ValueError(f"{name}: expected probabilities that sum to 1, got a sum of {worst:g}")
    return np.divide(array, sums, dtype=float)
