"""The glyphs of a page's formulas, and no others, inside its style sheet.

A font that comes after the text moves the lines it stands in; and four of KaTeX's weigh 50 kB, of which a
page uses 10.
"""

import base64
import functools
import io
import logging
import re
from html.parser import HTMLParser
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it reports every table of every font

FONTS = Path(__file__).resolve().parents[1] / "_theme" / "kamen" / "static" / "katex"

# What katex.css says about fonts: the family, upright or italic, regular or bold, that a class asks for.
ASKED = {
    name: asked
    for names, asked in (
        ("katex-html", {"family": "Main", "italic": False, "bold": False}),
        ("mathnormal", {"family": "Math", "italic": True}),
        ("boldsymbol", {"family": "Math", "italic": True, "bold": True}),
        ("mathit", {"family": "Main", "italic": True}),
        ("mathbf", {"family": "Main", "bold": True}),
        ("mainrm", {"family": "Main", "italic": False}),
        ("textrm", {"family": "Main"}),
        ("textit", {"italic": True}),
        ("textbf", {"bold": True}),
        ("size1 delim-size1 small-op", {"family": "Size1"}),
        ("size2 large-op", {"family": "Size2"}),
        ("size3", {"family": "Size3"}),
        ("size4 delim-size4", {"family": "Size4"}),
        ("amsrm mathbb textbb", {"family": "AMS"}),
        ("mathcal", {"family": "Caligraphic"}),
        ("mathscr textscr", {"family": "Script"}),
        ("mathfrak textfrak", {"family": "Fraktur"}),
        ("mathboldfrak textboldfrak", {"family": "Fraktur", "bold": True}),
        ("mathtt texttt", {"family": "Typewriter"}),
        ("mathsf textsf", {"family": "SansSerif"}),
        ("mathboldsf textboldsf", {"family": "SansSerif", "bold": True}),
        ("mathitsf mathsfit textitsf", {"family": "SansSerif", "italic": True}),
    )
    for name in names.split()
}
NEEDS = {"size1": "delimsizing", "size2": "delimsizing", "size3": "delimsizing", "size4": "delimsizing"}


class Glyphs(HTMLParser):
    """Which characters a page sets in which of KaTeX's fonts: ``used``, by the font's file."""

    def __init__(self, body):
        super().__init__()
        self.used, self.open = {}, []
        self.feed(body)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag != "span":
            return
        classes = (dict(attrs).get("class") or "").split()
        face = self.open[-1] if self.open else None
        if face is not None or "katex-html" in classes:
            for name in classes:
                if name in ASKED and NEEDS.get(name, name) in classes:
                    face = (face or {}) | ASKED[name]
        self.open.append(face)

    def handle_endtag(self, tag):
        if tag == "span" and self.open:
            self.open.pop()

    def handle_data(self, data):
        if self.open and (face := self.open[-1]):
            style = "Bold" * face["bold"] + "Italic" * face["italic"] or "Regular"
            name = f"KaTeX_{face['family']}-{style}"
            if not (FONTS / "fonts" / f"{name}.woff2").exists():  # the browser makes do with the nearest
                near = sorted(p.stem for p in (FONTS / "fonts").glob(f"KaTeX_{face['family']}-*.woff2"))
                name = next((n for n in near if n.endswith("-Regular")), near[0])
            self.used.setdefault(name, set()).update(data)


@functools.cache
def part(name, text):
    """A font with the characters of `text` only, as an address that holds it."""
    font = TTFont(FONTS / "fonts" / f"{name}.woff2", recalcTimestamp=False)  # the same bytes every time
    options = subset.Options(hinting=False, notdef_outline=False, layout_features=[])
    options.drop_tables += ["FFTM", "GDEF", "GPOS", "GSUB"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    font.flavor = "woff2"
    file = io.BytesIO()
    font.save(file)
    return "data:font/woff2;base64," + base64.b64encode(file.getvalue()).decode()


def stylesheet(body):
    """katex.css for one page, its fonts inside."""
    used = Glyphs(body).used

    def face(rule):
        name = re.search(r"url\(fonts/(.*?)\.woff2\)", rule[0])[1]
        if name not in used:
            return ""
        return rule[0].replace(f"url(fonts/{name}.woff2)", f"url({part(name, ''.join(sorted(used[name])))})")

    text = (FONTS / "katex.css").read_text(encoding="utf-8")
    return re.sub(r"@font-face\{[^}]*\}", face, text)
