"""word2vec with negative sampling: skip-gram and CBOW, as Mikolov et al. (2013) describe them.

Skip-gram lets each word predict its neighbours one by one; CBOW lets the mean of the neighbours predict the
word. Every word has two vectors: a row of `vectors` as the one who predicts, a row of `output_vectors` as
the one who is predicted.

>>> from kamen_core import datasets
>>> model = train(datasets.sentences(datasets.bible()[:50]), min_count=5, epochs=2, rng=0)
>>> model.vectors.shape, len(model.vocabulary), model.vocabulary[:3]
((756, 100), 756, ('and', 'the', 'of'))

References
----------
Mikolov, Chen, Corrado, Dean (2013), arXiv 1301.3781; Mikolov, Sutskever, Chen, Corrado, Dean (2013),
arXiv 1310.4546; İrsoy, Benton, Stratos (2021), arXiv 2012.15332.
"""

from typing import NamedTuple

import numpy as np

from . import _check
from ._word2vec_corpus import Vocabulary, cbow_contexts, count_words, index, skipgram_pairs
from ._word2vec_cost import multiply_adds, n_predictions, output_cost
from ._word2vec_loops import alias_table, cbow_epoch, skipgram_epoch
from ._word2vec_neighbours import analogy, most_similar
from ._word2vec_step import Gradients, gradients
from ._word2vec_topics import TopicCorpus, neighbour_precision, topic_corpus
from .trace import bar

__all__ = [
    "EpochState",
    "Gradients",
    "TopicCorpus",
    "Vocabulary",
    "Word2Vec",
    "analogy",
    "cbow_contexts",
    "count_words",
    "epochs",
    "gradients",
    "most_similar",
    "multiply_adds",
    "n_predictions",
    "neighbour_precision",
    "output_cost",
    "skipgram_pairs",
    "topic_corpus",
    "train",
]

ALGORITHMS = ("skipgram", "cbow")
CBOW_UPDATES = ("exact", "word2vec.c")


class Word2Vec(NamedTuple):
    """A trained model. Row i of both matrices (V, vector_size) and of `counts` (V,) is ``vocabulary[i]``.

    `n_predictions` counts those of all epochs; `losses` (epochs,) is the mean loss of a prediction in each.
    """

    vectors: np.ndarray
    output_vectors: np.ndarray
    vocabulary: tuple[str, ...]
    counts: np.ndarray
    n_predictions: int
    losses: np.ndarray


class EpochState(NamedTuple):
    """After an epoch: both matrices, the predictions made so far, the epoch's mean loss of one prediction."""

    vectors: np.ndarray
    output_vectors: np.ndarray
    n_predictions: int
    loss: float


def _settings(algorithm, vector_size, window, negative, sample, epochs, alpha, min_alpha, cbow_update, rng):
    """The checked arguments of `train` but the corpus."""
    alpha = _check.number("alpha", alpha, above=0)
    if _check.number("min_alpha", min_alpha, least=0) > alpha:
        raise ValueError(f"min_alpha: expected at most alpha = {alpha}, got {min_alpha}")
    return {
        "algorithm": _check.choice("algorithm", algorithm, ALGORITHMS),
        "vector_size": _check.integer("vector_size", vector_size, least=1),
        "window": _check.integer("window", window, least=1),
        "negative": _check.integer("negative", negative, least=1),
        "sample": _check.number("sample", sample, least=0, most=1),
        "n_epochs": _check.integer("epochs", epochs, least=1),
        "alpha": alpha,
        "min_alpha": float(min_alpha),
        "exact": _check.choice("cbow_update", cbow_update, CBOW_UPDATES) == "exact",
        "rng": _check.generator(rng),
    }


def _keep_probability(counts, sample):
    """How often a word survives subsampling, as word2vec.c has it: √(t/f) + t/f, at most 1."""
    ratio = sample / (counts / counts.sum())
    return np.minimum(1, np.sqrt(ratio) + ratio)


def _train(
    counts,
    tokens,
    ends,
    algorithm,
    vector_size,
    window,
    negative,
    sample,
    n_epochs,
    alpha,
    min_alpha,
    exact,
    rng,
):
    inputs = (rng.uniform(-1, 1, (len(counts), vector_size)) / vector_size).astype(np.float32)
    outputs = np.zeros_like(inputs)
    n_predictions, untrained_loss = 0, (1 + negative) * np.log(2)
    yield EpochState(inputs, outputs, n_predictions, untrained_loss)
    noise = alias_table(counts**0.75)
    keep = _keep_probability(counts, sample) if sample else None
    for epoch in range(n_epochs):
        kept, kept_ends = tokens, ends
        if sample:
            survives = rng.random(tokens.size) < keep[tokens]
            kept, kept_ends = tokens[survives], np.append(0, np.cumsum(survives))[ends]
        lr_first, lr_last = (alpha + (min_alpha - alpha) * n / n_epochs for n in (epoch, epoch + 1))
        inputs, outputs = inputs.copy(), outputs.copy()
        arguments = (kept, kept_ends, inputs, outputs, *noise, window, negative, lr_first, lr_last, rng)
        with np.errstate(over="ignore", invalid="ignore"):
            n, loss = skipgram_epoch(*arguments) if algorithm == "skipgram" else cbow_epoch(*arguments, exact)
        if not (np.isfinite(inputs).all() and np.isfinite(outputs).all()):
            raise ValueError(f"alpha: the vectors grow beyond all bounds with {alpha}; take a smaller one")
        n_predictions += n
        yield EpochState(inputs, outputs, n_predictions, loss / n if n else np.nan)


def epochs(
    sentences,
    algorithm="skipgram",
    vector_size=100,
    window=5,
    negative=5,
    min_count=1,
    sample=0.0,
    epochs=5,
    alpha=0.025,
    min_alpha=1e-4,
    cbow_update="exact",
    rng=None,
):
    """Train epoch by epoch; the arguments are those of `train`.

    Yields
    ------
    EpochState
        The untrained one first, then `epochs` more. Rows are in the order of
        ``count_words(sentences, min_count)``.

    Examples
    --------
    >>> from kamen_core.trace import run
    >>> states = run(epochs([["sun", "moon"], ["moon", "star"]], vector_size=3, rng=0), 2)
    >>> states.vectors.shape, states.n_predictions
    ((3, 3, 3), array([0, 4, 8]))
    """
    settings = _settings(
        algorithm, vector_size, window, negative, sample, epochs, alpha, min_alpha, cbow_update, rng
    )
    vocabulary, tokens, ends = index(sentences, min_count)
    return _train(vocabulary.counts, tokens, ends, **settings)


def train(
    sentences,
    algorithm="skipgram",
    vector_size=100,
    window=5,
    negative=5,
    min_count=1,
    sample=0.0,
    epochs=5,
    alpha=0.025,
    min_alpha=1e-4,
    cbow_update="exact",
    rng=None,
    progress=False,
):
    """Word vectors of a corpus.

    Vectors start uniform within ±1/`vector_size`, output vectors at zero, as in gensim.

    Parameters
    ----------
    sentences : iterable of sequences of str
        Each sentence a list of words; no window reaches beyond its sentence.
    algorithm : {"skipgram", "cbow"}
    vector_size : int
        Numbers in a vector.
    window : int
        The largest radius: at each centre it is drawn from 1 … `window`, so near words count more.
    negative : int
        Noise words drawn against each true one, in proportion to count^0.75.
    min_count : int
        Rarer words are taken out before windows are laid.
    sample : float
        Subsampling of frequent words: one with share f of the corpus survives an epoch with probability
        √(sample/f) + sample/f; 0 keeps all. Usual: 1e-3 … 1e-5.
    epochs : int
        Passes through the corpus.
    alpha, min_alpha : float
        The learning rate falls from `alpha` to `min_alpha` in a straight line.
    cbow_update : {"exact", "word2vec.c"}
        The mean of K neighbours passes 1/K of the step on to each, which is the exact gradient; word2vec.c
        and gensim pass the whole of it to each, K times as much (İrsoy et al., 2021).
    rng : numpy.random.Generator, int or None
    progress : bool
        Show a progress bar, an epoch at a time.

    Returns
    -------
    Word2Vec

    Raises
    ------
    TypeError, ValueError
        For a corpus that is empty, is not lists of strings, or has nothing to predict; for settings out of
        range; if the vectors grow beyond all bounds.

    Examples
    --------
    >>> model = train([["sun", "moon"], ["moon", "star"]], vector_size=3, epochs=2, rng=0)
    >>> model.vocabulary, model.counts, model.n_predictions, model.losses.shape
    (('moon', 'sun', 'star'), array([2, 1, 1]), 8, (2,))
    """
    settings = _settings(
        algorithm, vector_size, window, negative, sample, epochs, alpha, min_alpha, cbow_update, rng
    )
    progress = _check.flag("progress", progress)
    vocabulary, tokens, ends = index(sentences, min_count)
    states = _train(vocabulary.counts, tokens, ends, **settings)
    next(states)
    if progress:
        states = bar(states, settings["n_epochs"], "epoch")
    losses = []
    for state in states:
        losses.append(state.loss)
    return Word2Vec(
        state.vectors, state.output_vectors, *vocabulary, int(state.n_predictions), np.array(losses)
    )
