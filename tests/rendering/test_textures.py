"""Tests of textures as drawn: patterns by formula, anti-aliasing, that no two are alike; pictures and maps, which way up."""

import numpy as np
import pytest

from raster.assets.catalog import Catalog
from raster.assets.environments.load import Environments
from raster.assets.environments.octahedral import texels
from raster.assets.environments.prefilter import irradiance, prefilter
from raster.assets.library import Library
from raster.color import linear_from_srgb
from raster.randomizers.textures import Textures
from raster.rendering.renderer import Renderer
from raster.scene.materials import MAPPINGS, PROCEDURAL, TEXTURES
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes
from raster.solids.cube import cube
from raster.transforms import compose, look_at

SIZE = 128


@pytest.fixture(scope="module")
def walls():
    """A renderer of cubes, 128 x 128 px."""
    made = Renderer(Catalog({"cube": cube()}), (SIZE, SIZE), 8)
    yield made
    made.release()


def wall(walls: Renderer, texture: str, cells: float, offset=(0, 0, 0), mapping="object", batch: int = 1) -> Scenes:
    """The front of a cube fills the picture, `cells` of the texture wide; black and white, lit from everywhere alike.

    The texture's coordinates are those of the picture: x to the right, y up, 0 in the middle, plus the offset.
    """
    scenes = Scenes.zeros(walls.catalog, np.arange(batch), {"objects": 1})
    scenes.set_assets(slice(0, 1), np.zeros((batch, 1), int))
    side = 2 * 4 * np.tan(np.radians(25))  # what the camera sees at its distance of 4
    scenes.nodes.local[:, scenes.roots] = compose((0, 0.5, 0), scale=(side, 1, side))
    scenes.lights.color[:], scenes.lights.ambient[:] = 0, 1
    scenes.nodes.material.specular[:] = 0
    scenes.nodes.material.color[:], scenes.nodes.material.color2[:] = 0, 1
    scenes.nodes.material.texture[:] = TEXTURES.index(texture)
    scenes.nodes.material.mapping[:] = MAPPINGS.index(mapping)
    matrix = np.zeros((3, 4))
    matrix[0, 0] = matrix[1, 2] = matrix[2, 1] = cells  # object z is up in the picture, y is away
    matrix[:, 3] = offset + np.array([0, 0, 0.5 * cells + 0.25])  # the front, y = -0.5, is at depth 0.25 of the texture
    if mapping == "uv":
        matrix[:] = 0
        matrix[0, 0] = matrix[1, 1] = cells
        matrix[:, 3] = offset
    scenes.nodes.material.texture_from_object[:] = matrix
    return scenes


def weights(walls: Renderer, *arguments, **options) -> np.ndarray:
    """(H, W) weight of the second colour, as drawn."""
    color = walls.render(wall(walls, *arguments, **options)).layers["color"][0]
    assert np.ptp(color.astype(int), axis=-1).max() == 0
    return linear_from_srgb(color[..., 0] / 255.0)


def coordinates(cells: float, offset=(0.0, 0.0)) -> tuple[np.ndarray, np.ndarray]:
    """x (W,) and y (H, 1) of the pixels' centres in cells."""
    along = ((np.arange(SIZE) + 0.5) / SIZE - 0.5) * cells
    return along + offset[0], -along[:, None] + offset[1]


# --- Patterns


@pytest.mark.parametrize("offset", [(0, 0, 0), (0.3, -0.6, 0), (5.7, 2.2, 1)])
def test_checker_is_black_and_white_by_parity(walls, offset):
    """The second colour where the sum of the cell's numbers along x, y and z is even, but for pixels on an edge."""
    x, y = coordinates(6, offset)
    found = weights(walls, "checker", 6, offset)
    inside = (np.abs(x % 1 - 0.5) < 0.45) & (np.abs(y % 1 - 0.5) < 0.45)
    odd = (np.floor(x) + np.floor(y) + np.floor(offset[2] + 0.25)) % 2 == 1
    np.testing.assert_allclose(found[inside & odd], 0, atol=0.01)
    np.testing.assert_allclose(found[inside & ~odd], 1, atol=0.01)
    assert inside.mean() > 0.7


def test_stripes_follow_x_alone(walls):
    x, _ = coordinates(6, (0.2, 0))
    found = weights(walls, "stripes", 6, (0.2, 0.0, 0.0))
    assert np.ptp(found, axis=0).max() < 0.02
    inside = np.abs(x % 1 - 0.5) < 0.45
    even = np.floor(x) % 2 == 0
    assert np.ptp(found[:, inside & even]) < 0.02
    assert np.ptp(found[:, inside & ~even]) < 0.02
    assert abs(found[0, inside & even].mean() - found[0, inside & ~even].mean()) > 0.98


def test_gradient_runs_once_from_one_colour_to_the_other(walls):
    x, _ = coordinates(2)
    found = weights(walls, "gradient", 2)
    np.testing.assert_allclose(found, np.broadcast_to(np.clip(x + 0.5, 0, 1), found.shape), atol=0.012)


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_dots_are_round_and_one_in_a_cell(walls, mapping):
    """Through balls of diameter 0.6 at their middle, z = 0.5; a plane of discs by uv."""
    offset = (0.1, 0.2, 0.25) if mapping == "object" else (0.1, 0.2, 0.0)
    x, y = coordinates(5, (0.1, 0.2)) if mapping == "object" else coordinates(5, (2.6, 2.7))
    away = np.hypot(x % 1 - 0.5, y % 1 - 0.5)
    found = weights(walls, "dots", 5, offset, mapping)
    assert found[away < 0.26].min() > 0.98
    assert found[away > 0.34].max() < 0.02
    assert found.mean() == pytest.approx(np.pi * 0.3**2, abs=0.02)


@pytest.mark.parametrize("texture", ["value_noise", "gradient_noise"])
def test_noise_is_smooth_and_fills_its_range(walls, texture):
    found = weights(walls, texture, 4)
    assert found.min() < 0.3
    assert found.max() > 0.7
    assert found.mean() == pytest.approx(0.5, abs=0.12)
    assert np.abs(np.diff(found, axis=0)).max() < 0.15  # a thirty-second of a cell a pixel
    moved = weights(walls, texture, 4, (1.0, 0.0, 0.0))  # the same noise, a cell to the left
    np.testing.assert_allclose(moved[:, :96], found[:, 32:], atol=0.02)
    assert np.abs(weights(walls, texture, 4, (17.0, 5.0, 3.0)) - found).mean() > 0.05


def test_flat_is_the_first_colour(walls):
    assert weights(walls, "flat", 8).max() == 0


def test_uv_mapping_lays_the_texture_on_each_face(walls):
    """u to the right, v up, 0..1 over the face: `cells` cells along each."""
    x, y = coordinates(4, (2, 2))
    found = weights(walls, "checker", 4, mapping="uv")
    inside = (np.abs(x % 1 - 0.5) < 0.4) & (np.abs(y % 1 - 0.5) < 0.4)
    odd = (np.floor(x) + np.floor(y)) % 2 == 1
    assert np.ptp(found[inside & odd]) < 0.02
    assert np.ptp(found[inside & ~odd]) < 0.02
    assert abs(found[inside & odd].mean() - found[inside & ~odd].mean()) > 0.98


def test_a_background_counts_its_cells_over_the_height(catalog):
    """And they are square in a picture that is not."""
    made = Renderer(catalog, (60, 120), 1)
    scenes = Scenes.zeros(catalog, [0], {"objects": 1}, aspect=2)
    scenes.background.color[:], scenes.background.color2[:] = 0, 1
    scenes.background.texture[:] = TEXTURES.index("checker")
    scenes.background.texture_from_object[:] = np.diag([6.0, 6.0, 0.0, 1.0])[:3]
    found = made.render(scenes).layers["color"][0, ..., 0]
    made.release()
    cell = 10  # px
    x, y = np.meshgrid((np.arange(120) - 60) // cell, (np.arange(60) - 30) // cell)
    odd = (x + y) % 2 == 1
    inside = (np.abs(np.arange(120) % cell - 4.5) < 4) & (np.abs(np.arange(60)[:, None] % cell - 4.5) < 4)
    assert {np.ptp(found[inside & odd]), np.ptp(found[inside & ~odd])} == {0}
    assert {found[inside & odd].max(), found[inside & ~odd].max()} == {0, 255}


# --- Anti-aliasing


@pytest.mark.parametrize(
    ("texture", "mean"),
    [("checker", 0.5), ("stripes", 0.5), ("dots", 0.113), ("value_noise", 0.5), ("gradient_noise", 0.5)],
)
def test_far_away_a_texture_is_flat(walls, texture, mean):
    """At ten cells a pixel, and near at a tenth of a cell a pixel it is not."""
    far = weights(walls, texture, 10.37 * SIZE)
    assert far.std() < 0.03
    assert far.mean() == pytest.approx(mean, abs=0.03)
    assert weights(walls, texture, 0.1 * SIZE).std() > 0.1


@pytest.mark.parametrize("texture", ["checker", "stripes"])
@pytest.mark.parametrize("cells", [0.13, 0.37, 0.71, 1.3])
def test_a_pixel_shows_the_average_over_its_area(walls, texture, cells):
    """Against points: the pattern by parity, at 16 x 16 points in each pixel."""
    fine = ((np.arange(16 * SIZE) + 0.5) / (16 * SIZE) - 0.5) * cells * SIZE + 0.19
    x, y = fine, -fine[:, None] + 2 * 0.19
    parity = np.floor(x) + (np.floor(y) if texture == "checker" else 0 * y)
    average = (parity % 2).reshape(SIZE, 16, SIZE, 16).mean(axis=(1, 3))
    found = weights(walls, texture, cells * SIZE, (0.19, 0.19, 0.0))
    error = min(np.abs(found - average).max(), np.abs(1 - found - average).max())
    assert error < 0.12  # 16 points a side are a sixteenth off at an edge


# --- No two alike


def test_every_object_has_a_texture_of_its_own(catalog, randomizers):
    scenes = Sampler(catalog, randomizers(), seed=0)(0, 200)
    drawn = scenes.nodes.mesh >= 0
    drawn[:, scenes.roots[scenes.slots["floor"]][0] :] = False
    first = np.zeros(drawn.shape[1], bool)
    first[scenes.roots + 1] = True  # one part of each object
    matrices = scenes.nodes.material.texture_from_object[drawn & first].reshape(-1, 12)
    assert len(matrices) > 1000
    assert len(np.unique(matrices, axis=0)) == len(matrices)


@pytest.mark.parametrize("kind", PROCEDURAL[1:])
def test_eight_cubes_of_one_kind_look_different_and_always_the_same(walls, kind):
    """The same cube in the same place, in eight images."""

    def draw() -> np.ndarray:
        scenes = wall(walls, "flat", 1, batch=8)
        sampled = Sampler(walls.catalog, {"textures": Textures(kinds=[kind])}, seed=0)
        sampled.slots["objects"] = 1
        material = sampled(0, 8).nodes.material
        for field in ("texture", "mapping", "texture_from_object"):
            getattr(scenes.nodes.material, field)[:] = getattr(material, field)
        return walls.render(scenes).layers["color"].astype(int)

    drawn = draw()
    for a in range(8):
        for b in range(a):
            assert np.abs(drawn[a] - drawn[b]).mean() > 4, (a, b)
    np.testing.assert_array_equal(draw(), drawn)


# --- Pictures and environments


@pytest.fixture(scope="module")
def lit_map() -> Environments:
    """One map, black but for a spot of 3 degrees towards SPOT, and grey below the horizon."""
    d = texels(256)
    spot = 0.9 * (d @ SPOT > np.cos(np.radians(3)))[..., None]
    image = np.where(d[..., 2:] < -0.05, 0.2, 0.0) + spot * np.ones(3)
    levels = tuple(level.astype(np.float16) for level in prefilter(image[None].astype(np.float32)))
    up = np.array([[0, 0, 1]], np.float32)
    return Environments(levels, irradiance(image[None].astype(np.float32)), up, np.zeros((1, 3), np.float32), ("spot",))


SPOT = np.array([-0.2, 0.95, 0.24]) / np.linalg.norm([-0.2, 0.95, 0.24])
QUARTERS = np.array([[[200, 0, 0], [0, 180, 0]], [[0, 0, 160], [140, 140, 0]]], np.uint8)  # upper row, lower row


@pytest.fixture(scope="module")
def pictured(lit_map):
    """A renderer of cubes with a library: a picture in four colours, a fine chequerboard, and the map."""
    fine = np.where((np.indices((64, 64)).sum(axis=0) % 2)[..., None] == 1, 255, 0) * np.ones(3)
    pictures = np.stack([QUARTERS.repeat(32, axis=0).repeat(32, axis=1), fine.astype(np.uint8)])
    made = Renderer(Catalog({"cube": cube()}), (SIZE, SIZE), 8, library=Library(pictures, lit_map))
    yield made
    made.release()


def background(pictured: Renderer, image: int, scale: float = 1.0, batch: int = 1) -> Scenes:
    """Nothing but a picture, whose height is that of the image over scale."""
    scenes = Scenes.zeros(pictured.catalog, np.arange(batch), {"objects": 1}, size=(SIZE, SIZE), library=pictured.library)
    scenes.background.texture[:], scenes.background.image[:] = TEXTURES.index("image"), image
    scenes.background.texture_from_object[:] = 0
    scenes.background.texture_from_object[:, 0, 0] = scenes.background.texture_from_object[:, 1, 1] = scale
    scenes.background.texture_from_object[:, :2, 3] = 0.5  # its lower left corner is texture (0, 0)
    return scenes


def quarters(color: np.ndarray) -> np.ndarray:
    """(2, 2, 3) the middles of four quarters of an image."""
    a, b = SIZE // 4, 3 * SIZE // 4
    return color[[[a, a], [b, b]], [[a, b], [a, b]]]


def test_a_picture_as_background_is_upright_and_not_mirrored(pictured):
    """And its colours are what its file says."""
    color = pictured.render(background(pictured, 0)).layers["color"][0]
    assert np.abs(quarters(color).astype(int) - QUARTERS).max() <= 1


def test_a_picture_on_an_object_is_upright_and_not_mirrored(pictured):
    """By uv, on the front of a cube, lit by ambient light alone."""
    scenes = wall(pictured, "image", 1, mapping="uv")
    scenes = Scenes(**{**vars(scenes), "library": pictured.library})
    color = pictured.render(scenes).layers["color"][0]
    assert np.abs(quarters(color).astype(int) - QUARTERS).max() <= 1


def test_each_scene_shows_its_own_picture(pictured):
    scenes = background(pictured, 0, batch=2)
    scenes.background.image[:] = [1, 0]
    color = pictured.render(scenes).layers["color"]
    assert np.abs(quarters(color[1]).astype(int) - QUARTERS).max() <= 1
    assert np.ptp(color[0].astype(int), axis=-1).max() == 0


def test_beyond_its_edge_a_picture_goes_on_as_its_mirror_image(pictured):
    color = pictured.render(background(pictured, 0, scale=2)).layers["color"][0].astype(int)
    inner = color[SIZE // 4 : 3 * SIZE // 4, SIZE // 4 : 3 * SIZE // 4]
    eighth = SIZE // 8
    np.testing.assert_allclose(color[SIZE // 4 + 3, : SIZE // 4][::-1][:28], inner[3, :28], atol=2)
    np.testing.assert_allclose(color[eighth, eighth], inner[eighth, eighth], atol=2)
    assert (inner[3, 3] != inner[-3, -3]).any()


def test_from_afar_a_picture_is_its_average_light(pictured):
    """Mipmaps, averaged in linear light: a chequerboard of black and white, finer than the pixels, shows half of white."""
    color = pictured.render(background(pictured, 1, scale=9.7)).layers["color"][0, 2:-2, 2:-2, 1]
    light = linear_from_srgb(color / 255.0)
    assert light.mean() == pytest.approx(0.5, abs=0.03)
    assert light.std() < 0.03
    near = pictured.render(background(pictured, 1, scale=0.2)).layers["color"][0]
    assert linear_from_srgb(near / 255.0).std() > 0.08


@pytest.mark.parametrize("yaw_deg", [0, 90, 200])
@pytest.mark.parametrize("optics", [{}, {"pixel_aspect": 1.2}, {"principal_point_ndc": [0.3, -0.2]}])
def test_what_is_seen_of_a_map_lies_along_the_ray_of_the_pixel(yaw_deg, optics, pictured):
    """The bright spot is where the record's pinhole projects its direction, turned by the yaw."""
    c, s = np.cos(np.radians(yaw_deg)), np.sin(np.radians(yaw_deg))
    towards = np.array([c * SPOT[0] - s * SPOT[1], s * SPOT[0] + c * SPOT[1], SPOT[2]])
    scenes = background(pictured, 0)
    eye = np.array([1.0, 2.0, 0.5])
    aside = towards + 0.25 * np.cross(towards, [0, 0, 1]) - [0, 0, 0.12]
    scenes.cameras.world_from_camera[:] = look_at(eye, eye + aside, np.array(0.3))
    for name, value in optics.items():
        getattr(scenes.cameras, name)[:] = value
    scenes.environment.map[:], scenes.environment.visible[:] = 0, True
    scenes.environment.yaw[:] = np.radians(yaw_deg)
    frames = pictured.render(scenes)
    camera = frames.records[0]["camera"]
    x, y, z = np.linalg.inv(camera["world_from_camera"])[:3, :3] @ towards
    expected = [camera["fx"] * x / z + camera["cx"], camera["fy"] * y / z + camera["cy"]]
    light = linear_from_srgb(frames.layers["color"][0, ..., 1] / 255.0)
    light[light < 0.5] = 0
    rows, columns = np.indices(light.shape) + 0.5
    found = [(columns * light).sum() / light.sum(), (rows * light).sum() / light.sum()]
    np.testing.assert_allclose(found, expected, atol=0.7)
    assert 20 < (light > 0).sum() < 600


def test_the_intensity_and_the_blur_of_a_map_are_seen(pictured):
    scenes = background(pictured, 0)
    scenes.cameras.world_from_camera[:] = look_at([0, 0, 0], SPOT)
    scenes.environment.map[:], scenes.environment.visible[:] = 0, True
    lights = []
    for intensity, blur in ((1, 0), (0.5, 0), (1, 3)):
        scenes.environment.intensity[:], scenes.environment.blur[:] = intensity, blur
        lights.append(linear_from_srgb(pictured.render(scenes).layers["color"][0, ..., 1] / 255.0))
    sharp, dim, blurred = lights
    np.testing.assert_allclose(dim, sharp / 2, atol=0.01)
    assert blurred.max() < 0.6 * sharp.max()
    assert (blurred > 0.02).sum() > 1.5 * (sharp > 0.02).sum()


def test_a_map_that_is_not_visible_leaves_the_background(pictured):
    scenes = background(pictured, 0)
    plain = pictured.render(scenes).layers["color"]
    scenes.environment.map[:] = 0
    np.testing.assert_array_equal(pictured.render(scenes).layers["color"], plain)
