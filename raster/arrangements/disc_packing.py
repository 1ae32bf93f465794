"""scatter: places for discs of many sizes on a square, none in another, evenly spread as in a Poisson disk pattern."""

from dataclasses import dataclass

import numpy as np

from raster.arrangements.camera_view import eye_and_axis
from raster.arrangements.problem import ArrangementProblem

CANDIDATES = 16  # places tried for each disc
MIN_SHRINK = 0.5  # a disc that would have to shrink below this share is left out
CLEAR = 0.01  # metres between discs at least


@dataclass(frozen=True)
class First:
    """The disc of each scene whose place is given; others keep out of the line from it to the camera."""

    disc: np.ndarray  # (B,) int64: which
    centre: np.ndarray  # (B, 2) metres
    line: np.ndarray  # (B, 2) metres: the line's other end, seen from above


def first_disc(room: ArrangementProblem, disc: np.ndarray, radius: np.ndarray, place: np.ndarray, tallest: np.ndarray) -> First:
    """The disc (B,), of radius (B,), at a place (B, 3) or the nearest in the square; tallest (B,) metres: what may hide it."""
    inside = np.maximum(room.radius - radius, 0.0)[:, None]
    centre = np.clip(place[:, :2], -inside, inside)
    if room.free:
        return First(disc, centre, centre)
    eye = eye_and_axis(room)[0]
    rise = np.maximum(eye[:, 2] - place[:, 2], 1e-9)
    part = np.clip((tallest - place[:, 2]) / rise, 0.0, 1.0)
    return First(disc, centre, centre + (eye[:, :2] - centre) * part[:, None])


def scatter(room: ArrangementProblem, radius: np.ndarray, present: np.ndarray, first: First) -> tuple[np.ndarray, np.ndarray]:
    """Centres (B, T, 2) of discs of radius (B, T) in the square; factors (B, T) of their radius: 0, or MIN_SHRINK to 1.

    Mitchell's best candidate, "Spectrally optimal sampling for distribution ray tracing" (1991): of CANDIDATES places the one
    with most room. A disc with too little shrinks, or is left out: factor 0. present (B, T) bool: others are not looked at.
    The work grows with the square of T.
    """
    batch, most = radius.shape
    chance = room.streams.uniform("candidate", most, CANDIDATES, 2)
    rows = np.arange(batch)
    centre, factor = np.zeros((batch, most, 2)), np.zeros((batch, most))
    taken = np.full((batch, most), -np.inf)  # radii of the discs that have a place
    centre[rows, first.disc], factor[rows, first.disc] = first.centre, 1.0
    taken[rows, first.disc] = np.where(present[rows, first.disc], radius[rows, first.disc], -np.inf)
    for t in range(most):
        within = np.maximum(room.radius - radius[:, t], 0.0)
        tried = (2 * chance[:, t] - 1) * within[:, None, None]
        away = tried[:, :, None] - centre[:, None]
        gap = (np.sqrt(away[..., 0] ** 2 + away[..., 1] ** 2) - taken[:, None]).min(axis=2)
        if not room.free:
            gap = np.minimum(gap, _to_line(tried, first))
        best = np.argmax(gap, axis=1)
        fits = np.minimum((gap[rows, best] - CLEAR) / np.maximum(radius[:, t], 1e-9), 1.0)
        fits = np.where((fits >= MIN_SHRINK) & present[:, t], fits, 0.0)
        now = first.disc != t
        centre[now, t], factor[now, t] = tried[rows, best][now], fits[now]
        taken[now, t] = np.where(fits > 0, radius[:, t] * fits, -np.inf)[now]
    return centre, factor


def _to_line(tried: np.ndarray, first: First) -> np.ndarray:
    """(B, C) metres from places (B, C, 2) to the line of sight."""
    along = (first.line - first.centre)[:, None]
    offset = tried - first.centre[:, None]
    share = (offset * along).sum(axis=-1) / np.maximum((along * along).sum(axis=-1), 1e-12)
    return np.linalg.norm(offset - np.clip(share, 0.0, 1.0)[..., None] * along, axis=-1)
