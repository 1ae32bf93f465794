"""Limits of lens distortion: whether ranges fold the picture, and how much must be drawn beyond its edges."""

import itertools
from functools import lru_cache

import numpy as np

from raster.assets.cameras.calibration import Calibration
from raster.errors import InputError
from raster.geometry.lens_distortion import distorted, undistorted
from raster.randomizers.ranges import Range

SPARE = 1.03  # factor of the picture's size: for a principal point a little off the middle, and neighbours of edge pixels
MIN_SLOPE = 0.1  # derivative of the seen distance from the middle by the true one; where it is 0 the picture folds
MAX_TRUE_DISTANCE = 4.0  # true distance from the middle that is searched for the corner, in distances of the corner
MAX_ASPECT = 4.0  # greatest ratio of a picture's longer side to its shorter one for which margins are computed
MAX_STRETCH = 1.5  # px that one drawn pixel may be spread over: labels, taken from the nearest, are off by half of it at most
MAX_MARGIN = 0.5  # share of the picture that is drawn beyond each edge, at most
ASPECTS = (1 / MAX_ASPECT, 1 / 2, 3 / 4, 1.0, 4 / 3, 2.0, MAX_ASPECT)


def is_injective(k1: Range, k2: Range) -> bool:
    """Whether every point of the picture shows one point of the scene, for each pair of ends of the two ranges."""
    r = np.linspace(0, MAX_TRUE_DISTANCE, 4001)
    for a, b in itertools.product(k1, k2):
        slope = 1 + 3 * a * r**2 + 5 * b * r**4
        first = len(r) if (slope > MIN_SLOPE).all() else int(np.argmax(slope <= MIN_SLOPE))
        if (r * (1 + a * r**2 + b * r**4))[:first].max() < SPARE:
            return False
    return True


def lowest_k1(k1: Range, k2: Range) -> float:
    """The lowest value of k1 for which the picture does not fold, rounded up to 0.001; nan if there is none."""
    tried = np.arange(-1000, 3000) / 1000
    return float(next((a for a in tried if is_injective((a, max(a, k1[1])), k2)), np.nan))


@lru_cache(maxsize=64)
def margin_and_stretch(k1: Range, k2: Range, tangential: Range) -> tuple[float, float]:
    """(share, stretch) that the worst combination of ends of the ranges needs, for pictures from 1:4 to 4:1.

    share: part of width and height that must be drawn beyond each edge. stretch: greatest width, in pixels, over which
    distortion spreads one drawn pixel. Both are inf where the distortion cannot be inverted.
    """
    worst, stretch = 0.0, 1.0
    for aspect in ASPECTS:
        half = np.array([aspect, 1.0]) / np.hypot(aspect, 1.0)
        along = np.linspace(-1, 1, 9)
        sides = [np.stack(np.broadcast_arrays(x, y), axis=-1) for x, y in ((along, 1), (along, -1), (1, along), (-1, along))]
        edge = SPARE * half * np.concatenate(sides)
        for ends in itertools.product(k1, k2, tangential, tangential):
            true = undistorted(edge, *ends)
            if not np.abs(distorted(true, *ends) - edge).max() < 1e-6:
                return np.inf, np.inf
            worst = max(worst, ((np.abs(true) / half).max() - 1) / 2)
            steps = [(distorted(true + e, *ends) - edge) / 1e-5 for e in 1e-5 * np.eye(2)]
            stretch = max(stretch, float(np.linalg.svd(np.stack(steps, axis=-1), compute_uv=False).max()))
    return float(worst), stretch


def margin_of(calibration: Calibration) -> float:
    """The share of width and height that must be drawn beyond each edge. InputError for distortion that cannot be drawn."""
    focal, principal = np.array([calibration.fx, calibration.fy]), np.array([calibration.cx, calibration.cy])
    size, ends = np.array([calibration.width, calibration.height]), calibration.distortion
    k1, k2, _, _, k3 = ends
    along = np.linspace(-1, 1, 33)
    sides = [np.stack(np.broadcast_arrays(x, y), axis=-1) for x, y in ((along, 1), (along, -1), (1, along), (-1, along))]
    seen = ((1 + SPARE * np.concatenate(sides)) * size / 2 - principal) / focal
    with np.errstate(all="ignore"):  # of what does not converge
        true = undistorted(seen, *ends)
        back = np.abs(distorted(true, *ends) - seen).max()
        r = np.linspace(0, np.hypot(*true.T).max(), 1001)
        slope = 1 + 3 * k1 * r**2 + 5 * k2 * r**4 + 7 * k3 * r**6
        steps = [(distorted(true + e, *ends) - seen) / 1e-6 for e in 1e-6 * np.eye(2)]
    given = "distortion=[" + ", ".join(f"{c:g}" for c in ends) + "]"
    if not back < 1e-6 or not (slope > MIN_SLOPE).all():
        raise InputError(f"{given} folds the picture within its corners; is K of another size?")
    beyond = true * focal + principal
    share = float(max((-beyond / size).max(), (beyond / size - 1).max(), 0.0))
    if share > MAX_MARGIN:
        raise InputError(f"{given} needs {share:.2f} of the picture beyond each edge: expected {MAX_MARGIN} at most")
    if (stretch := np.linalg.svd(np.stack(steps, axis=-1), compute_uv=False).max()) > MAX_STRETCH:
        what = f"spreads a pixel over {stretch:.2f} near the edges, where labels would get coarse"
        raise InputError(f"{given} {what}: expected {MAX_STRETCH} at most")
    return share
