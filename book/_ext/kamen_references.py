"""The bibliography: `{references} topic` lists the entries of references.bib with that word in `keywords`.

A chapter cites by a plain link, ``[Polyak (1964)](../book/bibliography.md#polyak1964)``, which reads well in
JupyterLab too. Each entry says which pages cite it.
"""

import re
from pathlib import Path

import yaml
from docutils import nodes
from kamen_words import said
from pybtex.database import Entry as BibEntry
from pybtex.database import parse_file
from pybtex.plugin import find_plugin
from sphinx import addnodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

FILE = Path(__file__).resolve().parents[1] / "references.bib"
PAGE = "book/bibliography"
CFF = FILE.parents[1] / "CITATION.cff"
WORDS = {"cited": "Cited in"}


class Entry(nodes.list_item):
    """One entry of the bibliography; its id is its key."""


class References(SphinxDirective):
    required_arguments = 1

    def run(self):
        for source in (FILE, Path(__file__)):
            self.env.note_dependency(str(source))
        style = find_plugin("pybtex.style.formatting", "unsrt")()
        backend = find_plugin("pybtex.backends", "docutils")()
        found = [
            (entry.fields["year"], key, entry)
            for key, entry in parse_file(str(FILE), bib_format="bibtex").entries.items()
            if entry.fields["keywords"] == self.arguments[0]
        ]
        if not found:
            raise ExtensionError(f"{FILE.name}: no entry with the keyword {self.arguments[0]}")
        entries = nodes.bullet_list(classes=["references"])
        for _, key, entry in sorted(found, key=lambda item: item[:2]):
            fields = {**entry.fields, "title": entry.fields["title"].replace("$", "").replace("^2", "²")}
            shown = style.format_entry(key, BibEntry(entry.type, fields, entry.persons))
            item = Entry("", backend.paragraph(shown), ids=[key])
            item[0]["translatable"] = False
            self.state.document.note_explicit_target(item, item)
            entries += item
        return [entries]


class CiteThis(SphinxDirective):
    """BibTeX for the book itself, from CITATION.cff."""

    def run(self):
        self.env.note_dependency(str(CFF))
        cff = yaml.safe_load(CFF.read_text(encoding="utf-8"))
        fields = {
            "author": " and ".join("{" + author["name"] + "}" for author in cff["authors"]),
            "title": "{" + cff["title"] + "}",
            "year": str(cff["date-released"])[:4],
            "version": str(cff["version"]),
            "url": cff["url"],
        }
        key = f"{cff['title'].split(':')[0].lower()}{fields['year']}"
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        text = f"@misc{{{key},\n{lines}\n}}"
        return [nodes.literal_block(text, text, language="bibtex")]


def slugs(app, doctree):
    """Let ``bibliography.md#key`` resolve; remember what each page cites."""
    docname, metadata = app.env.docname, app.env.metadata
    if docname == PAGE:
        metadata[docname].setdefault("myst_slugs", {}).update(
            {e["ids"][0]: (0, e["ids"][0], e.astext()) for e in doctree.findall(Entry)}
        )
    links = doctree.findall(addnodes.pending_xref)
    metadata[docname]["cites"] = sorted(
        {x["reftargetid"] or "" for x in links if x["reftarget"] == PAGE} - {""}
    )


def cited(app, doctree, docname):
    """Under each entry, the pages that cite it, in the order of the book."""
    if docname != PAGE:
        return
    words = said(app.config.language, WORDS)["cited"]
    order = list(app.env.toctree_includes.get(app.config.root_doc, []))
    pages = sorted(app.env.found_docs, key=lambda d: order.index(d) if d in order else len(order))
    for entry in doctree.findall(Entry):
        citing = [d for d in pages if entry["ids"][0] in app.env.metadata[d].get("cites", ())]
        line = nodes.inline("", f"{words} ", classes=["cited-in"])
        for n, page in enumerate(citing):
            name = re.split("[:：]", app.env.titles[page].astext())[0]
            line += [nodes.Text(", ")] if n else []
            line += make_refnode(app.builder, docname, page, "", nodes.Text(name))
        if citing:
            entry[0] += [nodes.Text(" "), line]


def setup(app):
    app.add_directive("references", References)
    app.add_directive("cite-this", CiteThis)
    app.add_node(Entry)
    app.connect("doctree-read", slugs)
    app.connect("doctree-resolved", cited)
    app.connect("env-updated", lambda app, env: [PAGE])
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
