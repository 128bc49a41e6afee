"""Put the PDF, the EPUB and the zip into the built site, and links to them on every page.

``python book/_print/downloads.py SITE FILE…``. A site without them has no such links.
"""

import re
import shutil
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "_ext")]
from kamen_site import said

FOLDER = "downloads"
PLACE = re.compile(r"<!--downloads-->.*?<!--/downloads-->", re.S)


def link(page, links):
    """A page with these links where layout.html has left a place for them."""
    return PLACE.sub(lambda _: f"<!--downloads-->{links}<!--/downloads-->", page)


def place(site, files):
    """Copy `files` to ``downloads/`` of `site` and link them from each of its pages; an edition links its own."""
    folder = site / FOLDER
    folder.mkdir(exist_ok=True)
    for file in files:
        shutil.copyfile(file, folder / file.name)
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if not PLACE.search(text):
            continue
        language = "zh" if re.search(r'<html lang="zh', text) else "en"
        up = "../" * (len(path.relative_to(site).parts) - 1)
        links = []
        for file in sorted(files, key=lambda f: [".pdf", ".epub", ".zip"].index(f.suffix)):
            edition = "zh" if "-zh" in file.stem else "en"
            if file.suffix == ".zip" or edition == language:
                name = said(language)["as_zip"] if file.suffix == ".zip" else file.suffix[1:].upper()
                size = max(file.stat().st_size / 1e6, 0.1)
                links.append(f'<a href="{up}{FOLDER}/{file.name}" download>{name} ({size:.1f} MB)</a>')
        said = f"<p>{said(language)['take_along']} {' · '.join(links)}</p>" if links else ""
        path.write_text(link(text, said), encoding="utf-8")


if __name__ == "__main__":
    site, *files = map(Path, sys.argv[1:])
    place(site, files)
