"""The one place that knows numba: loops are compiled where it is installed, plain Python where not.

``KAMEN_NUMBA=0`` asks for plain Python even where numba is there; the tests compare both.
"""

import os

try:
    if os.environ.get("KAMEN_NUMBA", "1") == "0":
        raise ImportError
    import numba
except ImportError:
    numba = None


def compiled(function):
    """Compile a loop with numba if there is numba; ``.py_func`` is the plain function either way."""
    if numba is None:
        function.py_func = function
        return function
    return numba.njit(cache=True)(function)
