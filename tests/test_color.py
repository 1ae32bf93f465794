"""Tests of colours: HSV against colorsys, sRGB against its encoding, kelvin against Planck's law."""

import colorsys

import numpy as np
import pytest

from raster.color import linear_from_hsv, linear_from_kelvin, linear_from_srgb

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of linear sRGB


def encoded(c: np.ndarray) -> np.ndarray:
    """sRGB of linear values, as IEC 61966-2-1 states it."""
    return np.where(c <= 0.0031308, 12.92 * c, 1.055 * np.power(c, 1 / 2.4) - 0.055)


def black_body(kelvin: float) -> np.ndarray:
    """Linear sRGB of luminance 1: Planck's law, seen by Wyman, Sloan & Shirley's (2013) fits to the CIE observer."""
    wave = np.arange(360.0, 831.0)

    def lobe(scale: float, mean: float, below: float, above: float) -> np.ndarray:
        return scale * np.exp(-0.5 * ((wave - mean) / np.where(wave < mean, below, above)) ** 2)

    x = lobe(1.056, 599.8, 37.9, 31.0) + lobe(0.362, 442.0, 16.0, 26.7) + lobe(-0.065, 501.1, 20.4, 26.2)
    y = lobe(0.821, 568.8, 46.9, 40.5) + lobe(0.286, 530.9, 16.3, 31.1)
    z = lobe(1.217, 437.0, 11.8, 36.0) + lobe(0.681, 459.0, 26.0, 13.8)
    radiance = wave**-5 / np.expm1(1.438777e7 / (wave * kelvin))
    xyz = np.array([x, y, z]) @ radiance
    rgb_from_xyz = np.linalg.inv([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    return rgb_from_xyz @ (xyz / xyz[1])


def test_srgb_is_undone():
    code = np.linspace(0, 1, 4096).reshape(64, 64)
    np.testing.assert_allclose(encoded(linear_from_srgb(code)), code, atol=1e-6)  # its two pieces miss by 1e-7


@pytest.mark.parametrize(("code", "linear"), [(0, 0), (0.04, 0.0030960), (0.5, 0.2140411), (188 / 255, 0.5028865), (1, 1)])
def test_srgb_values_that_are_known(code, linear):
    assert linear_from_srgb(np.array(code)) == pytest.approx(linear, abs=1e-6)


def test_hsv_is_colorsys():
    hue, saturation, value = np.meshgrid(np.linspace(-360, 720, 55), np.linspace(0, 1, 6), np.linspace(0, 1, 6))
    found = linear_from_hsv(hue, saturation, value)
    assert found.shape == (*hue.shape, 3)
    assert found.dtype == np.float32
    for place in np.ndindex(hue.shape):
        expected = colorsys.hsv_to_rgb(hue[place] / 360 % 1, saturation[place], value[place])
        np.testing.assert_allclose(encoded(found[place].astype(float)), expected, atol=2e-6)


@pytest.mark.parametrize("kelvin", [1800, 2222, 2500, 2700, 3500, 4000, 5000, 6500, 9000, 15000, 25000])
def test_kelvin_is_planck_seen_by_the_standard_observer(kelvin):
    expected = np.maximum(black_body(kelvin), 0)
    np.testing.assert_allclose(linear_from_kelvin(kelvin), expected, atol=0.03 * expected.max())


def test_6500_kelvin_is_nearly_white():
    """Daylight is a little greener than the black body, so not quite (1, 1, 1)."""
    np.testing.assert_allclose(linear_from_kelvin(6500), 1, atol=0.06)


def test_kelvin_has_luminance_one_and_turns_from_red_to_blue():
    rgb = linear_from_kelvin(np.linspace(2000, 25000, 500).reshape(5, 100))
    assert rgb.shape == (5, 100, 3)
    np.testing.assert_allclose(rgb @ LUMINANCE, 1, atol=2e-3)
    assert (np.diff((rgb[..., 2] / rgb[..., 0]).ravel()) > 0).all()
    assert linear_from_kelvin(1667).min() >= 0
