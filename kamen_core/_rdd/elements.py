"""Transformations element by element and partition by partition, lazily."""

import random
from itertools import pairwise
from math import inf

from .. import _check
from .base import Base, boolean, function, seeded
from .sampling import range_sampler, sampler


class Elements(Base):
    """Element by element, partition by partition, samples."""

    # ---- element by element

    def map(self, f, preservesPartitioning=False):
        """`f` of every element.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).map(lambda x: x * x).collect()
        [1, 4, 9]
        """
        step = self._watch("evaluate", "map", f)
        return self._map("map", step, preservesPartitioning)

    def _map(self, operation, step, preserves):
        def mapped(split, elements):
            call = step(split)
            for x in elements:
                yield call(x)

        return self._pipe(operation, mapped, preserves)

    def flatMap(self, f, preservesPartitioning=False):
        """The elements of all the iterables that `f` gives: one level is flattened, no more.

        Examples
        --------
        >>> sc.parallelize(["a b", "c"]).flatMap(str.split).collect()
        ['a', 'b', 'c']
        """
        step = self._log.watch_iterable("flatMap", function("f", f))

        def mapped(split, elements):
            call = step(split)
            for x in elements:
                yield from call(x)

        return self._pipe("flatMap", mapped, preservesPartitioning)

    def filter(self, f):
        """The elements for which `f` is true.

        Examples
        --------
        >>> sc.parallelize(range(6)).filter(lambda x: x % 2).collect()
        [1, 3, 5]
        """
        step = self._watch("evaluate", "filter", f)

        def filtered(split, elements):
            call = step(split)
            for x in elements:
                if call(x):
                    yield x

        return self._pipe("filter", filtered, True)

    def keyBy(self, f):
        """Pairs (f(x), x).

        Examples
        --------
        >>> sc.parallelize(["one", "three"]).keyBy(len).collect()
        [(3, 'one'), (5, 'three')]
        """
        step = self._watch("evaluate", "keyBy", f)
        return self._key_by("keyBy", step)

    def _key_by(self, operation, step):
        def keyed(split, elements):
            call = step(split)
            for x in elements:
                yield call(x), x

        return self._pipe(operation, keyed)

    # ---- partition by partition

    def mapPartitions(self, f, preservesPartitioning=False):
        """What `f` makes of each partition: it takes an iterator and returns an iterable.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3, 4]).mapPartitions(lambda elements: [sum(elements)]).collect()
        [3, 7]
        """
        function("f", f)
        return self._per_partition("mapPartitions", f, preservesPartitioning)

    def _per_partition(self, operation, f, preserves=False):
        step = self._log.watch_iterable(operation, f, whole=True)
        return self._pipe(operation, lambda split, elements: step(split)(elements), preserves)

    def mapPartitionsWithIndex(self, f, preservesPartitioning=False):
        """As ``mapPartitions``; `f` takes the partition's index too.

        Examples
        --------
        >>> rdd = sc.parallelize([1, 2, 3, 4])
        >>> rdd.mapPartitionsWithIndex(lambda i, elements: [(i, sum(elements))]).collect()
        [(0, 3), (1, 7)]
        """
        function("f", f)

        def mapped(split, elements):
            step = self._log.watch_iterable(
                "mapPartitionsWithIndex", lambda elements: f(split, elements), whole=True
            )
            return step(split)(elements)

        return self._pipe("mapPartitionsWithIndex", mapped, preservesPartitioning)

    def glom(self):
        """Each partition as one list: the way to see them.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3, 4, 5], 2).glom().collect()
        [[1, 2], [3, 4, 5]]
        """
        return self._pipe("glom", lambda _, elements: iter([list(elements)]))

    def zipWithIndex(self):
        """Pairs (x, position). With more than one partition a job counts the elements first.

        Examples
        --------
        >>> sc.parallelize("abc", 2).zipWithIndex().collect()
        [('a', 0), ('b', 1), ('c', 2)]
        """
        starts = [0]
        if self.getNumPartitions() > 1:
            lengths = self._pipe("zipWithIndex", lambda _, elements: [sum(1 for _ in elements)]).collect()
            for length in lengths[:-1]:
                starts.append(starts[-1] + length)
        return self._pipe(
            "zipWithIndex", lambda split, elements: ((x, i) for i, x in enumerate(elements, starts[split]))
        )

    def zipWithUniqueId(self):
        """Pairs (x, id): element i of partition k of n gets i·n + k. No job is needed.

        Examples
        --------
        >>> sc.parallelize("abcde", 3).zipWithUniqueId().collect()
        [('a', 0), ('b', 1), ('c', 4), ('d', 2), ('e', 5)]
        """
        n = self.getNumPartitions()
        return self._pipe(
            "zipWithUniqueId", lambda split, elements: ((x, i * n + split) for i, x in enumerate(elements))
        )

    # ---- samples

    def sample(self, withReplacement, fraction, seed=None):
        """A random part; its size varies around fraction · n.

        Parameters
        ----------
        withReplacement : bool
            Whether an element may be drawn several times.
        fraction : float
            The chance of each element; with replacement the expected number of draws of it.
        seed : int, optional
            The same seed gives PySpark's own sample, as long as the partitions are the same.

        Raises
        ------
        ValueError
            If `fraction` is negative or not finite.

        Examples
        --------
        >>> sc.parallelize(range(20), 2).sample(False, 0.3, seed=7).collect()
        [0, 2, 4, 9, 10, 16, 19]
        """
        boolean("withReplacement", withReplacement)
        fraction = _check.number("fraction", fraction, least=0)
        draw = sampler(withReplacement, lambda _: fraction, seeded(seed))
        return self._pipe("sample", draw, True)

    def randomSplit(self, weights, seed=None):
        """Disjoint random parts, sized about as `weights`.

        Raises
        ------
        ValueError
            If a weight is negative or their sum is not positive.

        Examples
        --------
        >>> small, large = sc.parallelize(range(10), 2).randomSplit([1, 3], seed=1)
        >>> sorted(small.collect() + large.collect()) == list(range(10))
        True
        """
        weights = [
            _check.number("weights", w, least=0) for w in _check.iterable("weights", weights, "numbers")
        ]
        total = float(sum(weights))
        if not 0 < total < inf:
            raise ValueError(f"weights: expected a positive, finite sum, got {total}")
        seed = random.randint(0, 2**32 - 1) if seed is None else seeded(seed)
        edges = [0.0]
        for w in weights:
            edges.append(edges[-1] + w / total)
        return [
            self._pipe("randomSplit", range_sampler(low, high, seed), True) for low, high in pairwise(edges)
        ]
