"""Where partitions begin and end, and where a shuffle without keys sends things: Spark's own rules.

The rules are those of Spark's ``ParallelCollectionRDD``, ``DefaultPartitionCoalescer`` and
``RDD.coalesce``, and of the two random generators these draw from. All are deterministic.
"""

import math

_32, _64 = (1 << 32) - 1, (1 << 64) - 1


def batch_size(n_elements, n_slices):
    """How many elements of a list PySpark pickles together before it deals the batches out."""
    return max(1, min(n_elements // n_slices, 1024))


def bounds(n, parts):
    """`parts` consecutive ranges (start, stop) over n things."""
    return [(n * i // parts, n * (i + 1) // parts) for i in range(parts)]


class _JavaRandom:
    """java.util.Random: 48 bits, linear congruential."""

    def __init__(self, seed):
        self.state = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)

    def bits(self, n):
        self.state = (self.state * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        return self.state >> (48 - n)

    def below(self, bound):
        """An integer in [0, bound)."""
        r = self.bits(31)
        if bound & (bound - 1) == 0:
            return (bound * r) >> 31
        while r - r % bound + bound - 1 >= 1 << 31:  # the last, incomplete stretch would favour small numbers
            r = self.bits(31)
        return r % bound


class _XORShiftRandom(_JavaRandom):
    """Spark's XORShiftRandom (Marsaglia, 2003), its seed scrambled by MurmurHash3."""

    def __init__(self, seed):
        data = seed.to_bytes(8, "big")
        low = _murmur3(data, 0x3C074A61)
        self.state = _murmur3(data, low) << 32 | low

    def bits(self, n):
        x = self.state
        x ^= x << 21 & _64
        x ^= x >> 35
        x ^= x << 4 & _64
        self.state = x
        return x & ((1 << n) - 1)


def _murmur3(data, seed):
    """MurmurHash3 (x86, 32 bits) of whole words."""
    h = seed
    for i in range(0, len(data), 4):
        k = int.from_bytes(data[i : i + 4], "little") * 0xCC9E2D51 & _32
        k = (k << 15 | k >> 17) * 0x1B873593 & _32
        h ^= k
        h = ((h << 13 | h >> 19) * 5 + 0xE6546B64) & _32
    h ^= len(data)
    h = (h ^ h >> 16) * 0x85EBCA6B & _32
    h = (h ^ h >> 13) * 0xC2B2AE35 & _32
    return h ^ h >> 16


def first_target(partition, n_targets):
    """``repartition`` deals batches round robin; the first of `partition` goes just after this target."""
    return _XORShiftRandom(partition).below(n_targets)


def coalesce_groups(located, n_groups):
    """Which partitions ``coalesce`` puts together.

    Parameters
    ----------
    located : list of bool
        For each partition, whether Spark knows where its data lie: in the cache or in a shuffle that ran.
        All on one machine, as here.
    n_groups : int
        How many groups are wanted; there are never more than partitions.

    Returns
    -------
    list of list of int
        The partitions of each group.
    """
    n = len(located)
    n_groups = min(n, n_groups)
    if not any(located):
        return [list(range(start, stop)) for start, stop in bounds(n, n_groups)]
    # Data that lie somewhere are not split by position: every group is founded by a random partition,
    # the others join the smaller group.
    rng = _JavaRandom(7919)
    known = [p for p in range(n) if located[p]]
    groups, placed = [[known[0]]], {known[0]}
    while len(groups) < n_groups:
        founder = known[rng.below(len(known))]
        groups.append([] if founder in placed else [founder])
        placed.add(founder)
    spare = iter([p for p in known + [p for p in range(n) if not located[p]] if p not in placed])
    for group in groups:
        if not group:
            group.append(next(spare))
            placed.add(group[0])
    slack = int(0.1 * n)
    for p in range(n):
        if p in placed:
            continue
        smallest = min(groups, key=len)
        first, second = groups[rng.below(n_groups)], groups[rng.below(n_groups)]
        drawn = first if len(first) < len(second) else second
        join = drawn if not located[p] or len(drawn) + slack <= len(smallest) else smallest
        join.append(p)
    return groups


def tree_levels(n_partitions, depth):
    """The numbers of partitions through which ``treeAggregate`` merges before the driver does the rest."""
    scale = max(math.ceil(n_partitions ** (1.0 / depth)), 2)
    levels = []
    while n_partitions > scale + n_partitions / scale:
        n_partitions /= scale
        levels.append(int(n_partitions))
    return levels
