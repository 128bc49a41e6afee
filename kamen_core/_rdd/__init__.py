"""The parts of :mod:`kamen_core.rdd`, which has the public names.

What an RDD can do: :mod:`~kamen_core._rdd.elements`, :mod:`~kamen_core._rdd.whole` (partitions, two RDDs),
:mod:`~kamen_core._rdd.pairs`, :mod:`~kamen_core._rdd.joins`, :mod:`~kamen_core._rdd.sorting`,
:mod:`~kamen_core._rdd.folds`, :mod:`~kamen_core._rdd.taking`, :mod:`~kamen_core._rdd.numbers`. How it is
done: :mod:`~kamen_core._rdd.plan` computes partitions from :mod:`~kamen_core._rdd.blocks`,
:mod:`~kamen_core._rdd.hash` and :mod:`~kamen_core._rdd.placement` say what goes where,
:mod:`~kamen_core._rdd.sampling` draws, :mod:`~kamen_core._rdd.shared` has accumulators and broadcasts,
:mod:`~kamen_core._rdd.record` writes down what happens.
"""
