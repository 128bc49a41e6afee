"""All states of a figure as one small bundle, and the markup that shows the first of them.

Neighbouring states share most of their drawing: equal drawings are stored once, definitions (markers, clips,
glyphs) used more than once are hoisted, and the whole is deflated.
"""

import hashlib
import html
import itertools
import json
import re
import zlib
from collections import Counter

from ..language import _

_DEFS = re.compile(r"<defs>(.*?)</defs>", re.S)
_DEFINITION = re.compile(r"<(\w+)(?: [^>]*?)?(?:/>|(?<!/)>.*?</\1>)", re.S)
_TAG = re.compile(r"<[^/][^>]*>")
_REFERENCE = re.compile(r'( id="|href="#|url\(#)')


def share_definitions(drawings, prefix):
    """Hoist every definition that several drawings use, under ids that no other figure on the page has.

    Parameters
    ----------
    drawings : list of str
        SVG pieces that may begin with ``<defs>``.
    prefix : str
        Put before every id.

    Returns
    -------
    shared : str
        One ``<defs>`` block.
    drawings : list of str
        The drawings without what `shared` holds.
    """

    def split(block):
        return [m[0] for m in _DEFINITION.finditer(block)]

    count = Counter()
    for drawing in drawings:
        # dict.fromkeys, not set: the same bytes at every run
        count.update(list(dict.fromkeys(d for block in _DEFS.findall(drawing) for d in split(block))))

    def own(text):
        return _TAG.sub(lambda tag: _REFERENCE.sub(rf"\g<1>{prefix}-", tag[0]), text)

    def keep(match):
        rest = "".join(d for d in split(match[1]) if count[d] == 1)
        return f"<defs>{rest}</defs>" if rest else ""

    shared = "".join(d for d, n in count.items() if n > 1)
    return f"<defs>{own(shared)}</defs>", [own(_DEFS.sub(keep, d)) for d in drawings]


def deflate(value):
    """JSON, deflated; the browser's DecompressionStream reads it."""
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 9)


def pack(stills, frames, captions):
    """Number the drawings, each different one stored once.

    Parameters
    ----------
    stills : list of (str, str)
        Under and over layer of each panel.
    frames : list of tuple of str
        The moving layer of each panel, a tuple a state.
    captions : list of str
        The sentence of each state.

    Returns
    -------
    uid : str
        Names the figure by its content.
    stills : list of (str, str, str)
        Shared definitions, under and over layer of each panel.
    book : dict
        ``drawings``, ``frames`` (for each state the number of each panel's drawing) and ``captions``.
    """
    content = "".join([*itertools.chain(*stills, *frames), *captions])
    uid = "k" + hashlib.sha1(content.encode()).hexdigest()[:7]
    numbers, drawings, columns, packed = {}, [], [], []
    for p, (under, over) in enumerate(stills):
        different = list(dict.fromkeys(frame[p] for frame in frames))
        shared, (under, over, *moving) = share_definitions([under, over, *different], f"{uid}{p}")
        for before, after in zip(different, moving, strict=True):
            numbers[p, before] = len(drawings)
            drawings.append(after)
        packed.append((shared, under, over))
        columns.append([numbers[p, frame[p]] for frame in frames])
    book = {"drawings": drawings, "frames": list(zip(*columns, strict=True)), "captions": captions}
    return uid, packed, book


def markup(spec, stills, book, k, rows):
    """The figure in state `k` as HTML, so many panels in each of its `rows`.

    The script finds its controls in it, so nothing jumps when it starts.

    The names of elements and attributes are a contract: browser tests rely on them.
    """
    caption = html.escape(book["captions"][k])
    panels = [
        f'<div class="k-picture{" k-wide" * (w > 330)}" style="--k-w:{w:g}">'
        f'<svg viewBox="0 0 {w:g} {h:g}" aria-hidden="true">{shared}<g>{under}</g>'
        f'<g class="k-moving">{book["drawings"][number]}</g><g>{over}</g></svg></div>'
        for (w, h), (shared, under, over), number in zip(spec["size"], stills, book["frames"][k], strict=True)
    ]
    pictures = "".join(
        '<div class="k-row">' + "".join(panels.pop(0) for _panel in range(n)) + "</div>" for n in rows
    )
    controls = "".join(_control(p, spec["start"][p["name"]]) for p in spec["params"])
    buttons = f'<button type="button" name="reset">{html.escape(_("Reset"))}</button>'
    if spec["play"]:
        words = f'data-play="{html.escape(_("Play"))}" data-pause="{html.escape(_("Pause"))}"'
        buttons = f'<button type="button" name="play" {words}>{html.escape(_("Play"))}</button>' + buttons
    return (
        f'<figure class="kamen-flipbook" data-name="{html.escape(spec["name"])}" data-state="still">'
        f'<div class="k-pictures" role="img" aria-label="{caption}">{pictures}</div>'
        f'<div class="k-controls">{controls}<span class="k-buttons">{buttons}</span></div>'
        f'<figcaption aria-live="polite">{caption}</figcaption></figure>'
    )


def _control(param, start):
    name, label = html.escape(param["name"]), html.escape(param["label"])
    at = param["values"].index(start)
    texts = [html.escape(t) for t in param["text"]]
    if not isinstance(start, str):
        return (
            f'<label><span>{label}</span><input type="range" name="{name}" min="0" max="{len(texts) - 1}" '
            f'step="1" value="{at}" aria-valuetext="{texts[at]}">'
            f'<output aria-hidden="true" style="--k-ch:{max(map(len, texts))}">{texts[at]}</output></label>'
        )
    if sum(map(len, texts)) <= 48:
        radios = "".join(
            f'<label><input type="radio" name="{name}" value="{i}"{" checked" * (i == at)}>'
            f"<span>{text}</span></label>"
            for i, text in enumerate(texts)
        )
        # A form keeps the radio buttons of two figures apart. No more forms than that: for each, Chromium
        # lays out at once all that stands around it, however far down the page.
        inside = f"<legend>{label}</legend>{radios}"
        return f'<form><fieldset class="k-choice" data-param="{name}">{inside}</fieldset></form>'
    options = "".join(
        f'<option value="{i}"{" selected" * (i == at)}>{text}</option>' for i, text in enumerate(texts)
    )
    return f'<label><span>{label}</span><select name="{name}">{options}</select></label>'
