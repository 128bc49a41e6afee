"""The small RDD against local PySpark on the chapter's examples; exact AUC on Spark against scikit-learn.

    python benchmarks/rdd.py [scores]

Start-up counts for the examples: both contexts are started, used and stopped, each in a process of its own.
For the AUC the data lie in cached partitions already, in either case in memory.
"""

import subprocess
import sys
import time

import _timing  # first: it asks for one thread
import numpy as np
from sklearn.metrics import roc_auc_score

from kamen_core import spark

EXAMPLES = """
import time
start = time.perf_counter()
{connect}
from operator import add
sum_count = (lambda u, t: (u[0] + t, u[1] + 1)), (lambda u, w: (u[0] + w[0], u[1] + w[1]))
x = sc.parallelize([("a", 1), ("b", 4), ("a", 2)])
y = sc.parallelize([("a", 2), ("c", 8)])
results = [
    sc.parallelize([1, 2, 3, 4]).aggregate((0, 0), *sum_count),
    sc.parallelize([]).aggregate((0, 0), *sum_count),
    sorted(x.aggregateByKey((0, 0), *sum_count).collect()),
    sc.parallelize([1, 2, 3, 4, 5], 3).cache().count(),
    sc.parallelize([1, 2]).cartesian(sc.parallelize([1, 2])).collect(),
    sc.parallelize([1, 2, 3, 4, 5], 3).coalesce(1).glom().collect(),
    sc.parallelize(list(range(12)), 2).repartition(3).glom().collect(),
    sorted((k, *map(list, sides)) for k, sides in x.cogroup(y).collect()),
    x.collectAsMap(),
    sorted(x.combineByKey(lambda v: [v], lambda c, v: [*c, v], add).collect()),
    sc.parallelize([2, 3, 4]).count(),
    sorted(sc.parallelize([1, 2, 1, 2, 2], 2).countByValue().items()),
    sorted(x.countByKey().items()),
    sorted(sc.parallelize([2, 3, 4]).flatMap(lambda k: range(1, k)).collect()),
    x.flatMapValues(range).collect(),
    sorted(x.fullOuterJoin(y).collect(), key=str),
    sorted(x.reduceByKey(add).collect()),
]
sc.stop()
print(repr(results), time.perf_counter() - start, sep="\\n")
"""
LOCAL = "from kamen_core.rdd import LocalContext; sc = LocalContext(2)"
SPARK = "from kamen_core.spark import connect; sc = connect('local[2]')"


def examples(connect):
    """Seconds for the chapter's examples in a new process, and their results."""
    said = subprocess.run(
        [sys.executable, "-c", EXAMPLES.format(connect=connect)], capture_output=True, text=True, check=True
    )
    results, seconds = said.stdout.splitlines()
    return float(seconds), results


def small(repeats=3):
    local, real = [], []
    for _ in range(repeats):
        local.append(examples(LOCAL))
        real.append(examples(SPARK))
    assert {results for _, results in local} == {results for _, results in real}
    ours, peer = (float(np.median([seconds for seconds, _ in runs])) for runs in (local, real))
    return "17 examples, start-up included (peer: PySpark)", ours, peer, ours / peer


def make_block(i, n_blocks, n):
    rng = np.random.default_rng([11, i])
    y = rng.random(n // n_blocks + (i < n % n_blocks)) < 0.3
    return y, np.round(1 / (1 + np.exp(-rng.normal(y, 1.0))), 6)


def exact_auc(n, n_blocks=4, repeats=5):
    sc = spark.connect("local[2]", {"spark.driver.memory": "4g"})
    blocks = sc.parallelize(range(n_blocks), n_blocks).map(lambda i: make_block(i, n_blocks, n)).cache()
    blocks.count()
    y, s = (
        np.concatenate(part)
        for part in zip(*[make_block(i, n_blocks, n) for i in range(n_blocks)], strict=True)
    )
    values = {}

    def ours():
        values["ours"] = spark.auc(blocks)

    def histogram():
        values["histogram"] = spark.auc_histogram(blocks, 1000)

    def peer():
        values["peer"] = roc_auc_score(y, s)

    def reading():
        blocks.map(lambda block: len(block[0])).sum()

    seconds = _timing.compare(
        {"ours": ours, "histogram": histogram, "peer": peer, "reading": reading}, repeats
    )
    sc.stop()
    assert abs(values["ours"] - values["peer"]) < 1e-12, values
    return [
        (
            f"{what}, {n:.0e} scores (peer: roc_auc_score)",
            seconds[name],
            seconds["peer"],
            seconds[name] / seconds["peer"],
        )
        for what, name in [
            ("exact AUC", "ours"),
            ("AUC of 1000 bins", "histogram"),
            ("only reading the blocks", "reading"),
        ]
    ]


if __name__ == "__main__":
    start = time.perf_counter()
    n = int(float(sys.argv[1])) if len(sys.argv) > 1 else 10_000_000
    rows = [small(), *exact_auc(n)]
    print(_timing.table(rows))
    peers = [("17 operations", "PySpark"), *[(f"{n:,} scores", "scikit-learn, one process, no Spark")] * 2]
    work = ["the chapter's examples, start-up included", "exact AUC on Spark", "AUC of 1000 bins on Spark"]
    _timing.publish(
        "rdd",
        [(w, size, peer, row[2] / row[1]) for w, (size, peer), row in zip(work, peers, rows, strict=False)],
    )
    print(f"\n{time.perf_counter() - start:.0f} s")
