"""PyTorch's answers for tests/test_backprop.py, in backprop_torch.npz.

python tests/data/make_backprop_torch.py
"""

from itertools import pairwise
from pathlib import Path

import numpy as np

SIZES = (4, 3, 5, 3, 4, 4, 3)  # a network of n layers takes the last n + 1 of them
TARGETS = [[0, 1, 0], [1, 1, 0], [0.7, 0.2, 0.1], [0, 0, 0], [1, 1, 1]]  # their sums: 1, 2, 1, 0, 3


def waves(shape, frequency, phase=0.0):
    """Numbers from −1 to 1 that are the same with every version of every library."""
    return np.sin(frequency * np.arange(1, np.prod(shape) + 1) + phase).reshape(shape)


def cases():
    """(name, activation, [(weight, bias), …], x, y) for every activation, depth and batch."""
    for activation in ("sigmoid", "tanh", "relu"):
        for depth in range(1, 7):
            sizes = SIZES[-depth - 1 :]
            pairs = [
                (waves((n_out, n_in), 1.1, i), 0.3 * waves((n_out,), 2.3, i) + 0.6)
                for i, (n_in, n_out) in enumerate(pairwise(sizes))
            ]
            for batch in (1, 5):
                y = np.array(TARGETS[1:2] if batch == 1 else TARGETS, dtype=float)
                yield (
                    f"{activation}-{depth}-{batch}",
                    activation,
                    pairs,
                    waves((batch, sizes[0]), 0.9, 0.4),
                    y,
                )


def torch_answers(activation, pairs, x, y):
    """Loss, probabilities, every δ and every gradient, one after another in one array; by autograd."""
    import torch

    f = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}[activation]
    parameters = [tuple(torch.tensor(p, requires_grad=True) for p in pair) for pair in pairs]
    a, zs = torch.tensor(x), []
    for weight, bias in parameters:
        z = torch.nn.functional.linear(a, weight, bias)
        z.retain_grad()
        zs.append(z)
        a = f(z)
    loss = torch.nn.functional.cross_entropy(z, torch.tensor(y))
    loss.backward()
    answers = [loss, torch.softmax(z, dim=1), *(z.grad for z in zs)]
    answers += [parameter.grad for pair in parameters for parameter in pair]
    return np.concatenate([answer.detach().numpy().ravel() for answer in answers])


if __name__ == "__main__":
    np.savez_compressed(
        Path(__file__).with_name("backprop_torch.npz"),
        **{name: torch_answers(*case) for name, *case in cases()},
    )
