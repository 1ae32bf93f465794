"""Tests of the draw list: ids, rows and commands against a naive walk, views and lights."""

import numpy as np
import pytest
from drawn_meshes import meshes_of

from raster.errors import InputError
from raster.rendering.draw_list import draw_list, number_objects
from raster.rendering.shader_constants import MAPPING_SHIFT, SCREEN_MAPPING, TEXTURE_MASK
from raster.rendering.shader_variants import SHADER_ROLES
from raster.scene.materials import MAPPINGS, PAINT_OF_TEXTURE, TEXTURES
from raster.scene.scenes import Scenes
from raster.transforms import compose, look_at, random_rotation

# Fields of a material that are numbers, and members of the structs that hold several of NumPy's, by the first.
NUMBERS = ("color", "color2", "specular", "shininess", "metallic", "coat", "wear", "bump", "texture_from_object")


def some_scenes(catalog, batch: int = 6, seed: int = 0) -> Scenes:
    """Random kinds, empty places among them, at random transforms and with random materials; some see an environment."""
    rng = np.random.default_rng(seed)
    slots = {"objects": 4, "distractors": 3, "floor": 1, "walls": 1}
    scenes = Scenes.zeros(catalog, np.arange(batch), slots, lights=3, aspect=1.25)
    scenes.set_assets(slice(0, 4), rng.choice([-1, *catalog.labelled], (batch, 4)))
    scenes.set_assets(slice(4, 7), rng.choice([-1, *catalog.unlabelled], (batch, 3)))
    scenes.set_assets(slice(7, 9), rng.choice([-1, catalog.floor], (batch, 2)))
    shape = (batch, 9)
    rotation, scale = random_rotation(rng.random((*shape, 3))), rng.uniform(0.1, 1, (*shape, 3))
    scenes.nodes.local[:, scenes.roots] = compose(rng.normal(size=(*shape, 3)), rotation, scale)
    for field in NUMBERS:
        value = getattr(scenes.nodes.material, field)
        scenes.set_material(slice(0, 9), field, rng.random((*shape, *value.shape[2:])))
    for field, most in (("texture", len(TEXTURES)), ("mapping", len(MAPPINGS)), ("image", 900)):
        scenes.set_material(slice(0, 9), field, rng.integers(0, most, shape))
    scenes.background.texture[:] = rng.integers(0, len(TEXTURES), batch)
    scenes.background.image[:] = rng.integers(0, 900, batch)
    scenes.environment.map[:], scenes.environment.visible[:] = rng.integers(-1, 2, batch), rng.random(batch) < 0.5
    return scenes


# --- Ids


def test_instances_are_numbered_from_1_in_the_order_of_the_objects():
    number = np.repeat(np.arange(4), 2)
    drawn = np.array([[0, 1, 0, 0, 1, 1, 0, 1], [0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 1, 0, 0, 1, 1, 1]], bool)
    found = number_objects(drawn, number, 4)
    np.testing.assert_array_equal(found, [[1, 0, 2, 3], [0, 0, 0, 0], [1, 2, 3, 4]])


def test_ids_run_from_1_to_n_without_gaps_in_every_scene(catalog):
    scenes = some_scenes(catalog, 40)
    found = draw_list(scenes, 96).instance_of_object
    for b in range(40):
        shown = scenes.asset[b] >= 0
        np.testing.assert_array_equal(found[b][shown], 1 + np.arange(shown.sum()))
        assert not found[b][~shown].any()


# --- Rows and commands


def test_every_drawn_node_has_one_row_and_the_background_another(catalog):
    scenes = some_scenes(catalog)
    drawn = draw_list(scenes, 96)
    nodes, atlas, expected = scenes.nodes, catalog.atlas, []
    for b in range(len(scenes.index)):
        for n in range(len(nodes.parent)):
            if nodes.mesh[b, n] >= 0:
                world, at = np.eye(4), n
                while at >= 0:
                    world, at = nodes.local[b, at] @ world, nodes.parent[at]
                expected.append((b, drawn.instance_of_object[b, nodes.object[n]], int(nodes.mesh[b, n]), n, world))
    rows = drawn.instances
    assert len(rows) == len(expected) + len(scenes.index)
    mesh_of_row = {}
    for (first, base), where in meshes_of(drawn).items():
        number = int(np.flatnonzero((atlas.ranges[:, 1] == first) & (atlas.ranges[:, 2] == base))[0])
        original = np.flatnonzero((atlas.levels == number).any(axis=1))
        mesh_of_row |= {row: set(original) for row in where}
    for b, instance, mesh, n, world in expected:
        same = (rows["scene"] == b) & (rows["instance_id"] == instance)
        row = [r for r in np.flatnonzero(same) if np.allclose(rows["world_from_object"][r], world[:3], atol=1e-5)]
        assert len(row) == 1
        assert mesh in mesh_of_row[row[0]]
        assert rows["class_id"][row[0]] == nodes.class_id[b, n]
        for field in NUMBERS:
            np.testing.assert_array_equal(rows[field][row[0]], getattr(nodes.material, field)[b, n])
        texture, mapping, image = (getattr(nodes.material, field)[b, n] for field in ("texture", "mapping", "image"))
        casts = nodes.object[n] < 7  # neither floor nor wall
        assert rows["surface"][row[0]] == texture + 256 * mapping + 2**15 * casts + 2**16 * image


def test_rows_are_sorted_by_paint_and_mesh_and_commands_cover_them_all(catalog):
    scenes = some_scenes(catalog, 9)
    scenes.background.texture[:], scenes.environment.visible[:] = 0, False
    drawn, atlas = draw_list(scenes, 96), catalog.atlas
    commands = drawn.commands.astype(int)
    assert drawn.commands.dtype == np.uint32
    np.testing.assert_array_equal(commands[:, 4], np.cumsum(commands[:, 1]) - commands[:, 1])  # each row once
    assert commands[:, 1].sum() == len(drawn.instances)
    assert (commands[:, 1] > 0).all()
    assert {(c[0], c[2], c[3]) for c in commands} <= {tuple(r) for r in atlas.ranges.astype(int)}
    for _, _, first, count in drawn.groups:
        assert len({tuple(c[2:4]) for c in commands[first : first + count]}) == count
    last = drawn.instances[-9:]  # drawn by the last command, the mesh that covers the screen
    np.testing.assert_array_equal(commands[-1], [3, 9, *atlas.ranges[-1, 1:], len(drawn.instances) - 9])
    np.testing.assert_array_equal(last["scene"], np.arange(9))
    np.testing.assert_array_equal(last["surface"] >> MAPPING_SHIFT & 127, SCREEN_MAPPING)
    assert not last["class_id"].any()
    assert not last["instance_id"].any()


def test_each_group_of_commands_has_one_paint_and_the_background_comes_last(catalog):
    """The paint of each row's texture; the environment map where it is the background."""
    scenes = some_scenes(catalog, 80)
    drawn = draw_list(scenes, 96)
    at = 0
    for paint, role, first, count in drawn.groups:
        assert first == at
        at += count
        commands = drawn.commands[first : first + count].astype(int)
        for row in drawn.instances[commands[0, 4] : commands[-1, 4] + commands[-1, 1]]:
            b, texture = row["scene"], TEXTURES[row["surface"] & TEXTURE_MASK]
            mapped = scenes.environment.map[b] >= 0
            shown = role == "background" and scenes.environment.visible[b] and mapped
            assert paint == ("environment" if shown else PAINT_OF_TEXTURE[texture])
            assert role == ("background" if row["instance_id"] == 0 else "reflective" if mapped else "lit")
    assert at == len(drawn.commands)
    roles = [SHADER_ROLES.index(role) for _, role, _, _ in drawn.groups]
    assert roles == sorted(roles)
    paints = len(set(PAINT_OF_TEXTURE.values()))  # no object shows the map as its paint
    assert len({group[:2] for group in drawn.groups}) == len(drawn.groups) == 2 * paints + (paints + 1)


def test_scenes_without_objects_are_all_background(catalog):
    drawn = draw_list(Scenes.zeros(catalog, [3, 4], {"objects": 2}), 64)
    assert len(drawn.instances) == 2
    np.testing.assert_array_equal(drawn.commands[:, 1], [2])
    assert not drawn.instance_of_object.any()


# --- Views and lights


def test_views_project_as_a_pinhole_does(catalog):
    """A point's place in the picture, by tangent, against clip_from_world."""
    rng = np.random.default_rng(3)
    scenes = Scenes.zeros(catalog, np.arange(5), {"objects": 1}, aspect=1.6)
    eye = rng.normal((0, -5, 0), size=(5, 3))
    scenes.cameras.world_from_camera[:] = look_at(eye, np.zeros(3), rng.uniform(-1, 1, 5))
    scenes.cameras.fov_y[:] = rng.uniform(0.4, 1.5, 5)
    views = draw_list(scenes, 64).views
    for b in range(5):
        world_from_camera = scenes.cameras.world_from_camera[b].astype(float)
        for point in rng.normal(size=(4, 3)) * 0.5:
            right, up, back = world_from_camera[:3, :3].T @ (point - world_from_camera[:3, 3])
            clip = views["clip_from_world"][b].astype(float) @ [*point, 1]
            tangent = np.tan(scenes.cameras.fov_y[b] / 2)
            expected = [right / -back / tangent / 1.6, up / -back / tangent]
            np.testing.assert_allclose(clip[:2] / clip[3], expected, atol=1e-5)
            assert abs(clip[2] / clip[3]) < 1
        np.testing.assert_allclose(views["eye"][b], eye[b], atol=1e-5)


def test_near_and_far_are_the_ends_of_the_depth_range(catalog):
    scenes = Scenes.zeros(catalog, [0], {"objects": 1})
    scenes.cameras.near[:], scenes.cameras.far[:] = 0.5, 30
    clip = draw_list(scenes, 64).views["clip_from_world"][0].astype(float)
    for distance, depth in ((0.5, -1), (30, 1)):
        z, w = (clip @ [0, distance - 4, 0, 1])[2:]
        assert z / w == pytest.approx(depth, abs=1e-5)


@pytest.mark.parametrize(("lit", "count"), [([], 0), ([0], 1), ([1], 2), ([0, 2], 3), ([0, 1, 2, 3], 4)])
def test_black_lights_at_the_end_are_not_counted(catalog, lit, count):
    scenes = Scenes.zeros(catalog, [0], {"objects": 1}, lights=4)
    scenes.lights.color[:] = 0
    scenes.lights.color[:, lit, 1] = 0.5
    scenes.lights.position[:] = np.arange(16).reshape(1, 4, 4)
    drawn = draw_list(scenes, 64)
    assert drawn.views["light_count"][0] == count
    np.testing.assert_array_equal(drawn.lights["position"][0], np.arange(16).reshape(4, 4))
    np.testing.assert_array_equal(drawn.lights["color"][0], scenes.lights.color[0])


def test_a_fifth_light_is_refused(catalog):
    with pytest.raises(InputError, match="5 lights in a scene; at most 4"):
        draw_list(Scenes.zeros(catalog, [0], {"objects": 1}, lights=5), 64)
