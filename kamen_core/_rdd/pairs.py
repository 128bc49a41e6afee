"""RDDs of (key, value) pairs: one shuffle, by the hash of the key, carries nearly all of it."""

import copy
from operator import index

from .. import _check
from .base import Base, boolean, function, plain, seeded
from .blocks import Block
from .hash import portable_hash
from .plan import Partitioner, Pipelined, Shuffled
from .sampling import sampler


class ResultIterable:
    """The values of one key, as ``groupByKey`` and ``cogroup`` give them: iterable, with a length."""

    def __init__(self, data):
        self.data = data

    def __iter__(self):
        return iter(self.data)

    def __len__(self):
        return len(self.data)

    def __repr__(self):
        return f"ResultIterable({list(self.data)!r})"


class Pairs(Base):
    """What pairs can do besides."""

    # ---- without a shuffle

    def keys(self):
        """The first of each pair.

        Examples
        --------
        >>> sc.parallelize([("a", 1), ("b", 2)]).keys().collect()
        ['a', 'b']
        """
        return self._pipe("keys", lambda _, pairs: (pair[0] for pair in pairs))

    def values(self):
        """The second of each pair.

        Examples
        --------
        >>> sc.parallelize([("a", 1), ("b", 2)]).values().collect()
        [1, 2]
        """
        return self._pipe("values", lambda _, pairs: (pair[1] for pair in pairs))

    def mapValues(self, f):
        """`f` of every value; the keys stay, and so does what is known of their distribution.

        Examples
        --------
        >>> sc.parallelize([("a", 1), ("b", 2)]).mapValues(lambda v: v * 10).collect()
        [('a', 10), ('b', 20)]
        """
        step = self._watch("evaluate", "mapValues", f)

        def mapped(split, pairs):
            for pair in pairs:
                yield pair[0], step(split, pair[0])(pair[1])

        return self._pipe("mapValues", mapped, True)

    def flatMapValues(self, f):
        """A pair for every item that `f` makes of a value; an empty list drops the key.

        Examples
        --------
        >>> sc.parallelize([("a", "xy"), ("b", "")]).flatMapValues(list).collect()
        [('a', 'x'), ('a', 'y')]
        """
        step = self._log.watch_iterable("flatMapValues", function("f", f))

        def mapped(split, pairs):
            for pair in pairs:
                for item in step(split, pair[0])(pair[1]):
                    yield pair[0], item

        return self._pipe("flatMapValues", mapped, True)

    def sampleByKey(self, withReplacement, fractions, seed=None):
        """A sample in which every key has its own chance.

        Parameters
        ----------
        withReplacement : bool
        fractions : dict
            Key → chance; every key must be there.
        seed : int, optional

        Examples
        --------
        >>> pairs = sc.parallelize([("a", 1), ("b", 2)] * 3)
        >>> sorted(set(pairs.sampleByKey(False, {"a": 1.0, "b": 0.0}, seed=1).keys().collect()))
        ['a']
        """
        boolean("withReplacement", withReplacement)
        if not isinstance(fractions, dict):
            raise TypeError(f"fractions: expected a dict, got {type(fractions).__name__}")
        fractions = {k: _check.number("fractions", v, least=0) for k, v in fractions.items()}
        draw = sampler(withReplacement, lambda pair: fractions[pair[0]], seeded(seed))
        return self._pipe("sampleByKey", draw, True)

    # ---- the shuffle

    def partitionBy(self, numPartitions, partitionFunc=portable_hash):
        """Every pair to partition ``partitionFunc(key) % numPartitions``.

        Nothing moves if the pairs are already distributed this way.

        Examples
        --------
        >>> sc.parallelize([(i, i * i) for i in range(5)]).partitionBy(3).glom().collect()
        [[(0, 0), (3, 9)], [(1, 1), (4, 16)], [(2, 4)]]
        """
        return self._partition_by("partitionBy", numPartitions, partitionFunc)

    def _partition_by(self, operation, numPartitions, partitionFunc):
        partitioner = Partitioner(
            self._reduce_partitions(numPartitions), function("partitionFunc", partitionFunc)
        )
        if self.partitioner == partitioner:
            return self

        def leaving(split, pairs):
            # PySpark gathers ten pairs a target, then sends what it has; later it gathers more.
            gathered, n, most = {}, 0, min(10 * partitioner.numPartitions, 1000)
            for k, v in _pairs(operation, pairs):
                try:
                    target = index(partitioner(k))
                except TypeError as error:
                    raise TypeError(f"partitionFunc: no partition for the key {k!r} ({error})") from error
                if self._log.listeners:
                    self._log.emit("shuffle", split, operation, ((k, v),), (k, v), k, target)
                gathered.setdefault(target, []).append((k, v))
                n += 1
                if n > most:
                    blocks = [(t, Block(records)) for t, records in gathered.items()]
                    yield from blocks
                    megabytes = sum(block.size for _, block in blocks) // len(blocks) >> 20
                    most = (
                        most * 1.5 if megabytes < 1 else max(int(most / 1.5), 1) if megabytes > 10 else most
                    )
                    gathered, n = {}, 0
            yield from ((t, Block(records)) for t, records in gathered.items())

        keyed = Pipelined(self._plan, leaving, preserves=True)
        plan = Shuffled(keyed, partitioner.numPartitions, keyed.results, self.ctx._tasks, partitioner)
        return self._derive(plan, operation, partitioner=partitioner)

    def _reduce_partitions(self, numPartitions):
        if numPartitions is None:
            return self.getNumPartitions()
        return _check.integer("numPartitions", numPartitions, least=1)

    # ---- merging the values of a key

    def combineByKey(
        self, createCombiner, mergeValue, mergeCombiners, numPartitions=None, partitionFunc=portable_hash
    ):
        """Merge the values of each key: within partitions first, then, after the shuffle, across them.

        Parameters
        ----------
        createCombiner : function of (value)
            Starts with the first value of a key in a partition: once per key *and partition*.
        mergeValue : function of (combined, value)
            May change and return its first argument.
        mergeCombiners : function of (combined, combined)
        numPartitions : int, optional
            As many as before, if not given.
        partitionFunc : function of (key)

        Examples
        --------
        >>> pairs = sc.parallelize([("a", 1), ("b", 1), ("a", 2)])
        >>> sorted(pairs.combineByKey(lambda v: [v], lambda c, v: c + [v], lambda c, d: c + d).collect())
        [('a', [1, 2]), ('b', [1])]
        """
        return self._combine(
            "combineByKey",
            self._watch("seqOp", "combineByKey", createCombiner, "createCombiner"),
            self._watch("seqOp", "combineByKey", mergeValue, "mergeValue"),
            self._watch("combOp", "combineByKey", mergeCombiners, "mergeCombiners"),
            numPartitions,
            partitionFunc,
        )

    def _combine(self, operation, create, merge, combine, numPartitions, partitionFunc):
        n = self._reduce_partitions(numPartitions)

        def within(split, pairs):
            combined = {}
            for k, v in _pairs(operation, pairs):
                combined[k] = merge(split, k)(combined[k], v) if k in combined else create(split, k)(v)
            yield from combined.items()

        def across(split, pairs):
            combined = {}
            for k, c in pairs:
                combined[k] = combine(split, k)(combined[k], c) if k in combined else c
            yield from combined.items()

        sent = self._pipe(operation, within, True)._partition_by(operation, n or None, partitionFunc)
        return sent._pipe(operation, across, True)

    def reduceByKey(self, func, numPartitions=None, partitionFunc=portable_hash):
        """Merge the values of each key with `func`, within partitions before anything is sent.

        Examples
        --------
        >>> sorted(sc.parallelize([("a", 1), ("b", 1), ("a", 2)]).reduceByKey(lambda x, y: x + y).collect())
        [('a', 3), ('b', 1)]
        """
        return self._combine(
            "reduceByKey",
            plain(lambda v: v),
            self._watch("seqOp", "reduceByKey", func, "func"),
            self._watch("combOp", "reduceByKey", func, "func"),
            numPartitions,
            partitionFunc,
        )

    def aggregateByKey(self, zeroValue, seqFunc, combFunc, numPartitions=None, partitionFunc=portable_hash):
        """Merge values into a copy of `zeroValue`, one per key and partition that holds the key.

        Unlike in ``aggregate`` the zero does not enter again where partitions are merged.

        Examples
        --------
        >>> pairs = sc.parallelize([("a", 1), ("a", 2), ("b", 3)], 2)
        >>> sorted(pairs.aggregateByKey(10, lambda u, v: u + v, lambda u, w: u + w).collect())
        [('a', 23), ('b', 13)]
        """
        return self._fold_by_key(
            "aggregateByKey",
            zeroValue,
            (seqFunc, "seqFunc"),
            (combFunc, "combFunc"),
            numPartitions,
            partitionFunc,
        )

    def foldByKey(self, zeroValue, func, numPartitions=None, partitionFunc=portable_hash):
        """As ``aggregateByKey`` with one function for both.

        Examples
        --------
        >>> sorted(sc.parallelize([("a", 1), ("a", 2)], 1).foldByKey(0, lambda x, y: x + y).collect())
        [('a', 3)]
        """
        return self._fold_by_key(
            "foldByKey", zeroValue, (func, "func"), (func, "func"), numPartitions, partitionFunc
        )

    def _fold_by_key(self, operation, zero, within, across, numPartitions, partitionFunc):
        merge = self._watch("seqOp", operation, *within)

        def create(split, key):
            return lambda v: merge(split, key)(copy.deepcopy(zero), v)

        combine = self._watch("combOp", operation, *across)
        return self._combine(operation, create, merge, combine, numPartitions, partitionFunc)

    def groupByKey(self, numPartitions=None, partitionFunc=portable_hash):
        """All the values of each key. Every value crosses the shuffle: to merge them, ``reduceByKey``.

        Examples
        --------
        >>> grouped = sc.parallelize([("a", 1), ("b", 1), ("a", 2)]).groupByKey()
        >>> sorted((k, list(vs)) for k, vs in grouped.collect())
        [('a', [1, 2]), ('b', [1])]
        """
        return self._group_by_key("groupByKey", numPartitions, partitionFunc)

    def _group_by_key(self, operation, numPartitions, partitionFunc):
        grouped = self._group(operation, numPartitions, partitionFunc)
        return grouped._pipe(operation, lambda _, groups: ((k, ResultIterable(vs)) for k, vs in groups), True)

    def _group(self, operation, numPartitions, partitionFunc=portable_hash):
        def append(values, v):
            values.append(v)
            return values

        def extend(values, more):
            values.extend(more)
            return values

        steps = plain(lambda v: [v]), plain(append), plain(extend)
        return self._combine(operation, *steps, numPartitions, partitionFunc)

    def groupBy(self, f, numPartitions=None, partitionFunc=portable_hash):
        """Group the elements by `f` of them.

        Examples
        --------
        >>> grouped = sc.parallelize([1, 2, 3]).groupBy(lambda x: x % 2)
        >>> sorted((k, list(vs)) for k, vs in grouped.collect())
        [(0, [2]), (1, [1, 3])]
        """
        step = self._watch("evaluate", "groupBy", f)
        return self._key_by("groupBy", step)._group_by_key("groupBy", numPartitions, partitionFunc)


def _pairs(operation, elements):
    for element in elements:
        try:
            k, v = element
        except (TypeError, ValueError):
            raise TypeError(f"{operation}: expected (key, value) pairs, got {element!r}") from None
        yield k, v
