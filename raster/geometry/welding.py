"""weld: the vertices that are at one point. shells: the connected pieces of a mesh, and whether they are closed."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def weld(positions: np.ndarray) -> np.ndarray:
    """(V,) int64: one number, from 0, for each place among positions (V, 3); equal positions have equal numbers."""
    positions = positions + 0.0  # -0 becomes 0
    order = np.lexsort(positions.T)
    fresh = np.any(positions[order[1:]] != positions[order[:-1]], axis=1)
    numbers = np.empty(len(positions), np.int64)
    numbers[order[:1]], numbers[order[1:]] = 0, np.cumsum(fresh)
    return numbers


def groups(count: int, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(count,) int32: number of the connected group of each of `count` elements; a (E,) are connected to b (E,)."""
    return connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(count, count)), directed=False)[1]


@dataclass(frozen=True)
class Shells:
    """The pieces of a mesh whose triangles are connected by edges."""

    of_triangle: np.ndarray  # (T,) int32: the number of the piece
    closed: np.ndarray  # (S,) bool: each edge occurs as often in one direction as in the other, so there is no rim
    volume: np.ndarray  # (S,) float64: negative where a closed piece is inside out


def shells(positions: np.ndarray, welded: np.ndarray) -> Shells:
    """Pieces of triangles with corners at positions (T, 3, 3), which are numbered points welded (T, 3).

    A piece whose triangles are not all wound alike has edges that are passed twice in one direction, so it is not closed.
    """
    count = int(welded.max()) + 1
    start, end = welded.ravel(), np.roll(welded, -1, axis=1).ravel()
    _, edge = np.unique(np.minimum(start, end) * count + np.maximum(start, end), return_inverse=True)
    # Triangles that share an edge are of one piece; those that share a corner only need not be.
    order = np.argsort(edge, kind="stable")
    same = edge[order[1:]] == edge[order[:-1]]
    of_triangle = groups(len(welded), order[:-1][same] // 3, order[1:][same] // 3)
    pieces = int(of_triangle.max()) + 1
    balance = np.bincount(edge, weights=np.where(start < end, 1.0, -1.0))
    open_edges = balance[edge] != 0
    rims = np.bincount(np.repeat(of_triangle, 3), weights=open_edges, minlength=pieces)
    centre = positions.reshape(-1, 3).mean(axis=0)
    a, b, c = np.moveaxis(positions - centre, 1, 0)
    volume = np.bincount(of_triangle, weights=(a * np.cross(b, c)).sum(axis=1) / 6, minlength=pieces)
    return Shells(of_triangle, rims == 0, volume)
