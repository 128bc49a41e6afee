"""A page carries the data of its figures only: their script and style are files that all pages share.

Every anywidget repeats its source in its state. Here the book's own sources become ``_static/widgets/*``,
which a browser keeps from page to page (and which a strict Content-Security-Policy allows).
"""

import json
import re
import shutil
from pathlib import Path

STATE = "application/vnd.jupyter.widget-state+json"
CORE = Path(__file__).resolve().parents[2] / "kamen_core"
SOURCES = {path.read_text(encoding="utf-8"): path for path in sorted(CORE.glob("*/*.js"))}


def lighten(state):
    """The state without what the page has elsewhere, and the names of the widgets on the page."""
    light, names = {}, set()
    for model, content in state["state"].items():
        values = content["state"]
        if values.get("_esm") not in SOURCES:
            if content.get("model_module") == "anywidget":  # a widget of someone else's
                light[model] = content
            continue
        name = SOURCES[values["_esm"]].stem
        names.add(name)
        keep = {
            k: v
            for k, v in values.items()
            if not k.startswith("_") and k not in ("layout", "tabbable", "tooltip")
        }
        keep["_esm"] = f"./widgets/{name}.js"
        buffers = [b for b in content.get("buffers", []) if b["path"] != ["page"]]  # the page is the page
        if name == "quiz":
            keep.pop("page")
        light[model] = {"model_module": "anywidget", "state": keep, "buffers": buffers}
    return {"state": light}, names


def page(app, pagename, templatename, context, doctree):
    for script in context["script_files"]:
        attributes = getattr(script, "attributes", {})
        if attributes.get("type") != STATE:
            continue
        state, names = lighten(json.loads(attributes["body"]))
        text = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
        attributes["body"] = re.sub(r"</", r"<\\/", text)
        context["site"]["css"] += [f"_static/widgets/{name}.css" for name in sorted(names)]


def copy(app, exception):
    if exception or app.builder.name != "html":
        return
    folder = Path(app.outdir) / "_static" / "widgets"
    folder.mkdir(parents=True, exist_ok=True)
    for path in SOURCES.values():
        for part in (path, path.with_suffix(".css")):
            shutil.copyfile(part, folder / part.name)


def setup(app):
    app.connect("html-page-context", page, priority=900)  # after kamen_site
    app.connect("build-finished", copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
