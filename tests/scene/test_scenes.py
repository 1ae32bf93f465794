"""Tests of the scene graph: world matrices against a naive walk, composites, slots, painting, defaults."""

import numpy as np
import pytest

from raster.geometry.mesh import Composite, Part
from raster.scene.materials import Material
from raster.scene.scenes import Nodes, Scenes
from raster.solids.cube import cube
from raster.transforms import compose, look_at, random_rotation

SLOTS = {"objects": 3, "distractors": 2, "floor": 1}


@pytest.fixture
def scenes(catalog):
    return Scenes.zeros(catalog, [5, 6], SLOTS, lights=2, aspect=1.5)


def tree(parent: list[int], batch: int = 2) -> Nodes:
    """Nodes with random local transforms."""
    rng, shape = np.random.default_rng(1), (batch, len(parent))
    rotation, scale = random_rotation(rng.random((*shape, 3))), rng.uniform(0.5, 2, (*shape, 3))
    local = compose(rng.normal(size=(*shape, 3)), rotation, scale)
    zeros = np.zeros(shape, np.int32)
    return Nodes(np.array(parent, np.int32), zeros[0], local, zeros, zeros, Material.default(shape))


@pytest.mark.parametrize(
    "parent",
    [[], [-1], [-1, -1, -1], [-1, 0, 1, 2, 3], [-1, 0, 0, -1, 2, 3, 4, 4, 1], [-1, 0, 1, -1, 1, 4, 3, 6, 5, 8]],
)
def test_world_matrices_are_those_of_a_naive_walk(parent):
    nodes = tree(parent)
    found = nodes.world_from_node()
    assert found.shape == nodes.local.shape
    for b in range(2):
        for n in range(len(parent)):
            expected, at = np.eye(4), n
            while at >= 0:
                expected, at = nodes.local[b, at].astype(float) @ expected, parent[at]
            np.testing.assert_allclose(found[b, n], expected, atol=1e-4)


def test_world_matrices_leave_the_local_ones_alone():
    nodes = tree([-1, 0, 1])
    before = nodes.local.copy()
    nodes.world_from_node()[:] = 0
    np.testing.assert_array_equal(nodes.local, before)


def test_slots_and_roots_share_out_the_objects(scenes, catalog):
    assert scenes.slots == {"objects": slice(0, 3), "distractors": slice(3, 5), "floor": slice(5, 6)}
    parts = catalog.part_mesh.shape[1]
    assert parts == 3  # the dumbbell
    np.testing.assert_array_equal(scenes.roots, np.arange(6) * 4)
    for o, root in enumerate(scenes.roots):
        np.testing.assert_array_equal(scenes.nodes.parent[root : root + 4], [-1, root, root, root])
        np.testing.assert_array_equal(scenes.nodes.object[root : root + 4], o)
    assert scenes.nodes.local.shape == (2, 24, 4, 4)
    assert (scenes.asset == -1).all()
    assert (scenes.nodes.mesh == -1).all()
    np.testing.assert_array_equal(scenes.index, [5, 6])


def test_empty_scenes_hold_what_the_docstring_says(scenes):
    cameras = scenes.cameras
    np.testing.assert_allclose(cameras.world_from_camera, np.tile(look_at([0, -4, 0], [0, 0, 0]), (2, 1, 1)), atol=1e-7)
    np.testing.assert_allclose(np.degrees(cameras.fov_y), 50, rtol=1e-6)
    np.testing.assert_allclose(cameras.aspect, 1.5)
    np.testing.assert_array_equal(scenes.lights.color.any(axis=-1), [[True, False]] * 2)
    np.testing.assert_allclose(scenes.lights.ambient, 0.1)
    left_behind_above = scenes.lights.position[:, 0]  # of a camera that looks along +y
    assert (left_behind_above[:, 0] < 0).all()
    assert (left_behind_above[:, 1] < 0).all()
    assert (left_behind_above[:, 2] > 0).all()


def test_an_array_of_a_wrong_shape_is_refused(scenes):
    with pytest.raises(ValueError, match="broadcast"):
        scenes.cameras.fov_y[:] = np.zeros(3)
    with pytest.raises(AttributeError):
        scenes.cameras.fov_y = np.zeros(2)


def test_put_sets_every_part_under_one_root(scenes, catalog):
    dumbbell, box = catalog.assets.index("dumbbell"), catalog.assets.index("cube")
    scenes.set_assets(scenes.slots["objects"], np.array([[dumbbell, -1, box], [box, dumbbell, -1]]))
    mesh = scenes.nodes.mesh.reshape(2, 6, 4)
    none = [-1, -1, -1]
    np.testing.assert_array_equal(mesh[0, :3, 1:], [catalog.part_mesh[dumbbell], none, catalog.part_mesh[box]])
    np.testing.assert_array_equal(mesh[1, :3, 1:], [catalog.part_mesh[box], catalog.part_mesh[dumbbell], none])
    assert (mesh[..., 0] == -1).all()  # roots draw nothing
    assert (mesh[:, 3:] == -1).all()  # other slots are as they were
    class_id = scenes.nodes.class_id.reshape(2, 6, 4)[:, :3, 1:]
    drawn = mesh[:, :3, 1:] >= 0
    expected = np.where(scenes.asset[:, :3] >= 0, catalog.class_id[scenes.asset[:, :3]], 0)
    np.testing.assert_array_equal(class_id[drawn], np.broadcast_to(expected[..., None], drawn.shape)[drawn])
    local = scenes.nodes.local.reshape(2, 6, 4, 4, 4)
    np.testing.assert_array_equal(local[0, 0, 1:], catalog.part_local[dumbbell])
    np.testing.assert_array_equal(scenes.asset, [[dumbbell, -1, box, -1, -1, -1], [box, dumbbell, -1, -1, -1, -1]])


def test_put_again_takes_back_what_was_there(scenes, catalog):
    objects = scenes.slots["objects"]
    scenes.set_assets(objects, np.full((2, 3), catalog.assets.index("dumbbell")))
    scenes.set_assets(objects, np.full((2, 3), -1))
    assert (scenes.nodes.mesh == -1).all()
    assert (scenes.asset == -1).all()


@pytest.mark.parametrize(
    ("field", "shape"), [("color", (3,)), ("specular", ()), ("texture", ()), ("texture_from_object", (3, 4))]
)
def test_paint_gives_all_parts_of_an_object_its_value_and_others_none(scenes, field, shape):
    before = getattr(scenes.nodes.material, field).copy()
    values = (2 + np.arange(2 * 2 * int(np.prod(shape)))).reshape(2, 2, *shape)
    scenes.set_material(scenes.slots["distractors"], field, values)
    painted = getattr(scenes.nodes.material, field).reshape(2, 6, 4, *shape)
    before = before.reshape(painted.shape)
    for part in (1, 2, 3):
        np.testing.assert_array_equal(painted[:, 3:5, part], values)
    np.testing.assert_array_equal(painted[:, :3], before[:, :3])
    np.testing.assert_array_equal(painted[:, 5:], before[:, 5:])


def test_scenes_share_nothing():
    """An assignment to one scene, object or material is seen in no other."""
    from raster.assets.catalog import Catalog

    pair = Composite((Part("cube", cube(), compose(scale=0.5)), Part("cube", cube(), compose((0, 0, 0.5), scale=0.5))))
    scenes = Scenes.zeros(Catalog({"pair": pair}), [0, 1], {"objects": 2})
    material = scenes.nodes.material
    for array in (scenes.nodes.local, material.color, material.texture_from_object, scenes.cameras.world_from_camera):
        before = array.copy()
        array[0, 0] = 9
        np.testing.assert_array_equal(array[1], before[1])
        np.testing.assert_array_equal(array[0, 1:], before[0, 1:])
    material.color[:] = 7
    assert not (material.color2 == 7).any()
    assert not (scenes.background.color == 7).any()
