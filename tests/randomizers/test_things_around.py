"""Tests of surroundings: unlabelled, clear of the objects, the first object in sight, a function of the image number."""

import numpy as np
import pytest
from catalogs import fast
from joined import joined
from placed import Placed

from raster.assets.catalog import Catalog
from raster.assets.surroundings import solids
from raster.errors import InputError
from raster.randomizers.surroundings import HELD, SHADE, Surroundings
from raster.rendering.renderer import Renderer
from raster.scene.sampler import Sampler
from raster.solids.cube import cube
from raster.solids.cylinder import cylinder
from raster.solids.sphere import sphere

AROUND = Surroundings(share=1.0, count=(20, 30), tables=0.0, images=None)


@pytest.fixture(scope="module")
def shapes() -> Catalog:
    return Catalog({"cube": cube(), "sphere": sphere(), "cylinder": cylinder()}, brought=solids())


def sampler_of(shapes: Catalog, around: Surroundings | None = AROUND, size: int = 64) -> Sampler:
    return Sampler(shapes, fast(surroundings=around), 2, (size, size))


@pytest.fixture(scope="module")
def scenes(shapes):
    return sampler_of(shapes)(0, 200)


def test_nothing_is_there_unless_asked_for(shapes):
    assert Surroundings().requirements().slots == {}
    off = Sampler(shapes, fast(), 2, (64, 64))(0, 4)
    assert "surroundings" not in off.slots
    assert not set(shapes.unlabelled) & set(shapes.brought)


def test_what_others_write_stays(shapes, scenes, contents):
    """Objects, cameras and lights are those of the same images without surroundings."""
    without = sampler_of(shapes, None)(0, 200)
    others = slice(0, scenes.slots["surroundings"].start)
    np.testing.assert_array_equal(scenes.asset[:, others], without.asset)
    nodes = without.nodes.local.shape[1]
    for field in ("local", "class_id", "mesh"):
        np.testing.assert_array_equal(getattr(scenes.nodes, field)[:, :nodes], getattr(without.nodes, field))
    for field in ("color", "texture", "texture_from_object", "shininess"):
        a, b = getattr(scenes.nodes.material, field)[:, :nodes], getattr(without.nodes.material, field)
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(scenes.cameras.world_from_camera, without.cameras.world_from_camera)
    np.testing.assert_array_equal(scenes.lights.position, without.lights.position)


def test_they_have_no_class_and_finite_places(scenes):
    slot = scenes.slots["surroundings"]
    roots = scenes.roots[slot]
    assert not scenes.nodes.class_id[:, roots[0] :].any()
    assert np.isfinite(scenes.nodes.local).all()
    assert (np.linalg.det(scenes.nodes.local[:, roots, :3, :3].astype(float)) > 0).all()  # not mirrored
    first = (scenes.asset[:, slot] >= 0)[:, : (slot.stop - slot.start) // 2]
    assert 12 < first.sum(axis=1).mean() < 30


def test_a_batch_split_changes_nothing(shapes, contents):
    sampler = sampler_of(shapes)
    whole = contents(sampler(5, 12))
    pieces = joined([contents(sampler(5, 7)), contents(sampler(12, 5))], whole)
    for key, value in whole.items():
        np.testing.assert_array_equal(value, pieces[key], err_msg=key)


def test_they_keep_clear_of_the_objects(scenes):
    """But for hands at the first object, no bounding ball goes more than a seventh of its radius into an object's."""
    slot, placed = scenes.slots["surroundings"], Placed(scenes)
    most = (slot.stop - slot.start) // 2  # the last is the ground
    asset = scenes.asset[:, slot][:, HELD + 1 : most]
    root = scenes.nodes.local[:, scenes.roots[slot]][:, HELD + 1 : most].astype(float)
    radius = scenes.catalog.radius[asset] * np.linalg.norm(root[..., :3, 0], axis=-1)
    flat = np.isin(asset, [k for k, name in enumerate(scenes.catalog.assets) if name.split(".")[1:2] in (["mat"], ["strip"])])
    apart = np.linalg.norm(root[:, :, None, :3, 3] - placed.position[:, None], axis=-1)
    room = np.where(placed.present[:, None], apart - placed.radius[:, None], np.inf).min(axis=-1)
    assert (radius * 0.85 <= room + 1e-4)[(asset >= 0) & ~flat].all()
    eye = scenes.cameras.world_from_camera[:, None, :3, 3]
    assert (radius < np.linalg.norm(root[..., :3, 3] - eye, axis=-1))[asset >= 0].all()


def drawn(shapes, around: Surroundings | None, count: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """(count, 64 * 64) class ids and instance ids."""
    sampler = sampler_of(shapes, around)
    renderer = Renderer(shapes, (64, 64), count, layers=("class_id", "instance_id"), requirements=sampler.requirements)
    (frames,) = renderer.stream([sampler(0, count)])
    renderer.release()
    return frames.layers["class_id"].reshape(count, -1), frames.layers["instance_id"].reshape(count, -1)


def visible(shapes, around: Surroundings) -> np.ndarray:
    """(24, 2): pixels of the first object, with surroundings and without."""
    return np.stack([(drawn(shapes, each)[1] == 1).sum(axis=1) for each in (around, None)], axis=1)


def test_labels_change_only_where_objects_are_hidden(shapes):
    """Every labelled pixel has the instance and class that it has without surroundings, tables or not."""
    around = Surroundings(share=1.0, count=(20, 20), held=0.5, shaded=0.5, tables=1.0, images=None)
    (ids, instances), (ids_alone, alone) = drawn(shapes, around), drawn(shapes, None)
    labelled = ids > 0
    np.testing.assert_array_equal(ids[labelled], ids_alone[labelled])
    np.testing.assert_array_equal(instances[labelled], alone[labelled])
    assert 0.6 < labelled.sum() / (ids_alone > 0).sum() < 0.99
    assert (instances != alone).mean() > 0.3


def test_a_table_holds_all_objects_and_keeps_its_texture(shapes):
    on = sampler_of(shapes, Surroundings(share=1.0, count=(5, 5), tables=1.0, images=None))(0, 200)
    off = sampler_of(shapes, Surroundings(share=1.0, count=(5, 5), tables=0.0, images=None))(0, 200)
    floor = on.roots[on.slots["floor"]][0]
    size, before = (scenes.nodes.local[:, floor, [0, 1], [0, 1]].astype(float) for scenes in (on, off))
    tables = (size < before).all(axis=1)
    assert 0.2 < tables.mean() < 0.5  # half of the images have a floor
    placed, middle = Placed(on), on.nodes.local[:, floor, :2, 3].astype(float)
    beyond = np.abs(placed.position[..., :2] - middle[:, None]) + placed.radius[..., None] - size[:, None] / 2
    assert (beyond[tables][placed.present[tables]] < 1e-5).all()
    top = on.nodes.local[:, floor, 2, 3] + on.nodes.local[:, floor, 2, 2] / 2
    np.testing.assert_allclose(top[tables], 0, atol=1e-6)
    # A point 0.3 m along x and -0.2 m along y from the origin has the same place in the texture.
    point = np.array([0.3, -0.2])
    at = []
    for scenes, sides in ((on, size), (off, before)):
        inside = (point - scenes.nodes.local[:, floor, :2, 3]) / sides
        matrix = scenes.nodes.material.texture_from_object[:, floor + 1].astype(float)
        at.append((matrix[:, :, :2] * inside[:, None]).sum(axis=-1) + matrix[:, :, 3])
    np.testing.assert_allclose(at[0], at[1], atol=2e-3)
    ground = on.nodes.local[:, on.roots[on.slots["surroundings"]][-1]]
    shown = on.asset[:, on.slots["surroundings"]][:, -1] >= 0
    np.testing.assert_array_equal(shown, tables)
    assert (ground[shown, 2, 3] < 0).all()


def test_the_first_object_stays_in_sight(shapes):
    """Nothing but a hand hides it, and a hand leaves most of it."""
    seen, alone = visible(shapes, Surroundings(share=1.0, count=(30, 30), held=0.0, images=None)).T
    assert (seen >= 0.9 * alone).all()
    seen, alone = visible(shapes, Surroundings(share=1.0, count=(0, 0), held=1.0, images=None)).T
    assert (seen >= 0.5 * alone).all()
    assert np.mean(seen < alone) > 0.1


def test_shares_are_kept(shapes):
    around = Surroundings(share=0.5, count=(3, 3), held=0.5, shaded=0.5, tables=0.0, kinds={"hand": 1, "mat": 1}, images=None)
    scenes = sampler_of(shapes, around)(0, 400)
    there = scenes.asset[:, scenes.slots["surroundings"]][:, :-1] >= 0
    some = there.any(axis=1)
    assert 0.4 < some.mean() < 0.6
    assert 0.4 < there[some, HELD].mean() < 0.6
    assert there[some, SHADE].mean() < 0.6
    names = {scenes.catalog.assets[k].split(".")[1] for k in np.unique(scenes.asset[:, scenes.slots["surroundings"]]) if k >= 0}
    assert names == {"hand", "mat"}


def test_a_catalog_without_their_meshes_is_told():
    with pytest.raises(InputError, match="brought"):
        Sampler(Catalog({"cube": cube()}), fast(surroundings=AROUND), 2, (64, 64))(0, 1)
