"""Tests of pictures and environment maps as drawn: which way up, mirrored beyond the edge, averaged from afar."""

import numpy as np
import pytest
from textured_wall import SIZE, wall

from raster.assets.catalog import Catalog
from raster.assets.environments.load import Environments
from raster.assets.environments.octahedral import texels
from raster.assets.environments.prefilter import irradiance, prefilter
from raster.assets.library import Library
from raster.color import linear_from_srgb
from raster.rendering.renderer import Renderer
from raster.scene.materials import TEXTURES
from raster.scene.scenes import Scenes
from raster.solids.cube import cube
from raster.transforms import look_at

SPOT = np.array([-0.2, 0.95, 0.24]) / np.linalg.norm([-0.2, 0.95, 0.24])
QUARTERS = np.array([[[200, 0, 0], [0, 180, 0]], [[0, 0, 160], [140, 140, 0]]], np.uint8)  # upper row, lower row


@pytest.fixture(scope="module")
def lit_map() -> Environments:
    """One map, black but for a spot of 3 degrees towards SPOT, and grey below the horizon."""
    d = texels(256)
    spot = 0.9 * (d @ SPOT > np.cos(np.radians(3)))[..., None]
    image = np.where(d[..., 2:] < -0.05, 0.2, 0.0) + spot * np.ones(3)
    levels = tuple(level.astype(np.float16) for level in prefilter(image[None].astype(np.float32)))
    up = np.array([[0, 0, 1]], np.float32)
    return Environments(levels, irradiance(image[None].astype(np.float32)), up, np.zeros((1, 3), np.float32), ("spot",))


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


# --- Maps


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
