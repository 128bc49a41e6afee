"""The small RDD against the real one: golden answers without Java, fresh ones with it.

`tests/data/make_rdd_spark.py` holds the programs; both contexts run the same ones.
"""

import datetime
import enum
import inspect
import itertools
import json
import lzma
import os
import random
import subprocess
import sys
from collections import Counter
from operator import add

import make_rdd_spark as programs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamen_core import rdd as module
from kamen_core._rdd import hash as hashing
from kamen_core._rdd.placement import coalesce_groups, tree_levels
from kamen_core.rdd import (
    RDD,
    AccumulatorParam,
    Event,
    LocalContext,
    ResultIterable,
    StatCounter,
    portable_hash,
)

# ---- equal to Spark

ANSWERS = json.loads(lzma.decompress(programs.GOLDEN.read_bytes()).decode("utf-8", "surrogatepass"))
GOLDEN = dict(programs.golden_cases())
NAMES = [*programs.FUNCTIONS, "program"]


def groups(names):
    """The programs of one function together: fewer tests to count."""
    by_function = {name: [] for name in NAMES}
    for salt in names:
        by_function[salt.split(" ", 1)[1].rsplit(" ", 1)[0]].append(salt)
    return by_function


@pytest.fixture
def sc():
    return LocalContext(2)


def test_the_golden_file_is_that_of_these_programs():
    assert list(ANSWERS) == list(GOLDEN)
    assert len(ANSWERS) > 600


@pytest.mark.parametrize("name", NAMES)
def test_equal_to_the_golden_answers_of_spark(name):
    salts = groups(GOLDEN)[name]
    assert salts
    for salt in salts:
        assert repr(GOLDEN[salt](LocalContext(2))) == ANSWERS[salt], salt


@pytest.mark.spark
def test_equal_to_spark_itself(spark_context):
    """Every function once and some programs, on data the golden file does not have."""
    seed, wrong = os.environ.get("KAMEN_SEED", "live"), []
    turn = itertools.cycle((3, 2, 4))
    fresh = [
        next(programs.cases(seed, (p,), 0, [name])) for name, p in zip(programs.FUNCTIONS, turn, strict=False)
    ]
    for salt, run in [*fresh, *programs.cases(seed, (), 8)]:
        if repr(run(LocalContext(2))) != repr(run(spark_context)):
            wrong.append(salt)
    assert not wrong


def public(cls):
    return {n: f for n, f in inspect.getmembers(cls, callable) if not n.startswith("_")}


def test_names_and_parameters_are_those_of_pyspark():
    pyspark = pytest.importorskip("pyspark")
    for ours, theirs in [(RDD, pyspark.RDD), (LocalContext, pyspark.SparkContext)]:
        for name, function in public(ours).items():
            if name == "record":
                continue
            expected = inspect.signature(getattr(theirs, name)).parameters
            actual = inspect.signature(function).parameters
            assert list(actual) == list(expected), name
            for parameter, value in actual.items():
                default = expected[parameter].default
                required = default is inspect.Parameter.empty
                if not required and (callable(default) or parameter == "storageLevel"):
                    assert value.default is not inspect.Parameter.empty, name
                else:
                    assert value.default == default, name


def test_every_function_of_the_chapter_is_there():
    wanted = """aggregate aggregateByKey cache cartesian coalesce repartition cogroup collect collectAsMap
        combineByKey count countByValue countByKey flatMap flatMapValues fullOuterJoin map filter
        mapPartitions mapPartitionsWithIndex mapValues keyBy keys values reduce fold treeAggregate treeReduce
        reduceByKey foldByKey groupByKey groupBy join leftOuterJoin rightOuterJoin union intersection subtract
        subtractByKey distinct sortBy sortByKey partitionBy glom zip zipWithIndex zipWithUniqueId take
        takeOrdered top first sum mean stats min max histogram lookup sample takeSample getNumPartitions
        persist unpersist isEmpty foreach"""
    assert set(wanted.split()) <= set(public(RDD))
    assert {"parallelize", "accumulator", "broadcast", "union", "emptyRDD", "record"} <= set(
        public(LocalContext)
    )


# ---- what the chapter says, in numbers


def sum_and_count():
    return lambda u, t: (u[0] + t, u[1] + 1), lambda u, w: (u[0] + w[0], u[1] + w[1])


@pytest.mark.parametrize("p", [1, 2, 3, 4, 6, 8])
def test_the_zero_enters_p_plus_one_times(sc, p):
    rdd = sc.parallelize([1, 2, 3, 4], p)
    assert rdd.aggregate((10, 0), *sum_and_count()) == (10 + 10 * (p + 1), 4)
    assert rdd.treeAggregate((10, 0), *sum_and_count()) == (10 + 10 * p, 4)
    assert rdd.fold(1, add) == 10 + p + 1


def test_slices_by_batches(sc):
    assert sc.parallelize([1, 2, 3, 4, 5], 2).glom().collect() == [[1, 2], [3, 4, 5]]
    assert sc.parallelize([1, 2], 4).glom().collect() == [[], [1], [], [2]]
    assert [len(s) for s in sc.parallelize(list(range(11)), 4).glom().collect()] == [2, 4, 2, 3]
    assert [len(s) for s in sc.parallelize(range(10**4), 3).glom().collect()] == [3333, 3333, 3334]
    assert [len(s) for s in sc.parallelize(list(range(10**4)), 3).glom().collect()] == [3072, 3072, 3856]


def test_zero_per_key_and_partition(sc):
    pairs = [("a", 1), ("a", 2), ("b", 3)]
    assert dict(sc.parallelize(pairs, 1).aggregateByKey(10, add, add).collect()) == {"a": 13, "b": 13}
    assert dict(sc.parallelize(pairs, 2).aggregateByKey(10, add, add).collect()) == {"a": 23, "b": 13}


def test_order_inside_a_partition_and_between(sc):
    joined = sc.parallelize([1, 2, 3, 4], 2).aggregate("", lambda u, t: u + str(t), lambda u, w: f"{u}|{w}")
    assert joined == "|12|34"


def test_coalesce_groups_neighbours():
    assert coalesce_groups([False] * 6, 2) == [[0, 1, 2], [3, 4, 5]]
    assert coalesce_groups([False] * 8, 3) == [[0, 1], [2, 3, 4], [5, 6, 7]]
    assert coalesce_groups([False] * 2, 5) == [[0], [1]]
    assert coalesce_groups([], 5) == []


@given(st.lists(st.booleans(), max_size=30), st.integers(1, 40))
def test_coalesce_loses_no_partition(located, n):
    groups = coalesce_groups(located, n)
    assert sorted(p for group in groups for p in group) == list(range(len(located)))
    assert len(groups) == min(n, len(located)) and all(groups)


def test_tree_levels():
    assert tree_levels(4, 2) == [] and tree_levels(6, 2) == [2] and tree_levels(9, 2) == [3]
    assert tree_levels(36, 2) == [6] and tree_levels(30, 3) == [7, 1] and tree_levels(30, 1) == []


# ---- laws, on anything


pairs = st.lists(st.tuples(st.sampled_from(["a", "b", 1, None, ("a", 2)]), st.integers(-9, 9)), max_size=25)
parts = st.integers(1, 7)


@settings(max_examples=60, deadline=None)
@given(pairs, pairs, parts, parts)
def test_pairs_against_plain_python(left, right, p, q):
    sc = LocalContext(2)
    x, y = sc.parallelize(left, p), sc.parallelize(right, q)

    def values(data, k):
        return [v for key, v in data if key == k]

    keys = list(dict.fromkeys([k for k, _ in left + right]))

    def rows(no_left, no_right):
        return Counter(
            (k, (v, w))
            for k in keys
            for v in values(left, k) or no_left
            for w in values(right, k) or no_right
        )

    assert Counter(x.join(y).collect()) == rows([], [])
    assert Counter(x.leftOuterJoin(y, q).collect()) == rows([], [None])
    assert Counter(x.rightOuterJoin(y).collect()) == rows([None], [])
    assert Counter(x.fullOuterJoin(y).collect()) == rows([None], [None])
    grouped = {k: tuple(list(side) for side in sides) for k, sides in x.cogroup(y).collect()}
    assert grouped == {k: (values(left, k), values(right, k)) for k in keys}
    assert dict(x.reduceByKey(add).collect()) == {k: sum(values(left, k)) for k, _ in left}
    assert {k: list(vs) for k, vs in x.groupByKey(q).collect()} == {k: values(left, k) for k, _ in left}
    assert Counter(x.subtractByKey(y).collect()) == Counter(kv for kv in left if not values(right, kv[0]))
    assert set(x.distinct().collect()) == set(left)
    assert set(x.intersection(y).collect()) == set(left) & set(right)
    assert Counter(x.subtract(y).collect()) == Counter(kv for kv in left if kv not in right)
    assert x.countByValue() == Counter(left) and x.countByKey() == Counter(k for k, _ in left)
    assert x.collectAsMap() == dict(left)
    assert x.cartesian(y).count() == len(left) * len(right)
    assert Counter(x.cartesian(y).collect()) == Counter(itertools.product(left, right))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-50, 50), max_size=60), parts, parts)
def test_elements_against_plain_python(data, p, q):
    sc = LocalContext(2)
    x = sc.parallelize(data, p)
    assert list(itertools.chain(*x.glom().collect())) == data and x.getNumPartitions() == p
    assert x.coalesce(q).collect() == data and x.coalesce(q).getNumPartitions() == min(p, q)
    moved = x.repartition(q)
    assert sorted(moved.collect()) == sorted(data) and moved.getNumPartitions() == q
    assert x.sortBy(lambda v: v, numPartitions=q).collect() == sorted(data)
    assert x.sortBy(lambda v: v, ascending=False).collect() == sorted(data, reverse=True)
    assert x.zipWithIndex().collect() == [(v, i) for i, v in enumerate(data)]
    assert len({i for _, i in x.zipWithUniqueId().collect()}) == len(data)
    assert x.take(q) == data[:q] and x.takeOrdered(q) == sorted(data)[:q]
    assert x.top(q) == sorted(data, reverse=True)[:q]
    assert x.sum() == sum(data) and x.count() == len(data) and x.isEmpty() == (not data)
    assert x.aggregate(0, add, add) == x.treeAggregate(0, add, add) == x.fold(0, add) == sum(data)
    assert sorted(x.takeSample(False, 1000, 3)) == sorted(data)
    if data:
        stats = x.stats()
        np.testing.assert_allclose(
            [stats.mean(), stats.variance(), stats.sum(), stats.max(), stats.min()],
            [np.mean(data), np.var(data), sum(data), max(data), min(data)],
            rtol=1e-12,
            atol=1e-12,
        )
        edges, counts = x.histogram(q)
        assert sum(counts) == len(data) and edges[0] == min(data) and edges[-1] == max(data)
        np.testing.assert_array_equal(
            x.histogram([-50, -7, 0, 3, 50])[1], np.histogram(data, [-50, -7, 0, 3, 50])[0]
        )


def test_statcounter_merges_uneven_parts():
    rng = np.random.default_rng(0)
    data = rng.normal(1e3, 1, 300)
    for cut in (5, 150, 290):
        merged = StatCounter(data[:cut]).mergeStats(StatCounter(data[cut:]))
        np.testing.assert_allclose(merged.sampleVariance(), data.var(ddof=1), rtol=1e-11)
        np.testing.assert_allclose(merged.mean(), data.mean(), rtol=1e-14)
    with pytest.raises(TypeError, match="other"):
        merged.mergeStats(3)


# ---- hashing


class Colour(enum.Enum):
    red = 1


KEYS = [
    *(
        "",
        "a",
        "b",
        "seven__",
        "eight___",
        "hello world, this is long",
        "é" * 9,
        "中文",
        "😀x",
        "\ud800",
        "\xff",
        "\u0100",
    ),
    *(b"", b"abc", b"12345678", -1, 0, 2**61 - 1, 2**61, -(10**30), 1.5, -0.1, 1e300, float("inf"), True),
    *(
        datetime.date(2020, 2, 3),
        datetime.datetime(2020, 2, 3, 4, 5, 6, 7),
        datetime.datetime(2020, 2, 3, fold=1),
    ),
    *(datetime.datetime(2020, 2, 3, tzinfo=datetime.UTC), Colour.red, frozenset(), frozenset("ab")),
    *(frozenset([("a", 1), (2, frozenset("xyz")), ()]), np.str_("abc"), np.int64(7), np.float64(0.1)),
]


@pytest.mark.parametrize("seed", ["0", "123", "4294967295"])
def test_hashes_are_those_of_a_process_with_that_seed(seed, monkeypatch):
    """Another Python, started with the seed, hashes the same keys."""
    script = "import pickle, sys; sys.stdout.write(repr([hash(x) for x in pickle.load(sys.stdin.buffer)]))"
    import pickle

    keys = [k for k in KEYS if k is not Colour.red]
    said = subprocess.run(
        [sys.executable, "-c", script],
        input=pickle.dumps([*keys, "red"]),
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
    ).stdout
    monkeypatch.setenv("PYTHONHASHSEED", seed)
    assert [hashing._hash(k) for k in [*keys, Colour.red]] == eval(said)


def test_without_a_seed_the_workers_have_zero(monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    zero = portable_hash("spark")
    monkeypatch.delenv("PYTHONHASHSEED")
    assert portable_hash("spark") == zero
    monkeypatch.setenv("PYTHONHASHSEED", "random")
    assert portable_hash("spark") == zero


def test_portable_hash_is_pysparks(monkeypatch):
    rdd = pytest.importorskip("pyspark.core.rdd")
    monkeypatch.setenv("PYTHONHASHSEED", "1")  # its check; no strings below, their hash is this process's
    for x in [None, 3, -1, 1.5, (), (1, None), ((1, 2), 3.5, (None,)), True, 10**25, frozenset([1, 2])]:
        assert portable_hash(x) == rdd.portable_hash(x), x


@given(st.one_of(st.integers(), st.floats(allow_nan=False)))
def test_number_hash_of_a_narrow_machine(x):
    assert hashing._number_hash(x) == hash(x)


def test_unhashable_keys(sc):
    with pytest.raises(TypeError, match="unhashable"):
        portable_hash([1])
    with pytest.raises(TypeError, match="unhashable"):
        sc.parallelize([([1], 2)]).partitionBy(2).collect()


# ---- lazy, cached, copied


def test_nothing_happens_before_an_action(sc):
    calls = []
    rdd = sc.parallelize(range(4), 2).map(calls.append).filter(bool).cache()
    rdd.union(rdd).cartesian(rdd).repartition(3).reduceByKey(add).coalesce(1).keys()
    assert calls == []
    rdd.count()
    assert sorted(calls) == [0, 1, 2, 3]


def test_take_evaluates_what_it_needs(sc):
    calls = []
    rdd = sc.parallelize(range(100), 10).map(lambda x: calls.append(x) or x)
    assert rdd.first() == 0 and calls == [0]
    assert rdd.take(3) == [0, 1, 2] and calls == [0, 0, 1, 2]
    calls.clear()
    assert rdd.take(12) == list(range(12)) and calls == list(range(12))


def test_what_counts_first_and_what_does_not(sc):
    calls = []
    for p, counted in [(1, 0), (3, 6)]:
        calls.clear()
        rdd = sc.parallelize(range(6), p).map(lambda x: calls.append(x) or x)
        rdd.zipWithIndex()
        assert len(calls) == counted
    calls.clear()
    assert not rdd.isEmpty() and calls == [0]


def test_what_is_distributed_does_not_move_again(sc):
    x = sc.parallelize([(i, 1) for i in range(9)], 3).partitionBy(4)
    x.count()
    with sc.record() as events:
        for rdd in (
            x.reduceByKey(add),
            x.groupByKey(4),
            x.aggregateByKey(0, add, add),
            x.reduceByKey(add).groupByKey().mapValues(len),
            x.repartitionAndSortWithinPartitions(4).groupByKey(),
            x.cogroup(x.mapValues(str)),
            x.sample(False, 1.0).join(x),
            x.subtractByKey(x),
        ):
            assert rdd.partitioner == x.partitioner
            rdd.collect()
    assert [e for e in events if e.kind == "shuffle"] == []
    with sc.record() as events:
        x.groupByKey(3).collect()
    assert len([e for e in events if e.kind == "shuffle"]) == 9


def test_unpersist_computes_again(sc):
    calls = []
    rdd = sc.parallelize(range(5), 2).map(lambda x: calls.append(x) or x).cache()
    assert rdd.is_cached and rdd.persist() is rdd
    rdd.count()
    rdd.persist()  # does not empty it
    rdd.sum()
    assert len(calls) == 5
    assert not rdd.unpersist().is_cached
    rdd.sum()
    assert len(calls) == 10


def test_inputs_and_caches_are_never_changed(sc):
    data = [[1], [2]]
    rdd = sc.parallelize(data, 2).cache()
    assert rdd.map(lambda xs: xs.append(0) or xs).collect() == [[1, 0], [2, 0]]
    got = rdd.collect()
    got[0].append(99)
    assert rdd.collect() == [[1], [2]] == data
    data.append(3)
    data[0].append(3)
    assert rdd.count() == 2 and rdd.collect() == [[1], [2]]
    array = np.arange(4.0)
    array.flags.writeable = False
    assert sc.parallelize([array[::2]], 1).map(lambda a: a.sum()).collect() == [2.0]


def test_what_pickle_refuses_is_shared(sc):
    functions = [lambda: 1, lambda: 2, lambda: 3]
    rdd = sc.parallelize(functions, 2).cache().repartition(2)
    assert sorted(f() for f in rdd.collect()) == [1, 2, 3]
    assert sc.parallelize([1, 2], 2).aggregate(lambda: 0, lambda u, t: t, lambda u, t: t) == 2


def test_lineage(sc):
    x, y = sc.parallelize([(1, 2)]), sc.parallelize([(1, 3)])
    joined = x.mapValues(str).union(y)
    assert joined.operation == "union" and joined.parents[1] is y
    assert joined.parents[0].operation == "mapValues" and joined.parents[0].parents == (x,)
    assert x.parents == () and x.operation == "parallelize" and x.context is sc
    assert repr(x.setName("pairs")) == "RDD pairs: parallelize" and x.name() == "pairs"


def test_partitioner_is_kept_or_lost(sc):
    x = sc.parallelize([(i, i) for i in range(9)], 3).partitionBy(4)
    assert x.partitionBy(4) is x and x.partitionBy(3) is not x
    assert x.mapValues(str).filter(bool).partitioner == x.partitioner == (4, portable_hash)
    assert x.map(lambda kv: kv).partitioner is None and x.map(lambda kv: kv, True).partitioner is not None
    assert x.reduceByKey(add).getNumPartitions() == 4


# ---- accumulators, broadcasts, tasks


class Largest(AccumulatorParam):
    def zero(self, value):
        return float("-inf")

    def addInPlace(self, value1, value2):
        return max(value1, value2)


def test_accumulators(sc):
    total, largest, phase = sc.accumulator(5), sc.accumulator(-1.0, Largest()), sc.accumulator(0j)

    def see(x):
        nonlocal total
        total += x
        largest.add(x)
        phase.add(1j)

    sc.parallelize([3, 9, 4], 2).foreach(see)
    assert (total.value, largest.value, phase.value) == (21, 9, 3j)
    total += 1
    total.value = total.value * 2
    assert total.value == 44 and "44" in repr(total)
    with pytest.raises(TypeError, match=r"accum_param.*list"):
        sc.accumulator([])


def test_accumulators_round_task_by_task(sc):
    total = sc.accumulator(0.1)
    sc.parallelize([0.1] * 9, 3).foreach(total.add)
    assert total.value == ((0.1 + (0.1 + 0.1 + 0.1)) + (0.1 + 0.1 + 0.1)) + (0.1 + 0.1 + 0.1)


def test_tasks_cannot_read_accumulators_and_failed_ones_add_nothing(sc):
    total = sc.accumulator(0)
    for read in (lambda x: total.value, lambda x: setattr(total, "value", x)):
        with pytest.raises(RuntimeError, match="value"):
            sc.parallelize([1], 1).foreach(read)
    with pytest.raises(ZeroDivisionError):
        sc.parallelize([1, 2, 0, 1], 2).map(lambda x: total.add(1) or 1 / x).collect()
    assert total.value == 2


def test_broadcast_is_a_copy(sc):
    names = ["x"]
    shared = sc.broadcast(names)
    names.append("y")
    assert shared.value == ["x"] and sc.parallelize([0]).map(lambda i: shared.value[i]).collect() == ["x"]
    shared.unpersist()
    assert shared.value == ["x"]
    shared.destroy()
    with pytest.raises(RuntimeError, match="destroyed"):
        _ = shared.value


def test_no_rdd_inside_an_rdd_and_none_after_stop(sc):
    inner = sc.parallelize([1])
    with pytest.raises(RuntimeError, match="inside"):
        sc.parallelize([1]).map(lambda x: inner.count()).collect()
    assert inner.collect() == [1]  # the failed task is over
    with sc as same:
        assert same is sc
    for late in (inner.count, lambda: sc.parallelize([1]), sc.emptyRDD):
        with pytest.raises(RuntimeError, match="stopped"):
            late()


def test_stop_iteration_is_an_error_not_an_end(sc):
    def stop(*_):
        raise StopIteration

    rdd = sc.parallelize([1, 2, 3], 2)
    for run in [
        lambda: rdd.map(stop).collect(),
        lambda: rdd.filter(stop).collect(),
        lambda: rdd.flatMap(stop).collect(),
        lambda: rdd.foreach(stop),
        lambda: rdd.reduce(stop),
        lambda: rdd.aggregate(0, add, stop),
        lambda: rdd.keyBy(abs).reduceByKey(stop, 1).mapValues(stop).collect(),
    ]:
        with pytest.raises(RuntimeError):
            run()


# ---- what record() writes down


def test_record_of_aggregate(sc):
    rdd = sc.parallelize([1, 2, 3, 4], 2)
    with sc.record() as events:
        rdd.aggregate((0, 0), *sum_and_count())
    assert events == [
        Event("seqOp", 0, "aggregate", ((0, 0), 1), (1, 1)),
        Event("seqOp", 0, "aggregate", ((1, 1), 2), (3, 2)),
        Event("seqOp", 1, "aggregate", ((0, 0), 3), (3, 1)),
        Event("seqOp", 1, "aggregate", ((3, 1), 4), (7, 2)),
        Event("combOp", None, "aggregate", ((0, 0), (3, 2)), (3, 2)),
        Event("combOp", None, "aggregate", ((3, 2), (7, 2)), (10, 4)),
    ]
    rdd.count()
    assert len(events) == 6  # the recording is over


def test_record_keeps_what_was_there_before_a_change_in_place(sc):
    def push(xs, x):
        xs.append(x)
        return xs

    with sc.record() as events:
        sc.parallelize([1, 2], 1).aggregate([], push, add)
    assert [(e.inputs, e.output) for e in events[:2]] == [(([], 1), [1]), (([1], 2), [1, 2])]


def test_record_of_combine_by_key(sc):
    pairs = [("a", 1), ("b", 1), ("a", 2)]
    for p, calls in [(1, (2, 1, 0)), (3, (3, 0, 1))]:
        with sc.record() as events:
            sc.parallelize(pairs, p).combineByKey(lambda v: [v], lambda c, v: [*c, v], add).collect()
        kinds = Counter((e.kind, len(e.inputs)) for e in events)
        assert (kinds["seqOp", 1], kinds["seqOp", 2], kinds["combOp", 2]) == calls
        moves = [e for e in events if e.kind == "shuffle"]
        assert len(moves) == len({(e.partition, e.key) for e in moves}) == (2 if p == 1 else 3)
        for e in moves:
            assert e.target == portable_hash(e.key) % p and e.inputs == (e.output,) and e.output[0] == e.key
        assert {e.key for e in events} == {"a", "b"} and {e.operation for e in events} == {"combineByKey"}
        combs = [e for e in events if e.kind == "combOp"]
        assert all(e.partition == portable_hash(e.key) % p for e in combs)


def test_record_of_reduce_by_key_against_group_by_key(sc):
    data = [(i % 2, i) for i in range(8)]
    with sc.record() as reducing:
        sc.parallelize(data, 2).reduceByKey(add).collect()
    with sc.record() as grouping:
        sc.parallelize(data, 2).groupByKey().collect()
    assert [e.kind for e in reducing] == ["seqOp"] * 2 + ["shuffle"] * 2 + ["seqOp"] * 2 + ["shuffle"] * 2 + [
        "combOp"
    ] * 2
    assert sorted(e.output for e in reducing if e.kind == "shuffle") == [(0, 2), (0, 10), (1, 4), (1, 12)]
    assert sorted(e.output for e in grouping) == [(0, [0, 2]), (0, [4, 6]), (1, [1, 3]), (1, [5, 7])]


def test_record_of_evaluations_and_the_cache(sc):
    rdd = sc.parallelize(range(10), 2).map(lambda x: -x).cache()
    with sc.record() as events:
        rdd.count()
    with sc.record() as again:
        rdd.count()
    maps = [e for e in events if e.operation == "map"]
    assert [(e.kind, e.partition, e.inputs, e.output) for e in maps] == [
        ("evaluate", i // 5, (i,), -i) for i in range(10)
    ]
    assert [e for e in again if e.operation == "map"] == []
    counts = [e for e in again if e.operation == "count"]
    assert [(e.kind, e.partition, e.inputs, e.output) for e in counts] == [
        ("evaluate", 0, ([0, -1, -2, -3, -4],), [5]),
        ("evaluate", 1, ([-5, -6, -7, -8, -9],), [5]),
        ("combOp", None, (0, 5), 5),
        ("combOp", None, (5, 5), 10),
    ]


def test_record_of_moves(sc):
    rdd = sc.parallelize(range(25), 2)
    with sc.record() as events:
        moved = rdd.repartition(3)
        after = moved.glom().collect()
    assert len(events) == 25 and {e.kind for e in events} == {"shuffle"}
    before = rdd.glom().collect()
    for e in events:
        assert (
            e.output in before[e.partition] and e.output in after[e.target] and e.operation == "repartition"
        )
    with sc.record() as events:
        moved.collect()  # the shuffle ran already
        rdd.coalesce(1).collect()  # nothing crosses
    assert events == []


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (lambda x: x.flatMap(lambda v: range(v)), ("evaluate", 0, "flatMap", (1,), [0], None)),
        (lambda x: x.filter(lambda v: v > 1), ("evaluate", 0, "filter", (1,), False, None)),
        (lambda x: x.keyBy(str), ("evaluate", 0, "keyBy", (1,), "1", None)),
        (
            lambda x: x.mapPartitions(lambda vs: [sum(vs)]),
            ("evaluate", 0, "mapPartitions", ([1],), [1], None),
        ),
        (
            lambda x: x.mapPartitionsWithIndex(lambda i, vs: [i]),
            ("evaluate", 0, "mapPartitionsWithIndex", ([],), [0], None),
        ),
        (lambda x: x.keyBy(abs).mapValues(str), ("evaluate", 0, "mapValues", (1,), "1", 1)),
        (lambda x: x.keyBy(abs).flatMapValues(range), ("evaluate", 0, "flatMapValues", (1,), [0], 1)),
        (lambda x: x.cartesian(x), ("evaluate", 0, "cartesian", (1, 1), (1, 1), None)),
        (lambda x: x.zip(x), ("evaluate", 0, "zip", (1, 1), (1, 1), None)),
        (lambda x: x.groupBy(lambda v: v % 2), ("evaluate", 0, "groupBy", (1,), 1, None)),
        (lambda x: x.sortBy(lambda v: -v), ("evaluate", 0, "sortBy", (1,), -1, None)),
        (lambda x: x.keyBy(abs).join(x.keyBy(abs)), ("evaluate", 1, "join", ([1], [1]), [(1, 1)], 1)),
    ],
)
def test_record_of_every_kind_of_evaluation(sc, run, expected):
    rdd = sc.parallelize([1, 2], 2)
    plain = run(rdd).glom().collect()
    with sc.record() as events:
        assert repr(run(rdd).glom().collect()) == repr(plain)
    mine = [e for e in events if e.operation == expected[2] and e.kind == "evaluate"]
    assert mine[0][:6] == expected and all(e.target is None for e in mine)
    assert len(mine) == {"cartesian": 4, "sortBy": 6}.get(expected[2], 2)


def test_record_of_cogroup_and_trees(sc):
    x, y = sc.parallelize([("a", 1), ("b", 4)]), sc.parallelize([("a", 2), ("c", 8)])
    with sc.record() as events:
        x.cogroup(y).collect()
    cogroups = [e for e in events if e.kind == "evaluate"]
    assert {e.key: [list(side) for side in e.output] for e in cogroups} == {
        "a": [[1], [2]],
        "b": [[4], []],
        "c": [[], [8]],
    }
    with sc.record() as events:
        sc.parallelize(range(9), 9).treeAggregate(0, add, add)
    kinds = Counter((e.kind, e.partition is None) for e in events)
    assert kinds["seqOp", False] == 9 and kinds["shuffle", False] == 9
    assert kinds["combOp", False] == 6 and kinds["combOp", True] == 2
    with sc.record() as events:
        sc.parallelize([3, 1, 2], 1).treeReduce(max)
    assert [(e.kind, e.inputs, e.output) for e in events] == [("seqOp", (3, 1), 3), ("seqOp", (3, 2), 3)]


def test_recordings_nest_and_laziness_stays(sc):
    def endless(vs):
        for v in vs:
            while True:
                yield v

    with sc.record() as outer:
        with sc.record() as inner:
            assert sc.parallelize([7], 1).mapPartitions(endless).take(3) == [7, 7, 7]
        sc.parallelize([1], 1).map(abs).collect()
    assert [e.output for e in inner] == [[7, 7, 7]] and len(outer) == 2
    with pytest.raises(KeyError), sc.record() as events:
        raise KeyError
    sc.parallelize([1]).map(abs).collect()
    assert events == []


# ---- bad input


@pytest.mark.parametrize(
    ("run", "error", "says"),
    [
        (lambda sc, x: LocalContext(0), ValueError, "defaultParallelism"),
        (lambda sc, x: LocalContext("2"), TypeError, "defaultParallelism"),
        (lambda sc, x: sc.parallelize(5), TypeError, "c: expected an iterable"),
        (lambda sc, x: sc.parallelize([1], 0), ValueError, "numSlices"),
        (lambda sc, x: sc.parallelize([1], -1), ValueError, "numSlices"),
        (lambda sc, x: sc.parallelize(range(3), 2.5), TypeError, "numSlices"),
        (lambda sc, x: sc.parallelize([1], True), TypeError, "numSlices"),
        (lambda sc, x: sc.range(1.5), TypeError, "start"),
        (lambda sc, x: sc.range(1, 5, 0), ValueError, "step"),
        (lambda sc, x: sc.union([]), ValueError, "rdds"),
        (lambda sc, x: sc.union([x, [1]]), TypeError, "rdds"),
        (lambda sc, x: x.map(3), TypeError, "f: expected a function, got int"),
        (lambda sc, x: x.flatMap(None), TypeError, "f:"),
        (lambda sc, x: x.mapPartitions([]), TypeError, "f:"),
        (lambda sc, x: x.mapPartitionsWithIndex(1), TypeError, "f:"),
        (lambda sc, x: x.foreachPartition(1), TypeError, "f:"),
        (lambda sc, x: x.reduce("add"), TypeError, "f:"),
        (lambda sc, x: x.fold(0, 0), TypeError, "op:"),
        (lambda sc, x: x.aggregate(0, 0, add), TypeError, "seqOp:"),
        (lambda sc, x: x.aggregate(0, add, 0), TypeError, "combOp:"),
        (lambda sc, x: x.treeAggregate(0, add, add, 0), ValueError, "depth"),
        (lambda sc, x: x.treeReduce(add, 1.5), TypeError, "depth"),
        (lambda sc, x: x.combineByKey(0, add, add), TypeError, "createCombiner"),
        (lambda sc, x: x.reduceByKey(add, 0), ValueError, "numPartitions"),
        (lambda sc, x: x.reduceByKey(add, 2, "hash"), TypeError, "partitionFunc"),
        (lambda sc, x: x.partitionBy(-1), ValueError, "numPartitions"),
        (lambda sc, x: x.coalesce(0), ValueError, "numPartitions"),
        (lambda sc, x: x.coalesce("2"), TypeError, "numPartitions"),
        (lambda sc, x: x.repartition(1.0), TypeError, "numPartitions"),
        (lambda sc, x: x.union([1]), TypeError, "other: expected an RDD, got list"),
        (lambda sc, x: x + 1, TypeError, "other"),
        (lambda sc, x: x.join(None), TypeError, "other"),
        (lambda sc, x: x.cartesian(LocalContext().parallelize([1])), ValueError, "another context"),
        (lambda sc, x: x.zip(sc.parallelize([1, 2], 3)), ValueError, "other: expected 2 partitions, got 3"),
        (lambda sc, x: x.zip(sc.parallelize([1, 2, 3], 2)).collect(), ValueError, "same number of elements"),
        (lambda sc, x: x.map(abs).zip(sc.parallelize(range(250), 2)).count(), ValueError, "same number"),
        (lambda sc, x: x.sample(0.3, 7), TypeError, "withReplacement"),
        (lambda sc, x: x.sample(False, -0.1), ValueError, "fraction"),
        (lambda sc, x: x.sample(True, float("nan")), ValueError, "fraction"),
        (lambda sc, x: x.sample(True, float("inf")), ValueError, "fraction"),
        (lambda sc, x: x.sample(False, 0.5, 1.5), TypeError, "seed"),
        (lambda sc, x: x.sampleByKey(False, {1: -1}), ValueError, "fractions"),
        (lambda sc, x: x.takeSample(False, -1), ValueError, "num"),
        (lambda sc, x: x.takeSample(1, 1), TypeError, "withReplacement"),
        (lambda sc, x: x.randomSplit([1, -1]), ValueError, "weights"),
        (lambda sc, x: x.randomSplit([0, 0]), ValueError, "weights"),
        (lambda sc, x: x.take(1.5), TypeError, "num"),
        (lambda sc, x: x.take(None), TypeError, "num"),
        (lambda sc, x: x.takeOrdered(-1), ValueError, "num"),
        (lambda sc, x: x.top("3"), TypeError, "num"),
        (lambda sc, x: x.max(key=3), TypeError, "key"),
        (lambda sc, x: x.histogram(0), ValueError, "buckets"),
        (lambda sc, x: x.histogram(2.5), TypeError, "buckets"),
        (lambda sc, x: x.histogram(True), TypeError, "buckets"),
        (lambda sc, x: x.histogram([1]), ValueError, "two edges"),
        (lambda sc, x: x.histogram([2, 1]), ValueError, "ascending"),
        (lambda sc, x: x.histogram([1, 1, 2]), ValueError, "repeated"),
        (lambda sc, x: x.histogram([1, None]), ValueError, "None or NaN"),
        (lambda sc, x: x.histogram([1, float("nan")]), ValueError, "None or NaN"),
        (lambda sc, x: sc.parallelize([]).histogram(2), ValueError, "no elements"),
        (lambda sc, x: sc.parallelize("ab").histogram(2), TypeError, "not numbers"),
        (lambda sc, x: sc.parallelize([0.0, float("inf")]).histogram(2), ValueError, "infinite"),
        (lambda sc, x: sc.parallelize([], 3).reduce(add), ValueError, "reduce: the RDD is empty"),
        (lambda sc, x: sc.parallelize([], 3).treeReduce(add), ValueError, "treeReduce: the RDD is empty"),
        (lambda sc, x: sc.emptyRDD().max(), ValueError, "max: the RDD is empty"),
        (lambda sc, x: sc.parallelize([], 3).first(), ValueError, "first: the RDD is empty"),
        (
            lambda sc, x: x.reduceByKey(add).collect(),
            TypeError,
            r"reduceByKey: expected \(key, value\) pairs, got 1",
        ),
        (lambda sc, x: sc.parallelize([(1, 2, 3)]).groupByKey().collect(), TypeError, "groupByKey: expected"),
        (lambda sc, x: x.keyBy(abs).partitionBy(2, lambda k: k / 2).collect(), TypeError, "partitionFunc"),
        (lambda sc, x: x.keyBy(abs).partitionBy(2, str).collect(), TypeError, "partitionFunc"),
        (lambda sc, x: sc.runJob(x, list, [2]), ValueError, "partitions"),
        (lambda sc, x: sc.runJob(x, list, [-1]), ValueError, "partitions"),
        (lambda sc, x: sc.runJob(x, 1), TypeError, "partitionFunc"),
    ],
)
def test_refuses(sc, run, error, says):
    with pytest.raises(error, match=says):
        run(sc, sc.parallelize([1, 2], 2))


def test_counts_nobody_wants(sc):
    rdd = sc.parallelize([1, 2, 3], 2)
    assert rdd.take(0) == rdd.take(-1) == rdd.top(0) == rdd.takeOrdered(0) == rdd.takeSample(False, 0) == []
    assert rdd.repartition(np.int64(7)).getNumPartitions() == 7
    empty = sc.emptyRDD()
    assert empty.collect() == [] and empty.getNumPartitions() == 0 and empty.count() == 0 and empty.isEmpty()
    assert empty.reduceByKey(add).collect() == [] and empty.sortByKey().collect() == []
    assert empty.union(rdd).collect() == [1, 2, 3] and empty.cartesian(rdd).collect() == []
    assert empty.coalesce(3).getNumPartitions() == 0 and empty.repartition(3).glom().collect() == [[], [], []]
    assert sc.parallelize([], 3).sortBy(abs).glom().collect() == [[], [], []]
    assert sc.parallelize({"a": 1}, 1).collect() == ["a"] and sc.parallelize(x for x in "ab").collect() == [
        "a",
        "b",
    ]


def test_samples_without_a_seed_differ(sc):
    rdd = sc.parallelize(range(200), 3)
    random.seed(1)
    assert rdd.sample(False, 0.5).collect() != rdd.sample(False, 0.5).collect()
    once = rdd.sample(False, 0.5)
    assert once.collect() == once.collect()
    assert len(rdd.takeSample(True, 300)) == 300 and len(set(rdd.takeSample(False, 50))) == 50


def test_results_for_readers(sc):
    [(_, values)] = sc.parallelize([("a", 1), ("a", 2)]).groupByKey().collect()
    assert isinstance(values, ResultIterable) and len(values) == 2 and list(values) == [1, 2]
    assert repr(values) == "ResultIterable([1, 2])"
    assert repr(sc) == "LocalContext(defaultParallelism=2)" and sc.defaultMinPartitions == 2
    assert LocalContext(1).defaultMinPartitions == 1 and LocalContext().defaultParallelism == 2
    assert set(module.__all__) <= set(dir(module))
