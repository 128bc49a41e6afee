"""Makes lstm_gru_torch.npz: what PyTorch computes for the cases below, so that the tests need no PyTorch.

Run ``python tests/data/make_lstm_gru_torch.py`` where PyTorch is installed.
"""

from pathlib import Path

import numpy as np

SIZES = {"batch": (6, 3, 2, 4), "single": (1, 1, 1, 1), "long": (25, 2, 5, 3)}  # T, B, I, H
GATES = {"lstm": 4, "gru": 3, "cho": 3}


def case(network, name):
    """x, four weights, initial states and the gradients from outside, all drawn from a fixed seed."""
    n_steps, n_sequences, n_in, n_hidden = SIZES[name]
    rows = GATES[network] * n_hidden
    shapes = {
        "x": (n_steps, n_sequences, n_in),
        "weight_ih": (rows, n_in),
        "weight_hh": (rows, n_hidden),
        "bias_ih": (rows,),
        "bias_hh": (rows,),
        "h0": (n_sequences, n_hidden),
        "c0": (n_sequences, n_hidden),
        "grad_h": (n_steps, n_sequences, n_hidden),
        "grad_c_last": (n_sequences, n_hidden),
    }
    rng = np.random.default_rng([5, *name.encode()])
    return {key: rng.normal(size=shape) for key, shape in shapes.items()}


def torch_results(network, name):
    """h of every step, the last c, and ∂L/∂ everything for L = Σ grad_h·h + Σ grad_c_last·c_T."""
    import torch

    data = {key: torch.tensor(value) for key, value in case(network, name).items()}
    leaves = {key: value.requires_grad_() for key, value in data.items() if not key.startswith("grad")}
    if network == "cho":
        h = torch.stack(_cho(**leaves))
    else:
        _, _, n_in, n_hidden = SIZES[name]
        layer = (torch.nn.LSTM if network == "lstm" else torch.nn.GRU)(n_in, n_hidden, dtype=torch.float64)
        weights = {f"{key}_l0": leaves[key] for key in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
        initial = leaves["h0"][None]
        if network == "lstm":
            initial = (initial, leaves["c0"][None])
        h, last = torch.func.functional_call(layer, weights, (leaves["x"], initial))
    loss = (data["grad_h"] * h).sum()
    results = {"h": h}
    if network == "lstm":
        results["c_last"] = last[1][0]
        loss = loss + (data["grad_c_last"] * last[1]).sum()
    loss.backward()
    results |= {f"grad_{key}": leaf.grad for key, leaf in leaves.items() if leaf.grad is not None}
    return {key: value.detach().numpy() for key, value in results.items()}


def _cho(x, weight_ih, weight_hh, bias_ih, bias_hh, h0, **_):
    """The GRU with the reset gate before the matrix and z the share of the new, for autograd."""
    import torch

    w_r, w_z, w_n = weight_ih.chunk(3)
    u_r, u_z, u_n = weight_hh.chunk(3)
    b_r, b_z, b_n = (bias_ih + bias_hh).chunk(3)
    h, hs = h0, []
    for x_t in x:
        r = torch.sigmoid(x_t @ w_r.T + h @ u_r.T + b_r)
        z = torch.sigmoid(x_t @ w_z.T + h @ u_z.T + b_z)
        n = torch.tanh(x_t @ w_n.T + (r * h) @ u_n.T + b_n)
        h = h + z * (n - h)
        hs.append(h)
    return hs


if __name__ == "__main__":
    golden = {
        f"{network}/{name}/{key}": value
        for network in GATES
        for name in SIZES
        for key, value in torch_results(network, name).items()
    }
    np.savez_compressed(Path(__file__).with_name("lstm_gru_torch.npz"), **golden)
