"""Every algorithm once, large enough for threads and compiled loops; as a script it saves the results."""

import sys

import numpy as np

from kamen_core import (
    backprop,
    brackets,
    chains,
    datasets,
    lda,
    lstm_gru,
    mcmc,
    rdd,
    roc_auc,
    spark,
    trace,
    word2vec,
)
from kamen_core import gradient_descent as descent


def flat(value, name):
    """All arrays in a nested result, by name."""
    if isinstance(value, (tuple, list)) and not all(isinstance(v, (int, float, str)) for v in value):
        fields = getattr(value, "_fields", range(len(value)))
        return {
            k: v for f, part in zip(fields, value, strict=True) for k, v in flat(part, f"{name}.{f}").items()
        }
    return {name: np.asarray(value)}


def continuous(dtype=np.float64):
    """What has a precision: {name: result}, all of it computed from numbers of one type."""
    rng = np.random.default_rng(0)

    def normal(*shape):
        return rng.normal(size=shape).astype(dtype)

    def typed(params):
        return type(params)(*(p.astype(dtype) for p in params))

    theta = normal(20_000)  # beyond `_compile.FUSE_FROM`
    curvature = np.linspace(1, 25, theta.size).astype(dtype)
    made = {}
    for method in (descent.gd, descent.momentum, descent.nag, descent.adagrad, descent.rmsprop, descent.adam,
                   descent.adamw, descent.amsgrad):  # fmt: skip
        made[method.__name__] = trace.run(method(lambda t: curvature * t, theta, lr=0.03125), 5).theta[-1]
    X, y = normal(2000, 60), normal(2000)
    made["normal_equation"] = descent.normal_equation(X, y)
    made["least_squares_grad"] = descent.least_squares_grad(normal(60), X, y)
    batches = descent.minibatch_grad(X, y, 300, rng=1)
    made["minibatch_grad"] = [batches(normal(60)) for _ in range(8)]
    layers = [backprop.Layer(*map(np.asarray, typed(layer))) for layer in backprop.init((128, 256, 10), 1)]
    x, labels = normal(512, 128), backprop.one_hot(rng.integers(10, size=512), 10).astype(dtype)
    made["train"] = trace.run(backprop.train(layers, x, labels, lr=0.125, activation="tanh"), 3)
    steps = normal(20, 64, 32)
    for init, run, back in ((lstm_gru.init_lstm, lstm_gru.lstm, lstm_gru.lstm_backward),
                            (lstm_gru.init_gru, lstm_gru.gru, lstm_gru.gru_backward)):  # fmt: skip
        params = typed(init(32, 128, 2))
        seen = run(steps, params)
        made[run.__name__] = seen.h[-1]
        made[back.__name__] = back(steps, params, seen, normal(20, 64, 128) / 100)[0]
    return {k: v for name, value in made.items() for k, v in flat(value, name).items()}


def drawn():
    """What is counted or drawn: the same to the last bit, but for word vectors."""
    rng = np.random.default_rng(1)
    made = {}
    y_true, y_score = rng.integers(0, 2, 100_000), rng.normal(size=100_000).round(3)
    made["auc"] = roc_auc.auc(y_true, y_score)
    made["roc_curve"] = roc_auc.roc_curve(y_true, y_score)
    made["precision_recall_curve"] = roc_auc.precision_recall_curve(y_true, y_score)
    made["auc_histogram"] = roc_auc.auc_histogram(y_true, 1 / (1 + np.exp(-y_score)), 1000)
    blocks = rdd.LocalContext(2).parallelize([(y_true[i::8], y_score[i::8]) for i in range(8)], 4)
    made["spark.auc"] = spark.auc(blocks)
    words, docs = rng.integers(50, size=3000), np.sort(rng.integers(20, size=3000))
    made["gibbs"] = trace.run(lda.gibbs(words, docs, 5, rng=2), 4)
    made["walk"] = mcmc.walk(rng.dirichlet(np.ones(6), 6), 0, 5000, rng=3)
    made["metropolis"] = trace.run(mcmc.metropolis(lambda x: -abs(x).sum(), [0.0, 1.0], 1.0, rng=4), 200).x
    made["gibbs_normal"] = trace.run(mcmc.gibbs_normal([0, 0], [[1, 0.5], [0.5, 1]], [1, 1], rng=5), 50).path
    made["stationary"] = mcmc.stationary(rng.dirichlet(np.ones(30), 30))
    made["autocorrelation"] = chains.autocorrelation(rng.normal(size=2000))
    made["brackets"] = [ord(c) for c in brackets.generate(300, rng=6)]
    made["two_moons"] = datasets.two_moons(100, rng=7)
    names = ["sun", "moon", "star", "sky", "sea"]
    sentences = [[names[i] for i in rng.integers(5, size=8)] for _ in range(30)]
    for algorithm in ("skipgram", "cbow"):
        model = word2vec.train(sentences, algorithm, vector_size=16, epochs=3, sample=0.1, rng=8)
        made[f"word2vec.{algorithm}"] = (model.vectors, model.losses, model.counts)
        made[f"words.{algorithm}"] = [ord(w[1]) for w in model.vocabulary]
    pairs = rdd.LocalContext(3).parallelize([(w, 1) for s in sentences for w in s], 5)
    counted = pairs.reduceByKey(lambda a, b: a + b, 3).glom().collect()  # strings, hashed
    made["reduceByKey"] = [ord(c) for c in repr(counted)]
    return {k: v for name, value in made.items() for k, v in flat(value, name).items()}


if __name__ == "__main__":
    np.savez(sys.argv[1], **continuous(), **drawn())
