"""The source of a function as the book shows it: from the package itself, without the reference text."""

import ast
import inspect
import textwrap

from IPython.display import Code


def listing(*objects):
    """The source of functions or classes, one after the other, without their docstrings.

    Parameters
    ----------
    *objects : function or class
        Decorated and compiled functions are shown as they were written.

    Returns
    -------
    IPython.display.Code

    Examples
    --------
    >>> from kamen_core.trace import run
    >>> listing(run).data.splitlines()[0]
    'def run(steps, n_steps, progress=False):'
    """
    return Code("\n\n".join(_source(o) for o in objects), language="python")


def _source(thing):
    text = textwrap.dedent(inspect.getsource(getattr(thing, "py_func", thing)))
    lines, drop = text.splitlines(), set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) is not None:
            first = node.body[0]
            drop |= set(range(first.lineno - 1, first.end_lineno))
    return "\n".join(line for i, line in enumerate(lines) if i not in drop).strip() + "\n"
