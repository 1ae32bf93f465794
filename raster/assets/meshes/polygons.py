"""triangulate, of_strips, of_fan: polygons, convex or not, strips and fans as triangles."""

import mapbox_earcut
import numpy as np

from raster.transforms import multiply

MAX_PER_STEP = 1 << 16  # polygons that are looked at together, for the sake of memory


def triangulate(positions: np.ndarray, corners: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Triangles (T, 3) int64 of polygons: places in `corners`, in the order of the polygons, wound as they are.

    positions (V, 3) float64; corners (C,) int64: the vertices of all polygons, one after another, in range; counts (P,): the
    number of corners of each. Convex polygons become fans; others, also those with holes that bridges join to the outline, are
    cut by ear clipping in the plane that fits them best. Polygons of fewer than three corners have no triangles.
    """
    starts = np.cumsum(counts) - counts
    made, owners = [], []
    for size in np.unique(counts[counts >= 3]).tolist():
        polygons = np.flatnonzero(counts == size)
        for first in range(0, len(polygons), MAX_PER_STEP):
            some = polygons[first : first + MAX_PER_STEP]
            places = starts[some, None] + np.arange(size)  # (P, k)
            concave = _concave(positions[corners[places]]) if size > 3 else np.zeros(len(some), bool)
            fans = np.stack([places[:, [0, k, k + 1]] for k in range(1, size - 1)], axis=1)  # (P, k - 2, 3)
            made.append(fans[~concave].reshape(-1, 3))
            owners.append(np.repeat(some[~concave], size - 2))
            for polygon, place in zip(some[concave].tolist(), places[concave], strict=True):
                clipped = place[_clip_ears(positions[corners[place]])]
                made.append(clipped)
                owners.append(np.full(len(clipped), polygon))
    if not made:
        return np.zeros((0, 3), np.int64)
    return np.concatenate(made)[np.argsort(np.concatenate(owners), kind="stable")].astype(np.int64)


def _areas(points: np.ndarray) -> np.ndarray:
    """(P, 3): Newell's vectors of polygons (P, k, 3): along the normal, twice the area long."""
    middle = points - points[:, :1]
    return np.cross(middle, np.roll(middle, -1, axis=1)).sum(axis=1)


def _concave(points: np.ndarray) -> np.ndarray:
    """(P,) bool: polygons (P, k, 3) with a corner that turns back, or whose outline goes round more than once.

    A polygon without a normal, such as one that is flat to a line, counts as convex: its triangles have no area in sum.
    """
    normal = _areas(points)
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    normal = np.divide(normal, length, out=np.zeros_like(normal), where=length > 0)[:, None]
    sides = np.roll(points, -1, axis=1) - points
    before = np.roll(sides, 1, axis=1)
    turn = (np.cross(before, sides) * normal).sum(axis=2)
    along = (before * sides).sum(axis=2)
    size = np.linalg.norm(before, axis=2) * np.linalg.norm(sides, axis=2)
    back = (turn < -1e-9 * size).any(axis=1)
    around = np.abs(np.arctan2(turn, along).sum(axis=1)) > 3 * np.pi  # once round is 2 pi
    return (back | around) & (length[:, 0] > 0)


def _clip_ears(points: np.ndarray) -> np.ndarray:
    """(T, 3): corners of the triangles of one polygon (k, 3). If ear clipping finds none, it is a fan."""
    normal = _areas(points[None])[0]
    x = np.cross(normal, np.eye(3)[np.argmin(np.abs(normal))])
    plane = np.stack([x / np.linalg.norm(x), np.cross(normal, x) / np.linalg.norm(np.cross(normal, x))], axis=1)
    flat = multiply(points - points.mean(axis=0), plane)  # counter-clockwise
    triangles = mapbox_earcut.triangulate_float64(np.ascontiguousarray(flat), np.array([len(flat)], np.uint32))
    triangles = triangles.reshape(-1, 3).astype(np.int64)
    if not len(triangles):
        return np.stack([np.array([0, k, k + 1]) for k in range(1, len(points) - 1)])
    a, b, c = np.moveaxis(flat[triangles], 1, 0)
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    return np.where((area < 0)[:, None], triangles[:, ::-1], triangles)


def of_strips(vertices: np.ndarray) -> np.ndarray:
    """Triangles (T, 3) of triangle strips: vertices (N,) int64, -1 between two strips. Every second one is turned."""
    breaks = np.flatnonzero(vertices < 0)
    starts = np.zeros(len(vertices), np.int64)
    starts[breaks] = breaks + 1
    starts = np.maximum.accumulate(starts)
    first = np.arange(max(len(vertices) - 2, 0))
    whole = (vertices[:-2] >= 0) & (vertices[1:-1] >= 0) & (vertices[2:] >= 0)
    first = first[whole]
    odd = (first - starts[first]) % 2 == 1
    return vertices[np.stack([first, first + 1 + odd, first + 2 - odd], axis=1)]


def of_fan(vertices: np.ndarray) -> np.ndarray:
    """Triangles (T, 3) of a triangle fan: vertices (N,) int64; all triangles share the first."""
    k = np.arange(1, max(len(vertices) - 1, 1))
    return vertices[np.stack([np.zeros_like(k), k, k + 1], axis=1)]
