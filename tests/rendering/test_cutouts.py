"""Labels of meshes that alpha cuts out, pixel by pixel against rays and the picture's alpha; colours, shadows, passes."""

from dataclasses import replace

import numpy as np
import pytest
from catalogs import renderer_of
from stored_models import store

from raster.assets.catalog import Catalog
from raster.assets.meshes.imported_mesh import PbrMaterial
from raster.geometry.mesh import Mesh
from raster.passes import CLASS_ID, COLOR, Pass
from raster.randomizers.looks import Looks
from raster.randomizers.objects import Objects
from raster.rendering.renderer import Renderer
from raster.scene.materials import TEXTURES
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes
from raster.solids.cube import cube
from raster.streams import Streams
from raster.transforms import compose, look_at

SIZE = (72, 96)


def card(stretch: float = 1.0) -> Mesh:
    """A square in the plane y = 0, from both sides; u to the right, v up, seen from -y, over so many copies of the picture."""
    corners = np.array([[-0.5, 0, -0.5], [0.5, 0, -0.5], [0.5, 0, 0.5], [-0.5, 0, 0.5]], np.float32)
    uvs = (corners[:, [0, 2]] + np.float32(0.5)) * np.float32(stretch)
    normals = np.tile(np.array([0, -1, 0], np.float32), (4, 1))
    triangles = np.array([[0, 1, 2], [0, 2, 3]])
    both = np.concatenate([triangles, triangles[:, ::-1] + 4]).astype(np.uint32)
    return Mesh(np.tile(corners, (2, 1)), np.concatenate([normals, -normals]), np.tile(uvs, (2, 1)), both)


def spots(side: int = 64) -> np.ndarray:
    """(side, side, 4): grey with smooth alpha, so that edges run between texels."""
    y, x = np.mgrid[:side, :side] / side
    alpha = 0.5 + 0.5 * np.sin(7 * x + 2) * np.cos(9 * y)
    return np.dstack([np.full((side, side, 3), 200), 255 * alpha]).round().astype(np.uint8)


def alpha_at(picture: np.ndarray, u: np.ndarray, v: np.ndarray, wrap: tuple[int, int]) -> np.ndarray:
    """Alpha 0..1 by a bilinear filter in float64; wrap: 0 repeats, 1 clamps, 2 mirrors."""
    side = len(picture)

    def texel(index: np.ndarray, mode: int) -> np.ndarray:
        if mode == 0:
            return index % side
        if mode == 1:
            return np.clip(index, 0, side - 1)
        index = index % (2 * side)
        return np.where(index < side, index, 2 * side - 1 - index)

    x, y = u * side - 0.5, (1 - v) * side - 0.5
    x0, y0 = np.floor(x).astype(int), np.floor(y).astype(int)
    found = np.zeros(np.shape(u))
    for dx, dy in np.ndindex(2, 2):
        weight = np.abs(1 - dx - (x - x0)) * np.abs(1 - dy - (y - y0))
        found += weight * picture[texel(y0 + dy, wrap[1]), texel(x0 + dx, wrap[0]), 3] / 255
    return found


def scene_of(catalog: Catalog, eye, wall: float | None = None) -> Scenes:
    """One card at the origin, perhaps a wall at y = wall, in white light from everywhere."""
    scenes = Scenes.zeros(catalog, [0], {"objects": 2, "distractors": 0}, size=SIZE)
    scenes.set_assets(slice(0, 2), np.array([[0, -1 if wall is None else 1]]))
    scenes.nodes.local[0, scenes.roots[0]] = compose((0, 0, 0))
    if wall is not None:
        scenes.nodes.local[0, scenes.roots[1]] = compose((0, wall + 0.5, 0), scale=(4, 1, 4))
    scenes.cameras.world_from_camera[:] = look_at(np.array([eye], float), np.zeros((1, 3)))
    scenes.lights.color[:], scenes.lights.ambient[:] = 0, 1
    Looks()(scenes, Streams(0, 0, 1))
    return scenes


def hits(scenes: Scenes, record: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where the ray through each pixel's centre meets the plane of the card: x and z on it, and whether it is in front."""
    camera = record["camera"]
    v, u = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
    rays = np.stack([(u - camera["cx"]) / camera["fx"], (v - camera["cy"]) / camera["fy"], np.ones_like(u)], axis=-1)
    pose = np.array(camera["world_from_camera"], float)
    own = np.linalg.inv(np.array(record["objects"][0]["world_from_object"], float)) @ pose
    rays, origin = rays @ own[:3, :3].T, own[:3, 3]
    distance = -origin[1] / rays[..., 1]
    return origin[0] + distance * rays[..., 0], origin[2] + distance * rays[..., 2], distance > 0


@pytest.mark.parametrize("wrap", [(0, 0), (1, 2), (2, 1)])
@pytest.mark.parametrize("eye", [(0, -1.4, 0), (0.9, -0.8, 0.5), (-0.4, 1.1, 0.3)])
def test_a_pixel_is_labelled_where_alpha_reaches_the_cutoff_at_its_centre(tmp_path, wrap, eye):
    """From near and from aside, from before and behind; the picture goes on over its edges as it says."""
    picture, material = spots(), PbrMaterial((1, 1, 1), 0.0, 1.0, 0, 0.6, wrap)
    model = store(tmp_path / "m", card(1.7), material=material, picture=picture, double_sided=True)
    catalog = Catalog({}, {}, [model])
    scenes = scene_of(catalog, eye)
    renderer = Renderer(catalog, SIZE, batch=1, layers=("instance_id",))
    frames = renderer.render(scenes)
    renderer.release()
    x, z, front = hits(scenes, frames.records[0])
    inside = front & (np.abs(x) < 0.5) & (np.abs(z) < 0.5)
    alpha = alpha_at(picture, 1.7 * (x + 0.5), 1.7 * (z + 0.5), wrap)
    expected = inside & (alpha >= 0.6)
    unsure = (np.abs(alpha - 0.6) < 0.01) | (np.abs(np.maximum(np.abs(x), np.abs(z)) - 0.5) < 1e-4)
    assert unsure.mean() < 0.04
    assert 0.1 < expected[inside].mean() < 0.9
    label = frames.layers["class_id"][0] > 0
    np.testing.assert_array_equal(label[~unsure], expected[~unsure])
    np.testing.assert_array_equal(frames.layers["instance_id"][0] > 0, label)


def test_colour_and_label_are_cut_out_alike_and_show_what_is_behind(tmp_path):
    """The card is green, the wall red; every pixel has the colour of its label."""
    picture = spots()
    picture[..., :3] = (0, 250, 0)
    cut = PbrMaterial((1, 1, 1), 0.0, 1.0, 0, 0.5)
    models = [store(tmp_path / "m", card(), material=cut, picture=picture, double_sided=True)]
    models.append(store(tmp_path / "w", cube(), "wall", PbrMaterial((1, 0, 0), 0.0, 1.0, -1)))
    catalog = Catalog({}, {}, models)
    renderer = Renderer(catalog, SIZE, batch=1)
    frames = renderer.render(scene_of(catalog, (0.3, -1.2, 0.2), wall=0.5))
    renderer.release()
    color, label = frames.layers["color"][0].astype(int), frames.layers["class_id"][0]
    green = color[..., 1] > color[..., 0]
    np.testing.assert_array_equal(green, label == catalog.classes.index("thing"))
    assert set(np.unique(label)) == {1, 2}


def test_vertices_and_factors_count_and_a_card_painted_like_a_solid_keeps_its_holes(tmp_path):
    """Alpha 204 of the vertices: the picture's must be 0.75 for a cutoff of 0.6."""
    picture, found = spots(), []
    for name, cutoff, tint in (("a", 0.6, 204), ("b", 0.75, 255)):
        model = store(tmp_path / name, card(), material=PbrMaterial((1, 1, 1), 0.0, 1.0, 0, cutoff), picture=picture,
                      double_sided=True, tint=(255, 255, 255, tint))  # fmt: skip
        catalog = Catalog({}, {}, [model])
        renderer = Renderer(catalog, SIZE, batch=1)
        scenes = scene_of(catalog, (0, -1.4, 0))
        found.append(renderer.render(scenes).layers["class_id"])
        scenes.nodes.material.texture[:] = TEXTURES.index("checker")
        found.append(renderer.render(scenes).layers["class_id"])
        renderer.release()
    for other in found[1:]:
        assert (found[0] != other).mean() < 0.002  # 204 / 255 is rounded on the way
    np.testing.assert_array_equal(found[0], found[1])


def test_a_shadow_has_the_holes_too(tmp_path):
    """A card whose left half is transparent, light from the front: only the right half darkens the wall."""
    picture = np.full((16, 16, 4), 255, np.uint8)
    picture[:, :8, 3] = 0
    cut = PbrMaterial((1, 1, 1), 0.0, 1.0, 0, 0.5)
    models = [
        store(tmp_path / "m", card(), material=cut, picture=picture, double_sided=True),
        store(tmp_path / "w", cube(), "wall"),
    ]
    catalog, shown = Catalog({}, {}, models), []
    for shadows in (0, 1):
        scenes = scene_of(catalog, (0, -4, 2.2), wall=1.0)
        scenes.lights.ambient[:], scenes.lights.color[:] = 0.1, 1
        scenes.lights.position[:], scenes.lights.shadows[:] = [0, -1, 0, 0], shadows
        sampler = Sampler(catalog, {"objects": Objects(count=(2, 2))}, 0, SIZE)
        renderer = renderer_of(sampler, batch=1, requirements=replace(sampler.requirements, shadows=1))
        frames = renderer.render(scenes)
        renderer.release()
        shown.append((frames.layers["color"][0].astype(int), frames.layers["class_id"][0]))
    (bright, label), (shaded, _) = shown
    dark = ((bright - shaded).max(axis=-1) > 20) & (label == catalog.classes.index("wall"))
    columns = np.flatnonzero(dark.any(axis=0))
    assert dark.sum() > 20
    assert columns.min() > SIZE[1] // 2 - 3  # nothing on the left, where light passes


def test_a_pass_of_ones_own_is_cut_out_without_knowing_of_it(tmp_path):
    """It comes first, so it fills the depth that the others are drawn by."""
    shader = tmp_path / "near.frag"
    shader.write_text('#version 430\n#include "scene.glsl"\nin Surface {\n#include "surface.glsl"\n} v;\n'
                      "layout(location = 0) out float near;\nvoid main() { near = v.ids.y == 0u ? 0.0 : 1.0; }\n")  # fmt: skip
    material = PbrMaterial((1, 1, 1), 0.0, 1.0, 0, 0.5)
    catalog = Catalog({}, {}, [store(tmp_path / "m", card(), material=material, picture=spots(), double_sided=True)])
    renderer = Renderer(catalog, SIZE, batch=1, passes=(Pass(str(shader), {"near": "r32f"}), CLASS_ID, COLOR))
    frames = renderer.render(scene_of(catalog, (0, -1.4, 0)))
    renderer.release()
    label = frames.layers["class_id"][0] > 0
    np.testing.assert_array_equal(frames.layers["near"][0].squeeze() > 0, label)
    assert 0 < label.mean() < 0.9


def test_without_cutouts_no_program_discards(tmp_path):
    catalog = Catalog({}, {}, [store(tmp_path / "m", card(), picture=spots(), double_sided=True)])
    renderer = Renderer(catalog, SIZE, batch=1)
    renderer.render(scene_of(catalog, (0, -1.4, 0)))
    roles = {role for drawing in renderer.passes for _, role in drawing.programs}
    assert not [role for role in roles if role.endswith("cutout")]
    assert list(renderer.shadows.programs) == [False]
    renderer.release()
