"""Tests of the ray caster's camera: by hand where things are seen, how far, and cut by the near and far plane."""

import numpy as np
import pytest
from ray_caster import Hits, cast
from records_by_hand import SHAPES, block, camera, record, scene, thing


def test_a_cube_that_faces_the_camera_covers_the_pixels_derived_by_hand():
    """Its front is 1.25 m away; half a side is 0.5 / 1.25 * 10 px = 4 px. The image has 12 rows and 16 columns."""
    hits = cast(record(camera(16, 12, 10), thing(7, "cube", (0, 1.75, 0), class_id=3)))
    front = block(12, 16, slice(2, 10), slice(4, 12))
    np.testing.assert_array_equal(hits.class_id, np.where(front, 3, 0))
    np.testing.assert_array_equal(hits.instance_id, np.where(front, 7, 0))
    np.testing.assert_allclose(hits.depth, np.where(front, 1.25, np.inf), rtol=1e-12)
    assert (hits.class_id.dtype, hits.instance_id.dtype, hits.depth.dtype) == (np.uint8, np.uint16, np.float64)


def test_an_object_up_and_to_the_left_is_in_the_upper_left():
    """u = 20 * -1.125 / 5 + 8 = 3.5 and v = 20 * -0.875 / 5 + 6 = 2.5: column 3, row 2. The ball is 0.4 px wide."""
    hits = cast(record(camera(16, 12, 20, eye=(0, -4, 0)), thing(1, "sphere", (-1.125, 1, 0.875), 0.1)))
    np.testing.assert_array_equal(np.argwhere(hits.instance_id), [[2, 3]])


def test_a_camera_may_have_any_pose_focal_lengths_and_centre():
    """Straight down from z = 10 with the top of the image towards +x: world -y is to the right."""
    down = [[0.0, -1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, -1.0]]  # columns: right, down, forward
    view = camera(40, 20, 0, eye=(0, 0, 10), rotation=down, fx=30.0, fy=15.0, cx=12.0, cy=9.0)
    hits = cast(record(view, thing(1, "sphere", (3, -5.5, 0), 0.2)))  # u = 30 * 5.5 / 10 + 12, v = 15 * -3 / 10 + 9
    np.testing.assert_array_equal(np.argwhere(hits.instance_id), [[4, 28]])
    assert hits.depth[4, 28] == pytest.approx(10 - 10 * 0.1 / np.sqrt(5.5**2 + 3**2 + 10**2))


@pytest.mark.parametrize("size", [(61, 45), (64, 80)])
def test_a_ball_on_the_axis_shows_the_circle_of_the_formula(size):
    """Radius f r / sqrt(D**2 - r**2) px; the sum of pixels is its area but for the rim; depth D - r in its middle."""
    width, height = size
    f, distance, r = 90.0, 3.0, 0.6
    hits = cast(record(camera(width, height, f), thing(1, "sphere", (0, distance, 0), 2 * r)))
    radius = f * r / np.sqrt(distance**2 - r**2)
    u, v = np.arange(width) + 0.5 - width / 2, np.arange(height) + 0.5 - height / 2
    np.testing.assert_array_equal(hits.instance_id, u**2 + v[:, None] ** 2 < radius**2)
    assert hits.instance_id.sum() == pytest.approx(np.pi * radius**2, rel=0.02)
    if width % 2 and height % 2:
        assert hits.depth[height // 2, width // 2] == pytest.approx(distance - r)


def test_depth_is_planar_z_and_not_the_length_of_the_ray():
    hits = cast(record(camera(16, 16, 4), thing(1, "cube", (0, 3, 0), (100, 1, 100))))
    np.testing.assert_allclose(hits.depth, 2.5, rtol=1e-12)


def test_an_offset_moves_the_sample_to_the_right_and_down():
    view = record(camera(16, 12, 10), thing(1, "cube", (0, 1.75, 0)))  # columns 4..11, rows 2..9
    moved = cast(view, offset=(1, 2)).instance_id
    np.testing.assert_array_equal(moved, block(12, 16, slice(0, 8), slice(3, 11)))
    np.testing.assert_array_equal(cast(view, offset=(-0.49, 0.49)).instance_id, cast(view).instance_id)
    np.testing.assert_array_equal(cast(view, offset=(0.51, 0)).instance_id, block(12, 16, slice(2, 10), slice(3, 11)))


def test_more_pixels_show_the_same_view_finer():
    """Of 2 x 3 pixels in one, the one in column i and row j has its centre at ((i + 0.5) / 2, (j + 0.5) / 3)."""
    view = scene(5, 40, 30)
    fine = cast(view, width=80, height=90).depth
    for i in range(2):
        for j in range(3):
            coarse = cast(view, offset=((i + 0.5) / 2 - 0.5, (j + 0.5) / 3 - 0.5)).depth
            np.testing.assert_allclose(fine[j::3, i::2], coarse, rtol=1e-9)


# --- The near and the far plane


def plates(near: float, far: float) -> Hits:
    """Plates that fill the image, their fronts 1, 2, 3 m away."""
    things = [thing(y, "cube", (0, y + 0.05, 0), (99, 0.1, 99)) for y in (1, 2, 3)]
    return cast(record(camera(5, 4, 4, near=near, far=far), *things))


@pytest.mark.parametrize(
    ("near", "far", "seen"),
    [(0.1, 10, 1), (0.99, 10, 1), (1.01, 10, 2), (2.01, 10, 3), (3.01, 10, 0), (1.01, 1.99, 0), (0.1, 0.99, 0)],
)
def test_surfaces_before_the_near_or_beyond_the_far_plane_are_not_seen(near, far, seen):
    assert (plates(near, far).instance_id == seen).all()


def test_the_planes_are_planes_and_not_spheres():
    """A plate 2 m away is seen out to the corners, although the way there is longer than far: 2.56 m."""
    assert (plates(1.99, 2.01).instance_id == 2).all()


def test_the_far_plane_cuts_a_ball_in_a_circle():
    """A ball of radius 1 at 3 m cut at z = 2.5: seen is a circle of radius sqrt(1 - 0.25) m, 2.5 m away."""
    view = camera(60, 60, 60, far=2.5)
    hits = cast(record(view, thing(1, "sphere", (0, 3, 0), 2)))
    u = np.arange(60) + 0.5 - 30
    np.testing.assert_array_equal(hits.instance_id, u**2 + u[:, None] ** 2 < 0.75 * (60 / 2.5) ** 2)


def test_a_solid_cut_open_by_the_near_plane_is_looked_through():
    """As with back-face culling: where the near plane took the ball's front, what is behind it shows."""
    ball, wall = thing(1, "sphere", (0, 3, 0), 2), thing(2, "cube", (0, 9, 0), (99, 1, 99))
    hits = cast(record(camera(61, 61, 60, near=2.5), ball, wall))
    assert hits.instance_id[30, 30] == 2
    assert (hits.instance_id == 1).any()
    assert hits.depth[hits.instance_id == 1].min() >= 2.5


@pytest.mark.parametrize("name", SHAPES)
def test_a_camera_in_a_solid_does_not_see_it(name):
    """It stands in the middle, or, for the torus, in its tube, and looks along it: left is the ring again."""
    behind = thing(2, "cube", (0, 5, 0), (99, 1, 99))
    place = (-0.35, 0, 0) if name == "torus" else (0, 0, 0)
    hits = cast(record(camera(9, 9, 9, near=1e-6), thing(1, name, place), behind), solids=SHAPES)
    ahead = hits.instance_id[:, 4:] if name == "torus" else hits.instance_id
    assert (ahead == 2).all()
