"""A flipbook of a built page as a strip for paper: telling states side by side, each with its sentence."""

import base64
import html
import json
import re
import zlib
from typing import NamedTuple

STATE = re.compile(r'<script type="application/vnd\.jupyter\.widget-state\+json">(.*?)</script>', re.S)
FIGURE = re.compile(r'<figure data-kamen-model="(\w+)" class="kamen-flipbook".*?</figure>', re.S)
_ROW = '<div class="k-row">'
_PANEL = re.compile(r'<svg viewBox="0 0 ([\d.]+) ([\d.]+)" aria-hidden="true">(.*?)</svg></div>', re.S)
ABREAST = 250  # points: up to this width three states stand side by side on a page
FONTS = "system-ui, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"


class Strip(NamedTuple):
    """One figure in print.

    Attributes
    ----------
    name : str
    width, height : float
        Of each picture, in points.
    pictures : tuple of str
        Whole SVG files, one a state.
    captions : tuple of str
    """

    name: str
    width: float
    height: float
    pictures: tuple
    captions: tuple

    def markup(self, folder, names):
        """As HTML that needs no script; flipbook.css knows how it is laid out."""
        frames = "".join(
            f'<div class="k-frame"><img src="{folder}{name}" alt=""/><p>{html.escape(caption)}</p></div>'
            for name, caption in zip(names, self.captions, strict=True)
        )
        abreast = "" if self.width > ABREAST else " k-abreast"
        return (
            f'<figure class="kamen-flipbook" data-name="{html.escape(self.name)}">'
            f'<div class="k-strip{abreast}" style="--k-frame:{self.width:g}">{frames}</div></figure>'
        )


def widgets(page, site):
    """The widgets' states in a built page, by their ids; the drawings lie beside it in the folder `site`."""
    found = STATE.search(page)
    models = json.loads(found[1])["state"] if found else {}
    for model in models.values():
        if "data" in model:
            _, _, said = (site / model["data"]).read_text(encoding="utf-8").partition("]=")
            model["buffers"] = json.loads(said.strip().removesuffix(";"))
    return models


def strip(figure, model):
    """The strip of one figure.

    Parameters
    ----------
    figure : str
        Its markup in the page, which shows its start.
    model : dict
        Its widget's state: the drawings of all other states, and which of them tell the story.

    Raises
    ------
    ValueError
        If page and widget do not belong together.
    """
    spec = model["state"]["spec"]
    (data,) = (b["data"] for b in model["buffers"] if b["path"] == ["data"])
    book = json.loads(zlib.decompress(base64.b64decode(data)))
    start = 0
    for p in spec["params"]:
        start = start * len(p["values"]) + p["values"].index(spec["start"][p["name"]])
    numbers = iter(zip(*(book["frames"][k] for k in [start, *spec["strip"]]), strict=True))
    rows = []  # of panels: width, height, and the inside for every state
    for row in figure.split(_ROW)[1:]:
        rows.append([])
        for width, height, inside in _PANEL.findall(row):
            first, *states = (f'<g class="k-moving">{book["drawings"][n]}</g>' for n in next(numbers))
            if inside.count(first) != 1:
                raise ValueError(f"{spec['name']}: the page does not show the start of its figure")
            rows[-1].append((float(width), float(height), [inside.replace(first, s) for s in states]))
    width = max(sum(w for w, _, _ in row) for row in rows)
    height = sum(max(h for _, h, _ in row) for row in rows)
    pictures = tuple(_sheet(rows, k, width, height) for k in range(len(spec["strip"])))
    captions = tuple(book["captions"][k] for k in spec["strip"])
    return Strip(spec["name"], width, height, pictures, captions)


def _sheet(rows, k, width, height):
    """All panels in one state, on white, as a file that stands alone."""
    panels, y = [], 0
    for row in rows:
        x = (width - sum(w for w, _, _ in row)) / 2
        for w, h, insides in row:
            panels.append(
                f'<svg x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" viewBox="0 0 {w:g} {h:g}" '
                f'overflow="visible">{insides[k]}</svg>'
            )
            x += w
        y += max(h for _, h, _ in row)
    return alone(
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" font-family="{FONTS}" '
        f'fill="#1b1f24" stroke-linejoin="round"><style>text{{white-space:pre}}'
        f'image{{image-rendering:pixelated}}</style><rect width="100%" height="100%" fill="#ffffff"/>'
        f"{''.join(panels)}</svg>"
    )


def alone(svg):
    """A drawing without the page's variables, in the SVG that e-book readers know."""
    svg = re.sub(r"var\(--k-\w+,(#\w+)\)", r"\1", svg)
    svg = re.sub(r"calc\(([\d.]+px)\*var\(--k-text,1\)\)", r"\1", svg)
    svg = re.sub(r'(<(?:use|image)\b[^>]*?) href="', r'\1 xlink:href="', svg)
    svg = re.sub(r' class="[^"]*"', "", svg)
    if "var(" in svg:
        raise ValueError(f"a variable is left: …{svg[svg.index('var(') :][:60]}")
    return svg
