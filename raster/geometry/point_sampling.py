"""sample_points: a few points of a surface, far apart from one another, and cells around them with all its vertices."""

from dataclasses import dataclass

import numpy as np

COUNT, ON_EDGES = 192, 128  # samples of a solid, and how many of them come from its edges first
MAX_CELL_POINTS = 12  # vertices in a cell
EDGE = np.cos(np.radians(15))  # a vertex is on an edge if a face differs by more than this from the mean around it


@dataclass(frozen=True)
class PointClusters:
    """P samples of a surface's vertices, and all its vertices in C cells of up to MAX_CELL_POINTS, each around a sample."""

    samples: np.ndarray  # (P, 3) float32
    cells: np.ndarray  # (C, MAX_CELL_POINTS, 3) float32; unused places hold the sample
    owner: np.ndarray  # (C,) int64: number of the sample
    radius: np.ndarray  # (C,) float32: of the ball around the sample that holds the cell


def sample_points(points: np.ndarray, triangles: np.ndarray) -> PointClusters:
    """The samples and cells of vertices points (V, 3) and triangles (T, 3).

    The first samples are the outermost vertices along 26 directions. Then comes, again and again, the vertex that is farthest
    from all samples (Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985), at first on sharp edges
    only, because a shape is outermost there. Every vertex is in a cell of the sample nearest to it.
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
    """Cells of points (V, 3). nearest (V,): number of each point's sample; away (V,): distance from it."""
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
    """(V,) bool: vertices at which the surface has a sharp edge."""
    a, b, c = (points[triangles[:, k]].astype(np.float64) for k in range(3))
    face = _unit(np.cross(b - a, c - a))
    mean, least = np.zeros(points.shape), np.ones(len(points))
    for k in range(3):
        np.add.at(mean, triangles[:, k], face)
    for k in range(3):
        np.minimum.at(least, triangles[:, k], (face * _unit(mean)[triangles[:, k]]).sum(axis=-1))
    return least < EDGE


def _unit(v: np.ndarray) -> np.ndarray:
    """v (V, 3) at unit length, or 0 where its length is 0: so faces back to back, whose sum is 0, count as an edge."""
    length = np.sqrt((v * v).sum(axis=-1, keepdims=True))
    return np.divide(v, length, out=np.zeros_like(v), where=length > 0)
