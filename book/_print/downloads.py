"""The PDF, the EPUB and the zip in the built site, and links to them on every page."""

import re
import shutil

from kamen_words import said

FOLDER = "downloads"
PLACE = re.compile(r"<!--downloads-->.*?<!--/downloads-->", re.S)


def link(page, links):
    """A page with these links where layout.html has left a place for them."""
    return PLACE.sub(lambda _: f"<!--downloads-->{links}<!--/downloads-->", page)


def place(site, files):
    """Copy `files` to ``downloads/`` of `site` and link them from its pages; an edition links its own."""
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
        whole = f"<p>{said(language)['take_along']} {' · '.join(links)}</p>" if links else ""
        path.write_text(link(text, whole), encoding="utf-8")
