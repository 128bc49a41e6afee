"""One LSTM and one GRU layer, forward and backward through time, against torch.nn and numpy-ml.

numpy-ml (``pip install --no-deps numpy-ml``) joins where it is installed. Its LSTM layer cannot be
constructed, so its LSTMCell is stepped through the sequence, as that layer would; it has no GRU.
"""

import collections
import collections.abc
import warnings

from _timing import compare, publish, table

# ruff: isort: split
import numpy as np
import torch

from kamen_core.lstm_gru import gru, gru_backward, init_gru, init_lstm, lstm, lstm_backward

STEPS, BATCH, INPUTS, HIDDEN = 64, 32, 64, 128


def ours(forward, backward, x, params, grad_h):
    def step():
        return backward(x, params, forward(x, params), grad_h)[1]

    return step


def torchs(kind, x, params, grad_h):
    layer = kind(INPUTS, HIDDEN, dtype=torch.float64)
    for parameter, value in zip(layer.parameters(), params, strict=True):
        parameter.data = torch.tensor(value)
    grad_h = torch.tensor(grad_h)

    def step():
        layer.zero_grad()
        inputs = torch.tensor(x, requires_grad=True)
        layer(inputs)[0].backward(grad_h)
        return inputs.grad.numpy()

    return step


def numpy_mls(x, params, grad_h):
    collections.Hashable = collections.abc.Hashable  # gone from Python since numpy-ml was written
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from numpy_ml.neural_nets.layers import LSTMCell
    cell = LSTMCell(HIDDEN)
    cell.forward(x[0])
    weight = np.hstack([params.weight_hh, params.weight_ih]).reshape(4, HIDDEN, HIDDEN + INPUTS)
    bias = (params.bias_ih + params.bias_hh).reshape(4, HIDDEN)
    for gate, w, b in zip("ufco", weight, bias, strict=True):
        cell.parameters[f"W{gate}"], cell.parameters[f"b{gate}"] = w.T.copy(), b[None].copy()

    def step():
        cell.flush_gradients()
        cell.derived_variables |= {"dLdA_accumulator": None, "dLdC_accumulator": None}
        for x_t in x:
            cell.forward(x_t)
        return np.stack([cell.backward(g) for g in grad_h[::-1]])[::-1]

    return step


def main(repeats=31):
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    x, grad_h = rng.normal(size=(STEPS, BATCH, INPUTS)), rng.normal(size=(STEPS, BATCH, HIDDEN))
    params, gru_params = init_lstm(INPUTS, HIDDEN, rng), init_gru(INPUTS, HIDDEN, rng)
    steps = {
        "LSTM": ours(lstm, lstm_backward, x, params, grad_h),
        "LSTM torch": torchs(torch.nn.LSTM, x, params, grad_h),
        "GRU": ours(gru, gru_backward, x, gru_params, grad_h),
        "GRU torch": torchs(torch.nn.GRU, x, gru_params, grad_h),
    }
    try:
        steps["LSTM numpy-ml"] = numpy_mls(x, params, grad_h)
    except ImportError:
        print("numpy-ml is not installed: left out\n")
    peers = [name for name in steps if " " in name]
    for name in peers:
        np.testing.assert_allclose(steps[name](), steps[name.split()[0]](), rtol=0, atol=1e-12)
    seconds = compare(steps, repeats)
    print(f"Forward and backward, T={STEPS} B={BATCH} I={INPUTS} H={HIDDEN}, float64, one thread, ms\n")
    rows = []
    for name in peers:
        network, peer = name.split()
        own, other = seconds[network] * 1e3, seconds[name] * 1e3
        rows.append((f"{network} against {peer}", own, other, other / own))
    print(table(rows))
    size, named = f"T={STEPS}, B={BATCH}, I={INPUTS}, H={HIDDEN}", {"torch": "PyTorch"}
    pairs = [(row[0].split(" against "), row[-1]) for row in rows]
    work = "forward and backward"
    publish("lstm_gru", [(f"{n}, {work}", size, named.get(peer, peer), r) for (n, peer), r in pairs])


if __name__ == "__main__":
    main()
