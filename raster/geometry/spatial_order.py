"""spatial_order, first_used: orders of triangles and vertices in which neighbours follow one another."""

import numpy as np

SPREAD = ((16, 0x30000FF), (8, 0x300F00F), (4, 0x30C30C3), (2, 0x9249249))  # shifts and masks: two zeros behind each of 10 bits


def spatial_order(points: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """(T,) int64: the order along a Morton curve through the middles of triangles (T, 3) of points (P, 3).

    A GPU, and Mesa's software rasterizer too, keeps the last vertices that it has shaded, so few are shaded twice.
    """
    if not len(triangles):
        return np.zeros(0, np.int64)
    middles = sum(points[triangles[:, k]] for k in range(3))
    low = middles.min(axis=0)
    cells = ((middles - low) * (1023 / max(float((middles - low).max()), 1e-30))).astype(np.uint32)
    for shift, mask in SPREAD:
        cells = (cells | cells << np.uint32(shift)) & np.uint32(mask)
    return np.argsort(cells[:, 0] | cells[:, 1] << np.uint32(1) | cells[:, 2] << np.uint32(2), kind="stable")


def first_used(triangles: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The vertices (U,) int64 of triangles (T, 3) in the order of their first use, and triangles (T, 3) int32 of these.

    count: of all vertices; those that no triangle has are left out.
    """
    corners = triangles.ravel()
    first = np.full(count, len(corners), np.int32)
    first[corners[::-1]] = np.arange(len(corners) - 1, -1, -1, dtype=np.int32)  # of equal places the last one written counts
    order = np.argsort(first)[: int((first < len(corners)).sum())]
    number = np.empty(count, np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    return order, number[triangles]
