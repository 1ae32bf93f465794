"""extract_sun: a sun found in a map and taken out of it, as a directional light, which casts a sharp shadow."""

import numpy as np

from raster.assets.environments.equirectangular import directions, luminance, solid_angles
from raster.transforms import normalize

BRIGHT = 30.0  # times the mean of all but the brightest hundredth of the sphere: more is a lamp or the sun
CONE = np.cos(np.radians(6.0))  # round its middle; a sun spread by a lens and by the map's pixels fits in
MAX_SUN_SR = 0.02  # steradians above BRIGHT, a disc of 9 degrees: what is larger is a window or a soft box
SHARE_IN_CONE = 0.8  # of what is above BRIGHT; less means several lamps
SHARE_OF_LIGHT = 0.05  # of the light of all the sphere; less casts no shadow worth the name


def extract_sun(image: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The map (H, 2 H, 3) float32 without its sun, the direction (3,) towards that and its irradiance / pi (3,), both float64.

    The brightness above BRIGHT is taken out of the pixels; those keep what is below. (0, 0, 1) and 0 where there is no sun.
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
