"""at_subject, reaching_in: hands that hold the subject or point at it, and arms that come in from the border of the picture."""

import numpy as np

from raster.arrangements.places_around import Places
from raster.arrangements.view_frame import ViewFrame
from raster.transforms import multiply, normalize

FINGER_TIPS = 1.25  # from the palm's middle to the tips of straight fingers, over the palm's length
UNDER = 0.25  # from the palm's middle to its face, over its length, and some room


def at_subject(frame: ViewFrame, u: np.ndarray, origin: np.ndarray, unit: np.ndarray) -> Places:
    """Hands at the subject: half of them hold it on the palm, from behind or below; the others reach for it with their fingers.

    u (B, G, 12); origin (B, G, 3), unit (B, G): Thing.origin and Thing.unit. On a floor, all reach for it. Fingers cover at
    most the outer third of the subject's ball, and the palm lies behind it.
    """
    subject, r = (each[:, None] for each in frame.subject)
    right, up, back = (frame.pose[:, None, :3, k] for k in range(3))
    palm = r * (1.0 + 1.3 * u[..., 0])
    turn = np.radians(100) * (2 * u[..., 1] - 1)
    out = _in_picture(frame, -np.cos(turn), np.sin(turn))
    # On the palm: its normal looks at the camera and up.
    normal = normalize(_mix(right, 0.4 * (2 * u[..., 2] - 1)) + _mix(up, 0.1 + u[..., 3]) + _mix(back, 0.2 + u[..., 4]))
    fingers = normalize(-out + (normal * out).sum(axis=-1, keepdims=True) * normal)
    held = _rotation(fingers, normal)
    held_at = subject - normal * (r + UNDER * palm)[..., None]
    # Reaching: beside the subject, or with the tips before its outer third.
    before = u[..., 5] < 0.4
    tips = subject + out * (r * np.where(before, 0.7 + 0.4 * u[..., 6], 1.05 + 0.6 * u[..., 6] ** 2))[..., None]
    tips = tips + back * (r * np.where(before, 0.4 + 0.6 * u[..., 7], 0.8 * (u[..., 7] - 0.8)))[..., None]
    pointing = normalize(-out + _mix(back, 0.5 * (u[..., 8] - 0.7)))
    reach = _rotation(pointing, _around(pointing, frame, 2 * np.pi * u[..., 9]))
    reach_at = tips - pointing * (FINGER_TIPS * palm)[..., None]
    holds = (u[..., 10] < 0.5) & ~frame.floor[:, None]
    rotation = np.where(holds[..., None, None], held, reach)
    return _placed(frame, np.where(holds[..., None], held_at, reach_at), rotation, palm, origin, unit)


def reaching_in(frame: ViewFrame, u: np.ndarray, share: np.ndarray, origin: np.ndarray, unit: np.ndarray) -> Places:
    """Hands and limbs anywhere in the outer part of the picture, whose arms leave it. share: of the palm and fingers."""
    turn = 2 * np.pi * u[..., 0]
    point = (0.55 + 0.6 * u[..., 1])[..., None] * np.stack([np.sin(turn), -np.cos(turn)], axis=-1)
    depth = frame.depth[:, None] * (0.5 + 0.9 * u[..., 2])
    palm = 0.5 * share * frame.height_at(depth)
    place = frame.eye[:, None] + frame.rays(point) * depth[..., None]
    turn = turn + 1.2 * (u[..., 3] - 0.5)
    out = _in_picture(frame, -np.cos(turn), np.sin(turn))
    pointing = normalize(-out + _mix(frame.axis[:, None], 1.2 * (u[..., 4] - 0.3)))
    return _placed(frame, place, _rotation(pointing, _around(pointing, frame, 2 * np.pi * u[..., 5])), palm, origin, unit)


def _placed(
    frame: ViewFrame, palm_at: np.ndarray, rotation: np.ndarray, palm: np.ndarray, origin: np.ndarray, unit: np.ndarray
) -> Places:
    """The places of things whose palm is at palm_at (B, G, 3), palm (B, G) m long; at least its radius above a floor."""
    size = palm / unit
    above = np.maximum(palm_at[..., 2], 0.35 * palm)
    palm_at = np.concatenate([palm_at[..., :2], np.where(frame.floor[:, None], above, palm_at[..., 2])[..., None]], axis=-1)
    return Places(palm_at - size[..., None] * multiply(rotation, origin[..., None])[..., 0], rotation, size)


def _in_picture(frame: ViewFrame, up: np.ndarray, right: np.ndarray) -> np.ndarray:
    """(B, G, 3): directions in the picture's plane, up and right (B, G); above the horizon where there is a floor."""
    out = frame.pose[:, None, :3, 0] * right[..., None] + frame.pose[:, None, :3, 1] * up[..., None]
    out[..., 2] = np.where(frame.floor[:, None], np.abs(out[..., 2]) + 0.15, out[..., 2])
    return normalize(out)


def _around(axis: np.ndarray, frame: ViewFrame, angle: np.ndarray) -> np.ndarray:
    """Unit vectors (B, G, 3) perpendicular to axis (B, G, 3), at an angle (B, G) from the camera's direction."""
    first = normalize(np.cross(axis, frame.axis[:, None] + 1e-4 * frame.pose[:, None, :3, 0]))
    return np.cos(angle)[..., None] * first + np.sin(angle)[..., None] * np.cross(axis, first)


def _rotation(y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """(B, G, 3, 3) with columns y x z, y, z of perpendicular unit vectors y and z."""
    return np.stack([np.cross(y, z), y, z], axis=-1)


def _mix(axis: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """axis (B, 1, 3) times weight (B, G)."""
    return axis * weight[..., None]
