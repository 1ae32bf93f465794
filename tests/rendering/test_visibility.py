"""Tests of where objects are drawn and what covers what, and of the record that says so."""

import numpy as np
import pytest
from scenes_by_hand import scene_with, white

from raster.transforms import compose, look_at


@pytest.mark.parametrize("size", [(96, 96), (60, 100), (100, 60), (33, 17)])
def test_a_small_object_is_in_the_pixel_derived_by_hand(size, catalog, made):
    """Row 0 is the top row: what is up (z > 0) and left (x < 0) of the camera's axis is in the upper left."""
    height, width = size
    focal = height / 2 / np.tan(np.radians(25))
    row, column = height // 4, width // 5
    x, z = (column + 0.5 - width / 2) / focal * 4, -(row + 0.5 - height / 2) / focal * 4
    ball = ("sphere", (x, 0, z), 4 / focal)  # one pixel wide
    frames = made(catalog, size, 1, layers=("instance_id",)).render(white(scene_with(catalog, ball, aspect=width / height)))
    assert frames.layers["class_id"].shape == (1, height, width)
    assert frames.layers["color"].shape == (1, height, width, 3)
    np.testing.assert_array_equal(np.argwhere(frames.layers["class_id"]), [[0, row, column]])
    assert frames.layers["class_id"][0, row, column] == catalog.assets.index("sphere") + 1
    assert frames.layers["color"][0, row, column, 1] != frames.layers["color"][0, 0, 0, 1]
    assert frames.layers["instance_id"].dtype == np.uint16
    assert frames.layers["class_id"].dtype == frames.layers["color"].dtype == np.uint8


def test_the_nearer_one_is_seen_whatever_the_order(catalog, renderer):
    near, far = ("cube", (0.2, -1, 0), 0.5), ("sphere", (0, 1, 0), 1.5)
    seen = {}
    for order in ((near, far), (far, near)):
        frames = renderer.render(scene_with(catalog, *order))
        seen[order[0][0]] = frames.layers["class_id"]
        assert frames.layers["class_id"][0, 48, 52] == 1  # the cube is class 1
        assert frames.layers["instance_id"][0, 48, 52] == 1 + order.index(near)
        assert (frames.layers["class_id"] == 2).any()
    np.testing.assert_array_equal(seen["cube"], seen["sphere"])


@pytest.mark.parametrize("name", ["cross", "floor"])
def test_what_has_no_class_hides_what_is_behind_it(name, catalog, renderer):
    """Class 0 with an instance of its own: an occluder, not the background."""
    alone = renderer.render(scene_with(catalog, ("cube", (0, 0, 0), 1)))
    hidden = renderer.render(scene_with(catalog, ("cube", (0, 0, 0), 1), (name, (0, -1.5, 0), 0.9)))
    before = (alone.layers["class_id"] == 1)[0]
    occluder = (hidden.layers["instance_id"] == 2)[0]
    assert (occluder & before).sum() > 200
    assert not hidden.layers["class_id"][0][occluder].any()
    np.testing.assert_array_equal(hidden.layers["class_id"][0] == 1, before & ~occluder)
    np.testing.assert_array_equal(hidden.layers["instance_id"][0] == 1, before & ~occluder)


def test_surfaces_are_seen_from_outside_only(catalog, renderer):
    around = scene_with(catalog, ("cube", (0, -4, 0), 3), ("sphere", (0, 1, 0), 1))
    seen = renderer.render(around).layers["instance_id"]
    assert set(np.unique(seen)) == {0, 2}


def test_colour_covers_exactly_what_the_ids_cover(sampler, renderer):
    """What changes with the background's colour is the background; all else is an instance."""
    scenes = sampler(40, 16)
    colors = []
    for background in ([1, 0, 1], [0, 1, 0], [0, 0, 0]):
        scenes.background.texture[:] = 0
        scenes.background.color[:] = background
        frames = renderer.render(scenes)
        colors.append(frames.layers["color"].astype(int))
    changed = (colors[0] != colors[1]).any(axis=-1) | (colors[0] != colors[2]).any(axis=-1)
    np.testing.assert_array_equal(changed, frames.layers["instance_id"] == 0)
    assert 0.1 < changed.mean() < 0.9
    assert (frames.layers["class_id"][changed] == 0).all()


def test_a_camera_that_looks_elsewhere_sees_only_background(catalog, renderer):
    scenes = scene_with(catalog, ("cube", (0, 0, 0), 1))
    scenes.cameras.world_from_camera[:] = look_at([0, -4, 0], [0, -8, 0])
    found = renderer.render(scenes)
    assert not found.layers["instance_id"].any()
    assert len(found.records[0]["objects"]) == 1


def test_a_record_says_what_was_drawn(catalog, renderer):
    scenes = scene_with(catalog, ("dumbbell", (0, 0, 0), 1), ("ring", (1, 0, 0), 0.5), ("cube", (0, 0, 1), 0.3), lights=3)
    scenes.lights.color[:] = [[[1, 1, 1], [0, 0.5, 0], [0, 0, 0]]]
    scenes.lights.position[0, 1] = [1, 2, 3, 1]
    record = renderer.render(scenes).records[0]
    camera = record["camera"]
    assert (camera["width"], camera["height"], camera["cx"], camera["cy"]) == (96, 96, 48, 48)
    assert camera["fx"] == camera["fy"] == pytest.approx(48 / np.tan(np.radians(25)), rel=1e-6)
    forward = camera["world_from_camera"] @ [0, 0, 4, 1]
    np.testing.assert_allclose(forward, [0, 0, 0, 1], atol=1e-5)
    solids = [(o["instance"], o["class"], o["class_id"], o["solid"]) for o in record["objects"]]
    assert solids == [(1, "dumbbell", 11, "dumbbell"), (2, "background", 0, "ring"), (3, "cube", 1, "cube")]
    assert [p["solid"] for p in record["objects"][0]["parts"]] == ["sphere", "sphere", "cylinder"]
    np.testing.assert_allclose(record["objects"][0]["parts"][0]["world_from_object"], compose((0, 0, -0.3), scale=0.4))
    np.testing.assert_allclose(record["objects"][1]["world_from_object"], compose((1, 0, 0), scale=0.5))
    assert [light["type"] for light in record["lights"]] == ["ambient", "directional", "point"]
    np.testing.assert_allclose(record["lights"][2]["position"], [1, 2, 3])
    np.testing.assert_allclose(record["lights"][1]["direction"], [-0.4, -0.6, 0.7])
