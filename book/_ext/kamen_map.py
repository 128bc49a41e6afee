"""How the chapters lean on each other: `{chapter-map}` on the first page, links at the foot of a chapter."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

# (leans on, chapter, what leads from one to the other)
LEANS = (
    ("gradient_descent", "backprop", "where its gradients come from", "它要的梯度从哪里来"),
    ("backprop", "lstm_gru", "the same way back, through time", "同样往回传，这次沿着时间"),
    ("gradient_descent", "word2vec", "the same step, one window at a time", "同样的一步，一次一个窗口"),
    ("word2vec", "lda", "the same Bible, by sampling", "还是那部圣经，改用采样"),
    ("gradient_descent", "roc_auc", "how good is what was learned?", "学到的有多好？"),
    ("roc_auc", "rdd", "AUC on many machines: one aggregate", "许多台机器上算 AUC：一次 aggregate"),
)
WORDS = {"en": ("Leans on", "Leads to", ": "), "zh": ("承接", "通往", "：")}


def chinese(config):
    return (config.language or "en").startswith("zh")


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

    def step(_, chapter, *why):
        return [nodes.paragraph("", why[chinese(app.config)], classes=["why"]), link(chapter)]

    for place in list(doctree.findall(Map)):
        root = LEANS[0][0]
        branches = nodes.bullet_list()
        for lean in LEANS:
            if lean[0] == root:
                item, tip = nodes.list_item("", *step(*lean)), lean[1]
                while onward := [other for other in LEANS if other[0] == tip]:
                    item += step(*onward[0])
                    tip = onward[0][1]
                branches += item
        place.replace_self(nodes.container("", link(root), branches, classes=["chapter-map"]))


def foot(app, pagename, templatename, context, doctree):
    """For layout.html: (leans on or leads to, chapter, address, what leads there)."""
    words = WORDS["zh" if chinese(app.config) else "en"]
    chapter = pagename.removeprefix("notebooks/")
    context["leans"] = [
        (
            words[other == onward],
            short(app, other),
            context["pathto"](f"notebooks/{other}"),
            words[2] + why[chinese(app.config)],
        )
        for base, onward, *why in LEANS
        for other in ({base, onward} - {chapter} if chapter in (base, onward) else ())
    ]


def setup(app):
    app.add_directive("chapter-map", ChapterMap)
    app.add_node(Map)
    app.connect("doctree-resolved", draw)
    app.connect("html-page-context", foot, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
