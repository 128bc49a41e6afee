"""Evidence on RDD functions, from this book's own Spark in one process, which the tests hold to PySpark."""

import inspect
import tracemalloc
from operator import add

import numpy as np

from ..rdd import RDD, LocalContext

SC = LocalContext(2)
FOUR = [1, 2, 3, 4]
THREE = [("a", 1), ("b", 1), ("a", 2)]


def seq_op(u, t):
    return u[0] + t, u[1] + 1


def comb_op(u, v):
    return u[0] + v[0], u[1] + v[1]


def calls(kind, rdd, zero):
    """What `kind` was given, and what it gave back, in one aggregate."""
    with SC.record() as events:
        rdd.aggregate(zero, seq_op, comb_op)
    return [e for e in events if e.kind == kind]


def states(partition):
    """What seqOp makes of a partition, from the zero on."""
    events = [e for e in calls("seqOp", SC.parallelize(FOUR, 2), (0, 0)) if e.partition == partition]
    return [(0, 0)] + [e.output for e in events]


def rdd_01():
    whole = np.zeros(800_000)
    tracemalloc.start()
    (whole - whole.mean()) / (whole.std() + 1)
    at_once = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    for part in np.split(whole, 8):
        (part - 0.0) / 1.0
    in_parts = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {"beside": at_once / whole.nbytes, "in_parts": in_parts / whole.nbytes}


def rdd_08():
    numbers = SC.parallelize(FOUR, 2)
    return {"sum": numbers.aggregate(0, add, add), "max": numbers.aggregate(float("-inf"), max, max)}


def rdd_09():
    sums = [SC.parallelize(FOUR, p).aggregate((1, 0), seq_op, comb_op)[0] for p in (1, 2, 3, 4, 8)]
    return {"partitions": (1, 2, 3, 4, 8), "sums": tuple(sums), "fold": SC.parallelize(FOUR, 2).fold(1, add)}


def rdd_13():
    found = {
        SC.parallelize(FOUR, 2).aggregate("", lambda u, t: u + str(t), lambda a, b: a + "|" + b)
        for _ in range(20)
    }
    return {"found": " ".join(found), "different": len(found)}


def rdd_15():
    return {"states": " → ".join(map(str, states(partition=1)))}


def rdd_16():
    merges = [e.inputs for e in calls("combOp", SC.parallelize(FOUR, 2), (0, 0))]
    return {"calls": " → ".join(f"{a} + {b}" for a, b in merges), "n": len(merges)}


def rdd_19():
    pairs = [("a", 1), ("a", 2), ("b", 3)]
    one, two = (dict(SC.parallelize(pairs, p).aggregateByKey(10, add, add).collect()) for p in (1, 2))
    return {"a_one": one["a"], "a_two": two["a"], "b_one": one["b"], "b_two": two["b"]}


def rdd_22():
    def evaluations(rdd, seen):
        before = len(seen)
        return rdd.count(), rdd.count(), len(seen) - before, before

    seen, kept = [], []
    plain = SC.parallelize(range(10), 2).map(lambda x: seen.append(x) or x)
    cached = SC.parallelize(range(10), 2).map(lambda x: kept.append(x) or x).cache()
    *_, without, _ = evaluations(plain, seen)
    *_, with_cache, before = evaluations(cached, kept)
    return {"without": without, "with": with_cache, "before": before}


def rdd_25():
    two, three, hundred = (SC.parallelize(range(n), 2) for n in (2, 3, 100))
    return {"six": two.cartesian(three).count(), "many": hundred.cartesian(hundred).count()}


def rdd_30():
    x, y = SC.parallelize([("a", 1), ("b", 4)]), SC.parallelize([("a", 2), ("c", 8)])
    keys = sorted(x.cogroup(y).keys().collect())
    return {"cogroup": ", ".join(keys), "join": ", ".join(x.join(y).keys().collect())}


def rdd_31():
    x, y = SC.parallelize([("a", 1), ("b", 4)]), SC.parallelize([("a", 2), ("c", 8)])
    missing = dict(x.cogroup(y).collect())["b"][1]
    return {
        "missing": str(list(missing)),
        "length": len(missing),
        "outer": str(dict(x.fullOuterJoin(y).collect())["b"]),
    }


def rdd_35():
    pairs = SC.parallelize([("a", 1), ("b", 2), ("a", 3)], 2)
    try:
        SC.parallelize([1, 2], 2).collectAsMap()
    except TypeError as error:
        refused = type(error).__name__
    return {
        "map": str(pairs.collectAsMap()),
        "pairs": pairs.count(),
        "kept": len(pairs.collectAsMap()),
        "refused": refused,
    }


def rdd_36():
    try:
        compile("def f(numPartitions=None, partitionFunc): ...", "", "exec")
    except SyntaxError as error:
        message = type(error).__name__
    default = inspect.signature(RDD.combineByKey).parameters["partitionFunc"].default
    return {"printed": message, "default": default.__name__}


def rdd_38():
    def same(p):
        x = SC.parallelize(THREE, p)
        mine = x.combineByKey(lambda v: v, add, add), x.combineByKey(lambda v: 10 + v, add, add)
        theirs = x.reduceByKey(add), x.foldByKey(10, add)
        return all(dict(m.collect()) == dict(t.collect()) for m, t in zip(mine, theirs, strict=True))

    return {"agree": sum(map(same, (1, 2, 3))), "tried": 3}


def rdd_46():
    x = SC.parallelize(THREE, 2)
    counts = x.countByKey()
    return {
        "counts": str(dict(sorted(counts.items()))),
        "keys": len(counts),
        "exists": hasattr(x, "countBykey"),
    }


def rdd_47():
    words = SC.parallelize(["a b", "c"]).flatMap(str.split).collect()
    nested = SC.parallelize([[1, [2, 3]], [4]]).flatMap(lambda x: x).collect()
    return {"words": str(words), "nested": str(nested)}


def rdd_48():
    x = SC.parallelize([("a", ["x", "y", "z"]), ("b", ["p", "r"])], 2)
    flat = x.flatMapValues(lambda v: v)
    return {"flat": str(flat.collect()), "pairs": flat.count(), "before": x.count()}
