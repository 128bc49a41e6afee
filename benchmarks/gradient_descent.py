"""Gradient descent against its peers, in one run on one thread: ``python benchmarks/gradient_descent.py``.

numpy-ml 0.1.2 does not import on Python 3.10 or later, so its Adam stands here as an update of the
same passes over memory: the paper's formulas as NumPy expressions after a norm of the gradient for clipping.
"""

from _timing import compare, publish, table  # first: it sets the number of threads

# isort: split
from functools import partial
from itertools import islice

import numpy as np
import torch

from kamen_core import gradient_descent as g_d

torch.set_num_threads(1)
N_LARGE, LARGE_STEPS, SMALL_STEPS = 10**6, 10, 10_000
CURVATURE = np.array([1.0, 25.0])
METHODS = ("gd", "momentum", "nag", "adagrad", "rmsprop", "adam", "adamw", "amsgrad", "newton")


def steps(states, n):
    """Take n steps after the initial state and keep none."""
    for _state in islice(states, n + 1):
        pass


class PlainAdam:
    """What numpy-ml does at a step, from its paper: Kingma and Ba (2015), algorithm 1."""

    def __init__(self, theta):
        self.theta, self.m, self.v, self.t = theta, np.zeros_like(theta), np.zeros_like(theta), 0

    def step(self, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, clip_norm=np.inf):
        norm = np.linalg.norm(g)
        if norm > clip_norm:
            g = g * clip_norm / norm
        self.t += 1
        self.m = beta1 * self.m + (1 - beta1) * g
        self.v = beta2 * self.v + (1 - beta2) * g**2
        m_hat = self.m / (1 - beta1**self.t)
        v_hat = self.v / (1 - beta2**self.t)
        self.theta = self.theta - lr * m_hat / (np.sqrt(v_hat) + eps)


def large():
    """Steps of Adam on 10⁶ float32 parameters, the gradient given."""
    rng = np.random.default_rng(0)
    theta, g = rng.normal(size=(2, N_LARGE)).astype(np.float32)

    def from_torch(**how):
        parameter = torch.nn.Parameter(torch.from_numpy(theta.copy()))
        parameter.grad = torch.from_numpy(g.copy())
        optimizer = torch.optim.Adam([parameter], **how)

        def run():
            for _ in range(LARGE_STEPS):
                optimizer.step()

        return run

    states, plain = g_d.adam(lambda theta: g, theta), PlainAdam(theta)
    next(states)

    def from_plain():
        for _ in range(LARGE_STEPS):
            plain.step(g)

    return {
        "ours": lambda: steps(states, LARGE_STEPS - 1),
        "torch foreach": from_torch(foreach=True),
        "numpy-ml": from_plain,
    }


def small():
    """10,000 steps of Adam in the plane, each with its own gradient."""
    curvature = torch.from_numpy(CURVATURE)

    def from_torch(autograd):
        parameter = torch.nn.Parameter(torch.tensor([5.0, 1.0], dtype=torch.float64))
        optimizer = torch.optim.Adam([parameter])
        for _ in range(SMALL_STEPS):
            if autograd:
                optimizer.zero_grad()
                (0.5 * (curvature * parameter**2).sum()).backward()
            else:
                parameter.grad = curvature * parameter.detach()
            optimizer.step()

    return {
        "ours": lambda: steps(g_d.adam(lambda theta: CURVATURE * theta, [5.0, 1.0]), SMALL_STEPS),
        "torch": partial(from_torch, autograd=True),
        "torch, gradient given": partial(from_torch, autograd=False),
    }


def race():
    """225 starts, 60 steps, 9 methods, as the figure of the race asks for."""
    axis = np.linspace(-2, 2, 15)
    starts = np.stack(np.meshgrid(axis, axis + 0.01), axis=-1).reshape(-1, 2)
    surface = g_d.rosenbrock
    for name in METHODS:
        method = partial(getattr(g_d, name), surface.grad)
        if name == "newton":
            method = partial(method, surface.hessian)
        steps(method(starts, lr=1e-3), 60)


def main():
    rows = []
    for work, functions, repeats in [
        ("Adam, 10⁶ float32 parameters", large(), 15),
        ("Adam, 10,000 steps in 2-D", small(), 5),
    ]:
        seconds = compare(functions, repeats)
        ours = seconds.pop("ours")
        rows += [(f"{work} / {peer}", ours, s, s / ours) for peer, s in seconds.items()]
    named = {
        "torch foreach": "PyTorch, foreach",
        "torch": "PyTorch",
        "torch, gradient given": "PyTorch, gradient given",
    }
    pairs = [(row[0].split(" / "), row[-1]) for row in rows]
    publish(
        "gradient_descent",
        [
            (*work.split(", "), named.get(peer, "the same passes over memory as NumPy"), r)
            for (work, peer), r in pairs
        ],
    )
    ours = compare({"race": race}, 5)["race"]
    rows.append(("225 starts × 60 steps × 9 methods / one second", ours, 1.0, 1.0 / ours))
    print(table(rows, ("work / peer", "ours, s", "peer, s", "times as fast")))


if __name__ == "__main__":
    main()
