"""Make lda.npz: real topics, sampled until they settle, for the figures of the LDA chapter; see lda.md.

python make_lda.py      # some minutes, with numba
"""

from itertools import islice
from pathlib import Path

import numpy as np

from kamen_core.datasets import bible, tang_poems, token_ids
from kamen_core.lda import gibbs, log_likelihood, phi, theta

K, ALPHA, ETA = 12, 0.1, 0.01
SWEEPS = [0, 1, 2, 3, 5, 10, 20, 40, 80, 150, 300]
CHAINS = 4
TOP = 10  # words shown of a topic
LAMBDAS = np.linspace(0, 1, 6)
ALPHAS, ETAS = [0.01, 0.1, 1.0, 50 / K, 50.0], [0.001, 0.01, 0.1, 1.0]
RARE = [(3, 50 / 3, 0.1), (3, 0.5, 0.1), (3, 0.5, 0.01), (12, 0.1, 0.01)]  # K, alpha, eta
EDGES = [1, 2, 3, 5, 9, 17, 33, 65, 129, 257, 513]  # classes of words by how often they occur
EXCERPT = 36  # tokens shown of a document

CORPORA = {
    "bible": {
        "documents": bible(),
        "least": 5,
        "most": 0.3,
        "shown": ["Genesis 1", "Exodus 29", "1 Samuel 17", "Psalms 23", "Proverbs 10", "Matthew 13",
                  "Romans 8", "Revelation 6"],
        "seek": "offering",
    },
    "tang": {
        "documents": tuple(p for p in tang_poems() if len(p.lines) == 4 and len(p.lines[0]) == 16),
        "least": 10,
        "most": 0.5,
        "shown": ["登高", "黄鹤楼", "左迁至蓝关示姪孙湘", "酬乐天扬州初逢席上见赠", "闻官军收河南河北",
                  "望蓟门", "积雨辋川庄作", "贫女"],
        "seek": "舟",
    },
}  # fmt: skip


def entropy(p):
    return -(p * np.log(np.maximum(p, 1e-300))).sum(axis=-1)


def best(weights, n=TOP):
    return np.argsort(-weights, axis=-1, kind="stable")[..., :n]


def chains(words, docs, V):
    """CHAINS runs: the log-likelihood of every sweep, the states at SWEEPS, θ and z over the last 50."""
    last, snapshots, curves = SWEEPS[-1], [], []
    for seed in range(CHAINS):
        curve, kept = [], {}
        mean_theta, votes = 0.0, np.zeros((len(words), K), dtype=np.int16)
        for t, state in enumerate(islice(gibbs(words, docs, K, ALPHA, ETA, rng=seed), last + 1)):
            curve.append(log_likelihood(state, ALPHA, ETA))
            if t in SWEEPS:
                kept[t] = state.n_kw
            if t > last - 50:
                mean_theta = mean_theta + theta(state, ALPHA) / 50
                votes[np.arange(len(words)), state.z] += 1
        snapshots.append(kept)
        curves.append(curve)
        if seed == 0:
            first = mean_theta, votes.argmax(axis=1)
    return curves, snapshots, *first


def similarity(a, b):
    """Overlap of two tables of topics: 1 for equal distributions, 0 where no word is shared."""
    return np.sqrt(a) @ np.sqrt(b).T


def switching(words, docs, n_topics, alpha, eta, burn=60, sweeps=60):
    """How often a sweep changes a token's topic, by how often its word occurs."""
    states = islice(gibbs(words, docs, n_topics, alpha, eta, rng=0), burn, burn + sweeps + 1)
    z, changes = next(states).z, np.zeros(len(words))
    for state in states:
        changes += state.z != z
        z = state.z
    size = np.bincount(words)[words]
    group = np.digitize(size, EDGES) - 1
    tokens = np.bincount(group, minlength=len(EDGES))
    return np.bincount(group, changes / sweeps, minlength=len(EDGES)) / np.maximum(tokens, 1), tokens


def priors(words, docs, vocabulary, shown, seek):
    """What α and η do to documents and topics."""
    topics, size, example, top = [], [], [], []
    for alpha in ALPHAS:
        for eta in ETAS:
            *_, state = islice(gibbs(words, docs, K, alpha, eta, rng=0), 151)
            p, q = theta(state, alpha), phi(state, eta)
            topics.append(np.exp(entropy(p)).mean())
            size.append(np.exp(entropy(q)).mean())
            example.append(np.sort(p[shown])[::-1])
            k = int(np.argmax(state.n_kw[:, np.flatnonzero(vocabulary == seek)[0]]))
            top.append(vocabulary[best(q[k], 8)])
    shape = len(ALPHAS), len(ETAS)
    return {
        "effective_topics": np.reshape(topics, shape),
        "effective_words": np.reshape(size, shape),
        "example": np.reshape(example, (*shape, K)),
        "example_words": np.reshape(top, (*shape, 8)),
    }


def build(documents, least, most, shown, seek):
    words, docs, vocabulary = token_ids(documents, least, most)
    V, n_w = len(vocabulary), np.bincount(words)
    curves, snapshots, mean_theta, z = chains(words, docs, V)
    order = best(snapshots[0][SWEEPS[-1]].sum(axis=1), K)  # largest topic first
    mean_theta, z = mean_theta[:, order], np.argsort(order)[z]
    n_kw = np.stack([snapshots[0][t][order] for t in SWEEPS])
    final = [snapshots[0][SWEEPS[-1]][order], *(s[SWEEPS[-1]] for s in snapshots[1:])]
    q = [(n + ETA) / (n.sum(axis=1, keepdims=True) + V * ETA) for n in final]
    smoothed = (n_kw + ETA) / (n_kw.sum(axis=2, keepdims=True) + V * ETA)
    lift = q[0] / (n_w / n_w.sum())
    wanted = [best(smoothed).ravel(), *(best(p, 3).ravel() for p in q[1:])]
    wanted += [best(lam * np.log(q[0]) + (1 - lam) * np.log(lift)).ravel() for lam in LAMBDAS]
    used = np.unique(np.concatenate(wanted))
    names = [d.name for d in documents]
    at = [names.index(name) for name in shown if name in names]
    every, all_docs, _ = token_ids(documents)
    rates, tokens = zip(*(switching(every, all_docs, *setting) for setting in RARE), strict=True)
    return {
        "sizes": [docs.max() + 1, len(words), V],
        "words": vocabulary[used],
        "n_w": n_w[used],
        "n_k": n_kw.sum(axis=2),
        "n_kw": n_kw[:, :, used].astype(np.uint16),
        "log_likelihood": np.array(curves, dtype=np.float32),
        "similarity": np.array([similarity(q[0], other) for other in q[1:]], dtype=np.float16),
        "others": np.searchsorted(used, [best(p, 3) for p in q[1:]]),
        "shown": [f"{documents[i].group}《{names[i]}》" if seek == "舟" else names[i] for i in at],
        "theta": mean_theta[at].astype(np.float32),
        "excerpt": [list(vocabulary[words[docs == i][:EXCERPT]]) + [""] * max(0, EXCERPT - (docs == i).sum())
                    for i in at],
        "excerpt_z": [list(z[docs == i][:EXCERPT]) + [-1] * max(0, EXCERPT - (docs == i).sum()) for i in at],
        "switch_rate": np.array(rates, dtype=np.float32),
        "switch_tokens": tokens[0],
        **priors(words, docs, vocabulary, at[0], seek),
    }  # fmt: skip


def main():
    arrays = {
        "sweeps": SWEEPS,
        "lambdas": LAMBDAS,
        "alphas": ALPHAS,
        "etas": ETAS,
        "rare": RARE,
        "edges": EDGES,
        "alpha": ALPHA,
        "eta": ETA,
    }
    for name, recipe in CORPORA.items():
        arrays |= {f"{name}_{key}": np.asarray(value) for key, value in build(**recipe).items()}
    np.savez_compressed(Path(__file__).with_name("lda.npz"), **arrays)


if __name__ == "__main__":
    main()
