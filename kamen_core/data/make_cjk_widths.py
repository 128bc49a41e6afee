"""Make cjk_widths.ttf: it knows how wide Chinese is, so that figures are laid out without a Chinese font.

Every Chinese sign is one em wide, in all fonts. Its one glyph is two specks at the corners of the square that
a sign fills: enough for matplotlib to measure, next to nothing to see. The page shows the reader's own font.
"""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

EM = 1000
# radicals … ideographs, compatibility ideographs and their forms, full-width signs, the further planes
RANGES = [(0x2E80, 0xA4CF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6)]
RANGES += [(0x20000, 0x323AF)]


def specks(*corners):
    pen = TTGlyphPen(None)
    for x, y in corners:
        pen.moveTo((x, y))
        for dx, dy in ((0, 2), (2, 2), (2, 0)):
            pen.lineTo((x + dx, y + dy))
        pen.closePath()
    return pen.glyph()


def make():
    font = FontBuilder(EM, isTTF=True)
    font.setupGlyphOrder([".notdef", "sign"])
    font.setupCharacterMap({})
    many_to_one = CmapSubtable.newSubtable(13)
    many_to_one.platformID, many_to_one.platEncID, many_to_one.language = 3, 10, 0
    many_to_one.cmap = {code: "sign" for first, last in RANGES for code in range(first, last + 1)}
    font.font["cmap"].tables = [many_to_one]
    font.setupGlyf({".notdef": specks(), "sign": specks((20, -120), (978, 838))})
    font.setupHorizontalMetrics({".notdef": (EM, 0), "sign": (EM, 20)})
    font.setupHorizontalHeader(ascent=880, descent=-120)
    font.setupNameTable({"familyName": "Kamen CJK widths", "styleName": "Regular"})
    font.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    font.setupPost(isFixedPitch=1)
    font.font["head"].created = font.font["head"].modified = 0
    font.font.recalcTimestamp = False
    font.save(Path(__file__).with_name("cjk_widths.ttf"))


if __name__ == "__main__":
    make()
