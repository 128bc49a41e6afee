"""`{ratios} lda`: what `make bench` measured, from benchmarks/results.json, with machine and day."""

import json
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "results.json"
WORDS = {
    "en": {
        "head": ("What", "How much", "Against", "Times as fast"),
        "when": "Measured on {date}: {processor}, {cores} cores, one thread, {system}, Python {python}, "
        "NumPy {numpy}, numba {numba}.",
    },
    "zh": {
        "head": ("做什么", "多少", "对手", "快多少倍"),
        "when": "测于 {date}：{processor}，{cores} 核，单线程，{system}，"
        "Python {python}，NumPy {numpy}，numba {numba}。",
    },
}


class Ratios(SphinxDirective):
    required_arguments = 1

    def run(self):
        for source in (FILE, Path(__file__)):
            self.env.note_dependency(str(source))
        words = WORDS["zh" if (self.config.language or "en").startswith("zh") else "en"]
        measured = json.loads(FILE.read_text(encoding="utf-8"))[self.arguments[0]]
        when = words["when"].format(date=measured["date"], **measured["machine"])
        rows = [
            (
                row["work"],
                row["size"],
                " ".join(filter(None, (row["peer"], row["version"]))),
                f"{row['ratio']:g}",
            )
            for row in measured["rows"]
        ]
        return [
            self.table(words["head"], rows),
            nodes.paragraph("", when, classes=["measured"], translatable=False),
        ]

    def table(self, head, rows):
        group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in head), cols=len(head))
        group += nodes.thead("", self.row(head, None))
        group += nodes.tbody("", *(self.row(row, row[0]) for row in rows))
        return nodes.table("", group, classes=["ratios"])

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
