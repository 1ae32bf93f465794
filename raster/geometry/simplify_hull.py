"""simplify_hull: a few vertices whose convex hull is nearly that of a mesh."""

import numpy as np

from raster.transforms import multiply

MAX_POINTS = 192  # with 64 the hull of a torus 1 across is up to 23 mm short, with 192 a third of that
_DIRECTIONS = 1500
_AT_ONCE = 4_000_000  # products in memory at a time: a file's hull can have 100 000 vertices


def simplify_hull(positions: np.ndarray) -> np.ndarray:
    """(P, 3): those of the vertices (V, 3), P <= MAX_POINTS, whose convex hull is nearly that of all; all, if V <= MAX_POINTS.

    The choice is greedy: the next vertex is that which is farthest outside the hull of the chosen ones, over many directions.
    """
    points = np.unique(positions, axis=0)
    if len(points) <= MAX_POINTS:
        return points
    ways = _sphere(_DIRECTIONS)
    step = max(_AT_ONCE // len(points), 1)
    across = points.astype(np.float64).T
    # Only vertices that are farthest in some direction can be chosen.
    far = [np.argmax(multiply(ways[k : k + step], across), axis=1) for k in range(0, len(ways), step)]
    points = points[np.unique(np.concatenate(far))]
    along = multiply(ways, points.astype(np.float64).T)  # (D, V)
    full = along.max(axis=1)
    chosen, reach = [int(np.argmax(along[0]))], along[:, np.argmax(along[0])]
    while len(chosen) < MAX_POINTS:
        chosen.append(int(np.argmax(along[np.argmax(full - reach)])))
        reach = np.maximum(reach, along[:, chosen[-1]])
    return points[np.unique(chosen)]


def _sphere(count: int) -> np.ndarray:
    """(count, 3) unit vectors, evenly spread, the axes first: a spiral whose turns are golden angles."""
    z = 1 - (2 * np.arange(count - 6) + 1) / (count - 6)
    angle, r = np.pi * (3 - 5**0.5) * np.arange(count - 6), np.sqrt(1 - z * z)
    return np.concatenate([np.eye(3), -np.eye(3), np.stack([r * np.cos(angle), r * np.sin(angle), z], axis=1)])
