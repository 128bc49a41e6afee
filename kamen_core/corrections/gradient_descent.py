"""Evidence on gradient descent. ravine is ½ (x² + 25 y²), from (5, 1) unless it says otherwise."""

import inspect

import numpy as np

from .. import column
from ..gradient_descent import (
    adagrad,
    gd,
    least_squares_grad,
    least_squares_loss,
    momentum,
    nag,
    newton,
    normal_equation,
    ravine,
    rmsprop,
    saddle,
)
from ..trace import run

X, Y = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), np.array([1.0, 3.0, 5.0])  # three points on 1 + 2t
START = np.array([5.0, 1.0])


def gd_07():
    walk = np.array([[0.3 * k, 1 - 0.2 * k] for k in range(6)])  # equal steps along a line
    second = np.diff(least_squares_loss(walk, X, Y), 2)
    return {"least": second.min(), "most": second.max()}


def gd_08():
    theta = np.array([1.0, 2.0])
    try:
        theta @ X
    except ValueError as error:
        refused = type(error).__name__
    return {"right": tuple(X @ theta), "refused": refused, "theta": theta.shape, "x": X.shape}


def gd_09():
    line = normal_equation(X, Y)
    return {"x0": tuple(X[:, 0]), "intercept": line[0]}


def gd_10():
    at = np.linspace(0, 3, 301)
    right = [least_squares_loss([t], [[2.0]], [3.0]) for t in at]
    printed = [column.squared_error(t, 2, 3) for t in at]
    return {"right": at[np.argmin(right)], "printed": at[np.argmin(printed)]}


def gd_14():
    t = np.arange(5.0)
    doubled = np.column_stack([np.ones(5), t, 2 * t])
    more = np.column_stack([doubled, t**2, t**3])
    return {
        "rank": np.linalg.matrix_rank(doubled),
        "columns": doubled.shape[1],
        "more": np.linalg.matrix_rank(more),
        "more_columns": more.shape[1],
        "ridge": tuple(normal_equation(doubled, 1 + 3 * t, ridge=1e-3)),
    }


def gd_17():
    end = run(gd(saddle.grad, [1.0, 0.0], lr=0.1), 250).theta[-1]
    low, high = np.linalg.eigvalsh(saddle.hessian(end))
    return {"slope": np.linalg.norm(saddle.grad(end)), "down": low, "up": high}


def steps_to(theta):
    """How many steps a path in the ravine takes to a loss below a millionth."""
    return int(np.argmax(ravine.loss(theta) < 1e-6))


def gd_21():
    start, (slow, fast) = [25.0, 1.0], (1, 25)  # the curvatures
    rate = 4 / (slow**0.5 + fast**0.5) ** 2  # the best there are, for both
    kept = ((fast**0.5 - slow**0.5) / (fast**0.5 + slow**0.5)) ** 2
    g = -ravine.grad(START)
    return {
        "gd": steps_to(run(gd(ravine.grad, start, lr=2 / (slow + fast)), 300).theta),
        "ball": steps_to(run(momentum(ravine.grad, start, lr=rate, momentum=kept), 300).theta),
        "newton": steps_to(run(newton(ravine.grad, ravine.hessian, start), 3).theta),
        "cosine": g @ -START / np.linalg.norm(g) / np.linalg.norm(START),
    }


def gd_22():
    off = [np.linalg.norm(run(gd(ravine.grad, START, lr), 200).theta[-1]) for lr in (0.07, 0.079, 0.081)]
    return {"below": off[0], "just_below": off[1], "above": off[2], "limit": 2 / 25}


def gd_23():
    path = run(gd(lambda theta: least_squares_grad(theta, X, Y), np.zeros(2), lr=0.1), 2).theta
    return {"losses": tuple(least_squares_loss(path, X, Y))}


def gd_24():
    theta = np.array([0.5, -1.0])
    by_sample = sum((x @ theta - y) * x for x, y in zip(X, Y, strict=True))
    printed = sum((x - y) @ theta * x for x, y in zip(X, Y, strict=True))
    return {
        "sum": tuple(by_sample),
        "matrix": tuple(least_squares_grad(theta, X, Y)),
        "printed": tuple(printed),
    }


def gd_27():
    theta, path = np.zeros(2), []
    for x, y in zip(X, Y, strict=True):
        theta = theta - 0.1 * (x @ theta - y) * x
        path.append(theta)
    return {"path": ", ".join(f"({a:.3g}, {b:.3g})" for a, b in path)}


def gd_29():
    y, off = np.random.default_rng(0).normal(2, 1, 1000), {}
    rates = {
        "constant": lambda t: 0.1,
        "robbins": lambda t: 1 / t,
        "square": lambda t: 1 / t**2,
        "halved": lambda t: 0.1 * 0.5**t,
    }
    for name, rate in rates.items():
        theta, path = 0.0, []
        for t, sample in enumerate(y, start=1):
            theta -= rate(t) * (theta - sample)
            path.append(theta)
        off[name] = np.sqrt(np.mean((np.array(path[-200:]) - y.mean()) ** 2))
    return off


def gd_47():
    heavy, look = (run(m(lambda x: x, [1.0], lr=0.1, momentum=0.9), 200).theta[:, 0] for m in (momentum, nag))
    return {"momentum": heavy.min(), "nag": look.min()}


def gd_50():
    step = 1e-6 * np.eye(2)
    partial = [(ravine.loss(START + e) - ravine.loss(START - e)) / 2e-6 for e in step]
    return {"partial": tuple(np.round(partial, 6)), "gradient": tuple(ravine.grad(START))}


def adagrad_inside(eps, steps=2, lr=0.5):
    """Adagrad as the column prints it, ε under the root."""
    theta, total = START, np.zeros(2)
    for _ in range(steps):
        g = ravine.grad(theta)
        total = total + g**2
        theta = theta - lr * g / np.sqrt(total + eps)
    return theta


def gd_51():
    def apart(eps):
        outside = run(adagrad(ravine.grad, START, lr=0.5, eps=eps), 2).theta[-1]
        return abs(outside - adagrad_inside(eps)).max()

    return {"small": apart(1e-8), "large": apart(1e-2)}


def gd_53():
    path = run(adagrad(ravine.grad, START, lr=0.5), 1).theta
    flat, steep = (run(adagrad(lambda x, a=a: a * x, [5.0], lr=0.5), 20).theta[-1, 0] for a in (1, 100))
    return {
        "gradients": tuple(ravine.grad(START)),
        "steps": tuple(path[0] - path[1]),
        "flat": flat,
        "steep": steep,
    }


def gd_55():
    def slope(x):  # of x² / (1 + x²)
        return 2 * x / (1 + x**2) ** 2

    return {"near": slope(0.577), "far": slope(3)}


def gd_57():
    quotient = {a: (a * x) / a for a, x in ((1, 2.0), (10, 0.2))}  # slope / curvature of ½ a x²: the distance
    return {"flat": quotient[1], "sharp": quotient[10], "quartic": 1**3 / (3 * 1**2)}  # x⁴/4 at 1


def gd_58():
    spread = np.linspace(-1, 1, 100_001)
    rms = [np.sqrt(np.mean((a * reach * spread) ** 2)) for a, reach in ((1, 1), (10, 1), (1, 10))]
    return {"flat": rms[0], "sharp": rms[1], "flat_far": rms[2]}


def gd_61():
    x = np.random.default_rng(0).normal(size=1000)
    return {"squared": np.mean((10 * x) ** 2) / np.mean(x**2), "second": 10 / 1}


def gd_62():
    theta = run(adagrad(lambda theta: np.ones(1), [0.0], lr=0.1), 10_000).theta[:, 0]
    return {"first": theta[0] - theta[1], "last": theta[-2] - theta[-1], "walked": -theta[-1]}


def gd_63():
    right = run(rmsprop(lambda theta: np.ones(1), [0.0]), 3).g2_mean[1:, 0]
    printed = run(column.rmsprop(lambda theta: np.full(1, 5.0), np.zeros(1)), 3)
    return {"right": tuple(right), "printed": printed.g2_mean[-1, 0], "step": -printed.theta[1, 0]}


def gd_64():
    path, theta, mean = run(rmsprop(ravine.grad, START, lr=0.01), 100).theta, START, np.zeros(2)
    for _ in range(100):  # ε under the root
        g = ravine.grad(theta)
        mean = 0.9 * mean + 0.1 * g**2
        theta = theta - 0.01 * g / np.sqrt(mean + 1e-8)
    return {"apart": abs(theta - path[-1]).max(), "first": (path[0] - path[1])[0] / 0.01}


def gd_66():
    defaults = inspect.signature(rmsprop).parameters
    return {"rho": defaults["rho"].default, "lr": defaults["lr"].default}


def gd_69():
    m = velocity = 0.0
    for g in np.random.default_rng(0).normal(size=50):
        m = 0.9 * m + 0.1 * g
        velocity = 0.9 * velocity + 0.02 * g
    return {"m": m, "velocity": velocity, "from_m": 0.02 * m / 0.1}


def gd_73():
    m, v = 0.0, 0.0
    for _ in range(10):  # a constant gradient of 1: nothing is sampled
        m, v = 0.9 * m + 0.1, 0.999 * v + 0.001
    return {
        "v1": 1 - 0.999,
        "m10": m,
        "m10_corrected": m / (1 - 0.9**10),
        "v10": v,
        "v10_corrected": v / (1 - 0.999**10),
    }
