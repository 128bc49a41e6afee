"""Makes lstm_gru.npz: an LSTM and a GRU trained to say what comes next in the language of brackets.

Run ``python kamen_core/data/make_lstm_gru.py``; a few minutes on one core. Everything is seeded.
"""

from itertools import islice
from pathlib import Path

import numpy as np

from kamen_core.brackets import ALPHABET, Network, generate, one_hot, predict, read
from kamen_core.gradient_descent import adam
from kamen_core.lstm_gru import (
    GRUParams,
    LSTMParams,
    gru,
    gru_backward,
    init_gru,
    init_lstm,
    lstm,
    lstm_backward,
)

N_HIDDEN = 20
N_SEQUENCES, LENGTH, BATCH = 8192, 80, 64
STAGES = ((1e-2, 2000), (3e-3, 2000), (1e-3, 1500))  # learning rate of Adam, steps
NETWORKS = {
    "lstm": (init_lstm, LSTMParams, lstm, lstm_backward),
    "gru": (init_gru, GRUParams, gru, gru_backward),
}


def split(theta, shapes):
    """The arrays of these shapes that follow each other in a flat theta."""
    ends = np.cumsum([np.prod(shape) for shape in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(theta, ends[:-1]), shapes, strict=True)]


def loss_and_gradient(theta, shapes, network, x, y):
    """Mean cross-entropy of the next characters y (T, B, 9) after x (T, B, 9), and its gradient."""
    _, kind, forward, backward = NETWORKS[network]
    *weights, weight_out, bias_out = split(theta, shapes)
    params = kind(*weights)
    trace = forward(x, params)
    logits = trace.h @ weight_out.T + bias_out
    logits -= logits.max(axis=-1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    grad_logits = (np.exp(log_p) - y) / (y.shape[0] * y.shape[1])
    grads, _ = backward(x, params, trace, grad_logits @ weight_out)
    grad_weight_out = np.tensordot(grad_logits, trace.h, axes=([0, 1], [0, 1]))
    gradient = (*grads, grad_weight_out, grad_logits.sum(axis=(0, 1)))
    return -(y * log_p).sum(axis=-1).mean(), np.concatenate([g.ravel() for g in gradient])


def train(network, seed=0):
    """The six arrays of a trained network, and the loss of every step."""
    rng = np.random.default_rng(seed)
    texts = np.array([one_hot(generate(LENGTH + 1, rng)) for _ in range(N_SEQUENCES)]).swapaxes(0, 1)
    init = NETWORKS[network][0]
    bound = N_HIDDEN**-0.5
    weights = [
        *init(len(ALPHABET), N_HIDDEN, rng),
        rng.uniform(-bound, bound, (len(ALPHABET), N_HIDDEN)),
        np.zeros(len(ALPHABET)),
    ]
    shapes = [w.shape for w in weights]
    theta = np.concatenate([w.ravel() for w in weights])
    losses = []

    def grad(theta):
        batch = texts[:, rng.integers(N_SEQUENCES, size=BATCH)]
        loss, gradient = loss_and_gradient(theta, shapes, network, batch[:-1], batch[1:])
        losses.append(loss)
        return gradient * min(1, 1 / np.linalg.norm(gradient))  # a cliff moves the weights no further

    for lr, n_steps in STAGES:
        for state in islice(adam(grad, theta, lr=lr), n_steps + 1):
            theta = state.theta
        print(f"{network}: {len(losses)} steps, loss {np.mean(losses[-200:]):.4f}", flush=True)
    return split(theta, shapes), np.array(losses)


def evaluate(name, network, n_texts=10, length=2000):
    """Print how the network does on texts that it has not seen, far longer than those it learned from."""
    texts = [generate(length, rng=1_000_000 + k) for k in range(n_texts)]
    trace, q = predict(network, np.stack([one_hot(text) for text in texts], axis=1))
    depth, quoted, p = (np.stack(parts, axis=1) for parts in zip(*map(read, texts), strict=True))
    excess = (p * np.log(np.where(p > 0, p, 1) / q)).sum(axis=-1)
    due = (depth > 0) & ~quoted
    closers = [ALPHABET.index(c) for c in ")]"]
    wrong = p[due][:, closers].argmax(axis=1) != q[due][:, closers].argmax(axis=1)
    print(
        f"{name}: {excess.mean():.4f} nats above the entropy; illegal {q[p == 0].sum() / p[..., 0].size:.2%}"
    )
    print(f"  closing brackets told apart: all but {wrong.sum()} of {wrong.size}")
    memory = trace.c if hasattr(trace, "c") else trace.h
    for what, truth in (("depth", depth), ("quoted", quoted)):
        r = [np.corrcoef(memory[..., unit].ravel(), truth.ravel())[0, 1] for unit in range(N_HIDDEN)]
        print(f"  {what}: unit {np.abs(r).argmax()}, r = {r[np.abs(r).argmax()]:.3f}")


if __name__ == "__main__":
    arrays = {}
    for name, (_, kind, *_) in NETWORKS.items():
        trained, losses = train(name)
        trained = [array.astype(np.float32) for array in trained]
        evaluate(name, Network(kind(*trained[:4]), *trained[4:]))
        keys = (*kind._fields, "weight_out", "bias_out", "loss")
        each_50 = losses[: len(losses) // 50 * 50].reshape(-1, 50).mean(axis=1).astype(np.float32)
        arrays |= {f"{name}_{key}": array for key, array in zip(keys, (*trained, each_50), strict=True)}
    np.savez_compressed(Path(__file__).with_name("lstm_gru.npz"), **arrays)
