"""Actions that use every element: collecting, reducing, aggregating."""

from functools import reduce

from .. import _check
from .base import Base, function, plain
from .blocks import fresh
from .hash import portable_hash
from .placement import tree_levels


class Folds(Base):
    """Collecting, reducing, aggregating."""

    def collect(self):
        """All the elements, in the order of the partitions. They must fit into memory.

        Examples
        --------
        >>> sc.parallelize([3, 1, 2], 2).collect()
        [3, 1, 2]
        """
        return self.ctx._run(self._plan)

    def toLocalIterator(self, prefetchPartitions=False):
        """The elements, one partition's at a time.

        Examples
        --------
        >>> list(sc.parallelize([3, 1, 2]).toLocalIterator())
        [3, 1, 2]
        """
        splits = range(self.getNumPartitions())
        return (x for split in splits for x in self.ctx._run(self._plan, [split]))

    def collectAsMap(self):
        """The pairs as a dict: of a repeated key the last value.

        Examples
        --------
        >>> sc.parallelize([("a", 1), ("b", 2), ("a", 3)]).collectAsMap()
        {'a': 3, 'b': 2}
        """
        return dict(self.collect())

    def foreach(self, f):
        """Call `f` of every element, for its effects.

        Examples
        --------
        >>> sc.parallelize([1, 2]).foreach(print)
        1
        2
        """
        step = self._watch("evaluate", "foreach", f)

        def called(split, elements):
            call = step(split)
            for x in elements:
                call(x)
            yield from ()

        self._pipe("foreach", called).collect()

    def foreachPartition(self, f):
        """Call `f` of every partition's iterator, for its effects.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).foreachPartition(lambda elements: print(list(elements)))
        [1]
        [2, 3]
        """
        function("f", f)

        def called(elements):
            result = f(elements)
            if hasattr(result, "__iter__"):  # a generator runs when it is read
                for _ in result:
                    pass
            yield from ()

        self._per_partition("foreachPartition", called).collect()

    # ---- folding into one value

    def reduce(self, f):
        """Merge all elements with `f`: each partition from its first element, then the partitions.

        Raises
        ------
        ValueError
            If there is no element.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).reduce(lambda x, y: x + y)
        6
        """
        return self._reduce("reduce", function("f", f), f)

    def _reduce(self, operation, within, across):
        """`within` and `across` are functions, or steps already watched (see ``_steps``)."""
        step = within if isinstance(within, _Step) else self._log.watch("seqOp", operation, within)

        def reduced(split, elements):
            elements = iter(elements)
            for first in elements:
                yield reduce(step(split), elements, first)

        partials = self._pipe(operation, reduced).collect()
        if not partials:
            raise ValueError(f"{operation}: the RDD is empty")
        return self._merge(operation, across, partials[1:], partials[0])

    def _merge(self, operation, f, partials, start):
        """Fold on the driver."""
        call = (f if isinstance(f, _Step) else self._log.watch("combOp", operation, f))(None)
        try:
            return reduce(call, partials, start)
        except StopIteration as error:
            raise RuntimeError(f"{operation}: a function raised StopIteration") from error

    def _folded(self, operation, zero, step):
        """Each partition folded, from a copy of the zero of its own."""

        def folded(split, elements):
            yield reduce(step(split), elements, fresh(zero))

        return self._pipe(operation, folded)

    def fold(self, zeroValue, op):
        """As ``aggregate`` with one function for both.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3], 2).fold(0, lambda x, y: x + y)
        6
        """
        partials = self._folded("fold", zeroValue, self._watch("seqOp", "fold", op, "op")).collect()
        return self._merge("fold", op, partials, zeroValue)

    def aggregate(self, zeroValue, seqOp, combOp):
        """Fold each partition with `seqOp`, then merge what comes out with `combOp`.

        `zeroValue` starts every partition, empty ones too, and the merge: it enters p + 1 times and should
        change nothing. A `combOp` that changes its first argument changes the caller's zero.

        Parameters
        ----------
        zeroValue : object
        seqOp : function of (aggregate, element)
        combOp : function of (aggregate, aggregate)

        Returns
        -------
        object
            One aggregate.

        Examples
        --------
        >>> seqOp = lambda u, t: (u[0] + t, u[1] + 1)
        >>> combOp = lambda u, w: (u[0] + w[0], u[1] + w[1])
        >>> sc.parallelize([1, 2, 3, 4], 2).aggregate((0, 0), seqOp, combOp)
        (10, 4)
        >>> sc.parallelize([1, 2, 3, 4], 2).aggregate((10, 0), seqOp, combOp)
        (40, 4)
        """
        seq = self._watch("seqOp", "aggregate", seqOp, "seqOp")
        function("combOp", combOp)
        return self._merge(
            "aggregate", combOp, self._folded("aggregate", zeroValue, seq).collect(), zeroValue
        )

    def treeAggregate(self, zeroValue, seqOp, combOp, depth=2):
        """As ``aggregate``, merging on the workers first; `zeroValue` enters p times.

        Raises
        ------
        ValueError
            If `depth` is below 1.

        Examples
        --------
        >>> add = lambda x, y: x + y
        >>> sc.parallelize([1, 2, 3, 4], 4).treeAggregate(10, add, add)
        50
        """
        seq = self._watch("seqOp", "treeAggregate", seqOp, "seqOp")
        comb = self._watch("combOp", "treeAggregate", combOp, "combOp")
        return self._tree("treeAggregate", zeroValue, seq, comb, depth)

    def treeReduce(self, f, depth=2):
        """As ``reduce``, merging on the workers first.

        Examples
        --------
        >>> sc.parallelize(range(10), 5).treeReduce(lambda x, y: x + y)
        45
        """
        inner, outer = (self._watch(kind, "treeReduce", f) for kind in ("seqOp", "combOp"))
        nothing = (None, True)

        def lifted(step):
            def at(split, key=None):
                call = step(split)
                return lambda x, y: y if x[1] else x if y[1] else (call(x[0], y[0]), False)

            return at

        pairs = self._pipe("treeReduce", lambda _, elements: ((x, False) for x in elements))
        value, empty = pairs._tree("treeReduce", nothing, lifted(inner), lifted(outer), depth)
        if empty:
            raise ValueError("treeReduce: the RDD is empty")
        return value

    def _tree(self, operation, zero, seq, comb, depth):
        depth = _check.integer("depth", depth, least=1)
        n = self.getNumPartitions()
        if n == 0:
            return zero
        partials = self._folded(operation, zero, seq)
        for level in tree_levels(n, depth):
            keyed = partials._pipe(operation, lambda split, us, level=level: ((split % level, u) for u in us))
            partials = keyed._combine(
                operation, plain(lambda u: u), comb, comb, level, portable_hash
            ).values()
        step = _Step(comb)
        return partials._reduce(operation, step, step)

    def max(self, key=None):
        """The largest element, or that with the largest `key`.

        Examples
        --------
        >>> sc.parallelize([2, -5, 3]).max(key=abs)
        -5
        """
        return self._extreme("max", max, key)

    def min(self, key=None):
        """The smallest element, or that with the smallest `key`.

        Examples
        --------
        >>> sc.parallelize([2, -5, 3]).min()
        -5
        """
        return self._extreme("min", min, key)

    def _extreme(self, operation, choose, key):
        check_key(key)
        better = choose if key is None else lambda a, b: choose(a, b, key=key)
        return self._reduce(operation, better, better)


class _Step:
    """Marks a function of (partition, key) that gives the function to call."""

    def __init__(self, at):
        self.at = at

    def __call__(self, partition, key=None):
        return self.at(partition, key)


def check_key(key):
    return key if key is None else function("key", key)
