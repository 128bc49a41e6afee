"""The figures of the chapter on Spark's RDDs. Each shows what `LocalContext.record` wrote down."""

from ._rdd_cards import card
from ._rdd_folding import aggregate, by_key
from ._rdd_growing import caching, cartesian, memory
from ._rdd_moving import joins, repartitioning, shuffle

__all__ = [
    "aggregate",
    "by_key",
    "caching",
    "card",
    "cartesian",
    "joins",
    "memory",
    "repartitioning",
    "shuffle",
]
