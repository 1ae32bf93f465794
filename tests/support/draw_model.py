"""draw_model: the depth of a mesh in a pose, by projecting its triangles with NumPy: independent of OpenGL."""

import numpy as np


def draw_model(
    points: np.ndarray, triangles: np.ndarray, rotation: np.ndarray, translation: np.ndarray, camera: np.ndarray,
    size: tuple[int, int],
) -> np.ndarray:  # fmt: skip
    """(H, W) float64: depth of the nearest surface under each pixel's centre, which is at + 0.5; inf where there is none.

    points (V, 3), triangles (T, 3), camera (3, 3). All points must be before the camera. 1 / depth is linear in the picture.
    """
    placed = points @ rotation.T + translation
    assert (placed[:, 2] > 0).all()
    flat = placed[:, :2] / placed[:, 2:] * [camera[0, 0], camera[1, 1]] + [camera[0, 2], camera[1, 2]]
    corners, inverse = flat[triangles], 1 / placed[:, 2][triangles]  # (T, 3, 2), (T, 3)
    limit = np.array(size[::-1]) - 1
    first = np.clip(np.ceil(corners.min(axis=1) - 0.5), 0, limit + 1).astype(np.int64)
    last = np.clip(np.floor(corners.max(axis=1) - 0.5), -1, limit).astype(np.int64)
    wide, high = np.maximum(last - first + 1, 0).T
    count = wide * high
    owner = np.repeat(np.arange(len(triangles)), count)
    at = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    column, row = first[owner, 0] + at % np.maximum(wide[owner], 1), first[owner, 1] + at // np.maximum(wide[owner], 1)
    a, b, c = (corners[owner, k] for k in range(3))
    p = np.stack([column, row], axis=1) + 0.5
    area = _cross(b - a, c - a)
    weights = np.stack([_cross(c - b, p - b), _cross(a - c, p - c), _cross(b - a, p - a)], axis=1)
    weights = weights / np.where(area == 0, np.inf, area)[:, None]
    inside = (weights >= 0).all(axis=1) & (area != 0)
    depth = np.full(size, np.inf)
    z = 1 / (weights * inverse[owner]).sum(axis=1)[inside]
    np.minimum.at(depth, (row[inside], column[inside]), z)
    return depth


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
