"""Tests of planes in a camera's frame: the world on them, from a point and a normal or a matrix; what is refused."""

import json

import numpy as np
import pytest

from raster.assets.cameras.planes import read_plane
from raster.errors import InputError

NORMAL = np.array([0.1, -0.8, -0.5])
POINT = np.array([0.2, 0.1, 1.5])
OPENCV = np.diag([1.0, -1, -1, 1])


def camera_from_world(value) -> np.ndarray:
    """Of OpenCV's camera."""
    found = read_plane("plane", value).world_from_camera
    assert found.shape == (1, 4, 4)
    return np.linalg.inv(found[0].astype(float) @ OPENCV)


@pytest.mark.parametrize("side", [1, -3])
def test_the_world_lies_on_the_plane_and_the_camera_is_above(side):
    """Whichever side the normal points to, and however long it is."""
    m = camera_from_world({"point": POINT.tolist(), "normal": (side * NORMAL).tolist()})
    np.testing.assert_allclose(m[:3, 3], POINT, atol=1e-6)
    np.testing.assert_allclose(m[:3, 2], NORMAL / np.linalg.norm(NORMAL), atol=1e-6)
    assert m[0, 0] > 0.9  # x to the right
    assert np.linalg.inv(m)[2, 3] > 0
    for x, y in ((1.0, 2.0), (-0.3, 0.4)):
        assert abs((m[:3, :3] @ [x, y, 0] + m[:3, 3] - POINT) @ NORMAL) < 1e-6


def test_a_matrix_keeps_its_axes_unless_z_points_away(tmp_path):
    straight = camera_from_world({"point": POINT.tolist(), "normal": NORMAL.tolist()})
    turned = straight @ np.array([[0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    np.testing.assert_allclose(camera_from_world(turned.tolist()), turned, atol=1e-6)
    below = turned @ OPENCV  # a chessboard's z goes into the table
    np.testing.assert_allclose(camera_from_world(below.tolist()), turned, atol=1e-6)
    (tmp_path / "table.json").write_text(json.dumps(below.tolist()))
    read = read_plane("plane", str(tmp_path / "table.json"))
    assert len(read.digest) == 64
    np.testing.assert_allclose(np.linalg.inv(read.world_from_camera[0].astype(float) @ OPENCV), turned, atol=1e-6)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"point": [0, 0, 1]}, "it has the keys point; expected {point"),
        ({"point": [0, 0, 1], "normal": [0, 0, 0]}, "the normal of any length but 0"),
        ({"point": [0, 1], "normal": [0, 0, 1]}, "expected {point"),
        ({"point": [0, 0, 1], "normal": [1, 0, 0]}, "goes through the camera"),
        ({"point": [0, 0, -1], "normal": [0, 0, 1]}, "is at z = -1 m, behind the camera"),
        ([[1, 0], [0, 1]], "it has the shape [2, 2]; expected"),
        ([[2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 3], [0, 0, 0, 1]], "the matrix is not rigid: its 3 x 3 part is no rotation"),
        ("table.txt", "expected a file that ends in .json .yaml .yml"),
        ("none.yaml", "cannot be read: No such file"),
        (7, "it has the shape []"),
    ],
)
def test_what_is_refused(value, message):
    with pytest.raises(InputError) as refused:
        read_plane("plane", value)
    assert str(refused.value).startswith("plane")
    assert message in str(refused.value)
