"""Cameras: focal lengths and principal points in px agree with the projection that draws the picture."""

import numpy as np

from raster.scene.cameras import Cameras
from raster.transforms import perspective

HEIGHT, WIDTH = 240, 320


def _cameras(batch: int) -> Cameras:
    """Cameras of different angles, pixel shapes and principal points, for pictures of 240 x 320 px."""
    cameras = Cameras.default(batch, WIDTH / HEIGHT, HEIGHT)
    random = np.random.default_rng(0)
    cameras.fov_y[:] = random.uniform(0.3, 2.0, batch)
    cameras.pixel_aspect[:] = random.uniform(0.7, 1.4, batch)
    cameras.principal_point_ndc[:] = random.uniform(-0.4, 0.4, (batch, 2))
    return cameras


def test_pixels_of_points_agree_with_the_projection_matrix() -> None:
    cameras = _cameras(16)
    x, y, z = 0.3, -0.2, 2.5  # x right, y down, z forward
    shape = cameras.aspect / cameras.pixel_aspect
    clip = perspective(cameras.fov_y, shape, cameras.near, cameras.far, cameras.principal_point_ndc) @ np.array([x, -y, -z, 1])
    ndc = clip[:, :2] / clip[:, 3:]
    expected = np.stack([(1 + ndc[:, 0]) * WIDTH / 2, (1 - ndc[:, 1]) * HEIGHT / 2], axis=1)
    found = cameras.focal_px() * np.array([x / z, y / z]) + cameras.principal_px()
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_a_principal_point_in_the_middle_is_half_the_size() -> None:
    cameras = Cameras.default(2, WIDTH / HEIGHT, HEIGHT)
    assert cameras.principal_px().tolist() == [[WIDTH / 2, HEIGHT / 2]] * 2
    assert cameras.principal_px((48, 64)).tolist() == [[32.0, 24.0]] * 2


def test_focal_length_of_90_degrees_is_half_the_height_and_grows_with_the_picture() -> None:
    cameras = Cameras.default(1, WIDTH / HEIGHT, HEIGHT)
    cameras.fov_y[:] = np.pi / 2
    np.testing.assert_allclose(cameras.focal_px(), [[HEIGHT / 2, HEIGHT / 2]], rtol=1e-6)
    np.testing.assert_allclose(cameras.focal_px((2 * HEIGHT, 2 * WIDTH)), [[HEIGHT, HEIGHT]], rtol=1e-6)


def test_values_without_a_size_are_those_of_the_pictures_of_the_cameras() -> None:
    cameras = _cameras(4)
    np.testing.assert_array_equal(cameras.focal_px(), cameras.focal_px((HEIGHT, WIDTH)))
    np.testing.assert_array_equal(cameras.principal_px(), cameras.principal_px((HEIGHT, WIDTH)))
