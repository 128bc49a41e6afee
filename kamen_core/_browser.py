"""What is different where Python runs in the reader's browser; loaded there and nowhere else."""

import sys
from importlib.machinery import PathFinder

import numpy as np

from .language import _

# Libraries that the book compares with, by the name that is imported
ABSENT = {
    "gensim": "gensim",
    "pyspark": "PySpark",
    "scipy": "SciPy",
    "sklearn": "scikit-learn",
    "tomotopy": "tomotopy",
    "torch": "PyTorch",
}


class NotInTheBrowser(ModuleNotFoundError):
    """A library that the book compares with, and that this Python does not have."""


class _Finder:
    """Asked first, so that no other finder's advice on installing comes in between."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in ABSENT and PathFinder.find_spec(name) is None:
            message = _("{library} is not in the browser's Python; its answer stands in the chapter's page")
            raise NotInTheBrowser(message.format(library=ABSENT[name]), name=name)


def _say(shell, kind, error, traceback, tb_offset=None):
    print(_("{sentence}.").format(sentence=error))


def prepare(shell=None):
    """Let a cell that asks for such a library say so in a sentence, and the notebook go on.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell, optional
        Whose cells; without one they raise `NotInTheBrowser`.
    """
    if _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)
    if shell is not None:
        shell.set_custom_exc((NotInTheBrowser,), _say)
        kept = {}  # every cell is a task of its own there, and NumPy forgets between tasks how it is to print
        shell.events.register("pre_run_cell", lambda info: np.set_printoptions(**kept))
        shell.events.register("post_run_cell", lambda result: kept.update(np.get_printoptions()))
