"""sample_points: a few points that stand for many, far apart from one another, and the many in cells around them."""

from dataclasses import dataclass

import numpy as np

COUNT, ON_EDGES = 192, 128  # points for a solid, so many of them on its edges
MAX_CELL_POINTS = 12  # points in a cell
EDGE = np.cos(np.radians(15))  # where faces stand farther than this from the mean of those around a vertex


@dataclass(frozen=True)
class PointClusters:
    """P samples of a surface's vertices, and all its vertices in C cells of up to MAX_CELL_POINTS, each around a sample."""

    samples: np.ndarray  # (P, 3) float32
    cells: np.ndarray  # (C, MAX_CELL_POINTS, 3) float32; what is left over is filled up with the sample
    owner: np.ndarray  # (C,) int64: number of the sample
    radius: np.ndarray  # (C,) float32: of the ball around the sample that holds the cell


def sample_points(points: np.ndarray, triangles: np.ndarray) -> PointClusters:
    """Of vertices (V, 3) and triangles (T, 3).

    First the outermost ones along 26 directions, corners among them, then always the point that is farthest from all that
    are taken (Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985), on sharp edges first: there a
    shape is outermost. Every vertex is in the cell of the sample nearest to it.
    """
    points, place = np.unique(points.astype(np.float32), axis=0, return_inverse=True)
    sharp = _sharp(points, place.ravel()[triangles])
    directions = np.array([d for d in np.ndindex(3, 3, 3) if d != (1, 1, 1)]) - 1
    first = np.unique((points[:, None] * directions.astype(np.float32)).sum(axis=-1).argmax(axis=0))
    away, nearest, taken = np.full(len(points), np.inf, np.float32), np.zeros(len(points), np.int64), []
    for number in range(min(COUNT, len(points))):
        among = np.where(sharp, away, 0) if number < min(ON_EDGES, sharp.sum()) else away
        chosen = int(first[number]) if number < len(first) else int(among.argmax())
        distance = ((points - points[chosen]) ** 2).sum(axis=-1)
        nearest[distance < away] = number
        away = np.minimum(away, distance)
        taken.append(chosen)
    return _in_cells(points, np.sqrt(away), nearest, points[np.resize(taken, COUNT)])


def _in_cells(points: np.ndarray, away: np.ndarray, nearest: np.ndarray, samples: np.ndarray) -> PointClusters:
    """Points (V, 3) at distances away (V,) from the samples that their numbers nearest (V,) tell, in cells."""
    order = np.lexsort((away, nearest))
    points, away, nearest = points[order], away[order], nearest[order]
    rank = np.arange(len(points)) - np.searchsorted(nearest, nearest)
    cell = np.cumsum(rank % MAX_CELL_POINTS == 0) - 1
    owner = nearest[rank % MAX_CELL_POINTS == 0]
    cells, radius = np.repeat(samples[owner, None], MAX_CELL_POINTS, axis=1), np.zeros(len(owner), np.float32)
    cells[cell, rank % MAX_CELL_POINTS] = points
    np.maximum.at(radius, cell, away)
    return PointClusters(samples, cells, owner, radius)


def _sharp(points: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """(V,) bool: vertices where the surface has an edge."""
    a, b, c = (points[triangles[:, k]].astype(np.float64) for k in range(3))
    face = _unit(np.cross(b - a, c - a))
    mean, least = np.zeros(points.shape), np.ones(len(points))
    for k in range(3):
        np.add.at(mean, triangles[:, k], face)
    for k in range(3):
        np.minimum.at(least, triangles[:, k], (face * _unit(mean)[triangles[:, k]]).sum(axis=-1))
    return least < EDGE


def _unit(v: np.ndarray) -> np.ndarray:
    """v (V, 3) at unit length; 0 where it has none: faces back to back cancel out, and count as an edge."""
    length = np.sqrt((v * v).sum(axis=-1, keepdims=True))
    return np.divide(v, length, out=np.zeros_like(v), where=length > 0)
