"""PySpark draws its samples in Python, so that the same seed draws the same elements here."""

import random
from math import exp


def _generator(seed, split):
    rng = random.Random(seed ^ split)
    for _ in range(10):  # the seeds of neighbouring partitions are close: PySpark lets ten draws pass
        rng.randint(0, 1)
    return rng


def _poisson(rng, mean):
    """How often an event of rate `mean` happens: Knuth's product of uniforms, or a sum of waiting times."""
    count = 0
    if mean < 20.0:
        product, limit = rng.random(), exp(-mean)
        while product > limit:
            count += 1
            product *= rng.random()
        return count
    time = rng.expovariate(mean)
    while time < 1.0:
        count += 1
        time += rng.expovariate(mean)
    return count


def sampler(replace, fraction_of, seed):
    """A function of (partition index, iterator); ``fraction_of(element)`` is the element's chance."""

    def draw(split, elements):
        rng = _generator(seed, split)
        for x in elements:
            if replace:
                for _ in range(_poisson(rng, fraction_of(x))):
                    yield x
            elif rng.random() < fraction_of(x):
                yield x

    return draw


def range_sampler(low, high, seed):
    """The elements whose draw falls in [low, high)."""

    def draw(split, elements):
        rng = _generator(seed, split)
        for x in elements:
            if low <= rng.random() < high:
                yield x

    return draw
