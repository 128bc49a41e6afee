"""Make word2vec_torch.npz: trainings and gradients that PyTorch's autograd worked out.

    python tests/data/make_word2vec_torch.py

tests/test_word2vec.py shares the cases and compares with the file, and with PyTorch itself where CI=true.
"""

from collections import Counter
from pathlib import Path

import numpy as np

from kamen_core._word2vec_loops import alias_table

FILE = Path(__file__).with_name("word2vec_torch.npz")

_rng = np.random.default_rng(6)
# Word k about 1/k as often as word 0; sentences of 1 to 12 words, an empty one, one of rare words only.
SENTENCES = [[f"w{int(k)}" for k in np.exp(_rng.random(n) * np.log(14))] for n in (7, 1, 12, 0, 5, 9, 12, 2)]
SENTENCES += [["once", "w1", "w1", "never"], ["rare", "words"]]

BASE = {"vector_size": 5, "window": 3, "negative": 4, "epochs": 2, "alpha": 0.3, "min_alpha": 0.05, "rng": 11}
TRAININGS = {
    "skipgram": BASE,
    "skipgram_defaults": {"vector_size": 5, "rng": 3},
    "skipgram_subsampled": BASE | {"sample": 0.05, "min_count": 2, "epochs": 3},
    "cbow": BASE | {"algorithm": "cbow"},
    "cbow_word2vec.c": BASE | {"algorithm": "cbow", "cbow_update": "word2vec.c"},
    "cbow_subsampled": BASE | {"algorithm": "cbow", "sample": 0.05, "min_count": 2, "epochs": 3, "window": 1},
}
DEFAULTS = {
    "algorithm": "skipgram", "vector_size": 100, "window": 5, "negative": 5, "min_count": 1, "sample": 0.0,
    "epochs": 5, "alpha": 0.025, "min_alpha": 1e-4, "cbow_update": "exact",
}  # fmt: skip

MATRICES = np.random.default_rng(0).normal(size=(2, 6, 3))
GRADIENTS = {
    "skipgram_softmax": {"centre": 2, "contexts": [0, 1, 3, 4]},
    "skipgram_twice": {"centre": 2, "contexts": [0, 3, 2, 3], "negatives": [[5, 5], [3, 1], [0, 2], [4, 1]]},
    "cbow_softmax": {"centre": 2, "contexts": [0, 1, 3, 4], "algorithm": "cbow"},
    "cbow_noise": {"centre": 2, "contexts": [0, 1, 3, 4], "algorithm": "cbow", "negatives": [5, 2, 0, 5]},
    "cbow_twice": {"centre": 2, "contexts": [0, 1, 0, 2], "algorithm": "cbow", "negatives": [5, 1]},
}


def loss_of(h, outputs, word, noise):
    """−log of the softmax, or of the product of sigmoids, in PyTorch's words."""
    import torch
    from torch.nn.functional import cross_entropy, logsigmoid

    if noise is None:
        return cross_entropy((outputs @ h)[None], torch.tensor([word]))
    loss = -logsigmoid(h @ outputs[word])
    for n in noise:
        if n != word:
            loss = loss - logsigmoid(-(h @ outputs[n]))
    return loss


def autograd_gradients(centre, contexts, negatives=None, algorithm="skipgram"):
    """Loss and the gradients of both matrices."""
    import torch

    inputs, outputs = (torch.tensor(m, requires_grad=True) for m in MATRICES)
    if algorithm == "cbow":
        loss = loss_of(inputs[contexts].mean(0), outputs, centre, negatives)
    else:
        noise = negatives or [None] * len(contexts)
        loss = sum(loss_of(inputs[centre], outputs, c, n) for c, n in zip(contexts, noise, strict=True))
    loss.backward()
    return loss.item(), inputs.grad.numpy(), outputs.grad.numpy()


def autograd_training(**settings):
    """word2vec, slowly: float64, every sigmoid by autograd, the random numbers in the package's order."""
    import torch

    s = DEFAULTS | settings
    counter = Counter(word for sentence in SENTENCES for word in sentence)
    words = [w for w in sorted(counter, key=lambda w: -counter[w]) if counter[w] >= s["min_count"]]
    counts = np.array([counter[w] for w in words])
    corpus = [[words.index(w) for w in sentence if w in words] for sentence in SENTENCES]
    rng = np.random.default_rng(s["rng"])
    first = (2 * rng.random((len(words), s["vector_size"])) - 1) / s["vector_size"]  # as gensim
    inputs = torch.tensor(first.astype(np.float32).astype(float))
    outputs = torch.zeros_like(inputs)
    share, other = alias_table(np.sqrt(np.sqrt(counts)) ** 3)
    n_predictions, losses = 0, []

    def noise_word():
        u = rng.random() * len(share)
        return int(u) if u % 1 < share[int(u)] else int(other[int(u)])

    def predict(rows, word, lr):
        """One prediction from the mean of the rows: move the output rows, return loss and the rows' step."""
        step, loss = torch.zeros_like(rows), 0.0
        for j in range(1 + s["negative"]):
            target = word if j == 0 else noise_word()
            if j > 0 and target == word:
                continue
            leaf, row = rows.clone().requires_grad_(), outputs[target].clone().requires_grad_()
            score = leaf.mean(0) @ row
            part = -torch.nn.functional.logsigmoid(score if j == 0 else -score)
            part.backward()
            step -= lr * leaf.grad
            outputs[target] -= lr * row.grad
            loss += part.item()
        return loss, step

    for epoch in range(s["epochs"]):
        sentences = corpus
        if s["sample"]:
            f = counts / counts.sum()
            keep = (np.sqrt(f / s["sample"]) + 1) * s["sample"] / f
            sentences = [[w for w in sentence if rng.random() < keep[w]] for sentence in corpus]
        n_tokens, seen, losses_now = sum(map(len, sentences)), 0, []
        for sentence in sentences:
            for i, word in enumerate(sentence):
                progress = (epoch + seen / n_tokens) / s["epochs"]
                lr = s["alpha"] * (1 - progress) + s["min_alpha"] * progress
                seen += 1
                radius = 1 + int(s["window"] * rng.random())
                contexts = sentence[max(0, i - radius) : i] + sentence[i + 1 : i + 1 + radius]
                if s["algorithm"] == "skipgram":
                    for context in contexts:
                        loss, step = predict(inputs[[word]], context, lr)
                        inputs[word] += step[0]
                        losses_now.append(loss)
                elif contexts:
                    loss, step = predict(inputs[contexts], word, lr)
                    for context, lesson in zip(contexts, step, strict=True):
                        inputs[context] += lesson * (1 if s["cbow_update"] == "exact" else len(contexts))
                    losses_now.append(loss)
        n_predictions += len(losses_now)
        losses.append(np.mean(losses_now))
    return inputs.numpy(), outputs.numpy(), np.array(words), counts, n_predictions, np.array(losses)


def compute():
    """Every case, as a dict of arrays."""
    arrays = {}
    for name, case in TRAININGS.items():
        fields = ("vectors", "output_vectors", "vocabulary", "counts", "n_predictions", "losses")
        arrays |= {f"{name}/{f}": np.array(v) for f, v in zip(fields, autograd_training(**case), strict=True)}
    for name, case in GRADIENTS.items():
        fields = ("loss", "vectors", "output_vectors")
        arrays |= {
            f"{name}/{f}": np.array(v) for f, v in zip(fields, autograd_gradients(**case), strict=True)
        }
    return arrays


if __name__ == "__main__":
    np.savez_compressed(FILE, **compute())
