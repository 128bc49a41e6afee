"""Evidence on LSTM and GRU."""

import numpy as np

from ..brackets import generate, one_hot, predict
from ..datasets import bracket_networks
from ..lstm_gru import GRUParams, LSTMParams, gru, init_gru, init_lstm, lstm


def cell(i, f, n):
    """An LSTM cell of one unit whose gates and candidate are these numbers, whatever it reads."""

    def logit(p):
        return np.log(p) - np.log1p(-p) if 0 < p < 1 else np.copysign(1000, p - 0.5)

    biases = np.array([logit(i), logit(f), np.arctanh(n), 0.0])
    return LSTMParams(np.zeros((4, 1)), np.zeros((4, 1)), biases, np.zeros(4))


def next_c(i, f, n, c):
    return lstm(np.zeros((1, 1, 1)), cell(i, f, n), c0=[[c]]).c.item()


def update_gate(bias):
    """h of a GRU in the column's form, before and after a step, and the candidate, at this bias of z."""
    biases = np.array([0.0, bias, 1.0])
    params = GRUParams(np.zeros((3, 1)), np.zeros((3, 1)), biases, np.zeros(3))
    step = gru(np.zeros((1, 1, 1)), params, h0=[[0.4]], convention="cho")
    return step.z.item(), step.h.item(), step.n.item()


def trained(kind):
    """What a trained network of the chapter does on 2,000 characters, as (steps, units)."""
    trace, _ = predict(getattr(bracket_networks(), kind), one_hot(generate(2000, rng=1))[:, None])
    return trace._replace(**{name: part[:, 0] for name, part in trace._asdict().items()})


def rnn_04():
    params = init_lstm(n_in=3, n_hidden=2, rng=0)
    lengths = [lstm(np.zeros((t, 1, 3)), params).h.shape[0] for t in (3, 300)]
    return {"parameters": sum(p.size for p in params), "short": lengths[0], "long": lengths[1]}


def rnn_05():
    rng = np.random.default_rng(0)
    params = init_lstm(n_in=3, n_hidden=2, rng=rng)
    x, h0, c0 = rng.normal(size=(1, 1, 3)), rng.normal(size=(1, 2)), rng.normal(size=(1, 2))
    moved = lstm(x + 1, params, h0, c0).h - lstm(x, params, h0, c0).h
    return {"moved": abs(moved).max()}


def rnn_07():
    rng = np.random.default_rng(0)
    params = init_lstm(n_in=3, n_hidden=2, rng=rng)
    x, h0, c0 = rng.normal(size=(1, 1, 3)), rng.normal(size=(1, 2)), rng.normal(size=(1, 2))
    moved = lstm(x, params, 0 * h0, c0).c - lstm(x, params, h0, c0).c
    return {"moved": abs(moved).max()}


def rnn_11():
    all_, quarter, nothing = (next_c(i=0, f=f, n=0, c=2) for f in (1, 0.25, 0))
    return {"all": all_, "quarter": quarter, "nothing": nothing}


def rnn_17():
    return {"added": next_c(i=0.5, f=1, n=0.8, c=2) - 2}


def rnn_25():
    rng, r = np.random.default_rng(0), []
    for _ in range(50):  # untrained cells
        trace = lstm(rng.normal(size=(1, 500, 3)), init_lstm(3, 1, rng), rng.normal(size=(500, 1)))
        r.append(np.corrcoef(trace.f.ravel(), trace.i.ravel())[0, 1])
    keep, write = (getattr(trained("lstm"), gate).T for gate in "fi")
    learned = [np.corrcoef(f, i)[0, 1] for f, i in zip(keep, write, strict=True)]
    return {
        "mean": np.abs(r).mean(),
        "least": min(r),
        "most": max(r),
        "opposite": sum(v < 0 for v in learned),
        "units": len(learned),
        "grown": next_c(i=1, f=1, n=0.8, c=2),
    }


def rnn_26():
    z = trained("gru").z.astype(float)
    return {
        "least": z.min(),
        "most": z.max(),
        "spread": z.std(axis=0).min(),
        "off": abs(z + (1 - z) - 1).max(),
    }


def rnn_28():
    rng = np.random.default_rng(0)
    step = gru(rng.normal(size=(200, 1, 3)), init_gru(3, 4, rng))
    return {"z_least": step.z.min(), "z_most": step.z.max(), "n_least": step.n.min()}


def rnn_30():
    (_, kept, _), (_, new, candidate) = update_gate(-1000), update_gate(1000)
    return {"kept": kept, "new": new, "candidate": candidate}


def rnn_35():
    rng = np.random.default_rng(0)
    open_ = lstm(rng.normal(size=(200, 1, 3)), init_lstm(3, 4, rng)).o
    return {"least": open_.min(), "most": open_.max(), "through": next_c(i=0.5, f=0, n=0.8, c=2)}
