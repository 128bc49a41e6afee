"""What of the small RDD its programs do not show: names, blocks, what is looked at, rare numbers.

PySpark's own Python, which needs no Java, is the oracle where it has the same part.
"""

import io
import pickle
from operator import add

import pytest
from _public import METHODS, SC

from kamen_core._rdd import hash as hashing
from kamen_core._rdd.blocks import Block, adaptive
from kamen_core._rdd.taking import _generous
from kamen_core.rdd import RDD, AccumulatorParam, LocalContext

OTHERWISE = {"coalesce": "repartition", "persist": "parallelize", "unpersist": "parallelize"}
OTHERWISE |= {"setName": "parallelize"}
INSIDE = {"parallelize", "union", "count"}  # what some are made of, by these names in PySpark too
PAIRS = [(1, 4), (2, 5), (1, 3), (1, 6), (3, 7), (1, 1)]  # a key twice in each partition


def lineage(rdd):
    """The names of all that an RDD was made by, itself first."""
    return [rdd.operation, *(name for parent in rdd.parents for name in lineage(parent))]


@pytest.fixture
def sc():
    return LocalContext(2)


@pytest.mark.parametrize("method", METHODS)
def test_a_function_is_known_by_its_name(method):
    """In the lineage and in what is recorded, also of the steps in between."""
    receiver = SC.parallelize([3, 1, 2, 4] if method == "histogram" else PAIRS, 2)
    arguments = {name: kind.good for name, kind in METHODS[method].items()}
    if "other" in arguments:
        arguments = {"other": receiver}
    name = OTHERWISE.get(method, method)
    with SC.record() as events:
        result = getattr(receiver, method)(**arguments)
        for rdd in result if isinstance(result, list) else [result]:
            if isinstance(rdd, RDD):
                made = lineage(rdd)
                assert made[0] == name and set(made) <= {name} | INSIDE
                rdd.collect()
    assert {e.operation for e in events} <= {name} | INSIDE
    assert {e.kind for e in events} <= {"evaluate", "seqOp", "combOp", "shuffle"}


def test_where_numbers_come_from(sc):
    assert sc.parallelize(range(3)).operation == sc.range(3).operation == "parallelize"
    assert LocalContext(5).defaultMinPartitions == 2
    assert sc.master == "local[2]" and LocalContext(7).master == "local[7]"


def test_sorting_by_a_function_is_recorded_and_keeps_what_it_can(sc):
    pairs = sc.parallelize([(2, "b"), (1, "a")], 1)
    with sc.record() as events:
        ordered = pairs.sortByKey(keyfunc=lambda k: -k)
        assert ordered.collect() == [(2, "b"), (1, "a")]
    assert [(e.kind, e.operation, e.inputs) for e in events] == [
        ("evaluate", "sortByKey", (2,)),
        ("evaluate", "sortByKey", (1,)),
    ]
    assert ordered.parents == (pairs,)  # one partition stays where it is
    placed = pairs.partitionBy(1)
    assert placed.sortByKey(numPartitions=1).partitioner == placed.partitioner is not None
    assert placed.mapPartitions(list).partitioner is None


# ---- what travels together


def serialized(elements):
    """Sizes of the blocks in which PySpark's own serializer writes them."""
    serializers = pytest.importorskip("pyspark.serializers")
    stream, sizes = io.BytesIO(), []
    serializers.AutoBatchedSerializer(serializers.CPickleSerializer()).dump_stream(iter(elements), stream)
    stream.seek(0)
    while header := stream.read(4):
        sizes.append(len(pickle.loads(stream.read(int.from_bytes(header, "big")))))
    return sizes


LARGE = bytes(700_000)


@pytest.mark.parametrize(
    "elements",
    [
        range(3000),
        [*range(40), *[LARGE] * 40, *range(40)],
        [*range(7), *[bytes(60_000)] * 30],
        [*[bytes(654_900 // 8)] * 16, *range(50)],
    ],
    ids=["numbers", "large", "larger", "eight to ten times"],
)
def test_blocks_are_those_of_pyspark(elements):
    assert [len(block.load()) for block in adaptive(elements)] == serialized(elements)


@pytest.mark.parametrize("size, before", [(1 << 16, 0), (10 << 16, 1), (10 << 16, 7)])
def test_a_block_as_large_as_it_may_be(size, before):
    """A block of 65,536 bytes is not followed by a larger one, nor one of ten times that by a smaller one."""
    weights = set()
    for n in range(size - 100, size):
        elements = [*range(before), bytes(n), *range(50)]
        blocks = list(adaptive(elements))
        assert [len(block.load()) for block in blocks] == serialized(elements)
        weights.add(max(block.size for block in blocks))
    assert {size - 1, size, size + 1} <= weights


def test_what_cannot_be_pickled_weighs_nothing(sc):
    functions = [lambda i=i: i for i in range(9)]
    assert Block(functions).size == 0 and Block([1]).size == len(pickle.dumps([1], pickle.HIGHEST_PROTOCOL))
    assert [len(block.load()) for block in adaptive(functions)] == [1, 2, 4, 2]
    assert sorted(f() for f in sc.parallelize(functions, 2).map(lambda f: f).repartition(2).collect()) == [
        *range(9)
    ]


def test_zip_of_blocks_that_would_not_fit(sc):
    """Wide elements fill blocks sooner than narrow ones."""
    x = sc.parallelize(range(300), 2)
    pairs = x.map(lambda i: "x" * 9000).zip(x.map(lambda i: -i))
    assert pairs.values().collect() == [-i for i in range(300)]


# ---- what is looked at


@pytest.mark.parametrize("place, looked_at", [(0, 1), (1, 5), (4, 5), (5, 25), (24, 25), (25, 40)])
def test_take_looks_at_four_times_as_many_partitions_each_time(sc, place, looked_at):
    seen = []
    rdd = sc.parallelize(range(40), 40).filter(lambda x: seen.append(x) or x == place)
    assert rdd.take(1) == [place] and len(seen) == looked_at


def test_take_guesses_from_what_it_found(sc):
    """One element a partition: PySpark looks at half as many again as it needs."""
    seen = []
    rdd = sc.parallelize(range(40), 40).map(lambda x: seen.append(x) or x)
    assert rdd.take(8) == list(range(8)) and seen == list(range(12))  # 1, then 4, then 12 − 5
    seen.clear()
    assert rdd.filter(lambda x: x % 2 == 0).take(3) == [0, 2, 4]
    assert seen == list(range(9))  # 1, then 3, then int(4.5 · 4 / 2) − 4


def test_samples_are_drawn_as_generously_as_pysparks():
    oracle = pytest.importorskip("pyspark.core.rdd").RDD._computeFractionForSampleSize
    for num in (1, 5, 11, 12, 13, 40):
        for total in (41, 300, 10**6):
            for replace in (False, True):
                assert _generous(num, total, replace) == oracle(num, total, replace)


def test_weights_below_one_are_weights(sc):
    halves = sc.parallelize(range(100), 2).randomSplit([0.25, 0.25], seed=1)
    assert sorted(add(*(half.collect() for half in halves))) == list(range(100))


# ---- numbers and texts nobody wants


def test_edges_nobody_wants(sc):
    rdd = sc.parallelize([0, 1, 1.7, 2, 2.5], 2)
    assert rdd.histogram([0, 1, 2.5]) == ([0, 1, 2.5], [1, 4])
    with pytest.raises(TypeError, match="buckets: expected edges that can be ordered"):
        rdd.histogram([1, "a"])
    with pytest.raises(ValueError, match="buckets: expected edges that a float can hold"):
        rdd.histogram([10**400, 2 * 10**400])


@pytest.mark.parametrize("text", ["a", "é", "中文", "😀", "a😀", "\uffff", "\U00010000"])
def test_texts_of_every_width_are_hashed_as_by_a_worker(text):
    """A process with the seed 0 is asked in tests/test_rdd.py; here each width is read by itself."""
    width = 1 if max(text) <= "\xff" else 2 if max(text) <= "\uffff" else 4
    raw = b"".join(ord(c).to_bytes(width, "little") for c in text)
    assert hashing._string_hash(text) == hashing._siphash13(raw, hashing._seed())


def test_no_hash_is_minus_one():
    """CPython keeps −1 for errors."""
    assert hashing._signed(2**64 - 1) == -2 == hash(-1) == hashing._number_hash(-1)
    for x in (float("inf"), float("-inf"), 0.0, -0.0, 2**61 - 1, -(2**61)):
        assert hashing._number_hash(x) == hash(x)


# ---- shared by tasks


def test_a_broadcast_is_read_once(sc):
    broadcast = sc.broadcast([1, 2])
    assert broadcast.value is broadcast.value
    broadcast.unpersist()
    assert broadcast.value == [1, 2]


def test_what_is_accumulated_must_be_said():
    for refused in (lambda: AccumulatorParam().zero(1), lambda: AccumulatorParam().addInPlace(1, 2)):
        with pytest.raises(NotImplementedError):
            refused()
