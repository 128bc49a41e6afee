"""Times that mean something on a busy machine: interleaved repeats in one run, medians, ratios."""

import datetime
import json
import os
import platform
import statistics
import time
from importlib import metadata
from pathlib import Path

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


def publish(name, rows):
    """Keep ratios for the book's page "How fast is it", in the file that ``KAMEN_BENCH_SAVE`` names.

    Parameters
    ----------
    name : str
        The benchmark. What the file held under it is replaced.
    rows : iterable of (work, size, peer, ratio)
        `ratio` is the peer's time over ours. `peer` begins with a distribution's name, or is no package.
    """
    path = os.environ.get("KAMEN_BENCH_SAVE")
    if not path:
        return
    path = Path(path)
    results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    keys = ("work", "size", "peer", "version", "ratio")
    results[name] = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "rows": [
            dict(
                zip(keys, (work, size, peer, version(peer.split(",")[0]), float(f"{ratio:.3g}")), strict=True)
            )
            for work, size, peer, ratio in rows
        ],
    }
    text = json.dumps(dict(sorted(results.items())), indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def version(package):
    """The installed version of a distribution, or None for what is none."""
    try:
        return metadata.version({"PyTorch": "torch", "PySpark": "pyspark"}.get(package, package))
    except metadata.PackageNotFoundError:
        return None


def machine():
    """What a ratio may depend on: the processor, how many cores, the versions of what computes."""
    cpu = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        cpu = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), cpu)
    versions = {package: version(package) for package in ("numpy", "numba")}
    system = f"{platform.system()} {platform.machine()}"
    return {
        "system": system,
        "processor": cpu,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    } | versions


def table(rows, header=("work", "ours", "peer", "ratio")):
    """Rows as a Markdown table; floats to three significant digits."""
    text = [[f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *text])


def growth(sizes, seconds):
    """The exponent of growth between the smallest and the largest size."""
    from math import log

    return log(seconds[-1] / seconds[0]) / log(sizes[-1] / sizes[0])
