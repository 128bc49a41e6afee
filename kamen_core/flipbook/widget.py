"""`Flipbook`: a figure, a function that moves it and its parameters become one widget."""

import base64
import io
import itertools
import warnings
from pathlib import Path

import anywidget
import matplotlib as mpl
import numpy as np
import traitlets
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from PIL import Image

from ..language import _
from .arguments import (
    check_named,
    check_names,
    minus,
    nearest,
    page_name,
    rows_of,
    strip_of,
    texts_of,
    values_of,
)
from .drawing import Stage
from .packing import deflate, markup, pack
from .style import STYLE

HERE = Path(__file__).parent
LOOKS = 20  # how often the still layers are drawn again, because something in them may have changed


class Flipbook(anywidget.AnyWidget):
    """Every state of a figure, drawn once, for the reader to move through.

    Parameters
    ----------
    fig : matplotlib.figure.Figure, or a list of them, or a list of such lists
        Artists made with ``animated=True`` move; the rest is drawn once. Several figures stand side by side
        where there is room and one under the other on a phone; a list of lists gives the rows.
    update : callable
        ``update(**values)`` moves the animated artists and returns one sentence that reads the state out.
    start : dict, optional
        ``{parameter: value}`` to begin with (the nearest value is taken); the first values otherwise.
    grab : dict, optional
        ``{parameter: how}``, what the reader drags in the picture: ``"x"`` or ``"y"`` (of the first axes),
        ``(ax, "x")``, ``(ax, points)`` to follow a curve, points of shape (n_values, 2) in data units, or a
        list of these. Two parameters on the same axes, one ``"x"`` and one ``"y"``, are a point in the plane.
    play : str, optional
        The time-like parameter that a play button runs through.
    labels : dict, optional
        ``{parameter: text}`` beside the controls; the parameter's name, in the reader's language, otherwise.
    strip : list of dict, optional
        Up to three states that tell the story in print, ``[{parameter: value}, …]``; what is not said stays
        at its start. Otherwise `play` or the first parameter at its first, an inner and its last value.
    name : str, optional
        Names the figure in the page's address; the name of the function that made `update` otherwise.
    **params : sequence of numbers or of str
        Each becomes a slider (numbers) or a choice (strings); several make a grid of states.

    Attributes
    ----------
    value : dict
        ``{parameter: value}``, both ways: what the reader has chosen, and assigning moves the picture.
    captions : tuple of str
        The sentence of every state, the last parameter running fastest.

    Raises
    ------
    TypeError, ValueError
        With the name of the argument: nothing animated in `fig`, a parameter that `update` does not take, an
        artist that `update` changed without its being animated, an empty sequence, more than 5,000 states,
        an unknown `grab`.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> fig, ax = plt.subplots(figsize=(3, 2))
    >>> dot, = ax.plot([0], [0], "o", animated=True)
    >>> def update(x):
    ...     dot.set_xdata([x])
    ...     return f"The dot is at {x:.1f}."
    >>> Flipbook(fig, update, x=[0.0, 0.5, 1.0], grab={"x": "x"}).captions[1]
    'The dot is at 0.5.'
    """

    _esm = HERE / "flipbook.js"
    _css = HERE / "flipbook.css"
    data = traitlets.Bytes().tag(sync=True)  # deflated JSON: drawings, frames, captions
    page = traitlets.Bytes().tag(sync=True)  # deflated JSON: the markup; a built page has it already
    spec = traitlets.Dict().tag(sync=True)  # parameters, grabs, play
    value = traitlets.Dict().tag(sync=True)

    def __init__(
        self, fig, update, *, start=None, grab=None, play=None, labels=None, strip=None, name=None, **params
    ):
        rows = rows_of(fig)
        figures = [f for row in rows for f in row]
        values = {name: values_of(name, sequence) for name, sequence in params.items()}
        check_names(update, values, start=start, grab=grab, labels=labels, play=play)
        start = {n: nearest(n, vs, (start or {}).get(n, vs[0])) for n, vs in values.items()}
        strip = strip_of(values, start, play, strip)
        labels = {n: str((labels or {}).get(n) or _(n.replace("_", " "))) for n in values}
        name = page_name(name, update)
        with mpl.rc_context(STYLE), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing from")  # the browser's fonts have it
            _call(update, start)
            stages = [Stage(f) for f in figures]
            if not any(stage.moving() for stage in stages):
                raise ValueError("fig: no artist was made with animated=True, so nothing would move")
            grabs = _grabs(grab or {}, values, stages)
            frames, captions = _draw(stages, update, values, start)
            _call(update, start)
            images = [stage.image() for stage in stages]
        for f in figures:  # else the inline backend would show it again
            plt.close(f)
        self._values = values
        uid, stills, book = pack([stage.still for stage in stages], frames, captions)
        spec = {
            "uid": uid,
            "name": name,
            "size": [stage.size for stage in stages],
            "play": play,
            "start": start,
            "strip": strip,
            "grab": grabs,
            "params": [
                {"name": n, "label": labels[n], "values": vs, "text": texts_of(vs)}
                for n, vs in values.items()
            ],
        }
        at = [vs.index(start[n]) for n, vs in values.items()]
        k = int(np.ravel_multi_index(at, [len(vs) for vs in values.values()]))
        self.captions = tuple(captions)
        self._html, self._caption, self._png = (
            markup(spec, stills, book, k, [len(row) for row in rows]),
            captions[k],
            _png(images, [len(row) for row in rows]),
        )
        super().__init__(data=deflate(book), page=deflate(self._html), spec=spec, value=start)

    @traitlets.validate("value")
    def _whole(self, proposal):
        """What is not said stays at its start; a number goes to its nearest value."""
        values = dict(proposal["value"])
        check_named("value", values, self._values)
        start = self.spec["start"]
        return {n: nearest(n, vs, values.get(n, start[n]), "value") for n, vs in self._values.items()}

    def _repr_mimebundle_(self, **kwargs):
        """The widget; where none runs, the first drawing as SVG or PNG, or its sentence."""
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        still = self._html.replace("<figure ", f'<figure data-kamen-model="{self.model_id}" ', 1)
        bundle |= {"text/plain": self._caption, "text/html": still, "image/png": self._png}
        return bundle, metadata


def _call(update, values):
    caption = update(**values)
    if not isinstance(caption, str) or not caption.strip():
        raise TypeError(f"update: has to return the sentence that reads the state out, got {caption!r}")
    return minus(caption)


def _draw(stages, update, values, start):
    """Every state's moving layers and caption; the still layers must not have changed on the way."""
    frames, captions, looks = [], [], 0
    states = [dict(zip(values, v, strict=True)) for v in itertools.product(*values.values())]
    for n, state in enumerate(states):
        captions.append(_call(update, state))
        frames.append(tuple(stage.draw_moving() for stage in stages))
        for stage in stages:
            touched = stage.touched() if looks > 2 else stage.fig.stale  # most states cost nothing
            looks += touched
            if n == len(states) - 1 or (touched and looks <= LOOKS):
                _check_still(stage, update, start, state)
    return frames, captions


def _check_still(stage, update, start, state):
    if stage.draw_still() == stage.still:
        return
    _call(update, start)
    before = stage.still_artists()
    _call(update, state)
    after = stage.still_artists()
    changed = [a for a in before | after if before.get(a) != after.get(a)]
    what = repr(changed[0]) if changed else "an artist"
    raise ValueError(f"update: it changed {what}, which is not animated; make that artist with animated=True")


def _grabs(grab, values, stages):
    found = []
    for name, hows in grab.items():
        if isinstance(values[name][0], str) and not all(_is_curve(how) for how in _listed(hows)):
            raise ValueError(f"grab: {name} is a choice; give the points of its values")
        for how in _listed(hows):
            first = stages[0].axes[0] if stages[0].axes else None
            ax, along = (first, how) if isinstance(how, str) else how if _is_pair(how) else (None, None)
            panel = next((i for i, stage in enumerate(stages) if ax in stage.axes), None)
            curve = not isinstance(along, str) and np.shape(along) == (len(values[name]), 2)
            if panel is None or not (curve or (isinstance(along, str) and along in ("x", "y"))):
                raise ValueError(
                    f"grab: expected 'x', 'y', (ax, 'x'), (ax, 'y') or (ax, points) with {len(values[name])} "
                    f"points for {name}, and axes of this figure; got {how!r}"
                )
            found.append({"name": name, "panel": panel, **stages[panel].grab((ax, along), values[name])})
    return found


def _listed(hows):
    return hows if isinstance(hows, list) else [hows]


def _is_pair(how):
    return isinstance(how, tuple) and len(how) == 2 and isinstance(how[0], Axes)


def _is_curve(how):
    return _is_pair(how) and not isinstance(how[1], str)


def _png(images, rows):
    """The rows of panels as one PNG in base64."""
    images = iter(images)
    rows = [list(itertools.islice(images, n)) for n in rows]
    size = max(sum(i.width for i in row) for row in rows), sum(max(i.height for i in row) for row in rows)
    sheet, y = Image.new("RGB", size, "white"), 0
    for row in rows:
        x = (size[0] - sum(i.width for i in row)) // 2
        for image in row:
            sheet.paste(image, (x, y))
            x += image.width
        y += max(i.height for i in row)
    buffer = io.BytesIO()
    sheet.quantize(64).save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()
