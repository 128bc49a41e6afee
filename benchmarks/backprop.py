"""A training step of a 784-256-128-10 network, batch 128, float64, one thread.

    python benchmarks/backprop.py

Against PyTorch (autograd and SGD) and numpy-ml, where they are installed, and the eight matrix products
alone, which nobody can do without. A ratio above 1 says that ours is faster; beside the products 0.67 or
more is good.
"""

import collections.abc
import importlib.util
import warnings

from _timing import compare, publish, table  # isort: skip (it asks for one thread before NumPy starts)

import numpy as np

from kamen_core import backprop

SIZES, BATCH, LR = (784, 256, 128, 10), 128, 0.1


def ours(layers, x, y, activation):
    steps = backprop.train(layers, x, y, LR, activation)
    return lambda: next(steps).loss


def pytorch(layers, x, y, activation):
    import torch

    torch.set_num_threads(1)
    f = {"sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}[activation]
    modules = []
    for weight, bias in layers:
        linear = torch.nn.Linear(*weight.shape[::-1], dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight))
            linear.bias.copy_(torch.from_numpy(bias))
        modules += [linear, f()]
    model = torch.nn.Sequential(*modules[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)
    x, labels = torch.from_numpy(x), torch.from_numpy(y.argmax(axis=1))

    def step():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def numpy_ml(layers, x, y, activation):
    collections.Hashable = collections.abc.Hashable  # numpy-ml 0.1.2 looks where it was before Python 3.10
    with warnings.catch_warnings(action="ignore"):
        from numpy_ml.neural_nets.layers import FullyConnected
        from numpy_ml.neural_nets.losses import CrossEntropy
        from numpy_ml.neural_nets.optimizers import SGD

    peers, out = [], x
    for i, (weight, bias) in enumerate(layers):
        f = activation if i < len(layers) - 1 else None
        peer = FullyConnected(len(bias), act_fn=f, optimizer=SGD(lr=LR))
        out = peer.forward(out, retain_derived=False)  # makes its parameters, which ours then replace
        peer.parameters.update(W=weight.T.copy(), b=bias[None].copy())
        peers.append(peer)

    def step():
        out = x
        for peer in peers:
            out = peer.forward(out)
        probs = np.exp(out - out.max(axis=1, keepdims=True))
        probs /= probs.sum(axis=1, keepdims=True)
        loss = CrossEntropy.loss(y, probs) / len(y)
        grad = CrossEntropy.grad(y, probs) / len(y)
        for peer in peers[::-1]:
            grad = peer.backward(grad)
        for peer in peers:
            peer.update()
        return loss

    return step


def products(layers, x, y, activation):
    fwd = backprop.forward(layers, x, activation)
    delta = backprop.backward(layers, fwd, y, activation).delta

    def step():
        for a, layer in zip(fwd.a, layers, strict=False):
            a @ layer.weight.T
        for d, layer in zip(delta[1:], layers[1:], strict=True):
            d @ layer.weight
        for a, d in zip(fwd.a, delta, strict=False):
            d.T @ a

    return step


def main(repeats=101):
    rng = np.random.default_rng(0)
    x, y = rng.random((BATCH, SIZES[0])), backprop.one_hot(rng.integers(0, 10, BATCH), 10)
    layers = backprop.init(SIZES, rng)
    makers = {"ours": ours, "PyTorch": pytorch, "numpy-ml": numpy_ml, "products alone": products}
    for name, module in {"PyTorch": "torch", "numpy-ml": "numpy_ml"}.items():
        if importlib.util.find_spec(module) is None:
            print(f"{name} is not installed: left out")
            del makers[name]
    rows = []
    for activation in ("sigmoid", "tanh", "relu"):
        steps = {name: make(layers, x, y, activation) for name, make in makers.items()}
        losses = [
            [float(step()) for _ in range(5)] for name, step in steps.items() if name != "products alone"
        ]
        np.testing.assert_allclose(
            losses, losses[:1] * len(losses), rtol=1e-9
        )  # all of them do the same work
        times = compare(steps, repeats)
        for name in list(times)[1:]:
            row = (
                f"{activation}, {name}",
                times["ours"] * 1e3,
                times[name] * 1e3,
                times[name] / times["ours"],
            )
            rows.append(row)
    print(table(rows, ("peer", "ours, ms", "peer, ms", "peer / ours")))
    size, step = "784-256-128-10, batch 128", "a training step"
    pairs = [(row[0].split(", "), row[-1]) for row in rows]
    publish("backprop", [(f"{step}, {activation}", size, peer, r) for (activation, peer), r in pairs])


if __name__ == "__main__":
    main()
