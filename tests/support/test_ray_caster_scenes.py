"""Tests of the ray caster on whole scenes: what hides what, outlines, which pixels are skipped, which shape a solid has."""

from dataclasses import replace

import numpy as np
import pytest
from ray_caster import cast, near_silhouette
from ray_solids import SOLIDS, convex
from records_by_hand import SHAPES, block, camera, record, scene, thing

# --- What hides what


def test_the_nearer_object_wins_in_either_order():
    near, far = thing(1, "cube", (0, 2, 0), 0.5), thing(2, "cube", (0, 5, 0), 4, class_id=2)
    for order in ((near, far), (far, near)):
        hits = cast(record(camera(32, 32, 32), *order))
        assert (hits.instance_id[16, 16], hits.class_id[16, 16], hits.depth[16, 16]) == (1, 1, pytest.approx(1.75))
        assert (hits.instance_id[16, 6], hits.class_id[16, 6], hits.depth[16, 6]) == (2, 2, pytest.approx(3))


def test_an_object_without_a_class_hides_what_is_behind_it():
    view = record(camera(8, 8, 8), thing(1, "cube", (0, 2, 0), class_id=0), thing(2, "cube", (0, 5, 0), class_id=4))
    hits = cast(view)
    assert not hits.class_id.any()
    assert set(np.unique(hits.instance_id)) == {0, 1}


def test_parts_of_a_composite_carry_its_ids_and_their_own_places():
    parts = [thing(0, "cube", (x, 4, 0), 0.5) for x in (-1, 1)]
    both = {**thing(300, "nothing that has a shape", (9, 9, 9), class_id=255), "parts": parts}
    hits = cast(record(camera(40, 20, 30), both))
    apart = [cast(record(camera(40, 20, 30), part)) for part in parts]
    either = np.isfinite(apart[0].depth) | np.isfinite(apart[1].depth)
    assert np.isfinite(apart[0].depth[:, :20]).any()
    assert np.isfinite(apart[1].depth[:, 20:]).any()
    np.testing.assert_array_equal(hits.class_id, np.where(either, 255, 0))
    np.testing.assert_array_equal(hits.instance_id, np.where(either, 300, 0))
    np.testing.assert_array_equal(hits.depth, np.minimum(apart[0].depth, apart[1].depth))


# --- Outlines


def test_both_sides_of_an_outline_are_marked_one_pixel_deep():
    """The cube covers columns 4..11 and rows 2..9 to their edges: marked is the ring of width 2 on its outline."""
    view = record(camera(16, 12, 10), thing(1, "cube", (0, 1.75, 0)))
    ring = block(12, 16, slice(1, 11), slice(3, 13)) & ~block(12, 16, slice(3, 9), slice(5, 11))
    for steps in (1, 2, 3, 5):
        np.testing.assert_array_equal(near_silhouette(view, steps=steps), ring)


def test_a_sliver_that_no_centre_sees_is_marked():
    """It is 0.4 px wide about u = 8 px, between the centres of columns 7 and 8."""
    plate = thing(1, "cube", (0, 1, 0), (0.04, 1e-9, 100))
    view = record(camera(16, 12, 10), plate)
    assert not cast(view).instance_id.any()
    np.testing.assert_array_equal(near_silhouette(view), block(12, 16, slice(None), slice(7, 9)))


def test_no_mark_where_one_instance_fills_the_image_or_its_parts_meet():
    wall = thing(5, "cube", (0, 2, 0), (99, 1, 99))
    assert not near_silhouette(record(camera(7, 9, 10), wall)).any()
    split = {**wall, "parts": [thing(0, "cube", (x, 2, 0), (50, 1, 99)) for x in (-25, 25)]}
    assert not near_silhouette(record(camera(7, 9, 10), split)).any()
    two = [thing(i, "cube", (x, 2, 0), (50, 1, 99)) for i, x in ((1, -25), (2, 25))]
    marked = near_silhouette(record(camera(8, 9, 10), *two))
    np.testing.assert_array_equal(marked, block(9, 8, slice(None), slice(3, 5)))


@pytest.mark.parametrize("lens", [{}, {"distortion": [-0.2, 0.05, 0.004, -0.006, -0.01]}], ids=["pinhole", "distorted"])
def test_unmarked_pixels_keep_their_instance_under_any_shift_of_less_than_a_pixel(lens):
    view = scene(3, 60, 40)
    view["camera"] |= lens
    still, unmarked = cast(view).instance_id, ~near_silhouette(view, steps=4)
    assert 0.3 < unmarked.mean() < 0.95
    for offset in np.random.default_rng(0).uniform(-1, 1, (12, 2)):
        assert ((cast(view, offset=tuple(offset)).instance_id != still) & unmarked).sum() <= 1


# --- Whole scenes


@pytest.mark.parametrize("seed", range(4))
def test_pixels_skipped_for_a_bounding_sphere_show_nothing(seed):
    view = scene(seed, 60, 40, names=tuple(SHAPES))
    view["camera"] |= {"distortion": [-0.1, 0.02, 0.002, -0.003, 0.0]} if seed % 2 else {}
    unbounded = {name: replace(solid, radius=1e9) for name, solid in SHAPES.items()}
    some, every = cast(view, solids=SHAPES), cast(view, solids=unbounded)
    assert len(np.unique(every.instance_id)) > 8
    np.testing.assert_array_equal(some.instance_id, every.instance_id)
    np.testing.assert_array_equal(some.depth, every.depth)


def test_a_camera_close_to_a_solid_skips_no_pixel():
    """The bounding sphere reaches behind the camera; the cube's side, 0.1 m to the right, does not."""
    view = record(camera(40, 40, 10, near=0.001), thing(1, "cube", (0.6, 0.3, 0)))
    unbounded = {"cube": replace(SOLIDS["cube"], radius=1e9)}
    hits = cast(view)
    assert hits.instance_id[20, 39] == 1
    np.testing.assert_array_equal(hits.depth, cast(view, solids=unbounded).depth)


def test_each_class_belongs_to_its_instance_and_nothing_is_infinitely_far():
    view = scene(1, 96, 96)
    hits = cast(view)
    table = {0: 0, **{entry["instance"]: entry["class_id"] for entry in view["objects"]}}
    np.testing.assert_array_equal(hits.class_id, [[table[i] for i in row] for row in hits.instance_id])
    np.testing.assert_array_equal(hits.instance_id == 0, np.isinf(hits.depth))


def test_a_solid_without_a_shape_is_named_and_can_be_given_one():
    view = record(camera(16, 12, 10), thing(1, "wedge", (0, 1.75, 0)))
    with pytest.raises(ValueError, match="no shape for solid 'wedge'"):
        cast(view)
    halves = [(x, y, z) for x, z in ((-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5)) for y in (-0.5, 0.5)]
    seen = cast(view, solids={"wedge": convex(halves)}).instance_id.astype(bool)
    v, u = np.mgrid[:12, :16]
    below = block(12, 16, slice(2, 10), slice(4, 12)) & (u - v < 2)  # its corners: (4, 2), (4, 10), (12, 10) px
    np.testing.assert_array_equal(seen & (u - v != 2), below)  # the slanted edge passes through centres


def test_a_shape_may_be_of_one_class_only():
    """As that of the cube with a class and of the floor, a cube without one; here the class's is a wedge."""
    cubes = [thing(i, "cube", (x, 1.75, 0), 0.4) | {"class": c} for i, c, x in ((1, "cube", 0.5), (2, "background", -0.5))]
    bars = {**thing(3, "cross", (0, 0, 0)), "class": "cross", "parts": [thing(0, "cube", (0, 1.75, 0.5), 0.4)]}
    view = record(camera(32, 24, 20), *cubes, bars)
    wedge = convex([(x, y, z) for x, z in ((-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5)) for y in (-0.5, 0.5)])
    sharp = np.bincount(cast(view).instance_id.ravel())
    assert sharp.min() > 20
    for name, changed in (("cube", 1), ("background", 2), ("cross", 3), ("sphere", 0)):
        found = np.bincount(cast(view, solids={(name, "cube"): wedge}).instance_id.ravel())
        np.testing.assert_array_equal(found[1:] < sharp[1:], np.arange(1, 4) == changed)


def test_a_label_that_does_not_fit_is_an_error():
    with pytest.raises(OverflowError):
        cast(record(camera(4, 4, 4), thing(1, "cube", (0, 2, 0), class_id=256)))
