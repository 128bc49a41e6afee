"""The fixed texts of every figure, in ``labels.json``: looked at beside the pictures, then kept.

``python tests/data/make_labels.py`` writes them anew; what changed is to be looked at again.
"""

import json
import sys
from pathlib import Path

FILE = Path(__file__).with_name("labels.json")


def labels(book):
    """For each axes of a flipbook what stands still: labels, title, texts, named ticks, the legend."""
    return [in_axes(ax) for ax in book.axes]


def in_axes(ax):
    texts = [t.get_text() for t in ax.texts if not t.get_animated()]
    ticks = [[t.get_text() for t in axis.get_ticklabels()] for axis in (ax.xaxis, ax.yaxis)]
    named = [words for words in ticks if any(c.isalpha() for word in words for c in word)]
    found = {
        "x": ax.get_xlabel(),
        "y": ax.get_ylabel(),
        "title": ax.get_title(),
        "texts": [text for text in texts if text.strip()],
        "ticks": named,
        "legend": [t.get_text() for t in ax.get_legend().get_texts()] if ax.get_legend() else [],
    }
    return {what: words for what, words in found.items() if words}


def main():
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from _chapters import CHAPTERS, chapter

    found = {
        name: {figure: labels(book) for figure, book in chapter(name).flipbooks.items()} for name in CHAPTERS
    }
    FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
