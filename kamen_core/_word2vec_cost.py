"""What word2vec costs: counted, not measured."""

from math import ceil, log2
from typing import NamedTuple

from . import _check


class OutputCost(NamedTuple):
    """Multiply-adds to score the words of one prediction, by kind of output layer."""

    softmax: int
    hierarchical: int
    negative_sampling: int


def n_predictions(n_tokens, window, algorithm="skipgram"):
    """Predictions in one sentence with the full window.

    CBOW makes one a word, T; skip-gram one a neighbour, 2cT − c(c + 1) for radius c ≤ T − 1.

    Examples
    --------
    >>> n_predictions(10, 2), n_predictions(10, 2, "cbow")
    (34, 10)
    """
    t = _check.integer("n_tokens", n_tokens, least=0)
    c = _check.integer("window", window, least=1)
    if _check.choice("algorithm", algorithm, ("skipgram", "cbow")) == "cbow":
        return t if t > 1 else 0
    c = min(c, max(t - 1, 0))  # no window is wider than the sentence
    return 2 * c * t - c * (c + 1)


def multiply_adds(n_contexts, negative, vector_size, algorithm="skipgram"):
    """Multiply-adds of all the training that one centre with `n_contexts` neighbours causes.

    Each true or noise word takes three passes over a vector (score, its row's step, the step passed back).
    Skip-gram does that for every neighbour, and one more pass to take the step; CBOW does it once, and two
    passes a neighbour, to add it up and to move it. So the ratio of the two is not the number of neighbours.

    Examples
    --------
    >>> multiply_adds(10, 5, 100), multiply_adds(10, 5, 100, "cbow")
    (19000, 3800)
    """
    k = _check.integer("n_contexts", n_contexts, least=0)
    n = _check.integer("negative", negative, least=1)
    d = _check.integer("vector_size", vector_size, least=1)
    _check.choice("algorithm", algorithm, ("skipgram", "cbow"))
    if k == 0:
        return 0
    prediction = 3 * (n + 1)
    return (k * (prediction + 1) if algorithm == "skipgram" else prediction + 2 * k) * d


def output_cost(n_words, vector_size, negative):
    """Multiply-adds to score one prediction among `n_words` words.

    The softmax scores every word, the hierarchical softmax one node a level of a balanced tree, negative
    sampling the true word and the noise.

    Examples
    --------
    >>> output_cost(100_000, 100, 5)
    OutputCost(softmax=10000000, hierarchical=1700, negative_sampling=600)
    """
    v = _check.integer("n_words", n_words, least=2)
    d = _check.integer("vector_size", vector_size, least=1)
    n = _check.integer("negative", negative, least=1)
    return OutputCost(v * d, ceil(log2(v)) * d, (n + 1) * d)
