"""On each chapter's page, the first use of a glossary term becomes a link to its entry.

The terms are read from glossary.md: the headings, and the Chinese word that begins each entry. A link that
the text makes itself counts as the first use.
"""

import functools
import re
from pathlib import Path

from docutils import nodes
from sphinx.util.nodes import make_refnode

PAGE = "book/glossary"
FILE = Path(__file__).resolve().parents[1] / "glossary.md"
CHAPTERS = "notebooks/"
SYMBOL = re.compile(r" (?:eta|[A-Za-z])$")  # "cell state C", "learning rate eta"
# Shorter forms in use, and pages where an everyday word is not the term.
ALSO = {
    "centre word": "centre",
    "context words": "context",
    "convergence": "converge",
    "F1 score": "F1",
    "full outer join": "outer join",
    "posterior distribution": "posterior",
    "prior distribution": "prior",
}
ELSEWHERE = {
    "notebooks/backprop": {"slope"},
    "notebooks/gradient_descent": {"shuffle", "slope"},
    "notebooks/lda": {"centre-word", "context-words"},
    "notebooks/rdd": {"context-words"},
}
NOT_PROSE = (
    nodes.title,
    nodes.caption,
    nodes.reference,
    nodes.literal,
    nodes.math,
    nodes.raw,
    nodes.Invisible,
)
NOT_PROSE += (nodes.FixedTextElement, nodes.math_block, nodes.label, nodes.term)


def forms(heading):
    """How a term is written in running text: without its symbol, with what its brackets say."""
    inside = re.findall(r"\((.+)\)", heading)
    for form in [re.sub(r" \(.*", "", heading), *inside]:
        yield SYMBOL.sub("", form)
    if heading in ALSO:
        yield ALSO[heading]


def pattern(form):
    """A form as a regular expression, its plural too. Names with capitals inside are matched as they are."""
    if not form.isascii():
        return re.escape(form)
    words = [re.escape(word) for word in form.split()]
    words[-1] = re.sub(r"y$", "(?:y|ies)", words[-1]) if form[-2:-1] not in "aeiou" else words[-1]
    if len(words) > 1:
        words[-1] = words[-1].removesuffix("s")
    text = r"[\s-]+".join(words) + "(?:e?s)?"
    text = text if re.search("[A-Z]", form[1:]) else f"(?i:{text})"
    return rf"(?<![A-Za-z0-9_]){text}(?![A-Za-z0-9_])"


@functools.cache
def terms(file=FILE):
    """``{slug: [pattern, …]}`` for the whole glossary."""
    found = {}
    for heading, chinese in re.findall(
        r"^### (.+)\n\n([^.\n]+)\.", file.read_text(encoding="utf-8"), flags=re.M
    ):
        slug = re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        found[slug] = [pattern(form) for form in [*forms(heading), chinese]]
    return found


@functools.cache
def any_term():
    """All of them, the longest first, each in a group; and the slug of each group."""
    each = sorted(((p, slug) for slug, ps in terms().items() for p in ps), key=lambda pair: -len(pair[0]))
    return re.compile("|".join(f"({p})" for p, _ in each)), [slug for _, slug in each]


def remember(app, doctree):
    """Each entry's id and what it says, in the language of the page."""
    if app.env.docname != PAGE:
        return
    metadata = app.env.metadata[PAGE]
    parts = [s for s in doctree.findall(nodes.section) if isinstance(s.parent.parent, nodes.document)]
    entries = [s for part in parts for s in part.children if isinstance(s, nodes.section)]
    metadata["terms"] = {
        slug: (entry["ids"][0], " ".join(entry[1].astext().split()))
        for slug, entry in zip(terms(), entries, strict=True)
    }
    # glossary.md#gradient-descent is the entry, though its part of the page has the same name
    metadata["myst_slugs"] |= {slug: (0, id_, slug) for slug, (id_, _) in metadata["terms"].items()}


def prose(node):
    """The texts under `node` that are running text."""
    for child in node.children:
        if isinstance(child, nodes.Text):
            yield child
        elif not isinstance(child, NOT_PROSE) and "cell_output" not in child.get("classes", ()):
            yield from prose(child)


def link(app, doctree, docname):
    if not docname.startswith(CHAPTERS):
        return
    entries = app.env.metadata[PAGE]["terms"]
    slugs = {id_: slug for slug, (id_, _) in entries.items()}
    linked = set(ELSEWHERE.get(docname, ()))
    for reference in doctree.findall(nodes.reference):
        page, _, id_ = reference.get("refuri", "").partition("#")
        if "glossary" in page and id_ in slugs:
            linked.add(slugs[id_])
            mark(reference, entries[slugs[id_]][1])
    expression, groups = any_term()
    for text in list(prose(doctree)):
        pieces, end = [], 0
        for match in expression.finditer(text):
            slug = groups[match.lastindex - 1]
            if slug in linked:
                continue
            linked.add(slug)
            id_, definition = entries[slug]
            new = make_refnode(app.builder, docname, PAGE, id_, nodes.Text(match[0]))
            mark(new, definition)
            pieces += [nodes.Text(text[end : match.start()]), new]
            end = match.end()
        if pieces:
            text.parent.replace(text, [*pieces, nodes.Text(text[end:])])


def mark(reference, definition):
    reference["classes"] = [*reference.get("classes", []), "in-glossary"]
    reference["reftitle"] = definition


def setup(app):
    app.connect("doctree-read", remember)
    app.connect("doctree-resolved", link)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
