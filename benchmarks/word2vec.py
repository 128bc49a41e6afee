"""word2vec against gensim, one thread: words a second, growth, and what is learned on two real texts.

    python benchmarks/word2vec.py [seeds]

Dimension 100, window 5, 5 noise words, no subsampling; gensim with one worker. Loss and neighbours are
measured by the same code for both, after 5 epochs, `seeds` seeds each (4); intervals are 95 %.
"""

import sys
import time

import _timing
import numpy as np
from gensim.models import Word2Vec

from kamen_core import datasets, word2vec
from kamen_core._word2vec_corpus import index
from kamen_core._word2vec_loops import alias_table, cbow_epoch, skipgram_epoch
from kamen_core._word2vec_neighbours import unit_rows

SETTINGS = {"vector_size": 100, "window": 5, "negative": 5, "sample": 0.0, "alpha": 0.025, "min_alpha": 1e-4}

# Words that belong together.
COMPANIONS = """
king/queen father/mother son/daughter man/woman brother/sister husband/wife heaven/earth day/night
light/darkness silver/gold bread/wine life/death east/west north/south right/left good/evil sun/moon
sheep/oxen horse/chariot sword/spear eyes/ears hand/foot shepherd/flock priest/levite prophet/seer
sow/reap bless/curse rich/poor wise/foolish young/old great/small first/last morning/evening
summer/winter fire/water hunger/thirst love/hate joy/gladness servant/master city/village wheat/barley
vine/fig ox/ass lion/bear mountain/hill sea/river flesh/blood head/neck iron/brass purple/scarlet
moses/aaron peter/john david/saul judah/israel jerusalem/zion altar/burnt hundred/thousand truth/mercy
widow/fatherless buy/sell eat/drink weep/mourn sing/praise
"""


def ours(sentences, algorithm, epochs=1, seed=0, min_count=1):
    return word2vec.train(
        sentences,
        algorithm,
        epochs=epochs,
        rng=seed,
        min_count=min_count,
        cbow_update="word2vec.c",
        **SETTINGS,
    )


def gensims(sentences, algorithm, epochs=1, seed=0, min_count=1):
    """A gensim model in our clothes: the same words, most frequent first."""
    model = Word2Vec(
        sentences, sg=int(algorithm == "skipgram"), cbow_mean=1, workers=1, seed=seed, epochs=epochs,
        min_count=min_count, **SETTINGS,
    )  # fmt: skip
    return word2vec.Word2Vec(model.wv.vectors, model.syn1neg, tuple(model.wv.index_to_key), None, 0, None)


def speed(corpora):
    rows = []
    for (name, sentences), algorithm in ((c, a) for c in corpora for a in ("skipgram", "cbow")):
        seconds = _timing.compare(
            {
                "ours": lambda s=sentences, a=algorithm: ours(s, a),
                "gensim": lambda s=sentences, a=algorithm: gensims(s, a),
            }
        )
        n = sum(map(len, sentences))
        rows.append(
            (
                f"{name}, {algorithm}",
                n / seconds["ours"],
                n / seconds["gensim"],
                seconds["gensim"] / seconds["ours"],
            )
        )
    print(_timing.table(rows, ("words a second", "ours", "gensim", "ratio")), "\n")
    sizes = {corpus: f"{sum(map(len, sentences)):,} words" for corpus, sentences in corpora}
    pairs = [(row[0].split(", "), row[-1]) for row in rows]
    _timing.publish(
        "word2vec",
        [(f"{algorithm}, {corpus}", sizes[corpus], "gensim", r) for (corpus, algorithm), r in pairs],
    )


def growth(sentences):
    rows = []
    shuffled = [sentences[i] for i in np.random.default_rng(0).permutation(len(sentences))]
    parts = [shuffled[: len(shuffled) // k] for k in (16, 8, 4, 2)]
    sizes = [sum(map(len, part)) for part in parts]
    for algorithm in ("skipgram", "cbow"):
        functions = {i: lambda i=i, a=algorithm: ours(parts[i], a) for i in range(len(parts))}
        seconds = _timing.compare(functions, repeats=5, clock=time.process_time)
        seconds = [seconds[i] for i in range(len(parts))]
        rows.append((algorithm, *seconds, _timing.growth(sizes, seconds)))
    print(_timing.table(rows, ("seconds for", *(f"{n:,} words" for n in sizes), "exponent")), "\n")


def loss(model, sentences, algorithm, min_count):
    """Mean loss of a prediction, windows and noise the same for every model."""
    vocabulary, tokens, ends = index(sentences, min_count)
    row = {word: i for i, word in enumerate(model.vocabulary)}
    order = [row[word] for word in vocabulary.vocabulary]
    arguments = (tokens, ends, model.vectors[order], model.output_vectors[order],
                 *alias_table(vocabulary.counts**0.75), 5, 5, 0.0, 0.0, np.random.default_rng(0))  # fmt: skip
    n, total = skipgram_epoch(*arguments) if algorithm == "skipgram" else cbow_epoch(*arguments, True)
    return total / n


def forms(vocabulary):
    """Pairs of forms of one word, (son, sons), (hear, heareth), found by their spelling."""
    words = set(vocabulary)
    return [
        (w, w + end) for w in vocabulary if len(w) > 3 for end in ("s", "eth", "ed", "th") if w + end in words
    ]


def found(model, pairs):
    """The share of the pairs in which one is among the ten words nearest to the other."""
    units, vocabulary = unit_rows(model)
    row = {word: i for i, word in enumerate(vocabulary)}
    a, b = np.array([(row[x], row[y]) for pair in pairs for x, y in (pair, pair[::-1])]).T
    cosines = units[a] @ units.T
    rank = (cosines > cosines[np.arange(len(a)), b][:, None]).sum(
        axis=1
    ) - 1  # the word itself does not count
    return (rank < 10).mean()


def interval(values):
    """Mean ± half the 95 % interval of the mean (Student)."""
    t = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36}[len(values)]
    return f"{np.mean(values):.4f} ± {t * np.std(values, ddof=1) / len(values) ** 0.5:.4f}"


def quality(corpora, seeds):
    rows = []
    for (name, sentences, min_count), algorithm in ((c, a) for c in corpora for a in ("skipgram", "cbow")):
        words = word2vec.count_words(sentences, min_count).vocabulary
        companions = [tuple(pair.split("/")) for pair in COMPANIONS.split()]
        known = [pair for pair in companions if set(pair) <= set(words)]
        spelt = forms(words)
        measures = {
            "loss": lambda model, s=sentences, a=algorithm, m=min_count: loss(model, s, a, m),
            "forms of one word found": lambda model, p=spelt: found(model, p) if p else np.nan,
            "companions found": lambda model, p=known: found(model, p) if p else np.nan,
        }
        scores = {"ours": [], "gensim": []}
        for seed in range(1, seeds + 1):
            for label, method in (("ours", ours), ("gensim", gensims)):
                model = method(sentences, algorithm, 5, seed, min_count)
                scores[label].append([measure(model) for measure in measures.values()])
        mine, theirs = (np.array(scores[label]).T for label in ("ours", "gensim"))
        for measure, x, y in zip(measures, mine, theirs, strict=True):
            if np.isfinite(x).all():
                rows.append((f"{name}, {algorithm}: {measure}", interval(x), interval(y), interval(x - y)))
    print(_timing.table(rows, (f"{seeds} seeds", "ours", "gensim", "ours − gensim")))


def main(seeds=4):
    bible = datasets.sentences(datasets.bible())
    poems = datasets.sentences(datasets.tang_poems())
    speed([("Bible", bible[:5000]), ("Tang poems", poems[:10000])])
    growth(bible)
    quality([("Bible", bible, 5), ("Tang poems", poems[:60000], 5)], seeds)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
