"""Transformations of whole RDDs: the number of partitions, and two RDDs together."""

from .. import _check
from .base import Base, plain
from .hash import portable_hash
from .placement import first_target
from .plan import Cartesian, Coalesced, Shuffled, Union, Zipped, in_blocks_of


class Whole(Base):
    """What changes partitions, or takes two RDDs."""

    # ---- the number of partitions

    def coalesce(self, numPartitions, shuffle=False):
        """Fewer partitions, by putting whole neighbours together; more only with ``shuffle=True``.

        Spark puts neighbours together only where it does not know where the data lie. Partitions in its cache
        or made by a shuffle that already ran are put together otherwise, and so they are here.

        Raises
        ------
        TypeError, ValueError
            If `numPartitions` is not an integer of at least 1.

        Examples
        --------
        >>> sc.parallelize(range(8), 8).coalesce(3).glom().collect()
        [[0, 1], [2, 3, 4], [5, 6, 7]]
        >>> sc.parallelize(range(8), 2).coalesce(5).getNumPartitions()
        2
        """
        n = _check.integer("numPartitions", numPartitions, least=1)
        if not shuffle:
            return self._derive(Coalesced(self._plan, n, self.ctx._cache_locations), "coalesce")
        source = in_blocks_of(self._plan, 10)

        def route(split):
            position = first_target(split, n)
            for block in source.blocks(split):
                position = (position + 1) % n
                for x in block.load() if self._log.listeners else ():
                    self._log.emit("shuffle", split, "repartition", (x,), x, target=position)
                yield position, block

        plan = Shuffled(source, n, route, self.ctx._tasks, batching=("fixed", 10))
        return self._derive(plan, "repartition")

    def repartition(self, numPartitions):
        """`numPartitions` partitions by a shuffle: blocks of ten elements are dealt out in turn.

        With few elements some partitions stay empty.

        Examples
        --------
        >>> sc.parallelize(range(12), 2).repartition(3).glom().collect()
        [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11], []]
        """
        return self.coalesce(numPartitions, shuffle=True)

    # ---- two RDDs

    def union(self, other):
        """The partitions of both, one after another; duplicates stay.

        Two RDDs distributed by the same partitioner are put on top of each other instead.

        Examples
        --------
        >>> sc.parallelize([1, 2]).union(sc.parallelize([2, 3])).glom().collect()
        [[1], [2], [2], [3]]
        """
        mine, theirs = self._plan, self._other(other)._plan
        if mine.batching != theirs.batching:
            mine, theirs = in_blocks_of(mine), in_blocks_of(theirs)
        plan = Union([mine, theirs])
        same = self.partitioner == other.partitioner and self.getNumPartitions() == plan.num_partitions()
        return self._derive(plan, "union", (self, other), self.partitioner if same else None)

    def __add__(self, other):
        return self.union(other)

    def cartesian(self, other):
        """All pairs of an element here and an element there, in p · q partitions.

        The order within a partition follows the blocks in which elements are pickled.

        Examples
        --------
        >>> sc.parallelize([1, 2]).cartesian(sc.parallelize("xy")).collect()
        [(1, 'x'), (1, 'y'), (2, 'x'), (2, 'y')]
        """
        plan = Cartesian(self._plan, self._other(other)._plan, self._log)
        return self._derive(plan, "cartesian", (self, other))

    def zip(self, other):
        """Pairs of the first, second … elements; both need equally filled partitions.

        Raises
        ------
        ValueError
            If the numbers of partitions differ; when evaluated, if a partition differs in length.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).zip(sc.parallelize("abc")).collect()
        [(1, 'a'), (2, 'b'), (3, 'c')]
        """
        mine, theirs = self._plan, self._other(other)._plan
        sizes = [_block_size(mine), _block_size(theirs)]
        if sizes[0] != sizes[1] or not sizes[0]:
            size = min(sizes) if min(sizes) > 0 else 100
            mine, theirs = in_blocks_of(mine, size), in_blocks_of(theirs, size)
        if mine.num_partitions() != theirs.num_partitions():
            raise ValueError(
                f"other: expected {mine.num_partitions()} partitions, got {theirs.num_partitions()}"
            )
        return self._derive(Zipped(mine, theirs, self._log), "zip", (self, other))

    def distinct(self, numPartitions=None):
        """Every element once.

        Examples
        --------
        >>> sorted(sc.parallelize([1, 2, 1]).distinct().collect())
        [1, 2]
        """
        pairs = self._pipe("distinct", lambda _, elements: ((x, None) for x in elements))
        merged = pairs._combine("distinct", *_first_wins, numPartitions, portable_hash)
        return merged._pipe("distinct", lambda _, elements: (k for k, _ in elements))

    def intersection(self, other):
        """The elements that are in both, each once.

        Examples
        --------
        >>> sorted(sc.parallelize([1, 2, 2, 3]).intersection(sc.parallelize([2, 3, 4])).collect())
        [2, 3]
        """
        mine, theirs = (
            rdd._pipe("intersection", lambda _, elements: ((x, None) for x in elements))
            for rdd in (self, self._other(other))
        )
        grouped = mine._cogroup("intersection", [theirs], None)
        return grouped._pipe("intersection", lambda _, groups: (k for k, sides in groups if all(sides)))

    def subtract(self, other, numPartitions=None):
        """The elements that are not in `other`; duplicates stay.

        Examples
        --------
        >>> sorted(sc.parallelize([1, 1, 2, 3]).subtract(sc.parallelize([2])).collect())
        [1, 1, 3]
        """
        mine, theirs = (
            rdd._pipe("subtract", lambda _, elements: ((x, True) for x in elements))
            for rdd in (self, self._other(other))
        )
        left = mine._subtract("subtract", theirs, numPartitions)
        return left._pipe("subtract", lambda _, pairs: (k for k, _ in pairs))


_first_wins = (plain(lambda v: v), plain(lambda c, _: c), plain(lambda c, _: c))


def _block_size(plan):
    kind, *size = plan.batching
    return size[0] if kind == "fixed" else 0 if kind == "adaptive" else 1
