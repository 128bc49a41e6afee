"""The one place that knows numba: loops are compiled where it is installed, plain Python where not.

``KAMEN_NUMBA=0`` asks for plain Python even where numba is there; the tests compare both.
"""

import functools
import os

import numpy as np

try:
    if os.environ.get("KAMEN_NUMBA", "1") == "0":
        raise ImportError
    import numba
except ImportError:
    numba = None


def compiled(function=None, *, reorder=False):
    """Compile a loop with numba if there is numba; ``.py_func`` is the plain function either way.

    ``@compiled(reorder=True)`` lets a sum be added in another order, several terms at a time: a dot product
    is some ten times as fast for it, and differs from the plain one by rounding.
    """
    if function is None:
        return lambda function: compiled(function, reorder=reorder)
    if numba is None:
        function.py_func = function
        return function
    return numba.njit(cache=True, fastmath={"reassoc", "nsz", "contract"} if reorder else False)(function)


FUSE_FROM = 16_384  # elements; below it NumPy's temporaries stay in the cache, and compiling is not worth it


def fused(update):
    """Take an elementwise ``update(theta, m, v, g, *numbers) -> (theta, m, v)`` through memory once.

    Written as NumPy expressions, it reads and writes large arrays a dozen times. Where there is numba the
    same source is compiled for one element and looped over; the numbers are equal, bit for bit, because the
    coefficients are rounded to the arrays' type first, as NumPy does with Python's floats.
    """
    loop = None

    @functools.wraps(update)
    def run(theta, m, v, g, *numbers):
        nonlocal loop
        if numba is None or theta.size < FUSE_FROM or theta.dtype not in (np.float32, np.float64):
            return update(theta, m, v, g, *numbers)
        if loop is None:
            loop = _elementwise_loop(update)
        flat = [np.ascontiguousarray(array).reshape(-1) for array in (theta, m, v, g)]
        new = [np.empty_like(flat[0]) for _ in range(3)]
        loop(*flat, tuple(theta.dtype.type(number) for number in numbers), *new)
        return tuple(array.reshape(theta.shape) for array in new)

    run.py_func = update
    return run


def _elementwise_loop(update):
    # A division by zero gives inf, as in NumPy: without Python's check for it the loop runs on vectors.
    compile_ = numba.njit(error_model="numpy")
    element = compile_(update)

    @compile_
    def loop(theta, m, v, g, numbers, new_theta, new_m, new_v):
        for i in range(theta.size):
            new_theta[i], new_m[i], new_v[i] = element(theta[i], m[i], v[i], g[i], *numbers)

    return loop
