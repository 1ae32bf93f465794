"""smallest_rectangle: the rectangle of least area, at any angle, around some points."""

import numpy as np


def smallest_rectangle(points: np.ndarray) -> np.ndarray:
    """Return (4, 2) float64, the corners clockwise as an image shows them (x right, y down). `points` (N, 2), not on one line.

    One side of it lies on a side of the points' convex hull (Freeman and Shapira 1975), so each is tried.
    """
    hull = convex_hull(points)
    sides = np.roll(hull, -1, axis=0) - hull
    along = sides / np.hypot(sides[:, 0], sides[:, 1])[:, None]  # (S, 2) unit
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    u, v = hull @ along.T, hull @ across.T  # (N, S): of each corner of the hull in the frame of each side
    low, high = np.stack([u.min(axis=0), v.min(axis=0)]), np.stack([u.max(axis=0), v.max(axis=0)])
    k = int(np.prod(high - low, axis=0).round(9).argmin())
    corners = [(low[0, k], low[1, k]), (high[0, k], low[1, k]), (high[0, k], high[1, k]), (low[0, k], high[1, k])]
    return np.array([a * along[k] + b * across[k] for a, b in corners])


def convex_hull(points: np.ndarray) -> np.ndarray:
    """Return (M, 2) float64, the corners of the convex hull clockwise as an image shows them, by Andrew's chains."""
    ordered = [tuple(point) for point in np.unique(points, axis=0).tolist()]
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    return np.array(lower[:-1] + upper[:-1], np.float64)


def _chain(points: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    found: list[tuple[float, ...]] = []
    for point in points:
        while len(found) > 1 and _turn(found[-2], found[-1], point) <= 0:
            found.pop()
        found.append(point)
    return found


def _turn(a: tuple[float, ...], b: tuple[float, ...], c: tuple[float, ...]) -> float:
    """Above 0 for a turn to the right as an image shows it, from a over b to c."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
