"""The same numbers everywhere: on one thread and two, compiled or not, in half the bits."""

import os
import subprocess
import sys
from pathlib import Path

import _everywhere
import numpy as np
import pytest

HERE = Path(__file__).parent
THREADS = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"]
THREADS += ["VECLIB_MAXIMUM_THREADS"]
EXACT = {"auc", "roc_curve", "spark", "gibbs", "walk", "metropolis"}


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    """What another process computes, with so many threads, with or without numba."""

    def run(threads, numba):
        path = tmp_path_factory.mktemp("numbers") / "numbers.npz"
        environment = os.environ | dict.fromkeys(THREADS, str(threads))
        environment |= {"KAMEN_NUMBA": numba, "PYTHONPATH": str(HERE.parent)}
        environment.pop("PYTHONHASHSEED", None)  # then strings hash differently in every process
        subprocess.run(
            [sys.executable, HERE / "_everywhere.py", path], env=environment, check=True, timeout=300
        )
        with np.load(path) as arrays:
            return dict(arrays)

    return run


@pytest.fixture(scope="module")
def here(numbers):
    return numbers(1, "1")


def differing(ours, theirs, of_vectors):
    """Names of the results that differ; what was summed in another order may by some rounding errors."""
    assert list(ours) == list(theirs) and len(ours) > 60
    for name, value in ours.items():
        if value.dtype.kind in "iub" or name.split(".")[0] in EXACT:
            same = np.array_equal(value, theirs[name])
        else:
            close = of_vectors if name.startswith("word2vec") else 1e-11
            same = np.allclose(value, theirs[name], rtol=close, atol=close)
        if not same:
            yield name


def test_two_threads_and_other_hashes_give_the_same(numbers, here):
    assert list(differing(numbers(2, "1"), here, of_vectors=1e-11)) == []


def test_plain_python_gives_the_same(numbers, here):
    # the compiled dot product of two word vectors, in float32, is added in another order
    assert list(differing(numbers(1, "0"), here, of_vectors=1e-5)) == []


def test_half_the_bits_give_half_the_digits(here):
    single = _everywhere.continuous(np.float32)
    for name, value in single.items():
        assert value.dtype == np.float32, name
        expected = here[name]
        error = np.abs(value - expected).max() / np.abs(expected).max()
        assert error < 2e-5, (name, error)
