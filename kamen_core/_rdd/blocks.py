"""Blocks: some elements pickled together, as PySpark moves them between processes.

Pickling is not a detail. Every action reads fresh copies, so that a function that changes its argument
spoils nothing; and a block travels whole, which decides where things land after ``repartition`` and in
which order ``cartesian`` gives its pairs.
"""

import copy
import pickle
from itertools import islice

BEST_SIZE = 1 << 16  # bytes; smaller blocks are followed by blocks of twice as many elements


class Block:
    """Some elements of a partition; every ``load`` gives copies of its own."""

    def __init__(self, elements):
        self.elements, self.data = None, None
        try:
            self.data = pickle.dumps(elements, pickle.HIGHEST_PROTOCOL)
        except Exception:  # a lambda, an open file …: whatever pickle raises, these are shared, not copied
            self.elements = list(elements)

    @property
    def size(self):
        return 0 if self.data is None else len(self.data)

    def load(self):
        return list(self.elements) if self.data is None else pickle.loads(self.data)


class Lazy:
    """A block whose elements are worked out from other blocks whenever it is read."""

    def __init__(self, load):
        self.load = load


def fresh(value):
    """A copy that shares nothing with `value`, by pickle, as a task gets it; uncopyable things are shared."""
    try:
        return pickle.loads(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
    except Exception:  # as above
        try:
            return copy.deepcopy(value)
        except Exception:
            return value


def fixed(iterator, size):
    """Blocks of `size` elements; -1: one block of everything."""
    iterator = iter(iterator)
    if size == -1:
        yield Block(list(iterator))
        return
    while elements := list(islice(iterator, size)):
        yield Block(elements)


def adaptive(iterator):
    """PySpark's usual blocks: of 1, 2, 4 … elements until a block reaches 64 kB."""
    iterator, size = iter(iterator), 1
    while elements := list(islice(iterator, size)):
        block = Block(elements)
        yield block
        if block.size < BEST_SIZE:
            size *= 2
        elif block.size > BEST_SIZE * 10 and size > 1:
            size //= 2
