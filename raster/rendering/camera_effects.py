"""(Scenes) -> CAMERA rows: what the effects after drawing need to know of each picture's lens and sensor."""

from collections.abc import Sequence

import numpy as np

from raster.rendering.gpu_structs import CAMERA
from raster.scene.cameras import Sensor
from raster.scene.requirements import EFFECTS
from raster.scene.scenes import Scenes

MASK_VARIANCE = 0.5  # px squared: how much softer the mask is that sharpening takes away
NARROW = 0.5  # px squared: up to this variance a blur reaches one pixel only
MAX_3X3_VARIANCE = 2.0 / 3.0  # px squared: the variance of three pixels that weigh the same
MAX_FALLOFF = 60.0  # falloff that leaves a neighbour 2**-60


def camera_rows(
    scenes: Scenes, size: tuple[int, int], pad: tuple[int, int] = (0, 0), effects: Sequence[str] = EFFECTS
) -> np.ndarray:
    """(B,) CAMERA for pictures of size (H, W) px, of which pad (rows, columns) more are drawn beyond each edge.

    effects: names in EFFECTS; what belongs to none of them is left as a perfect lens and sensor leave it.
    """
    cameras, lens = scenes.cameras, scenes.lens
    sensor = scenes.sensor if "sensor" in effects else Sensor.default(len(scenes.index))
    rows = np.zeros(len(scenes.index), CAMERA)
    rows["scene"] = np.arange(len(rows))
    rows["focal"], rows["principal"] = cameras.focal_px(size), cameras.principal_px(size)
    rows["margin"] = pad[::-1]
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
    if "jpeg" in effects:
        rows["quality"] = scenes.sensor.quality
    _write(rows, sensor)
    return rows


def missing_effect(scenes: Scenes, effects: Sequence[str]) -> str | None:
    """A effect that some of the scenes need and that is not among `effects`, None if all are there."""
    lens, sensor = scenes.lens, scenes.sensor
    off = (lens.vignette, lens.aberration, sensor.blur, sensor.sharpen, sensor.shot, sensor.read, sensor.curve)
    asked = {
        "focus": lens.aperture.any(), "motion": lens.shutter_motion.any(), "distortion": lens.distortion.any(),
        "jpeg": sensor.quality.any(),
        "sensor": any(a.any() for a in off)
        or any((a != 1).any() for a in (sensor.exposure, sensor.balance, sensor.saturation, sensor.contrast)),
    }  # fmt: skip
    return next((effect for effect, wanted in asked.items() if wanted and effect not in effects), None)


def _write(rows: np.ndarray, sensor: Sensor) -> None:
    """Copy the sensor into rows (B,) CAMERA."""
    rows["gain"] = sensor.exposure[:, None] * sensor.balance
    rows["kernel"], rows["kernel_radius"] = kernels(sensor.blur, sensor.sharpen)
    rows["sharpen"] = sensor.sharpen
    rows["noise"] = np.stack([sensor.shot, sensor.read], axis=1)
    rows["noisy"] = rows["noise"].any(axis=1)
    rows["saturation"] = sensor.saturation
    rows["contrast"], rows["film_curve"] = sensor.contrast, sensor.curve
    rows["noise_seed"] = sensor.noise


def kernels(blur: np.ndarray, sharpen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(B, 2) numbers of two kernels, of the blur and of the mask that sharpening needs, and their reach (B,) px; blur (B,) px.

    The mask is the blurred light blurred once more. Reach 0: neither is needed. Reach 1: what a pixel's neighbours weigh in a
    row of three whose sum is 1: half the kernel's variance. Beyond: falloffs of Gaussians, log2(e) / (2 variance), which weigh
    2**(-falloff * d * d) at distance d and are cut off at 2.5 standard deviations.
    """
    soft = blur.astype(np.float64) ** 2
    variance = np.stack([soft, soft + MASK_VARIANCE * (sharpen > 0)], axis=1)
    near = np.minimum(variance, MAX_3X3_VARIANCE) / 2
    far = np.minimum(np.log2(np.e) / 2 / np.maximum(variance, 1e-9), MAX_FALLOFF)
    narrow = soft <= NARROW
    reach = np.where(narrow, 1, np.ceil(2.5 * np.sqrt(variance[:, 1])))
    return np.where(narrow[:, None], near, far), np.where(variance.any(axis=1), reach, 0)
