"""hull_of: the convex hull of points. It imports scipy.spatial, which is slow to load: only own meshes need it."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from raster.transforms import normalize

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
