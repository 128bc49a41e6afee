from typing import NamedTuple

import numpy as np
import pytest

from kamen_core.trace import run, stack


class Inner(NamedTuple):
    w: np.ndarray
    b: np.ndarray


class State(NamedTuple):
    layers: tuple
    loss: float


def states(n=None):
    k = 0
    while n is None or k < n:
        yield State(
            (Inner(np.full((2, 3), k), np.full(2, -k)), Inner(np.full((1, 2), k), np.zeros(1))), k / 2
        )
        k += 1


def test_run_takes_the_initial_state_and_n_steps():
    trace = run(states(), 4)
    assert isinstance(trace, State) and isinstance(trace.layers[0], Inner)
    np.testing.assert_array_equal(trace.loss, [0, 0.5, 1, 1.5, 2])
    assert trace.layers[0].w.shape == (5, 2, 3) and trace.layers[1].b.shape == (5, 1)
    np.testing.assert_array_equal(trace.layers[0].b[:, 1], [0, -1, -2, -3, -4])


def test_run_of_no_steps_is_the_initial_state():
    assert run(states(), 0).loss.tolist() == [0]


def test_run_takes_no_more_than_it_was_asked_for():
    source = states()
    run(source, 2)
    assert next(source).loss == 1.5


def test_run_keeps_float32():
    class X(NamedTuple):
        x: np.ndarray

    assert run(iter([X(np.float32([1])), X(np.float32([2]))]), 1).x.dtype == np.float32


def test_progress_changes_nothing_but_stderr(capsys):
    assert run(states(), 3, progress=True).loss.tolist() == run(states(), 3).loss.tolist()
    assert "4/4" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ((3, 1), TypeError, "steps"),
        ((states(), 1.5), TypeError, "n_steps"),
        ((states(), -1), ValueError, "n_steps"),
        ((states(2), 2), ValueError, "ended after 2"),
    ],
)
def test_run_refuses(arguments, error, says):
    with pytest.raises(error, match=says):
        run(*arguments)


def test_stack_refuses_nothing_and_changing_shapes():
    with pytest.raises(ValueError, match="none to stack"):
        stack([])
    with pytest.raises(ValueError, match=r"Inner\.w"):
        stack([Inner(np.zeros(2), 0), Inner(np.zeros(3), 0)])
    with pytest.raises(ValueError, match="type or length"):
        stack([State((1, 2), 0), State((1,), 0)])
