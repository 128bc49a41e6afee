"""One state of a matplotlib figure as a short piece of SVG.

A figure is taken apart into three layers: what is still and lies *under* the moving artists, the moving
artists themselves (``animated=True``), and what is still and lies *over* them. Sizes are points, so one SVG
unit is 1/72 inch.
"""

import functools
import io
import re

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import FigureBase
from matplotlib.font_manager import fontManager
from matplotlib.image import AxesImage
from matplotlib.text import Text
from PIL import Image

from .arguments import minus
from .style import PALETTE

CJK = re.compile("[\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\U00020000-\U000323af]")
CJK_FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei")
CJK_FONTS += ("WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Noto Sans CJK JP")  # the first that is installed

_HEX = {rgb: name for name, rgb in PALETTE.items()} | {"#000000": "ink", "#ffffff": "paper"}


class _Renderer(RendererSVG):
    """Prose stays text, in the browser's fonts and any script; ``$math$`` becomes outlines."""

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        # Outside its own fonts a formula kept as text falls apart: every glyph is placed by itself.
        rcParams["svg.fonttype"] = "path" if ismath else "none"
        super().draw_text(gc, x, y, s if ismath else minus(s), prop, angle, ismath, mtext)


def svg(fig, *artists):
    """The inside of an ``<svg>`` that shows these artists of the figure, and nothing else."""
    width, height = fig.get_size_inches() * 72
    buffer = io.StringIO()
    renderer = MixedModeRenderer(
        fig, width / 72, height / 72, 144, _Renderer(width, height, buffer, image_dpi=144)
    )
    for artist in artists:
        artist.draw(renderer)
    if renderer._rasterizing:  # Figure.draw does this at its end for artists with rasterized=True
        renderer.stop_rasterizing()
    renderer.finalize()
    return _shorten(buffer.getvalue())


def _shorten(text):
    # The prolog brings metadata and a `*{…}` rule that would leak into the whole page.
    text = text[text.index("</style>") + 8 : text.rindex("</svg>")].split("</defs>", 1)[1]
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r"\s*\n\s*", " ", re.sub(r">\s*\n\s*<", "><", text.strip()))
    text = re.sub(
        r"<[a-zA-Z][^>]*>", lambda m: _shorten_tag(m[0]), text
    )  # words between tags stay as they are
    text = re.sub(r"(<g[^>]*)>((?:<use [^>]*?( style=\"[^\"]*\")/>)(?:<use [^>]*?\3/>)+)</g>", _lift, text)
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', text))
    text = re.sub(r'(<[^>]*?) id="([^"]*)"', lambda m: m[0] if m[2] in used else m[1], text)
    while (shorter := re.sub(r"<g>(<g[ >].*?</g>)</g>$|<g></g>", _unwrap, text)) != text:
        text = shorter
    return text


def _unwrap(match):
    """A group around everything else says nothing; one at the beginning and one at the end are not that."""
    depth = 0
    for tag in re.findall(r"</?g\b", match[1] or ""):
        depth += 1 if tag == "<g" else -1
        if depth < 0:
            return match[0]
    return match[1] or ""


@functools.lru_cache(4096)
def _shorten_tag(tag):
    tag = re.sub(r' (x|y|width|height)="([^"]*)"', _round, tag)
    tag = re.sub(r' d="([^"]*)"', _path, tag)
    tag = re.sub(r' transform="rotate\(-0 [^"]*"', "", tag)
    tag = re.sub(r'(?<=style=")font-family: [^;"]*(; )?|font-family: [^;"]*; ?', "", tag)
    tag = re.sub(r"font-size: ([\d.]+)px", r"font-size: calc(\1px*var(--k-text,1))", tag)
    tag = re.sub(r"(?<=: )#[0-9a-f]{6}\b", _colour, tag)
    return tag.replace("xlink:href", "href")


def _colour(match):
    return f"var(--k-{_HEX[match[0]]},{match[0]})" if match[0] in _HEX else match[0]


def _round(match):
    """0.01 pt is finer than any screen."""
    numbers = re.sub(r"(\.\d\d)\d+", r"\1", match[2]).strip()
    return f' {match[1]}="{numbers}"'


def _path(match):
    """A path in few characters, and more alike from state to state: steps from point to point, in 0.1 pt.

    Steps lead from rounded point to rounded point, so nothing drifts. Small shapes (markers) keep 0.01.
    """
    words = re.findall(r"[A-Za-z]|-?[\d.]+(?:e[-+]?\d+)?", match[1])
    points = [float(w) for w in words if not w.isalpha()]
    unit = 100 if points and max(map(abs, points)) < 12 else 10
    numbers = iter([round(unit * v) for v in points])
    out, here, start, last = [], (0, 0), (0, 0), ""
    for command in (w for w in words if w.isalpha()):
        if command in "zZ":
            out.append("z")
            here, last = start, "z"
            continue
        pairs = [(next(numbers), next(numbers)) for _point in range({"Q": 2, "C": 3}.get(command, 1))]
        if command == "M":
            out.append(f"M{_steps([pairs[0]], (0, 0), unit)}")
            start = pairs[0]
        else:
            letter = command.lower()
            out.append((letter if letter != last else " ") + _steps(pairs, here, unit))
        here, last = pairs[-1], command.lower() if command != "M" else "M"
    return f' d="{"".join(out).replace(" -", "-")}"'


def _steps(points, here, unit):
    steps = [(v - o) / unit for point in points for v, o in zip(point, here, strict=True)]
    return " ".join(f"{step:g}".replace("0.", ".", abs(step) < 1) for step in steps)


def _lift(match):
    """A run of markers repeats its style: once on the group is enough."""
    if "style" in match[1]:
        return match[0]
    return match[1] + match[3] + ">" + match[2].replace(match[3], "") + "</g>"


def _moves(parent):
    """The animated artists of an axes or a figure."""
    return [a for a in parent.get_children() if a.get_animated()]


@functools.cache
def cjk_font():
    """A Chinese font of this machine, for pictures; None if it has none."""
    installed = set(fontManager.get_font_names())
    return next((name for name in CJK_FONTS if name in installed), None)


class Stage:
    """A figure whose still layers are drawn once, and whose moving layer is drawn at every state.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        It is laid out once, here; after that its layout and limits are frozen.

    Raises
    ------
    ValueError
        If no artist of `fig` was made with ``animated=True``.
    """

    def __init__(self, fig):
        self.fig = fig
        fig.dpi = 72  # SVG user units are points
        fig.draw_without_rendering()  # layout and pending autoscaling, once …
        fig.set_layout_engine("none")  # … and never again: all states must agree
        insets = [ax for ax in fig.findobj(Axes) if ax not in fig.axes]  # fig.axes lacks them
        self.axes = sorted(fig.axes, key=lambda ax: ax.zorder) + insets  # as matplotlib draws them
        self._parents = (*self.axes, *fig.findobj(FigureBase))  # once: looking everywhere takes time
        for ax in self.axes:
            ax.set_autoscale_on(False)
        self.size = tuple(float(v) for v in fig.bbox.size)
        self._over = [artist for ax in self.axes for artist in self._above_moving(ax)]
        self.still = self.draw_still()

    def moving(self):
        """The animated artists, in drawing order; `update` may replace them, so ask every time."""
        artists = [a for parent in self._parents for a in _moves(parent)]
        place = {ax: i for i, ax in enumerate(self.axes)}
        return sorted(artists, key=lambda a: (place.get(a.axes, len(self.axes)), a.zorder))

    @staticmethod
    def _above_moving(ax):
        hidden = {ax.patch}
        if not (ax.axison and ax.get_frame_on()):  # as Axes.draw decides
            hidden |= set(ax.spines.values())
        if not ax.axison:
            hidden |= {ax.xaxis, ax.yaxis}
        order = sorted((a for a in ax.get_children() if a not in hidden), key=lambda a: a.zorder)
        last = max((i for i, a in enumerate(order) if a.get_animated()), default=len(order))
        # An inset in which something moves stays under it: its background would cover what moves there.
        return [a for a in order[last + 1 :] if a.get_visible() and not (isinstance(a, Axes) and _moves(a))]

    def draw_still(self):
        """The layers under and over the moving one."""
        svg(self.fig, self.fig)  # titles settle only in a full drawing by the same renderer
        over = svg(self.fig, *(a for a in self._over if a.figure))  # an update may have removed one
        # Animated artists stay out by themselves, but not the images among them before matplotlib 3.11
        images = [a for a in self.moving() if isinstance(a, AxesImage) and a.get_visible()]
        for artist in (*self._over, *images):
            artist.set_visible(False)
        under = svg(self.fig, self.fig)
        for artist in (*self._over, *images):
            artist.set_visible(True)
        self.fig.stale = False
        self._at_rest = self._still()
        for artist in self._at_rest:
            artist.stale = False
        return under, over

    def _still(self):
        artists = [a for parent in (*self.axes, self.fig) for a in parent.get_children()]
        return [a for a in artists if not a.get_animated() and a not in self.axes]

    def touched(self):
        """Whether something still may have changed since it was drawn: matplotlib notes what is stale."""
        if not self.fig.stale:
            return False
        still = self._still()
        return still != self._at_rest or any(a.stale for a in still)

    def draw_moving(self):
        """The moving layer in the figure's present state."""
        return svg(self.fig, *self.moving())

    def still_artists(self):
        """Each still artist's drawing, to find the one that `update` should not have touched."""
        return {a: svg(self.fig, a) for a in self._still()}

    def grab(self, how, values):
        """Where the reader may drag, and the pixel of every value.

        Parameters
        ----------
        how : tuple
            ``(ax, "x")``, ``(ax, "y")`` or ``(ax, points)``, points of shape (len(values), 2) in data units.
        values : sequence
            The parameter's values.

        Returns
        -------
        dict
            ``box`` (left, top, width, height) of the axes and the pixels ``x`` and ``y`` of the values
            (None along a direction that does not matter), in points from the top left.
        """
        ax, along = how
        if isinstance(along, str):
            x0, y0 = ax.get_xlim()[0], ax.get_ylim()[0]
            points = [(v, y0) if along == "x" else (x0, v) for v in values]
        else:
            points, along = along, "xy"
        pixels = ax.transData.transform(np.asarray(points, float))
        height, box = self.size[1], ax.get_window_extent()
        return {
            "box": [round(float(v), 1) for v in (box.x0, height - box.y1, box.width, box.height)],
            "x": pixels[:, 0].round(1).tolist() if "x" in along else None,
            "y": (height - pixels[:, 1]).round(1).tolist() if "y" in along else None,
        }

    def image(self):
        """The figure in its present state as a PIL image at 144 dpi on white, for PDF and EPUB.

        A picture has no reader's font: its Chinese is drawn in one of this machine, and left out where there
        is none (`cjk_font`).
        """
        if font := cjk_font():
            for text in self.fig.findobj(lambda a: isinstance(a, Text) and CJK.search(a.get_text())):
                text.set_fontfamily(["sans-serif", font])
        buffer = io.BytesIO()
        self.fig.savefig(buffer, format="png", dpi=144)
        return Image.open(buffer)
