"""spatial_order, first_used: orders of triangles and vertices in which neighbours follow one another."""

import numpy as np

SPREAD = ((16, 0x30000FF), (8, 0x300F00F), (4, 0x30C30C3), (2, 0x9249249))  # shifts and masks: two zeros behind each of 10 bits


def spatial_order(points: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """(T,) int64: the order along a Morton curve through the middles of triangles (T, 3) of points (P, 3).

    A GPU, and Mesa's software rasterizer too, keeps the last vertices that it has shaded, so few are shaded twice.
    """
    if not len(triangles):
        return np.zeros(0, np.int64)
    lows, sides = zip(*(_range_of(_middles(points, triangles, axis)) for axis in range(3)), strict=True)
    keys = np.zeros(len(triangles), np.uint32)
    for axis in range(3):  # one after another, for the sake of memory
        cells = ((_middles(points, triangles, axis) - lows[axis]) * (1023 / max(*sides, 1e-30))).astype(np.uint32)
        for shift, mask in SPREAD:
            cells = (cells | cells << np.uint32(shift)) & np.uint32(mask)
        keys |= cells << np.uint32(axis)
    return np.argsort(keys, kind="stable")


def _middles(points: np.ndarray, triangles: np.ndarray, axis: int) -> np.ndarray:
    """(T,): three times the middles of triangles along an axis."""
    along = np.ascontiguousarray(points[:, axis])
    middles: np.ndarray = along[triangles[:, 0]] + along[triangles[:, 1]] + along[triangles[:, 2]]
    return middles


def _range_of(numbers: np.ndarray) -> tuple[float, float]:
    """The lowest of numbers (N,), and the highest less the lowest."""
    low = numbers.min()
    return low, float((numbers - low).max())


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
