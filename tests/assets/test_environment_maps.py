"""Tests of environment maps: layouts, light kept, blurred and found again; against brute-force integrals."""

import numpy as np
import pytest
from maps_by_hand import disc, lit

from raster.assets.environments.equirectangular import directions, shrink, upward_irradiance
from raster.assets.environments.equirectangular import solid_angles as rows
from raster.assets.environments.octahedral import direction_at, from_panorama, octahedral_uv, solid_angles, texels, wrap
from raster.assets.environments.prefilter import harmonics, irradiance, prefilter
from raster.randomizers.environment import turned

NORMALS = np.array([[0, 0, 1], [0, 0, -1], [1, 0, 0], [0.6, 0, 0.8], [-0.48, 0.64, 0.6], [0.36, -0.48, -0.8]])


def test_a_map_seen_from_inside_is_not_mirrored():
    d = directions(64)
    np.testing.assert_allclose(np.linalg.norm(d, axis=-1), 1, atol=1e-6)
    assert d[0, :, 2].min() > 0.99  # row 0: up
    np.testing.assert_allclose(d[31:33, 63:65].mean(axis=(0, 1)), [1, 0, 0], atol=1e-3)  # the middle: +x
    assert d[32, 96, 1] < -0.99  # a quarter to the right: -y, which is at the right hand of who looks along +x
    assert 128 * rows(64).sum() == pytest.approx(4 * np.pi)


def test_octahedral_places_are_found_again():
    rng = np.random.default_rng(1)
    d = rng.normal(size=(2000, 3))
    d /= np.linalg.norm(d, axis=1, keepdims=True)
    uv = octahedral_uv(d)
    assert uv.min() >= 0
    assert uv.max() <= 1
    np.testing.assert_allclose(direction_at(uv), d, atol=1e-12)
    np.testing.assert_allclose(octahedral_uv(3 * d), uv, atol=1e-12)


def test_octahedral_places_that_are_known():
    """By hand from the convention that the shaders share."""
    d = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, 0, -1], [1, 1, -2], [-1, 1, -2]], float)
    expected = [[0.5, 0.5], [1, 0.5], [0.5, 1], [0, 0.5], [1, 1], [0.875, 0.875], [0.125, 0.875]]
    np.testing.assert_allclose(octahedral_uv(d), expected, atol=1e-12)


def test_octahedral_texels_share_out_the_sphere():
    angle = solid_angles(128)
    assert angle.sum() == pytest.approx(4 * np.pi)
    rng = np.random.default_rng(2)
    d = rng.normal(size=(400_000, 3))
    cell = (octahedral_uv(d) * 4).astype(int).clip(0, 3)
    found = np.bincount(cell[:, 1] * 4 + cell[:, 0], minlength=16) / 400_000 * 4 * np.pi
    np.testing.assert_allclose(angle.reshape(4, 32, 4, 32).sum(axis=(1, 3)).ravel(), found, rtol=0.03)


def test_past_an_edge_comes_its_neighbour():
    px, d = 16, texels(16).reshape(-1, 3)
    for column, row in ((-1, 3), (16, 12), (5, -1), (9, 16)):
        inside = d[np.clip(row, 0, 15) * px + np.clip(column, 0, 15)]
        neighbour = d[wrap(np.array(column), np.array(row), px)]
        assert (inside * neighbour).sum() > np.cos(0.3), (column, row)


@pytest.mark.parametrize("height", [64, 128, 100])
def test_a_map_comes_onto_the_octahedron(height):
    """Directions as colours: each texel must then hold its own direction."""
    found = from_panorama(directions(height) * 0.5 + 0.5, 64) * 2 - 1
    assert np.abs(found - texels(64)).max() < 0.03


@pytest.mark.parametrize("height", [64, 60, 255])
def test_shrinking_keeps_the_light(height):
    image = np.random.default_rng(3).random((256, 512, 3)).astype(np.float32) ** 8
    small = shrink(image, height)
    assert small.shape == (height, 2 * height, 3)
    np.testing.assert_allclose(
        (small * rows(height)[..., None]).sum((0, 1)), (image * rows(256)[..., None]).sum((0, 1)), rtol=1e-3
    )
    np.testing.assert_allclose(shrink(directions(256), height), directions(height), atol=0.03)
    assert shrink(image, 256) is image


# --- Diffuse


def test_irradiance_is_the_cosine_integral():
    """To 3 % of the brightest, as nine numbers can."""
    image = lit()
    maps = from_panorama(image, 64)[None]
    shown = np.einsum("nk,ekc->nc", harmonics(NORMALS), irradiance(maps))
    d, angle = directions(64).astype(float), rows(64)
    brute = np.stack([(image * np.maximum((d * n).sum(-1), 0)[..., None] * angle[..., None]).sum((0, 1)) for n in NORMALS])
    np.testing.assert_allclose(shown, brute / np.pi, atol=0.03 * brute.max() / np.pi)
    np.testing.assert_allclose(upward_irradiance(image), brute[0] / np.pi, rtol=2e-3)


def test_a_white_furnace_is_white_everywhere():
    maps = np.ones((2, 64, 64, 3), np.float32)
    np.testing.assert_allclose(np.einsum("nk,ekc->enc", harmonics(NORMALS), irradiance(maps)), 1, atol=2e-3)
    for level in prefilter(maps):
        np.testing.assert_allclose(level, 1, atol=1e-5)


# --- Mirrored


def brute_prefilter(image: np.ndarray, n: np.ndarray, alpha: float) -> np.ndarray:
    """The integral that prefilter samples, over all pixels: light times D(h) (n.h) / (4 n.h) times n.l, over the same of 1."""
    light = directions(len(image)).astype(float)
    cos = (light * n).sum(axis=-1)
    half2 = (1 + cos) / 2  # (n.h)^2, h midway between n and the light
    density = alpha**2 / (half2 * (alpha**2 - 1) + 1) ** 2
    weight = density * np.maximum(cos, 0) * rows(len(image))
    return (image * weight[..., None]).sum(axis=(0, 1)) / weight.sum()


def test_levels_are_the_ggx_integral():
    image = lit(256)
    levels = prefilter(from_panorama(image, 128)[None])
    assert [len(level[0]) for level in levels] == [128, 64, 32, 16, 8]
    for k in range(1, 5):
        d, alpha = texels(128 >> k), (k / 4) ** 2
        for place_ in ((1, 1), (2, 5), (4, 4), (6, 1), (3, 6)):  # edges are closed, see below
            at = tuple(p * len(d) // 8 for p in place_)
            expected = brute_prefilter(image, d[at], alpha)
            np.testing.assert_allclose(levels[k][0][at], expected, rtol=0.07, atol=0.02, err_msg=f"level {k} at {at}")


@pytest.mark.parametrize("towards", [[0.36, 0.48, 0.8], [-0.8, 0.36, -0.48], [0.0, -0.6, 0.8], [0.28, 0.0, -0.96]])
def test_a_lamp_is_in_the_same_direction_in_each_level(towards):
    image = disc(np.zeros((256, 512, 3), np.float32), towards, 4, [50, 50, 50])
    for k, level in enumerate(prefilter(from_panorama(image, 128)[None])):
        d, light = texels(len(level[0])), level[0][..., 0]
        assert (d[np.unravel_index(np.argmax(light), light.shape)] * towards).sum() > np.cos(1.6 * 4 / len(d) + 0.07), k


def test_blurred_levels_have_no_seam_where_the_square_is_folded():
    for level in prefilter(from_panorama(lit(64), 64)[None])[1:]:
        edges = np.stack([level[0, 0], level[0, -1], level[0, :, 0], level[0, :, -1]])
        np.testing.assert_array_equal(edges, edges[:, ::-1])
        assert (edges[:, 0] == edges[0, 0]).all()


def test_maps_do_not_touch_each_other():
    maps = np.stack([from_panorama(lit(64, b), 64) for b in (0.1, 0.5, 2.0)])
    alone = prefilter(maps[1:2])
    for level, one in zip(prefilter(maps), alone, strict=True):
        np.testing.assert_array_equal(level[1], one[0])


@pytest.mark.parametrize("yaw", [0.3, 1.5, 4.0])
def test_harmonics_turn_as_the_light_does(yaw):
    """Turned coefficients at a normal are the coefficients at the normal turned back."""
    rng = np.random.default_rng(1)
    coefficients = rng.normal(size=(2, 9, 3))
    n = rng.normal(size=(50, 3))
    n /= np.linalg.norm(n, axis=-1, keepdims=True)
    c, s = np.cos(yaw), np.sin(yaw)
    back = n @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]).T
    found = np.einsum("nk,bkc->bnc", harmonics(n), turned(coefficients, np.array([yaw, yaw])))
    np.testing.assert_allclose(found, np.einsum("nk,bkc->bnc", harmonics(back), coefficients), atol=2e-5)
