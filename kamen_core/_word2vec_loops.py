"""One epoch of word2vec with negative sampling: the loops, compiled where numba is installed.

A corpus is `tokens`, one row number a word, and `ends`, where each sentence ends in it. All randomness comes
from `rng.random()`, in the order in which the loops read, so compiled and plain Python draw the same.
"""

import math

import numpy as np

from ._compile import compiled


def alias_table(weights):
    """Walker's table: one uniform number draws an index in proportion to `weights`, in constant time.

    Every index owns a column of height 1, filled to `share` by itself and above that by `other`.
    """
    share = (weights / weights.sum() * len(weights)).tolist()
    full = 1 - 1e-12  # or the last bit of the machine's powers would say which of equal columns is poor
    other = list(range(len(share)))
    poor = [i for i, s in enumerate(share) if s < full]
    rich = [i for i, s in enumerate(share) if s >= full]
    while poor and rich:
        i, j = poor.pop(), rich[-1]
        other[i] = j
        share[j] -= 1 - share[i]
        if share[j] < full:
            poor.append(rich.pop())
    for i in poor:  # left over by rounding alone
        share[i] = 1.0
    return np.array(share), np.array(other)


@compiled
def draw(share, other, rng):
    """An index, drawn by an alias table."""
    u = rng.random() * share.size
    i = int(u)
    return i if u - i < share[i] else other[i]


@compiled(reorder=True)
def predict(h, output, label, lr, step):
    """Tell the true word (label 1) from noise (0): move its row, add to the step of h, return the loss."""
    score = np.float32(0)
    for d in range(h.size):
        score += h[d] * output[d]
    x = float(score)
    e = math.exp(-abs(x))  # never overflows
    p = 1 / (1 + e) if x >= 0 else e / (1 + e)
    g = np.float32(lr * (label - p))  # log σ(x) has the gradient (label − p)
    for d in range(h.size):
        step[d] += g * output[d]
        output[d] += g * h[d]
    return math.log(1 + e) + max(-x if label == 1 else x, 0.0)  # log(1 + exp(∓x))


@compiled
def predict_word(h, outputs, word, share, other, negative, lr, step, rng):
    """The true word against `negative` drawn ones; a draw that hits the true word is left out."""
    loss = predict(h, outputs[word], 1, lr, step)
    for _ in range(negative):
        noise = draw(share, other, rng)
        if noise != word:
            loss += predict(h, outputs[noise], 0, lr, step)
    return loss


@compiled
def add(vector, step):
    """vector += step, in place: this is faster than NumPy's."""
    for d in range(vector.size):
        vector[d] += step[d]


@compiled
def skipgram_epoch(tokens, ends, inputs, outputs, share, other, window, negative, lr_first, lr_last, rng):
    """Every word predicts each of its neighbours. Returns the number of predictions and their summed loss."""
    n_predictions, loss = 0, 0.0
    step = np.empty(inputs.shape[1], np.float32)
    start = 0
    for end in ends:
        for centre in range(start, end):
            lr = lr_first + (lr_last - lr_first) * centre / tokens.size
            radius = 1 + int(window * rng.random())
            h = inputs[tokens[centre]]
            for context in range(max(start, centre - radius), min(end, centre + radius + 1)):
                if context == centre:
                    continue
                step[:] = 0
                loss += predict_word(h, outputs, tokens[context], share, other, negative, lr, step, rng)
                add(h, step)
                n_predictions += 1
        start = end
    return n_predictions, loss


@compiled
def cbow_epoch(tokens, ends, inputs, outputs, share, other, window, negative, lr_first, lr_last, rng, exact):
    """The mean of its neighbours predicts every word; `exact` shares the step out, word2vec.c copies it."""
    n_predictions, loss = 0, 0.0
    step = np.empty(inputs.shape[1], np.float32)
    h = np.empty(inputs.shape[1], np.float32)
    start = 0
    for end in ends:
        for centre in range(start, end):
            lr = lr_first + (lr_last - lr_first) * centre / tokens.size
            radius = 1 + int(window * rng.random())
            first, last = max(start, centre - radius), min(end, centre + radius + 1)
            if last - first == 1:
                continue  # a sentence of one word
            one_kth = np.float32(1 / (last - first - 1))
            h[:] = 0
            for context in range(first, last):
                if context != centre:
                    add(h, inputs[tokens[context]])
            for d in range(h.size):
                h[d] *= one_kth
            step[:] = 0
            loss += predict_word(h, outputs, tokens[centre], share, other, negative, lr, step, rng)
            if exact:
                for d in range(h.size):
                    step[d] *= one_kth
            for context in range(first, last):
                if context != centre:
                    add(inputs[tokens[context]], step)
            n_predictions += 1
        start = end
    return n_predictions, loss
