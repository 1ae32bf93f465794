"""weld: the vertices that are at one point. shells: the connected pieces of a mesh, and whether they are closed."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def weld(positions: np.ndarray) -> np.ndarray:
    """(V,) int32: one number, from 0, for each place among positions (V, 3); equal positions have equal numbers."""
    positions = positions + 0.0  # -0 becomes 0
    order = np.lexsort(positions.T)
    fresh = np.any(positions[order[1:]] != positions[order[:-1]], axis=1)
    numbers = np.empty(len(positions), np.int32)
    numbers[order[:1]], numbers[order[1:]] = 0, np.cumsum(fresh)
    return numbers


def groups(count: int, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(count,) int32: number of the connected group of each of `count` elements; a (E,) are connected to b (E,)."""
    links = (np.ones(len(a), np.int8), (a.astype(np.int32), b.astype(np.int32)))
    return connected_components(coo_array(links, shape=(count, count)), directed=False)[1]


def edge_numbers(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """(E,) int64 for edges from points `start` (E,) to `end` (E,): equal for the same two points, in either direction."""
    edge = np.minimum(start, end).astype(np.int64)
    edge *= int(max(start.max(initial=0), end.max(initial=0))) + 1
    edge += np.maximum(start, end)
    return edge


def neighbours(edge: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N,) int32 each: places in edge (E,) that hold the same edge, one and the next; of three both pairs."""
    order = np.argsort(edge, kind="stable").astype(np.int32)
    same = edge[order[1:]] == edge[order[:-1]]
    return order[:-1][same], order[1:][same]


STEP = 1 << 16  # triangles that are looked at together, for the sake of memory


@dataclass(frozen=True)
class Shells:
    """The pieces of a mesh whose triangles are connected by edges."""

    of_triangle: np.ndarray  # (T,) int32: the number of the piece
    closed: np.ndarray  # (S,) bool: each edge occurs as often in one direction as in the other, so there is no rim
    volume: np.ndarray  # (S,) float64: negative where a closed piece is inside out


def shells(positions: np.ndarray, triangles: np.ndarray, welded: np.ndarray) -> Shells:
    """Pieces of triangles (T, 3) of positions (V, 3), whose corners are numbered points welded (T, 3).

    A piece whose triangles are not all wound alike has edges that are passed twice in one direction, so it is not closed.
    """
    start, end = welded.ravel(), np.roll(welded, -1, axis=1).ravel()
    edge = edge_numbers(start, end)
    # Triangles that share an edge are of one piece; those that share a corner only need not be.
    here, there = neighbours(edge)
    of_triangle = groups(len(welded), here // 3, there // 3)
    del here, there
    pieces = int(of_triangle.max()) + 1
    _, edge = np.unique(edge, return_inverse=True)
    balance = np.bincount(edge, weights=np.where(start < end, 1.0, -1.0))
    open_edges = balance[edge] != 0
    rims = np.bincount(np.repeat(of_triangle, 3), weights=open_edges, minlength=pieces)
    centre = positions[triangles].reshape(-1, 3).mean(axis=0)
    signed = np.empty(len(triangles))
    for k in range(0, len(triangles), STEP):
        a, b, c = np.moveaxis(positions[triangles[k : k + STEP]] - centre, 1, 0)
        signed[k : k + STEP] = (a * np.cross(b, c)).sum(axis=1) / 6
    return Shells(of_triangle, rims == 0, np.bincount(of_triangle, weights=signed, minlength=pieces))
