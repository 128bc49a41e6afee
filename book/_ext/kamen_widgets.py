"""What a built page carries of its widgets: scripts once for all pages, drawings beside the page."""

import hashlib
import json
import re
import shutil
from pathlib import Path

NOT_ON_A_PAGE = ("layout", "page", "tabbable", "tooltip")  # `page` is a widget's markup: the page has it
STATE = "application/vnd.jupyter.widget-state+json"
DATA = "_figures"  # in every edition's folder


def classic(source, name):
    """A widget's module as a plain script: browsers import no module from a folder on disk.

    None where that is not to be had by putting it into a function.
    """
    if re.search(r"^\s*import\b|\bimport\.meta\b", source, re.M) or source.count("export ") != 1:
        return None
    body, export, default = source.partition("\nexport default ")
    if not export:
        return None
    body = f'"use strict";\n{body}\nreturn {default.strip()}'
    return f'(window.kamenWidgets||={{}})["{name}"]=(()=>{{{body}\n}})();\n'


def share(app, pagename, state):
    """Take out of a page's widget state what weighs: scripts, styles, and the drawings of every figure.

    A page that holds all its drawings is twice as long, and nothing of it moves before the last has come. So
    each figure's lie in a script of their own, which kamen-lite.js asks for in its turn; scripts work from a
    folder too.

    Returns
    -------
    modules, styles : list of str
        The names of the widgets' scripts in _static; the text of their styles.
    state : dict
        What kamen-lite.js needs: a script that the page loads is named there, another stands there whole;
        ``data`` says where a widget's buffers are.
    """
    scripts, styles, light = {}, {}, {}
    folder = Path(app.outdir) / DATA / pagename
    shutil.rmtree(folder, ignore_errors=True)  # what an earlier build left
    for number, model in state["state"].items():
        if model.get("model_module") != "anywidget":
            continue
        values = {
            name: value
            for name, value in model["state"].items()
            if name in ("_esm", "_css") or not (name.startswith("_") or name in NOT_ON_A_PAGE)
        }
        light[number] = {"model_module": "anywidget", "state": values}
        if buffers := [b for b in model.get("buffers", []) if b["path"] != ["page"]]:
            light[number]["data"] = write_data(folder, f"{DATA}/{pagename}", buffers)
        source = values.get("_esm") or ""
        name = f"widget-{hashlib.sha256(source.encode()).hexdigest()[:10]}.js"
        if script := classic(source, name):
            scripts[name] = script
            values["_esm"] = name
        if values.get("_css"):
            styles[values["_css"]] = True
            values["_css"] = ""
    static = Path(app.outdir) / "_static"
    static.mkdir(exist_ok=True)
    for name, source in scripts.items():
        (static / name).write_text(source, encoding="utf-8")
    return list(scripts), list(styles), {"state": light}


def write_data(folder, address, buffers):
    """Write a widget's buffers as a script that says them under its own address; returns the address."""
    text = json.dumps(buffers, separators=(",", ":"))
    name = f"{address}/{hashlib.sha256(text.encode()).hexdigest()[:10]}.js"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name.rsplit("/", 1)[1]).write_text(
        f'(window.kamenData||={{}})["{name}"]={text};\n', encoding="utf-8"
    )
    return name


def numbered(body, state):
    """Number a page's widgets in its order: a run gives them random names, and every build others."""
    names = {}
    for model in re.findall(r"\b[0-9a-f]{32}\b", body):
        if model in state["state"]:
            names.setdefault(model, f"widget{len(names) + 1}")
    body = re.sub(r"\b[0-9a-f]{32}\b", lambda m: names.get(m[0], m[0]), body)
    return body, {"state": {name: state["state"][model] for model, name in names.items()}}


def first_data(body, state):
    """Where the drawings of a page's first figure are, to be asked for at once."""
    for number in re.findall(r'data-kamen-model="(\w+)"', body):
        if data := state["state"].get(number, {}).get("data"):
            return data
    return ""
