"""clear: things made so small that they do not touch objects, the camera or lamps, and do not hide the subject."""

import numpy as np

from raster.arrangements.places_around import Places
from raster.arrangements.view_frame import ViewFrame

TOUCHING = 0.85  # part of a thing's bounding ball that must be clear of others: most things fill their ball badly


def clear(
    frame: ViewFrame, places: Places, radius: np.ndarray, base: np.ndarray, flat: np.ndarray, least: float
) -> tuple[Places, np.ndarray]:
    """The places with sizes that are clear, and which (B, G) things are still at least `least` of the size they had.

    radius (B, G): of the ball around a thing of size 1. base (B, G): heights on which things stand, NaN where they do not; a
    thing that becomes smaller stands there all the same. flat (B, G): things so flat that objects stand on them; they keep
    clear of the camera only.
    """
    resting = np.isfinite(base)
    size = np.minimum(places.size, largest_size(frame, places.centre, radius, resting, flat))
    kept = size > least * places.size
    size = np.where(kept, size, places.size)
    centre = places.centre.copy()
    centre[..., 2] = np.where(resting, base + (centre[..., 2] - base) * size / places.size, centre[..., 2])
    return Places(centre, places.rotation, size), kept


def largest_size(frame: ViewFrame, centre: np.ndarray, radius: np.ndarray, resting: np.ndarray, flat: np.ndarray) -> np.ndarray:
    """(B, G): the largest sizes of things at centre (B, G, 3); resting (B, G) bool: those that stand on something.

    A thing keeps clear of the balls of all objects, of the camera and of lamps. From the camera, a thing that is nearer than
    the subject does not overlap its ball. 0 or less: there is no room.
    """
    others, ball = frame.balls
    apart = centre[:, :, None] - others[:, None]
    apart[..., 2] = np.where(resting[..., None], 0.0, apart[..., 2])  # it may come down: as seen from above
    room = (np.linalg.norm(apart, axis=-1) - ball[:, None]).min(axis=-1, initial=np.inf)
    to_eye = centre - frame.eye[:, None]
    away = np.linalg.norm(to_eye, axis=-1)
    room = np.minimum(room / TOUCHING, _beside_subject(frame, to_eye, away))
    lamps = frame.scenes.lights.position.astype(np.float64)
    lamp = np.linalg.norm(centre[:, :, None] - lamps[:, None, :, :3], axis=-1)
    room = np.minimum(room, np.where(lamps[:, None, :, 3] > 0, lamp, np.inf).min(axis=-1) / TOUCHING)
    return np.minimum(np.where(flat, np.inf, room), 0.7 * away) / radius


def _beside_subject(frame: ViewFrame, to_eye: np.ndarray, away: np.ndarray) -> np.ndarray:
    """(B, G): radii of balls that do not overlap the subject's as the camera sees it; inf for those behind it."""
    subject, r = frame.subject
    towards = subject - frame.eye
    distance = np.linalg.norm(towards, axis=1)
    cosine = (to_eye * towards[:, None]).sum(axis=-1) / np.maximum(away * distance[:, None], 1e-9)
    between = np.arccos(np.clip(cosine, -1, 1)) - np.arcsin(np.minimum(r / distance, 1.0))[:, None]
    return np.where(away < (distance + r)[:, None], away * np.sin(np.clip(between, 0.0, np.pi / 2)), np.inf)
