"""The page of corrections, and the ways between it and the chapters.

On the page ``book/corrections``::

    ::::{slip} ROC-32 wrong
    What the column says, in our words.

    What is right, with numbers such as {calc}`ROC-32.area:.4f` from kamen_core.corrections.
    ::::

Every slip is an entry of a list, its anchor its name. The build adds the lines that compute its numbers,
and a link to where the chapter treats it: the cell of the notebook with the tag ``claim:ROC-32``. In the
chapter it adds the link back to the box of the correction.
"""

import html
import json
import re
from pathlib import Path

from docutils import nodes
from kamen_site import Dropdown
from kamen_words import said
from sphinx.util.docutils import SphinxDirective, SphinxRole

from kamen_core.corrections import CHAPTERS, evidence, function, source

PAGE = "book/corrections"
VERDICTS = ("wrong", "imprecise", "typo")
NEAR = 2  # a box this many cells away still belongs to a statement

WORDS = {
    "wrong": "wrong",
    "imprecise": "imprecise",
    "typo": "misprint",
    "said": "The column:",
    "right": "Right:",
    "computed": "How this is computed",
    "treated": "In the chapter:",
    "why": "Its entry among all corrections",
    "filter": "Show only some of the corrections",
    "kinds": "Kind",
    "chapter": "Chapter",
    "all": "all chapters",
    "text": "Text",
    "count": "{n} of {all} shown",
    "reset": "Show all",
    "slip": "{claim}, {verdict}",
}
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def written(value, spec=""):
    """A number, or several, as the book writes them: −0.5, 10,000, 1.3 × 10⁻⁹, (1, 2)."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, bool | str | None):
        raise TypeError(f"{value!r} is no number")
    if isinstance(value, tuple | list):
        return f"({', '.join(written(v, spec) for v in value)}{',' * (len(value) == 1)})"
    text = format(value, spec or ("," if isinstance(value, int) else ".4g"))
    if not float(re.sub(r"[,%]", "", text)):
        text = text.removeprefix("-")
    power = re.fullmatch(r"(.+)e([+-]\d+)", text)
    if power:
        text = f"{power[1]} × 10{str(int(power[2])).translate(RAISED)}"
    return text.replace("-", "−").replace("%", "\u00a0%")


class Calc(SphinxRole):
    """``{calc}`ROC-32.area:.4f```: a number of the evidence; a text comes out as code."""

    def run(self):
        name, _, spec = self.text.partition(":")
        claim, _, key = name.partition(".")
        try:
            value = evidence(claim)[key]
            if isinstance(value, str):
                return [nodes.literal(value, value, classes=["calc"])], []
            return [nodes.inline(self.rawtext, written(value, spec), classes=["calc"])], []
        except (KeyError, ValueError, TypeError) as error:
            message = self.inliner.reporter.error(f"{self.rawtext}: {error!r}", line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]


class Slip(SphinxDirective):
    """One statement of the column, and what is right."""

    required_arguments = 2
    has_content = True

    def run(self):
        claim, verdict = self.arguments
        if verdict not in VERDICTS:
            raise self.error(f"{claim}: expected one of {VERDICTS}, got {verdict!r}")
        t = said(self.config.language, WORDS)
        entry = nodes.list_item(
            "", ids=[claim], names=[claim.lower()], classes=["slip", verdict], claim=claim
        )
        self.state.document.note_explicit_target(entry)
        head = nodes.paragraph("", "", classes=["slip-head"])
        head += nodes.reference("", claim, refid=claim, internal=True)
        head += nodes.Text(" ")
        head += nodes.inline("", t[verdict], classes=["verdict"])
        entry += head
        self.state.nested_parse(self.content, self.content_offset, entry)
        if function(claim):
            code = source(claim)
            fold = Dropdown("", classes=["dropdown", "computed"])
            fold += nodes.title("", t["computed"])
            fold += nodes.literal_block(code, code, language="python")
            entry += fold
        return [nodes.bullet_list("", entry, classes=["slips"])]


class SlipFilter(SphinxDirective):
    """Where the controls go."""

    def run(self):
        return [nodes.container(classes=["slip-filter-here"])]


def slips(doctree):
    return [n for n in doctree.findall(nodes.list_item) if "claim" in n]


def form(doctree, t):
    """The controls, as they stand in the page; book/_static/kamen-corrections.js makes them work."""
    found = slips(doctree)
    counts = {v: sum(v in s["classes"] for s in found) for v in VERDICTS}
    kinds = "".join(
        f'<label><input type="checkbox" name="kind" value="{v}" checked> {t[v]} ({counts[v]})</label> '
        for v in VERDICTS
    )
    options = f'<option value="">{t["all"]}</option>'
    for section in doctree.findall(nodes.section):
        mine = slips(section)
        if mine and section.parent.parent is doctree:
            chapter = mine[0]["claim"].split("-")[0]
            options += f'<option value="{chapter}">{html.escape(section[0].astext())} ({len(mine)})</option>'
    count = t["count"].format(n=len(found), all=len(found))
    return (
        f'<form class="slip-filter" role="search" aria-label="{t["filter"]}">'
        f"<fieldset><legend>{t['kinds']}</legend>{kinds}</fieldset>"
        f'<label>{t["chapter"]} <select name="chapter">{options}</select></label> '
        f'<label>{t["text"]} <input type="search" name="text" autocomplete="off" spellcheck="false"></label> '
        f'<p><output aria-live="polite" data-count="{t["count"]}">{count}</output> '
        f'<button type="reset">{t["reset"]}</button></p></form>'
    )


def gather(app, doctree):
    """After a page is read: one list a chapter, labels, controls; in a chapter, where each statement is."""
    t = said(app.config.language, WORDS)
    for entry in slips(doctree):
        first, *rest = [
            p for p in entry if isinstance(p, nodes.paragraph) and "slip-head" not in p["classes"]
        ]
        for paragraph, label in [(first, "said"), *((p, "right") for p in rest[:1])]:
            paragraph["classes"].append(label)
            paragraph.insert(0, [nodes.strong("", t[label], classes=["label"]), nodes.Text(" ")])
    for one in list(doctree.findall(nodes.bullet_list)):
        before = one.previous_sibling()
        if (
            "slips" in one["classes"]
            and isinstance(before, nodes.bullet_list)
            and "slips" in before["classes"]
        ):
            before += one.children
            one.parent.remove(one)
    for here in list(doctree.findall(nodes.container)):
        if "slip-filter-here" in here["classes"]:
            here.parent.replace(here, nodes.raw("", form(doctree, t), format="html", slip_filter=True))
    locate(app.env, doctree)


def locate(env, doctree):
    """Give every statement an anchor, at its box or, where none is near, at its cell; name the boxes."""
    source = env.doc2path(env.docname)
    homes = env.kamen_claims = getattr(env, "kamen_claims", {})
    forget(None, env, env.docname)
    if not source.endswith(".ipynb"):
        return
    cells = json.loads(Path(source).read_text(encoding="utf-8"))["cells"]
    first, boxes = {}, {}
    for node in doctree.findall(nodes.Element):
        cell = node.get("cell_index") if "cell_index" in node else cell_of(node)
        if cell is not None and not isinstance(node, nodes.section | nodes.title):
            first.setdefault(cell, node)
            if isinstance(node, nodes.admonition) and "correction" in node["classes"]:
                boxes.setdefault(cell, node)
    for number, cell in enumerate(cells):
        for tag in cell["metadata"].get("tags", []):
            claim = tag.removeprefix("claim:")
            if tag == claim or claim.split("-")[0] not in CHAPTERS:
                continue
            own = first.get(number)
            if own is None or (claim in homes and homes[claim][3]):
                continue  # the cell is empty, or a box was found already
            section = section_of(own)
            near = [c for c in boxes if abs(c - number) <= NEAR and section_of(boxes[c]) is section]
            node = boxes[min(near, key=lambda c: (abs(c - number), -c))] if near else own
            homes[claim] = (env.docname, f"claim-{claim}", section[0].astext(), bool(near))
            node.setdefault("kamen_claims", []).append(claim)
    for node in doctree.findall(nodes.Element):
        mine = [c for c in node.get("kamen_claims", []) if homes[c][0] == env.docname]
        node["ids"] += [f"claim-{c}" for c in mine if f"claim-{c}" not in node["ids"]]


def section_of(node):
    while not isinstance(node, nodes.section):
        node = node.parent
    return node


def cell_of(node):
    """MyST-NB numbers the lines of the n-th cell, from 0, from 10,000 (n + 1) on."""
    return node.line // 10_000 - 1 if node.line and node.line >= 10_000 else None


def forget(app, env, docname):
    for claim in [c for c, home in getattr(env, "kamen_claims", {}).items() if home[0] == docname]:
        del env.kamen_claims[claim]


def merge(app, env, docnames, other):
    here = env.kamen_claims = getattr(env, "kamen_claims", {})
    here.update({c: home for c, home in getattr(other, "kamen_claims", {}).items() if home[0] in docnames})


def both_ways(app, env):
    """A chapter that moved a statement changes the page of corrections as well."""
    return [PAGE] if PAGE in env.found_docs else []


def link(app, doctree, docname):
    """The ways from the page to the chapters, and from the boxes in the chapters to the page."""
    if app.builder.format != "html":
        return
    t, homes = said(app.config.language, WORDS), getattr(app.env, "kamen_claims", {})
    for entry in slips(doctree):
        docname_there, anchor, title, _ = homes.get(entry["claim"], (None,) * 4)
        if docname_there is None:
            raise ValueError(f"{entry['claim']} has no home in a chapter: tag its cell")
        way = nodes.paragraph("", f"{t['treated']} ", classes=["slip-home"])
        uri = app.builder.get_relative_uri(docname, docname_there)
        way += nodes.reference("", title, refuri=f"{uri}#{anchor}", internal=True)
        entry.insert(len(entry) - isinstance(entry[-1], Dropdown), way)
    if app.builder.name == "epub":  # no script, nothing to filter with
        for raw in [r for r in doctree.findall(nodes.raw) if "slip_filter" in r]:
            raw.parent.remove(raw)
    listed = {s["claim"] for s in slips(app.env.get_doctree(PAGE))} if PAGE in app.env.found_docs else set()
    for box in doctree.findall(nodes.admonition):
        claims = [c for c in box.get("kamen_claims", []) if c in listed]
        if "correction" not in box["classes"] or not claims:
            continue
        uri = app.builder.get_relative_uri(docname, PAGE)
        ways = nodes.inline("", "", classes=["ledger"])
        for claim in claims:
            ways += nodes.Text(" ")
            ways += nodes.reference("", claim, refuri=f"{uri}#{claim}", internal=True, reftitle=t["why"])
        box[0] += ways


def page(app, pagename, templatename, context, doctree):
    if 'class="slip-filter"' in context.get("body", ""):
        app.add_js_file("kamen-corrections.js", loading_method="defer")


def setup(app):
    app.add_role("calc", Calc())
    app.add_directive("slip", Slip)
    app.add_directive("slip-filter", SlipFilter)
    app.connect("doctree-read", gather)
    app.connect("doctree-resolved", link)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", both_ways)
    app.connect("html-page-context", page)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
