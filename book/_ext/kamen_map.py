"""How the chapters lean on each other: `{chapter-map}` on the first page, links at the foot of a chapter."""

from docutils import nodes
from kamen_words import said
from sphinx.util.docutils import SphinxDirective

# What leads from a chapter to one that leans on it
LEANS = {
    ("gradient_descent", "backprop"): "where its gradients come from",
    ("backprop", "lstm_gru"): "the same way back, through time",
    ("gradient_descent", "word2vec"): "the same step, one window at a time",
    ("word2vec", "lda"): "the same Bible, by sampling",
    ("gradient_descent", "roc_auc"): "how good is what was learned?",
    ("roc_auc", "rdd"): "AUC on many machines: one aggregate",
}
WORDS = {"back": "Leans on", "on": "Leads to", "colon": ": "}


def short(app, chapter):
    """A chapter's title up to its colon."""
    return app.env.titles[f"notebooks/{chapter}"].astext().replace("：", ":").partition(":")[0]


class Map(nodes.General, nodes.Element):
    """Where the map will be, once all titles are known."""


class ChapterMap(SphinxDirective):
    def run(self):
        return [Map()]


def draw(app, doctree, docname):
    """A tree of links: the first chapter, and from it a branch a column, each step with what leads to it."""

    def link(chapter):
        address = app.builder.get_relative_uri(docname, f"notebooks/{chapter}")
        return nodes.paragraph(
            "", "", nodes.reference("", short(app, chapter), refuri=address, internal=True)
        )

    def step(pair):
        return [nodes.paragraph("", whys[pair], classes=["why"]), link(pair[1])]

    whys = said(app.config.language, LEANS)
    for place in list(doctree.findall(Map)):
        root = next(iter(LEANS))[0]
        branches = nodes.bullet_list()
        for lean in LEANS:
            if lean[0] == root:
                item, tip = nodes.list_item("", *step(lean)), lean[1]
                while onward := [other for other in LEANS if other[0] == tip]:
                    item += step(onward[0])
                    tip = onward[0][1]
                branches += item
        place.replace_self(nodes.container("", link(root), branches, classes=["chapter-map"]))


def foot(app, pagename, templatename, context, doctree):
    """For layout.html: (leans on or leads to, chapter, address, what leads there)."""
    words = said(app.config.language, WORDS)
    chapter = pagename.removeprefix("notebooks/")
    context["leans"] = []
    for (base, onward), why in said(app.config.language, LEANS).items():
        if chapter in (base, onward):
            way, other = (words["on"], onward) if chapter == base else (words["back"], base)
            address = context["pathto"](f"notebooks/{other}")
            context["leans"].append((way, short(app, other), address, words["colon"] + why))


def setup(app):
    app.add_directive("chapter-map", ChapterMap)
    app.add_node(Map)
    app.connect("doctree-resolved", draw)
    app.connect("html-page-context", foot, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
