"""SupportFaces: the flat tops of solids, opposite to a side on which they rest, which can carry another object."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from raster.transforms import multiply

MIN_RADIUS = 0.1  # object space: a top of a smaller radius carries nothing
FLAT, DENTED = 1e-4, 0.05  # object space: height differences of a flat top, and of one that is nearly so


@dataclass(frozen=True)
class SupportFaces:
    """F resting sides of each of K assets whose tops can carry. An asset without any has one: it stands, with radius 0."""

    count: np.ndarray  # (K,) int64: how many of the F count, at least 1
    rest: np.ndarray  # (K, F) int64: which of Catalog.rest_directions points down
    centre: np.ndarray  # (K, F, 3) float64, object space: middle of the top
    radius: np.ndarray  # (K, F) float64: of the circle around the middle that lies within the top; 0 = no top
    girth: np.ndarray  # (K, F) float64: greatest distance of the solid from the vertical through its origin

    @classmethod
    def of(cls, solids: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray, float]]) -> "SupportFaces":
        """The support faces of K assets: points (V, 3), triangles (T, 3), resting directions (R, 3), and FLAT or DENTED."""
        rows = [
            _sides(points.astype(np.float64), triangles, rest_directions.astype(np.float64), flat)
            for points, triangles, rest_directions, flat in solids
        ]
        most = max(map(len, rows))
        padded = [row + row[:1] * (most - len(row)) for row in rows]
        rest, centre, radius, girth = (np.array([[side[i] for side in row] for row in padded]) for i in range(4))
        return cls(np.array(list(map(len, rows))), rest, centre, radius, girth)


Side = tuple[int, np.ndarray, float, float]  # rest, centre, radius and girth of one side


def _sides(points: np.ndarray, triangles: np.ndarray, rest_directions: np.ndarray, flat: float) -> list[Side]:
    """The sides of one asset."""
    along = multiply(rest_directions, rest_directions.T)
    found: list[Side] = []
    for r in np.flatnonzero((along < -1 + 1e-6).any(axis=1)):
        centre, radius = top_facet(points, triangles, -rest_directions[r], flat)
        if radius >= MIN_RADIUS:
            found.append((int(r), centre, radius, _girth(points, rest_directions[r])))
    return found or [(0, np.zeros(3), 0.0, _girth(points, rest_directions[0]))]


def _girth(points: np.ndarray, axis: np.ndarray) -> float:
    """The greatest distance of points (V, 3) from the line along axis (3,) through the origin."""
    return float(np.linalg.norm(points - (points * axis).sum(axis=1)[:, None] * axis, axis=1).max())


def top_facet(points: np.ndarray, triangles: np.ndarray, up: np.ndarray, flat: float = FLAT) -> tuple[np.ndarray, float]:
    """The middle (3,) of the flat top of points (V, 3) and triangles (T, 3), and the radius of a circle around it.

    The circle lies within the top, whatever its outline; it need not be the largest that does. The radius is 0 without a top.
    flat: height differences within the top; if that is more than FLAT, the middle is as high as the highest point.
    """
    height = (points * up).sum(axis=1)
    a, b, c = points[triangles[(height[triangles] > height.max() - flat).all(axis=1)]].transpose(1, 0, 2)
    area = (np.cross(b - a, c - a) * up).sum(axis=1) / 2
    whole = area > 1e-9
    a, b, c, area = a[whole], b[whole], c[whole], area[whole]
    if not len(area):
        return np.zeros(3), 0.0
    centre = ((a + b + c) / 3 * area[:, None]).sum(axis=0) / area.sum()
    sides = [(np.cross(q - p, centre - p) * up).sum(axis=1) for p, q in ((a, b), (b, c), (c, a))]
    if not (np.min(sides, axis=0) >= -1e-9).any():  # a ring, say
        return centre, 0.0
    start, end = _outline(np.concatenate([a, b, c]), np.concatenate([b, c, a]))
    line = end - start
    share = np.clip(((centre - start) * line).sum(axis=1) / (line * line).sum(axis=1), 0, 1)
    radius = float(np.linalg.norm(start + share[:, None] * line - centre, axis=1).min())
    return (centre + (height.max() - centre @ up) * up if flat > FLAT else centre), radius


def _outline(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The edges, of those from start (E, 3) to end (E, 3), that belong to one triangle only."""
    number = np.unique(np.round(np.concatenate([start, end]), 5), axis=0, return_inverse=True)[1].reshape(2, -1)
    edges, counts = np.unique(np.sort(number, axis=0), axis=1, return_inverse=True, return_counts=True)[1:]
    alone = counts[edges.ravel()] == 1
    return start[alone], end[alone]
