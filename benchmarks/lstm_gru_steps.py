"""Time of one step against hidden size, forward, one sequence: the numbers behind the figure `cost`.

Prints ratios to the LSTM of 16 units, for ``STEP_TIME`` in ``kamen_core/figures/_memory.py``.
"""

import time
from functools import partial

from _timing import compare

# ruff: isort: split
import numpy as np

from kamen_core.lstm_gru import gru, init_gru, init_lstm, lstm

SIZES = (16, 32, 64, 128, 256, 512, 1024)
STEPS, BATCH, INPUTS = 64, 1, 64


def main(repeats=15):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(STEPS, BATCH, INPUTS))
    functions = {}
    for size in reversed(SIZES):  # so that no small one comes right after the largest, with a cold cache
        for name, layer, init in (("LSTM", lstm, init_lstm), ("GRU", gru, init_gru)):
            functions[name, size] = partial(layer, x, init(INPUTS, size, rng))
    seconds = compare(functions, repeats, time.process_time)
    for name in ("LSTM", "GRU"):
        print(name, [round(seconds[name, size] / seconds["LSTM", 16], 2) for size in SIZES])


if __name__ == "__main__":
    main()
