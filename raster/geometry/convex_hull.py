"""hull_points: few vertices that stand for a mesh's convex hull, chosen by how far they reach."""

import numpy as np

from raster.transforms import multiply

MOST_POINTS = 192  # with 64 the hull of a torus 1 across is up to 23 mm short, with 192 a third of that
_DIRECTIONS = 1500
_AT_ONCE = 4_000_000  # products held at a time: a file's hull can have 100 000 vertices


def hull_points(positions: np.ndarray) -> np.ndarray:
    """(P, 3) of the vertices (V, 3), P <= MOST_POINTS, whose convex hull is nearly that of all; all, if they are so few.

    Greedy: next comes the vertex that stands out farthest from the hull of those that are chosen, over many directions.
    """
    points = np.unique(positions, axis=0)
    if len(points) <= MOST_POINTS:
        return points
    ways = _sphere(_DIRECTIONS)
    step = max(_AT_ONCE // len(points), 1)
    across = points.astype(np.float64).T
    # Only a vertex that is farthest in some direction is ever chosen.
    far = [np.argmax(multiply(ways[k : k + step], across), axis=1) for k in range(0, len(ways), step)]
    points = points[np.unique(np.concatenate(far))]
    along = multiply(ways, points.astype(np.float64).T)  # (D, V)
    full = along.max(axis=1)
    chosen, reach = [int(np.argmax(along[0]))], along[:, np.argmax(along[0])]
    while len(chosen) < MOST_POINTS:
        chosen.append(int(np.argmax(along[np.argmax(full - reach)])))
        reach = np.maximum(reach, along[:, chosen[-1]])
    return points[np.unique(chosen)]


def _sphere(count: int) -> np.ndarray:
    """(count, 3) unit vectors, evenly spread, the axes first: a spiral whose turns are golden angles."""
    z = 1 - (2 * np.arange(count - 6) + 1) / (count - 6)
    angle, r = np.pi * (3 - 5**0.5) * np.arange(count - 6), np.sqrt(1 - z * z)
    return np.concatenate([np.eye(3), -np.eye(3), np.stack([r * np.cos(angle), r * np.sin(angle), z], axis=1)])
