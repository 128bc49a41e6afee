"""A matplotlib figure that the reader moves, on a page with no kernel and no server.

`Flipbook` draws every state of a figure once; the browser flips between the drawings.

===============  ===========================================================
module           what it does
===============  ===========================================================
``style``        the palette that follows the page's theme, and rcParams
``drawing``      one state of a figure as a short piece of SVG
``packing``      all states as one small bundle, and the figure's markup
``arguments``    what `Flipbook` is given, checked and made plain
``widget``       `Flipbook`: arguments in, an anywidget out
``flipbook.js``  the browser's part: sliders, dragging, keys, the address
===============  ===========================================================
"""

from .style import PALETTE, STYLE
from .widget import Flipbook

__all__ = ["PALETTE", "STYLE", "Flipbook"]
