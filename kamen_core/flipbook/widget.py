"""`Flipbook`: a figure, a function that moves it and its parameters become one widget."""

import base64
import inspect
import io
import itertools
import math
import numbers
from pathlib import Path

import anywidget
import matplotlib as mpl
import numpy as np
import traitlets
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from .drawing import Stage
from .packing import deflate, markup, pack
from .style import STYLE

HERE = Path(__file__).parent
MOST_FRAMES = 5000
SUSPECTS = 3  # states after which the still layers are drawn again, because matplotlib says something changed


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
        ``{parameter: text}`` beside the controls; the parameter's name otherwise.
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

    def __init__(self, fig, update, *, start=None, grab=None, play=None, labels=None, name=None, **params):
        rows = _rows(fig)
        figures = [f for row in rows for f in row]
        values = {name: _sequence(name, sequence) for name, sequence in params.items()}
        _check_names(update, values, start=start, grab=grab, labels=labels, play=play)
        start = {n: _nearest(n, vs, (start or {}).get(n, vs[0])) for n, vs in values.items()}
        labels = {n: str((labels or {}).get(n, n.replace("_", " "))) for n in values}
        name = _name(name, update)
        with mpl.rc_context(STYLE):
            _call(update, start)
            stages = [Stage(f) for f in figures]
            if not any(stage.moving() for stage in stages):
                raise ValueError("fig: no artist was made with animated=True, so nothing would move")
            grabs = _grabs(grab or {}, values, stages)
            frames, captions = _draw(stages, update, values)
            _call(update, start)
            images = [stage.image() for stage in stages]
        for f in figures:  # else the inline backend would show it again
            plt.close(f)
        uid, stills, book = pack([stage.still for stage in stages], frames, captions)
        spec = {
            "uid": uid,
            "name": name,
            "size": [stage.size for stage in stages],
            "play": play,
            "start": start,
            "grab": grabs,
            "params": [
                {"name": n, "label": labels[n], "values": vs, "text": [_text(v) for v in vs]}
                for n, vs in values.items()
            ],
        }
        at = [vs.index(start[n]) for n, vs in values.items()]
        k = int(np.ravel_multi_index(at, [len(vs) for vs in values.values()]))
        self.captions = tuple(captions)
        self._html, self._caption, self._png = (
            markup(spec, stills, book, k, [len(row) for row in rows]),
            captions[k],
            _png(images),
        )
        super().__init__(data=deflate(book), page=deflate(self._html), spec=spec, value=start)

    def _repr_mimebundle_(self, **kwargs):
        """The widget; where none runs, the first drawing as SVG or PNG, or its sentence."""
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        still = self._html.replace("<figure ", f'<figure data-kamen-model="{self.model_id}" ', 1)
        bundle |= {"text/plain": self._caption, "text/html": still, "image/png": self._png}
        return bundle, metadata


def _rows(fig):
    rows = [[fig]] if isinstance(fig, Figure) else fig
    if isinstance(rows, (list, tuple)) and all(isinstance(row, Figure) for row in rows):
        rows = [rows]
    if (
        not isinstance(rows, (list, tuple))
        or not all(isinstance(row, (list, tuple)) and row for row in rows)
        or not all(isinstance(f, Figure) for row in rows for f in row)
        or not any(rows)
    ):
        raise TypeError(f"fig: expected a matplotlib figure or (rows of) several, got {fig!r}")
    return rows


def _sequence(name, sequence):
    """The values as plain numbers or strings."""
    if isinstance(sequence, (str, bytes)) or not hasattr(sequence, "__iter__"):
        raise TypeError(f"{name}: expected a sequence of numbers or of strings, got {sequence!r}")
    values = [v.item() if isinstance(v, np.generic) else v for v in sequence]
    if not values:
        raise ValueError(f"{name}: the sequence of values is empty")
    strings = all(isinstance(v, str) for v in values)
    if not strings and any(isinstance(v, bool) or not isinstance(v, numbers.Real) for v in values):
        raise TypeError(f"{name}: expected numbers only or strings only, got {values[:3]!r} …")
    if not strings and not all(math.isfinite(v) for v in values):
        raise ValueError(f"{name}: holds NaN or infinite values")
    if len(set(values)) < len(values):
        raise ValueError(f"{name}: a value stands twice")
    return values


def _check_names(update, values, **named):
    if not callable(update):
        raise TypeError(f"update: expected a function, got {type(update).__name__}")
    if not values:
        raise ValueError("params: give at least one parameter, such as threshold=thresholds")
    if (n := math.prod(map(len, values.values()))) > MOST_FRAMES:
        sizes = " × ".join(f"{k} {len(vs)}" for k, vs in values.items())
        raise ValueError(f"params: {sizes} make {n} states, more than {MOST_FRAMES}")
    takes = inspect.signature(update).parameters
    if not any(p.kind is p.VAR_KEYWORD for p in takes.values()):
        for name in values:
            if name not in takes:
                raise TypeError(f"update: does not take the parameter {name!r}; it takes {', '.join(takes)}")
    for argument, names in named.items():
        if names is not None and not isinstance(names, str if argument == "play" else dict):
            raise TypeError(f"{argument}: got {names!r}")
        for name in [names] if isinstance(names, str) else names or ():
            if name not in values:
                raise ValueError(f"{argument}: there is no parameter {name!r}, only {', '.join(values)}")


def _nearest(name, values, wanted):
    if wanted in values:
        return values[values.index(wanted)]
    if isinstance(values[0], str) or not isinstance(wanted, numbers.Real):
        raise ValueError(f"start: {wanted!r} is not a value of {name}")
    return min(values, key=lambda v: abs(v - wanted))


def _name(name, update):
    """From ``threshold.<locals>.update``, ``threshold``; it becomes part of an address."""
    if name is None:
        name = getattr(update, "__qualname__", "figure").split(".")[0].replace("update", "figure")
    if not isinstance(name, str) or not name.replace("-", "_").isidentifier():
        raise ValueError(f"name: expected letters, digits, - and _, got {name!r}")
    return name


def _text(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _call(update, values):
    caption = update(**values)
    if not isinstance(caption, str) or not caption.strip():
        raise TypeError(f"update: has to return the sentence that reads the state out, got {caption!r}")
    return caption


def _draw(stages, update, values):
    """Every state's moving layers and caption; the still layers must not have changed on the way."""
    frames, captions, suspects = [], [], 0
    states = [dict(zip(values, v, strict=True)) for v in itertools.product(*values.values())]
    for n, state in enumerate(states):
        captions.append(_call(update, state))
        frames.append(tuple(stage.draw_moving() for stage in stages))
        for stage in stages:
            # matplotlib marks a figure stale when anything still in it changes, so most states cost nothing
            suspect = stage.fig.stale
            suspects += suspect
            if n == len(states) - 1 or (suspect and suspects <= SUSPECTS):
                _check_still(stage, update, states[0], state)
    return frames, captions


def _check_still(stage, update, first, state):
    if stage.draw_still() == stage.still:
        return
    _call(update, first)
    before = stage.still_artists()
    _call(update, state)
    after = stage.still_artists()
    changed = [a for a in after if before.get(a) != after[a]]
    what = repr(changed[0]) if changed else "an artist"
    raise ValueError(f"update: it changed {what}, which is not animated; make that artist with animated=True")


def _grabs(grab, values, stages):
    found = []
    for name, hows in grab.items():
        if isinstance(values[name][0], str) and not all(_is_curve(how) for how in _listed(hows)):
            raise ValueError(f"grab: {name} is a choice; give the points of its values")
        for how in _listed(hows):
            ax, along = (stages[0].axes[0], how) if isinstance(how, str) else how if _is_pair(how) else (0, 0)
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


def _png(images):
    """The panels side by side as one PNG in base64."""
    size = sum(i.width for i in images), max(i.height for i in images)
    sheet, x = Image.new("RGB", size, "white"), 0
    for image in images:
        sheet.paste(image, (x, 0))
        x += image.width
    buffer = io.BytesIO()
    sheet.quantize(64).save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()
