"""Actions that give some elements, or count them."""

import heapq
import random
from collections import defaultdict
from itertools import islice
from math import log, sqrt

from .. import _check
from .base import Base, boolean, seeded
from .folds import check_key


class Taking(Base):
    """Taking, looking up, counting."""

    # ---- some elements

    def take(self, num):
        """The first `num` elements, from as few partitions as that takes.

        Examples
        --------
        >>> sc.parallelize(range(100), 10).take(3)
        [0, 1, 2]
        """
        num = _check.integer("num", num)
        taken, scanned, total = [], 0, self.getNumPartitions()
        while len(taken) < num and scanned < total:
            more = 1
            if scanned:  # guess from what the partitions so far have given
                more = 4 * scanned
                if taken:
                    more = min(max(int(1.5 * num * scanned / len(taken)) - scanned, 1), more)
            left = num - len(taken)
            first = self._pipe("take", lambda _, elements, left=left: islice(elements, left))
            taken += self.ctx._run(first._plan, range(scanned, min(scanned + more, total)))
            scanned += more
        return taken[:num] if num > 0 else []

    def first(self):
        """The first element; computes no more partitions than needed.

        Raises
        ------
        ValueError
            If there is none.

        Examples
        --------
        >>> sc.parallelize([2, 3, 4]).first()
        2
        """
        taken = self.take(1)
        if not taken:
            raise ValueError("first: the RDD is empty")
        return taken[0]

    def isEmpty(self):
        """Whether there is no element.

        Examples
        --------
        >>> sc.parallelize([], 3).isEmpty()
        True
        """
        return not self.take(1)

    def top(self, num, key=None):
        """The `num` largest elements, largest first.

        Examples
        --------
        >>> sc.parallelize([10, 4, 2, 12, 3]).top(2)
        [12, 10]
        """
        num = _check.integer("num", num)
        return self._best("top", heapq.nlargest, num, key)

    def takeOrdered(self, num, key=None):
        """The `num` smallest elements, smallest first.

        Raises
        ------
        ValueError
            If `num` is negative.

        Examples
        --------
        >>> sc.parallelize([10, 4, 2, 12, 3]).takeOrdered(2)
        [2, 3]
        """
        num = _check.integer("num", num, least=0)
        check_key(key)
        if num == 0 or self.getNumPartitions() == 0:
            return []
        return self._best("takeOrdered", heapq.nsmallest, num, key)

    def _best(self, operation, choose, num, key):
        check_key(key)

        def merged(a, b):
            return choose(num, a + b, key=key)

        best = self._per_partition(operation, lambda elements: [choose(num, elements, key=key)])
        return best._reduce(operation, merged, merged)

    def takeSample(self, withReplacement, num, seed=None):
        """A random sample of exactly `num` elements, or of all there are, in random order.

        Raises
        ------
        ValueError
            If `num` is negative.

        Examples
        --------
        >>> len(sc.parallelize(range(100)).takeSample(False, 5, seed=1))
        5
        """
        boolean("withReplacement", withReplacement)
        num = _check.integer("num", num, least=0)
        seed = seed if seed is None else seeded(seed)
        if num == 0 or self.getNumPartitions() == 0:
            return []
        n = self.count()
        if n == 0:
            return []
        rng = random.Random(seed)
        if not withReplacement and num >= n:
            drawn = self.collect()
        else:
            fraction, drawn = _generous(num, n, withReplacement), []
            while len(drawn) < num:
                drawn = self.sample(withReplacement, fraction, seed).collect()
                if len(drawn) < num:
                    seed = rng.randint(0, 2**63 - 1)
        rng.shuffle(drawn)
        return drawn[:num]

    def lookup(self, key):
        """The values of `key`; of one partition alone, if the pairs were distributed by key.

        Examples
        --------
        >>> sc.parallelize([("a", 1), ("b", 2), ("a", 3)]).lookup("a")
        [1, 3]
        """
        found = self._pipe("lookup", lambda _, pairs: (pair[1] for pair in pairs if pair[0] == key))
        return self.ctx._run(found._plan, None if self.partitioner is None else [self.partitioner(key)])

    # ---- counting

    def countByValue(self):
        """How often each value occurs, as a dict. Of pairs, the value is the pair.

        Examples
        --------
        >>> sorted(sc.parallelize([1, 2, 1, 2, 2]).countByValue().items())
        [(1, 2), (2, 3)]
        """
        return self._counts("countByValue", lambda x: x)

    def countByKey(self):
        """How many pairs each key has, as a dict.

        Examples
        --------
        >>> sorted(sc.parallelize([("a", 1), ("b", 1), ("a", 2)]).countByKey().items())
        [('a', 2), ('b', 1)]
        """
        return self._counts("countByKey", lambda pair: pair[0])

    def _counts(self, operation, part):
        def counted(elements):
            counts = defaultdict(int)
            for x in elements:
                counts[part(x)] += 1
            yield counts

        def merged(counts, more):
            for k, n in more.items():
                counts[k] += n
            return counts

        return self._per_partition(operation, counted)._reduce(operation, merged, merged)

    def reduceByKeyLocally(self, func):
        """``reduceByKey``, as a dict on the driver.

        Examples
        --------
        >>> sc.parallelize([("a", 1), ("b", 1), ("a", 2)]).reduceByKeyLocally(lambda x, y: x + y)
        {'a': 3, 'b': 1}
        """
        step = self._watch("seqOp", "reduceByKeyLocally", func, "func")

        def reduced(split, pairs):
            values = {}
            for k, v in pairs:
                values[k] = step(split, k)(values[k], v) if k in values else v
            yield values

        def merged(values, more):
            for k, v in more.items():
                values[k] = func(values[k], v) if k in values else v
            return values

        return self._pipe("reduceByKeyLocally", reduced)._reduce("reduceByKeyLocally", merged, merged)


def _generous(num, total, replace):
    """A chance high enough that a sample of `num` nearly never falls short: PySpark's own bound."""
    fraction = num / total
    if replace:
        return fraction + (9 if num < 12 else 5) * sqrt(fraction / total)
    gamma = -log(5e-5) / total
    return min(1, fraction + gamma + sqrt(gamma * gamma + 2 * gamma * fraction))
