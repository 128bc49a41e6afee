"""What :meth:`kamen_core.rdd.LocalContext.record` writes down."""

from contextlib import contextmanager
from typing import Any, NamedTuple

from .blocks import fresh


class Event(NamedTuple):
    """One call of a user's function, or one record on its way to another partition.

    Attributes
    ----------
    kind : str
        ``"evaluate"``: an element (or, for ``mapPartitions`` and the like, a partition) was computed;
        ``"seqOp"``: a value was merged within a partition; ``"combOp"``: two merged values were combined;
        ``"shuffle"``: a record left for its new partition.
    partition : int or None
        Where it happened; None is the driver. For a shuffle the partition that the record leaves.
    operation : str
        The function of the RDD that asked for it: ``"map"``, ``"aggregate"``, ``"reduceByKey"`` …
    inputs : tuple
        The arguments of the call, as they were before it. For a shuffle the record alone.
    output : object
        What the call returned. For a shuffle the record.
    key : object
        The key whose values are merged; None where there are no keys.
    target : int or None
        The partition that a shuffled record goes to.
    """

    kind: str
    partition: int | None
    operation: str
    inputs: tuple
    output: Any
    key: Any = None
    target: int | None = None


class Recorder:
    """Passes events to whoever is listening; costs next to nothing while nobody is."""

    def __init__(self):
        self.listeners = []

    @contextmanager
    def listen(self):
        events = []
        self.listeners.append(events)
        try:
            yield events
        finally:
            # by identity: two empty lists are equal
            self.listeners = [listener for listener in self.listeners if listener is not events]

    def emit(self, *fields, **more):
        event = Event(*fields, **more)
        for listener in self.listeners:
            listener.append(event)

    def watch(self, kind, operation, function):
        """``at(partition, key)`` gives `function`, recorded if anybody listens by then."""

        def at(partition, key=None):
            if not self.listeners:
                return function

            def recorded(*args):
                before = fresh(args)  # the function may change its first argument and return it
                output = function(*args)
                self.emit(kind, partition, operation, before, fresh(output), key)
                return output

            return recorded

        return at

    def watch_iterable(self, operation, function, whole=False):
        """The same for a function that returns an iterable, which stays lazy; `whole`: also takes one."""

        def at(partition, key=None):
            if not self.listeners:
                return function

            def recorded(argument):
                taken, given = [], []
                before = None if whole else fresh(argument)
                try:
                    for item in function(_tee(argument, taken) if whole else argument):
                        given.append(fresh(item))
                        yield item
                finally:
                    self.emit("evaluate", partition, operation, (taken if whole else before,), given, key)

            return recorded

        return at


def _tee(iterator, copies):
    for item in iterator:
        copies.append(fresh(item))
        yield item
