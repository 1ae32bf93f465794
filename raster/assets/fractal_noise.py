"""fractal: 1/f noise, whose statistics are like those of natural pictures and clouds."""

import numpy as np
from PIL import Image

from raster.streams import Streams


def fractal(
    streams: Streams, name: str, px: int, coarsest: int = 4, falloff: float = 0.5, finest: int | None = None
) -> np.ndarray:
    """(B, px, px) float32, mean about 0, standard deviation about 1: the sum of random grids, enlarged to px.

    The grids have coarsest, 2 coarsest, 4 coarsest, ... cells a side, up to `finest` (default px). Each grid is `falloff` times
    as strong as the one before it; 0.5 makes the amplitude 1/f (Field 1987). Pillow's bicubic filter enlarges them.
    """
    grids, power, strength, cells = [], 0.0, 1.0, coarsest
    while cells <= (finest or px):
        grids.append((strength * (streams.uniform(f"{name}/{cells}", cells, cells) - 0.5)).astype(np.float32))
        power += strength**2 / 12  # the variance of a uniform number
        strength, cells = strength * falloff, 2 * cells
    out = np.empty((streams.count, px, px), np.float32)
    for b in range(streams.count):
        total = grids[0][b]
        for grid in grids[1:]:
            total = _resized(total, grid.shape[1]) + grid[b]
        out[b] = _resized(total, px)
    return out / np.float32(np.sqrt(power))


def _resized(image: np.ndarray, px: int) -> np.ndarray:
    """(px, px) float32: a grid (N, N) float32 enlarged."""
    return np.asarray(Image.fromarray(image).resize((px, px), Image.Resampling.BICUBIC))
