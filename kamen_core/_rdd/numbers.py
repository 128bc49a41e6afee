"""Sums, means, moments and histograms of an RDD of numbers."""

from bisect import bisect_right
from itertools import pairwise
from math import isinf, isnan
from operator import add

import numpy as np

from .. import _check


class StatCounter:
    """Count, mean, variance and extremes in one pass, mergeable: Spark's class of that name.

    The update of the mean and of the sum of squared deviations is Welford's (1962), the merge that of
    Chan, Golub and LeVeque (1979).

    Examples
    --------
    >>> StatCounter([1, 2, 3])
    (count: 3, mean: 2.0, stdev: 0.816496580927726, max: 3.0, min: 1.0)
    """

    def __init__(self, values=()):
        self.n, self.mu, self.m2 = 0, 0.0, 0.0
        self.maxValue, self.minValue = float("-inf"), float("inf")
        for value in values:
            self.merge(value)

    def merge(self, value):
        """Take in one value."""
        delta = value - self.mu
        self.n += 1
        self.mu += delta / self.n
        self.m2 += delta * (value - self.mu)
        self.maxValue = np.maximum(self.maxValue, value)
        self.minValue = np.minimum(self.minValue, value)
        return self

    def mergeStats(self, other):
        """Take in another counter."""
        if not isinstance(other, StatCounter):
            raise TypeError(f"other: expected a StatCounter, got {type(other).__name__}")
        n, m = self.n, other.n
        if n == 0:
            self.mu, self.m2, self.n = other.mu, other.m2, m
            self.maxValue, self.minValue = other.maxValue, other.minValue
        elif m != 0:
            delta = other.mu - self.mu
            if m * 10 < n:  # a small part moves the mean of a large one: the stable form
                mean = self.mu + delta * m / (n + m)
            elif n * 10 < m:
                mean = other.mu - delta * n / (n + m)
            else:
                mean = (self.mu * n + other.mu * m) / (n + m)
            self.m2 = self.m2 + (other.m2 + delta * delta * n * m / (n + m))
            self.mu, self.n = mean, n + m
            self.maxValue = np.maximum(self.maxValue, other.maxValue)
            self.minValue = np.minimum(self.minValue, other.minValue)
        return self

    def count(self):
        return int(self.n)

    def mean(self):
        return self.mu

    def sum(self):
        return self.n * self.mu

    def min(self):
        return self.minValue

    def max(self):
        return self.maxValue

    def variance(self):
        """Divided by n."""
        return self.m2 / self.n if self.n else float("nan")

    def sampleVariance(self):
        """Divided by n − 1."""
        return self.m2 / (self.n - 1) if self.n > 1 else float("nan")

    def stdev(self):
        return np.sqrt(self.variance())

    def sampleStdev(self):
        return np.sqrt(self.sampleVariance())

    def __repr__(self):
        return (
            f"(count: {self.count()}, mean: {self.mean()}, stdev: {self.stdev()}, "
            f"max: {self.max()}, min: {self.min()})"
        )


class Numbers:
    """Actions on numbers."""

    def sum(self):
        """The sum.

        Examples
        --------
        >>> sc.parallelize([1.0, 2.0, 3.0]).sum()
        6.0
        """
        return self._total("sum", lambda elements: [sum(elements)])

    def count(self):
        """How many elements.

        Examples
        --------
        >>> sc.parallelize([2, 3, 4]).count()
        3
        """
        return self._total("count", lambda elements: [sum(1 for _ in elements)])

    def _total(self, operation, f):
        return self._merge(operation, add, self._per_partition(operation, f).collect(), 0)

    def stats(self):
        """Count, mean, variance and extremes, as a ``StatCounter``.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).stats().mean()
        2.0
        """
        counters = self._per_partition("stats", lambda elements: [StatCounter(elements)])
        return counters._reduce("stats", StatCounter.mergeStats, StatCounter.mergeStats)

    def mean(self):
        """The mean.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).mean()
        2.0
        """
        return self.stats().mean()

    def variance(self):
        """The variance, divided by n.

        Examples
        --------
        >>> round(sc.parallelize([1, 2, 3]).variance(), 3)
        0.667
        """
        return self.stats().variance()

    def stdev(self):
        """The root of ``variance``.

        Examples
        --------
        >>> float(round(sc.parallelize([1, 2, 3]).stdev(), 3))
        0.816
        """
        return self.stats().stdev()

    def sampleVariance(self):
        """The variance, divided by n − 1.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).sampleVariance()
        1.0
        """
        return self.stats().sampleVariance()

    def sampleStdev(self):
        """The root of ``sampleVariance``.

        Examples
        --------
        >>> float(sc.parallelize([1, 2, 3]).sampleStdev())
        1.0
        """
        return self.stats().sampleStdev()

    def histogram(self, buckets):
        """Counts in buckets [b₀, b₁), …, [bₖ₋₁, bₖ], the last closed.

        Parameters
        ----------
        buckets : int, list or tuple
            A number of even buckets between the least and the largest element, or the edges. None and NaN
            are left out, and so is what lies outside the edges.

        Returns
        -------
        tuple
            The edges, the counts.

        Raises
        ------
        TypeError
            If `buckets` is of another kind, or the elements are not numbers and edges must be computed.
        ValueError
            If `buckets` is below 1, or the edges are fewer than two, unsorted, repeated, None or NaN; if the
            RDD is empty and edges must be computed; if they would be infinite.

        Examples
        --------
        >>> sc.parallelize(range(51)).histogram(2)
        ([0, 25, 50], [25, 26])
        >>> sc.parallelize(range(51)).histogram([0, 5, 25, 50])
        ([0, 5, 25, 50], [5, 20, 26])
        """
        if isinstance(buckets, (list, tuple)):
            even = _even_width(buckets)
        else:
            buckets, counts, even = self._edges(_check.integer("buckets", buckets, least=1))
            if counts is not None:
                return buckets, counts
        low, high = buckets[0], buckets[-1]

        def counted(elements):
            counts = [0] * (len(buckets) - 1)
            for x in elements:
                if _missing(x) or x > high or x < low:
                    continue
                bucket = bisect_right(buckets, x) - 1 if even is None else int((x - low) / even)
                counts[min(bucket, len(counts) - 1)] += 1
            yield counts

        def added(a, b):
            return [i + j for i, j in zip(a, b, strict=True)]

        return buckets, self._per_partition("histogram", counted)._reduce("histogram", added, added)

    def _edges(self, n):
        """Even edges between the extremes, the counts if there is but one bucket, the width."""
        extremes = [
            (min(values), max(values))
            for values in self._pipe(
                "histogram", lambda _, xs: [[x for x in xs if not _missing(x)]]
            ).collect()
            if values
        ]
        if not extremes:
            raise ValueError("buckets: their edges cannot be computed, there are no elements")
        low, high = min(e[0] for e in extremes), max(e[1] for e in extremes)
        if low == high or n == 1:
            present = self._pipe("histogram", lambda _, xs: (x for x in xs if not _missing(x)))
            return [low, high], [present.count()], None
        try:
            width = (high - low) / n
        except TypeError:
            raise TypeError("buckets: their edges cannot be computed, the elements are not numbers") from None
        if isinf(width):
            raise ValueError("buckets: their edges would be infinite")
        width = int(width)
        if width * n != high - low:  # whole widths for whole numbers, if they fit
            width = (high - low) * 1.0 / n
        return [i * width + low for i in range(n)] + [high], None, width


def _missing(x):
    return x is None or (isinstance(x, float) and isnan(x))


def _even_width(edges):
    """Check the edges; their common distance, or None where they differ."""
    if len(edges) < 2:
        raise ValueError(f"buckets: expected two edges or more, got {len(edges)}")
    if any(_missing(edge) for edge in edges):
        raise ValueError("buckets: edges may not be None or NaN")
    try:
        ascending = sorted(edges) == list(edges)
    except TypeError:
        raise TypeError("buckets: expected edges that can be ordered") from None
    if not ascending:
        raise ValueError("buckets: expected edges in ascending order")
    if len(set(edges)) != len(edges):
        raise ValueError("buckets: an edge is repeated")
    try:
        steps = [high - low for low, high in pairwise(edges)]
    except TypeError:
        return None
    if max(steps) - min(steps) >= 1e-10:
        return None
    try:
        return (edges[-1] - edges[0]) / (len(edges) - 1)
    except OverflowError:
        raise ValueError("buckets: expected edges that a float can hold") from None
