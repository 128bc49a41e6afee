"""What the search knows beside the words of a page: names of formulas and methods, and the authors cited.

names.tsv says, as the index of a printed book would, under which section a name is treated. The names become
index entries, which Sphinx's search puts first; scorer.js orders the rest. The Chinese edition's search has
an order of its own: kamen_search.py.
"""

import re
from pathlib import Path

from docutils import nodes
from kamen_references import Entry
from sphinx import addnodes
from sphinx.errors import ExtensionError

FILE = Path(__file__).resolve().parents[1] / "names.tsv"


def names():
    """``{page: [(slug, [name, …]), …]}``; an empty slug is the page itself."""
    found = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        page, slug, listed = line.split("\t")
        found.setdefault(page, []).append((slug, listed.split("; ")))
    return found


def read(app, doctree):
    if app.env.docname in names():
        for source in (FILE, Path(__file__)):
            app.env.note_dependency(str(source))


def enter(app, doctree, docname):
    """Only for the pages of the site: index entries would ask to be translated."""
    if app.builder.name != "html" or not app.config.html_search_scorer:
        return
    slugs, entries = app.env.metadata[docname].get("myst_slugs", {}), []
    for slug, listed in names().get(docname, ()):
        if slug and slug not in slugs:
            raise ExtensionError(f"{FILE.name}: {docname} has no section {slug}")
        entries += [(name, slugs[slug][1] if slug else "") for name in listed]
    for entry in doctree.findall(Entry):
        author, year = re.fullmatch(r"([a-z]+)(\d+[a-z]?)", key := entry["ids"][0]).groups()
        entries += [(author, key), (f"{author} {year}", key)]
    if entries:
        index = addnodes.index(entries=[("single", name, id_, "main", None) for name, id_ in entries])
        next(doctree.findall(nodes.section)).insert(1, index)


def configure(app, config):
    if (config.language or "en").startswith("zh"):
        config.html_search_scorer = ""


def setup(app):
    app.connect("config-inited", configure)
    app.connect("doctree-read", read)
    app.connect("doctree-resolved", enter)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
