"""Evidence on CBOW and skip-gram. The example: six words, vectors of three numbers, one window of four."""

import functools

import numpy as np

from ..word2vec import (
    gradients,
    n_predictions,
    neighbour_precision,
    output_cost,
    topic_corpus,
    train,
)

INPUTS, OUTPUTS = np.random.default_rng(0).normal(size=(2, 6, 3))
CENTRE, CONTEXTS = 2, [0, 1, 3, 4]
SKIPGRAM = gradients(INPUTS, OUTPUTS, CENTRE, CONTEXTS)
CBOW = gradients(INPUTS, OUTPUTS, CENTRE, CONTEXTS, algorithm="cbow")


def cosines(lessons):
    """Between every two of the lessons of one step."""
    units = lessons / np.linalg.norm(lessons, axis=1, keepdims=True)
    return (units @ units.T)[np.triu_indices(len(units), 1)]


@functools.cache
def trained(**settings):
    """Predictions made, and how well rare and common words end up among their own topic (four texts)."""
    scores = []
    for seed in range(4):
        text = topic_corpus(seed)
        model = train(text.sentences, vector_size=20, rng=seed, **settings)
        right = neighbour_precision(model, [text.topic[word] for word in model.vocabulary])
        rare = np.array([word in text.rare for word in model.vocabulary])
        scores.append([model.n_predictions, right[rare].mean(), right[~rare].mean()])
    return np.mean(scores, axis=0)


def w2v_04():
    h = INPUTS[CONTEXTS].mean(axis=0)
    p = np.exp(OUTPUTS @ h) / np.exp(OUTPUTS @ h).sum()
    return {
        "inputs": int(CBOW.vectors.any(axis=1).sum()),
        "outputs": int(CBOW.output_vectors.any(axis=1).sum()),
        "words": len(OUTPUTS),
        "error": abs(CBOW.output_vectors - np.outer(p - np.eye(6)[CENTRE], h)).max(),
    }


def w2v_08():
    cost = output_cost(n_words=100_000, vector_size=100, negative=5)
    return {"softmax": cost.softmax, "hierarchical": cost.hierarchical, "negative": cost.negative_sampling}


def w2v_09():
    text = [word for sentence in topic_corpus(0).sentences for word in sentence]
    return {
        "words": len(text),
        "predictions": n_predictions(len(text), 5, "cbow"),
        "vocabulary": len(set(text)),
    }


def w2v_12():
    return {
        "ten": n_predictions(10, 2),
        "ten_cbow": n_predictions(10, 2, "cbow"),
        "thousand": n_predictions(1000, 5),
        "thousand_cbow": n_predictions(1000, 5, "cbow"),
    }


def w2v_13():
    (sg, *_), (cbow, *_) = trained(algorithm="skipgram", alpha=0.04), trained(algorithm="cbow", alpha=0.4)
    return {"skipgram": int(sg), "cbow": int(cbow), "ratio": sg / cbow}


def w2v_15():
    five, one = trained(algorithm="skipgram", alpha=0.04), trained(algorithm="skipgram", alpha=0.04, epochs=1)
    cbow = trained(algorithm="cbow", alpha=0.4)
    full = trained(algorithm="cbow", alpha=0.04, cbow_update="word2vec.c")
    return {
        "skipgram": five[1],
        "cbow": cbow[1],
        "word2vec_c": full[1],
        "skipgram_one": one[1],
        "predictions_one": int(one[0]),
        "predictions_cbow": int(cbow[0]),
    }


def w2v_16():
    full = gradients(INPUTS, OUTPUTS, CENTRE, CONTEXTS, algorithm="cbow", cbow_update="word2vec.c")
    return {"ratio": (full.lessons / CBOW.lessons).mean(), "neighbours": len(CONTEXTS)}


def w2v_17():
    return {
        "lessons": len(CBOW.lessons),
        "cbow": cosines(CBOW.lessons).min(),
        "skipgram_least": cosines(SKIPGRAM.lessons).min(),
        "skipgram_most": cosines(SKIPGRAM.lessons).max(),
    }


def w2v_22():
    sg, cbow = trained(algorithm="skipgram", alpha=0.04), trained(algorithm="cbow", alpha=0.4)
    return {"fewer": sg[0] / cbow[0], "skipgram": sg[2], "cbow": cbow[2]}
