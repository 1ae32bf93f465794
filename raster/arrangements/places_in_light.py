"""before_light: things outside of the picture that cast a shadow on or near the subject."""

import numpy as np

from raster.arrangements.places_around import Places
from raster.arrangements.view_frame import ViewFrame
from raster.transforms import normalize, random_rotation

OUTSIDE = 1.05  # a thing is outside of the picture if its middle is so far from the middle of the picture, in half pictures


def before_light(frame: ViewFrame, u: np.ndarray, share: np.ndarray) -> tuple[Places, np.ndarray]:
    """Places (B, G) on the way from a point near the subject to the brightest light, and which of them are outside the picture.

    u (B, G, 12); share (B, G): of the picture's height at the subject, which the longest side of a thing fills.
    """
    subject = frame.subject[0][:, None]
    view = frame.height_at(frame.depth[:, None])
    target = subject + 0.45 * view[..., None] * (2 * u[..., :3] - 1)
    target[..., 2] = np.where(frame.floor[:, None], 0.0, target[..., 2])
    light = frame.scenes.lights.position[:, None, 0].astype(np.float64)
    at_point = light[..., 3] > 0
    way = np.where(at_point[..., None], light[..., :3] - target, light[..., :3])
    length = np.linalg.norm(way, axis=-1)
    away = view * (0.5 + 1.3 * u[..., 3])
    away = np.where(at_point, np.minimum(away, 0.75 * length), away)
    centre = target + normalize(way) * away[..., None]
    depth = frame.depth_of(centre)
    across = np.abs(((centre - frame.eye[:, None])[..., None, :] * frame.pose[:, None, :3, :2].swapaxes(-1, -2)).sum(axis=-1))
    size = share * view
    over = (across - 0.35 * size[..., None]) / (frame.slope[:, None] * np.maximum(depth, 1e-3)[..., None])
    outside = (depth < 0) | (over > OUTSIDE).any(axis=-1)
    above = (centre[..., 2] > 0.3 * size) | ~frame.floor[:, None]
    return Places(centre, random_rotation(u[..., 4:7]), size), outside & above & (length > 0)
