"""Make tang_poems.txt.xz from the npm package `chinese-poetry`; see tang_poems.md.

npm pack chinese-poetry@2.0.1
pip install OpenCC
python make_tang_poems.py chinese-poetry-2.0.1.tgz
"""

import json
import lzma
import re
import sys
import tarfile
from pathlib import Path

import opencc

LONGEST_TITLE = 24  # some tell a whole journey; all of them would not fit into 2 MB


def number(name):
    """The number of a file poet.tang.<number>.json, None for every other file."""
    found = re.search(r"/quantangshi/poet\.tang\.(\d+)\.json$", name)
    return int(found[1]) if found else None


def regular(poem):
    """The characters of a poem of four or eight lines of five or seven characters, else None."""
    lines = [line for line in re.split("[，。？！；、]", "".join(poem["paragraphs"])) if line]
    han = all("\u3400" <= c <= "\u9fff" or c >= "\U00020000" for line in lines for c in line)
    if not han or len(lines) not in (4, 8) or {len(line) for line in lines} not in ({5}, {7}):
        return None
    return "".join(lines)


def main(archive):
    with tarfile.open(archive) as tar:
        members = sorted(
            (m for m in tar.getmembers() if number(m.name) is not None), key=lambda m: number(m.name)
        )
        poems = [poem for m in members for poem in json.load(tar.extractfile(m))]
    simplify = opencc.OpenCC("t2s").convert
    by_poet, seen = {}, set()
    for poem in poems:
        text = regular(poem)
        if text is None or simplify(text) in seen:
            continue
        text = simplify(text)
        seen.add(text)
        title = re.sub(r"\s+", " ", re.sub("（.*?）|[〖〗]|\\[.*?\\]", "", simplify(poem["title"]))).strip()
        if len(title) > LONGEST_TITLE:
            title = title[: LONGEST_TITLE - 1] + "…"
        by_poet.setdefault(simplify(poem["author"]), []).append(f"{title}\t{text}")
    lines = [line for poet, works in by_poet.items() for line in [f"# {poet}", *works]]
    # Two bytes a character, so the compressor is told to model the even and odd bytes apart.
    packed = lzma.compress(
        ("\n".join(lines) + "\n").encode("utf-16-le"),
        filters=[
            {
                "id": lzma.FILTER_LZMA2,
                "preset": 9 | lzma.PRESET_EXTREME,
                "lc": 3,
                "lp": 1,
                "pb": 1,
                "dict_size": 1 << 23,
            }
        ],
    )
    print(f"{len(seen)} poems of {len(by_poet)} poets, {len(packed)} bytes")
    Path(__file__).with_name("tang_poems.txt.xz").write_bytes(packed)


if __name__ == "__main__":
    main(sys.argv[1])
