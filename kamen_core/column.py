"""What the column printed where it slipped, in our own words: to be shown failing, never to be used.

The chapters call these beside the right functions, the tests hold both to their numbers.
"""

import numpy as np

from .adaptive import RMSpropState


def auc_histogram(labels, preds, n_bins=100):
    """The column's histogram AUC with its four defects (ROC-43 … ROC-46): it divides to find the bin,
    has no bin for a score of 1, takes scores in one bin for tied, and trusts that scores lie in [0, 1).
    """
    width = 1.0 / n_bins
    positives, negatives = [0] * n_bins, [0] * n_bins
    for label, pred in zip(labels, preds, strict=True):
        counts = positives if label == 1 else negatives
        counts[int(pred / width)] += 1
    won = below = 0
    for pos, neg in zip(positives, negatives, strict=True):
        won += pos * below + pos * neg * 0.5
        below += neg
    return won / float(sum(positives) * sum(negatives))


def softmax_without_exp(z):
    """Softmax as printed, zᵢ / Σₖ zₖ (BP-19): may be negative, may divide by zero."""
    return z / z.sum(axis=-1, keepdims=True)


def softmax_tau_pulled_out(a, grad_a):
    """∂C/∂z of a softmax with τₖ = ∂C/∂aₖ outside the sum over k (BP-21): what stays inside sums to zero."""
    inside = np.array([sum(a[k] * ((k == i) - a[i]) for k in range(len(a))) for i in range(len(a))])
    return grad_a * inside


def tau_summed(grad_a):
    """τ of the last layer with a sum over k that its summand does not know (BP-23): K times too large."""
    return len(grad_a) * grad_a


def cross_entropy_without_minus(a, y):
    """Cross-entropy as printed, Σ y log a (BP-30)."""
    return (y * np.log(a)).sum()


def output_delta_elementwise(a, grad_a):
    """δ of the last layer as ∇C ⊙ σ′(z) (BP-28, BP-42), with a (1 − a) for the softmax's slope."""
    return grad_a * a * (1 - a)


def backward_without_slope(layers, fwd, y):
    """Gradient of the first weights with σ′ forgotten: not the column's slip, but everybody's first."""
    delta = (fwd.a[-1] - y) / len(y)
    for layer in layers[:0:-1]:
        delta = delta @ layer.weight
    return delta.T @ fwd.a[0]


def squared_error(theta, x, y):
    """The loss as the column prints it (GD-10), a parenthesis closed too late: y is inside the model θx."""
    return 0.5 * (theta * (x - y)) ** 2


def rmsprop(grad, theta, lr=1e-3, rho=0.9, eps=1e-8):
    """RMSprop as the column prints it (GD-63): the mean is made of itself, g² never enters, so it stays 0."""
    g2_mean = np.zeros_like(theta)
    yield RMSpropState(theta, g2_mean)
    while True:
        with np.errstate(over="ignore", invalid="ignore"):
            g2_mean = rho * g2_mean + (1 - rho) * g2_mean
            theta = theta - lr * grad(theta) / (np.sqrt(g2_mean) + eps)
        yield RMSpropState(theta, g2_mean)


def lda_sweep(words, docs, z, n_topics, n_words, alpha, beta, u):
    """One sweep of the column's sampler as far as its listing goes (LDA-61): every token is taken out of the
    counts and gets a new topic, but no line puts it back. Returns the topics' totals after every token.
    """
    nmk = [[0] * n_topics for _ in range(max(docs) + 1)]
    nkt = [[0] * n_words for _ in range(n_topics)]
    for w, m, k in zip(words, docs, z, strict=True):
        nmk[m][k] += 1
        nkt[k][w] += 1
    totals = [[sum(row) for row in nkt]]
    for w, m, old, draw in zip(words, docs, z, u, strict=True):
        nmk[m][old] -= 1
        nkt[old][w] -= 1
        p = [
            (nkt[k][w] + beta) / (sum(nkt[k]) + n_words * beta)
            * (nmk[m][k] + alpha) / (sum(nmk[m]) + n_topics * alpha)
            for k in range(n_topics)
        ]  # fmt: skip
        for k in range(1, n_topics):
            p[k] += p[k - 1]
        next(k for k in range(n_topics) if draw * p[-1] < p[k])  # the new topic: here the listing ends
        totals.append([sum(row) for row in nkt])
    return totals
