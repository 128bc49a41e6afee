r"""A linear model and its squared error: the loss, its gradient, its exact minimum.

:mod:`kamen_core.gradient_descent` exports them.
"""

import numpy as np

from ._check import generator, integer, number, real_array

SINGULAR = 100  # an eigenvalue of this many rounding errors leaves hardly two digits of sixteen


def _samples(X, y):
    X, y = real_array("X", X, ndim=2), real_array("y", y, ndim=1)
    if X.size == 0:
        raise ValueError(f"X: expected samples and features, got shape {X.shape}")
    if len(y) != len(X):
        raise ValueError(f"y: expected one value a row of X, {len(X)}, got {len(y)}")
    return X, y


def _parameters(theta, X):
    theta = real_array("theta", theta, finite=False)
    if theta.ndim == 0 or theta.shape[-1] != X.shape[1]:
        raise ValueError(
            f"theta: expected {X.shape[1]} parameters, one a column of X, got shape {theta.shape}"
        )
    return theta


def least_squares_loss(theta, X, y):
    r"""Half the sum of squared errors, :math:`J(\theta) = \tfrac12 \lVert X\theta - y \rVert^2`.

    Parameters
    ----------
    theta : array_like, (..., d)
        Parameters, or a whole grid of them. They need not be finite.
    X : array_like, (n, d)
        One sample a row; a column of ones has the intercept as its parameter.
    y : array_like, (n,)

    Returns
    -------
    ndarray (...)
        A number for a single θ.

    Raises
    ------
    ValueError
        If shapes do not fit, there is no sample, or `X` or `y` holds NaN or infinities.
    TypeError
        If an argument is no array of real numbers.

    Examples
    --------
    >>> X, y = [[1, 0], [1, 1], [1, 2]], [1, 3, 5]
    >>> float(least_squares_loss([0.0, 0.0], X, y))
    17.5
    """
    X, y = _samples(X, y)
    residual = _parameters(theta, X) @ X.T - y  # Xθ − y, for every θ of a grid
    return 0.5 * np.sum(residual**2, axis=-1)


def least_squares_grad(theta, X, y):
    r"""The gradient of :func:`least_squares_loss`, :math:`X^\top (X\theta - y)`.

    Parameters
    ----------
    theta : array_like, (..., d)
    X : array_like, (n, d)
    y : array_like, (n,)

    Returns
    -------
    ndarray (..., d)

    Raises
    ------
    ValueError, TypeError
        As for :func:`least_squares_loss`.

    Examples
    --------
    >>> least_squares_grad([0.0, 0.0], [[1, 0], [1, 1], [1, 2]], [1, 3, 5])
    array([ -9., -13.])
    """
    X, y = _samples(X, y)
    return _grad(_parameters(theta, X), X, y)


def _grad(theta, X, y):
    residual = theta @ X.T - y
    return residual @ X


def minibatch_grad(X, y, batch_size, rng):
    """The gradient from a batch of the samples, the next batch at each call.

    The samples are shuffled, dealt out in batches, and shuffled again when all are used: an epoch. A batch
    stands for all n samples, so that its sum is multiplied by n / its size; the mean of an epoch's gradients
    is the full gradient. Where `batch_size` does not divide n the last batch of an epoch holds what is left
    (and weighs as much less in that mean).

    Parameters
    ----------
    X : array_like, (n, d)
    y : array_like, (n,)
    batch_size : int
        From 1 (stochastic) to n (the full gradient at every call).
    rng : numpy.random.Generator or int
        Shuffles.

    Returns
    -------
    function
        ``grad(theta)``, the gradient of :func:`least_squares_loss` estimated from the next batch.

    Raises
    ------
    ValueError, TypeError
        As for :func:`least_squares_loss`; also if `batch_size` is no integer from 1 to n.

    Examples
    --------
    >>> X, y = [[1, 0], [1, 1], [1, 2]], [1, 3, 5]
    >>> grad = minibatch_grad(X, y, batch_size=1, rng=0)
    >>> sum(grad([0.0, 0.0]) for _ in range(3)) / 3
    array([ -9., -13.])
    """
    X, y = _samples(X, y)
    n = len(X)
    if integer("batch_size", batch_size, least=1) > n:
        raise ValueError(f"batch_size: expected at most the number of samples, {n}, got {batch_size}")
    batches = _batches(n, batch_size, generator(rng))

    def grad(theta):
        rows = next(batches)
        return n / len(rows) * _grad(_parameters(theta, X), X[rows], y[rows])

    return grad


def _batches(n, batch_size, rng):
    while True:
        order = rng.permutation(n)
        for start in range(0, n, batch_size):
            yield order[start : start + batch_size]


def normal_equation(X, y, ridge=0.0):
    r"""The θ of least loss in one step, :math:`\theta = (X^\top X + \lambda I)^{-1} X^\top y`.

    Parameters
    ----------
    X : array_like, (n, d)
    y : array_like, (n,)
    ridge : float
        The λ of the penalty :math:`\tfrac\lambda2 \lVert\theta\rVert^2`, 0 or more, which makes the matrix
        regular where columns of `X` depend on each other. It holds for every column, the intercept's too.

    Returns
    -------
    ndarray (d,)

    Raises
    ------
    ValueError
        As for :func:`least_squares_loss`; also if the matrix is singular to working precision.
    TypeError
        If an argument is of the wrong kind.

    Examples
    --------
    >>> normal_equation([[1, 0], [1, 1], [1, 2]], [1, 3, 5]).round(12)
    array([1., 2.])
    """
    X, y = _samples(X, y)
    ridge = number("ridge", ridge, least=0)
    A = X.T @ X + ridge * np.eye(X.shape[1], dtype=X.dtype)
    _refuse_singular(A)
    return np.linalg.solve(A, X.T @ y)


def _refuse_singular(A):
    diagonal = np.sqrt(np.diag(A))
    scale = np.where(diagonal > 0, diagonal, 1)  # a feature's unit should not matter
    eigenvalues = np.linalg.eigvalsh(A / np.outer(scale, scale))
    d = len(A)
    rank = np.count_nonzero(eigenvalues > SINGULAR * d * np.finfo(A.dtype).eps * eigenvalues[-1])
    if rank < d:
        raise ValueError(
            f"X: XᵀX is singular (rank {rank} of {d}), so it has no inverse; "
            "leave out the columns that follow from others, or give a (larger) ridge"
        )
