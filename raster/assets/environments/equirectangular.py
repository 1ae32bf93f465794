"""Equirectangular maps (H, 2 H, 3): which way each pixel looks, what it weighs, and how bright the whole is.

Row 0 looks up (+z). The middle column looks along +x, and columns to the right of it turn towards -y, so that a map seen from
inside is not mirrored: column c of W has azimuth pi - 2 pi (c + 0.5) / W, from x towards y.
"""

from functools import lru_cache

import numpy as np

from raster.transforms import direction

LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # of linear sRGB (IEC 61966-2-1)


@lru_cache(maxsize=4)
def directions(height: int) -> np.ndarray:
    """(H, 2 H, 3) float32 unit vectors of the pixels' centres; read-only."""
    azimuth = np.pi - np.pi * (np.arange(2 * height) + 0.5) / height
    elevation = np.pi / 2 - np.pi * (np.arange(height) + 0.5) / height
    d = direction(*np.broadcast_arrays(azimuth, elevation[:, None])).astype(np.float32)
    d.flags.writeable = False
    return d


def solid_angles(height: int) -> np.ndarray:
    """(H, 1) float64 steradians of one pixel in each row; all pixels together 4 pi."""
    edge = np.cos(np.pi * np.arange(height + 1) / height)
    return ((edge[:-1] - edge[1:]) * np.pi / height)[:, None]


def luminance(color: np.ndarray) -> np.ndarray:
    """(...) of linear RGB (..., 3)."""
    return color[..., 0] * LUMINANCE[0] + color[..., 1] * LUMINANCE[1] + color[..., 2] * LUMINANCE[2]


def upward_irradiance(maps: np.ndarray) -> np.ndarray:
    """(..., 3) float64: irradiance / pi of a surface that faces up under maps (..., H, 2 H, 3): what it shows if white."""
    height = maps.shape[-3]
    edge = np.sin(np.minimum(np.pi * np.arange(height + 1) / height, np.pi / 2)) ** 2 / 2  # integral of sin * cos
    rows = maps.mean(axis=-2, dtype=np.float64)
    return 2 * (rows * (edge[1:] - edge[:-1])[:, None]).sum(axis=-2)


def shrink(image: np.ndarray, height: int) -> np.ndarray:
    """(height, 2 height, 3) float32 averages by solid angle of an image (H, 2 H, 3); the image itself where H <= height."""
    if len(image) <= height:
        return image
    low = _averaged(image, solid_angles(len(image))[:, 0], height)
    return np.ascontiguousarray(_averaged(low.swapaxes(0, 1), np.ones(2 * len(image)), 2 * height).swapaxes(0, 1))


def _averaged(image: np.ndarray, weight: np.ndarray, count: int) -> np.ndarray:
    """(count, ...) float32 averages of rows (H, ...) with weights (H,) over equal stretches, which may end within a row."""
    edge = np.arange(count + 1) * len(image) / count
    out = np.zeros((count, *image.shape[1:]), np.float32)
    for k in range(count):
        rows = np.arange(int(edge[k]), min(int(np.ceil(edge[k + 1])), len(image)))
        w = weight[rows] * (np.minimum(rows + 1, edge[k + 1]) - np.maximum(rows, edge[k]))
        for row, share in zip(rows, w / w.sum(), strict=True):
            out[k] += image[row] * np.float32(share)
    return out
