"""The Chinese notebooks: notebooks/zh, made from the English ones and the catalogue, never written by hand.

``python locale/notebooks.py`` (``make messages`` runs it). Each text of a text cell that the catalogue has
is replaced where it stands, code stays as it is, and a first cell asks for Chinese figures.
"""

import copy
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from messages import PAGES, ROOT, load, notebooks

FOLDER = ROOT / "notebooks" / "zh"
FIRST = 'import os\n\nos.environ["KAMEN_LANG"] = "zh"  # 图、图下的文字和考题也用中文'

# What may stand on a line before a text: quote, list, heading, table, definition, the opening of a directive.
BEFORE = r"(?:^|(?<=\|))(?:[ \t>]|[-*+] |\d+[.)] |#+ |\|[ \t]*|: |[:`]{3,}\{[\w-]+\} )*"
AFTER = r"(?=[ \t]*(?:\||$))"


def translated(source, translations):
    """A text cell in Chinese, and the texts that were found in it.

    The longest text is put in first; what is put in is not looked at again.
    """
    found, pieces = set(), []

    def put(match, chinese, english):
        found.add(english)
        start = re.match(r"\s*", match[2])[0]
        pieces.append(chinese)
        return f"{match[1]}{start}\x00{len(pieces) - 1}\x00"

    for english in sorted(translations, key=len, reverse=True):
        lines = (re.escape(line.strip()) for line in english.strip().split("\n"))
        text = r"[ \t]*\n[ \t>]*".join(lines)
        source = re.sub(
            rf"({BEFORE})({text}){AFTER}",
            lambda m, e=english: put(m, translations[e].strip(), e),
            source,
            flags=re.M,
        )
    source = re.sub(
        r"\]\(\.\./(?=book/)", "](../../", re.sub("\x00(\\d+)\x00", lambda m: pieces[int(m[1])], source)
    )
    return source, found


def chinese(path):
    """A notebook in Chinese.

    Raises
    ------
    ValueError
        If a text of the catalogue is nowhere in the notebook.
    """
    notebook = json.loads(path.read_text(encoding="utf-8"))
    translations = {m: t for m, t in load(PAGES / "notebooks" / f"{path.stem}.po").items() if t}
    theme = load(PAGES / "theme.po")
    cells, found = [], set()
    for cell in notebook["cells"]:
        cell = copy.deepcopy(cell)
        if cell["cell_type"] == "markdown":
            text, here = translated("".join(cell["source"]), translations)
            text = re.sub(r"(?<=\\text\{)[^{}]+(?=\})", lambda m: theme.get(m[0], m[0]), text)
            cell["source"] = text.splitlines(keepends=True)
            found |= here
        cells.append(cell)
    if lost := set(translations) - found:
        raise ValueError(f"{path.name}: not found in it: {sorted(lost)}")
    at = next(i for i, cell in enumerate(cells) if cell["cell_type"] == "code")
    first = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": FIRST.splitlines(keepends=True),
    }
    if notebook["nbformat_minor"] >= 5:
        first["id"] = "kamen-lang"
    return notebook | {"cells": [*cells[:at], first, *cells[at:]]}


def texts():
    """``{path: text}`` of all that belongs into notebooks/zh."""
    made = {FOLDER / path.name: chinese(path) for path in notebooks()}
    return {p: json.dumps(n, ensure_ascii=False, indent=1) + "\n" for p, n in made.items()}


def main():
    wanted = texts()
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.ipynb"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
