"""camera_rows: what post-processing knows of each picture's floor, lens and sensor. missing_effect: what is not switched on."""

from collections.abc import Sequence

import numpy as np

from raster.rendering.drawn_margins import VIEWPORT_SHIFT, choose_viewports, steps_px
from raster.rendering.floor_reflection import write_floor_reflection
from raster.rendering.gpu_structs import CAMERA
from raster.scene.cameras import Sensor
from raster.scene.requirements import EFFECTS
from raster.scene.scenes import Scenes

MASK_VARIANCE = 0.5  # px squared: sharpening subtracts a mask, which is blurred by so much more than the picture
MAX_NARROW = 0.5  # px squared: up to this variance the kernel of a blur has 3 x 3 pixels
MAX_3X3_VARIANCE = 2.0 / 3.0  # px squared: the variance of three pixels that weigh the same
MAX_FALLOFF = 60.0  # falloff that leaves a neighbour 2**-60


def camera_rows(
    scenes: Scenes, size: tuple[int, int], pad: tuple[int, int] = (0, 0), effects: Sequence[str] = EFFECTS
) -> np.ndarray:
    """(B,) CAMERA for pictures of size (H, W) px; pad: (rows, columns) px that are drawn beyond each edge.

    effects: names in EFFECTS. What belongs to other effects gets the values of a perfect lens and sensor.
    """
    cameras, lens = scenes.cameras, scenes.lens
    sensor = scenes.sensor if "sensor" in effects else Sensor.default(len(scenes.index))
    rows = np.zeros(len(scenes.index), CAMERA)
    rows["scene"] = np.arange(len(rows))
    rows["focal"], rows["principal"] = cameras.focal_px(size), cameras.principal_px(size)
    rows["margin"][:, :2] = pad[::-1]
    rows["depth_range"] = np.stack([cameras.near, cameras.far], axis=1)
    if "distortion" in effects:
        rows["radial"], rows["tangential"] = lens.distortion[:, [0, 1, 4]], lens.distortion[:, 2:4]
    if "focus" in effects:
        rows["focus"], rows["aperture"] = lens.focus, lens.aperture
    if "motion" in effects:
        rows["translation"], rows["rotation"] = lens.shutter_motion[:, :3], lens.shutter_motion[:, 3:]
    if "sensor" in effects:
        rows["vignette"], rows["aberration"] = lens.vignette, lens.aberration
    rows["distorts"] = rows["radial"].any(axis=1) | rows["tangential"].any(axis=1)
    if "reflection" in effects:
        write_floor_reflection(rows, scenes)
    if "jpeg" in effects:
        rows["quality"] = scenes.sensor.quality
    _write_sensor(rows, sensor)
    viewports = choose_viewports(rows, size, pad)
    rows["margin"][:, 2:] = steps_px(pad)[viewports, ::-1]
    rows["scene"] += (viewports << VIEWPORT_SHIFT).astype(np.uint32)
    return rows


def missing_effect(scenes: Scenes, effects: Sequence[str]) -> str | None:
    """The name of an effect that some of the scenes need and that is not among `effects`; None if there is none."""
    lens, sensor = scenes.lens, scenes.sensor
    off = (
        lens.vignette,
        lens.aberration,
        sensor.metering_key,
        sensor.blur,
        sensor.sharpen,
        sensor.shot,
        sensor.read,
        sensor.curve,
    )
    asked = {
        "reflection": scenes.lights.reflections.any(),
        "focus": lens.aperture.any(), "motion": lens.shutter_motion.any(), "distortion": lens.distortion.any(),
        "jpeg": sensor.quality.any(),
        "sensor": any(a.any() for a in off)
        or any((a != 1).any() for a in (sensor.exposure, sensor.balance, sensor.saturation, sensor.contrast)),
    }  # fmt: skip
    return next((effect for effect, wanted in asked.items() if wanted and effect not in effects), None)


def _write_sensor(rows: np.ndarray, sensor: Sensor) -> None:
    """Write the sensor into rows (B,) CAMERA."""
    rows["gain"] = sensor.exposure[:, None] * sensor.balance
    rows["kernel"], rows["kernel_radius"] = kernels(sensor.blur, sensor.sharpen)
    rows["sharpen"] = sensor.sharpen
    rows["noise"] = np.stack([sensor.shot, sensor.read], axis=1)
    rows["saturation"] = sensor.saturation
    rows["contrast"], rows["film_curve"] = sensor.contrast, sensor.curve
    rows["noise_seed"] = sensor.noise


def kernels(blur: np.ndarray, sharpen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A number (B, 2) for each of two kernels, of the blur and of the mask that sharpening subtracts, and their radius (B,) px.

    blur (B,): standard deviation, px; sharpen (B,): strength, 0 = no mask. The mask is the blurred picture, blurred once more.
    Radius 0: neither kernel is needed. Radius 1: the number is the weight of each neighbour in a row of three pixels whose
    weights sum to 1, which is half the kernel's variance. Above 1: the kernels are Gaussians; the number is
    log2(e) / (2 variance), a pixel at distance d weighs 2**(-number * d * d), and pixels beyond 2.5 standard deviations are
    left out.
    """
    soft = blur.astype(np.float64) ** 2
    variance = np.stack([soft, soft + MASK_VARIANCE * (sharpen > 0)], axis=1)
    near = np.minimum(variance, MAX_3X3_VARIANCE) / 2
    far = np.minimum(np.log2(np.e) / 2 / np.maximum(variance, 1e-9), MAX_FALLOFF)
    narrow = soft <= MAX_NARROW
    radius = np.where(narrow, 1, np.ceil(2.5 * np.sqrt(variance[:, 1])))
    return np.where(narrow[:, None], near, far), np.where(variance.any(axis=1), radius, 0)
