"""What the book's page of corrections computes: for every statement that needs one, the numbers that show it.

One module a chapter, one function a statement, named after it: ``roc_32`` is ROC-32 of the column. Each takes
nothing and returns its numbers by name. The page asks for them when it is built; the tests hold every one of
them to what the page says.
"""

import ast
import functools
import importlib
import inspect

CHAPTERS = {
    "GD": "gradient_descent",
    "BP": "backprop",
    "RNN": "lstm_gru",
    "W2V": "word2vec",
    "LDA": "lda",
    "ROC": "roc_auc",
    "RDD": "rdd",
}


def function(claim):
    """The function that computes the evidence for `claim`, None where there is nothing to compute.

    Examples
    --------
    >>> function("ROC-32").__name__
    'roc_32'
    """
    chapter, _, number = claim.partition("-")
    if chapter not in CHAPTERS or not number.isdigit():
        raise ValueError(f"claim: expected something like ROC-32, got {claim!r}")
    module = importlib.import_module(f"{__name__}.{CHAPTERS[chapter]}")
    return getattr(module, claim.lower().replace("-", "_"), None)


@functools.cache
def evidence(claim):
    """The numbers for `claim`, by name; computed once.

    Parameters
    ----------
    claim : str
        Such as ``"ROC-32"``.

    Returns
    -------
    dict of str to number, str, tuple or array

    Raises
    ------
    ValueError
        If nothing is computed for this claim.

    Examples
    --------
    >>> float(round(evidence("ROC-32")["area_printed"], 4))
    0.9167
    """
    compute = function(claim)
    if compute is None:
        raise ValueError(f"claim: nothing is computed for {claim}")
    return compute()


def source(claim):
    """The lines that compute the evidence for `claim`, with the helpers and constants they use.

    Examples
    --------
    >>> print(source("ROC-41"))
    FIVE = [1, 1, 0, 1, 0], [0.9, 0.8, 0.75, 0.72, 0.7]  # the column's samples: labels, scores
    <BLANKLINE>
    def roc_41():
        labels, _ = FIVE
        return {"all": len(labels), "positives": sum(labels)}
    """
    compute = function(claim)
    text = inspect.getsource(inspect.getmodule(compute))
    defined = {name: node for node in ast.parse(text).body for name in _names(node)}
    wanted, waiting = set(), [compute.__name__]
    while waiting:
        node = defined[waiting.pop()]
        if node not in wanted:
            wanted.add(node)
            waiting += [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in defined]
    lines, parts, before = text.splitlines(), [], None
    for node in sorted(wanted, key=lambda node: node.lineno):
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
        alike = isinstance(before, ast.Assign) and isinstance(node, ast.Assign)
        parts += ([] if before is None or alike else [""]) + lines[first - 1 : node.end_lineno]
        before = node
    return "\n".join(parts)


def _names(node):
    """What a statement of a module defines, imports aside."""
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)]
    return []
