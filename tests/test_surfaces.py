import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from kamen_core.surfaces import beale, bowl, ravine, rosenbrock, saddle

SURFACES = {"bowl": bowl, "ravine": ravine, "rosenbrock": rosenbrock, "beale": beale, "saddle": saddle}
every_surface = pytest.mark.parametrize("name", SURFACES)
POINTS = np.random.default_rng(2).uniform(-2, 2, size=(40, 2))
STEP = 1e-5


def central_difference(f, theta):
    """The derivatives of `f` at each point, on a new last axis."""
    shifts = STEP * np.eye(2)
    return np.stack([(f(theta + shift) - f(theta - shift)) / (2 * STEP) for shift in shifts], axis=-1)


@every_surface
def test_gradient_and_hessian_are_the_derivatives(name):
    surface = SURFACES[name]
    np.testing.assert_allclose(
        surface.grad(POINTS), central_difference(surface.loss, POINTS), atol=1e-4, rtol=1e-6
    )
    np.testing.assert_allclose(
        surface.hessian(POINTS), central_difference(surface.grad, POINTS), atol=1e-4, rtol=1e-6
    )


@pytest.mark.parametrize(
    ("name", "theta", "height"),
    [
        ("bowl", (3, 4), 12.5),
        ("ravine", (5, 1), 25),
        ("ravine", (0, 2), 50),
        ("saddle", (1, 0), 0.5),
        ("saddle", (0, 1), -0.5),
        ("rosenbrock", (-1.2, 1), 24.2),
        ("rosenbrock", (0, 0), 1),
        ("beale", (0, 0), 14.203125),
        ("beale", (1, 1), 14.203125),
        ("beale", (2, 0), 0.25 + 0.0625 + 0.390625),
    ],
)
def test_heights_by_hand(name, theta, height):
    assert SURFACES[name].loss(theta) == pytest.approx(height, rel=1e-14)


@settings(deadline=None)
@given(st.floats(-10, 10), st.floats(-10, 10))
def test_rosenbrock_is_scipys(x, y):
    theta = np.array([x, y])
    for ours, theirs in [
        (rosenbrock.loss, optimize.rosen),
        (rosenbrock.grad, optimize.rosen_der),
        (rosenbrock.hessian, optimize.rosen_hess),
    ]:
        np.testing.assert_allclose(ours(theta), theirs(theta), rtol=1e-10, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "minimum"), [("bowl", (0, 0)), ("ravine", (0, 0)), ("rosenbrock", (1, 1)), ("beale", (3, 0.5))]
)
def test_the_minimum_is_the_lowest_point(name, minimum):
    surface = SURFACES[name]
    assert surface.minimum.tolist() == list(minimum)
    assert surface.loss(surface.minimum) == 0
    assert surface.grad(surface.minimum).tolist() == [0, 0]
    assert (np.linalg.eigvalsh(surface.hessian(surface.minimum)) > 0).all()
    assert (surface.loss(POINTS) > 0).all()
    with pytest.raises(ValueError, match="read-only"):
        surface.minimum[0] = 9


def test_the_saddle_has_no_minimum():
    assert saddle.minimum is None
    assert saddle.grad([0, 0]).tolist() == [0, 0]
    assert saddle.loss([0, 100]) == -5000


@pytest.mark.parametrize(("name", "curvatures"), [("bowl", [1, 1]), ("ravine", [1, 25]), ("saddle", [1, -1])])
def test_the_quadratics_have_one_curvature_everywhere(name, curvatures):
    np.testing.assert_array_equal(
        SURFACES[name].hessian(POINTS), np.broadcast_to(np.diag(curvatures), (40, 2, 2))
    )


@every_surface
def test_a_grid_is_its_points_and_stays_untouched(name):
    surface, grid = SURFACES[name], POINTS.reshape(4, 10, 2)
    grid.flags.writeable = False
    assert surface.loss(grid).shape == (4, 10)
    assert surface.grad(grid).shape == (4, 10, 2)
    assert surface.hessian(grid).shape == (4, 10, 2, 2)
    assert surface.hessian(grid[0, 0]).shape == (2, 2)
    np.testing.assert_array_equal(surface.loss(grid)[2, 3], surface.loss(grid[2, 3]))
    np.testing.assert_array_equal(surface.grad(grid)[2, 3], surface.grad(grid[2, 3].tolist()))
    np.testing.assert_array_equal(surface.hessian(grid)[2, 3], surface.hessian(grid[2, 3]))
    assert surface.loss(np.empty((0, 2))).shape == (0,)


@every_surface
def test_float32_stays_float32_and_integers_do_not_overflow(name):
    surface = SURFACES[name]
    for f in (surface.loss, surface.grad, surface.hessian):
        assert f(POINTS.astype(np.float32)).dtype == np.float32
        np.testing.assert_array_equal(f(np.array([30, 20], np.int8)), f([30.0, 20.0]))


@every_surface
@pytest.mark.parametrize(
    ("theta", "error"),
    [
        (1.0, ValueError),
        ([1.0], ValueError),
        ([1.0, 2.0, 3.0], ValueError),
        (np.ones((2, 3)), ValueError),
        ([], ValueError),
        ("here", TypeError),
        (None, TypeError),
        ([1j, 0], TypeError),
    ],
)
def test_points_elsewhere_are_refused(name, theta, error):
    for f in SURFACES[name][:3]:
        with pytest.raises(error, match=r"^theta: "):
            f(theta)
