"""Tests of the randomizers of lights and of the environment: brightness, colour, spots, shadows, suns."""

import numpy as np
import pytest
from distributions import fits, spans
from randomized import empty, run

from raster.errors import InputError
from raster.randomizers.environment import Environment
from raster.randomizers.lights import Lights


def test_lights_share_out_the_brightness(catalog):
    """The luminance at the origin, of a white surface that faces each lamp, adds up to the brightness."""
    ranges = {"distance": (2, 6), "azimuth_deg": (10, 50), "elevation_deg": (20, 80), "brightness": (0.7, 1.6)}
    found = run(Lights(point=0.5, ambient=(0.08, 0.35), **ranges), empty(catalog, 3000)).lights
    lit = found.color.any(axis=-1)
    fits(np.bincount(lit.sum(axis=1), minlength=5), np.array([0, 1, 1, 1, 1]))
    assert (np.diff(lit.astype(int), axis=1) <= 0).all()  # black ones last
    length = np.linalg.norm(found.position[..., :3], axis=-1)
    point = found.position[..., 3] == 1
    assert set(np.unique(found.position[..., 3])) == {0, 1}
    assert abs(point.mean() - 0.5) < 4 * np.sqrt(0.25 / point.size)
    spans(length[point], 2, 6)
    np.testing.assert_allclose(length[~point], 1, rtol=1e-6)
    spans(np.degrees(np.arctan2(found.position[..., 1], found.position[..., 0])), 10, 50)
    spans(np.degrees(np.arcsin(found.position[..., 2] / length)), 20, 80)
    at_origin = found.color.astype(float) / np.where(point, length**2, 1)[..., None]
    luminance = np.array([0.2126, 0.7152, 0.0722]) / 1.0001  # the coefficients in color.py have four digits
    spans((at_origin @ luminance).sum(axis=1), 0.7, 1.6, slack=1e-4)
    assert ((at_origin @ luminance)[lit] > 0.05).all()  # no lamp is left with nothing
    spans(found.ambient.astype(float) @ luminance, 0.08, 0.35, slack=1e-4)


def test_lights_have_their_colour_temperature(catalog):
    warm = run(Lights(kelvin=2500), empty(catalog, 20)).lights
    cold = run(Lights(kelvin=12000), empty(catalog, 20)).lights
    for a, b in ((warm.color[:, 0], cold.color[:, 0]), (warm.ambient, cold.ambient)):
        assert (a[:, 0] > 2 * a[:, 2]).all()
        assert (b[:, 2] > 1.2 * b[:, 0]).all()


def test_spots_point_near_the_origin_and_fade_towards_the_edge(catalog):
    ranges = {"distance": (3, 5), "cone_deg": (20, 50), "softness": (0.02, 0.1), "shadows": (1, 3), "count": (3, 4)}
    found = run(Lights(point=0.6, spot=0.5, **ranges), empty(catalog, 3000)).lights
    near, spot = found.position[..., 3] == 1, found.cone[..., 0] > -1.5
    assert not (spot & ~near).any()
    assert abs(spot[near].mean() - 0.5) < 4 * np.sqrt(0.25 / near.sum())
    np.testing.assert_array_equal(found.cone[~spot], np.tile([-2, -3], ((~spot).sum(), 1)))
    outer = np.degrees(np.arccos(found.cone[spot].astype(float)))
    spans(outer[:, 1], 20, 50)
    assert (outer[:, 0] < 0.96 * outer[:, 1]).all()
    assert (outer[:, 0] > 0.39 * outer[:, 1]).all()
    np.testing.assert_allclose(np.linalg.norm(found.axis, axis=-1), 1, rtol=1e-5)
    position, axis = found.position[..., :3][spot].astype(float), found.axis[spot].astype(float)
    away = np.linalg.norm(np.cross(position, axis), axis=-1) / np.linalg.norm(position, axis=-1)  # sine of the angle off
    assert (away < 0.5).all()
    assert ((position * axis).sum(axis=-1) < 0).all()
    distance = np.where(near, np.linalg.norm(found.position[..., :3], axis=-1), 1)
    spans(np.log(found.softness / distance), np.log(0.02), np.log(0.1))
    fits(np.bincount(found.shadows, minlength=5), np.array([0, 1, 1, 1, 0]))


def test_more_shadows_than_lights_are_refused():
    with pytest.raises(InputError, match=r"^shadows=\[0, 3\]: more than count=\[1, 2\] lights"):
        Lights(count=(1, 2), shadows=(0, 3))


def test_an_environment_lights_its_share_and_outshines_the_lamps(catalog, full_sampler):
    """Where it is not, nothing is touched; the sun stands where its map has it, turned by the yaw."""
    maps = full_sampler.library.environments
    ranges = {"gain": (0.5, 2), "lamps": 0.5, "blur": (0, 2), "sun": (0.01, 0.02)}
    scenes = empty(catalog, 2000, library=full_sampler.library)
    scenes.lights.color[:] = 0.8
    found = run(Environment(share=0.4, visible=0.7, **ranges), scenes)
    around, lights, lit = found.environment, found.lights, found.environment.map >= 0
    assert abs(lit.mean() - 0.4) < 4 * np.sqrt(0.24 / 2000)
    assert abs(around.visible[lit].mean() - 0.7) < 4 * np.sqrt(0.21 / lit.sum())
    assert not around.visible[~lit].any()
    fits(np.bincount(around.map[lit], minlength=2), np.ones(2))
    spans(np.log(around.intensity), np.log(0.5), np.log(2))
    spans(around.yaw, 0, 2 * np.pi)
    assert not lights.ambient[lit].any()
    assert not lights.irradiance[~lit].any()
    np.testing.assert_allclose(lights.color[~lit], 0.8, rtol=1e-6)
    np.testing.assert_allclose(lights.color[lit, 1:], 0.4, rtol=1e-6)
    sunny = lit & (maps.sun_color[around.map] > 0).any(axis=1)
    assert sunny.any()
    for b in np.flatnonzero(sunny)[:50]:
        x, y, z = maps.sun_direction[around.map[b]].astype(float)
        azimuth = np.arctan2(y, x) + around.yaw[b]
        level = np.hypot(x, y)
        np.testing.assert_allclose(lights.position[b, 0], [level * np.cos(azimuth), level * np.sin(azimuth), z, 0], atol=1e-5)
        np.testing.assert_allclose(lights.color[b, 0], maps.sun_color[around.map[b]] * around.intensity[b], rtol=1e-5)
    spans(np.log(lights.softness[sunny, 0]), np.log(0.01), np.log(0.02))
    assert (lights.position[~sunny] == lights.position[~sunny][:1]).all()


@pytest.mark.parametrize(("shadows", "least"), [(0, 0), ((0, 1), 1)])
def test_suns_cast_shadows_unless_no_light_does(shadows, least, catalog, full_sampler):
    """Without shadows a sun shines as it does with them."""
    maps = full_sampler.library.environments
    lights, environment = Lights(shadows=shadows), Environment(share=1)
    found = run(environment, run(lights, empty(catalog, 200, lights=4, library=full_sampler.library)))
    sunny = (maps.sun_color[found.environment.map] > 0).any(axis=1)
    assert sunny.any()
    assert (found.lights.shadows[sunny] == least).all()
    assert found.lights.shadows.max() == least
    expected = maps.sun_color[found.environment.map] * found.environment.intensity[:, None]
    np.testing.assert_allclose(found.lights.color[sunny, 0], expected[sunny], rtol=1e-5)
