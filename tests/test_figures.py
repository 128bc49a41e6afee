"""Every figure of every chapter, at every state: what must hold whatever the figure shows.

What a figure says is checked beside its chapter, in ``test_figures_<chapter>.py``.
"""

import base64
import json
import math
import re

import make_labels
import pytest
from _chapters import CHAPTERS, chapter
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from kamen_core.flipbook import PALETTE
from kamen_core.flipbook.arguments import minus

WIDEST = 5  # inches: more is shrunk on a phone until it cannot be read
SMALLEST = 10  # points
STATE = 1_000_000  # bytes of widget state a page
TOLERANCE = 2  # points by which the estimated width of a text may leave its panel

every_chapter = pytest.mark.parametrize("name", CHAPTERS)


def _books(name):
    return chapter(name).flipbooks.items()


def _pieces(book):
    """Everything drawn: the page's markup and each drawing of the moving layer."""
    return [book.widget._html, *book.book["drawings"]]


def _still(ax):
    """What is written once: titles, labels, ticks, legends, notes."""
    axes = [ax.xaxis, ax.yaxis] if ax.axison else []
    titles = [ax.title, ax._left_title, ax._right_title]
    return [a for a in [*axes, *titles, ax.get_legend(), *ax.texts] if a and a.get_visible()]


def _moving_texts(book):
    for figure in book.figures:
        for parent in (figure, *figure.axes):
            for text in parent.texts:
                if text.get_animated() and text.get_visible() and text.get_text().strip():
                    yield figure, text


@every_chapter
def test_a_chapter_has_enough_to_move(name):
    books = chapter(name).flipbooks
    assert len(books) >= 3
    assert any(book.options.get("grab") for book in books.values())


@every_chapter
def test_names_are_told_apart_without_numbers(name):
    for address, book in _books(name):
        assert book.widget.spec["name"] == book.name == address


@every_chapter
def test_every_state_has_its_sentence(name):
    odd = [
        f"{address}: {caption}"
        for address, book in _books(name)
        for caption in book.widget.captions
        if not re.fullmatch(r"[^\W_].*[.?!]", caption)
        or re.search(r"\b(nan|inf|None|True|False)\b|[{}]|  |-0(\.0+)?(?![\d.])", caption)
        or re.search(r"(?<![\d.,/−-])\b1 (bins|samples|steps|positives|negatives|words|documents)\b", caption)
    ]
    assert odd == []


@every_chapter
def test_a_state_does_not_depend_on_the_way_there(name):
    """Neither its sentence nor its picture keeps anything of the state before."""
    for address, book in _books(name):
        assert book.widget
        states = [values for values, _ in book.states()]
        for k in range(0, len(states), max(1, len(states) // 8)):
            shown = set()
            for before in (states[k - 1], states[k - len(states) // 2], states[k]):
                book.update(**before)
                caption = book.update(**states[k])
                shown.add((caption, book.draw()))
            assert len(shown) == 1, (address, states[k])
            assert minus(caption) == book.widget.captions[k], (address, states[k])


@every_chapter
def test_no_control_is_dead(name):
    """Every parameter changes picture or sentence in at least one row of states."""
    for address, book in _books(name):
        sizes = [len(v) for v in book.values.values()]
        shown = [(tuple(f), c) for f, c in zip(book.book["frames"], book.book["captions"], strict=True)]
        for d, n in enumerate(sizes):
            stride = math.prod(sizes[d + 1 :])
            rows = [
                {shown[k + i * stride] for i in range(n)} for k in range(len(shown)) if k // stride % n == 0
            ]
            assert max(map(len, rows)) > 1, (address, list(book.values)[d])


@every_chapter
def test_nothing_is_drawn_nowhere(name):
    for address, book in _books(name):
        for piece in _pieces(book):
            assert not re.search(r'[" ](?:nan|-?inf(?:inity)?)[" ]', piece, re.I), address


@every_chapter
def test_every_colour_is_of_the_palette(name):
    """Only those follow the page's theme; images keep their own."""
    foreign = {
        (address, colour)
        for address, book in _books(name)
        for piece in _pieces(book)
        for colour in re.findall(r"(?<![\w(,#])#[0-9a-fA-F]{3,8}\b|\brgba?\([^)]*\)", _without_links(piece))
    }
    assert foreign == set()
    used = {
        (name, hexa)
        for _, book in _books(name)
        for piece in _pieces(book)
        for name, hexa in re.findall(r"var\(--k-(?!text|w|ch)(\w+),(#\w+)\)", piece)
    }
    assert {name for name, _ in used} <= set(PALETTE)


def _without_links(piece):
    return re.sub(r'href="[^"]*"|url\([^)]*\)', "", piece)


@every_chapter
def test_figures_fit_a_phone(name):
    wide = [
        (address, width)
        for address, book in _books(name)
        for width, height in book.widget.spec["size"]
        if width > WIDEST * 72 or height > WIDEST * 72
    ]
    assert wide == []


@every_chapter
def test_text_is_large_enough(name):
    small = {
        (address, text.get_text(), text.get_fontsize())
        for address, book in _books(name)
        for figure in book.figures
        for text in figure.findobj(Text)  # formulas too, which are drawn as outlines
        if text.get_fontsize() < SMALLEST and text.get_visible() and text.get_text().strip()
    }
    drawn = {
        (address, float(size))
        for address, book in _books(name)
        for piece in _pieces(book)
        for size in re.findall(r"font-size: (?:calc\()?([\d.]+)px", piece)
        if float(size) < SMALLEST
    }
    assert (small, drawn) == (set(), set())


@every_chapter
def test_text_stays_inside_its_panel(name):
    """Judged by matplotlib's own font, which is wider than a browser's."""
    outside = set()

    def look(address, figure, artist, values=None):
        box = artist.get_tightbbox(FigureCanvasAgg(figure).get_renderer())
        width, height = figure.bbox.size
        if box is None or not box.width:
            return
        if not (box.x0 >= -TOLERANCE and box.x1 <= width + TOLERANCE):
            outside.add((address, str(artist), round(box.x0), round(box.x1), width, str(values)))
        if not (box.y0 >= -TOLERANCE and box.y1 <= height + TOLERANCE):
            outside.add((address, str(artist), round(box.y0), round(box.y1), height, str(values)))

    for address, book in _books(name):
        assert book.widget  # drawn: that freezes the layout
        for figure in book.figures:
            figure.dpi = 72
            for artist in (a for ax in figure.findobj(Axes) for a in _still(ax)):
                look(address, figure, artist)
        seen = set()
        for values, _ in book.states():
            for figure, text in _moving_texts(book):
                where = (text, text.get_text(), *text.get_position())
                if where not in seen:
                    seen.add(where)
                    look(address, figure, text, values)
    assert outside == set()


@every_chapter
def test_a_page_stays_light(name):
    state = 0
    for widget in [*(b.widget for _, b in _books(name)), *chapter(name).quizzes]:
        for value in widget.get_state().values():
            state += len(
                base64.b64encode(value) if isinstance(value, bytes) else json.dumps(value, default=str)
            )
    assert state <= STATE


@every_chapter
def test_questions_show_what_is_there(name):
    books = chapter(name).flipbooks
    wrong = []
    for quiz in chapter(name).quizzes:
        for choice in quiz.choices:
            for address, values in (choice["show"] or {}).items():
                if address not in books:
                    wrong.append((choice["text"], address))
                    continue
                wrong += [
                    (choice["text"], address, parameter, value)
                    for parameter, value in values.items()
                    if value not in books[address].values.get(parameter, ())
                ]
    assert wrong == []


@every_chapter
def test_a_chapter_asks(name):
    assert len(chapter(name).quizzes) >= 3


@every_chapter
def test_labels_are_those_that_were_looked_at(name):
    """No test can know that an axis bears its right name; a change is seen here, and has to be looked at."""
    kept = json.loads(make_labels.FILE.read_text(encoding="utf-8"))[name]
    assert {figure: make_labels.labels(book) for figure, book in _books(name)} == kept
