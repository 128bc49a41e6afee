"""Numbers of every chapter, computed alike by CPython and by the browser's Python; prints them as JSON."""

import json

import numpy as np

from kamen_core import datasets
from kamen_core.backprop import backward, forward, init, one_hot
from kamen_core.gradient_descent import adam, ravine
from kamen_core.lda import gibbs, log_likelihood
from kamen_core.lstm_gru import gru, init_gru, init_lstm, lstm
from kamen_core.mcmc import stationary
from kamen_core.rdd import LocalContext
from kamen_core.roc_auc import auc, roc_curve
from kamen_core.trace import run
from kamen_core.word2vec import train

rng = np.random.default_rng(0)
x = rng.normal(size=(6, 2, 3))
layers = init((3, 4, 3), 0)
fwd = forward(layers, x[:, 0])
words, docs = rng.integers(5, size=40), np.sort(rng.integers(4, size=40))
state = run(gibbs(words, docs, 3, rng=1), 20)
model = train([["sun", "moon", "sea"], ["sea", "salt", "sun"]] * 5, vector_size=4, epochs=3, rng=2)
y_true, y_score = datasets.breast_cancer_scores()
found = {
    "adam": run(adam(ravine.grad, [5.0, 1.0], lr=0.05), 100).theta,
    "backprop": backward(layers, fwd, one_hot([0, 1, 2, 0, 1, 2], 3)).grads[0].weight,
    "lstm": lstm(x, init_lstm(3, 4, 0)).h,
    "gru": gru(x, init_gru(3, 4, 0)).h,
    "gibbs": state.z[-1],
    "log_likelihood": log_likelihood(state, 0.1, 0.01),
    "stationary": stationary([[0.1, 0.9], [0.4, 0.6]]),
    "word2vec": model.vectors,
    "auc": auc(y_true, y_score),
    "roc": roc_curve(y_true, y_score).tpr,
    "rdd": LocalContext(2).parallelize([0.1 * i for i in range(50)], 4).stats().variance(),
}
print(json.dumps({name: np.asarray(value, float).ravel().tolist() for name, value in found.items()}))
