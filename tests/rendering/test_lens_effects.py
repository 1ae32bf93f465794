"""Tests of aberration, vignetting, focus and motion, on pictures made by hand: each against a formula."""

import numpy as np
import pytest
from post_processed import noise, positions
from srgb import linear, srgb


def test_aberration_magnifies_red_less_and_blue_more(taken):
    """Edges of a white square move apart by the share of their distance from the middle."""
    light = np.zeros((1, 128, 128, 3))
    light[:, 24:104, 24:104] = 0.8
    found = linear(taken(light, ("sensor",), aberration=0.02)["color"][0, 64]) / 0.8
    width = found.sum(axis=0)  # px of the square's row
    np.testing.assert_allclose(width, 80 * np.array([1 / 1.02, 1, 1 / 0.98]), atol=0.15)


def test_vignetting_is_the_fourth_power_of_the_cosine(taken):
    found = taken(np.full((2, 64, 96, 3), 0.5), ("sensor",), vignette=[1, 0.4], fov_y=np.radians(70))["color"]
    at = (positions(64, 96, (0, 0)) - [48, 32]) / (32 / np.tan(np.radians(35)))
    fall = (1 / np.sqrt(1 + (at**2).sum(axis=-1))) ** 4
    for b, strength in enumerate((1, 0.4)):
        expected = srgb(0.5 * (1 + strength * (fall - 1)))
        assert np.abs(found[b] - expected[..., None]).max() < 0.7


@pytest.mark.parametrize("aperture", [0.05, 0.1, 0.2])
def test_an_edge_out_of_focus_is_as_wide_as_the_circle_of_confusion(aperture, taken):
    """The profile of an edge under a uniform disc of diameter D: its derivative has variance D^2 / 16."""
    light = np.zeros((1, 256, 256, 3))
    light[:, :, 128:] = 0.9
    z, focus, focal = 3.0, 2.0, 128 / np.tan(np.radians(25))
    diameter = aperture * focal * abs(z - focus) / (z * focus)
    found = linear(taken(light, ("focus",), z=z, aperture=aperture, focus=focus)["color"][0, 40:200, :, 1]).mean(axis=0) / 0.9
    line = np.diff(found) / (found[-1] - found[0])
    centre = (line * np.arange(1, 256)).sum()
    variance = (line * (np.arange(1, 256) - centre) ** 2).sum()
    assert abs(centre - 128) < 0.3
    assert 4 * np.sqrt(variance) == pytest.approx(diameter, abs=0.1 * diameter + 0.4)
    sharp = taken(light, ("focus",), z=z, aperture=aperture, focus=3.0)["color"]
    assert np.abs(sharp - srgb(light)).max() < 0.6


def test_what_is_sharp_in_front_does_not_bleed_and_what_is_blurred_in_front_spreads(taken):
    """Left half near, right half far; the near one white, the far one black."""
    light = np.zeros((2, 128, 128, 3))
    light[:, :, :64] = 1.0
    z = np.full((2, 128, 128), 4.0)
    z[:, :, :64] = 2.0
    found = linear(taken(light, ("focus",), z=z, aperture=0.3, focus=[2.0, 4.0])["color"])[..., 1].mean(axis=1)
    np.testing.assert_allclose(found[0, :64], 1, atol=0.01)  # the near one is in focus: its edge is hard,
    np.testing.assert_allclose(found[0, 64:], 0, atol=0.01)  # though what is behind it is blurred
    assert found[1, 60] < 0.95  # the near one is blurred: its edge is soft on both sides
    assert found[1, 66] > 0.05
    assert (np.diff(found[1]) < 0.02).all()


def test_a_sideways_move_smears_by_its_parallax(taken):
    """A bright line at z metres becomes as wide as way * focal / z, light kept; a turn smears every depth alike."""
    light = np.zeros((4, 128, 128, 3))
    light[:, :, 64] = 0.9
    focal = 64 / np.tan(np.radians(25))
    z = np.array([2.0, 4.0, 2.0, 4.0])[:, None, None] * np.ones((4, 128, 128))
    motion = np.array([[0.1, 0, 0, 0, 0, 0], [0.1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0.05, 0], [0, 0, 0, 0, 0.05, 0]])
    found = linear(taken(light, ("motion",), z=z, shutter_motion=motion)["color"])[:, 64, :, 1]
    for row, wide in zip(found, (0.1 * focal / 2, 0.1 * focal / 4, 0.05 * focal, 0.05 * focal), strict=True):
        assert row.sum() == pytest.approx(0.9, rel=0.15)
        assert (row > 0.3 * row.max()).sum() == pytest.approx(wide, abs=1.5)
        assert (row * np.arange(128)).sum() / row.sum() == pytest.approx(64, abs=1)


def test_a_roll_leaves_the_middle_and_smears_the_rim(taken):
    light = noise(1, 128, 128)
    found = linear(taken(light, ("motion",), shutter_motion=[0, 0, 0, 0, 0, 0.15])["color"])[0]
    difference = np.abs(found - light[0]).mean(axis=-1)
    assert difference[62:66, 62:66].max() < 0.01
    assert difference[:10, :10].mean() > 0.1
