"""Texts that are shipped, and how they become words and numbers: see :mod:`kamen_core.datasets`."""

import lzma
import re
from collections import Counter
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from . import _check

# A word with its inner apostrophes and hyphens, or one Chinese character.
_TOKEN = re.compile(r"[a-z]+(?:['-][a-z]+)*|[\u3400-\u9fff\U00020000-\U0003ffff]")


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
    return _TOKEN.findall(_check.text("line", line).lower())


def sentences(documents):
    """The tokens of every line of the documents, as word2vec wants them.

    Examples
    --------
    >>> sentences(bible()[:1])[2][:4]
    ['and', 'god', 'said', 'let']
    """
    return [tokens(line) for document in _documents(documents) for line in document.lines]


def _documents(documents):
    documents = list(_check.iterable("documents", documents, "Documents"))
    for document in documents:
        if not hasattr(document, "lines"):
            raise TypeError(f"documents: expected Documents, got a {type(document).__name__} among them")
    return documents


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


class TokenIds(NamedTuple):
    """A corpus as a topic model wants it: every token's word and document as integers."""

    words: np.ndarray  # (N,)
    docs: np.ndarray  # (N,)
    vocabulary: np.ndarray  # (V,) of str: vocabulary[words] are the tokens


def token_ids(documents, least=1, most=1.0):
    """Number the words of documents, :data:`STOP_WORDS` left out.

    Parameters
    ----------
    documents : sequence of Document
    least : int
        Leave out words that are in fewer documents than this.
    most : float
        Leave out words that are in a larger share of the documents.

    Returns
    -------
    TokenIds
        words and docs (N,), vocabulary (V,) in alphabetical order; an empty document keeps its number.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind, or `most` is negative.

    Examples
    --------
    >>> words, docs, vocabulary = token_ids(bible()[:2])
    >>> vocabulary[words[:6]].tolist()
    ['beginning', 'god', 'created', 'heaven', 'earth', 'earth']
    """
    least, most = _check.integer("least", least), _check.number("most", most, least=0)
    kept = [[t for t in tokens(" ".join(d.lines)) if t not in STOP_WORDS] for d in _documents(documents)]
    in_documents = Counter(t for document in kept for t in set(document))
    vocabulary = sorted(t for t, n in in_documents.items() if least <= n <= most * len(kept))
    number = {t: i for i, t in enumerate(vocabulary)}
    pairs = [(number[t], d) for d, document in enumerate(kept) for t in document if t in number]
    words, docs = np.array(pairs, dtype=int).reshape(-1, 2).T
    return TokenIds(words.copy(), docs.copy(), np.array(vocabulary, dtype=str))
