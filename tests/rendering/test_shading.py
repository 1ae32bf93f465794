"""Tests of light without PBR: Blinn and Phong by formula, four lights, directions, the background."""

import numpy as np
import pytest
from scenes_by_hand import scene_with, white
from srgb import srgb

from raster.color import linear_from_srgb
from raster.errors import InputError


@pytest.mark.parametrize("linear", [0.0, 0.001, 0.003, 0.01, 0.18, 0.5, 0.99, 1.0])
def test_a_flat_background_is_encoded_and_not_lit(linear, catalog, renderer):
    scenes = scene_with(catalog)
    scenes.background.color[:] = [linear, linear / 2, 1 - linear]
    color = renderer.render(scenes).layers["color"]
    assert (color == color[:, :1, :1]).all()
    np.testing.assert_allclose(color[0, 0, 0], srgb([linear, linear / 2, 1 - linear]), atol=1)


def test_light_from_the_left_brightens_the_left(catalog, renderer):
    for x, brighter in ((-1, slice(30, 46)), (1, slice(50, 66))):
        scenes = white(scene_with(catalog, ("sphere", (0, 0, 0), 1.8)))
        scenes.lights.position[:] = [x, -0.3, 0, 0]
        color = renderer.render(scenes).layers["color"][0, 40:56].astype(float)
        darker = slice(50, 66) if x < 0 else slice(30, 46)
        assert color[:, brighter].mean() > color[:, darker].mean() + 20


def test_light_from_above_brightens_the_top(catalog, renderer):
    scenes = white(scene_with(catalog, ("sphere", (0, 0, 0), 1.8)))
    scenes.lights.position[:] = [0, -0.3, 1, 0]
    color = renderer.render(scenes).layers["color"][0, :, 40:56].astype(float)
    assert color[30:46].mean() > color[50:66].mean() + 20


def test_four_lights_add_up(catalog, renderer):
    """In linear light: all four together, and each alone."""
    scenes = white(scene_with(catalog, ("sphere", (0, 0, 0), 1.8), ("floor", (0, 2, -1), (9, 9, 0.1)), lights=4))
    scenes.nodes.material.specular[:], scenes.nodes.material.shininess[:] = 0.3, 8
    scenes.background.color[:] = 0
    positions = [[-1, -1, 1, 0], [1, -1, 0.2, 0], [0.5, -2, 2, 1], [-2, -2, -0.5, 1]]
    colors = np.array([[0.2, 0.1, 0.05], [0.05, 0.15, 0.2], [0.9, 0.3, 0.5], [0.1, 0.9, 0.6]])
    scenes.lights.position[:] = positions
    scenes.lights.ambient[:] = 0
    alone = np.zeros((96, 96, 3))
    for k in range(4):
        scenes.lights.color[:] = 0
        scenes.lights.color[:, k] = colors[k]
        color = renderer.render(scenes).layers["color"][0]
        assert color.max() > 60
        alone += linear_from_srgb(color / 255.0)
    scenes.lights.color[:] = colors
    together = renderer.render(scenes).layers["color"][0]
    assert alone.max() < 1
    assert np.abs(together - srgb(alone)).max() < 4  # each of the four is rounded, and dark codes are coarse in light
    assert np.abs(together - srgb(alone))[alone > 0.05].max() < 2


def test_shading_is_blinn_and_phongs_formula(catalog, renderer):
    """On the front of a cube, y = -0.5, pixel by pixel, with one light at a point and one from a direction."""
    scenes = white(scene_with(catalog, ("cube", (0, 0, 0), (2, 1, 2)), lights=2))
    scenes.nodes.material.color[:] = albedo = np.array([0.6, 0.3, 0.8])
    scenes.nodes.material.specular[:], scenes.nodes.material.shininess[:] = 0.4, 20
    scenes.lights.position[:] = positions = np.array([[0.4, -1.5, 0.6, 1], [-0.5, -0.7, 0.3, 0]])
    scenes.lights.color[:] = colors = np.array([[0.4, 0.3, 0.2], [0.1, 0.2, 0.3]])
    scenes.lights.ambient[:] = 0.05
    offset = (np.arange(96) + 0.5 - 48) / (48 / np.tan(np.radians(25))) * 3.5
    x, z = np.meshgrid(offset, -offset)
    point = np.stack([x, np.full_like(x, -0.5), z], axis=-1)
    eye = np.array([0, -4.0, 0]) - point
    eye /= np.linalg.norm(eye, axis=-1, keepdims=True)
    light = 0.05 * albedo * np.ones((96, 96, 1))
    for (*position, w), color in zip(positions, colors, strict=True):
        towards = np.array(position) - w * point
        length = np.linalg.norm(towards, axis=-1, keepdims=True)
        towards = towards / length
        half = towards + eye
        cosine = -(half / np.linalg.norm(half, axis=-1, keepdims=True))[..., 1:2]  # the normal is -y
        highlight = 0.4 * np.maximum(cosine, 0) ** 20 * (20 + 8) / 8
        light = light + color * np.maximum(-towards[..., 1:2], 0) / np.where(w, length**2, 1) * (albedo + highlight)
    front = (np.abs(x) < 0.95) & (np.abs(z) < 0.95)  # within the bevel
    found = renderer.render(scenes).layers["color"][0]
    assert np.abs(found - srgb(light))[front].max() < 1.2
    assert 0.3 < light[front].max() < 1


def test_five_lights_are_refused(catalog, renderer):
    with pytest.raises(InputError, match="5 lights in a scene; at most 4 are drawn"):
        renderer.render(scene_with(catalog, ("cube", (0, 0, 0), 1), lights=5))
