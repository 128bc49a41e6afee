"""`Flipbook`: what it refuses, what it draws, what it packs, what a page gets."""

import base64
import gzip
import io
import json
import os
import re
import subprocess
import sys
import zlib
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
import traitlets
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from kamen_core.figures import roc_auc as figures
from kamen_core.flipbook import PALETTE, STYLE, Flipbook
from kamen_core.flipbook.arguments import minus, texts_of
from kamen_core.flipbook.drawing import Stage, svg
from kamen_core.flipbook.packing import share_definitions

ROOT = Path(__file__).resolve().parents[1]


def dotted(**axes):
    """A figure with one dot, and the function that moves it along x."""
    fig = Figure(figsize=(3, 2))
    ax = fig.add_subplot()
    ax.set(xlim=(0, 10), ylim=(0, 10), **axes)
    (dot,) = ax.plot([0], [5], "o", animated=True)

    def update(x):
        dot.set_xdata([x])
        return f"The dot is at {x}."

    return fig, ax, update


def unpacked(book):
    return json.loads(zlib.decompress(book.data))


# What it refuses


def refused(error, match, fig=None, update=None, **arguments):
    made, _, moves = dotted()
    with pytest.raises(error, match=match):
        Flipbook(made if fig is None else fig, moves if update is None else update, **arguments)


@pytest.mark.parametrize("fig", [None, "fig", 3, [], [[]], [["fig"]], {}, plt, [[Figure()], []]])
def test_only_figures_are_drawn(fig):
    with pytest.raises(TypeError, match=r"^fig: expected a matplotlib figure"):
        Flipbook(fig, lambda x: "A.", x=[1])


def test_something_has_to_move():
    fig = Figure()
    fig.add_subplot().plot([0, 1])
    refused(ValueError, r"^fig: no artist was made with animated=True", fig, lambda x: "A.", x=[1, 2])
    refused(ValueError, r"^fig: no artist", Figure(), lambda x: "A.", x=[1, 2])


@pytest.mark.parametrize("update", [3, "update", [1]])
def test_update_is_a_function(update):
    refused(TypeError, r"^update: expected a function, got ", update=update, x=[1])


def test_update_takes_every_parameter():
    refused(TypeError, r"^update: does not take the parameter 'y'; it takes x$", x=[1], y=[2])
    fig, _, update = dotted()
    Flipbook(fig, lambda **values: update(values["x"]), x=[1], y=[2])


def test_without_parameters_nothing_moves():
    refused(ValueError, r"^params: give at least one parameter")


@pytest.mark.parametrize("values", [[], (), np.array([]), range(0), iter(())])
def test_an_empty_sequence(values):
    refused(ValueError, r"^x: the sequence of values is empty$", x=values)


@pytest.mark.parametrize(
    "values", [3, 0.5, None, "abc", b"ab", {1, 2}, {"a": 1}, frozenset("ab"), np.float64(3), len]
)
def test_values_are_a_sequence(values):
    refused(TypeError, r"^x: expected a sequence of numbers or of strings, got ", x=values)


@pytest.mark.parametrize(
    "values",
    [
        [True, False],
        np.array([True, False]),
        [1, "a"],
        ["a", 1],
        [1, None],
        [[1, 2], [3, 4]],
        np.eye(2),
        [1j],
        [b"a"],
        [object()],
        ["a", np.nan],
    ],
)
def test_values_are_all_numbers_or_all_strings(values):
    refused(TypeError, r"^x: expected numbers only or strings only, got ", x=values)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, np.float32("nan"), float("nan")])
def test_values_are_finite(value):
    refused(ValueError, r"^x: holds NaN or infinite values$", x=[0.0, value])


@pytest.mark.parametrize("values", [[1, 1], [1, 1.0], ["a", "a"], [0.0, -0.0], np.zeros(2)])
def test_a_value_stands_once(values):
    refused(ValueError, r"^x: a value stands twice$", x=values)


def test_too_many_states():
    refused(ValueError, r"^params: x 5001 make 5001 states, more than 5000$", x=range(5001))
    refused(
        ValueError,
        r"^params: x 50 × y 101 make 5050 states",
        update=lambda x, y: "A.",
        x=range(50),
        y=range(101),
    )


@pytest.mark.parametrize(
    ("argument", "given"),
    [("start", {"y": 1}), ("grab", {"y": "x"}), ("labels", {"y": "Y"}), ("play", "y"), ("play", "")],
)
def test_names_of_no_parameter(argument, given):
    refused(ValueError, rf"^{argument}: there is no parameter '(y|)', only x$", x=[1, 2], **{argument: given})


@pytest.mark.parametrize(
    ("argument", "given"),
    [
        ("start", 1),
        ("start", ["x"]),
        ("grab", "x"),
        ("grab", ["x"]),
        ("labels", ["X"]),
        ("play", ["x"]),
        ("play", True),
    ],
)
def test_options_of_the_wrong_kind(argument, given):
    refused(TypeError, rf"^{argument}: got ", x=[1, 2], **{argument: given})


@pytest.mark.parametrize("start", [np.nan, "1", None, True, [1], 1j])
def test_start_is_a_number(start):
    refused(ValueError, r"^start: .* is not a value of x$", x=[1, 2], start={"x": start})


@pytest.mark.parametrize("start", ["c", "A", 0, None, ""])
def test_start_of_a_choice_is_one_of_its_values(start):
    refused(
        ValueError,
        r"^start: .* is not a value of x$",
        x=["a", "b"],
        start={"x": start},
        update=lambda x: "A.",
    )


@pytest.mark.parametrize("caption", [None, "", "  ", 3, b"A.", ["A."]])
def test_update_returns_a_sentence(caption):
    refused(TypeError, r"^update: has to return the sentence", update=lambda x: caption, x=[1, 2])


def test_every_state_needs_its_sentence():
    refused(TypeError, r"^update: has to return", update=lambda x: "A." if x < 3 else None, x=[1, 2, 3])


@pytest.mark.parametrize("name", ["", "a b", "a/b", "3d", "a.b", "a=b", "#", 3, "x&y", "<b>"])
def test_a_name_fits_into_an_address(name):
    refused(ValueError, r"^name: expected letters", x=[1], name=name)


def test_the_name_comes_from_the_function():
    fig, _, update = dotted()
    assert Flipbook(fig, update, x=[1]).spec["name"] == "dotted"
    fig, _, update = dotted()
    assert Flipbook(fig, update, x=[1], name="my-dot_2").spec["name"] == "my-dot_2"


@pytest.mark.parametrize("changed", [0, 2, 4])
@pytest.mark.parametrize("start", [0, 2, 4])
def test_a_still_artist_that_update_changed(changed, start):
    """In the first, a middle or the last state only, wherever the figure starts."""
    fig, ax, moves = dotted(title="still")

    def update(x):
        ax.set_title("changed" if x == changed else "still")
        return moves(x)

    with pytest.raises(ValueError, match=r"^update: it changed Text\(.*animated=True$"):
        Flipbook(fig, update, x=range(5), start={"x": start})


@pytest.mark.parametrize(
    "change",
    [
        lambda ax, x: ax.lines[1].set_ydata([x, x]),
        lambda ax, x: ax.set_xlim(0, 10 + x),
        lambda ax, x: ax.set_xlabel(f"x = {x}"),
        lambda ax, x: ax.patches[0].set_height(x),
        lambda ax, x: ax.texts[0].set_visible(x == 2),
        lambda ax, x: ax.figure.suptitle(f"{x}"),
        lambda ax, x: ax.text(x, x, "new"),
        lambda ax, x: ax.get_legend().get_texts()[0].set_text(f"{x}"),
        lambda ax, x: [text.remove() for text in ax.texts if x == 2],
        lambda ax, x: ax.set_axis_off() if x == 1 else ax.set_axis_on(),
        lambda ax, x: ax.set_facecolor("w" if x == 1 else "k"),
    ],
)
def test_whatever_still_thing_update_changes_is_told(change):
    fig, ax, moves = dotted()
    ax.plot([0, 1], np.zeros(2), label="line")
    ax.bar([1], [1])
    ax.text(1, 1, "text")
    ax.legend()

    def update(x):
        change(ax, x)
        return moves(x)

    with pytest.raises(ValueError, match=r"^update: it changed .* which is not animated"):
        Flipbook(fig, update, x=range(3))


@pytest.mark.parametrize(
    "grab",
    [
        "z",
        "xy",
        "",
        3,
        None,
        ("x",),
        ("ax", "x"),
        lambda ax: (ax, "z"),
        lambda ax: (ax, None),
        lambda ax: (ax, [(0, 0)]),
        lambda ax: (ax, np.zeros((3, 3))),
        lambda ax: (ax, "x", "y"),
        lambda ax: [(ax, "x"), (ax, "w")],
        lambda ax: (Figure().add_subplot(), "x"),
    ],
)
def test_an_unknown_grab(grab):
    fig, ax, update = dotted()
    grab = grab(ax) if callable(grab) else grab
    with pytest.raises(ValueError, match=r"^grab: expected 'x', 'y'.*for x, and axes of this figure"):
        Flipbook(fig, update, x=[1, 2, 3], grab={"x": grab})


def test_a_choice_is_grabbed_at_points_only():
    fig, ax, _ = dotted()
    with pytest.raises(ValueError, match=r"^grab: x is a choice; give the points of its values$"):
        Flipbook(fig, lambda x: "A.", x=["a", "b"], grab={"x": "x"})
    fig, ax, _ = dotted()
    book = Flipbook(fig, lambda x: "A.", x=["a", "b"], grab={"x": (ax, [(2, 5), (8, 5)])})
    assert len(book.spec["grab"][0]["x"]) == 2


def test_a_grab_needs_axes():
    fig = Figure(figsize=(2, 2))
    text = fig.text(0.5, 0.5, "", animated=True)

    def update(x):
        text.set_text(str(x))
        return "A."

    with pytest.raises(ValueError, match=r"^grab: "):
        Flipbook(fig, update, x=[1, 2], grab={"x": "x"})
    assert len(unpacked(Flipbook(fig, update, x=[1, 2]))["drawings"]) == 2


# What it makes of its arguments


def test_numbers_become_plain():
    fig, _, update = dotted()
    seen = []
    book = Flipbook(fig, lambda x: seen.append(x) or update(x), x=np.float32([1, 2.5]))
    assert {type(v) for v in seen} == {float}
    fig, _, update = dotted()
    book = Flipbook(fig, update, x=np.arange(3))
    assert [(v, type(v)) for v in book.spec["params"][0]["values"]] == [(0, int), (1, int), (2, int)]
    fig, _, update = dotted()
    book = Flipbook(fig, update, x=[Fraction(1, 2), 1])
    assert json.dumps(book.spec["params"][0]["values"]) == "[0.5, 1]"


def test_inputs_are_not_changed():
    fig, _, update = dotted()
    values = np.array([0.0, 1.0])
    values.flags.writeable = False
    start, labels, grab = {"x": 0.8}, {"x": "where"}, {"x": ["x"]}
    Flipbook(fig, update, x=values, start=start, labels=labels, grab=grab)
    assert (start, labels, grab) == ({"x": 0.8}, {"x": "where"}, {"x": ["x"]})


def test_the_nearest_start_is_taken():
    fig, _, update = dotted()
    book = Flipbook(fig, update, x=[0.0, 1.0, 4.0], start={"x": 3})
    assert book.value == {"x": 4.0} and book.spec["start"] == {"x": 4.0}
    assert "The dot is at 4.0." in book._html


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0.0, 0.1 + 0.2, 1.0], ["0", "0.3", "1"]),
        ([1, 10, 100_000], ["1", "10", "100,000"]),
        ([10_000.0, 10_001.0], ["10000", "10001"]),
        ([0.123451, 0.123452], ["0.123451", "0.123452"]),
        ([1e-4, 1e-5], ["0.0001", "1e-05"]),
        ([1, 1 + 2**-52], ["1", "1.0000000000000002"]),
    ],
)
def test_no_two_values_read_alike(values, texts):
    """The address keeps these texts, so two values with one text could not both be shared."""
    fig, _, update = dotted()
    assert Flipbook(fig, update, x=values).spec["params"][0]["text"] == texts


def test_the_last_parameter_runs_fastest():
    fig, _, update = dotted()
    book = Flipbook(fig, lambda x, y, z: update(x) and f"{x}{y}{z}.", x=[0, 1], y=["a", "b"], z=[5, 6, 7])
    assert book.captions == tuple(f"{x}{y}{z}." for x in (0, 1) for y in "ab" for z in (5, 6, 7))
    assert [p["name"] for p in book.spec["params"]] == ["x", "y", "z"]


def test_value_goes_both_ways():
    fig, _, update = dotted()
    book = Flipbook(fig, lambda x, c: update(x), x=[0.0, 1.0, 4.0], c=["a", "b"], start={"c": "b"})
    seen = []
    book.observe(lambda change: seen.append(change["new"]), "value")
    assert book.value == {"x": 0.0, "c": "b"}
    book.value = {"x": 1.0, "c": "a"}
    book.value = {"x": 3.1}  # the nearest; what is not said starts again
    assert seen == [{"x": 1.0, "c": "a"}, {"x": 4.0, "c": "b"}]
    for wrong, message in [
        ({"y": 1}, "no parameter 'y'"),
        ({"c": "z"}, "'z' is not"),
        ({"x": np.nan}, "nan is not"),
    ]:
        with pytest.raises(ValueError, match=f"^value: .*{message}"):
            book.value = wrong
    with pytest.raises(traitlets.TraitError):
        book.value = 3
    book.set_state({"value": {"x": 1.0, "c": "a"}})  # as the browser does
    assert book.value == {"x": 1.0, "c": "a"}


def test_labels():
    fig, _, update = dotted()
    book = Flipbook(fig, lambda x_0, b: update(x_0), x_0=[1, 2], b=[1], labels={"b": "<b> & co"})
    assert [p["label"] for p in book.spec["params"]] == ["x 0", "<b> & co"]
    assert "<span>&lt;b&gt; &amp; co</span>" in book._html


# Drawing


def test_still_and_moving_are_told_apart():
    fig, ax, update = dotted(title="The title", xlabel="the label")
    ax.plot([0, 10], [0, 10], color=PALETTE["blue"], zorder=1)
    with mpl.rc_context(STYLE):
        stage = Stage(fig)
        under, over = stage.still
        first = stage.draw_moving()
        update(7)
        assert stage.draw_moving() != first
        assert not stage.touched() and stage.draw_still() == stage.still
    assert "the label" in under and "The title" in over
    assert f"var(--k-blue,{PALETTE['blue']})" in under and "--k-blue" not in over
    assert "the label" not in first and "var(--k-blue" not in first


def test_every_state_is_drawn_as_it_is():
    """The drawings of the bundle equal those of the figure set to that state by hand."""
    fig, _, update = dotted()
    xs = [1, 4, 9, 16]
    book = Flipbook(fig, update, x=xs)
    content = unpacked(book)
    assert content["captions"] == [f"The dot is at {x}." for x in xs]
    uid = book.spec["uid"]
    shared = re.search(r"<defs>(.*?)</defs>", book._html)[0]
    for x, (number,) in zip(xs, content["frames"], strict=True):
        fig, _, update = dotted()
        with mpl.rc_context(STYLE):
            stage = Stage(fig)
            update(x)
            direct = svg(fig, *stage.moving())
        definitions = "".join(re.findall(r"<defs>(.*?)</defs>", direct))
        direct = re.sub(r"<defs>.*?</defs>", "", direct)
        direct = re.sub(r'(href="#|url\(#)', rf"\g<1>{uid}0-", direct)
        packed = content["drawings"][number]
        assert re.sub(r"<defs>.*?</defs>", "", packed) == direct
        for name in re.findall(r' id="([^"]+)"', definitions):
            assert f'id="{uid}0-{name}"' in shared + packed


def test_equal_drawings_are_kept_once():
    fig, _, update = dotted()
    book = Flipbook(fig, lambda x, y: update(x), x=[1, 2], y=range(10))
    content = unpacked(book)
    assert len(content["drawings"]) == 2 and len(content["frames"]) == 20


def test_definitions_are_shared_and_nothing_is_lost():
    marker, clip = '<path id="m1" d="M 0"/>', '<clipPath id="c"><rect x="1"/></clipPath>'
    a = f'<g><defs>{marker}</defs><use href="#m1"/></g>'
    b = f'<g><defs>{clip}{marker}</defs><use href="#m1"/></g>'
    shared, (one, two) = share_definitions([a, b], "p")
    assert shared == '<defs><path id="p-m1" d="M 0"/></defs>'
    assert one == '<g><use href="#p-m1"/></g>'
    assert two == '<g><defs><clipPath id="p-c"><rect x="1"/></clipPath></defs><use href="#p-m1"/></g>'


def references(text):
    return set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))


def ids(text):
    return re.findall(r' id="([^"]+)"', text)


def test_every_reference_leads_somewhere_and_no_id_stands_twice():
    fig, ax, update = dotted(title="$x^2$")
    ax.plot(range(10), "s-", clip_on=True)
    ax.imshow(np.eye(3), extent=(0, 3, 0, 3), cmap="gray", aspect="auto")
    book = Flipbook(fig, update, x=range(6))
    content = unpacked(book)
    still = book._html
    assert len(ids(still)) == len(set(ids(still)))
    for (number,) in content["frames"]:
        page = re.sub(
            r'(<g class="k-moving">).*?(</g><g>)', rf"\1{content['drawings'][number]}\2", still, flags=re.S
        )
        assert references(content["drawings"][number]) <= set(ids(page))


def two_alike(colour):
    fig, ax, update = dotted()
    ax.lines[0].set_color(colour)
    return Flipbook(fig, update, x=range(3))


def test_two_flipbooks_share_no_id():
    """Even if only what moves differs between them."""
    one, other = two_alike(PALETTE["red"]), two_alike(PALETTE["blue"])
    assert set(ids(one._html)) and not set(ids(one._html)) & set(ids(other._html))


MAKE = """
import sys
sys.path.insert(0, "tests")
import hashlib
from test_flipbook import *
from kamen_core.figures import roc_auc as figures
fig, update, params = figures.threshold([0, 1, 1, 0], [0.1, 0.9, 0.4, 0.5], 5)
book = Flipbook(fig, update, **params)
print(hashlib.sha256(book.data + book.page + json.dumps(book.spec).encode()).hexdigest())
"""


def test_the_same_bytes_at_every_run():
    """Else every build would change every page. Python's hashes differ between the runs."""
    digests = set()
    for seed in "12":
        env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        run = subprocess.run([sys.executable, "-c", MAKE], env=env, cwd=ROOT, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        digests.add(run.stdout)
    assert len(digests) == 1


def test_panels_and_rows():
    made = [dotted() for _ in range(3)]

    def update(x):
        for _, _, moves in made:
            moves(x)
        return "A."

    one, two, three = (fig for fig, _, _ in made)
    book = Flipbook([[one], [two, three]], update, x=[1, 2], grab={"x": (made[2][1], "x")})
    rows = re.findall(r'<div class="k-row">(.*?)</div></div>', book._html)
    assert [row.count('class="k-picture') for row in rows] == [1, 2]
    assert book.spec["size"] == [(216, 144)] * 3 and book.spec["grab"][0]["panel"] == 2
    assert all(len(frame) == 3 for frame in unpacked(book)["frames"])
    assert Image.open(io.BytesIO(base64.b64decode(book._png))).size == (2 * 432, 2 * 288)


def test_a_panel_that_does_not_move():
    fig, _, update = dotted()
    still = Figure(figsize=(2, 2))
    still.add_subplot().plot([0, 1])
    book = Flipbook([fig, still], update, x=[1, 2])
    assert book.spec["size"] == [(216, 144), (144, 144)]
    assert len({frame[1] for frame in unpacked(book)["frames"]}) == 1


@pytest.mark.parametrize("kind", ["range", "radio", "select"])
def test_controls(kind):
    values = {
        "range": [0.5, 1, 2],
        "radio": ["one", "two & <b>"],
        "select": ["a long choice " + str(i) for i in range(5)],
    }
    fig, _, _ = dotted()
    book = Flipbook(fig, lambda x: "A.", x=values[kind], start={"x": values[kind][1]})
    form = re.search(r'<div class="k-controls">.*?</div>', book._html)[0]
    assert form.count("<form>") == (kind == "radio")  # which keeps two figures' radio buttons apart
    if kind == "select":
        assert '<select name="x">' in form and form.count("<option") == 5
        assert '<option value="1" selected>a long choice 1<' in form
    if kind == "radio":
        assert form.count('<input type="radio" name="x"') == 2
        assert 'value="1" checked><span>two &amp; &lt;b&gt;<' in form and "<legend>x</legend>" in form
    if kind == "range":
        assert '<input type="range" name="x" min="0" max="2" step="1" value="1" aria-valuetext="1">' in form
    assert 'name="reset"' in form and 'name="play"' not in form


def test_a_play_button_only_where_there_is_time():
    fig, _, update = dotted()
    assert (
        '<button type="button" name="play" data-play="Play" data-pause="Pause">'
        in Flipbook(fig, update, x=[1, 2], play="x")._html
    )


def test_a_caption_cannot_bring_markup():
    fig, _, _ = dotted()
    book = Flipbook(fig, lambda x: '<img src=x onerror="alert(1)"> & co.', x=[1])
    assert (
        "<img" not in book._html and "&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; co." in book._html
    )


# Where it is grabbed


def grabbed(how, values, **axes):
    fig, ax, update = dotted()
    ax.set(**axes)
    (grab,) = Flipbook(fig, update, x=values, grab={"x": how(ax) if callable(how) else how}).spec["grab"]
    return grab, ax


@pytest.mark.parametrize(
    "axes", [{}, {"xlim": (10, 0)}, {"xscale": "log", "xlim": (0.1, 10)}, {"yscale": "log", "ylim": (1, 10)}]
)
def test_pixels_of_values_along_x(axes):
    values = [0.5, 1, 2, 9]
    grab, ax = grabbed("x", values, **axes)
    assert grab["y"] is None and grab["name"] == "x" and grab["panel"] == 0
    left, top, width, height = grab["box"]
    assert 0 < left < left + width < 216 and 0 < top < top + height < 144
    low, high = ax.get_xlim()
    scale = np.log if axes.get("xscale") == "log" else lambda v: np.asarray(v, float)
    share = (scale(values) - scale(low)) / (scale(high) - scale(low))
    assert np.allclose(grab["x"], left + share * width, atol=0.15)


@pytest.mark.parametrize("axes", [{}, {"ylim": (10, 0)}, {"yscale": "log", "ylim": (0.1, 10)}])
def test_pixels_of_values_along_y_run_downwards(axes):
    values = [0.5, 1, 2, 9]
    grab, ax = grabbed("y", values, **axes)
    _, top, _, height = grab["box"]
    low, high = ax.get_ylim()
    scale = np.log if axes.get("yscale") == "log" else lambda v: np.asarray(v, float)
    share = (scale(values) - scale(low)) / (scale(high) - scale(low))
    assert grab["x"] is None and np.allclose(grab["y"], top + (1 - share) * height, atol=0.15)


def test_pixels_of_a_curve():
    curve = [(1, 1), (5, 9), (9, 1)]
    grab, _ = grabbed(lambda ax: (ax, curve), [1, 2, 3])
    left, top, width, height = grab["box"]
    assert np.allclose(grab["x"], [left + x / 10 * width for x, _ in curve], atol=0.15)
    assert np.allclose(grab["y"], [top + (1 - y / 10) * height for _, y in curve], atol=0.15)


def test_several_grabs_of_one_parameter():
    fig, ax, update = dotted()
    grabs = Flipbook(fig, update, x=[1, 2], grab={"x": ["x", (ax, [(1, 1), (2, 2)])]}).spec["grab"]
    assert [(g["x"] is None, g["y"] is None) for g in grabs] == [(False, True), (False, False)]


def test_a_grab_by_letter_means_the_first_axes_not_its_inset():
    fig, ax, update = dotted()
    ax.inset_axes([0.6, 0.6, 0.3, 0.3]).plot([0, 1])
    ax.twinx()
    (grab,) = Flipbook(fig, update, x=[1, 2], grab={"x": "x"}).spec["grab"]
    assert grab["box"][2] > 150


# Figures of many kinds


def drawn(fig, update, values):
    """Markup and drawings, after the checks that hold for all figures."""
    book = Flipbook(fig, update, x=values)
    content = unpacked(book)
    for piece in (book._html, *content["drawings"]):
        assert "nan" not in re.sub(r"<text.*?</text>", "", piece)
    return book._html, [content["drawings"][n] for (n,) in content["frames"]]


def layers(fig):
    """What is still, under and over what moves."""
    with mpl.rc_context(STYLE):
        return Stage(fig).still


@pytest.mark.parametrize("patch", ["none", "#ffffff"])
def test_an_inset_may_move(patch):
    fig, ax, moves = dotted()
    inset = ax.inset_axes([0.6, 0.1, 0.3, 0.3], facecolor=patch)
    (line,) = inset.plot([0, 1], [0, 1], color=PALETTE["red"], animated=True)

    def update(x):
        line.set_ydata([0, x])
        return moves(x)

    _, over = layers(fig)
    _, pictures = drawn(fig, update, [0, 1])
    assert pictures[0] != pictures[1] and "--k-red" in pictures[0]
    assert "--k-paper" not in over  # its background would hide what moves in it


def test_a_still_inset_covers_what_moves_under_it():
    fig, ax, _ = dotted()
    ax.inset_axes([0.6, 0.1, 0.3, 0.3], facecolor="#ffffff").set_title("inset")
    under, over = layers(fig)
    assert "inset" in over and "inset" not in under


def test_legends_and_titles_lie_over_moving_lines():
    fig, ax, _ = dotted(title="title")
    ax.plot([0, 1], label="label", color=PALETTE["green"], zorder=1)
    ax.legend()
    under, over = layers(fig)
    assert "label" in over and "title" in over and "label" not in under
    assert under.count("--k-green") == 1  # the line itself


def test_twin_axes():
    fig, ax, moves = dotted()
    twin = ax.twinx()
    twin.set_ylim(0, 100)
    (line,) = twin.plot([0, 10], [0, 0], color=PALETTE["red"], animated=True)

    def update(x):
        line.set_ydata([0, 10 * x])
        return moves(x)

    html, pictures = drawn(fig, update, range(4))
    assert len(set(pictures)) == 4 and "100" in html


def test_axes_that_are_off_stay_off():
    fig, ax, update = dotted(xlabel="no label")
    ax.axis("off")
    html, _ = drawn(fig, update, [0, 1])
    assert "no label" not in html and "<text" not in html
    fig, ax, update = dotted()
    ax.set_frame_on(False)
    html, _ = drawn(fig, update, [0, 1])
    assert "<text" in html


def test_images_are_embedded():
    fig, ax, _ = dotted()
    image = ax.imshow(np.zeros((4, 4)), vmin=0, vmax=3, cmap="gray", interpolation="none", animated=True)

    def update(x):
        image.set_data(np.full((4, 4), x))
        return "A."

    _, pictures = drawn(fig, update, range(3))
    shades = []
    for picture in pictures:
        data = re.search(r'href="data:image/png;base64,([^"]+)"', picture)[1]
        shades.append(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB").getpixel((1, 1))[0])
    assert shades == [0, 85, 170]


def test_artists_may_be_made_anew_in_update():
    fig, ax, _ = dotted()
    xs, ys = np.meshgrid(np.linspace(0, 10, 9), np.linspace(0, 10, 9))
    kept = []

    def update(x):
        while kept:
            kept.pop().remove()
        kept.append(ax.contour(xs, ys, xs * ys, levels=[x], colors=[PALETTE["red"]], linestyles="-"))
        kept[0].set_animated(True)
        return f"Level {x}."

    _, pictures = drawn(fig, update, [10, 30, 50])
    assert len(set(pictures)) == 3 and all("--k-red" in p for p in pictures)
    assert all(p.count("<path") == pictures[0].count("<path") for p in pictures)  # none is left over


@pytest.mark.parametrize("changed", [9, 30, 59])
def test_a_still_change_is_told_though_artists_are_made_anew(changed):
    """Then matplotlib calls the figure stale at every state."""
    fig, ax, _ = dotted(title="still")
    kept = []

    def update(x):
        while kept:
            kept.pop().remove()
        kept.append(ax.plot([x], [x], "o", animated=True)[0])
        ax.title.set_text("changed" if x == changed else "still")
        return "A."

    with pytest.raises(ValueError, match="it changed Text"):
        Flipbook(fig, update, x=range(60))


def test_prose_is_text_and_formulas_are_outlines():
    fig, _, update = dotted(title="θ 中文", xlabel="$\\alpha^2$")
    html, _ = drawn(fig, update, [0, 1])
    assert "θ 中文" in html and "font-family" not in html
    assert "α" not in html and "alpha" not in html


def test_words_keep_what_looks_like_markup():
    fig, _, update = dotted(title='a < b & id="x" d="1.23456" #0b62c4 <!-- no --> font-size: 9px')
    html, _ = drawn(fig, update, [0, 1])
    assert 'a &lt; b &amp; id="x" d="1.23456" #0b62c4 &lt;!-- no --&gt; font-size: 9px' in html


def test_black_and_white_follow_the_theme():
    fig, ax, update = dotted()
    ax.plot([0, 1], color="k")
    ax.fill([0, 1, 1], [0, 0, 1], color="w")
    html, _ = drawn(fig, update, [0, 1])
    assert "var(--k-ink,#000000)" in html and "var(--k-paper,#ffffff)" in html


def test_rasterized_hatched_polar():
    fig = Figure(figsize=(3, 3))
    ax = fig.add_subplot(projection="polar")
    (line,) = ax.plot([0, 1], [0, 1], animated=True)
    ax.bar([0], [1], hatch="//").patches[0].set_rasterized(False)
    ax.scatter([1, 2], [1, 1], rasterized=True)

    def update(x):
        line.set_ydata([0, x])
        return "A."

    html, pictures = drawn(fig, update, [0.5, 1])
    assert pictures[0] != pictures[1] and "<pattern" in html and "data:image/png" in html


def test_nothing_leaks_from_the_figure_into_the_page():
    fig, _, update = dotted()
    html, pictures = drawn(fig, update, [0, 1])
    for piece in (html, *pictures):
        assert not re.search(r"<(style|metadata|script|\?xml|!DOCTYPE|title)|http:|xmlns|xlink", piece)


def test_pyplot_and_its_settings_are_left_as_they_were():
    before = dict(mpl.rcParams)
    fig, ax = plt.subplots(figsize=(2, 2))
    (dot,) = ax.plot([0], [0], "o", animated=True)

    def update(x):
        dot.set_xdata([x])
        return "A."

    Flipbook(fig, update, x=[0, 1])
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == before
    with pytest.raises(TypeError):
        Flipbook(dotted()[0], lambda x: None, x=[0, 1])
    assert dict(mpl.rcParams) == before


def test_every_drawing_is_well_formed():
    """Two groups side by side are not one around both."""
    fig, axes = plt.subplots(1, 2)
    lines = [ax.plot([0, 1], [1, 0], "o-")[0] for ax in axes]
    for artists in ([axes[0].xaxis, axes[1].xaxis], lines, [*axes], [fig], [axes[0].xaxis]):
        root = ElementTree.fromstring(f"<svg>{svg(fig, *artists)}</svg>")
        assert len(list(root.iter())) > 3


# The strip that stands for it in print


def strip(start=None, play=None, **params):
    fig, _, update = dotted()
    book = Flipbook(fig, lambda x, **others: update(x), start=start, play=play, **params)
    return [book.captions[k] for k in book.spec["strip"]], book.spec["strip"]


@pytest.mark.parametrize(
    "n, start, wanted",
    [
        (1, 0, [0]),
        (2, 0, [0, 1]),
        (2, 1, [0, 1]),
        (3, 0, [0, 1, 2]),
        (9, 0, [0, 4, 8]),
        (9, 8, [0, 4, 8]),
        (9, 6, [0, 6, 8]),
    ],
)
def test_a_strip_is_the_first_an_inner_and_the_last_state(n, start, wanted):
    assert strip(x=range(n), start={"x": start})[1] == wanted


def test_a_strip_runs_along_what_plays():
    """The first parameter if none does; all others stay where the figure starts."""
    x, t, start = range(3), range(5), {"x": 1, "t": 3}
    assert strip(x=x, t=t, start=start)[1] == [3, 8, 13]
    assert strip(x=x, t=t, start=start, play="t")[1] == [5, 8, 9]


def test_a_figure_may_say_what_tells_its_story():
    assert strip(x=range(3), t=range(5), start={"t": 2}, strip=[{"x": 2}, {"x": 1, "t": 0.9}])[1] == [12, 6]
    assert strip(x=range(3), strip=[{}])[1] == [0]
    for wrong, error, words in [
        ("x", TypeError, "expected a list"),
        ([1], TypeError, "expected a list"),
        ([], ValueError, "one to three states, got 0"),
        ([{}] * 4, ValueError, "one to three states, got 4"),
        ([{"y": 1}], ValueError, "there is no parameter 'y'"),
        ([{"x": "a"}], ValueError, "'a' is not a value of x"),
    ]:
        with pytest.raises(error, match=f"^strip: .*{words}"):
            strip(x=range(3), strip=wrong)


# What a page gets


def test_where_no_widget_runs_there_is_a_picture_and_a_sentence():
    fig, _, update = dotted()
    book = Flipbook(fig, update, x=[1, 2], start={"x": 2})
    bundle, _ = book._repr_mimebundle_()
    assert bundle["text/plain"] == "The dot is at 2."
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == book.model_id
    html = bundle["text/html"]
    assert html.startswith(f'<figure data-kamen-model="{book.model_id}" class="kamen-flipbook"')
    assert html.count("<svg") == html.count("</svg>") == 1 and "The dot is at 2.</figcaption>" in html
    image = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))
    assert image.size == (432, 288) and image.format == "PNG"
    colours = image.convert("RGB").getcolors(1 << 20)
    assert max(colours)[1] == (255, 255, 255)  # on white paper
    assert len(colours) > 2  # with the figure on it


def test_the_widget_in_a_notebook_carries_the_page():
    fig, _, update = dotted()
    book = Flipbook(fig, update, x=[1, 2])
    assert json.loads(zlib.decompress(book.page)) == book._html
    assert not {"data-kamen-model"} & set(re.findall(r"data-[\w-]+", book._html))


def test_the_contract_of_the_markup():
    fig, _, update = dotted()
    html = Flipbook(fig, update, x=[1, 2], name="dot")._html
    assert html.startswith('<figure class="kamen-flipbook" data-name="dot" data-state="still">')
    assert '<figcaption aria-live="polite">' in html
    assert re.search(r'<div class="k-pictures" role="img" aria-label="The dot is at 1\.">', html)
    assert re.search(r'<svg viewBox="0 0 216 144" aria-hidden="true">', html)


# Weight


def test_a_typical_figure_is_light():
    rng = np.random.default_rng(0)
    y_true = rng.random(500) < 0.4
    fig, update, params = figures.threshold(y_true, rng.random(500), n_thresholds=60)
    book = Flipbook(fig, update, **params)
    content = zlib.decompress(book.data) + json.dumps(book._html).encode()
    assert len(unpacked(book)["frames"]) == 60
    assert len(content) <= 150_000
    page = base64.b64encode(book.data) + json.dumps(book.spec).encode() + book._html.encode()
    assert len(gzip.compress(page, 6)) <= 15_000


def test_the_scripts_are_light():
    scripts = [ROOT / "kamen_core/flipbook/flipbook.js", ROOT / "book/_static/kamen-lite.js"]
    assert len(gzip.compress(b"".join(p.read_bytes() for p in scripts), 6)) <= 12_000


def test_the_style_sheet_has_every_colour():
    css = (ROOT / "kamen_core/flipbook/flipbook.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--k-(\w+):(#\w+)", block)) for block in css.split("@media screen")[:2])
    assert light == PALETTE
    dark = dict(re.findall(r"--k-(\w+):(#\w+)", css.split("@media screen")[1].split("}")[0]))
    assert set(dark) == set(PALETTE)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def test_the_palette_reads_on_its_paper():
    css = (ROOT / "kamen_core/flipbook/flipbook.css").read_text(encoding="utf-8")
    dark = dict(re.findall(r"--k-(\w+):(#\w+)", css.split("@media screen")[1].split("}")[0]))
    for colours in (PALETTE, dark):
        for name in set(PALETTE) - {"faint", "paper"}:
            a, b = sorted((luminance(colours[name]), luminance(colours["paper"])))
            assert (b + 0.05) / (a + 0.05) >= 4.5, name


def test_every_axes_is_known(monkeypatch):
    fig, ax, _ = dotted()
    inset = ax.inset_axes([0, 0, 0.2, 0.2])
    deeper = inset.inset_axes([0, 0, 0.2, 0.2])
    second = fig.add_axes([0, 0, 0.1, 0.1], zorder=-1)
    axes = Stage(fig).axes
    assert set(axes) == {ax, inset, deeper, second} and all(isinstance(a, Axes) for a in axes)
    assert axes.index(second) < axes.index(ax) < axes.index(inset)


def test_figure_text_moves_too_also_in_a_subfigure():
    fig = Figure(figsize=(3, 2))
    left, right = fig.subfigures(1, 2)
    texts = [parent.text(0.5, 0.5, "", animated=True) for parent in (fig, left, right)]

    def update(x):
        for i, text in enumerate(texts):
            text.set_text(f"{'abc'[i]}{x}")
        return "A."

    _, pictures = drawn(fig, update, [1, 2])
    for x, picture in zip((1, 2), pictures, strict=True):
        assert [w for w in (f"a{x}", f"b{x}", f"c{x}") if w in picture] == [f"a{x}", f"b{x}", f"c{x}"]


def test_long_numbers_have_commas():
    assert texts_of([1000, 9999, 10_000, -250_000]) == ["1000", "9999", "10,000", "−250,000"]
    assert texts_of([True, "10000", 1e6, np.int64(10**6)]) == ["True", "10000", "1e+06", "1,000,000"]


def test_below_zero_is_a_minus():
    assert texts_of([-0.5, 0, 1e-5]) == ["−0.5", "0", "1e-05"] and texts_of(["-1", "x-1"]) == ["-1", "x-1"]
    assert minus("误差-0.5，从 -1 到β-1") == "误差−0.5，从 −1 到β-1"
    assert minus("from (-2, -.5) to -1.0e-05, 3-4, x-1, f(x)-1, [0]-1, -x") == (
        "from (−2, −.5) to −1.0e-05, 3-4, x-1, f(x)-1, [0]-1, -x"
    )
