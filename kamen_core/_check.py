"""Checks of arguments, so that every public function refuses bad input in the same words."""

import numbers

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


def integer(name, value, least=None):
    """An int, at least `least`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name}: expected an integer, got {value!r}")
    if least is not None and value < least:
        raise ValueError(f"{name}: expected {least} or more, got {value}")
    return int(value)


def number(name, value, *, above=None, least=None, below=None, most=None, finite=True):
    """A real number, finite unless told otherwise, within the bounds given (`above`, `below` exclusive)."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name}: expected a number, got {value!r}")
    if np.isnan(value) or (finite and not np.isfinite(value)):
        raise ValueError(f"{name}: expected a {'finite ' if finite else ''}number, got {value}")
    if above is not None and not value > above:
        raise ValueError(f"{name}: expected a number above {above}, got {value}")
    if least is not None and not value >= least:
        raise ValueError(f"{name}: expected a number of at least {least}, got {value}")
    if below is not None and not value < below:
        raise ValueError(f"{name}: expected a number below {below}, got {value}")
    if most is not None and not value <= most:
        raise ValueError(f"{name}: expected a number of at most {most}, got {value}")
    return float(value)


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
