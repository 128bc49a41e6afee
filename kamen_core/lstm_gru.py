"""LSTM and GRU layers in NumPy, forward and backward, with every gate of every step kept for a figure.

Weights are laid out as PyTorch's, so a layer of either library runs in the other. The LSTM is in
``kamen_core/_lstm.py``, the GRU in ``kamen_core/_gru.py``, and what they share in ``kamen_core/_rnn.py``.

Sequences are (T, B, I): steps first, then the batch, then the inputs. To carry a sequence on where an earlier
one ended, give the last ``h`` (and ``c``) as ``h0`` (and ``c0``).
"""

from kamen_core._gru import GRUParams, GRUTrace, gru, gru_backward, init_gru
from kamen_core._lstm import LSTMParams, LSTMTrace, init_lstm, lstm, lstm_backward

__all__ = [
    "GRUParams",
    "GRUTrace",
    "LSTMParams",
    "LSTMTrace",
    "gru",
    "gru_backward",
    "init_gru",
    "init_lstm",
    "lstm",
    "lstm_backward",
]
