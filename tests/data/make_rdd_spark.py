"""What real PySpark answers to a few thousand small programs, for tests/test_rdd.py to compare with.

    python tests/data/make_rdd_spark.py

starts Spark (see kamen_core.spark) and writes rdd_spark.json.xz: the name of each program and the `repr`
of its result. The programs take nothing but a context, so that the test runs the same ones.
"""

import json
import lzma
import random
from operator import add
from pathlib import Path

GOLDEN = Path(__file__).with_name("rdd_spark.json.xz")
WORDS = ("a", "b", "spark", "", "中文", "é", "word count", "😀", "kamen-core", "x" * 20)


def key_of(rng):
    """A function that draws keys of one kind."""
    return rng.choice(
        [
            lambda: rng.randrange(-8, 8),
            lambda: rng.choice(WORDS),
            lambda: rng.choice([0.5, 1.0, -2.25, 1e300, 3.0]),
            lambda: (rng.choice(WORDS[:4]), rng.randrange(3)),
            lambda: rng.choice([True, False]),
            lambda: rng.randrange(-(10**20), 10**20, 10**19),
        ]
    )


def pairs_of(rng, most=40):
    key = key_of(rng)
    return [(key(), rng.randrange(100)) for _ in range(rng.randrange(most))]


def plain(value):
    """Iterables of groups as lists, so that results have a `repr` to compare."""
    if type(value).__name__ == "ResultIterable":
        return [plain(v) for v in value]
    if isinstance(value, (list, tuple)):
        return type(value)(plain(v) for v in value)
    if type(value).__name__ == "defaultdict":
        return dict(value)
    return value


def parts(rdd):
    return plain(rdd.glom().collect())


def text(u, v):
    return f"({u}{v})"  # neither commutative nor associative: tells every order from every other


def extend(xs, ys):
    xs.extend(ys)
    return xs


def push(xs, x):
    xs.append(x)
    return xs


# ---- every function by itself, on random data: name -> function of (context, rng, partitions)


def _numbers(rng, most=40):
    return [
        rng.choice([rng.randrange(-50, 50), round(rng.uniform(-5, 5), 3)])
        for _ in range(rng.randrange(1, most))
    ]


def _two(sc, rng, p):
    """Two RDDs of pairs with keys in common."""
    keys = random.Random(rng.random())
    key, q = key_of(keys), rng.randrange(1, 5)
    left, right = ([(key(), rng.randrange(100)) for _ in range(rng.randrange(15))] for _ in range(2))
    return sc.parallelize(left, p), sc.parallelize(right, q)


def _wanted(rng):
    return rng.choice([None, None, 1, 2, 3, 5, 7])


def _pair_rdd(sc, rng, p, most=40):
    return sc.parallelize(pairs_of(rng, most), p)


def _list_rdd(sc, rng, p, most=40):
    return sc.parallelize(_numbers(rng, most), p)


def _cached(sc, rng, p):
    calls = sc.accumulator(0)
    rdd = sc.parallelize(list(range(10)), p).map(lambda x: calls.add(1) or x)
    first = (rdd.count(), rdd.count(), calls.value)
    rdd.cache()
    second = (calls.value, rdd.count(), rdd.count(), calls.value)
    rdd.unpersist()
    return first, second, rdd.count(), calls.value, rdd.is_cached


def _first_computes_one(sc, rng, p):
    calls = sc.accumulator(0)
    rdd = sc.parallelize(list(range(12)), p).map(lambda x: calls.add(1) or x).cache()
    return rdd.first(), calls.value, rdd.take(5), calls.value, rdd.collect(), calls.value


def _fused(sc, rng, p):
    """A child made before cache() is fused with its parent and does not use the cache."""
    calls = sc.accumulator(0)
    rdd = sc.parallelize(list(range(10)), p).map(lambda x: calls.add(1) or x)
    child = rdd.map(lambda x: -x)
    rdd.cache()
    rdd.count()
    child.count()
    later = rdd.map(lambda x: -x)
    later.count()
    return calls.value


def _shuffle_runs_once(sc, rng, p):
    calls = sc.accumulator(0)
    rdd = sc.parallelize([(i % 3, i) for i in range(10)], p).map(lambda kv: calls.add(1) or kv)
    summed = rdd.reduceByKey(add, 2)
    return parts(summed), parts(summed.mapValues(lambda v: -v)), calls.value


def _coalesce_after(sc, rng, p):
    """Where the data lie decides the groups: after a shuffle that ran, and from the cache."""
    n = rng.randrange(2, 11)
    rdd = sc.parallelize(pairs_of(rng), p).reduceByKey(text, n)
    before = parts(rdd.coalesce(3))
    rdd = rdd.mapValues(str)
    rdd.collect()
    after = parts(rdd.coalesce(rng.randrange(1, 6)))
    kept = sc.parallelize(list(range(30)), n).map(lambda x: x).cache()
    kept.count()
    once = parts(kept.coalesce(3))
    kept.first()
    return before, after, once, parts(kept.map(lambda x: -x).coalesce(4)), parts(kept.union(rdd).coalesce(5))


def _coalesce_twice(sc, rng, p):
    """A group once placed by where data lie stays placed."""
    kept = sc.parallelize(list(range(20)), 3).map(lambda x: x).cache()
    kept.count()
    kept.count()
    mixed = sc.parallelize(list(range(100, 120)), 2 * p).map(lambda x: x).union(kept)
    once = mixed.coalesce(rng.randrange(3, 8))
    return parts(once), parts(once.coalesce(3)), parts(mixed.union(once).coalesce(rng.randrange(2, 9)))


def _zip_large(sc, rng, p):
    """Blocks of unequal size are made equal first."""
    x = sc.parallelize(list(range(rng.randrange(150, 250))), p)
    wide, narrow = x.map(lambda v: "x" * 3000), x.map(lambda v: -v)
    pairs = wide.zip(narrow)
    crossed = parts(pairs.cartesian(sc.parallelize([1, 2, 3], 1)))
    return [[v for _, v in part] for part in parts(pairs)], [[v for (_, v), _ in part] for part in crossed]


def _in_place(sc, rng, p):
    zero = []
    rdd = sc.parallelize(list(range(8)), p)
    total = rdd.aggregate(zero, push, extend)
    return total, zero, rdd.treeAggregate([], push, extend), rdd.aggregate([], push, add)


def _mutating_elements(sc, rng, p):
    rdd = sc.parallelize([[1], [2], [3]], p)
    grown = rdd.map(lambda xs: push(xs, 0))
    kept = rdd.map(list).cache()
    return grown.collect(), grown.collect(), [kept.map(lambda xs: push(xs, 0)).collect() for _ in range(2)]


def _growing(sc, rng, p):
    """One list yielded again and again: what arrives depends on when it is pickled."""

    def growing(elements):
        xs = []
        for x in elements:
            xs.append(x)
            yield xs

    return parts(sc.parallelize(list(range(12)), p).mapPartitions(growing))


def _accumulators(sc, rng, p):
    total, mean = sc.accumulator(10), sc.accumulator(0.5)
    sc.parallelize(list(range(10)), p).foreach(lambda x: (total.add(x), mean.add(0.25)))
    return total.value, mean.value


def _zip(sc, rng, p):
    n = rng.randrange(1, 40)
    x = sc.parallelize(list(range(n)), p)
    return (
        parts(x.zip(x.map(lambda v: v * v))),
        parts(x.map(lambda v: -v).zip(x)),
        parts(x.map(str).zip(x.map(lambda v: -v))),
        parts(x.zip(x).cartesian(x.filter(lambda v: v % 2))),
    )


def _unions(sc, rng, p):
    q = rng.randrange(1, 5)
    x = _pair_rdd(sc, rng, p).partitionBy(q)
    y = _pair_rdd(sc, rng, p).partitionBy(q)
    z = _pair_rdd(sc, rng, p)
    return (
        parts(x.union(y)),
        parts(x.union(z)),
        parts(z + x),
        parts(sc.union([x, y, z, x])),
        parts(x.union(sc.emptyRDD()).union(y)),
        parts(sc.emptyRDD().union(z)),
        parts(x.mapValues(str).union(y).coalesce(2)),
        x.union(y).partitioner is not None,
        x.map(lambda kv: kv).partitioner is None,
    )


def _joined_in_place(sc, rng, p):
    """RDDs distributed alike are joined where they are."""
    x, y = _two(sc, rng, p)
    x, y = x.partitionBy(3), y.partitionBy(3)
    return parts(x.join(y)), parts(x.cogroup(y)), parts(x.join(y, 2)), parts(x.reduceByKey(text).join(y))


def _large_blocks(sc, rng, p):
    """Blocks double until they reach 64 kB, and shuffles send every so often."""
    n = rng.randrange(200, 400)
    x = sc.parallelize([(i, "x" * rng.randrange(1500)) for i in range(n)], p).map(lambda kv: kv)
    pairs = x.cartesian(sc.parallelize([1, 2, 3, 4], 1).map(abs))
    moved = sc.parallelize(list(range(n)), p).map(lambda i: (i * 7 % 64, i)).partitionBy(2)
    crossed = moved.cartesian(sc.parallelize([1, 2, 3], 1).map(abs))
    return [[kv[0] for kv, _ in part] for part in parts(pairs)], [
        [v for (_, v), _ in part] for part in parts(crossed)
    ]


def _many(sc, rng, p):
    """Enough keys for the batches of a shuffle to grow, enough to sort by a sample."""
    n = rng.randrange(800, 1500)
    data = [(rng.randrange(10**6), i) for i in range(n)]
    rdd = sc.parallelize(data, p)
    moved = rdd.partitionBy(rng.randrange(1, 4)).cartesian(sc.parallelize([1, 2, 3], 1).map(abs))
    ordered = rdd.sortByKey(rng.random() < 0.5, rng.randrange(2, 6))
    return (
        [hash(tuple(v for (_, v), _ in part)) for part in parts(moved)],
        [(len(part), part[:1], part[-1:]) for part in parts(ordered)],
        [(len(part), part[:2]) for part in parts(rdd.repartition(3))],
    )


def _blocks(sc, rng, p):
    """How elements are pickled together decides where they land, and in which order."""
    n, few = rng.randrange(15, 60), sc.parallelize([1, 2, 3], 1).map(abs)
    x = sc.parallelize(list(range(n)), p)
    moved, crossed = x.repartition(p + 1), few.cartesian(x)
    return (
        parts(moved.repartition(3)),
        parts(moved.union(x).cartesian(few)),
        parts(x.union(x.map(abs)).cartesian(few)),
        parts(moved.zip(moved).cartesian(few)),
        parts(crossed.union(moved).repartition(4)),
        parts(crossed.zip(crossed.map(len)).cartesian(few)),
    )


FUNCTIONS = {
    "parallelize": lambda sc, rng, p: parts(sc.parallelize(list(range(rng.randrange(60))), p)),
    "parallelize range": lambda sc, rng, p: parts(
        sc.parallelize(range(rng.randrange(-9, 9), rng.randrange(-9, 60), rng.choice([-2, -1, 1, 3])), p)
    ),
    "range": lambda sc, rng, p: (parts(sc.range(rng.randrange(20))), parts(sc.range(3, 30, 4, p))),
    "default": lambda sc, rng, p: (sc.defaultParallelism, parts(sc.parallelize("abcde"))),
    "map": lambda sc, rng, p: parts(_list_rdd(sc, rng, p).map(lambda x: x * 2)),
    "filter": lambda sc, rng, p: parts(_list_rdd(sc, rng, p).filter(lambda x: x > 0)),
    "flatMap": lambda sc, rng, p: parts(_list_rdd(sc, rng, p).flatMap(lambda x: range(int(x) % 4))),
    "mapPartitions": lambda sc, rng, p: parts(_list_rdd(sc, rng, p).mapPartitions(lambda xs: [list(xs), 1])),
    "mapPartitionsWithIndex": lambda sc, rng, p: parts(
        _list_rdd(sc, rng, p).mapPartitionsWithIndex(lambda i, xs: ((i, x) for x in xs))
    ),
    "mapValues": lambda sc, rng, p: parts(_pair_rdd(sc, rng, p).mapValues(str)),
    "flatMapValues": lambda sc, rng, p: parts(_pair_rdd(sc, rng, p).flatMapValues(lambda v: range(v % 3))),
    "keyBy keys values": lambda sc, rng, p: (
        parts(_list_rdd(sc, rng, p).keyBy(abs)),
        parts(_pair_rdd(sc, rng, p).keys()),
        parts(_pair_rdd(sc, rng, p).values()),
    ),
    "reduce": lambda sc, rng, p: (
        _list_rdd(sc, rng, p).reduce(text),
        _list_rdd(sc, rng, p).treeReduce(max),
        sc.parallelize(list("abcdefghijklmnopqrstuvw"), 2 * p).treeReduce(text, rng.randrange(1, 4)),
    ),
    "fold": lambda sc, rng, p: (
        _list_rdd(sc, rng, p).fold("z", text),
        sc.parallelize([], p).fold(5, add),
        sc.emptyRDD().fold(5, add),
    ),
    "aggregate": lambda sc, rng, p: (
        _list_rdd(sc, rng, p).aggregate("z", text, lambda u, w: f"[{u}|{w}]"),
        sc.parallelize([1, 2, 3, 4], p).aggregate(
            (10, 0), lambda u, t: (u[0] + t, u[1] + 1), lambda u, w: (u[0] + w[0], u[1] + w[1])
        ),
    ),
    "treeAggregate": lambda sc, rng, p: (
        sc.parallelize(list(range(30)), p * p).treeAggregate(
            "z", text, lambda u, w: f"[{u}|{w}]", rng.randrange(1, 4)
        ),
        sc.parallelize([1, 2, 3, 4], p).treeAggregate(10, add, add),
        sc.emptyRDD().treeAggregate(10, add, add),
    ),
    "zero changed in place": _in_place,
    "elements changed in place": _mutating_elements,
    "one list growing": _growing,
    "aggregateByKey": lambda sc, rng, p: parts(
        _pair_rdd(sc, rng, p).aggregateByKey("z", text, lambda u, w: f"[{u}|{w}]", _wanted(rng))
    ),
    "aggregateByKey in place": lambda sc, rng, p: parts(
        _pair_rdd(sc, rng, p).aggregateByKey([0], push, extend, _wanted(rng))
    ),
    "foldByKey": lambda sc, rng, p: parts(_pair_rdd(sc, rng, p).foldByKey("z", text, _wanted(rng))),
    "reduceByKey": lambda sc, rng, p: parts(_pair_rdd(sc, rng, p).reduceByKey(text, _wanted(rng))),
    "combineByKey": lambda sc, rng, p: parts(
        _pair_rdd(sc, rng, p).combineByKey(lambda v: f"<{v}>", text, lambda u, w: f"[{u}|{w}]", _wanted(rng))
    ),
    "groupByKey": lambda sc, rng, p: parts(_pair_rdd(sc, rng, p).groupByKey(_wanted(rng))),
    "groupBy": lambda sc, rng, p: parts(_list_rdd(sc, rng, p).groupBy(lambda x: int(x) % 5, _wanted(rng))),
    "partitionBy": lambda sc, rng, p: parts(_pair_rdd(sc, rng, p).partitionBy(rng.randrange(1, 6))),
    "partitionBy a function": lambda sc, rng, p: parts(
        _pair_rdd(sc, rng, p).partitionBy(rng.randrange(1, 6), lambda k: len(str(k)) - 3)
    ),
    "cogroup": lambda sc, rng, p: (lambda x, y: parts(x.cogroup(y, _wanted(rng))))(*_two(sc, rng, p)),
    "groupWith": lambda sc, rng, p: (lambda x, y: parts(x.groupWith(y, x)))(*_two(sc, rng, p)),
    "join": lambda sc, rng, p: (lambda x, y: parts(x.join(y, _wanted(rng))))(*_two(sc, rng, p)),
    "leftOuterJoin": lambda sc, rng, p: (lambda x, y: parts(x.leftOuterJoin(y, _wanted(rng))))(
        *_two(sc, rng, p)
    ),
    "rightOuterJoin": lambda sc, rng, p: (lambda x, y: parts(x.rightOuterJoin(y, _wanted(rng))))(
        *_two(sc, rng, p)
    ),
    "fullOuterJoin": lambda sc, rng, p: (lambda x, y: parts(x.fullOuterJoin(y, _wanted(rng))))(
        *_two(sc, rng, p)
    ),
    "subtractByKey": lambda sc, rng, p: (lambda x, y: parts(x.subtractByKey(y, _wanted(rng))))(
        *_two(sc, rng, p)
    ),
    "joined where they are": _joined_in_place,
    "union": _unions,
    "intersection": lambda sc, rng, p: parts(_list_rdd(sc, rng, p).intersection(_list_rdd(sc, rng, p))),
    "subtract": lambda sc, rng, p: parts(_list_rdd(sc, rng, p).subtract(_list_rdd(sc, rng, p), _wanted(rng))),
    "distinct": lambda sc, rng, p: parts(
        sc.parallelize([rng.randrange(9) for _ in range(30)], p).distinct(_wanted(rng))
    ),
    "cartesian": lambda sc, rng, p: (
        parts(_list_rdd(sc, rng, p, 12).cartesian(_list_rdd(sc, rng, rng.randrange(1, 4), 12))),
        parts(_list_rdd(sc, rng, p, 12).map(abs).cartesian(_list_rdd(sc, rng, 2, 12))),
    ),
    "coalesce": lambda sc, rng, p: parts(
        sc.parallelize(list(range(30)), rng.randrange(1, 12)).coalesce(rng.randrange(1, 12))
    ),
    "coalesce with a shuffle": lambda sc, rng, p: parts(
        _list_rdd(sc, rng, p).coalesce(rng.randrange(1, 9), True)
    ),
    "coalesce after": _coalesce_after,
    "coalesce twice": _coalesce_twice,
    "repartition": lambda sc, rng, p: (
        parts(sc.parallelize(list(range(rng.randrange(150))), p).repartition(rng.randrange(1, 9))),
        parts(sc.parallelize(list("abcdefg"), p).map(str.upper).repartition(3).map(str.lower).repartition(2)),
    ),
    "glom": lambda sc, rng, p: _list_rdd(sc, rng, p).glom().glom().collect(),
    "sortBy": lambda sc, rng, p: parts(
        _list_rdd(sc, rng, p).sortBy(lambda x: (abs(x), x), rng.random() < 0.5, _wanted(rng))
    ),
    "sortByKey": lambda sc, rng, p: parts(_pair_rdd(sc, rng, p).sortByKey(rng.random() < 0.5, _wanted(rng))),
    "sortByKey by a function": lambda sc, rng, p: parts(
        sc.parallelize([(rng.randrange(30), i) for i in range(30)], p).sortByKey(True, 3, lambda k: 20 - k)
    ),
    "sorted within": lambda sc, rng, p: parts(
        _pair_rdd(sc, rng, p).repartitionAndSortWithinPartitions(_wanted(rng), ascending=rng.random() < 0.5)
    ),
    "zip": _zip,
    "zip large": _zip_large,
    "zipWithIndex": lambda sc, rng, p: (
        parts(_list_rdd(sc, rng, p).zipWithIndex()),
        parts(_list_rdd(sc, rng, p).zipWithUniqueId()),
    ),
    "take": lambda sc, rng, p: [
        _list_rdd(sc, rng, p).filter(lambda x: x > 20).take(n) for n in (0, 1, 3, 100, -1)
    ],
    "takeOrdered top": lambda sc, rng, p: (
        _list_rdd(sc, rng, p).takeOrdered(rng.randrange(6), lambda x: -x),
        _list_rdd(sc, rng, p).top(rng.randrange(6), abs),
        _list_rdd(sc, rng, p).top(3),
        sc.emptyRDD().takeOrdered(3),
    ),
    "first": lambda sc, rng, p: (
        _list_rdd(sc, rng, p).first(),
        sc.parallelize([], p).isEmpty(),
        sc.emptyRDD().isEmpty(),
    ),
    "numbers": lambda sc, rng, p: (
        lambda x: (
            x.sum(),
            x.count(),
            x.mean(),
            x.stats(),
            x.min(),
            x.max(key=abs),
            x.variance(),
            x.sampleStdev(),
        )
    )(_list_rdd(sc, rng, p)),
    "numbers uneven": lambda sc, rng, p: (
        sc.parallelize([1.5], 1)
        .union(_list_rdd(sc, rng, p))
        .union(sc.parallelize([0.1 * i for i in range(50)], 1))
    ).stats(),
    "numbers of nothing": lambda sc, rng, p: (lambda x: (x.sum(), x.count(), x.stats(), x.mean()))(
        sc.parallelize([], p)
    ),
    "histogram": lambda sc, rng, p: (
        _list_rdd(sc, rng, p).histogram(rng.randrange(1, 7)),
        _list_rdd(sc, rng, p).histogram([-60, -10, 0, 2.5, 60]),
        _list_rdd(sc, rng, p).histogram((-20, 0, 20)),
        sc.parallelize([1, None, 3, float("nan"), 8], p).histogram(3),
        sc.parallelize(["ab", "ac", "b", "bd", "ef"], p).histogram(["a", "b", "c"]),
    ),
    "countByValue": lambda sc, rng, p: (
        plain(_pair_rdd(sc, rng, p).countByValue()),
        plain(_pair_rdd(sc, rng, p).countByKey()),
        _pair_rdd(sc, rng, p).reduceByKeyLocally(text) if p else None,
    ),
    "collectAsMap": lambda sc, rng, p: (
        _pair_rdd(sc, rng, p).collectAsMap(),
        list(_pair_rdd(sc, rng, p).toLocalIterator()),
    ),
    "lookup": lambda sc, rng, p: (
        lambda data: (lambda x: (x.lookup(data[0][0]), x.partitionBy(3, abs).lookup(data[0][0])))(
            sc.parallelize(data, p)
        )
    )([(rng.randrange(4), rng.randrange(100)) for _ in range(9)]),
    "sample": lambda sc, rng, p: (
        [
            parts(_list_rdd(sc, rng, p).sample(replace, rng.choice([0.0, 0.3, 0.8, 1.0]), rng.randrange(99)))
            for replace in (False, True)
        ]
        + [parts(_list_rdd(sc, rng, p, 9).sample(True, 25.0, 3))]
    ),
    "sampleByKey": lambda sc, rng, p: parts(
        sc.parallelize([(i % 3, i) for i in range(40)], p).sampleByKey(
            rng.random() < 0.5, {0: 0.2, 1: 0.9, 2: 1.5}, 5
        )
    ),
    "randomSplit": lambda sc, rng, p: [
        parts(r) for r in _list_rdd(sc, rng, p).randomSplit([1, 2.5, 0.5], 17)
    ],
    "takeSample": lambda sc, rng, p: [
        _list_rdd(sc, rng, p).takeSample(replace, n, rng.randrange(99))
        for replace in (False, True)
        for n in (0, 1, 5, 60)
    ],
    "cache": _cached,
    "first computes one": _first_computes_one,
    "fused": _fused,
    "shuffle runs once": _shuffle_runs_once,
    "accumulators": _accumulators,
    "broadcast": lambda sc, rng, p: (
        lambda b: sc.parallelize([0, 1, 0], p).map(lambda i: b.value[i]).collect()
    )(sc.broadcast(["x", "y"])),
    "runJob": lambda sc, rng, p: sc.runJob(_list_rdd(sc, rng, p), lambda xs: [len(list(xs))], [p - 1, 0]),
    "large blocks": _large_blocks,
    "many": _many,
    "blocks": _blocks,
    "first targets": lambda sc, rng, p: parts(
        sc.parallelize(list(range(64)), 64).repartition(rng.randrange(2, 12))
    ),
    "takeSample all": lambda sc, rng, p: [
        sc.parallelize(list(range(9)), p).takeSample(replace, 9, rng.randrange(99))
        for replace in (False, True)
    ],
}


# ---- programs of several functions


def steps(sc, rng, rdd, other, q):
    """Ways on from pairs of (key, text) to others, under names that show in a failure."""
    return {
        "map": lambda: rdd.map(lambda kv: (kv[0], kv[1] + "m")),
        "filter": lambda: rdd.filter(lambda kv: len(kv[1]) % 3),
        "flatMap": lambda: rdd.flatMap(lambda kv: [kv, (kv[0], "f")]),
        "flatMapValues": lambda: rdd.flatMapValues(lambda v: [v[:3], v[3:6]] if len(v) % 2 else []),
        "reduceByKey": lambda: rdd.reduceByKey(text, q),
        "foldByKey": lambda: rdd.foldByKey("z", text),
        "groupByKey": lambda: rdd.groupByKey(q).mapValues(lambda vs: "".join(vs)[:40]),
        "partitionBy": lambda: rdd.partitionBy(q),
        "coalesce": lambda: rdd.coalesce(q),
        "repartition": lambda: rdd.repartition(q),
        "union": lambda: rdd.union(other),
        "distinct": lambda: rdd.distinct(),
        "sortByKey": lambda: rdd.sortByKey(rng.random() < 0.5, q),
        "sortBy": lambda: rdd.sortBy(lambda kv: kv[1], numPartitions=q),
        "cartesian": lambda: rdd.cartesian(sc.parallelize([1, 2, 3], 2)).map(
            lambda t: (t[0][0], t[0][1] + str(t[1]))
        ),
        "zipWithIndex": lambda: rdd.zipWithIndex().map(lambda t: (t[0][0], f"{t[0][1]}{t[1]}")),
        "zip": lambda: rdd.zip(rdd.map(len)).map(lambda t: (t[0][0], f"{t[0][1]}{t[1]}")),
        "join": lambda: rdd.join(other).mapValues(str),
        "fullOuterJoin": lambda: rdd.fullOuterJoin(other, q).mapValues(str),
        "cogroup": lambda: rdd.cogroup(other).mapValues(lambda sides: str([list(s) for s in sides])[:40]),
        "subtractByKey": lambda: rdd.subtractByKey(other.filter(lambda kv: len(kv[1]) > 2)),
        "sample": lambda: rdd.sample(rng.random() < 0.5, 0.7, 11),
        "mapPartitionsWithIndex": lambda: rdd.mapPartitionsWithIndex(
            lambda i, kvs: ((k, f"{v}{i}") for k, v in kvs), True
        ),
    }


def program(sc, seed):
    """A random chain of functions on pairs whose keys can be ordered."""
    rng = random.Random(seed)
    rdd = _pair_rdd(sc, rng, rng.choice([1, 2, 3, 4, 6])).mapValues(str)
    seen = [rdd]
    for _ in range(rng.randrange(2, 6)):
        q, other = rng.randrange(1, 7), rng.choice(seen)
        rdd = rng.choice(list(steps(sc, rng, rdd, other, q).values()))()
        if rng.random() < 0.15:
            rdd = rdd.cache()
        if rng.random() < 0.15:
            rdd.count()
        rdd = rdd.filter(lambda kv: len(kv[1]) < 200)
        seen.append(rdd)
        if rdd.getNumPartitions() > 40:
            rdd = rdd.coalesce(q)
    return parts(rdd)


def cases(seed, partitions=(1, 2, 3, 4, 6), n_programs=100, names=tuple(FUNCTIONS)):
    """(name, function of a context), all the same for the same seed."""
    for name in names:
        for p in partitions:
            salt = f"{seed} {name} {p}"
            yield salt, lambda sc, f=FUNCTIONS[name], p=p, salt=salt: f(sc, random.Random(salt), p)
    for i in range(n_programs):
        salt = f"{seed} program {i}"
        yield salt, lambda sc, salt=salt: program(sc, salt)


def golden_cases():
    return cases(0, n_programs=400)


if __name__ == "__main__":
    from kamen_core import spark

    context = spark.connect("local[2]")
    answers = {name: repr(run(context)) for name, run in golden_cases()}
    context.stop()
    GOLDEN.write_bytes(
        lzma.compress(json.dumps(answers, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    )
    print(len(answers), "programs,", GOLDEN.stat().st_size, "bytes")
