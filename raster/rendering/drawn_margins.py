"""drawn_margins, scissors: how much of the room around a picture is drawn, which a lens that distorts may show.

There is room for the strongest lens of a run. Most pictures need little of it, and what they do not need is not drawn.
"""

import numpy as np

from raster.geometry.lens_distortion import undistorted

Pad = tuple[int, int]  # rows, columns of room beyond each edge, px

VIEWPORT_SHIFT = 16  # of CAMERA["scene"]
VIEWPORTS = 16  # that every driver has; scenes choose one, and each has a scissor rectangle
POINTS = 17  # along each edge of the picture, whose places in the undistorted picture are computed
SPARE_PX = 2.0  # for places between these points, and for neighbours that an interpolation reads


def steps_px(pad: Pad) -> np.ndarray:
    """(VIEWPORTS, 2) int64: rows and columns beyond each edge that scenes with viewport k draw, from 0 to all of the room.

    Small ones lie closer together, since most lenses need little.
    """
    share = (np.arange(VIEWPORTS) / (VIEWPORTS - 1)) ** 2
    return np.ceil(share[:, None] * np.array(pad)).astype(np.int64)


def scissors(size: tuple[int, int], pad: Pad, supersample: int) -> np.ndarray | None:
    """(VIEWPORTS, 4) int32: left, lower edge, width, height of what is drawn with viewport k; None where there is no room.

    size: (H, W) px of the picture. Lengths are pixels of a target that is `supersample` times as wide and high.
    """
    if pad == (0, 0):
        return None
    beyond = steps_px(pad)
    rectangles = np.concatenate([(np.array(pad) - beyond)[:, ::-1], (np.array(size) + 2 * beyond)[:, ::-1]], axis=1)
    return np.ascontiguousarray(supersample * rectangles, np.int32)


def choose_viewports(cameras: np.ndarray, size: tuple[int, int], pad: Pad) -> np.ndarray:
    """(B,) int64: the viewport of each picture of size (H, W) px: the first whose margin holds all that its lens shows.

    cameras (B,): rows of CAMERA, with the lens.
    """
    if pad == (0, 0):
        return np.zeros(len(cameras), np.int64)
    enough = (steps_px(pad) >= _needed_px(cameras, size)[:, None]).all(axis=-1)
    return np.minimum(VIEWPORTS - enough.sum(axis=1), VIEWPORTS - 1)  # each draws more than the one before


def _needed_px(cameras: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(B, 2) float64: rows and columns beyond the edges of pictures of size (H, W) px from which their lenses take light.

    Distortion folds nothing, so what lies on the picture's border comes from the border of all that is seen.
    """
    height, width = size
    x, y = np.linspace(0.5, width - 0.5, POINTS), np.linspace(0.5, height - 0.5, POINTS)
    border = np.concatenate([np.stack(np.broadcast_arrays(x, y[[0, -1], None]), axis=-1).reshape(-1, 2),
                             np.stack(np.broadcast_arrays(x[[0, -1], None], y), axis=-1).reshape(-1, 2)])  # fmt: skip
    focal, principal = (cameras[name].astype(np.float64)[:, None] for name in ("focal", "principal"))
    slopes = (border - principal) / focal
    bent = np.flatnonzero(cameras["distorts"])
    if len(bent):
        (k1, k2, k3), (p1, p2) = (cameras[name][bent].astype(np.float64).T[..., None] for name in ("radial", "tangential"))
        slopes[bent] = undistorted(slopes[bent], k1, k2, p1, p2, k3)
    from_middle = slopes * focal * (1 + np.abs(cameras["aberration"].astype(np.float64)))[:, None, None]
    beyond = np.maximum(-(from_middle + principal), from_middle + principal - np.array([width, height]))
    return np.maximum(beyond.max(axis=1), 0.0)[:, ::-1] + SPARE_PX
