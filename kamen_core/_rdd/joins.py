"""Two or more RDDs of pairs, brought together key by key."""

from .base import Base
from .pairs import ResultIterable


class Joins(Base):
    """Cogroup, the joins, and what they leave out."""

    def cogroup(self, other, numPartitions=None):
        """For *every* key of either side the values here and there; a missing side is an empty iterable.

        Examples
        --------
        >>> x, y = sc.parallelize([("a", 1), ("b", 4)]), sc.parallelize([("a", 2), ("c", 8)])
        >>> sorted((k, *map(list, sides)) for k, sides in x.cogroup(y).collect())
        [('a', [1], [2]), ('b', [4], []), ('c', [], [8])]
        """
        return self._cogroup("cogroup", [other], numPartitions)

    def groupWith(self, other, *others):
        """``cogroup`` of several RDDs.

        Examples
        --------
        >>> x, y, z = (sc.parallelize([("a", i)]) for i in range(3))
        >>> [(k, *map(list, sides)) for k, sides in x.groupWith(y, z).collect()]
        [('a', [0], [1], [2])]
        """
        return self._cogroup("groupWith", [other, *others], None)

    def _tagged(self, operation, others, numPartitions):
        """Groups (key, [(side, value), …]) of all the RDDs."""
        rdds = [self, *(self._other(other) for other in others)]
        united = None
        for side, rdd in enumerate(rdds):
            tagged = rdd._pipe(
                operation, lambda _, pairs, side=side: ((pair[0], (side, pair[1])) for pair in pairs), True
            )
            united = tagged if united is None else united.union(tagged)
        return united._group(operation, numPartitions)

    def _cogroup(self, operation, others, numPartitions):
        def sides(tagged):
            sides = [[] for _ in range(len(others) + 1)]
            for side, v in tagged:
                sides[side].append(v)
            return tuple(ResultIterable(values) for values in sides)

        step = self._log.watch("evaluate", operation, sides)

        def cogrouped(split, groups):
            for k, tagged in groups:
                yield k, step(split, k)(tagged)

        return self._tagged(operation, others, numPartitions)._pipe(operation, cogrouped, True)

    def join(self, other, numPartitions=None):
        """For keys of both sides every pair of values; m and n values of a key give m · n.

        Examples
        --------
        >>> x, y = sc.parallelize([("a", 1), ("b", 4)]), sc.parallelize([("a", 2), ("a", 3)])
        >>> sorted(x.join(y).collect())
        [('a', (1, 2)), ('a', (1, 3))]
        """
        return self._join("join", other, numPartitions, [], [])

    def leftOuterJoin(self, other, numPartitions=None):
        """``join``, and None for keys that only this side has.

        Examples
        --------
        >>> x, y = sc.parallelize([("a", 1), ("b", 4)]), sc.parallelize([("a", 2)])
        >>> sorted(x.leftOuterJoin(y).collect())
        [('a', (1, 2)), ('b', (4, None))]
        """
        return self._join("leftOuterJoin", other, numPartitions, [], [None])

    def rightOuterJoin(self, other, numPartitions=None):
        """``join``, and None for keys that only the other side has.

        Examples
        --------
        >>> x, y = sc.parallelize([("a", 1)]), sc.parallelize([("a", 2), ("c", 8)])
        >>> sorted(x.rightOuterJoin(y).collect())
        [('a', (1, 2)), ('c', (None, 8))]
        """
        return self._join("rightOuterJoin", other, numPartitions, [None], [])

    def fullOuterJoin(self, other, numPartitions=None):
        """``join``, and None for whichever side a key is missing from.

        Examples
        --------
        >>> x, y = sc.parallelize([("a", 1), ("b", 4)]), sc.parallelize([("a", 2), ("c", 8)])
        >>> sorted(x.fullOuterJoin(y).collect())
        [('a', (1, 2)), ('b', (4, None)), ('c', (None, 8))]
        """
        return self._join("fullOuterJoin", other, numPartitions, [None], [None])

    def _join(self, operation, other, numPartitions, no_left, no_right):
        def rows(left, right):
            return [(v, w) for v in left or no_left for w in right or no_right]

        step = self._log.watch("evaluate", operation, rows)

        def joined(split, groups):
            for k, tagged in groups:
                left, right = ([v for s, v in tagged if s == side] for side in (0, 1))
                for row in step(split, k)(left, right):
                    yield k, row

        return self._tagged(operation, [other], numPartitions)._pipe(operation, joined, True)

    def subtractByKey(self, other, numPartitions=None):
        """The pairs whose key is not in `other`.

        Examples
        --------
        >>> sc.parallelize([("a", 1), ("b", 4)]).subtractByKey(sc.parallelize([("a", 2)])).collect()
        [('b', 4)]
        """
        return self._subtract("subtractByKey", self._other(other), numPartitions)

    def _subtract(self, operation, other, numPartitions):
        def left(_, groups):
            for k, (mine, theirs) in groups:
                if mine and not theirs:
                    yield from ((k, v) for v in mine)

        return self._cogroup(operation, [other], numPartitions)._pipe(operation, left, True)
