"""Tests of pbr.frag: light from everywhere: furnace, mirror images, light of turned maps, against formulas in NumPy."""

import numpy as np
import pytest
from lit_balls import PX, SPOT, Drawn, ball, ball_renderer, dot, spotted

from raster.assets.environments.octahedral import solid_angles, texels
from raster.randomizers.environment import turned


@pytest.fixture(scope="module")
def drawing(tmp_path_factory):
    made = ball_renderer(tmp_path_factory.mktemp("members"))
    yield made
    made.release()


@pytest.mark.parametrize("how", ["ambient", "map"])
@pytest.mark.parametrize("shininess", [1, 10, 100, 1000])
@pytest.mark.parametrize(("metallic", "coat"), [(0, 0), (1, 0), (0, 1), (1, 0.5)])
def test_a_white_furnace_is_given_back_and_no_more(metallic, coat, shininess, how, drawing):
    """Half of white from everywhere: a white ball shows half and looks like its background, whatever its finish."""
    scenes = ball(drawing, specular=0.5, shininess=shininess, metallic=metallic, coat=coat, color=1.0)
    if how == "ambient":
        scenes.lights.ambient[:] = 0.5
    else:
        scenes.environment.map[:], scenes.environment.intensity[:] = 0, 0.5
        scenes.lights.irradiance[:] = 0.5 * drawing.library.environments.irradiance[0]
    found = Drawn(drawing, scenes)
    assert len(found.pbr) > 1500
    np.testing.assert_allclose(found.pbr, 0.5, rtol=0.02)


@pytest.mark.parametrize("yaw", [0.0, 90.0, 200.0])
def test_a_mirror_shows_the_spot_where_it_reflects(yaw, drawing):
    """The brightest pixel of a smooth metal ball: its normal lies halfway between the eye and the turned spot."""
    scenes = ball(drawing, specular=0.5, shininess=1000, metallic=1.0, color=1.0)
    scenes.environment.map[:], scenes.environment.yaw[:], scenes.environment.intensity[:] = 1, np.radians(yaw), 0.3
    c, s = np.cos(np.radians(yaw)), np.sin(np.radians(yaw))
    spot = np.array([c * SPOT[0] - s * SPOT[1], s * SPOT[0] + c * SPOT[1], SPOT[2]])
    found = Drawn(drawing, scenes)
    bright = found.pbr.sum(axis=-1)
    k = bright > 0.9 * bright.max()
    mirror = 2 * dot(found.n, found.e) * found.n - found.e
    middle = mirror[k].mean(axis=0)
    assert np.degrees(np.arccos(middle @ spot / np.linalg.norm(middle))) < 5
    assert bright.max() > 3 * np.median(bright)


def test_a_smooth_metal_shows_the_map_in_its_colour(drawing):
    """Everywhere where the map is smooth: the radiance of the mirrored direction, times colour and what is lost."""
    scenes = ball(drawing, specular=0.5, shininess=1000, metallic=1.0, color=[0.9, 0.6, 0.3])
    scenes.environment.map[:] = 1
    found = Drawn(drawing, scenes)
    mirror = 2 * dot(found.n, found.e) * found.n - found.e
    expected = np.stack([0.1 + 0 * mirror[:, 0], 0.1 + 0.4 * np.maximum(mirror[:, 0], 0)], axis=-1) * [0.9, 0.6]
    sure = (dot(found.n, found.e)[:, 0] > 0.5) & (mirror @ SPOT < 0.8)
    assert sure.sum() > 1000
    np.testing.assert_allclose(found.pbr[sure][:, :2], expected[sure], rtol=0.1, atol=0.005)


@pytest.mark.parametrize("yaw", [0.0, 50.0, 90.0, 250.0])
def test_a_matt_ball_shows_the_irradiance_of_the_turned_map(yaw, drawing):
    """Against the sum over the map's texels of radiance, cosine and solid angle; nine harmonics are good to a few per cent."""
    angle = np.radians([yaw])
    maps = drawing.library.environments
    scenes = ball(drawing, specular=0, shininess=1, color=1.0)
    scenes.lights.irradiance[:] = 2 * turned(maps.irradiance[1:], angle)
    found = Drawn(drawing, scenes)
    c, s = np.cos(angle[0]), np.sin(angle[0])
    d = texels(PX).reshape(-1, 3) @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]).T
    weight = spotted().reshape(-1, 3) * solid_angles(PX).reshape(-1, 1) / np.pi
    some = np.flatnonzero(dot(found.n, found.e)[:, 0] > 0.2)[::20]
    expected = 2 * np.maximum(found.n[some] @ d.T, 0) @ weight
    np.testing.assert_allclose(found.phong[some], expected, atol=0.02)
    assert np.ptp(expected, axis=0).max() > 0.1
