"""Tests of the effects after drawing, on pictures made by hand: each against a formula or another program, and batches."""

import ctypes
import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from raster.gl.context import gl_function, open_context
from raster.gl.formats import FORMATS
from raster.gl.functions import GL_TEXTURE_2D_ARRAY, GLFunctions
from raster.gl.readback import Readback
from raster.randomizers.distortion_limits import margin_and_stretch
from raster.rendering.camera_effects import camera_rows
from raster.rendering.post_process import PostProcess
from raster.scene.cameras import Cameras, Lens, Sensor
from raster.scene.requirements import EFFECTS

GL_UNPACK_ALIGNMENT, GL_DEPTH_COMPONENT, GL_FLOAT = 0x0CF5, 0x1902, 0x1406
MIDDLE_GREY = 0.4614


@pytest.fixture(scope="module")
def ctx():
    return open_context()


@pytest.fixture(scope="module")
def gl(ctx):
    return GLFunctions(ctx)


def upload(gl: GLFunctions, array: np.ndarray, form: str, levels: int = 1) -> int:
    """A texture of (B, H, W, ...)."""
    form_, (batch, height, width) = FORMATS[form], array.shape[:3]
    data = np.ascontiguousarray(array, form_.dtype)
    name = gl.texture_array(form_.internal, width, height, batch, levels)
    gl.glPixelStorei(GL_UNPACK_ALIGNMENT, 1)
    where = (GL_TEXTURE_2D_ARRAY, 0, 0, 0, 0, width, height, batch)
    gl.glTexSubImage3D(*where, form_.pixel, form_.component, data.ctypes.data)
    return name


def upload_depth(gl: GLFunctions, z: np.ndarray, c: Cameras) -> int:
    """A depth texture of planar distances (B, H, W), metres, by perspective() in raster/transforms.py."""
    n, f = c.near[:, None, None].astype(float), c.far[:, None, None].astype(float)
    depth = np.ascontiguousarray(((f + n) / (f - n) - 2 * f * n / (f - n) / z + 1) / 2, np.float32)
    name = gl.depth_array(z.shape[2], z.shape[1], len(z))
    where = (GL_TEXTURE_2D_ARRAY, 0, 0, 0, 0, z.shape[2], z.shape[1], len(z))
    gl.glTexSubImage3D(*where, GL_DEPTH_COMPONENT, GL_FLOAT, depth.ctypes.data)
    return name


@pytest.fixture
def taken(ctx, gl):
    """A function: linear pictures (B, H + 2 rows, W + 2 columns, 3), and what lens and sensor do -> layers."""

    def take(light, effects=EFFECTS, pad=(0, 0), z=4.0, supersample=1, others=None, batch=None, **values) -> dict:
        batch_, height, width = light.shape[:3]
        size = height // supersample - 2 * pad[0], width // supersample - 2 * pad[1]
        made = SimpleNamespace(
            index=np.arange(batch_), cameras=Cameras.default(batch_, size[1] / size[0]), lens=Lens.default(batch_),
            sensor=Sensor.default(batch_),
        )  # fmt: skip
        for key, value in values.items():
            part = next(part for part in (made.lens, made.sensor, made.cameras) if hasattr(part, key))
            getattr(part, key)[:] = value
        whole = np.concatenate([light, np.ones((*light.shape[:3], 1))], axis=-1)
        color = upload(gl, whole, "rgba16f", supersample)
        depth = upload_depth(gl, np.broadcast_to(z, light.shape[:3]).astype(float), made.cameras)
        layers = {name: (upload(gl, array, form), FORMATS[form]) for name, (array, form) in (others or {}).items()}
        drawing = PostProcess(ctx, gl, effects, size, pad, supersample, batch_, ("color", color), depth, layers)
        rows = camera_rows(made, size, pad, effects)
        found: dict = {}
        for first in range(0, batch_, batch or batch_):  # what a split of the batch would draw
            part = np.roll(rows, -first)[: batch or batch_]
            drawing.run(part, len(part))
        readback = Readback(gl, drawing.outputs)
        readback.start()
        found = readback.finish(batch_)
        readback.release()
        drawing.release()
        gl.delete_textures(color, depth, *(texture for texture, _ in layers.values()))
        return found

    return take


def srgb(linear) -> np.ndarray:
    """Code values 0..255, not rounded (IEC 61966-2-1)."""
    c = np.clip(np.asarray(linear, float), 0, 1)
    return 255 * np.where(c <= 0.0031308, 12.92 * c, 1.055 * c ** (1 / 2.4) - 0.055)


def linear(codes) -> np.ndarray:
    c = np.asarray(codes, float) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def noise(batch: int, height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((batch, height, width, 3)).astype(np.float16).astype(float)


def smooth(batch: int, height: int, width: int) -> np.ndarray:
    """Waves of colour, different in each picture."""
    v, u = np.mgrid[:height, :width] / 12.0
    phase = np.arange(batch)[:, None, None]
    waves = [np.sin(u + k + phase) * np.cos(v * (1 + 0.3 * k) - phase) for k in range(3)]
    return 0.5 + 0.4 * np.stack(waves, axis=-1)


# --- Nothing to do


@pytest.mark.parametrize("size", [(32, 48), (33, 17)])
@pytest.mark.parametrize("effects", [(), EFFECTS, *((s,) for s in EFFECTS)])
def test_a_perfect_camera_shows_what_was_drawn(size, effects, taken):
    light = 1.3 * noise(3, *size)
    found = taken(light, effects)["color"]
    assert found.shape == (3, *size, 3)
    assert np.abs(found - srgb(light)).max() < 0.6


def test_what_is_off_in_one_picture_of_a_batch_stays_exactly_as_it_is(taken):
    """Also where the others make every effect run."""
    light = noise(3, 40, 40)
    plain = taken(light, ())["color"]
    one = np.array([0, 0, 1.0])
    everything = taken(
        light, aperture=0.3 * one, focus=2, shutter_motion=one[:, None] * 0.05, aberration=0.01 * one, blur=one, sharpen=one,
        shot=0.05 * one, quality=40 * one, vignette=one, distortion=0.05 * one[:, None],
    )["color"]  # fmt: skip
    np.testing.assert_array_equal(everything[:2], plain[:2])
    assert (everything[2] != plain[2]).mean() > 0.5


def test_padding_is_cut_off(taken):
    light = noise(2, 40, 60)
    found = taken(light, ("distortion",), (4, 6))["color"]
    assert np.abs(found - srgb(light[:, 4:-4, 6:-6])).max() < 0.6


def test_supersampled_light_is_averaged_before_it_is_encoded(taken):
    light = noise(2, 48, 64)
    found = taken(light, ("focus", "motion"), supersample=2)["color"]
    average = light.reshape(2, 24, 2, 32, 2, 3).mean(axis=(2, 4))
    assert np.abs(found - srgb(average)).max() < 0.7


# --- Distortion


K = np.array([[-0.12, 0.02, 0.003, -0.002, 0.0], [0.2, -0.03, -0.004, 0.003, 0.01], [-0.25, 0.12, 0, 0, -0.01]])


def forward(px: np.ndarray, k: np.ndarray, focal: float, centre: np.ndarray) -> np.ndarray:
    """OpenCV's documented model: px of the pinhole (..., 2) -> px of the picture."""
    x, y = np.moveaxis((px - centre) / focal, -1, 0)
    k1, k2, p1, p2, k3 = k
    r2 = x * x + y * y
    radial = 1 + k1 * r2 + k2 * r2**2 + k3 * r2**3
    seen = [x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x), y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y]
    return np.stack(seen, axis=-1) * focal + centre


def positions(height: int, width: int, pad: tuple[int, int]) -> np.ndarray:
    """(H + 2 rows, W + 2 columns, 2): (u, v) of every drawn pixel's centre, in px of the picture."""
    v, u = np.mgrid[: height + 2 * pad[0], : width + 2 * pad[1]] + 0.5
    return np.stack([u - pad[1], v - pad[0]], axis=-1)


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


def test_without_distortion_other_layers_are_left_to_their_own_targets(taken):
    ids = np.arange(2 * 16 * 16).reshape(2, 16, 16)
    found = taken(noise(2, 16, 16), ("focus", "motion", "sensor", "jpeg"), others={"id": (ids, "r16ui")}, quality=50, blur=1)
    assert set(found) == {"color"}


@pytest.mark.parametrize(("form", "channels"), [("r8ui", 1), ("r16ui", 1), ("r32f", 1), ("srgb8", 4), ("rgba16f", 4)])
def test_layers_that_are_not_bent_keep_every_byte(form, channels, taken):
    rng = np.random.default_rng(3)
    array = rng.integers(0, 200, (2, 20, 30, channels))[..., : channels or 1]
    array = array[..., 0] if channels == 1 else array
    found = taken(noise(2, 20, 30), ("distortion",), (2, 3), others={"x": (array, form)})["x"]
    keep = FORMATS[form].keep
    expected = array[:, 2:-2, 3:-3] if channels == 1 else array[:, 2:-2, 3:-3, :keep]
    np.testing.assert_array_equal(found, expected)


# --- Lens


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


# --- Sensor


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


# --- Batches, and what is given back


def random_values(batch: int) -> dict:
    rng = np.random.default_rng(1)
    some = lambda share: (rng.random(batch) < share).astype(float)  # noqa: E731
    return {
        "distortion": 0.05 * rng.normal(size=(batch, 5)) * some(0.7)[:, None] * [1, 0.3, 0.1, 0.1, 0],
        "aperture": rng.uniform(0, 0.2, batch) * some(0.5), "focus": rng.uniform(2, 6, batch),
        "shutter_motion": 0.02 * rng.normal(size=(batch, 6)) * some(0.5)[:, None], "vignette": rng.random(batch),
        "aberration": 0.01 * rng.normal(size=batch) * some(0.5), "blur": rng.uniform(0, 1.2, batch) * some(0.7),
        "sharpen": rng.random(batch) * some(0.5), "exposure": rng.uniform(0.7, 1.4, batch), "shot": 0.05 * rng.random(batch),
        "read": 0.02 * rng.random(batch), "saturation": rng.uniform(0.5, 1.5, batch), "curve": rng.random(batch),
        "quality": rng.integers(20, 95, batch) * some(0.5), "noise": rng.integers(0, 2**32, batch),
    }  # fmt: skip


@pytest.mark.parametrize("supersample", [1, 2])
def test_batches_change_no_byte(supersample, taken):
    """Each picture is a function of its own values, whatever is drawn with it."""
    light = smooth(9, 72 * supersample, 88 * supersample)
    z = 2 + 3 * smooth(9, *light.shape[1:3])[..., 0]
    ids = (10 * smooth(9, 72, 88)[..., 1]).astype(int)
    values = random_values(9)
    whole = taken(light, pad=(4, 4), z=z, supersample=supersample, others={"id": (ids, "r8ui")}, **values)
    assert len({picture.tobytes() for picture in whole["color"]}) == 9
    for one in range(9):
        here = slice(one, one + 1)
        part = taken(light[here], pad=(4, 4), z=z[here], supersample=supersample, others={"id": (ids[here], "r8ui")},
                     **{key: value[here] for key, value in values.items()})  # fmt: skip
        for layer, array in part.items():
            assert array[0].tobytes() == whole[layer][one].tobytes(), (one, layer)


def alive(ctx) -> dict[str, int]:
    found = {}
    for kind in ("Buffer", "Texture", "VertexArray", "Framebuffer", "Program"):
        exists = gl_function(ctx, f"glIs{kind}", ctypes.c_ubyte, ctypes.c_uint)
        found[kind] = sum(exists(name) for name in range(1, 3000))
    return found


def test_release_frees_everything(ctx, taken):
    light, others = noise(2, 48, 48), {"id": (np.zeros((2, 24, 24)), "r8ui"), "c": (np.zeros((2, 24, 24, 4)), "srgb8")}
    before = alive(ctx)
    for _ in range(2):
        taken(light, supersample=2, others=others, **{key: value[:2] for key, value in random_values(9).items()})
    assert alive(ctx) == before
