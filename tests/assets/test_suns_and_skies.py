"""Tests of what environments are made of: a sun taken out of a map, Preetham's sky, rooms with lamps."""

import numpy as np
import pytest
from maps_by_hand import disc, lit

from raster.assets.environments.equirectangular import directions, luminance, upward_irradiance
from raster.assets.environments.equirectangular import solid_angles as rows
from raster.assets.environments.skies import make_skies, preetham, sunlight
from raster.assets.environments.studios import make_studios
from raster.assets.environments.sun_extraction import extract_sun
from raster.streams import Streams


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
