"""thin: a few points that stand for many, far apart from one another, and which of the many lie nearest to each."""

import numpy as np

COUNT = 192  # points for a solid


def thin(points: np.ndarray, count: int = COUNT) -> tuple[np.ndarray, np.ndarray]:
    """Samples (count, 3) of points (V, 3), and for each the points nearest to it (count, C, 3), itself among them; float32.

    First the outermost ones along 26 directions, corners among them, then always the point that is farthest from all that
    are taken (Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985). Rows are filled up with samples.
    """
    points = np.unique(points.astype(np.float32), axis=0)
    directions = np.array([d for d in np.ndindex(3, 3, 3) if d != (1, 1, 1)]) - 1
    first = np.unique((points[:, None] * directions.astype(np.float32)).sum(axis=-1).argmax(axis=0))
    away, nearest, taken = np.full(len(points), np.inf, np.float32), np.zeros(len(points), np.int64), []
    for number in range(min(count, len(points))):
        chosen = int(first[number]) if number < len(first) else int(away.argmax())
        distance = ((points - points[chosen]) ** 2).sum(axis=-1)
        nearest[distance < away] = number
        away = np.minimum(away, distance)
        taken.append(chosen)
    samples = points[np.resize(taken, count)]
    most = np.bincount(nearest).max()
    cells = np.repeat(samples[:, None], most, axis=1)
    order = np.argsort(nearest, kind="stable")
    rank = np.arange(len(points)) - np.searchsorted(nearest[order], nearest[order])
    cells[nearest[order], rank] = points[order]
    return samples, cells
