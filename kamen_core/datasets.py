"""Small real data, shipped with the package: no download, ever.

Beside each file in ``kamen_core/data`` lie its provenance and licence (``<name>.md``) and the script that
made it (``make_<name>.py``).
"""

import lzma
import re
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from kamen_core import _check
from kamen_core.brackets import Network
from kamen_core.lstm_gru import GRUParams, LSTMParams

# A word with its inner apostrophes and hyphens, or one Chinese character.
_TOKEN = re.compile(r"[a-z]+(?:['-][a-z]+)*|[\u3400-\u9fff\U00020000-\U0003ffff]")


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


def _text(name, encoding):
    """The text of ``data/<name>.txt.xz``."""
    packed = files("kamen_core.data").joinpath(f"{name}.txt.xz").read_bytes()
    return lzma.decompress(packed).decode(encoding)


class Document(NamedTuple):
    """A chapter or a poem: `name`, the `group` it belongs to (a book, a poet), its `lines` of text."""

    name: str
    group: str
    lines: tuple[str, ...]


def bible():
    """The King James Bible, a document a chapter, a line a verse.

    Returns
    -------
    tuple of 1,189 Document
        `name` is ``"Genesis 1"``, `group` the book; 31,102 lines in all.

    Examples
    --------
    >>> bible()[0].lines[2]
    'And God said, Let there be light: and there was light.'
    """
    chapters = _text("bible", "ascii").removeprefix("# ").split("\n# ")
    documents = []
    for chapter in chapters:
        name, *verses = chapter.rstrip("\n").split("\n")
        documents.append(Document(name, name.rpartition(" ")[0], tuple(verses)))
    return tuple(documents)


def tang_poems():
    """Tang poems of four or eight lines of five or seven characters, in simplified characters.

    Returns
    -------
    tuple of Document
        `name` is the title, `group` the poet; a line of the document is a couplet with its punctuation.

    Examples
    --------
    >>> next(poem for poem in tang_poems() if poem.name == "静夜思" and poem.group == "李白").lines
    ('床前看月光，疑是地上霜。', '举头望山月，低头思故乡。')
    """
    documents = []
    for line in _text("tang_poems", "utf-16-le").splitlines():
        if line.startswith("# "):
            poet = line[2:]
            continue
        title, _, text = line.partition("\t")
        n = 5 if len(text) in (20, 40) else 7  # 4 or 8 lines of 5 or 7: the length tells which
        couplets = tuple(
            f"{text[i : i + n]}，{text[i + n : i + 2 * n]}。" for i in range(0, len(text), 2 * n)
        )
        documents.append(Document(title, poet, couplets))
    return tuple(documents)


def tokens(line):
    """The words of an English line in lower case, or the characters of a Chinese one, without punctuation.

    Examples
    --------
    >>> tokens("And God called the light Day.")
    ['and', 'god', 'called', 'the', 'light', 'day']
    >>> tokens("举头望山月，低头思故乡。")
    ['举', '头', '望', '山', '月', '低', '头', '思', '故', '乡']
    """
    return _TOKEN.findall(line.lower())


def sentences(documents):
    """The tokens of every line of the documents, as word2vec wants them.

    Examples
    --------
    >>> sentences(bible()[:1])[2][:4]
    ['and', 'god', 'said', 'let']
    """
    return [tokens(line) for document in documents for line in document.lines]


# Words that carry grammar more than topic, for topic models: English of 1611, and literary Chinese.
STOP_WORDS = frozenset(
    """
    a about above after again against all also am among an and any are art as at away be because been
    before behold being between both but by came can cannot come cometh could did didst do doest doeth
    done dost doth down each even ever every for forth from gave give given go goeth had hadst hast hath
    have having he hence her here hereby herein hers herself him himself his hither how howbeit i if in
    into is it itself know let like lo made make many may mayest me might mine more moreover most much
    must my myself nay neither nevertheless no none nor not nothing now o of off on one only or other
    others ought our ours out over own put said saith same saw say saying says see seeing seest shall
    shalt she should shouldest so some such surely than that the thee their theirs them themselves then
    thence there thereby therefore therein thereof thereon thereto thereunto these they thine thing
    things this thither those thou though through throughout thus thy thyself till to together took
    toward too under until unto up upon us very was wast we went were wert what whatsoever when whence
    where whereby wherefore wherein whereof whereon wherewith whether which while whither who whom whose
    whosoever why will wilt with within without would wouldest ye yea yet you your yours
    不 无 有 一 是 为 之 而 于 以 其 者 也 乎 矣 焉 哉 兮 何 此 与 亦 且 若 如 所 则 乃 又 即 既 已 未
    莫 勿 非 岂 可 应 当 须 将 欲 能 得 自 相 更 还 却 犹 尚 复 再 因 从 向 到 在 来 去 上 下 中 里 外
    前 后 时 多 少 几 谁 我 吾 君 尔 汝 他 彼 皆 俱 共 同 只 唯 惟 但 似 曾 方 正 初 便 把 被 使 令 教
    见 看 知 作 成 出 入 起 处
    """.split()  # noqa: SIM905
)


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
    '雪'
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
