"""Variables that tasks share: accumulators, which only they add to, and broadcasts, which they only read."""

import pickle

from .blocks import fresh


class AccumulatorParam:
    """How values of a type of your own are accumulated: subclass it, as PySpark's.

    ``zero(value)`` gives a neutral value like `value`; ``addInPlace(value1, value2)`` their sum, which may
    be `value1` changed.
    """

    def zero(self, value):
        raise NotImplementedError

    def addInPlace(self, value1, value2):
        raise NotImplementedError


class _Adding(AccumulatorParam):
    def zero(self, value):
        return 0.0 if isinstance(value, float) else 0j if isinstance(value, complex) else 0

    def addInPlace(self, value1, value2):
        value1 += value2
        return value1


class Accumulator:
    """A sum that tasks add to and the driver reads. Made by :meth:`LocalContext.accumulator`.

    What a task adds arrives when the task ends; a partition evaluated twice counts twice.

    Examples
    --------
    >>> total = sc.accumulator(0)
    >>> sc.parallelize([1, 2, 3]).foreach(lambda x: total.add(x))
    >>> total.value
    6
    """

    def __init__(self, tasks, value, accum_param=None):
        if accum_param is None:
            if not isinstance(value, (int, float, complex)):
                raise TypeError(
                    f"accum_param: needed to accumulate values of type {type(value).__name__}, got None"
                )
            accum_param = _Adding()
        self._tasks, self._value, self.accum_param = tasks, value, accum_param

    @property
    def value(self):
        if self._tasks.running:
            raise RuntimeError("value: a task can add to an accumulator, only the driver can read it")
        return self._value

    @value.setter
    def value(self, value):
        if self._tasks.running:
            raise RuntimeError("value: a task can add to an accumulator, only the driver can set it")
        self._value = value

    def add(self, term):
        """Add `term`."""
        if not self._tasks.running:
            self._value = self.accum_param.addInPlace(self._value, term)
            return
        added = self._tasks.running[-1]
        if self not in added:
            added[self] = fresh(self.accum_param.zero(self._value))
        added[self] = self.accum_param.addInPlace(added[self], term)

    def __iadd__(self, term):
        self.add(term)
        return self

    def __repr__(self):
        return f"Accumulator<value={self._value}>"


class Tasks:
    """The tasks that run now, innermost last; each holds what it adds to accumulators."""

    def __init__(self):
        self.running = []

    def __enter__(self):
        self.running.append({})

    def __exit__(self, error, *_):
        added = self.running.pop()
        if error is None:  # the additions of a task that failed are lost
            for accumulator, term in added.items():
                accumulator._value = accumulator.accum_param.addInPlace(accumulator._value, term)


class Broadcast:
    """A value that every task can read, copied once when it is made. By :meth:`LocalContext.broadcast`.

    Examples
    --------
    >>> names = sc.broadcast({1: "one", 2: "two"})
    >>> sc.parallelize([2, 1]).map(lambda x: names.value[x]).collect()
    ['two', 'one']
    """

    def __init__(self, value):
        self._data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)

    @property
    def value(self):
        if self._data is None:
            raise RuntimeError("value: this broadcast was destroyed")
        if not hasattr(self, "_value"):
            self._value = pickle.loads(self._data)
        return self._value

    def unpersist(self, blocking=False):
        """Nothing to do in one process: in Spark, drop the copies on the workers until they are needed."""

    def destroy(self, blocking=False):
        """Forget the value for good."""
        self._data = None
        self.__dict__.pop("_value", None)
