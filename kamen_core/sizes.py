"""One setting for how much is computed: all of it, or little where Python is slow.

In-browser Python has no numba, and its loops take two to three times as long as plain Python elsewhere. There
the long parts of a chapter are sized down by themselves. ``KAMEN_SMALL=1`` asks for that anywhere,
``KAMEN_SMALL=0`` for the full size.
"""

import os
import sys


def small():
    """Whether the long parts are to be sized down: as ``KAMEN_SMALL`` says, else in a browser only.

    Examples
    --------
    >>> small()
    False
    """
    return os.environ.get("KAMEN_SMALL", "1" if sys.platform == "emscripten" else "0") not in ("", "0")


def sized(full, little):
    """`full`, or `little` where the long parts are sized down.

    Examples
    --------
    >>> sized(1000, 50)
    1000
    """
    return little if small() else full
