"""What ranges of distortion mean for the picture: whether it folds over, and how much must be drawn beyond its edges."""

import itertools
from functools import lru_cache

import numpy as np

from raster.randomizers.ranges import Range

ROOM = 1.03  # times the picture's size: for a principal point that is a little off, and for neighbours of the last pixels
MIN_SLOPE = 0.1  # of the distorted distance from the middle over the true one; at 0 the picture folds
MAX_TRUE_DISTANCE = 4.0  # true distance from the middle, in corners, up to which it is looked for what is seen at the corner
MAX_ASPECT = 4.0  # widest picture over its height, and highest over its width, that margins are worked out for
ASPECTS = (1 / MAX_ASPECT, 1 / 2, 3 / 4, 1.0, 4 / 3, 2.0, MAX_ASPECT)


def is_injective(k1: Range, k2: Range) -> bool:
    """Whether all that is seen in the picture is seen once, for each pair of ends of the two ranges."""
    r = np.linspace(0, MAX_TRUE_DISTANCE, 4001)
    for a, b in itertools.product(k1, k2):
        slope = 1 + 3 * a * r**2 + 5 * b * r**4
        first = len(r) if (slope > MIN_SLOPE).all() else int(np.argmax(slope <= MIN_SLOPE))
        if (r * (1 + a * r**2 + b * r**4))[:first].max() < ROOM:
            return False
    return True


def lowest_k1(k1: Range, k2: Range) -> float:
    """The lowest end of k1 for which the picture does not fold, rounded up to 0.001."""
    tried = np.arange(-1000, 3000) / 1000
    return float(next((a for a in tried if is_injective((a, max(a, k1[1])), k2)), np.nan))


@lru_cache(maxsize=64)
def margin_and_stretch(k1: Range, k2: Range, tangential: Range) -> tuple[float, float]:
    """What the worst of all ends of the ranges asks for, in pictures from 1:4 to 4:1: (share, stretch).

    Share of width and height that must be drawn beyond each edge, inf where none will do; and how many pixels, at most, what
    is drawn in one pixel is spread over.
    """
    worst, stretch = 0.0, 1.0
    for aspect in ASPECTS:
        half = np.array([aspect, 1.0]) / np.hypot(aspect, 1.0)
        along = np.linspace(-1, 1, 9)
        sides = [np.stack(np.broadcast_arrays(x, y), axis=-1) for x, y in ((along, 1), (along, -1), (1, along), (-1, along))]
        edge = ROOM * half * np.concatenate(sides)
        for ends in itertools.product(k1, k2, tangential, tangential):
            true = undistorted(edge, *ends)
            if not np.abs(distorted(true, *ends) - edge).max() < 1e-6:
                return np.inf, np.inf
            worst = max(worst, ((np.abs(true) / half).max() - 1) / 2)
            steps = [(distorted(true + e, *ends) - edge) / 1e-5 for e in 1e-5 * np.eye(2)]
            stretch = max(stretch, float(np.linalg.svd(np.stack(steps, axis=-1), compute_uv=False).max()))
    return float(worst), stretch


def distorted(x: np.ndarray, k1: float, k2: float, p1: float, p2: float) -> np.ndarray:
    """Where points x (..., 2) are seen; OpenCV's model."""
    r2, product = (x**2).sum(axis=-1, keepdims=True), x[..., :1] * x[..., 1:]
    p = np.array([p1, p2])
    return x * (1 + k1 * r2 + k2 * r2**2) + 2 * p * product + p[::-1] * (r2 + 2 * x**2)


def undistorted(seen: np.ndarray, k1: float, k2: float, p1: float, p2: float) -> np.ndarray:
    """The points that are seen at (..., 2): Newton's method, the Jacobian from differences."""
    x, step = seen.copy(), 1e-6
    for _ in range(15):
        error = distorted(x, k1, k2, p1, p2) - seen
        right, up = ((distorted(x + step * e, k1, k2, p1, p2) - seen - error) / step for e in np.eye(2))
        first = up[..., 1] * error[..., 0] - up[..., 0] * error[..., 1]
        second = right[..., 0] * error[..., 1] - right[..., 1] * error[..., 0]
        x = x - np.stack([first, second], axis=-1) / (right[..., 0] * up[..., 1] - right[..., 1] * up[..., 0])[..., None]
    return x
