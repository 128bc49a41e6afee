"""Small real data, shipped with the package: no download, ever.

Beside each file in ``kamen_core/data`` lie its provenance and licence (``<name>.md``) and the script that
made it (``make_<name>.py``).
"""

from importlib.resources import files
from typing import NamedTuple

import numpy as np

from kamen_core import _check
from kamen_core._texts import (  # noqa: F401 - the texts are read from here
    STOP_WORDS,
    Document,
    TokenIds,
    bible,
    sentences,
    tang_poems,
    token_ids,
    tokens,
)
from kamen_core.brackets import Network
from kamen_core.lstm_gru import GRUParams, LSTMParams


def _arrays(name):
    """The arrays of ``data/<name>.npz`` as a dict."""
    with files("kamen_core.data").joinpath(f"{name}.npz").open("rb") as stream, np.load(stream) as npz:
        return dict(npz)


class BracketNetworks(NamedTuple):
    """The two trained networks, and the mean loss of every fifty steps of their training."""

    lstm: Network
    gru: Network
    lstm_loss: np.ndarray
    gru_loss: np.ndarray


def bracket_networks():
    """An LSTM and a GRU of 20 units that were trained to read the language of :mod:`kamen_core.brackets`.

    By what, on what and how well: ``data/lstm_gru.md``.

    Returns
    -------
    BracketNetworks
        ``lstm`` and ``gru``, each a Network in float32; ``lstm_loss`` and ``gru_loss`` (110,) in nats.

    Examples
    --------
    >>> networks = bracket_networks()
    >>> networks.lstm.params.weight_hh.shape, networks.gru.params.weight_hh.shape
    ((80, 20), (60, 20))
    """
    arrays = _arrays("lstm_gru")

    def network(name, kind):
        params = kind(*(arrays[f"{name}_{field}"] for field in kind._fields))
        return Network(params, arrays[f"{name}_weight_out"], arrays[f"{name}_bias_out"])

    return BracketNetworks(
        network("lstm", LSTMParams), network("gru", GRUParams), arrays["lstm_loss"], arrays["gru_loss"]
    )


def breast_cancer_scores():
    """A real classifier's scores of 569 patients, and who of them had cancer.

    The scores are out-of-sample: each patient's comes from a logistic regression, on three modest features,
    that was fitted without that patient. Source, licence (CC BY 4.0) and recipe: ``data/breast_cancer.md``.

    Returns
    -------
    y_true : ndarray (569,) of int8
        1 malignant (212 patients), 0 benign (357).
    y_score : ndarray (569,) of float64
        Probability of malignant, in [0, 1], to three decimals.

    Examples
    --------
    >>> y_true, y_score = breast_cancer_scores()
    >>> int(y_true.sum()), y_score[:3].tolist()
    (212, [0.69, 0.166, 0.625])
    """
    arrays = _arrays("breast_cancer")
    return arrays["y_true"], arrays["y_score"]


def breast_cancer_features():
    """The three measurements that the classifier of :func:`breast_cancer_scores` sees.

    Returns
    -------
    features : ndarray (569, 3) of float64
        Columns: worst texture (standard deviation of grey values), worst smoothness (local variation of the
        radius), worst symmetry. "Worst" is the mean over the three largest nuclei of the image.
    y_true : ndarray (569,) of int8
        1 malignant, 0 benign.

    Examples
    --------
    >>> features, y_true = breast_cancer_features()
    >>> features[0].tolist(), int(y_true[0])
    ([17.33, 0.1622, 0.4601], 1)
    """
    arrays = _arrays("breast_cancer")
    return arrays["features"], arrays["y_true"]


class TopicRuns(NamedTuple):
    """What long runs of the topic sampler left behind; K = 12 topics, U the words that figures show."""

    n_docs: int
    n_tokens: int
    n_words: int
    alpha: float
    eta: float
    words: np.ndarray  # (U,) of str
    n_w: np.ndarray  # (U,) how often each occurs
    sweeps: np.ndarray  # (S,) after which the first chain was looked at
    n_k: np.ndarray  # (S, K) tokens in a topic then
    n_kw: np.ndarray  # (S, K, U) uses of these words in a topic
    log_likelihood: np.ndarray  # (4, 301), four chains, every sweep
    similarity: np.ndarray  # (3, K, K): overlap Σ √(φ φ') of the first chain's topics and another's
    others: np.ndarray  # (3, K, 3), the three likeliest words of the others' topics
    shown: np.ndarray  # (E,) names of some documents
    theta: np.ndarray  # (E, K), mean over the last 50 sweeps
    excerpt: np.ndarray  # (E, 36) of str, their first words; "" where there are fewer
    excerpt_z: np.ndarray  # (E, 36), the topic that each was in most often; -1 where there is none
    alphas: np.ndarray  # (A,) other priors, 150 sweeps each
    etas: np.ndarray  # (B,)
    effective_topics: np.ndarray  # (A, B): exp of the entropy of θ, mean over documents
    effective_words: np.ndarray  # (A, B): exp of the entropy of φ, mean over topics
    example: np.ndarray  # (A, B, K): θ of the first document of `shown`, sorted
    example_words: np.ndarray  # (A, B, 8) of str: the likeliest words of one topic
    rare: np.ndarray  # (R, 3): K, alpha and eta of runs in which no word was left out
    edges: np.ndarray  # (G,): words are classed by how often they occur, from edges[g] to edges[g+1]-1
    switch_rate: np.ndarray  # (R, G): how often a sweep moves a token to another topic
    switch_tokens: np.ndarray  # (G,): tokens in each class


def topic_runs(corpus):
    """Long runs of :func:`kamen_core.lda.gibbs` on real texts, made by ``data/make_lda.py``.

    Parameters
    ----------
    corpus : {"bible", "tang"}
        1,189 chapters of the King James Bible, or 7,940 Tang poems of eight lines of seven characters.

    Returns
    -------
    TopicRuns

    Raises
    ------
    ValueError
        If there is no such corpus.

    Examples
    --------
    >>> runs = topic_runs("bible")
    >>> runs.words[runs.n_kw[-1, 5].argsort()[:-4:-1]].tolist()
    ['offering', 'altar', 'two']
    """
    corpus = _check.choice("corpus", corpus, ("bible", "tang"))
    arrays = _arrays("lda")
    arrays |= {k.removeprefix(f"{corpus}_"): v for k, v in arrays.items() if k.startswith(f"{corpus}_")}
    arrays |= dict(zip(("n_docs", "n_tokens", "n_words"), map(int, arrays["sizes"]), strict=True))
    arrays |= {name: float(arrays[name]) for name in ("alpha", "eta")}
    return TopicRuns(**{name: arrays[name] for name in TopicRuns._fields})


class WordVectors(NamedTuple):
    """Vectors (V, d) of length 1, and the words (V,), most frequent first."""

    vectors: np.ndarray
    vocabulary: tuple[str, ...]


def word2vec_findings():
    """What trainings that take minutes found, for the figures of the word2vec chapter.

    What was trained, and what each array is: ``data/word2vec.md``.

    Returns
    -------
    dict of str to ndarray

    Examples
    --------
    >>> word2vec_findings()["rare_hits"].shape
    (4, 3, 3, 9, 10)
    """
    return _arrays("word2vec")


def word_vectors(corpus="bible"):
    """Skip-gram vectors of the 1,500 most frequent words of a corpus, rounded to 8 bits.

    Parameters
    ----------
    corpus : {"bible", "tang"}

    Returns
    -------
    WordVectors

    Examples
    --------
    >>> from kamen_core.word2vec import most_similar
    >>> most_similar(word_vectors("tang"), "月", topn=1)[0][0]
    '夜'
    """
    arrays = _arrays("word2vec")
    vectors = arrays[f"{_check.choice('corpus', corpus, ('bible', 'tang'))}_vectors"].astype(float)
    words = str(arrays[f"{corpus}_words"]).split("\n")
    return WordVectors(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), tuple(words))


class Penguins(NamedTuple):
    """Measurements of penguins, one entry a bird; lengths in mm, mass in g."""

    species: np.ndarray
    bill_length: np.ndarray
    bill_depth: np.ndarray
    flipper_length: np.ndarray
    body_mass: np.ndarray


def penguins():
    """Size and weight of 342 Antarctic penguins, for regression: how heavy is one with flippers that long?

    Source, licence (CC0, public domain) and recipe: ``data/penguins.md``.

    Returns
    -------
    Penguins
        `species` (342,) of str: Adelie (151), Chinstrap (68), Gentoo (123); `bill_length`, `bill_depth`,
        `flipper_length` (342,) in mm; `body_mass` (342,) in g.

    Examples
    --------
    >>> birds = penguins()
    >>> len(birds.body_mass), birds.flipper_length[:3], birds.body_mass[:3]
    (342, array([181., 186., 195.]), array([3750., 3800., 3250.]))
    """
    arrays = _arrays("penguins")
    return Penguins(
        arrays["species"],
        arrays["bill_length_mm"],
        arrays["bill_depth_mm"],
        arrays["flipper_length_mm"],
        arrays["body_mass_g"],
    )


class Digits(NamedTuple):
    """Handwritten digits, 8 × 8."""

    images: np.ndarray  # (1797, 8, 8) uint8, 0 to 16
    labels: np.ndarray  # (1797,) uint8, 0 to 9


class Points(NamedTuple):
    """Labelled points in the plane."""

    x: np.ndarray  # (n, 2)
    labels: np.ndarray  # (n,) int64


def digits():
    """1,797 handwritten digits of 13 people (Alpaydin and Kaynak 1998, CC BY 4.0).

    Returns
    -------
    Digits(images, labels)

    Examples
    --------
    >>> images, labels = digits()
    >>> images.shape, labels[:5]
    ((1797, 8, 8), array([0, 1, 2, 3, 4], dtype=uint8))
    """
    return Digits(**_arrays("digits"))


def two_moons(n_samples=200, noise=0.1, rng=None):
    """Two half circles that reach into each other: no straight line parts them.

    Parameters
    ----------
    n_samples : int
        Points in all, 2 or more, shuffled; an odd one goes to class 0.
    noise : float
        Standard deviation of the normal noise on both coordinates.
    rng : numpy.random.Generator or seed

    Returns
    -------
    Points(x, labels)
        Class 0 on the upper half of the unit circle, class 1 on the lower half of that about (1, 1/2).

    Raises
    ------
    TypeError, ValueError
        If `n_samples` is not an integer of at least 2, or `noise` is negative.

    Examples
    --------
    >>> x, labels = two_moons(100, rng=0)
    >>> x.shape, np.bincount(labels)
    ((100, 2), array([50, 50]))
    """
    labels = np.arange(_check.integer("n_samples", n_samples, least=2)) % 2
    noise = _check.number("noise", noise, least=0)
    rng = _check.generator(rng)
    angle = rng.uniform(0, np.pi, n_samples)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    x = np.where(labels[:, None] == 0, upper, [1.0, 0.5] - upper)
    return _shuffled(x + noise * rng.standard_normal((n_samples, 2)), labels, rng)


def spirals(n_samples=300, n_classes=3, turns=0.75, noise=0.05, rng=None):
    """Arms of a spiral, one a class.

    Parameters
    ----------
    n_samples : int
        Points in all, at least one a class, shuffled.
    n_classes : int
        Arms, 1 or more.
    turns : float
        How far an arm winds round the origin while its radius grows from 0 to 1.
    noise : float
        Standard deviation of the normal noise on both coordinates.
    rng : numpy.random.Generator or seed

    Returns
    -------
    Points(x, labels)

    Raises
    ------
    TypeError, ValueError
        If a count is not an integer or too small, or `noise` is negative.

    Examples
    --------
    >>> x, labels = spirals(90, rng=0)
    >>> x.shape, np.bincount(labels)
    ((90, 2), array([30, 30, 30]))
    """
    n_classes = _check.integer("n_classes", n_classes, least=1)
    labels = np.arange(_check.integer("n_samples", n_samples, least=n_classes)) % n_classes
    turns = _check.number("turns", turns)
    noise = _check.number("noise", noise, least=0)
    rng = _check.generator(rng)
    radius = rng.uniform(0, 1, n_samples)
    angle = 2 * np.pi * (turns * radius + labels / n_classes)
    x = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return _shuffled(x + noise * rng.standard_normal((n_samples, 2)), labels, rng)


def _shuffled(x, labels, rng):
    order = rng.permutation(len(labels))
    return Points(x[order], labels[order])
