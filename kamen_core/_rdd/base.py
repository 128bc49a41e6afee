"""What all functions of an RDD are written with."""

import random

from .. import _check
from .plan import Pipelined


class Base:
    """An RDD's inner tools: a new RDD from a function, a function that is recorded."""

    def _pipe(self, operation, function, preserves=False):
        """A new RDD: `function` of (partition index, iterator)."""
        plan = Pipelined(self._plan, function, bool(preserves))
        return self._derive(plan, operation, partitioner=self.partitioner if plan.preserves else None)

    def _watch(self, kind, operation, f, name="f"):
        return self._log.watch(kind, operation, function(name, f))

    def _other(self, other):
        if not isinstance(other, Base):
            raise TypeError(f"other: expected an RDD, got {type(other).__name__}")
        if other.ctx is not self.ctx:
            raise ValueError("other: this RDD belongs to another context")
        return other


def function(name, value):
    """A callable, or a TypeError that names the argument."""
    if not callable(value):
        raise TypeError(f"{name}: expected a function, got {type(value).__name__}")
    return value


def plain(function):
    """A step that is nobody's call: not recorded."""
    return lambda partition, key=None: function


def boolean(name, value):
    if value is not True and value is not False:
        raise TypeError(f"{name}: expected True or False, got {value!r}")


def seeded(seed):
    if seed is None:
        return random.randint(0, 2**63 - 1)
    return _check.integer("seed", seed, most=None)
