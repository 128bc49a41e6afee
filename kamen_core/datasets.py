"""Small real data, shipped with the package: no download, ever.

Beside each file in ``kamen_core/data`` lie its provenance and licence (``<name>.md``) and the script that
made it (``make_<name>.py``).
"""

from importlib.resources import files

import numpy as np


def _arrays(name):
    """The arrays of ``data/<name>.npz`` as a dict."""
    with files("kamen_core.data").joinpath(f"{name}.npz").open("rb") as stream, np.load(stream) as npz:
        return dict(npz)
