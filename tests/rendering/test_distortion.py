"""Tests of lenses that distort, on pictures made by hand: against OpenCV's formulas, light and labels."""

import numpy as np
import pytest
from post_processed import noise, positions
from srgb import linear

from raster.gl.formats import FORMATS
from raster.randomizers.distortion_limits import margin_and_stretch

K = np.array([[-0.12, 0.02, 0.003, -0.002, 0.0], [0.2, -0.03, -0.004, 0.003, 0.01], [-0.25, 0.12, 0, 0, -0.01]])


def forward(px: np.ndarray, k: np.ndarray, focal: float, centre: np.ndarray) -> np.ndarray:
    """OpenCV's documented model: px of the pinhole (..., 2) -> px of the picture."""
    x, y = np.moveaxis((px - centre) / focal, -1, 0)
    k1, k2, p1, p2, k3 = k
    r2 = x * x + y * y
    radial = 1 + k1 * r2 + k2 * r2**2 + k3 * r2**3
    seen = [x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x), y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y]
    return np.stack(seen, axis=-1) * focal + centre


def test_every_pixel_shows_what_the_model_brings_there(taken):
    """Float layers tell where each pixel comes from: forward() of it is within that pixel's reach of where it is seen."""
    size, pad = (64, 96), (24, 36)
    at = np.tile(positions(*size, pad), (3, 1, 1, 1))
    codes = np.concatenate([at, 0 * at], axis=-1)
    row = np.arange(at[0, ..., 0].size, dtype=np.uint32).reshape(at.shape[1:3])
    others = {"at": (codes, "rgba32f"), "row": (np.tile(row, (3, 1, 1)), "r32ui"), "u": (codes[..., 0], "r32f")}
    found = taken(noise(3, *at.shape[1:3]), ("distortion",), pad, others=others, distortion=K, fov_y=np.radians(60))
    focal, centre = 32 / np.tan(np.radians(30)), np.array([48.0, 32.0])
    here = positions(*size, (0, 0))
    for b, k in enumerate(K):
        came = found["at"][b, ..., :2].astype(float)
        across, down = (came[..., 0] + pad[1]).astype(int), (came[..., 1] + pad[0]).astype(int)
        np.testing.assert_array_equal(found["row"][b], row[down, across])
        np.testing.assert_array_equal(found["u"][b], came[..., 0])
        # The true source is within half a pixel: the corners of that pixel, taken forward, enclose the pixel's centre.
        corners = [forward(came + 0.501 * np.array(d), k, focal, centre) for d in ((-1, -1), (1, -1), (-1, 1), (1, 1))]
        assert ((np.min(corners, axis=0) <= here) & (here <= np.max(corners, axis=0))).all()
    assert np.abs(found["at"][0, ..., :2] - here).max() > 3


def test_light_is_taken_between_pixels(taken):
    """A ramp of light is linear, so that bilinear reading gives the source's position to a fraction of a pixel."""
    size, pad = (64, 64), (30, 30)
    at = positions(*size, pad)
    ramp = np.stack([(at[..., 0] + 40) / 160, (at[..., 1] + 40) / 160, 0 * at[..., 0]], axis=-1)
    found = taken(np.tile(ramp, (3, 1, 1, 1)), ("distortion",), pad, distortion=K, fov_y=np.radians(60))["color"]
    came = linear(found)[..., :2] * 160 - 40
    focal = 32 / np.tan(np.radians(30))
    for b, k in enumerate(K):
        error = np.abs(forward(came[b], k, focal, np.array([32.0, 32.0])) - positions(*size, (0, 0)))
        assert error.max() < 0.8  # a level of 8 bit sRGB is up to 1.1 px
        assert error.mean() < 0.25


@pytest.mark.slow
def test_newton_reaches_the_inverse_at_the_ends_of_what_is_allowed():
    """distortion.glsl in NumPy, float32: within 1e-4 px, over ranges that just do not fold."""
    at = positions(256, 256, (0, 0)).astype(np.float32)
    focal, centre = np.float32(181.0), np.float32(128)  # the corner is at distance 1
    for k1, k2 in ((-0.13, 0.0), (-0.3, 0.2), (0.5, 0.3), (-0.09, -0.02), (0.3, -0.1)):
        assert np.isfinite(margin_and_stretch((k1, k1), (k2, k2), (0.0, 0.0)))[0]
        seen = (at - centre) / focal
        x = seen.copy()
        for _ in range(6):
            r2 = (x * x).sum(axis=-1, keepdims=True)
            radial, slope = 1 + r2 * (k1 + r2 * k2), 2 * (k1 + r2 * 2 * k2)
            error = (x * radial - seen).astype(np.float32)
            a, d = radial[..., 0] + slope[..., 0] * x[..., 0] ** 2, radial[..., 0] + slope[..., 0] * x[..., 1] ** 2
            b = slope[..., 0] * x[..., 0] * x[..., 1]
            effect = np.stack([d * error[..., 0] - b * error[..., 1], a * error[..., 1] - b * error[..., 0]], axis=-1)
            x = (x - effect / (a * d - b * b)[..., None]).astype(np.float32)
        back = forward(x.astype(float) * focal + centre, np.array([k1, k2, 0, 0, 0]), focal, np.array([128.0, 128.0]))
        assert np.abs(back - at).max() < 1e-4, (k1, k2)


@pytest.mark.parametrize(("form", "channels"), [("r8ui", 1), ("r16ui", 1), ("r32f", 1), ("srgb8", 4), ("rgba16f", 4)])
def test_layers_that_are_not_bent_keep_every_byte(form, channels, taken):
    rng = np.random.default_rng(3)
    array = rng.integers(0, 200, (2, 20, 30, channels))[..., : channels or 1]
    array = array[..., 0] if channels == 1 else array
    found = taken(noise(2, 20, 30), ("distortion",), (2, 3), others={"x": (array, form)})["x"]
    keep = FORMATS[form].keep
    expected = array[:, 2:-2, 3:-3] if channels == 1 else array[:, 2:-2, 3:-3, :keep]
    np.testing.assert_array_equal(found, expected)
