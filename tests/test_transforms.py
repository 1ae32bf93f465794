"""Tests of the transforms: against pyrr (which multiplies row vectors: hence .T), by formula, and by statistics."""

import numpy as np
import pyrr
import pytest

from raster import transforms as t

SHAPES = [(), (3,), (2, 3)]


def unit(shape: tuple, seed: int = 0, size: int = 3) -> np.ndarray:
    v = np.random.default_rng(seed).normal(size=(*shape, size))
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def spread(low: float, high: float, shape: tuple, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(low, high, shape)


def each(*batched: np.ndarray, shape: tuple):
    """The arguments at every place of the leading axes."""
    return [(place, *(a[place] for a in batched)) for place in np.ndindex(shape)]


def largest_gap(sample: np.ndarray, cdf) -> float:
    """Kolmogorov and Smirnov's D of a sample."""
    expected, n = cdf(np.sort(sample)), len(sample)
    return max((np.arange(1, n + 1) / n - expected).max(), (expected - np.arange(n) / n).max())


# --- Cameras


@pytest.mark.parametrize("shape", SHAPES)
def test_perspective_is_pyrrs(shape):
    fov, near, far = spread(0.3, 2.5, shape), spread(0.01, 1, shape, 1), spread(5, 500, shape, 2)
    aspect = spread(0.3, 3, shape, 3)
    found = t.perspective(fov, aspect, near, far)
    assert (found.shape, found.dtype) == ((*shape, 4, 4), np.float32)
    for place, f, a, n, z in each(fov, aspect, near, far, shape=shape):
        expected = pyrr.matrix44.create_perspective_projection(np.degrees(f), a, n, z).T
        np.testing.assert_allclose(found[place], expected, rtol=1e-5, atol=1e-6)


def test_perspective_takes_one_number_for_all():
    found = t.perspective(np.array([0.5, 1.0]), 2.0, 0.1, 50.0)
    np.testing.assert_array_equal(found[1], t.perspective(np.float64(1.0), 2.0, 0.1, 50.0))
    assert found[0, 0, 0] == pytest.approx(found[0, 1, 1] / 2)  # twice as wide as high


@pytest.mark.parametrize("shape", SHAPES)
def test_look_at_is_the_inverse_of_pyrrs_view(shape):
    eye, target = 3 * unit(shape, 1), 0.5 * unit(shape, 2)
    found = t.look_at(eye, target)
    assert (found.shape, found.dtype) == ((*shape, 4, 4), np.float32)
    for place, e, a in each(eye, target, shape=shape):
        view = pyrr.matrix44.create_look_at(e, a, [0.0, 0.0, 1.0]).T
        np.testing.assert_allclose(found[place], np.linalg.inv(view), atol=2e-6)


def test_roll_turns_the_cameras_right_towards_its_up():
    """From (0, -4, 0) along +y: right is +x, up is +z. A quarter turn counter-clockwise: right is +z, up is -x."""
    found = t.look_at([0, -4, 0], [0, 0, 0], np.pi / 2)
    expected = [[0, -1, 0, 0], [0, 0, -1, -4], [1, 0, 0, 0], [0, 0, 0, 1]]
    np.testing.assert_allclose(found, expected, atol=1e-7)
    many = t.look_at(np.array([0, -4, 0]), np.zeros((5, 3)), np.linspace(-1, 1, 5))
    np.testing.assert_allclose(many[:, :3, 0], [[np.cos(r), 0, np.sin(r)] for r in np.linspace(-1, 1, 5)], atol=1e-7)


@pytest.mark.parametrize("height", [5.0, -5.0])
def test_looking_straight_down_or_up_has_world_y_at_the_top(height):
    found = t.look_at([1, 2, height], [1, 2, 0])
    np.testing.assert_allclose(found[:3, 1], [0, 1, 0], atol=1e-7)
    np.testing.assert_allclose(found[:3, 2], [0, 0, np.sign(height)], atol=1e-7)
    assert np.linalg.det(found[:3, :3]) == pytest.approx(1)


def test_opencvs_camera_looks_along_its_own_z():
    pose = t.look_at([0, -4, 1], [0, 0, 1]) @ t.OPENGL_FROM_OPENCV
    np.testing.assert_allclose(pose @ [0, 0, 4, 1], [0, 0, 1, 1], atol=1e-6)  # 4 m ahead
    np.testing.assert_allclose(pose @ [1, 1, 0, 1], [1, -4, 0, 1], atol=1e-6)  # right, and down


# --- Matrices


@pytest.mark.parametrize("shape", SHAPES)
def test_inverse_of_a_rigid_transform(shape):
    m = t.compose(spread(-5, 5, (*shape, 3)), t.random_rotation(spread(0, 1, (*shape, 3), 1)))
    found = t.invert_rigid(m)
    assert found.shape == m.shape
    np.testing.assert_allclose(found, np.linalg.inv(m.astype(np.float64)), atol=2e-6)


@pytest.mark.parametrize("shape", SHAPES)
def test_compose_scales_then_turns_then_moves(shape):
    position, q, scale = spread(-5, 5, (*shape, 3)), unit(shape, 3, 4), spread(0.2, 3, (*shape, 3), 1)
    found = t.compose(position, t.rotation_from_quaternion(q), scale)
    assert (found.shape, found.dtype) == ((*shape, 4, 4), np.float32)
    for place, p, turn, s in each(position, q, scale, shape=shape):
        point = np.array([0.3, -0.7, 1.1])
        expected = pyrr.quaternion.apply_to_vector(turn, s * point) + p
        np.testing.assert_allclose(found[place] @ [*point, 1], [*expected, 1], atol=1e-5)


def test_compose_broadcasts_what_is_alike():
    found = t.compose(np.zeros((4, 1, 3)), t.rotation_about_z(np.zeros(5)), 2.0)
    np.testing.assert_array_equal(found, np.tile(np.diag([2, 2, 2, 1]), (4, 5, 1, 1)))
    np.testing.assert_array_equal(t.compose(), np.eye(4))


def test_aim_at_shows_the_target_along_the_ray_with_the_roll_of_look_at():
    """Unless no tilt can: then the target is there all the same."""
    eye, target, roll = spread(-5, 5, (500, 3)), spread(-5, 5, (500, 3), 1), spread(-0.3, 0.3, (500,), 2)
    ray = t.normalize(np.concatenate([spread(-0.6, 0.6, (500, 2), 3), -np.ones((500, 1))], axis=1))
    m = t.aim_at(eye, target, ray, roll).astype(np.float64)
    seen = np.einsum("bij,bi->bj", m[:, :3, :3], target - eye)
    np.testing.assert_allclose(t.normalize(seen), ray, atol=1e-5)
    np.testing.assert_allclose(m[:, :3, 3], eye, atol=1e-5)
    np.testing.assert_allclose(m[:, :3, :3] @ np.swapaxes(m[:, :3, :3], 1, 2), np.tile(np.eye(3), (500, 1, 1)), atol=1e-6)
    level = np.abs(t.normalize(target - eye)[:, 2]) < 0.75  # below the cosine of the ray's angle to the axis
    np.testing.assert_allclose(m[level, :3], t.look_at(eye, eye - m[:, :3, 2], roll)[level, :3], atol=2e-5)
    assert level.mean() > 0.5


# --- Rotations


@pytest.mark.parametrize("shape", SHAPES)
def test_quaternions_turn_as_pyrrs(shape):
    q = unit(shape, 4, 4)
    found = t.rotation_from_quaternion(q)
    assert found.shape == (*shape, 3, 3)
    for place, one in each(q, shape=shape):
        expected = [pyrr.quaternion.apply_to_vector(one, axis) for axis in np.eye(3)]
        np.testing.assert_allclose(found[place].T, expected, atol=1e-12)


@pytest.mark.parametrize("angle", [-2.0, 0.0, 0.7, 3.0])
def test_rotation_about_z_is_a_turn_from_x_to_y(angle):
    c, s = np.cos(angle), np.sin(angle)
    np.testing.assert_allclose(t.rotation_about_z(angle), [[c, -s, 0], [s, c, 0], [0, 0, 1]], atol=1e-12)
    assert t.rotation_about_z(np.full((2, 5), angle)).shape == (2, 5, 3, 3)


def test_random_rotations_are_rotations():
    r = t.random_rotation(spread(0, 1, (50, 4, 3)))
    assert r.shape == (50, 4, 3, 3)
    np.testing.assert_allclose(r @ np.swapaxes(r, -1, -2), np.tile(np.eye(3), (50, 4, 1, 1)), atol=1e-12)
    np.testing.assert_allclose(np.linalg.det(r), 1, atol=1e-12)


def test_random_rotations_are_uniform():
    """Haar: entries are uniform, with mean 0, square 1/3, no correlation; the angle's CDF is (a - sin a) / pi."""
    n = 40000
    r = t.random_rotation(spread(0, 1, (n, 3)))
    np.testing.assert_allclose(r.mean(axis=0), 0, atol=4 * np.sqrt(1 / 3 / n))
    second = np.einsum("ni,nj->ij", r.reshape(n, 9), r.reshape(n, 9)) / n
    np.testing.assert_allclose(second, np.eye(9) / 3, atol=5 * np.sqrt(4 / 45 / n))
    angle = np.arccos(np.clip((np.trace(r, axis1=1, axis2=2) - 1) / 2, -1, 1))
    assert largest_gap(angle, lambda a: (a - np.sin(a)) / np.pi) < 1.63 / np.sqrt(n)
    for i in range(3):
        for j in range(3):  # a coordinate of a point on the sphere is uniform (Archimedes)
            assert largest_gap(r[:, i, j], lambda x: (x + 1) / 2) < 1.95 / np.sqrt(n)


@pytest.mark.parametrize("shape", SHAPES)
def test_rotation_between_is_the_smallest(shape):
    a, b = unit(shape, 5), unit(shape, 6)
    r = t.rotation_between(a, b)
    assert r.shape == (*shape, 3, 3)
    np.testing.assert_allclose(np.einsum("...ij,...j->...i", r, a), b, atol=1e-12)
    cosine = (np.trace(r, axis1=-2, axis2=-1) - 1) / 2
    np.testing.assert_allclose(cosine, np.sum(a * b, axis=-1), atol=1e-12)  # the angle is that between a and b
    np.testing.assert_allclose(np.linalg.det(r), 1, atol=1e-12)


@pytest.mark.parametrize("a", [*np.eye(3), *-np.eye(3), *unit((5,), 7)])
@pytest.mark.parametrize("gap", [0.0, 1e-9, 1e-4])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_rotation_between_opposite_or_equal_vectors(a, gap, kind):
    near = a + gap * np.cross(a, [0.3, 0.5, 0.8])
    near /= np.linalg.norm(near)
    for b in (near, -near):
        r = t.rotation_between(a.astype(kind), b.astype(kind))
        np.testing.assert_allclose(r @ r.T, np.eye(3), atol=1e-9)
        assert np.linalg.det(r) == pytest.approx(1)
        np.testing.assert_allclose(r @ a, b, atol=2e-6)


def test_rotation_between_broadcasts():
    r = t.rotation_between(unit((4, 2)), np.array([0.0, 0.0, -1.0]))
    turned = np.einsum("...ij,...j->...i", r, unit((4, 2)))
    np.testing.assert_allclose(turned, np.tile([0, 0, -1], (4, 2, 1)), atol=1e-12)


def test_directions_by_hand():
    azimuth, elevation = np.radians([0, 90, 180, 30, 0]), np.radians([0, 0, 0, 0, 90])
    expected = [[1, 0, 0], [0, 1, 0], [-1, 0, 0], [np.sqrt(3) / 2, 0.5, 0], [0, 0, 1]]
    np.testing.assert_allclose(t.direction(azimuth, elevation), expected, atol=1e-12)
    many = t.direction(spread(-9, 9, (3, 4)), spread(-1.5, 1.5, (3, 4)))
    np.testing.assert_allclose(np.linalg.norm(many, axis=-1), np.ones((3, 4)))
    np.testing.assert_allclose(np.arcsin(many[..., 2]), spread(-1.5, 1.5, (3, 4)))


def test_normalize_keeps_the_direction():
    v = np.array([[3.0, 0, 4.0], [0, -2.0, 0]])
    np.testing.assert_allclose(t.normalize(v), [[0.6, 0, 0.8], [0, -1, 0]])
