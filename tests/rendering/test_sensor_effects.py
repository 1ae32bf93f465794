"""Tests of the sensor and of JPEG, on pictures made by hand: each against a formula, JPEG against Pillow."""

import io

import numpy as np
import pytest
from PIL import Image
from post_processed import noise, smooth
from srgb import linear, srgb

MIDDLE_GREY = 0.4614


@pytest.mark.parametrize("sigma", [0.3, 0.5, 0.7, 1.0, 2.0])
def test_blur_spreads_a_point_by_its_deviation(sigma, taken):
    light = np.zeros((1, 41, 41, 3))
    light[0, 20, 20] = 40.0
    found = linear(taken(light, ("sensor",), blur=sigma, exposure=0.02)["color"])[0, ..., 1]
    d = np.arange(41) - 20.0
    assert found.sum() == pytest.approx(0.8, rel=0.03)
    for axis in (0, 1):
        profile = found.sum(axis=axis) / found.sum()
        assert (profile * d).sum() == pytest.approx(0, abs=1e-6)
        assert np.sqrt((profile * d * d).sum()) == pytest.approx(sigma, rel=0.06)


def test_blur_keeps_the_edge_of_the_picture(taken):
    assert np.abs(taken(np.full((1, 16, 16, 3), 0.5), ("sensor",), blur=0.6, sharpen=0.4)["color"] - srgb(0.5)).max() < 0.6


def test_sharpening_steepens_edges_and_leaves_planes(taken):
    light = np.full((2, 32, 32, 3), 0.1)
    light[:, :, 16:] = 0.6
    plain, sharp = (taken(light, ("sensor",), sharpen=s)["color"][0, 16, :, 0].astype(int) for s in (0, 0.5))
    np.testing.assert_array_equal(plain[[2, 10, 20, 29]], sharp[[2, 10, 20, 29]])
    assert 0 < sharp[15] < plain[15] - 5
    assert sharp[16] > plain[16] + 5


def test_exposure_and_balance_are_factors_of_light(taken):
    light = 0.4 * noise(2, 16, 16)
    found = taken(light, ("sensor",), exposure=[0.5, 2], balance=[1, 0.9, 1.2])["color"]
    for b, factor in enumerate((0.5, 2)):
        assert np.abs(found[b] - srgb(light[b] * factor * np.array([1, 0.9, 1.2]))).max() < 0.7


def test_noise_has_the_deviation_of_its_formula(taken):
    """sigma^2 = shot^2 * light + read^2, mean 0; alike and independent in all channels, pixels and pictures."""
    level = np.array([0.1, 0.3, 0.6])
    light = np.broadcast_to(level[:, None, None, None], (3, 128, 128, 3))
    shot, read = 0.03, 0.01
    found = linear(taken(light, ("sensor",), shot=shot, read=read, noise=[1, 2, 3])["color"]) - level[:, None, None, None]
    for b in range(3):
        sigma = np.sqrt(shot**2 * level[b] + read**2)
        assert found[b].std() == pytest.approx(sigma, rel=0.02)
        assert abs(found[b].mean()) < 5 * sigma / np.sqrt(found[b].size) + 1e-3 * level[b]
        normal = found[b] / sigma
        assert abs((normal**3).mean()) < 0.08
        assert 2.5 < (normal**4).mean() < 3.2
        assert (np.abs(normal) > 2).mean() == pytest.approx(0.0455, abs=0.01)
        pairs = [(found[b, :, :, 0], found[b, :, :, 1]), (found[b, :, :, 1], found[b, :, :, 2]), (found[b, 1:], found[b, :-1]),
                 (found[b, :, 1:], found[b, :, :-1]), (found[b], found[b - 1])]  # fmt: skip
        for one, other in pairs:
            assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 5 / np.sqrt(one.size)


def test_noise_is_a_function_of_its_seed(taken):
    light = np.full((3, 32, 32, 3), 0.4)
    found = taken(light, ("sensor",), shot=0.05, noise=[7, 8, 7])["color"]
    np.testing.assert_array_equal(found[0], found[2])
    assert (found[0] != found[1]).mean() > 0.8


def test_the_curve_rolls_off_highlights_and_keeps_middle_grey(taken):
    """Narkowicz 2015, scaled so that 18 % stays."""
    x = np.geomspace(0.01, 8, 64)
    light = np.broadcast_to(x[None, None, :, None], (2, 8, 64, 3))
    found = taken(light, ("sensor",), curve=[1, 0.5])["color"][:, 4, :, 0]
    c = 0.7232 * x
    film = np.clip(c * (2.51 * c + 0.03) / (c * (2.43 * c + 0.59) + 0.14), 0, 1)
    assert np.abs(found[0] - srgb(film)).max() < 1
    assert np.abs(found[1] - srgb(0.5 * film + 0.5 * np.clip(x, 0, 1))).max() < 1
    grey = taken(np.full((1, 8, 8, 3), 0.18), ("sensor",), curve=1)["color"]
    assert np.abs(grey - srgb(0.18)).max() < 1


def test_saturation_and_contrast(taken):
    light = noise(3, 16, 16)
    found = taken(light, ("sensor",), saturation=[0, 1.5, 1], contrast=[1, 1, 0.5])["color"].astype(float)
    grey = light @ [0.2126, 0.7152, 0.0722]
    assert np.abs(found[0] - srgb(grey[0])[..., None]).max() < 1
    assert np.abs(found[1] - srgb(grey[1][..., None] + 1.5 * (light[1] - grey[1][..., None]))).max() < 1
    middle = 255 * MIDDLE_GREY
    assert np.abs(found[2] - (middle + 0.5 * (srgb(light[2]) - middle))).max() < 1


# --- JPEG


@pytest.mark.parametrize("size", [(64, 64), (61, 83), (16, 130), (7, 5)])
@pytest.mark.parametrize("quality", [5, 30, 75, 95, 100])
def test_jpeg_is_as_pillow_has_it(size, quality, taken):
    light = 0.8 * smooth(1, *size) + 0.2 * noise(1, *size)
    plain = taken(light, ())["color"][0]
    found = taken(light, ("jpeg",), quality=quality)["color"][0].astype(int)
    file = io.BytesIO()
    Image.fromarray(plain).save(file, "JPEG", quality=quality, subsampling="4:2:0")
    expected = np.asarray(Image.open(file)).astype(int)
    difference = np.abs(found - expected)
    assert difference.mean() < (1 if min(size) > 10 else 2)  # a coefficient near a half may be rounded to the other side
    assert np.quantile(difference, 0.95) <= 4
    if quality < 50 and min(size) > 10:
        assert difference.mean() < np.abs(expected - plain).mean() / 5


def test_quality_0_is_not_compressed_and_pictures_do_not_touch_each_other(taken):
    light = smooth(4, 40, 40) * noise(4, 40, 40)
    plain, mixed = taken(light, ())["color"], taken(light, ("jpeg",), quality=[0, 20, 0, 60])["color"]
    np.testing.assert_array_equal(mixed[[0, 2]], plain[[0, 2]])
    for b, quality in ((1, 20), (3, 60)):
        np.testing.assert_array_equal(mixed[b], taken(light[b : b + 1], ("jpeg",), quality=quality)["color"][0])
