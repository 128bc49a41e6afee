"""A training step of a 784-256-128-10 network, batch 128, float64, one thread.

    python benchmarks/backprop.py

Against PyTorch (autograd and SGD), numpy-ml where it is installed, and the eight matrix products alone, which no
implementation can do without. A ratio above 1 says that ours is faster.
"""

import collections
import collections.abc

from _timing import compare, table

import numpy as np
import torch

from kamen_core import backprop

SIZES, BATCH, LR = (784, 256, 128, 10), 128, 0.1


def ours(layers, x, y, activation):
    steps = backprop.train(layers, x, y, LR, activation)
    return lambda: next(steps)


def pytorch(layers, x, y, activation):
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
        return loss

    return step


def numpy_ml(layers, x, y, activation):
    collections.Hashable = collections.abc.Hashable  # numpy-ml 0.1.2 looks for it where it was before Python 3.10
    from numpy_ml.neural_nets.layers import FullyConnected
    from numpy_ml.neural_nets.losses import CrossEntropy

    names = [activation] * (len(layers) - 1) + [None]
    peers = [FullyConnected(len(layer.bias), act_fn=f) for layer, f in zip(layers, names, strict=True)]
    out = x
    for peer, (weight, bias) in zip(peers, layers, strict=True):
        out = peer.forward(out, retain_derived=False)
        peer.parameters["W"][...], peer.parameters["b"][...] = weight.T, bias
        peer.optimizer.lr_scheduler.lr = LR

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
            peer.flush_gradients()
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
    rows = []
    for activation in ("sigmoid", "tanh", "relu"):
        steps = {
            f.__name__: f(layers, x, y, activation) for f in (ours, pytorch, numpy_ml, products)
        }
        del steps["numpy_ml"]
        losses = [float(steps[name]().loss if name == "ours" else steps[name]()) for name in steps if name != "products"]
        times = compare(steps, repeats)
        rows += [(f"{activation}: {peer}", times["ours"] * 1e3, times[peer] * 1e3, times[peer] / times["ours"]) for peer in times if peer != "ours"]
    print(table(rows, ("work", "ours, ms", "peer, ms", "peer / ours")))


if __name__ == "__main__":
    main()
