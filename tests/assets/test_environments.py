"""Tests of environment maps: layout, light kept, blurred and found again, skies and rooms; against brute-force integrals."""

import numpy as np
import pytest
from write_rgbe import write_rgbe

from raster.assets.environments.equirectangular import directions, luminance, shrink, upward_irradiance
from raster.assets.environments.equirectangular import solid_angles as rows
from raster.assets.environments.load import load_environments
from raster.assets.environments.octahedral import direction_at, from_panorama, octahedral_uv, solid_angles, texels, wrap
from raster.assets.environments.prefilter import harmonics, irradiance, prefilter
from raster.assets.environments.skies import make_skies, preetham, sunlight
from raster.assets.environments.studios import make_studios
from raster.assets.environments.sun_extraction import extract_sun
from raster.errors import InputError
from raster.streams import Streams

NORMALS = np.array([[0, 0, 1], [0, 0, -1], [1, 0, 0], [0.6, 0, 0.8], [-0.48, 0.64, 0.6], [0.36, -0.48, -0.8]])


def lit(height: int = 64, background: float = 0.2) -> np.ndarray:
    """A map (H, 2 H, 3) with soft lamps in three colours and places, brighter above."""
    d = directions(height).astype(np.float64)
    image = np.full(d.shape, background) * (1.2 + d[..., 2:])
    for c, (axis, sharp) in enumerate((([0.6, 0, 0.8], 8), ([0, 1, 0], 20), ([-0.48, 0.64, 0.6], 60))):
        image[..., c] += 4 * np.exp(sharp * ((d * axis).sum(axis=-1) - 1))
    return image.astype(np.float32)


def disc(image: np.ndarray, towards: np.ndarray, radius_deg: float, radiance: np.ndarray) -> np.ndarray:
    """The map with a disc of this radiance in it."""
    inside = (directions(len(image)) * towards).sum(axis=-1) > np.cos(np.radians(radius_deg))
    return np.where(inside[..., None], np.float32(radiance), image).astype(np.float32)


# --- Layouts


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


# --- Suns


@pytest.mark.parametrize(("elevation", "azimuth"), [(0.15, 2.0), (0.9, -1.0), (1.4, 3.1)])
def test_a_sun_is_taken_out_and_no_light_is_lost(elevation, azimuth):
    sun = np.array([np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)])
    image = disc(lit(256), sun, 1.0, [9000, 8000, 6000])
    rest, found, color = extract_sun(image)
    assert (found * sun).sum() > np.cos(np.radians(0.5))
    before, after = ((x * rows(256)[..., None]).sum((0, 1), dtype=float) for x in (image, rest))
    np.testing.assert_allclose(after + np.pi * color, before, rtol=1e-4)
    area = 2 * np.pi * (1 - np.cos(np.radians(1.0)))
    np.testing.assert_allclose(color, np.array([9000, 8000, 6000]) * area / np.pi, rtol=0.2)  # the disc's edge is in pixels
    assert rest.max() < 60


@pytest.mark.parametrize(
    "image",
    [
        lit(),
        np.zeros((64, 128, 3), np.float32),
        np.ones((64, 128, 3), np.float32),
        disc(lit(), [0, 0, 1], 25, [90, 90, 90]),  # a soft box
        disc(disc(lit(), [0, 0.6, 0.8], 2, [900, 900, 900]), [0.8, 0, 0.6], 2, [900, 900, 900]),  # two lamps
        disc(lit(), [0.8, 0, 0.6], 1.5, [12, 12, 12]),  # too dim
    ],
)
def test_what_is_no_sun_stays(image):
    rest, towards, color = extract_sun(image)
    assert rest is image
    assert tuple(towards) == (0, 0, 1)
    assert not color.any()


# --- Skies and rooms


def test_preetham_has_a_sky_s_properties():
    elevation, azimuth = np.radians([15.0, 50.0]), np.array([0.4, 2.0])
    sky, d = preetham(elevation, azimuth, np.array([2.5, 2.5]), 128), directions(128)[:64]
    assert sky.dtype == np.float32
    assert np.isfinite(sky).all()
    assert (sky >= 0).all()
    for one, e, a in zip(sky, elevation, azimuth, strict=True):
        light, sun = luminance(one), np.array([np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), np.sin(e)])
        assert (d[np.unravel_index(np.argmax(light), light.shape)] * sun).sum() > np.cos(np.radians(12))
        opposite = (d[-4] * sun).sum(axis=-1) < 0
        zenith, horizon = one[0].mean(axis=0), one[-4][opposite].mean(axis=0)
        assert zenith[2] / zenith[0] > 1.5  # blue
        assert zenith[2] / zenith[0] > 1.2 * horizon[2] / horizon[0]  # bluer than low down
        assert 0.5 < luminance(zenith) < 15  # kcd/m^2, as skies are


def test_preetham_s_zenith_is_its_formula():
    """The zenith's luminance for T = 3 and a sun at 45 degrees, worked out by hand: 4.27 kcd/m^2."""
    chi = (4 / 9 - 3 / 120) * (np.pi - np.pi / 2)
    expected = (4.0453 * 3 - 4.9710) * np.tan(chi) - 0.2155 * 3 + 2.4192
    sky = preetham(np.array([np.pi / 4]), np.array([0.0]), np.array([3.0]), 256)
    assert luminance(sky[0, 0]).mean() == pytest.approx(expected, rel=0.02)


def test_a_low_sun_is_dim_and_red():
    low, middle, high = sunlight(np.radians([4.0, 20.0, 70.0]), np.full(3, 3.0))
    assert low[0] / low[2] > 2 * middle[0] / middle[2] > 2 * high[0] / high[2]
    assert luminance(low) < luminance(middle) < luminance(high)
    assert 80 < luminance(high) < 110  # klx: what is measured on a clear day


def test_skies_are_alike_in_exposure_and_some_are_overcast():
    skies = make_skies(Streams(3, 0, 40, "skies/"), 32)
    shown = upward_irradiance(skies.maps) + skies.sun_color * skies.sun_direction[:, 2:]
    np.testing.assert_allclose(shown.mean(axis=-1), 0.5, rtol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(skies.sun_direction, axis=-1), 1, atol=1e-6)
    overcast = skies.sun_color.max(axis=-1) == 0
    assert 3 <= overcast.sum() <= 20
    assert (skies.sun_direction[overcast] == [0, 0, 1]).all()
    light = luminance(skies.maps[overcast]).mean(axis=-1)
    e = directions(32)[:13, 0, 2]  # rows that no hill reaches
    np.testing.assert_allclose(
        light[:, :13] / light[:, :1], np.tile((1 + 2 * e) / (1 + 2 * e[0]), (overcast.sum(), 1)), rtol=1e-3
    )
    assert (luminance(skies.maps)[:, :16].mean((1, 2)) > luminance(skies.maps)[:, 16:].mean((1, 2))).mean() > 0.8


def test_rooms_are_alike_in_exposure_and_have_lamps():
    maps = make_studios(Streams(3, 0, 20, "studios/"), 64)
    assert maps.dtype == np.float32
    assert (maps >= 0).all()
    np.testing.assert_allclose(upward_irradiance(maps).mean(axis=-1), 0.5, rtol=1e-3)
    light = luminance(maps)
    assert (light[:, :32].max(axis=(1, 2)) > 3 * np.median(light, axis=(1, 2))).all()


# --- All together


def test_environments_are_functions_of_seed_and_number():
    few, more = load_environments(2, 1, None, 0, 16, 7), load_environments(10, 9, None, 0, 16, 7)
    assert few.names == ("sky 0", "sky 1", "studio 0")
    where = [more.names.index(name) for name in few.names]
    for small, large in zip(few.levels, more.levels, strict=True):
        assert small.dtype == np.float16
        np.testing.assert_array_equal(small, large[where])
    for name, shape in (("irradiance", (9, 3)), ("sun_direction", (3,)), ("sun_color", (3,))):
        assert getattr(few, name).shape == (3, *shape)
        assert getattr(few, name).dtype == np.float32
        np.testing.assert_array_equal(getattr(few, name), getattr(more, name)[where])
    other = load_environments(2, 1, None, 0, 16, 8)
    assert (other.levels[0] != few.levels[0]).any(axis=(1, 2, 3)).all()


def test_levels_end_at_8():
    assert [level.shape for level in load_environments(1, 0, None, 0, 64, 0).levels] == [(1, s, s, 3) for s in (64, 32, 16, 8)]


def test_a_file_s_sun_and_the_rest_are_what_it_held(tmp_path):
    sun = np.array([0.48, 0.64, 0.6])
    image = disc(lit(128), sun, 1.5, [5000, 4000, 3000])
    (tmp_path / "day.hdr").write_bytes(write_rgbe(image))
    found = load_environments(0, 0, str(tmp_path), 5, 64, 0)
    assert found.names == ("day.hdr",)
    assert (found.sun_direction[0] * sun).sum() > np.cos(np.radians(0.7))
    whole = (image * rows(128)[..., None]).sum(axis=(0, 1)) * 0.5 / upward_irradiance(image).mean()
    rest = (found.levels[0][0].astype(float) * solid_angles(64)[..., None]).sum(axis=(0, 1))
    np.testing.assert_allclose(rest + np.pi * found.sun_color[0], whole, rtol=0.01)
    np.testing.assert_allclose(found.irradiance[0, 0] * 0.282095 * 4, rest / np.pi, rtol=0.01)  # the mean over all normals


def test_files_come_after_the_procedural_ones_at_most_so_many(tmp_path):
    for k in range(6):
        (tmp_path / f"{k}.HDR").write_bytes(write_rgbe(lit(16, 0.1 + k)))
    found = load_environments(1, 1, str(tmp_path), 3, 16, 0)
    assert found.names == ("sky 0", "studio 0", "0.HDR", "2.HDR", "4.HDR")
    up = np.einsum("k,ekc->ec", harmonics(np.array([0.0, 0, 1])), found.irradiance).mean(axis=-1)
    np.testing.assert_allclose(up[1:], 0.5, rtol=0.15)


def test_bad_environments_are_refused_by_name(tmp_path):
    black, square = tmp_path / "black.hdr", tmp_path / "square" / "a.hdr"
    black.write_bytes(write_rgbe(np.zeros((16, 32, 3))))
    square.parent.mkdir()
    square.write_bytes(write_rgbe(np.ones((16, 16, 3))))
    cases = {
        str(black): f"maps={black}: {black}: is black everywhere",
        str(square.parent): f"maps={square.parent}: {square}: is 16 x 16; an environment map",
        str(tmp_path / "no"): f"maps={tmp_path}/no: there is no such folder",
        str(tmp_path / "*.exr"): f"maps={tmp_path}/*.exr: found no file that this pattern fits with an ending of .hdr .exr",
    }
    for files, message in cases.items():
        with pytest.raises(InputError) as caught:
            load_environments(0, 0, files, 5, 16, 0, key="maps")
        assert str(caught.value).startswith(message)
        assert "\n" not in str(caught.value)
    for px in (0, 8, 48):
        with pytest.raises(InputError, match=f"px={px}: expected a power of two from 16"):
            load_environments(1, 0, None, 0, px, 0)
    with pytest.raises(InputError, match="nothing to light the scene"):
        load_environments(0, 0, None, 0, 16, 0)
