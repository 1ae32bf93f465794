"""lit, disc: environment maps made by hand, soft lamps and a disc of light."""

import numpy as np

from raster.assets.environments.equirectangular import directions


def lit(height: int = 64, background: float = 0.2) -> np.ndarray:
    """A map (H, 2 H, 3) with soft lamps in three colours and places, brighter above."""
    d = directions(height).astype(np.float64)
    image = np.full(d.shape, background) * (1.2 + d[..., 2:])
    for c, (axis, sharp) in enumerate((([0.6, 0, 0.8], 8), ([0, 1, 0], 20), ([-0.48, 0.64, 0.6], 60))):
        image[..., c] += 4 * np.exp(sharp * ((d * axis).sum(axis=-1) - 1))
    return image.astype(np.float32)


def disc(image: np.ndarray, towards: np.ndarray, radius_deg: float, radiance: np.ndarray) -> np.ndarray:
    """The map with a disc of this radiance in it."""
    inside = (directions(len(image)) * towards).sum(axis=-1) > np.cos(np.radians(radius_deg))
    return np.where(inside[..., None], np.float32(radiance), image).astype(np.float32)
