"""Each chapter's notebook, run once in this process with all its flipbooks and questions collected.

`chapter("roc_auc")` is what the tests of figures start from. It is kept, so several test files share one run.
"""

import contextlib
import functools
import io
import itertools
import json
import os
import warnings
import zlib
from pathlib import Path
from unittest import mock

import matplotlib as mpl
import numpy as np

import kamen_core.flipbook
import kamen_core.quiz
from kamen_core.flipbook.drawing import svg
from kamen_core.flipbook.style import STYLE

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
CHAPTERS = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
REAL = kamen_core.flipbook.Flipbook
OPTIONS = ("start", "grab", "play", "labels", "name")


def cells(name):
    """The cells of a chapter's notebook, with ``source`` as one string and ``tags`` as a list."""
    notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    return [
        c | {"source": "".join(c["source"]), "tags": c["metadata"].get("tags", [])} for c in notebook["cells"]
    ]


class Recorded:
    """A flipbook as the notebook made it: what goes in, and, if a test asks for it, the drawn widget.

    Attributes
    ----------
    figures : list of matplotlib.figure.Figure
    axes : list of matplotlib.axes.Axes
        All axes of all figures, in order.
    values : dict
        ``{parameter: list of its values}``.
    options : dict
        ``start``, ``grab``, ``play``, ``labels``, ``name`` as given.
    """

    def __init__(self, fig, update, **arguments):
        rows = fig if isinstance(fig, (list, tuple)) else [fig]
        self.figures = [f for row in rows for f in (row if isinstance(row, (list, tuple)) else [row])]
        self.axes = [ax for f in self.figures for ax in f.axes]
        self.update, self.options, self._fig = update, {}, fig
        for option in OPTIONS:
            if option in arguments:
                self.options[option] = arguments.pop(option)
        self.values = {n: [getattr(v, "item", lambda v=v: v)() for v in vs] for n, vs in arguments.items()}
        # as Flipbook names it, without drawing; test_figures compares
        self.name = self.options.get("name") or update.__qualname__.split(".")[0].replace("update", "figure")

    @functools.cached_property
    def widget(self):
        """The flipbook, drawn at every state."""
        return REAL(self._fig, self.update, **self.values, **self.options)

    @functools.cached_property
    def book(self):
        """What the browser gets: drawings, frames, captions."""
        return json.loads(zlib.decompress(self.widget.data))

    def states(self):
        """``{parameter: value}`` and the sentence of every state; the artists are in that state meanwhile."""
        for state in itertools.product(*self.values.values()):
            values = dict(zip(self.values, state, strict=True))
            yield values, self.update(**values)

    def draw(self):
        """The moving layers of the present state, as the widget would draw them."""
        drawings = []
        for figure in self.figures:
            figure.dpi = 72  # SVG units, as in the widget
            artists = [a for p in (*figure.axes, figure) for a in p.get_children() if a.get_animated()]
            with mpl.rc_context(STYLE):
                drawings.append(svg(figure, *artists))
        return tuple(drawings)

    def moving(self, axes, kind=object):
        """The animated artists of the axes with this number, of one class, in the order they were added."""
        found = [a for a in self.axes[axes].get_children() if a.get_animated() and isinstance(a, kind)]
        return found

    def __getattr__(self, name):  # a notebook may go on with its flipbook
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.widget, name)


class Chapter:
    """``flipbooks`` by their name in the page's address, and ``quizzes``, in order."""

    def __init__(self, name):
        self.flipbooks, self.quizzes = {}, []
        here = {"__name__": "__main__", "display": lambda *objects, **kwargs: None}
        collected = mock.patch.object(kamen_core.flipbook, "Flipbook", self._flipbook)
        questions = mock.patch.object(kamen_core.quiz, "Quiz", self._quiz)
        alone = mock.patch.dict(os.environ, {"KAMEN_SPARK_MASTER": "none"})  # pictures need no Spark
        tidy = np.printoptions()  # what a notebook sets is not left to the tests after it
        with (
            collected,
            questions,
            alone,
            tidy,
            contextlib.chdir(NOTEBOOKS),
            mpl.rc_context({"backend": "agg"}),
        ):
            os.environ.pop("KAMEN_LANG", None)  # the tests compare English sentences
            for number, cell in enumerate(cells(name)):
                if cell["cell_type"] == "code":
                    self._run(cell, here, f"{name}.ipynb, cell {number}")

    @staticmethod
    def _run(cell, here, where):
        may_raise = [Exception] if "raises-exception" in cell["tags"] else []
        printed, warned = contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings()
        with printed, warned, contextlib.suppress(*may_raise):
            warnings.filterwarnings("ignore", "FigureCanvasAgg is non-interactive")
            exec(compile(cell["source"], where, "exec"), here)

    def _flipbook(self, *args, **kwargs):
        book = Recorded(*args, **kwargs)
        names = itertools.chain([book.name], (f"{book.name}-{n}" for n in itertools.count(2)))
        self.flipbooks[next(n for n in names if n not in self.flipbooks)] = book
        return book

    def _quiz(self, *args, **kwargs):
        self.quizzes.append(REAL_QUIZ(*args, **kwargs))
        return self.quizzes[-1]


REAL_QUIZ = kamen_core.quiz.Quiz
chapter = functools.cache(Chapter)
