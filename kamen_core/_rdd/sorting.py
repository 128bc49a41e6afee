"""RDDs in order."""

from bisect import bisect_left

from .base import Base, function, plain
from .hash import portable_hash
from .sampling import sampler


def _identity(x):
    return x


class Sorting(Base):
    """Sorting by key: ranges of keys to partitions, then each partition in order."""

    def sortByKey(self, ascending=True, numPartitions=None, keyfunc=_identity):
        """Pairs in the order of their keys, cut into ranges by a sample; the sampling is a job of its own.

        As in PySpark the ranges are bounded by keys, not by `keyfunc` of keys: with a `keyfunc` that moves
        keys far, each partition is in order while the partitions may be uneven or out of it.

        Examples
        --------
        >>> sc.parallelize([("b", 1), ("a", 2), ("d", 3), ("c", 4)]).sortByKey().glom().collect()
        [[('a', 2), ('b', 1), ('c', 4)], [('d', 3)]]
        """
        step = (
            plain(keyfunc)
            if keyfunc is _identity
            else self._watch("evaluate", "sortByKey", keyfunc, "keyfunc")
        )
        return self._sort("sortByKey", ascending, numPartitions, step)

    def sortBy(self, keyfunc, ascending=True, numPartitions=None):
        """Elements in the order of `keyfunc` of them.

        Examples
        --------
        >>> sc.parallelize([3, -1, 2]).sortBy(abs).collect()
        [-1, 2, 3]
        """
        keyed = self._key_by("sortBy", self._watch("evaluate", "sortBy", keyfunc, "keyfunc"))
        return keyed._sort("sortBy", ascending, numPartitions, plain(_identity))._pipe(
            "sortBy", lambda _, pairs: (pair[1] for pair in pairs)
        )

    def _sort(self, operation, ascending, numPartitions, step):
        n = self._reduce_partitions(numPartitions)

        def in_order(split, pairs):
            key = step(split)
            return iter(sorted(pairs, key=lambda pair: key(pair[0]), reverse=not ascending))

        if n == 1:
            whole = self.coalesce(1) if self.getNumPartitions() > 1 else self
            return whole._pipe(operation, in_order, True)
        size = self.count()
        if not size:
            return self
        fraction = min(n * 20.0 / size, 1.0)
        drawn = self._pipe(operation, sampler(False, lambda _: fraction, 1), True)
        key = step(None)
        keys = sorted(drawn._pipe(operation, lambda _, pairs: (pair[0] for pair in pairs)).collect(), key=key)
        bounds = [keys[int(len(keys) * (i + 1) / n)] for i in range(n - 1)]

        def range_of(k):
            p = bisect_left(bounds, key(k))
            return p if ascending else n - 1 - p

        return self._partition_by(operation, n, range_of)._pipe(operation, in_order, True)

    def repartitionAndSortWithinPartitions(
        self, numPartitions=None, partitionFunc=portable_hash, ascending=True, keyfunc=_identity
    ):
        """``partitionBy``, then each partition in the order of its keys.

        Examples
        --------
        >>> rdd = sc.parallelize([(3, "x"), (0, "y"), (1, "z"), (2, "w")])
        >>> rdd.repartitionAndSortWithinPartitions(2).glom().collect()
        [[(0, 'y'), (2, 'w')], [(1, 'z'), (3, 'x')]]
        """
        function("keyfunc", keyfunc)
        operation = "repartitionAndSortWithinPartitions"
        return self._partition_by(operation, numPartitions, partitionFunc)._pipe(
            operation,
            lambda _, pairs: iter(sorted(pairs, key=lambda pair: keyfunc(pair[0]), reverse=not ascending)),
            True,
        )
