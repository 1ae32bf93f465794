"""Tests of the CAMERA rows: every value of lens and sensor arrives, and the kernels of blur and mask."""

from types import SimpleNamespace

import numpy as np
import pytest

from raster.rendering.camera_effects import MASK_VARIANCE, camera_rows, kernels
from raster.rendering.gpu_structs import CAMERA
from raster.scene.cameras import Cameras, Lens, Sensor
from raster.scene.lights import Lights
from raster.transforms import perspective

EFFECTS = ("focus", "motion", "distortion", "sensor", "jpeg")


def scenes(batch: int, aspect: float = 1.0, seed: int = 0) -> SimpleNamespace:
    """Random cameras, lenses and sensors."""
    rng = np.random.default_rng(seed)
    made = SimpleNamespace(
        index=np.arange(batch), cameras=Cameras.default(batch, aspect), lens=Lens.default(batch), sensor=Sensor.default(batch),
        lights=Lights.default(batch, 1), slots={},
    )  # fmt: skip
    made.cameras.fov_y[:] = np.radians(rng.uniform(20, 90, batch))
    made.cameras.pixel_aspect[:] = rng.uniform(0.9, 1.1, batch)
    made.cameras.principal_point_ndc[:] = rng.uniform(-0.1, 0.1, (batch, 2))
    for part in (made.lens, made.sensor):
        for array in vars(part).values():
            array[:] = rng.uniform(0.1, 1, array.shape) if array.dtype == np.float32 else rng.integers(0, 2**32, array.shape)
    return made


def test_focal_length_and_principal_point_are_those_of_the_drawing():
    """A point projected by raster.transforms.perspective lies where the pinhole model says, row 0 on top."""
    made, size = scenes(20, 1.5), (60, 90)
    rows = camera_rows(made, size)
    c = made.cameras
    clip = perspective(c.fov_y, c.aspect / c.pixel_aspect, c.near, c.far, c.principal_point_ndc)
    point = np.array([0.3, -0.2, -2.0, 1.0])
    seen = np.einsum("bij,j->bi", clip, point)
    ndc = seen[:, :2] / seen[:, 3:]
    px = (ndc * [1, -1] + 1) / 2 * [90, 60]
    np.testing.assert_allclose(rows["principal"] + rows["focal"] * np.array([0.3, 0.2]) / 2, px, atol=1e-3)


def test_every_value_arrives_and_only_that_of_the_effects():
    made = scenes(5)
    rows = camera_rows(made, (32, 32), (3, 4))
    lens, sensor = made.lens, made.sensor
    np.testing.assert_array_equal(rows["margin"][:, :2], [[4, 3]] * 5)
    k, tangential = rows["radial"], rows["tangential"]
    np.testing.assert_array_equal(np.hstack([k[:, :2], tangential, k[:, 2:]]), lens.distortion)
    np.testing.assert_array_equal(np.hstack([rows["translation"], rows["rotation"]]), lens.shutter_motion)
    for name in ("focus", "aperture", "vignette", "aberration"):
        np.testing.assert_array_equal(rows[name], getattr(lens, name))
    np.testing.assert_allclose(rows["gain"], sensor.exposure[:, None] * sensor.balance)
    np.testing.assert_array_equal(rows["noise"], np.stack([sensor.shot, sensor.read], axis=1))
    np.testing.assert_array_equal(rows["film_curve"], sensor.curve)
    for name in ("sharpen", "saturation", "contrast", "quality"):
        np.testing.assert_array_equal(rows[name], getattr(sensor, name))
    np.testing.assert_array_equal(rows["noise_seed"], sensor.noise)
    np.testing.assert_array_equal(rows["scene"] & 0xFFFF, np.arange(5))
    perfect = SimpleNamespace(index=made.index, cameras=made.cameras, lens=Lens.default(5), sensor=Sensor.default(5))
    np.testing.assert_array_equal(camera_rows(made, (32, 32), effects=())["gain"], 1)
    expected = camera_rows(perfect, (32, 32), effects=())
    for name in CAMERA.names:
        if name != "focus":  # of no use without an aperture
            np.testing.assert_array_equal(camera_rows(made, (32, 32), effects=())[name], expected[name], err_msg=name)


@pytest.mark.parametrize("effect", EFFECTS)
def test_an_effect_alone_brings_only_its_own(effect):
    made = scenes(3)
    own = {
        "focus": {"focus", "aperture"}, "motion": {"translation", "rotation"},
        "distortion": {"radial", "tangential", "distorts"},
        "sensor": {
            "vignette", "aberration", "gain", "kernel", "sharpen", "kernel_radius", "noise", "saturation",
            "contrast", "film_curve", "noise_seed",
        },
        "jpeg": {"quality"},
    }[effect]  # fmt: skip
    one, none = camera_rows(made, (32, 32), effects=(effect,)), camera_rows(made, (32, 32), effects=())
    assert {name for name in CAMERA.names if not np.array_equal(one[name], none[name])} == own


def spread(values: np.ndarray, reach: np.ndarray, k: int, b: int) -> float:
    """The variance of the kernel's row, in px squared."""
    d = np.arange(-reach[b], reach[b] + 1)
    side = values[b, k]
    weights = np.array([side, 1 - 2 * side, side]) if reach[b] == 1 else 2.0 ** (-side * d * d)
    return float((weights * d * d).sum() / weights.sum())


def test_kernels_have_the_variance_that_is_asked_for():
    blur = np.array([0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 1.0, 2.0, 3.0])
    for sharpen in (0.0, 0.5):
        values, reach = kernels(blur, np.full(9, sharpen))
        for b, sigma in enumerate(blur):
            if reach[b] == 0:
                assert sigma == sharpen == 0
                continue
            assert spread(values, reach, 0, b) == pytest.approx(sigma**2, rel=0.1, abs=1e-6)
            mask = sigma**2 + (MASK_VARIANCE if sharpen else 0)
            assert spread(values, reach, 1, b) == pytest.approx(min(mask, 2 / 3) if reach[b] == 1 else mask, rel=0.1)
    np.testing.assert_array_equal(kernels(blur, np.zeros(9))[1], [0, 1, 1, 1, 1, 2, 3, 5, 8])
