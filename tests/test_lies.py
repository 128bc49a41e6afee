"""A figure that lies is caught: one is made to lie, and the tests of its chapter have to fail.

The lies: the sentence of another frame; the picture of another frame; labels the other way round. Here one
figure a chapter, and few lies, for each takes seconds; ``KAMEN_LIES=all`` (weekly) makes every figure tell
every lie in turn, ``KAMEN_LIES=roc_auc`` those of a chapter.
"""

import contextlib
import io
import os
from pathlib import Path

import pytest
from _chapters import CHAPTERS, chapter
from mutants import QUIET

HERE = Path(__file__).parent
WANTED = os.environ.get("KAMEN_LIES", "")


def other(book, values):
    """The state after this one, along the parameter with the most values."""
    name = max(book.values, key=lambda n: len(book.values[n]))
    choices = book.values[name]
    return values | {name: choices[(choices.index(values[name]) + 1) % len(choices)]}


@contextlib.contextmanager
def sentence_of_another_frame(book):
    honest = book.update

    def update(**values):
        said = honest(**other(book, values))
        honest(**values)
        return said

    book.update = update
    yield
    book.update = honest


@contextlib.contextmanager
def picture_of_another_frame(book):
    honest = book.update

    def update(**values):
        said = honest(**values)
        honest(**other(book, values))
        return said

    book.update = update
    yield
    book.update = honest


@contextlib.contextmanager
def labels_swapped(book):
    texts = labels_of(book)
    wanted = [t.get_text() for t in texts]
    if len(set(wanted)) < 2:
        pytest.skip("it has no two labels")
    for text, instead in zip(texts, wanted[1:] + wanted[:1], strict=True):
        text.set_text(instead)
    yield
    for text, honest in zip(texts, wanted, strict=True):
        text.set_text(honest)


def labels_of(book):
    found = [t for ax in book.axes for t in (ax.xaxis.label, ax.yaxis.label, ax.title, *ax.texts)]
    return [t for t in found if t.get_text().strip() and not t.get_animated()]


LIES = [sentence_of_another_frame, picture_of_another_frame, labels_swapped]


def noticed(name, figure, lie):
    """Which test of the chapter fails first while its figure lies; "" if none does."""

    class First:
        failed = ""

        def pytest_runtest_logreport(self, report):
            if report.failed and not self.failed:
                self.failed = report.nodeid

    first = First()
    with lie(chapter(name).flipbooks[figure]), contextlib.redirect_stdout(io.StringIO()):
        labels = f"{HERE / 'test_figures.py'}::test_labels_are_those_that_were_looked_at[{name}]"
        pytest.main([*QUIET, labels, str(HERE / f"test_figures_{name}.py")], plugins=[first])
    return first.failed


def cases():
    for name in CHAPTERS:
        figures = list(chapter(name).flipbooks) if WANTED in ("all", name) else [None]
        lies = LIES if figures[0] else LIES[-1:] if name != "roc_auc" else LIES[::2]
        yield from ((name, figure, lie) for figure in figures for lie in lies)


@pytest.mark.parametrize(("name", "figure", "lie"), list(cases()), ids=lambda v: getattr(v, "__name__", v))
def test_a_lie_is_noticed(name, figure, lie):
    figures = chapter(name).flipbooks
    figure = figure or next(f for f, book in figures.items() if len(labels_of(book)) > 1)
    assert noticed(name, figure, lie)


def test_the_truth_is_not():
    assert noticed(CHAPTERS[0], next(iter(chapter(CHAPTERS[0]).flipbooks)), contextlib.nullcontext) == ""
