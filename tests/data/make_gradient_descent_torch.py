"""Make ``gradient_descent_torch.npz``: the paths of PyTorch's optimizers, for tests that run without PyTorch.

Run ``python tests/data/make_gradient_descent_torch.py``; it needs PyTorch. The tests share its cases.
"""

from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).with_name("gradient_descent_torch.npz")
N_STEPS = 500
KEPT = [*range(6), *range(25, N_STEPS + 1, 25)]  # the steps in the file

# Of each method: the arguments of ours, PyTorch's optimizer, its arguments.
METHODS = {
    "gd": ({}, "SGD", {}),
    "momentum": ({"momentum": 0.85}, "SGD", {"momentum": 0.85}),
    "nag": ({"momentum": 0.85}, "SGD", {"momentum": 0.85, "nesterov": True}),
    "adagrad": ({"eps": 1e-6}, "Adagrad", {"eps": 1e-6}),
    "rmsprop": ({"rho": 0.8, "eps": 1e-2}, "RMSprop", {"alpha": 0.8, "eps": 1e-2}),
    "adam": ({"betas": (0.8, 0.99), "eps": 1e-4}, "Adam", {"betas": (0.8, 0.99), "eps": 1e-4}),
    "adam_default": ({}, "Adam", {}),
    "adamw": (
        {"betas": (0.8, 0.99), "eps": 1e-4, "weight_decay": 0.3},
        "AdamW",
        {"betas": (0.8, 0.99), "eps": 1e-4, "weight_decay": 0.3},
    ),
    "adamw_default": ({}, "AdamW", {}),
    "amsgrad": (
        {"betas": (0.8, 0.99), "eps": 1e-4},
        "Adam",
        {"betas": (0.8, 0.99), "eps": 1e-4, "amsgrad": True},
    ),
    "amsgrad_default": ({}, "Adam", {"amsgrad": True}),
}


def rippled_bowls(theta):
    """The gradient of twelve bowls, no two alike, each with ripples."""
    k = np.arange(1.0, theta.size + 1).reshape(theta.shape)
    return (theta - np.cos(k)) * k / 6 + np.sin(3 * theta) / 2


# Of each problem: the gradient, the start, the learning rate of methods that follow and that rescale it.
PROBLEMS = {
    "ravine": (lambda theta: theta * [1.0, 25.0], np.array([5.0, 1.0]), 0.02, 0.05),
    "cosh": (lambda theta: np.sinh(theta), np.array([3.0, -2.0]), 0.05, 0.01),
    "matrix": (rippled_bowls, np.linspace(-2, 2, 12).reshape(3, 4), 0.002, 0.01),
}

CASES = [(method, problem) for method in METHODS for problem in PROBLEMS]


def learning_rate(method, problem):
    return PROBLEMS[problem][2 if METHODS[method][1] == "SGD" else 3]


def torch_path(method, problem):
    """(N_STEPS + 1, ...): PyTorch's parameter, start first."""
    import torch

    grad, start, *_ = PROBLEMS[problem]
    _, optimizer, arguments = METHODS[method]
    parameter = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    steps = getattr(torch.optim, optimizer)([parameter], lr=learning_rate(method, problem), **arguments)
    path = [start]
    for _ in range(N_STEPS):
        parameter.grad = torch.from_numpy(grad(parameter.detach().numpy()))
        steps.step()
        path.append(parameter.detach().numpy().copy())
    return np.array(path)


def main():
    paths = {f"{method} {problem}": torch_path(method, problem)[KEPT] for method, problem in CASES}
    np.savez_compressed(GOLDEN, **paths)


if __name__ == "__main__":
    main()
