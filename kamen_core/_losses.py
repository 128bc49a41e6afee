"""Softmax and cross-entropy, for `kamen_core.backprop`, which is where to import them from."""

import numpy as np

from kamen_core import _check, _check_network


def softmax(z):
    """Probabilities from logits: e^zᵢ / Σₖ e^zₖ along the last axis.

    Parameters
    ----------
    z : array (..., n_classes)
        Finite logits of any size: the largest is taken off first, which changes nothing but the overflow.

    Returns
    -------
    array (..., n_classes)
        Each row sums to 1.

    Raises
    ------
    TypeError, ValueError
        If `z` is not an array of finite numbers with at least one class.

    Examples
    --------
    >>> softmax([2.0, 1.0, 0.1]).round(4)
    array([0.659 , 0.2424, 0.0986])
    """
    e = np.exp(_less_the_largest(_check_network.logits(z)))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_jacobian(z):
    """∂aₖ/∂zᵢ = aₖ (δₖᵢ − aᵢ): every logit moves every probability.

    Takes and refuses what `softmax` does; returns (..., n_classes, n_classes), whose columns sum to 0.

    Examples
    --------
    >>> softmax_jacobian([2.0, 1.0, 0.1]).round(4)
    array([[ 0.2247, -0.1598, -0.065 ],
           [-0.1598,  0.1837, -0.0239],
           [-0.065 , -0.0239,  0.0889]])
    """
    a = softmax(z)
    return a[..., :, None] * (np.eye(a.shape[-1], dtype=a.dtype) - a[..., None, :])


def cross_entropy(probs, y_onehot):
    """Mean over the batch of −Σ y log(probs).

    Parameters
    ----------
    probs : array (..., n_classes)
        Probabilities. A 0 where `y_onehot` is not 0 costs inf: see `cross_entropy_with_logits`.
    y_onehot : array of the same shape
        Targets from 0 to 1: one-hot, soft, or several labels a row.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        If the shapes differ or are empty, or a value is not in [0, 1].

    Examples
    --------
    >>> round(float(cross_entropy(softmax([2.0, 1.0, 0.1]), [1, 0, 0])), 4)
    0.417
    """
    probs = _check_network.unit_interval("probs", probs)
    y = _check_network.targets(y_onehot, probs)
    with np.errstate(divide="ignore"):
        return mean_loss(np.log(probs), y)


def cross_entropy_with_logits(z, y_onehot):
    """``cross_entropy(softmax(z), y_onehot)``, exact where the softmax has rounded to 0 (log-sum-exp).

    Examples
    --------
    >>> float(cross_entropy_with_logits([[1e4, -1e4]], [[0, 1]]))
    20000.0
    """
    z = _check_network.logits(z)
    return mean_loss(log_softmax(z), _check_network.targets(y_onehot, z))


def log_softmax(z):
    """Logarithm of the softmax (log-sum-exp), unchecked."""
    z = _less_the_largest(z)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def mean_loss(log_probs, y):
    """−Σ y log(probs), averaged over the batch, unchecked."""
    with np.errstate(invalid="ignore"):  # 0 · log 0 counts as 0: a class nobody asked for costs nothing
        return np.where(y > 0, -y * log_probs, 0).sum(axis=-1).mean()


def one_hot(labels, n_classes):
    """A row for each label, with its single 1 in the label's column.

    Parameters
    ----------
    labels : array (n,) of integers from 0 to n_classes − 1
    n_classes : int
        1 or more.

    Returns
    -------
    array (n, n_classes) of float64

    Raises
    ------
    TypeError, ValueError
        If `labels` are not integers, not one-dimensional or out of range.

    Examples
    --------
    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    n_classes = _check.integer("n_classes", n_classes, least=1)
    return np.eye(n_classes)[_check_network.labels(labels, n_classes)]


def _less_the_largest(z):
    with np.errstate(over="ignore"):  # finite logits can be infinitely far apart; e^-inf is the right 0
        return z - z.max(axis=-1, keepdims=True)
