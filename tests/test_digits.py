"""The digits against scikit-learn's own copy; the tasks in the plane against their curves."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_digits

from kamen_core.datasets import digits, spirals, two_moons


def test_digits_are_scikit_learns():
    ours, theirs = digits(), load_digits()
    assert_array_equal(ours.images, theirs.images)
    assert_array_equal(ours.labels, theirs.target)
    assert ours.images.dtype == ours.labels.dtype == np.uint8


def test_two_moons_without_noise_lie_on_two_half_circles():
    x, labels = two_moons(401, noise=0, rng=0)
    assert_array_equal(np.bincount(labels), [201, 200])
    upper, lower = x[labels == 0], x[labels == 1] - [1, 0.5]
    assert_allclose(np.hypot(*upper.T), 1, rtol=1e-14)
    assert_allclose(np.hypot(*lower.T), 1, rtol=1e-14)
    assert (upper[:, 1] >= 0).all() and (lower[:, 1] <= 1e-15).all()
    assert np.ptp(upper[:, 0]) > 1.995 and np.ptp(lower[:, 0]) > 1.995


def test_spirals_without_noise_lie_on_their_arms():
    x, labels = spirals(500, 4, turns=0.5, noise=0, rng=0)
    assert_array_equal(np.bincount(labels), [125] * 4)
    radius = np.hypot(*x.T)
    assert radius.max() <= 1 and radius.max() > 0.95 and radius.min() < 0.05
    angle = np.pi * radius + labels * np.pi / 2
    assert_allclose(x, radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), atol=1e-14)
    assert not np.array_equal(spirals(50, rng=0).x, spirals(50, turns=1, rng=0).x)


@pytest.mark.parametrize("task", [two_moons, spirals])
def test_points_are_seeded_shuffled_and_as_noisy_as_asked(task):
    first, again = task(3000, noise=0.2, rng=7), task(3000, noise=0.2, rng=np.random.default_rng(7))
    assert_array_equal(first.x, again.x)
    assert_array_equal(first.labels, again.labels)
    assert not np.array_equal(first.x, task(3000, noise=0.2, rng=8).x)
    clean = task(3000, noise=0, rng=7)
    assert_array_equal(clean.labels, first.labels)  # the same draws, less the noise
    assert_allclose((first.x - clean.x).std(axis=0), 0.2, rtol=0.05)
    classes = first.labels.max() + 1
    assert not np.array_equal(first.labels, np.arange(3000) % classes)
    assert len(np.unique(first.labels[:50])) == classes


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: two_moons(1), ValueError, "n_samples: expected 2 or more"),
        (lambda: two_moons(10.0), TypeError, "n_samples: expected an integer"),
        (lambda: two_moons(noise=-1), ValueError, "noise: expected"),
        (lambda: two_moons(noise=np.nan), ValueError, "noise: expected"),
        (lambda: two_moons(rng="0"), TypeError, "rng: expected"),
        (lambda: spirals(2), ValueError, "n_samples: expected 3 or more"),
        (lambda: spirals(n_classes=0), ValueError, "n_classes: expected 1 or more"),
        (lambda: spirals(turns=np.inf), ValueError, "turns: expected a finite number"),
        (lambda: spirals(noise="loud"), TypeError, "noise: expected"),
        (lambda: spirals(rng=-1), ValueError, "rng: a seed"),
    ],
)
def test_what_makes_no_sense_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
