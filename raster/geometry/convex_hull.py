"""hull_of: the convex hull of points. simplify_hull: a few vertices whose convex hull is nearly that of a mesh."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from raster.transforms import multiply, normalize

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


NEEDLE = 1e-6  # share of an object's size: points that are thinner than this span no plane


@dataclass(frozen=True)
class Hull:
    """Triangles around a set of points."""

    points: np.ndarray  # (P, 3) float64: its vertices
    triangles: np.ndarray  # (T, 3) int64 into points
    normals: np.ndarray  # (T, 3) float64 unit, outward


def hull_of(points: np.ndarray) -> Hull:
    """The convex hull of points (N, 3). Points on a plane or a line get a thickness of a thousandth of their size.

    QhullError for points that are all the same.
    """
    try:
        found = ConvexHull(points)
    except QhullError:
        points = _thickened(points)
        found = ConvexHull(points)
    place = np.full(len(points), -1)
    place[found.vertices] = np.arange(len(found.vertices))
    return Hull(points[found.vertices], place[found.simplices], np.round(found.equations[:, :3], 6))


def _thickened(points: np.ndarray) -> np.ndarray:
    """Points (2 N, 3): points (N, 3) of a plane, moved to both of its sides. The largest triangle over their length spans it.

    Points so near a line that they span no plane become (4 N, 3), the edges of a square rod around the line.
    """
    a, size = points[0], size_of(points)
    along = points[np.argmax(((points - a) ** 2).sum(axis=1))] - a
    across = np.cross(along, points - a)
    normal = across[np.argmax((across**2).sum(axis=1))]
    if np.linalg.norm(normal) > NEEDLE * size**2:
        shift = 0.0005 * size * normalize(normal)
        return np.concatenate([points - shift, points + shift])
    first = normalize(np.cross(along, np.eye(3)[np.argmin(np.abs(along))]))
    shift, more = 0.0005 * size * first, 0.0005 * size * normalize(np.cross(along, first))
    return np.concatenate([points - shift, points + shift, points - more, points + more])


def size_of(points: np.ndarray) -> float:
    """The largest side of the box around points (N, 3)."""
    return float((points.max(axis=0) - points.min(axis=0)).max())
