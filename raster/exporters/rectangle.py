"""smallest_rectangle: the rectangle of least area, at any angle, around some points."""

import numpy as np
from scipy.spatial import ConvexHull


def smallest_rectangle(points: np.ndarray) -> np.ndarray:
    """Return (4, 2) float64, the corners clockwise as an image shows them (x right, y down). `points` (N, 2), not on one line.

    One side of it lies on a side of the points' convex hull (Freeman and Shapira 1975), so each is tried.
    """
    hull = points[ConvexHull(points).vertices].astype(np.float64)  # counter-clockwise with y up: clockwise with y down
    sides = np.roll(hull, -1, axis=0) - hull
    along = sides / np.hypot(sides[:, 0], sides[:, 1])[:, None]  # (S, 2) unit
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    u, v = hull @ along.T, hull @ across.T  # (N, S): of each corner of the hull in the frame of each side
    low, high = np.stack([u.min(axis=0), v.min(axis=0)]), np.stack([u.max(axis=0), v.max(axis=0)])
    k = int(np.prod(high - low, axis=0).round(9).argmin())
    corners = [(low[0, k], low[1, k]), (high[0, k], low[1, k]), (high[0, k], high[1, k]), (low[0, k], high[1, k])]
    return np.array([a * along[k] + b * across[k] for a, b in corners])
