"""Collapsed Gibbs sampling against tomotopy and lda: tokens a second, one thread."""

import logging
import sys
import warnings
from pathlib import Path

from _timing import compare, growth, publish, table  # before NumPy: it asks for one thread

sys.path.remove(str(Path(__file__).parent))  # where this file would be taken for the peer of its name

import lda
import numpy as np
import tomotopy

from kamen_core.lda import generate, gibbs
from kamen_core.trace import run

TOPICS, WORDS, LENGTH, SWEEPS = 20, 2000, 100, 30
ALPHA, ETA = 0.1, 0.01


def corpus(n_docs):
    rng = np.random.default_rng(0)
    theta = rng.dirichlet(np.full(TOPICS, 0.3), n_docs)
    phi = rng.dirichlet(np.full(WORDS, 0.05), TOPICS)
    return generate(n_docs, LENGTH, theta, phi, rng)


def running(words, docs, sweeps=SWEEPS):
    states = gibbs(words, docs, TOPICS, ALPHA, ETA, rng=0, n_words=WORDS)
    next(states)
    return lambda: [next(states) for _ in range(sweeps)]


def fresh(words, docs):
    return lambda: run(gibbs(words, docs, TOPICS, ALPHA, ETA, rng=0, n_words=WORDS), SWEEPS)


def with_tomotopy(words, docs):
    model = tomotopy.LDAModel(k=TOPICS, alpha=ALPHA, eta=ETA, seed=1)
    model.optim_interval = 0
    for d in range(docs.max() + 1):
        model.add_doc([str(word) for word in words[docs == d]])
    return lambda: model.train(SWEEPS, workers=1, parallel=tomotopy.ParallelScheme.NONE)


def with_lda(words, docs):
    logging.getLogger("lda").setLevel(logging.ERROR)
    table = np.zeros((docs.max() + 1, WORDS), dtype=int)
    np.add.at(table, (docs, words), 1)
    model = lda.LDA(TOPICS, n_iter=SWEEPS, alpha=ALPHA, eta=ETA, random_state=1, refresh=SWEEPS)
    return lambda: model.fit(table)


def main():
    warnings.filterwarnings("ignore", category=RuntimeWarning, module="tomotopy")
    words, docs, _ = corpus(1000)
    times = compare(
        {
            "running": running(words, docs),
            "tomotopy": with_tomotopy(words, docs),
            "fresh": fresh(words, docs),
            "lda": with_lda(words, docs),
        }
    )
    speed = {name: SWEEPS * len(words) / seconds for name, seconds in times.items()}
    print(f"Tokens a second, {SWEEPS} sweeps of {len(words)} tokens, V={WORDS}, K={TOPICS}.\n")
    races = [
        (what, mine, peer, speed[mine] / speed[peer])
        for what, mine, peer in (
            ("a running chain", "running", "tomotopy"),
            ("from the start, states stacked", "fresh", "lda"),
        )
    ]
    print(table([(f"{what}, against {peer}", speed[mine], speed[peer], r) for what, mine, peer, r in races]))
    publish("lda", [(f"sweeps, {what}", f"{len(words):,} tokens", peer, r) for what, _, peer, r in races])
    sizes = [250, 500, 1000, 2000, 4000]
    seconds = compare({n: running(*corpus(n)[:2], sweeps=10) for n in sizes})
    print(f"\nTime grows as tokens to the power {growth(sizes, [seconds[n] for n in sizes]):.2f}.")


if __name__ == "__main__":
    main()
