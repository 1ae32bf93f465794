"""The octahedral map: all directions on a square, and equirectangular maps brought onto it.

Direction d, p = d.xy / (|d.x| + |d.y| + |d.z|), below the horizon folded out to p = (1 - |p.yx|) * sign(p.xy) with sign(0) = 1;
column = (p.x + 1) / 2 * px, row = (p.y + 1) / 2 * px, texel centres at + 0.5. Up is the square's centre, down its corners.
Source: Engelhardt & Dachsbacher, "Octahedron environment maps" (2008). The shaders read the same map.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from raster.transforms import normalize


def octahedral_uv(d: np.ndarray) -> np.ndarray:
    """(..., 2) column and row, 0..1 across the square, of directions d (..., 3), which need no unit length."""
    p = d[..., :2] / np.abs(d).sum(axis=-1, keepdims=True)
    folded = (1 - np.abs(p[..., ::-1])) * np.where(p >= 0, 1, -1)
    return np.where(d[..., 2:] < 0, folded, p) / 2 + 0.5


def direction_at(uv: np.ndarray) -> np.ndarray:
    """(..., 3) unit vectors at uv (..., 2), columns and rows 0..1."""
    p = 2 * uv - 1
    z = 1 - np.abs(p).sum(axis=-1, keepdims=True)
    unfolded = (1 - np.abs(p[..., ::-1])) * np.where(p >= 0, 1, -1)
    return normalize(np.concatenate([np.where(z < 0, unfolded, p), z], axis=-1))


def texels(px: int) -> np.ndarray:
    """(px, px, 3) float64 unit vectors of the texels' centres."""
    at = (np.arange(px) + 0.5) / px
    return direction_at(np.stack(np.meshgrid(at, at), axis=-1))


def solid_angles(px: int) -> np.ndarray:
    """(px, px) float64 steradians of the texels, together 4 pi.

    A face of the octahedron |x| + |y| + |z| = 1 at distance r from the centre shows dx dy / r**3, as its plane lies 1 / sqrt(3)
    from the centre and is sqrt(3) times as large as its image in the square.
    """
    d = texels(px)
    angle = np.abs(d).sum(axis=-1) ** 3  # 1 / r of the octahedron's surface
    return angle * (4 * np.pi / angle.sum())


def wrap(column: np.ndarray, row: np.ndarray, px: int) -> np.ndarray:
    """Flat texel numbers of columns and rows -1..px: past an edge the square goes on at the same edge, mirrored."""
    out = (column < 0) | (column >= px)
    column, row = np.where(out, np.clip(column, 0, px - 1), column), np.where(out, px - 1 - row, row)
    out = (row < 0) | (row >= px)
    row, column = np.where(out, np.clip(row, 0, px - 1), row), np.where(out, px - 1 - column, column)
    return row * px + column


def bilinear_taps(
    position: np.ndarray, wrapped: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """For bilinear reading at position (..., 2), column and row in texels: texel numbers and weights, both (4, ...)."""
    low = np.floor(position - 0.5)
    f = (position - 0.5 - low).astype(np.float32)
    c, r = np.moveaxis(low.astype(np.int64), -1, 0)
    index = np.stack([wrapped(c, r), wrapped(c + 1, r), wrapped(c, r + 1), wrapped(c + 1, r + 1)])
    x, y = f[..., 0], f[..., 1]
    return index, np.stack([(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y])


@lru_cache(maxsize=4)
def _reading(height: int, px: int) -> tuple[np.ndarray, np.ndarray]:
    """Texel numbers and weights (4 S, px * px): S bilinear samples for each octahedral texel, 4 if the map is finer."""
    by = 1 if height <= px else 2
    at = (np.arange(by * px) + 0.5) / (by * px)
    d = direction_at(np.stack(np.meshgrid(at, at), axis=-1))
    column = (np.pi - np.arctan2(d[..., 1], d[..., 0])) / np.pi * height
    row = np.arccos(d[..., 2]) / np.pi * height
    width = 2 * height
    index, weight = bilinear_taps(np.stack([column, row], axis=-1), lambda c, r: np.clip(r, 0, height - 1) * width + c % width)

    def by_texel(a: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(a.reshape(4, px, by, px, by).transpose(0, 2, 4, 1, 3).reshape(4 * by * by, px * px))

    return by_texel(index), by_texel(weight) / np.float32(by * by)


def from_panorama(image: np.ndarray, px: int) -> np.ndarray:
    """(px, px, 3) float32 of an equirectangular map (H, 2 H, 3), H up to 2 px: larger ones want shrinking first."""
    flat = image.reshape(-1, 3)
    index, weight = _reading(len(image), px)
    total = np.zeros((px * px, 3), np.float32)
    for i, w in zip(index, weight, strict=True):
        total += flat.take(i, axis=0) * w[:, None]
    return total.reshape(px, px, 3)
