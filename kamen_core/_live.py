"""A chapter's cell run in the page itself: what it needs of the chapter, its output, its sliders.

book/_static/kamen-live-worker.js calls :func:`run` and :func:`change` in the reader's browser. What passes
between them is JSON: a list of events, each ``{"kind": …}`` with what it shows.
"""

import ast
import contextlib
import io
import json
import symtable
import sys
import traceback
from importlib import import_module

from ._live_controls import module

_calls = []  # the functions behind the sliders of the cell that ran last


def _bound(statement):
    """The names that a top-level statement binds, also inside its blocks."""
    names, stack = set(), [statement]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
            continue  # what is bound inside is its own
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(a.asname or a.name).split(".")[0] for a in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            names |= {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
        stack.extend(ast.iter_child_nodes(node))
    return names


def _reads(statement):
    """The names that a top-level statement takes from before it, in whatever function."""
    used, tables = set(), [symtable.symtable(ast.unparse(statement), "<cell>", "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        top = table.get_type() == "module"
        names = (s for s in table.get_symbols() if s.is_referenced() and (top or s.is_global()))
        used |= {s.get_name() for s in names}
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        used.add(statement.target.id)
    # what a block or a function binds it reads back itself; an assignment reads before it binds
    return used if isinstance(statement, ast.Assign | ast.AugAssign) else used - _bound(statement)


def _loaded(source):
    """The names that `source` takes from before it."""
    wanted = set()
    for statement in reversed(ast.parse(source).body):
        if _rebinds(statement):
            wanted -= _bound(statement)
        wanted |= _reads(statement)
    return wanted


def _rebinds(statement):
    """Whether what a name was before no longer matters: plain assignments, definitions and imports."""
    if isinstance(statement, ast.Assign):
        return all(isinstance(n, ast.Name | ast.Tuple) for n in statement.targets)
    return isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom)


def needed(cells, code):
    """The statements of a chapter that `code` stands on, as source.

    Parameters
    ----------
    cells : list of str
        The code cells before it.
    code : str

    Returns
    -------
    str
        In their order; of an import only the names that are wanted.

    Examples
    --------
    >>> print(needed(["import numpy as np, sys", "a = np.ones(3)\\nb = slow()", "a = 2 * a"], "print(a)"))
    import numpy as np
    a = np.ones(3)
    a = 2 * a
    """
    wanted, kept = _loaded(code), []
    for statement in reversed([s for cell in cells for s in ast.parse(cell).body]):
        names = _bound(statement)
        if not names & wanted:
            continue
        if isinstance(statement, ast.Import | ast.ImportFrom):
            statement.names = [a for a in statement.names if (a.asname or a.name).split(".")[0] in wanted]
        if _rebinds(statement):
            wanted -= names
        kept.append(ast.unparse(statement))
        wanted |= _loaded(kept[-1])
    return "\n".join(reversed(kept))


def packages(code):
    """What has to be loaded before `code` runs, beside NumPy: names of in-browser packages."""
    if "kamen_core.figures" in code or "kamen_core.flipbook" in code or "kamen_core.quiz" in code:
        return ["anywidget", "matplotlib"]
    return ["matplotlib"] if "matplotlib" in code else []


class _Events(io.TextIOBase):
    """What a piece of code shows, in order; it stands in for ``sys.stdout``."""

    def __init__(self):
        self.list = []

    def write(self, text):
        if self.list and self.list[-1]["kind"] == "text":
            self.list[-1]["text"] += text
        else:
            self.list.append({"kind": "text", "text": text})
        return len(text)

    def show(self, value):
        """The value of a cell's last line, as a notebook shows it."""
        if value is None:
            return
        html = getattr(value, "_repr_html_", None)
        if html and (text := html()):
            self.list.append({"kind": "html", "html": text})
        else:
            self.write(repr(value) + "\n")

    def figures(self):
        """Every open matplotlib figure, as a picture, and closed."""
        if "matplotlib.pyplot" not in sys.modules:
            return
        import matplotlib.pyplot as plt

        for number in plt.get_fignums():
            drawing = io.StringIO()
            plt.figure(number).savefig(drawing, format="svg", bbox_inches="tight")
            self.list.append({"kind": "figure", "svg": drawing.getvalue()})
        plt.close("all")


def _captured(action):
    """`action(events)`'s events as JSON, an error among them: its last line first, then how it came about."""
    events = _Events()
    with contextlib.redirect_stdout(events), contextlib.redirect_stderr(events):
        try:
            action(events)
            events.figures()
        except BaseException as error:
            if isinstance(error, SyntaxError) and error.filename == "<cell>":
                error.__traceback__ = None
            last = traceback.format_exception_only(error)[-1].strip()
            whole = "".join(traceback.format_exception(error))
            events.list.append({"kind": "error", "last": last, "traceback": whole})
    return events.list


def _interact(events, function, controls):
    number = len(_calls)
    _calls.append(function)
    first = {name: control.value for name, control in controls.items()}
    shown = [control.described(name) for name, control in controls.items() if control.kind != "fixed"]
    event = {"kind": "interact", "call": number, "controls": shown}
    events.list.append(event)
    event["events"] = _captured(lambda inner: inner.show(function(**first)))


def run(cells, code):
    """Run `code` after what it needs of the chapter, in a namespace of its own.

    Parameters
    ----------
    cells : list of str
        The chapter's code cells before this one.
    code : str
        The cell, as the reader has it.

    Returns
    -------
    str
        JSON: the events.

    Examples
    --------
    >>> run(["from math import pi"], "print(round(pi, 2))")
    '[{"kind": "text", "text": "3.14\\\\n"}]'
    """

    def action(events):
        _calls.clear()
        tree = ast.parse(code, "<cell>")
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        here = {"__name__": "__main__", "display": events.show}
        before, quiet = needed(cells, code), _Events()
        if packages(before + code):
            with contextlib.suppress(ImportError):
                import_module("kamen_core.figures.style")  # with the real ipywidgets, if anything wants it
        with _widgets(lambda function, controls: _interact(events, function, controls)):
            with contextlib.redirect_stdout(quiet):
                exec(compile(before, "<chapter>", "exec"), here)
            exec(compile(tree, "<cell>", "exec"), here)
            if last is not None:
                events.show(eval(compile(ast.Expression(last.value), "<cell>", "eval"), here))

    return json.dumps(_captured(action))


def change(call, values):
    """Run the function behind sliders again, at other values.

    Parameters
    ----------
    call : int
        Which, as its event said.
    values : dict

    Returns
    -------
    str
        JSON: the events.
    """
    return json.dumps(_captured(lambda events: events.show(_calls[call](**values))))


@contextlib.contextmanager
def _widgets(interact):
    """Let ``import ipywidgets`` find our small one meanwhile."""
    real = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "ipywidgets"}
    sys.modules["ipywidgets"] = module(interact)
    try:
        yield
    finally:
        del sys.modules["ipywidgets"]
        sys.modules.update(real)
