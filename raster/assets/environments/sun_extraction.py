"""extract_sun: removes the sun from a map and returns it as a directional light, which can cast a sharp shadow."""

import numpy as np

from raster.assets.environments.equirectangular import directions, luminance, solid_angles
from raster.transforms import normalize

BRIGHT = 30.0  # what is this many times brighter than the mean, without the brightest hundredth, is a lamp or the sun
CONE = np.cos(np.radians(6.0))  # half angle around the sun's middle; a sun blurred by a lens and by the pixels fits in
MAX_SUN_SR = 0.02  # steradians above BRIGHT, a disc of 9 degrees: a larger area is a window or a soft box
SHARE_IN_CONE = 0.8  # least share of the light above BRIGHT in the cone; less means several lamps
SHARE_OF_LIGHT = 0.05  # least share of the light of the whole sphere; less casts no visible shadow


def extract_sun(image: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The map (H, 2 H, 3) float32 without its sun, the direction (3,) float64 to the sun, and its irradiance / pi (3,) float64.

    The pixels of the sun keep the brightness up to BRIGHT. Without a sun the direction is (0, 0, 1) and the irradiance 0.
    """
    nothing = image, np.array([0.0, 0.0, 1.0]), np.zeros(3)
    light, angle = luminance(image), np.broadcast_to(solid_angles(len(image)), image.shape[:2])
    limit = BRIGHT * _ordinary(light, angle)
    bright = light > limit
    if limit <= 0 or not bright.any() or angle[bright].sum() > MAX_SUN_SR:
        return nothing
    power = (light[bright] - limit) * angle[bright]
    d = directions(len(image))[bright].astype(np.float64)
    middle = d[np.argmax(light[bright])]
    near = (d * middle).sum(axis=-1) > CONE
    if power[near].sum() < SHARE_IN_CONE * power.sum() or power[near].sum() < SHARE_OF_LIGHT * (light * angle).sum():
        return nothing
    rows, columns = (axis[near] for axis in np.nonzero(bright))
    kept = image[rows, columns] * (limit / light[rows, columns])[:, None]
    color = ((image[rows, columns] - kept) * angle[rows, columns][:, None]).sum(axis=0) / np.pi
    rest = image.copy()
    rest[rows, columns] = kept
    return rest, normalize((d[near] * power[near][:, None]).sum(axis=0)), color


def _ordinary(light: np.ndarray, angle: np.ndarray) -> float:
    """Mean luminance over all but the brightest hundredth of the sphere."""
    order = np.argsort(light, axis=None)
    below = np.cumsum(angle.ravel()[order]) <= 0.99 * 4 * np.pi
    weight = angle.ravel()[order][below]
    return float((light.ravel()[order][below] * weight).sum() / weight.sum())
