"""Tests of layouts that several images show: alike but for cameras, lights and looks; any batches; one split; on record."""

import numpy as np
import pytest
from catalogs import everything, fast
from joined import joined
from placed import Placed

from raster.dataset.statistics import DatasetStatistics
from raster.errors import InputError
from raster.frames import Frames
from raster.randomizers.camera import Camera
from raster.randomizers.distractors import Distractors
from raster.randomizers.objects import Objects
from raster.randomizers.placement import Placement
from raster.rendering.draw_list import draw_list
from raster.rendering.records import records
from raster.run.config import load_config
from raster.run.setup import build_setup
from raster.run.splits import Splits
from raster.run.workers import _name_files
from raster.scene.sampler import Sampler
from raster.scene.scenes import ARRANGEMENTS
from raster.streams import Streams, even_mask

WEIGHTS = {"grid": 1, "poisson": 1, "stacks": 1}
# What a layout is made of; all else is each image's own.
ALIKE = ("asset", "nodes.mesh", "nodes.class_id", "nodes.local", "layout")
ALIKE += ("arrangement.method", "arrangement.redrawn", "arrangement.settled")


def mixed(physics: bool, **fields: object) -> Placement:
    if physics:
        pytest.importorskip("mujoco", reason="the extra physics is not installed")
    return Placement(floor=0.8, arrangements=WEIGHTS | {"physics": int(physics)}, settle_s=1, **fields)


def few_things(**replaced: object) -> dict:
    return everything(objects=Objects(count=(3, 6), empty=0.2), distractors=Distractors(count=(0, 2)), **replaced)


# --- Streams


@pytest.mark.parametrize(("first", "count"), [(0, 12), (1, 1), (5, 7), (11, 1), (8, 0)])
def test_grouped_streams_give_each_view_what_its_layout_gets(first, count):
    layouts = Streams(3, 0, 4).child("a")
    for name, method, arguments in (("u", "uniform", (2, 3)), ("n", "integers", ((0, 9), 5)), ("c", "bernoulli", (0.5,))):
        every_layout = getattr(layouts, method)(name, *arguments)
        found = getattr(Streams(3, first, count).per_layout(3).child("a"), method)(name, *arguments)
        np.testing.assert_array_equal(found, every_layout[np.arange(first, first + count) // 3])


def test_one_view_each_changes_no_bit():
    one, other = Streams(3, 5, 7), Streams(3, 5, 7).per_layout(1)
    assert one.uniform("u", 3).tobytes() == other.uniform("u", 3).tobytes()


# --- Scenes


@pytest.mark.parametrize("physics", [False, True])
@pytest.mark.parametrize("views", [1, 3])
def test_any_batches_give_the_same_scenes_to_the_bit(physics, views, catalog, contents):
    """All arrangements."""
    sampler = Sampler(catalog, few_things(placement=mixed(physics)), seed=2, size=(96, 96), views=views)
    whole, starts = contents(sampler(50, 24)), {(50, 7), (57, 1), (58, 16)}
    assert len(np.unique(whole["arrangement.method"])) == 3 + physics
    found = joined([contents(sampler(first, count)) for first, count in sorted(starts)], whole)
    for key, array in whole.items():
        assert array.tobytes() == found[key].tobytes(), key


@pytest.mark.parametrize("physics", [False, True])
def test_views_share_the_layout_and_nothing_else(physics, catalog, contents):
    sampler = Sampler(catalog, few_things(placement=mixed(physics), walls=None), seed=2, size=(96, 96), views=4)
    found = contents(sampler(0, 64))
    placed = Placed(sampler(0, 64))
    whole = (found["asset"].reshape(16, 4, -1) == found["asset"].reshape(16, 4, -1)[:, :1]).all(axis=(1, 2))
    assert whole.sum() > 10  # the others have a camera in a thing, which is left out
    differ = set()
    for key, array in found.items():
        if key in ("nodes.parent", "nodes.object", "index"):
            continue
        groups = array.reshape(16, 4, *array.shape[1:])[whole]
        if not (groups == groups[:, :1]).all():
            differ.add(key)
    assert not differ & set(ALIKE)
    assert {"cameras.world_from_camera", "cameras.fov_y", "lights.position", "sensor.exposure"} <= differ
    assert {"nodes.material.color", "nodes.material.texture"} <= differ
    # Those with a camera inside a thing keep all others where they are.
    root = placed.root.reshape(16, 4, *placed.root.shape[1:])
    np.testing.assert_array_equal(root, np.repeat(root[:, :1], 4, axis=1))
    np.testing.assert_array_equal(found["layout"], np.arange(64) // 4)


@pytest.mark.parametrize("arrangement", ["grid", "poisson", "stacks"])
def test_a_shared_layout_does_not_depend_on_the_camera(arrangement, catalog, contents):
    placement = Placement(arrangements=[arrangement])
    low, high = (
        contents(Sampler(catalog, fast(placement=placement, camera=Camera(distance=30, elevation_deg=e)), 5, views=2)(0, 40))
        for e in ((-80, -60), (60, 80))
    )
    for key in ALIKE:
        np.testing.assert_array_equal(low[key], high[key], err_msg=key)


def test_a_camera_inside_a_thing_sees_all_but_that(catalog):
    """Cameras near the middle, where the first thing is: some pictures lack things, and no camera is in what is left."""
    setting = {"placement": Placement(arrangements=["poisson"]), "camera": Camera(distance=(0.1, 1.0)), "objects": Objects(12)}
    scenes = Sampler(catalog, fast(**setting), 5, views=8)(0, 400)
    placed, eye = Placed(scenes), scenes.cameras.world_from_camera[:, :3, 3].astype(float)
    away = np.linalg.norm(placed.position - eye[:, None], axis=-1) - placed.radius
    assert away[placed.present].min() > scenes.cameras.near[0]
    most = placed.present.reshape(50, 8, -1).any(axis=1).repeat(8, axis=0)
    lacking = most & ~placed.present
    assert lacking.sum() > 20
    corner = scenes.cameras.near * np.sqrt(1 + 2 * np.tan(scenes.cameras.fov_y / 2) ** 2)
    assert (away < corner[:, None] + 1e-5)[lacking].all()


def test_the_first_thing_is_near_the_middle(catalog):
    scenes = Sampler(catalog, fast(placement=Placement(arrangements=WEIGHTS)), 5, views=2)(0, 200)
    placed = Placed(scenes)
    assert placed.present[:, 0].mean() > 0.95
    assert np.linalg.norm(placed.position[:, 0], axis=-1).max() < 1.5  # MIDDLE of 2.2 m, a tower's shift, its height
    assert abs(placed.floor.mean() - 0.5) < 0.2


def test_empty_images_are_empty_layouts(catalog):
    scenes = Sampler(catalog, fast(objects=Objects(empty=0.3)), 5, views=5)(0, 200)
    empty = (scenes.asset[:, scenes.slots["objects"]] < 0).all(axis=1)
    np.testing.assert_array_equal(empty, even_mask(np.arange(200) // 5, 0.3))


# --- Records, split, counts


def records_of(sampler: Sampler, count: int) -> list[dict]:
    scenes = sampler(0, count)
    return records(scenes, draw_list(scenes, 96), 96, 96)


def test_records_tell_of_layouts_where_there_is_something_to_tell(catalog):
    assert not any("layout" in record for record in records_of(Sampler(catalog, fast(), 5, (96, 96)), 20))
    sampler = Sampler(catalog, fast(placement=Placement(arrangements=["stacks"])), 5, (96, 96))
    floor = Placed(sampler(0, 20)).floor
    for number, record in enumerate(records_of(sampler, 20)):
        expected = {"number": number, "arrangement": "stacks", "redrawn": 0, "settled": True} if floor[number] else None
        assert record.get("layout") == expected
    shared = records_of(Sampler(catalog, fast(), 5, (96, 96), views=3), 20)
    assert [r["layout"]["number"] for r in shared] == [k // 3 for k in range(20)]
    assert {r["layout"]["arrangement"] for r in shared} == {ARRANGEMENTS[0]}


@pytest.mark.parametrize("views", [1, 4])
def test_no_layout_is_on_both_sides_of_the_split(views):
    frames = Frames(np.arange(400), {}, [{"index": k} for k in range(400)], ())
    _name_files(frames, Splits(0.25, views=views))
    sides = {(record["index"] // views, record["split"]) for record in frames.records}
    assert len(sides) == 400 // views
    assert abs(sum(record["split"] == "valid" for record in frames.records) - 100) <= 4 * views


def test_counts_are_of_layouts_not_of_their_views():
    tally, common = (
        DatasetStatistics(range(6), ("background",)),
        {**dict.fromkeys(("image_sha256", "label_sha256"), "00" * 32), "objects": []},
    )
    for k in range(6):
        layout = {"number": k // 2, "arrangement": "physics", "redrawn": (0, 4, 1)[k // 2], "settled": k // 2 != 1}
        tally.add({"index": k, "split": "train", "layout": layout, **common})
    assert tally.counts()["layouts"] == {"number": 3, "redrawn": 5, "unsettled": 1}
    bare = DatasetStatistics(range(1), ("background",))
    bare.add({"index": 0, "split": "train", **common})
    assert set(bare.counts()) == {"images", "train", "valid", "objects"}


def test_a_wrong_number_of_views():
    with pytest.raises(InputError, match=r"^views_per_layout=0: expected a whole number from 1"):
        load_config(["views_per_layout=0"])


def test_the_sampler_is_told_how_many_views_there_are():
    assert build_setup(load_config(["views_per_layout=3", "preset=fast", "size=32"])).sampler.views == 3
