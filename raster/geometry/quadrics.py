"""quadrics_of, value, least: the squared distances of points from the planes of triangles. normals_of: of triangles.

A quadric is the upper rows of a symmetric 4 x 4 matrix Q, ten numbers; its value at x, y, z is v Q v with v = (x, y, z, 1).
Source: Garland and Heckbert, "Surface simplification using quadric error metrics" (1997).
"""

import numpy as np

STEP = 1 << 18  # triangles that are looked at together, for the sake of memory
SEAM = 4.0  # weight of the distance from a seam
CENTRED = 1e-4  # weight that draws a new point to the middle of its edge where planes leave it free


def quadrics_of(points: np.ndarray, triangles: np.ndarray, seams: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each point the quadric (P, 10), as value() reads it, and its weight (P,)."""
    quadrics, weights = np.zeros((len(points), 10)), np.zeros(len(points))
    for some in (triangles[k : k + STEP] for k in range(0, len(triangles), STEP)):
        normals = normals_of(points[some])
        double = np.sqrt((normals**2).sum(axis=1))
        n = normals / np.maximum(double, 1e-30)[:, None]
        d = -(n * points[some[:, 0]]).sum(axis=1)
        plane = [n[:, 0], n[:, 1], n[:, 2], d]
        _add(quadrics, weights, some, [plane[i] * plane[j] * double for i in range(4) for j in range(i, 4)], double)
    along = points[seams[:, 1]] - points[seams[:, 0]]
    square = (along**2).sum(axis=1)
    t, p = along / np.sqrt(np.maximum(square, 1e-30))[:, None], points[seams[:, 0]]
    free = np.eye(3) - t[:, :, None] * t[:, None, :]
    moved = (free * p[:, None, :]).sum(axis=2)
    columns = [free[:, 0, 0], free[:, 0, 1], free[:, 0, 2], -moved[:, 0], free[:, 1, 1], free[:, 1, 2], -moved[:, 1],
               free[:, 2, 2], -moved[:, 2], (p * moved).sum(axis=1)]  # fmt: skip
    _add(quadrics, weights, seams, [SEAM * square * column for column in columns], 0 * square)
    return quadrics, weights


def _add(
    quadrics: np.ndarray, weights: np.ndarray, places: np.ndarray, columns: list[np.ndarray], row_weights: np.ndarray
) -> None:
    """Add quadrics, ten columns (N,), and their weights (N,) to the points `places` (N, k) of each."""
    for k in range(places.shape[1]):
        weights += np.bincount(places[:, k], row_weights, minlength=len(weights))
        for n in range(10):
            quadrics[:, n] += np.bincount(places[:, k], columns[n], minlength=len(weights))


def value(quadric: np.ndarray, at: np.ndarray) -> np.ndarray:
    """(E,): the value of quadrics (E, 10) at points (E, 3)."""
    q, (x, y, z) = quadric.T, at.T
    of_x, of_y = q[0] * x + 2 * (q[1] * y + q[2] * z + q[3]), q[4] * y + 2 * (q[5] * z + q[6])
    return x * of_x + y * of_y + z * (q[7] * z + 2 * q[8]) + q[9]


def least(quadric: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """(E, 3): where quadrics (E, 10) are least, by Cramer's rule; near `middle` (E, 3) where they do not change."""
    q = quadric.T
    pull = CENTRED * (q[0] + q[4] + q[7]) + 1e-30
    a, b, c, d, e, f = q[0] + pull, q[1], q[2], q[4] + pull, q[5], q[7] + pull
    u, v, w = (pull * middle[:, k] - q[n] for k, n in enumerate((3, 6, 8)))
    aa, bb, cc, dd, ee, ff = d * f - e * e, c * e - b * f, b * e - c * d, a * f - c * c, b * c - a * e, a * d - b * b
    det = a * aa + b * bb + c * cc
    return np.stack([aa * u + bb * v + cc * w, bb * u + dd * v + ee * w, cc * u + ee * v + ff * w], axis=1) / det[:, None]


def normals_of(corners: np.ndarray) -> np.ndarray:
    """(T, 3): the cross products of two sides of triangles (T, 3, 3)."""
    x, y, z = (corners[:, 1] - corners[:, 0]).T
    u, v, w = (corners[:, 2] - corners[:, 0]).T
    return np.stack([y * w - z * v, z * u - x * w, x * v - y * u], axis=1)
