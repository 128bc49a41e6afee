"""Times that mean something on a busy machine: interleaved repeats in one run, medians, ratios."""

import os
import statistics
import time

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before NumPy is imported: import this module first


def compare(functions, repeats=7, clock=time.perf_counter):
    """Median seconds of each function of no arguments; one warm-up, then `repeats` interleaved rounds.

    With `time.process_time` as the clock other programs do not count; for work on one thread.
    """
    times = {name: [] for name in functions}
    for function in functions.values():
        function()
    for _ in range(repeats):
        for name, function in functions.items():
            start = clock()
            function()
            times[name].append(clock() - start)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def table(rows, header=("work", "ours", "peer", "ratio")):
    """Rows as a Markdown table; floats to three significant digits."""
    text = [[f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *text])


def growth(sizes, seconds):
    """The exponent of growth between the smallest and the largest size."""
    from math import log

    return log(seconds[-1] / seconds[0]) / log(sizes[-1] / sizes[0])
