"""How the partitions of an RDD are computed: one small class for each of the few ways there are.

A plan knows its parents and gives the blocks of one partition when asked; nothing happens before. Where
PySpark runs several Python functions in one pass, so does :class:`Pipelined`; where its data cross into
the JVM and back, blocks are made here too.
"""

from itertools import chain, product
from typing import Any, NamedTuple

from . import placement
from .blocks import Lazy, adaptive, fixed


class Partitioner(NamedTuple):
    """How keys were distributed. Two RDDs with equal ones have the same keys in the same partitions."""

    numPartitions: int
    partitionFunc: Any

    def __call__(self, key):
        return self.partitionFunc(key) % self.numPartitions


class Plan:
    """What all plans share: the cache, and what Spark knows about where data lie.

    Attributes
    ----------
    parents : tuple of Plan
    batching : tuple
        How blocks are made. Two RDDs whose blocks are made alike can be put together as they are.
    partitioner : Partitioner or None
    """

    parents = ()
    partitioner = None
    cached = False
    store = None
    batching = ("adaptive",)

    def blocks(self, split):
        """The blocks of partition `split`, from the cache if it is there, into the cache if wanted."""
        if not self.cached:
            return self.compute(split)
        if split not in self.store:
            self.store[split] = list(self.compute(split))
        return iter(self.store[split])

    def elements(self, split):
        return chain.from_iterable(block.load() for block in self.blocks(split))

    def persist(self):
        self.cached, self.store = True, {}

    def unpersist(self):
        self.cached, self.store = False, None

    def narrow(self, split):
        """The (parent, split) from which partition `split` is computed without a shuffle."""
        return [(parent, split) for parent in self.parents]

    def located(self, split, cache):
        """Whether Spark knows where the data of partition `split` lie (it asks before it coalesces)."""
        return cache.look(self)[split] or any(p.located(s, cache) for p, s in self.narrow(split))


class Source(Plan):
    """The elements of a list, in blocks, the blocks dealt out to partitions."""

    def __init__(self, elements, n_slices):
        size = placement.batch_size(len(elements), n_slices)
        dealt = list(fixed(elements, size))
        self.batching = ("fixed", size)
        self.slices = [dealt[start:stop] for start, stop in placement.bounds(len(dealt), n_slices)]

    def num_partitions(self):
        return len(self.slices)

    def compute(self, split):
        return iter(self.slices[split])


class Empty(Plan):
    """No partition at all."""

    batching = ("none",)

    def num_partitions(self):
        return 0


class Pipelined(Plan):
    """A function of (partition index, iterator), fused with the functions before it.

    `size` asks for blocks of so many elements instead of the usual ones.
    """

    def __init__(self, previous, function, preserves=False, size=None):
        self.parents, self.function, self.preserves = (previous,), function, preserves
        if isinstance(previous, Pipelined) and not previous.cached:
            first = previous.function
            self.parents = previous.parents
            self.function = lambda split, iterator: function(split, first(split, iterator))
            self.preserves = preserves and previous.preserves
        self.partitioner = self.parents[0].partitioner if self.preserves else None
        self.size = size
        self.batching = ("adaptive",) if size is None else ("fixed", size)

    def num_partitions(self):
        return self.parents[0].num_partitions()

    def results(self, split):
        return self.function(split, self.parents[0].elements(split))

    def compute(self, split):
        return adaptive(self.results(split)) if self.size is None else fixed(self.results(split), self.size)


def in_blocks_of(plan, size=None):
    """`plan` with blocks of `size` elements, or the usual ones: itself if it has them already."""
    if plan.batching == (("adaptive",) if size is None else ("fixed", size)):
        return plan
    return Pipelined(plan, lambda _, iterator: iterator, preserves=True, size=size)


class Shuffled(Plan):
    """Blocks sent to other partitions; sent once, then kept, as Spark keeps its shuffle files.

    `route(split)` gives (target, block) for everything that leaves partition `split` of the parent.
    """

    def __init__(self, parent, n_targets, route, tasks, partitioner=None, batching=("fixed", -1)):
        self.parents, self.route, self.tasks = (parent,), route, tasks
        self.n_targets, self.partitioner, self.batching = n_targets, partitioner, batching
        self.arrived = None

    def num_partitions(self):
        return self.n_targets

    def narrow(self, split):
        return []

    def located(self, split, cache):
        return cache.look(self)[split] or bool(self.arrived and self.arrived[split])

    def compute(self, split):
        if self.arrived is None:
            arrived = [[] for _ in range(self.n_targets)]
            for source in range(self.parents[0].num_partitions()):
                with self.tasks:
                    for target, block in self.route(source):
                        arrived[target].append(block)
            self.arrived = arrived
        return iter(self.arrived[split])


class Coalesced(Plan):
    """Whole partitions put together, on the spot."""

    def __init__(self, parent, n_groups, cache):
        self.parents, self.batching = (parent,), parent.batching
        self.n_groups, self.cache = n_groups, cache
        self._groups = None

    @property
    def groups(self):
        if self._groups is None:  # Spark decides when first asked, and sticks to it
            parent = self.parents[0]
            located = [parent.located(split, self.cache) for split in range(parent.num_partitions())]
            self.prefers = any(located)
            self._groups = placement.coalesce_groups(located, self.n_groups)
        return self._groups

    def num_partitions(self):
        return len(self.groups)

    def located(self, split, cache):
        return super().located(split, cache) or self.prefers

    def narrow(self, split):
        return [(self.parents[0], member) for member in self.groups[split]]

    def compute(self, split):
        return chain.from_iterable(parent.blocks(member) for parent, member in self.narrow(split))


class Union(Plan):
    """The partitions of several plans, one after another; put on top of each other where their keys agree."""

    def __init__(self, plans):
        self.batching = plans[0].batching
        self.parents = tuple(plan for plan in plans if plan.num_partitions())
        partitioners = [plan.partitioner for plan in self.parents]
        if partitioners and None not in partitioners and all(p == partitioners[0] for p in partitioners):
            self.partitioner = partitioners[0]
            n = self.partitioner.numPartitions
            self.origins = [[(plan, split) for plan in self.parents] for split in range(n)]
        else:
            self.origins = [[(plan, s)] for plan in self.parents for s in range(plan.num_partitions())]

    def num_partitions(self):
        return len(self.origins)

    def narrow(self, split):
        return self.origins[split]

    def compute(self, split):
        return chain.from_iterable(plan.blocks(s) for plan, s in self.origins[split])


class Cartesian(Plan):
    """Every block of one plan with every block of another; the second is computed anew for each."""

    def __init__(self, left, right, recorder):
        self.parents, self.recorder = (left, right), recorder
        self.batching = ("cartesian", left.batching, right.batching)

    def num_partitions(self):
        return self.parents[0].num_partitions() * self.parents[1].num_partitions()

    def narrow(self, split):
        i, j = divmod(split, self.parents[1].num_partitions())
        return [(self.parents[0], i), (self.parents[1], j)]

    def compute(self, split):
        (left, i), (right, j) = self.narrow(split)
        for a in left.blocks(i):
            for b in right.blocks(j):
                block = Lazy(lambda a=a, b=b: list(product(a.load(), b.load())))
                if self.recorder.listeners:
                    for pair in block.load():
                        self.recorder.emit("evaluate", split, "cartesian", pair, pair)
                yield block


class Zipped(Plan):
    """The blocks of two plans side by side."""

    def __init__(self, left, right, recorder):
        self.parents, self.recorder = (left, right), recorder
        self.batching = ("zip", left.batching, right.batching)

    def num_partitions(self):
        return self.parents[0].num_partitions()

    def compute(self, split):
        left, right = (parent.blocks(split) for parent in self.parents)
        missing = object()
        while True:
            a, b = next(left, missing), next(right, missing)
            if a is missing and b is missing:
                return
            if a is missing or b is missing:
                raise ValueError(_UNEQUAL)
            block = Lazy(lambda a=a, b=b: _zip(a.load(), b.load()))
            if self.recorder.listeners:
                for pair in block.load():
                    self.recorder.emit("evaluate", split, "zip", pair, pair)
            yield block


_UNEQUAL = "other: to zip, both must have the same number of elements in every partition"


def _zip(left, right):
    if len(left) != len(right):
        raise ValueError(_UNEQUAL)
    return list(zip(left, right, strict=True))


class CacheLocations:
    """What Spark's scheduler believes to be cached: it looks when a job starts, and does not look again."""

    def __init__(self):
        self.seen = {}

    def look(self, plan):
        """For each partition of `plan`, whether it was in the cache when that was last looked up."""
        if plan not in self.seen:
            splits = range(plan.num_partitions())
            self.seen[plan] = [plan.cached and split in plan.store for split in splits]
        return self.seen[plan]

    def job_starts(self, plan):
        """Settle the partitions of everything `plan` comes from, then look into the caches it may use."""
        reached, waiting = set(), [plan]
        while waiting:
            current = waiting.pop()
            if current not in reached:
                reached.add(current)
                current.num_partitions()
                waiting.extend(current.parents)
        self.seen.clear()
        waiting = [plan]
        while waiting:
            current = waiting.pop()
            if current in self.seen:
                continue
            ran = isinstance(current, Shuffled) and current.arrived is not None
            if not all(self.look(current)) and not ran:  # what is complete needs nothing of its parents
                waiting.extend(current.parents)
