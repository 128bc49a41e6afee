"""Make word2vec.npz: what training found that takes minutes, for the figures of the word2vec chapter.

    python kamen_core/data/make_word2vec.py [maps] [rare] [times]

Without arguments all three parts; with them, those only, and the others stay as they are.
"""

import statistics
import sys
import time
from pathlib import Path

import numpy as np

from kamen_core import datasets, word2vec
from kamen_core._word2vec_corpus import index
from kamen_core._word2vec_loops import alias_table, skipgram_epoch

HERE = Path(__file__).parent
OUT = HERE / "word2vec.npz"

# ---- maps: skip-gram on two corpora, seen after every epoch ----------------------------------------------

MAP = {"vector_size": 50, "window": 5, "negative": 5, "min_count": 5, "sample": 1e-3, "epochs": 8}
KEPT, SHOWN, NEIGHBOURS = 1500, 240, 6

GROUPS = {  # the coloured words of the map; the most frequent others are added in grey
    "bible": """
        moses aaron david solomon abraham isaac jacob joseph saul samuel peter paul john jesus
        father mother son daughter brother sister wife husband king queen
        two three four five six seven eight nine ten twelve twenty thirty forty
        eyes ears hand foot feet head mouth tongue lips heart neck arm
        ox ass sheep lamb lion horses goats bullock ram camels
        gold silver brass iron wood stone linen purple scarlet
        bread wine oil corn wheat honey milk fruit vine""",
    "tang": """
        月 日 星 云 雨 风 雪 霜 露 烟
        花 草 树 柳 松 竹 梅 桃 兰 莲 桂 叶
        鸟 雁 马 鹤 鱼 莺 燕 蝉 龙 猿 鸡 犬
        红 青 白 黄 绿 碧 紫 苍 翠
        一 二 三 四 五 六 七 八 九 十 百 千 万
        愁 悲 喜 忧 恨 怨 欢 泪
        江 河 湖 海 溪 水 泉 波""",
}
CHOSEN = {
    "bible": "king mother moses seven eyes gold wine lion said heaven wisdom jerusalem",
    "tang": "月 花 雁 红 三 愁 江 君 春 酒 剑 家",
}


def rounded(vectors):
    """Unit vectors as 8-bit integers; their direction is all that is kept."""
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.round(units / np.abs(units).max(axis=1, keepdims=True) * 127).astype(np.int8)


def unit(vectors):
    return vectors / np.linalg.norm(vectors.astype(float), axis=1, keepdims=True)


def still_loss(state, vocabulary, tokens, ends):
    """Mean loss of a prediction in the first 6,000 sentences, with vectors that are held still.

    While they learn they are always tuned to the sentence before their eyes, and seem better than they are.
    """
    matrices = state.vectors.copy(), state.output_vectors.copy()
    noise = alias_table(vocabulary.counts**0.75)
    rest = MAP["window"], MAP["negative"], 0.0, 0.0, np.random.default_rng(1)
    n, loss = skipgram_epoch(tokens, ends[:6000], *matrices, *noise, *rest)
    return loss / n


def maps(name, sentences):
    vocabulary = word2vec.count_words(sentences, MAP["min_count"]).vocabulary[:KEPT]
    groups = [line.split() for line in GROUPS[name].strip().splitlines()]
    words = [word for group in groups for word in group]
    words += [word for word in CHOSEN[name].split() if word not in words]
    n_named = len(words)
    words += [word for word in vocabulary if word not in words][: SHOWN - n_named]
    row = {word: i for i, word in enumerate(vocabulary)}
    shown, chosen = [row[word] for word in words], [row[word] for word in CHOSEN[name].split()]

    corpus = index(sentences, MAP["min_count"])
    states = list(word2vec.epochs(sentences, "skipgram", **MAP, rng=0))
    kept = [rounded(state.vectors[:KEPT]) for state in states]
    last = unit(kept[-1])[shown]
    axes = np.linalg.svd(last - last.mean(axis=0), full_matrices=False)
    positions, neighbours, cosines = [], [], []
    for vectors in kept:
        units = unit(vectors)
        here = units[shown]
        positions.append((here - here.mean(axis=0)) @ axes.Vh[:2].T)
        cosine = units[chosen] @ units.T
        cosine[np.arange(len(chosen)), chosen] = -np.inf
        best = np.argsort(-cosine, axis=1, kind="stable")[:, :NEIGHBOURS]
        neighbours.append(best)
        cosines.append(np.take_along_axis(cosine, best, axis=1))
    group = np.full(len(words), -1)
    for i, members in enumerate(groups):
        group[[words.index(word) for word in members]] = i
    return {
        f"{name}_words": np.array("\n".join(vocabulary)),
        f"{name}_vectors": kept[-1],
        f"{name}_shown": np.array(shown, np.int16),
        f"{name}_group": group.astype(np.int8),
        f"{name}_chosen": np.array(chosen, np.int16),
        f"{name}_positions": np.array(positions, np.float16),
        f"{name}_spread": np.array((axes.S[:2] ** 2).sum() / (axes.S**2).sum()),
        f"{name}_neighbours": np.array(neighbours, np.int16),
        f"{name}_cosines": np.array(cosines, np.float32).round(4),
        f"{name}_losses": np.array([still_loss(s, *corpus) for s in states]),
        f"{name}_n_predictions": np.array([state.n_predictions for state in states]),
    }


# ---- rare: does a word that was split in two find its other half? -----------------------------------------

TWIN = {"vector_size": 50, "window": 5, "negative": 5, "min_count": 3}
METHODS = {  # constant learning rates, so that every epoch is a fair place to stop
    "skipgram": {"algorithm": "skipgram", "alpha": 0.025},
    "word2vec.c": {"algorithm": "cbow", "cbow_update": "word2vec.c", "alpha": 0.05},
    "exact": {"algorithm": "cbow", "cbow_update": "exact", "alpha": 0.1},
}
DECILES, PAIRS, SEEDS, EPOCHS = 10, 40, 4, 8


def split(sentences, rng):
    """Forty words of each decile of frequency; a random half of each one's occurrences is renamed."""
    vocabulary, counts = word2vec.count_words(sentences, 2 * TWIN["min_count"])
    deciles = np.array_split(np.argsort(counts, kind="stable"), DECILES)
    picked = [rng.choice(decile, PAIRS, replace=False) for decile in deciles]
    which = {vocabulary[i]: iter(rng.permutation(counts[i]) % 2) for i in np.concatenate(picked)}
    renamed = [
        [f"{word} {next(which[word])}" if word in which else word for word in sentence]
        for sentence in sentences
    ]
    medians = [np.median(counts[decile] // 2) for decile in deciles]
    return renamed, [[vocabulary[i] for i in words] for words in picked], medians


def found(vectors, vocabulary, picked):
    """By decile: how often the other half is one of the ten words nearest to a half."""
    units = unit(vectors)
    row = {word: i for i, word in enumerate(vocabulary)}
    hits = []
    for words in picked:
        pairs = [(row[f"{word} {i}"], row[f"{word} {1 - i}"]) for word in words for i in (0, 1)]
        half, other = np.array(pairs).T
        cosine = units[half] @ units.T
        closer = cosine > cosine[np.arange(len(half)), other][:, None]
        hits.append((closer.sum(axis=1) - 1 < 10).sum())  # a half is nearest to itself
    return hits


def rare(sentences):
    hits, predictions, checkpoints = [], [], None
    for seed in range(SEEDS):
        renamed, picked, medians = split(sentences, np.random.default_rng(seed))
        vocabulary = word2vec.count_words(renamed, TWIN["min_count"]).vocabulary
        hits.append([])
        predictions.append([])
        for method, settings in METHODS.items():
            if method == "skipgram":
                epochs = range(EPOCHS + 1)
            elif checkpoints is None:  # as many epochs, as much arithmetic, as many predictions
                k = predictions[0][0][1] / len_tokens(renamed, vocabulary)
                n = 3 * (TWIN["negative"] + 1)
                ratio = k * (n + 1) / (n + 2 * k)
                by = [[round(e * factor) for e in range(EPOCHS + 1)] for factor in (1, ratio, k)]
                checkpoints = np.array(by)
            if method != "skipgram":
                epochs = sorted(set(checkpoints.ravel().tolist()))
            states = word2vec.epochs(
                renamed, **settings, **TWIN, epochs=max(epochs), min_alpha=settings["alpha"], rng=seed
            )
            at = {
                e: (found(s.vectors, vocabulary, picked), s.n_predictions)
                for e, s in enumerate(states)
                if e in epochs
            }
            rows = [list(range(EPOCHS + 1))] * 3 if method == "skipgram" else checkpoints.tolist()
            hits[-1].append([[at[e][0] for e in row] for row in rows])
            predictions[-1].append([at[e][1] for e in (rows[0] if method == "skipgram" else rows[2])])
            print(seed, method, flush=True)
    return {
        "rare_hits": np.array(hits, np.uint8),
        "rare_epochs": checkpoints.astype(np.int16),
        "rare_predictions": np.array(predictions),
        "rare_medians": np.array(medians),
        "rare_tried": np.array(2 * PAIRS),
    }


def len_tokens(sentences, vocabulary):
    known = set(vocabulary)
    return sum(word in known for sentence in sentences for word in sentence)


# ---- times: an epoch of each, in one run ------------------------------------------------------------------

WINDOWS, NEGATIVES, REPEATS = range(1, 11), (1, 5, 20), 3


def times(sentences):
    words = [word for sentence in sentences for word in sentence][:20_000]
    text = [words[i : i + 1000] for i in range(0, len(words), 1000)]
    seconds = np.empty((2, len(WINDOWS), len(NEGATIVES)))
    for (i, window), (j, negative) in ((w, n) for w in enumerate(WINDOWS) for n in enumerate(NEGATIVES)):
        taken = {"skipgram": [], "cbow": []}
        for _ in range(REPEATS):
            for algorithm, list_ in taken.items():
                states = word2vec.epochs(text, algorithm, 100, window, negative, epochs=1, rng=0)
                next(states)
                start = time.process_time()
                next(states)
                list_.append(time.process_time() - start)
        seconds[:, i, j] = [statistics.median(t) for t in taken.values()]
    return {
        "times_seconds": seconds.round(5),
        "times_windows": np.array(WINDOWS),
        "times_negatives": np.array(NEGATIVES),
        "times_words": np.array(len(words)),
    }


def main(*parts):
    parts = parts or ("maps", "rare", "times")
    arrays = dict(np.load(OUT)) if OUT.exists() else {}
    documents = datasets.bible()
    bible = datasets.sentences(documents)
    if "times" in parts:
        times(bible[:100])  # compiles
        arrays |= times(bible)
    if "rare" in parts:
        matthew = next(i for i, document in enumerate(documents) if document.group == "Matthew")
        arrays |= rare(datasets.sentences(documents[matthew:]))
    if "maps" in parts:
        arrays |= maps("bible", bible)
        arrays |= maps("tang", datasets.sentences(datasets.tang_poems()))
    np.savez_compressed(OUT, **arrays)


if __name__ == "__main__":
    main(*sys.argv[1:])
