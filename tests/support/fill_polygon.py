"""fill_polygon: the pixels of a polygon as OpenCV's fillPoly has them: inside by the even-odd rule, and all of its edge."""

import numpy as np


def fill_polygon(points: np.ndarray, height: int, width: int) -> np.ndarray:
    """(height, width) bool. `points` (N, 2) int: column and row."""
    inside = np.zeros((height, width), bool)
    ends = np.roll(points, -1, axis=0)
    columns = np.arange(width)
    for row in range(height):
        crossings = [x1 + (row - y1) * (x2 - x1) / (y2 - y1)
                     for (x1, y1), (x2, y2) in zip(points, ends, strict=True) if min(y1, y2) <= row < max(y1, y2)]  # fmt: skip
        inside[row] = (np.array(crossings)[:, None] <= columns).sum(axis=0) % 2 if crossings else False
    for (x1, y1), (x2, y2) in zip(points, ends, strict=True):
        steps = max(abs(x2 - x1), abs(y2 - y1), 1)
        for k in range(steps + 1):
            inside[round(y1 + (y2 - y1) * k / steps), round(x1 + (x2 - x1) * k / steps)] = True
    return inside
