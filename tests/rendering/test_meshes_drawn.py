"""Tests of how imported meshes are drawn: labels, colours, pictures, sheets without thickness."""

from dataclasses import replace

import numpy as np
import pytest
from catalogs import fast, renderer_of
from stored_models import QUADRANTS, store

from raster.assets.catalog import Catalog
from raster.assets.meshes.base_color_images import mipmaps
from raster.assets.meshes.imported_mesh import PbrMaterial
from raster.color import linear_from_srgb, srgb_from_linear
from raster.geometry.mesh import Mesh
from raster.randomizers.looks import Looks
from raster.randomizers.objects import Objects
from raster.rendering.renderer import Renderer
from raster.scene.materials import TEXTURES
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes
from raster.solids.cube import cube
from raster.streams import Streams
from raster.transforms import compose, look_at


def sheet() -> Mesh:
    """A square in the plane y = 0 that faces -y; u to the right, v up, seen from there."""
    corners = np.array([[-0.5, 0, -0.5], [0.5, 0, -0.5], [0.5, 0, 0.5], [-0.5, 0, 0.5]], np.float32)
    normals = np.tile(np.array([0, -1, 0], np.float32), (4, 1))
    return Mesh(corners, normals, corners[:, [0, 2]] + np.float32(0.5), np.array([[0, 1, 2], [0, 2, 3]], np.uint32))


def both_sides(mesh: Mesh) -> Mesh:
    """A sheet and its back, as files' open surfaces are stored."""
    doubled = [np.concatenate([a, s * a]) for a, s in ((mesh.positions, 1), (mesh.normals, -1), (mesh.uvs, 1))]
    triangles = np.concatenate([mesh.triangles, mesh.triangles[:, ::-1] + len(mesh.positions)]).astype(np.uint32)
    return Mesh(*doubled, triangles)


def seen_from(catalog: Catalog, kind: str, eye=(0, -2, 0), size=(64, 64)):
    """Frames of one object at the origin, lit by white light from everywhere, with its own look."""
    scenes = Scenes.zeros(catalog, [0], {"objects": 1, "distractors": 0}, size=size)
    scenes.set_assets(slice(0, 1), np.array([[catalog.assets.index(kind)]]))
    scenes.cameras.world_from_camera[:] = look_at(np.array([eye]), np.zeros((1, 3)))
    scenes.lights.color[:], scenes.lights.ambient[:] = 0, 1
    Looks()(scenes, Streams(0, 0, 1))
    renderer = Renderer(catalog, size, batch=1, layers=("instance_id",))
    frames = renderer.render(scenes)
    renderer.release()
    return frames


def test_a_picture_is_upright_and_has_its_colours(tmp_path):
    """Seen straight on, u runs right and v up: red is at the top left."""
    catalog = Catalog({}, {}, [store(tmp_path / "m", sheet(), material=PbrMaterial((1, 1, 1), 0.0, 1.0, 0))])
    image = seen_from(catalog, "m").layers["color"][0].astype(int)
    for row, column in np.ndindex(2, 2):
        np.testing.assert_allclose(image[24 + 16 * row, 24 + 16 * column], QUADRANTS[row, column], atol=2)


def test_factor_and_tint_are_multiplied_in_linear_light(tmp_path):
    factor, tint = (0.5, 0.25, 0.75), (200, 128, 64, 255)
    catalog = Catalog({}, {}, [store(tmp_path / "m", sheet(), material=PbrMaterial(factor, 0.0, 1.0, -1), tint=tint)])
    expected = srgb_from_linear(np.array(factor) * linear_from_srgb(np.array(tint[:3]) / 255))
    np.testing.assert_allclose(seen_from(catalog, "m").layers["color"][0, 32, 32], 255 * expected, atol=1.5)


def test_parts_of_an_imported_mesh_are_one_instance_of_its_class(tmp_path):
    left, right = compose((-0.3, 0, 0), scale=0.3), compose((0.3, 0, 0), scale=0.3)
    catalog = Catalog({"cube": cube()}, {}, [store(tmp_path / "m", cube(), "pair", object_from_parts=(left, right))])
    frames = seen_from(catalog, "m")
    label = frames.layers["class_id"][0]
    assert set(np.unique(label)) == {0, catalog.classes.index("pair")}
    assert set(np.unique(frames.layers["instance_id"][0])) == {0, 1}
    assert label[32, 20]
    assert label[32, 43]
    assert not label[32, 32]
    entry = frames.records[0]["objects"][0]
    assert (entry["class"], entry["solid"]) == ("pair", "m")
    np.testing.assert_allclose(entry["parts"][1]["world_from_object"], right, atol=1e-6)


def test_a_sheet_is_seen_from_both_sides_and_lit_on_that_side(tmp_path):
    catalog = Catalog({}, {}, [store(tmp_path / "m", both_sides(sheet()), double_sided=True)])
    front, back = (seen_from(catalog, "m", eye).layers["class_id"] for eye in ((0, -2, 0), (0, 2, 0)))
    assert front[0, 32, 32] == back[0, 32, 32] == 1


@pytest.mark.parametrize("away", [0.3, 1.0])
def test_a_sheet_does_not_shade_itself_but_what_is_behind_it(away, tmp_path):
    """A sheet and a wall behind it, light from the eye's side: the sheet is as bright as without shadows."""
    models = [store(tmp_path / "m", both_sides(sheet()), double_sided=True), store(tmp_path / "w", cube(), "wall")]
    catalog, shown = Catalog({}, {}, models), []
    for shadows in (0, 1):
        scenes = Scenes.zeros(catalog, [0], {"objects": 2, "distractors": 0}, size=(96, 96))
        scenes.set_assets(slice(0, 2), np.array([[0, 1]]))
        root = scenes.roots
        scenes.nodes.local[0, root[0]] = compose((0, 0, 0), scale=0.5)
        scenes.nodes.local[0, root[1]] = compose((0, away + 0.5, 0), scale=(3, 1, 3))
        scenes.cameras.world_from_camera[:] = look_at(np.array([[0.0, -3, 0]]), np.zeros((1, 3)))
        scenes.lights.position[:] = [1, -1, 0.5, 0]
        scenes.lights.color[:], scenes.lights.shadows[:] = 1, shadows
        sampler = Sampler(catalog, {"objects": Objects(count=(2, 2))}, 0, (96, 96))
        renderer = renderer_of(sampler, batch=1, requirements=replace(sampler.requirements, shadows=1))
        frames = renderer.render(scenes)
        renderer.release()
        shown.append((frames.layers["color"][0].astype(int), frames.layers["class_id"][0]))
    (bright, label), (shaded, _) = shown
    mine = label == catalog.classes.index("thing")
    darker = (bright - shaded).max(axis=-1)
    assert darker[mine].max() <= 2
    assert (darker[label == catalog.classes.index("wall")] > 20).mean() > 0.015  # its shadow lies on the wall


# --- Pictures and looks


def test_mipmaps_are_means_of_linear_light():
    picture = np.random.default_rng(0).integers(0, 256, (16, 16, 3)).astype(np.uint8)
    levels = mipmaps(picture)
    assert [len(level) for level in levels] == [16, 8, 4, 2, 1]
    mean = linear_from_srgb(picture / 255.0).mean(axis=(0, 1))
    np.testing.assert_allclose(levels[-1][0, 0], 255 * srgb_from_linear(mean), atol=1)


def test_a_share_is_painted_like_solids(catalog_of_models):
    sampler = Sampler(catalog_of_models, fast(looks=Looks(share=0.4), distractors=None), 0)
    scenes = sampler(0, 300)
    kinds = scenes.asset[:, scenes.slots["objects"]]
    own = scenes.nodes.material.texture[:, scenes.roots[scenes.slots["objects"]] + 1] == TEXTURES.index("base_color")
    models = kinds >= catalog_of_models.first_imported
    assert not own[~models].any()
    assert abs(own[models].mean() - 0.4) < 4 * np.sqrt(0.24 / models.sum())
