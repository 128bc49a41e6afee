"""`{ratios} lda`: what `make bench` measured, from benchmarks/results.json, with machine and day."""

import json
from pathlib import Path

from docutils import nodes
from kamen_words import said
from sphinx.util.docutils import SphinxDirective

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "results.json"
WORDS = {
    "work": "What",
    "size": "How much",
    "opponent": "Against",
    "ratio": "Times as fast",
    "when": "Measured on {date}: {processor}, {cores} cores, {system}, Python {python}, "
    "NumPy {numpy}, numba {numba}.",
}


def opponent(peer, version, **_):
    """Its name, the version after it: ``PyTorch 2.13.0, foreach``."""
    name, *how = peer.split(", ")
    return ", ".join([f"{name} {version.split('+')[0]}" if version else name, *how])


class Ratios(SphinxDirective):
    required_arguments = 1

    def run(self):
        for source in (FILE, Path(__file__)):
            self.env.note_dependency(str(source))
        *head, when = said(self.config.language, WORDS).values()
        measured = json.loads(FILE.read_text(encoding="utf-8"))[self.arguments[0]]
        when = when.format(date=measured["date"], **measured["machine"])
        rows = [(r["work"], r["size"], opponent(**r), f"{r['ratio']:g}") for r in measured["rows"]]
        return [
            self.table(head, rows),
            nodes.paragraph("", when, classes=["measured"], translatable=False),
        ]

    def table(self, head, rows):
        group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in head), cols=len(head))
        group += nodes.thead("", self.row(head, None))
        group += nodes.tbody("", *(self.row(row, row[0]) for row in rows))
        return nodes.table("", group)

    def row(self, cells, translatable):
        """Of a row only what was done is for translators; names and numbers stay."""
        row = nodes.row()
        for cell in cells:
            paragraph = nodes.paragraph(
                "", "", *self.parse_inline(cell)[0], translatable=cell == translatable
            )
            paragraph.source, paragraph.line = self.get_source_info()
            row += nodes.entry("", paragraph)
        return row


def setup(app):
    app.add_directive("ratios", Ratios)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
