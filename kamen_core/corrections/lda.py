"""Evidence on LDA, its sampler, and the chains behind it."""

import functools
import math

import numpy as np

from .. import column
from ..chains import autocorrelation, effective_sample_size, gibbs_matrix, metropolis_matrix
from ..datasets import bible, token_ids
from ..lda import count, exact_posterior, generate, gibbs, gibbs_tokens, theta, topic_conditional
from ..mcmc import is_reversible, walk
from ..trace import run

WORDS = np.array([0, 0, 1, 1, 2, 2, 0, 2])  # the eight tokens of the chapter, in three documents
DOCS = np.array([0, 0, 0, 1, 1, 1, 2, 2])
ALPHA, ETA = 0.5, 0.1
THETA = (0.6, 0.3, 0.1)  # sport, jokes, make-up
PI = np.array([0.1, 0.2, 0.3, 0.4])
P = metropolis_matrix(PI, np.full((4, 4), 0.25))
TABLE = np.array([[0.1, 0.2], [0.3, 0.4]])  # of two coordinates


def dirichlet(x, alpha):
    """The density at x."""
    log_c = math.lgamma(sum(alpha)) - sum(map(math.lgamma, alpha))
    return math.exp(log_c + sum((a - 1) * math.log(v) for a, v in zip(alpha, x, strict=True)))


def multinomial(counts, p):
    """The probability of these counts."""
    ways = math.factorial(sum(counts)) / math.prod(map(math.factorial, counts))
    return ways * math.prod(q**n for q, n in zip(p, counts, strict=True))


@functools.cache
def moved(alpha, eta, sweeps=30):
    """The share of Genesis' tokens that a sweep moves: words that occur once, three or four times, all."""
    words, docs, _ = token_ids(bible()[:50])
    size = np.bincount(words)[words]
    z = run(gibbs(words, docs, 3, alpha, eta, rng=0), sweeps).z[sweeps // 3 :]
    share = (np.diff(z, axis=0) != 0).mean(axis=0)
    return share[size == 1].mean(), share[(size == 3) | (size == 4)].mean(), share.mean()


def lda_08():
    return {"density": dirichlet([1 / 3] * 3, (2, 2, 2)), "mass": sum(THETA), "largest": max(THETA)}


def lda_12():
    rng = np.random.default_rng(0)
    kept = [np.sort(rng.dirichlet([1 / k] * k, 200))[:, -10:].sum(axis=1).mean() for k in (100, 10_000)]
    sticks = rng.beta(1, 1, (2000, 60))  # the Dirichlet process: break pieces off a stick for ever
    pieces = sticks * np.cumprod(np.hstack([np.ones((2000, 1)), 1 - sticks[:, :-1]]), axis=1)
    return {
        "hundred": kept[0],
        "ten_thousand": kept[1],
        "endless": np.sort(pieces)[:, -5:].sum(axis=1).mean(),
    }


def lda_15():
    return {"one": multinomial((1, 0, 0), THETA), "ten": multinomial((6, 3, 1), THETA)}


def lda_17():
    at = ([0.5, 0.3, 0.2], [0.1, 0.2, 0.7])
    ratio = [dirichlet(x, (2, 2, 2)) * multinomial((6, 3, 1), x) / dirichlet(x, (8, 5, 3)) for x in at]
    return {"here": ratio[0], "there": ratio[1]}


def lda_20():
    alpha, counts = np.array([2, 2, 2]), np.array([6, 3, 1])
    return {"before": tuple(alpha / alpha.sum()), "after": tuple((alpha + counts) / (alpha + counts).sum())}


def lda_25():
    z = exact_posterior(WORDS, DOCS, 2, ALPHA, ETA).z
    return {"terms": len(z), "by_words": 2 ** len(set(WORDS)), "ten": 3**10, "digits": len(str(64**1000))}


def lda_29():
    flip = np.array([[0.0, 1.0], [1.0, 0.0]])
    even, odd = np.linalg.matrix_power(flip, 10)[0], np.linalg.matrix_power(flip, 11)[0]
    ring = np.array([[0.1, 0.8, 0.1], [0.1, 0.1, 0.8], [0.8, 0.1, 0.1]])
    flow = ring / 3
    return {
        "balance": is_reversible(flip, [0.5, 0.5]),
        "even": tuple(even),
        "odd": tuple(odd),
        "off": abs(flow - flow.T).max(),
        "ring": np.ptp(np.linalg.matrix_power(ring, 50)),
    }


def lda_31():
    return {"rows": tuple(P.sum(axis=1)), "columns": tuple(P.sum(axis=0))}


def lda_32():
    apart = {n: np.ptp(np.linalg.matrix_power(P, n), axis=0).max() for n in (1, 2, 5, 10, 20)}
    return {"one": apart[1], "ten": apart[10], "twenty": apart[20]}


def lda_34():
    states = walk(P, start=0, n_steps=200_000, rng=0)
    return {
        "frequencies": tuple(np.bincount(states) / len(states)),
        "correlation": autocorrelation(states)[1],
        "worth": effective_sample_size(states) / len(states),
    }


def lda_37():
    flow = PI[:, None] * P
    return {"off": abs(flow - flow.T).max(), "there": flow[0, 3], "back": flow[3, 0]}


def lda_42():
    gx, gy = gibbs_matrix(TABLE, axis=0), gibbs_matrix(TABLE, axis=1)

    def off(matrix):
        flow = TABLE.ravel()[:, None] * matrix
        return abs(flow - flow.T).max()

    return {
        "alone": max(off(gx), off(gy)),
        "sweep": off(gx @ gy),
        "stays": tuple(np.linalg.matrix_power(gy, 50)[0]),
        "settles": tuple(np.linalg.matrix_power(gx @ gy, 50)[0]),
    }


def lda_45():
    gy = gibbs_matrix(TABLE, axis=1)
    return {"slice": tuple(TABLE[0] / TABLE[0].sum()), "matrix": tuple(gy[0, :2])}


def lda_46():
    z = run(gibbs(WORDS, DOCS, 2, ALPHA, ETA, rng=0), 4000).z
    together = (z[:, 0] == z[:, 1]).mean()
    every, p = exact_posterior(WORDS, DOCS, 2, ALPHA, ETA)
    return {
        "first": (z[:, 0] == 0).mean(),
        "hops": int((np.diff(z[:, 0]) != 0).sum()),
        "together": together,
        "exact": p[every[:, 0] == every[:, 1]].sum(),
    }


def lda_48():
    two, three = (exact_posterior(WORDS, DOCS, k, ALPHA, ETA).z for k in (2, 3))
    return {"two": two.shape[1], "three": three.shape[1], "states_two": len(two), "states_three": len(three)}


def lda_54():
    rng = np.random.default_rng(2)
    documents, topics = rng.dirichlet([0.6] * 3, 60), rng.dirichlet([0.1] * 40, 3)
    text = generate(60, 40, documents, topics, rng=2)
    trace = run(gibbs(text.words, text.docs, 3, 50 / 3, 0.1, rng=0), 30)
    seen = theta(trace, 50 / 3)[15:].mean(axis=0)
    alpha, counts = 50 / 3, np.array([6, 3, 1])
    return {
        "alpha": alpha,
        "estimate": tuple((counts + alpha) / (counts + alpha).sum()),
        "plain": tuple(counts / 10),
        "truth": documents.max(axis=1).mean(),
        "seen": seen.max(axis=1).mean(),
    }


def lda_60():
    z = np.array([0, 0, 0, 0, 0, 1, 0, 1])
    others = np.arange(8) != 2  # the third token is taken out
    table = count(WORDS[others], DOCS[others], z[others], 2, n_words=3)
    weights = (table.n_kw[:, WORDS[2]] + ETA) / (table.n_kw.sum(axis=1) + 3 * ETA)
    weights = weights * (table.n_dk[DOCS[2]] + ALPHA) / (table.n_dk[DOCS[2]].sum() + 2 * ALPHA)
    return {"total": weights.sum(), "largest": weights.max()}


def lda_61():
    z = np.array([0, 0, 0, 0, 0, 1, 0, 1])
    totals = column.lda_sweep(WORDS, DOCS, z, 2, 3, ALPHA, ETA, np.random.default_rng(0).random(8))
    ours = run(gibbs(WORDS, DOCS, 2, ALPHA, ETA, rng=0), 20).n_kw.sum(axis=(1, 2))
    return {"before": sum(totals[0]), "after": sum(totals[-1]), "ours": int(ours.min())}


def lda_62():
    updates = run(gibbs_tokens(WORDS, DOCS, 2, ALPHA, ETA, rng=0), 8)
    n_dk = np.array([[1, 0], [0, 2]])  # another document's counts do not enter, its words do
    without = topic_conditional(n_dk[0], [1, 0], [1, 0], 3, ALPHA, ETA)
    beside = topic_conditional(n_dk[0], [1, 2], [1, 2], 3, ALPHA, ETA)
    return {
        "tokens": len(WORDS),
        "states": len(updates.z) - 1,
        "documents": int(DOCS.max()) + 1,
        "without": without[0],
        "beside": beside[0],
    }


def lda_67():
    sizes, document = [500, 300, 200], [5, 3, 2]
    once = topic_conditional(document, [0, 0, 0], sizes, 1000, 0.5, 0.1)
    ten = topic_conditional(document, [9, 0, 0], sizes, 1000, 0.5, 0.1)
    rare, _, every = moved(50 / 3, 0.1)
    rare_small, _, every_small = moved(0.5, 0.01)
    return {
        "once": tuple(once),
        "ten": tuple(ten),
        "moved_once": rare,
        "moved_all": every,
        "moved_once_small": rare_small,
        "moved_all_small": every_small,
    }


def lda_68():
    once, few, _ = moved(0.5, 0.1)
    once_small, few_small, _ = moved(0.5, 0.01)
    return {"once": once, "once_small": once_small, "few": few, "few_small": few_small}


def lda_69():
    mass = [math.comb(10, k) * 0.5**10 for k in range(11)]
    return {"three": mass[3], "sum": sum(mass)}


def lda_71():
    return {"before": 2 / (2 + 3), "after": 9 / (9 + 6), "heads": 9 - 2, "tails": 6 - 3}
