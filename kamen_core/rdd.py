"""Spark's RDD in a few hundred lines that you can see through.

:class:`LocalContext` takes the place of ``pyspark.SparkContext``: the same names, the same results, and the
same elements in the same partitions, on one machine and without Java. Everything is lazy: an RDD is a plan,
an action carries it out, partition by partition.

The parts lie in the package ``_rdd``: what an RDD can do, and how its partitions are computed.

Equal to PySpark 4.3 with a local master, except for what cannot be:

- ``sample`` and its kin without a seed (with one they draw the same elements);
- a function is not shipped to another process: it sees, and may change, the variables of this one, and an
  error in it arrives as itself. Elements are copied wherever Spark copies them, unless pickle refuses;
- keys whose hash PySpark does not fix either: NaN, objects hashed by their address, and objects of your own
  that hash strings inside;
- on a cluster of several machines ``coalesce`` may group cached or shuffled partitions by machine;
- ``lookup`` in pairs distributed by ``portable_hash``: it hashes the key on the driver, which Spark refuses
  to do unless ``PYTHONHASHSEED`` is set there;
- memory: nothing is spilled to disk, so that the order of groups too large for a worker may differ;
- what names Spark's own objects: ids, ``toDebugString``, storage levels (all mean "in memory" here).
"""

from . import _check
from ._rdd.base import function
from ._rdd.elements import Elements
from ._rdd.folds import Folds
from ._rdd.hash import portable_hash
from ._rdd.joins import Joins
from ._rdd.numbers import Numbers, StatCounter
from ._rdd.pairs import Pairs, ResultIterable
from ._rdd.plan import CacheLocations, Empty, Pipelined, Source, Union, in_blocks_of
from ._rdd.record import Event, Recorder
from ._rdd.shared import Accumulator, AccumulatorParam, Broadcast, Tasks
from ._rdd.sorting import Sorting
from ._rdd.taking import Taking
from ._rdd.whole import Whole

__all__ = [
    "RDD",
    "Accumulator",
    "AccumulatorParam",
    "Broadcast",
    "Event",
    "LocalContext",
    "ResultIterable",
    "StatCounter",
    "portable_hash",
]


class RDD(Elements, Whole, Pairs, Joins, Sorting, Folds, Taking, Numbers):
    """A resilient distributed dataset (Zaharia et al., 2012): partitions, and how to compute them.

    Made by a :class:`LocalContext` or from another RDD. In the examples ``sc`` is ``LocalContext(2)``.

    Attributes
    ----------
    ctx, context : LocalContext
    operation : str
        What made it: ``"parallelize"``, ``"map"``, ``"join"`` …
    parents : tuple of RDD
        What it was made from. Together they are the lineage.
    partitioner : Partitioner or None
        How its keys were distributed, if they were.
    is_cached : bool
    """

    def __init__(self, plan, ctx, operation, parents=(), partitioner=None):
        self._plan, self.ctx = plan, ctx
        self.operation, self.parents, self.partitioner = operation, parents, partitioner
        self._log = ctx._log
        self._name = None

    def _derive(self, plan, operation, parents=None, partitioner=None):
        return RDD(plan, self.ctx, operation, (self,) if parents is None else parents, partitioner)

    @property
    def context(self):
        return self.ctx

    @property
    def is_cached(self):
        return self._plan.cached

    def getNumPartitions(self):
        """How many partitions.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3, 4], 2).getNumPartitions()
        2
        """
        return self._plan.num_partitions()

    def cache(self):
        """Keep every partition once it is computed. Lazy: the next action fills the cache.

        Examples
        --------
        >>> calls = sc.accumulator(0)
        >>> rdd = sc.parallelize(range(10)).map(lambda x: calls.add(1) or x).cache()
        >>> rdd.count(), rdd.count(), calls.value
        (10, 10, 10)
        """
        return self.persist()

    def persist(self, storageLevel=None):
        """As ``cache``; every storage level is memory here.

        Examples
        --------
        >>> sc.parallelize([1]).persist().is_cached
        True
        """
        if not self._plan.cached:
            self._plan.persist()
        return self

    def unpersist(self, blocking=False):
        """Forget what was kept: the next action computes it again.

        Examples
        --------
        >>> sc.parallelize([1]).cache().unpersist().is_cached
        False
        """
        self._plan.unpersist()
        return self

    def name(self):
        """The name given, or None.

        Examples
        --------
        >>> sc.parallelize([1]).setName("one").name()
        'one'
        """
        return self._name

    def setName(self, name):
        """Give a name; returns the RDD.

        Examples
        --------
        >>> sc.parallelize([1]).setName("one")
        RDD one: parallelize
        """
        self._name = name
        return self

    def __repr__(self):
        return f"RDD{' ' + self._name if self._name else ''}: {self.operation}"


class LocalContext:
    """Takes the place of ``pyspark.SparkContext``, in this process.

    Parameters
    ----------
    defaultParallelism : int
        How many partitions where no number is given; that of ``local[2]`` is 2.

    Raises
    ------
    TypeError, ValueError
        If `defaultParallelism` is not an integer of at least 1.

    Examples
    --------
    >>> sc = LocalContext(2)
    >>> sc.parallelize([1, 2, 3, 4]).map(lambda x: x * x).glom().collect()
    [[1, 4], [9, 16]]
    """

    def __init__(self, defaultParallelism=2):
        self.defaultParallelism = _check.integer("defaultParallelism", defaultParallelism, least=1)
        self.master = f"local[{self.defaultParallelism}]"
        self._log, self._tasks, self._cache_locations = Recorder(), Tasks(), CacheLocations()
        self._stopped = False

    @property
    def defaultMinPartitions(self):
        return min(self.defaultParallelism, 2)

    def parallelize(self, c, numSlices=None):
        """An RDD of the elements of `c`.

        PySpark pickles a list in batches of max(1, min(n // p, 1024)) elements and deals the batches out:
        eleven elements in four slices are 2, 4, 2 and 3. A ``range`` is cut evenly.

        Parameters
        ----------
        c : iterable
        numSlices : int, optional
            The number of partitions, ``defaultParallelism`` if not given.

        Returns
        -------
        RDD

        Raises
        ------
        TypeError
            If `c` cannot be iterated or `numSlices` is not an integer.
        ValueError
            If `numSlices` is below 1.

        Examples
        --------
        >>> [len(part) for part in sc.parallelize(list(range(11)), 4).glom().collect()]
        [2, 4, 2, 3]
        >>> [len(part) for part in sc.parallelize(range(11), 4).glom().collect()]
        [2, 3, 3, 3]
        """
        self._check_running()
        n = self.defaultParallelism if numSlices is None else _check.integer("numSlices", numSlices, least=1)
        if isinstance(c, range) and len(c):
            nothing = RDD(Source([], n), self, "parallelize")
            starts = [int(split * len(c) / n) for split in range(n + 1)]
            plan = Pipelined(nothing._plan, lambda split, _: iter(c[starts[split] : starts[split + 1]]))
            return RDD(plan, self, "parallelize")
        try:
            elements = list(c)
        except TypeError:
            raise TypeError(f"c: expected an iterable, got {type(c).__name__}") from None
        return RDD(Source(elements, n), self, "parallelize")

    def range(self, start, end=None, step=1, numSlices=None):
        """The integers of ``range(start, end, step)``; of ``range(start)`` without an end.

        Examples
        --------
        >>> sc.range(5).glom().collect()
        [[0, 1], [2, 3, 4]]
        """
        start = _check.integer("start", start, most=None)
        step = _check.integer("step", step, most=None)
        if step == 0:
            raise ValueError("step: expected an integer other than 0")
        if end is None:
            return self.parallelize(range(0, start, step), numSlices)
        return self.parallelize(range(start, _check.integer("end", end, most=None), step), numSlices)

    def emptyRDD(self):
        """An RDD without partitions.

        Examples
        --------
        >>> sc.emptyRDD().aggregate(10, None.__eq__, None.__eq__)
        10
        """
        self._check_running()
        return RDD(Empty(), self, "emptyRDD")

    def union(self, rdds):
        """The partitions of several RDDs, one after another.

        Examples
        --------
        >>> sc.union([sc.parallelize([1]), sc.parallelize([2]), sc.parallelize([3])]).collect()
        [1, 2, 3]
        """
        rdds = list(_check.iterable("rdds", rdds, "RDDs"))
        if not rdds:
            raise ValueError("rdds: expected at least one RDD")
        for rdd in rdds:
            if not isinstance(rdd, RDD):
                raise TypeError(f"rdds: expected RDDs, got {type(rdd).__name__}")
            rdds[0]._other(rdd)
        plans = [rdd._plan for rdd in rdds]
        if any(plan.batching != plans[0].batching for plan in plans):
            plans = [in_blocks_of(plan) for plan in plans]
        return RDD(Union(plans), self, "union", tuple(rdds))

    def accumulator(self, value, accum_param=None):
        """A sum that tasks add to and the driver reads.

        Parameters
        ----------
        value : int, float, complex, or what `accum_param` adds
        accum_param : AccumulatorParam, optional

        Raises
        ------
        TypeError
            If `value` is none of these and there is no `accum_param`.

        Examples
        --------
        >>> even = sc.accumulator(0)
        >>> sc.parallelize(range(10)).foreach(lambda x: even.add(1 - x % 2))
        >>> even.value
        5
        """
        return Accumulator(self._tasks, value, accum_param)

    def broadcast(self, value):
        """A value that every task can read.

        Examples
        --------
        >>> sc.broadcast([1, 2]).value
        [1, 2]
        """
        return Broadcast(value)

    def runJob(self, rdd, partitionFunc, partitions=None, allowLocal=False):
        """What `partitionFunc` makes of the iterators of some partitions, in one list.

        Examples
        --------
        >>> sc.runJob(sc.parallelize(range(6), 3), lambda elements: [sum(elements)], [0, 2])
        [1, 9]
        """
        if not isinstance(rdd, RDD) or rdd.ctx is not self:
            raise TypeError(f"rdd: expected an RDD of this context, got {type(rdd).__name__}")
        function("partitionFunc", partitionFunc)
        if partitions is not None:
            _check.iterable("partitions", partitions, "numbers of partitions")
        return self._run(rdd.mapPartitions(partitionFunc)._plan, partitions)

    def record(self):
        """Write down what happens: ``with sc.record() as events:``.

        Returns
        -------
        context manager
            Of a list of :class:`Event`, one for every call of a user's function and every record that crosses
            a shuffle, in the order in which they happen. What comes from a cache, or through a shuffle that
            already ran, makes no events.

        Examples
        --------
        >>> add = lambda x, y: x + y
        >>> with sc.record() as events:
        ...     total = sc.parallelize([1, 2, 3, 4], 2).fold(0, add)
        >>> [(e.kind, e.partition, e.inputs, e.output) for e in events if e.kind == "combOp"]
        [('combOp', None, (0, 3), 3), ('combOp', None, (3, 7), 10)]
        >>> sum(e.kind == "seqOp" for e in events)
        4
        """
        return self._log.listen()

    def stop(self):
        """End it: its RDDs can no longer be computed."""
        self._stopped = True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def __repr__(self):
        return f"LocalContext(defaultParallelism={self.defaultParallelism})"

    def _check_running(self):
        if self._stopped:
            raise RuntimeError("this LocalContext was stopped")
        if self._tasks.running:
            raise RuntimeError("an RDD cannot be used inside a function of another RDD")

    def _run(self, plan, partitions=None):
        """One job: the elements of some partitions, in order, each partition in a task."""
        self._check_running()
        self._cache_locations.job_starts(plan)
        n, elements = plan.num_partitions(), []
        for split in range(n) if partitions is None else partitions:
            split = _check.integer("partitions", split, least=0)
            if split >= n:
                raise ValueError(f"partitions: expected less than {n}, got {split}")
            with self._tasks:
                for block in plan.blocks(split):
                    elements += block.load()
        return elements
