"""What the book's page of corrections computes: for every statement that needs one, the numbers that show it.

One module a chapter, one function a statement, named after it: ``roc_32`` is ROC-32 of the column. Each takes
nothing and returns its numbers by name. The page asks for them when it is built; the tests hold every one of
them to what the page says.
"""

import functools
import importlib

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
    >>> round(evidence("ROC-32")["area_printed"], 4)
    0.9167
    """
    compute = function(claim)
    if compute is None:
        raise ValueError(f"claim: nothing is computed for {claim}")
    return compute()
