"""pack_discs: places for discs of many sizes on a square; none overlaps another, and they are evenly spread."""

from dataclasses import dataclass

import numpy as np

from raster.arrangements.camera_view import eye_and_axis
from raster.arrangements.problem import ArrangementProblem

CANDIDATES = 16  # places tried for each disc
MIN_SHRINK = 0.5  # a disc that would have to shrink below this share is left out
CLEAR = 0.01  # metres between two discs, at least


@dataclass(frozen=True)
class FirstDisc:
    """The disc of each scene whose place is given. Other discs stay off the line from it to the camera, seen from above."""

    disc: np.ndarray  # (B,) int64: the number of the disc
    centre: np.ndarray  # (B, 2) float64 metres
    line: np.ndarray  # (B, 2) float64 metres: the other end of the line


def first_disc(
    problem: ArrangementProblem, disc: np.ndarray, radius: np.ndarray, place: np.ndarray, tallest: np.ndarray
) -> FirstDisc:
    """The disc with number disc (B,) and radius (B,) m at place (B, 3) m, or at the nearest place inside the square.

    tallest (B,) m: height of the tallest object, which could hide it.
    """
    inside = np.maximum(problem.radius - radius, 0.0)[:, None]
    centre = np.clip(place[:, :2], -inside, inside)
    if problem.free:
        return FirstDisc(disc, centre, centre)
    eye = eye_and_axis(problem)[0]
    rise = np.maximum(eye[:, 2] - place[:, 2], 1e-9)
    part = np.clip((tallest - place[:, 2]) / rise, 0.0, 1.0)
    return FirstDisc(disc, centre, centre + (eye[:, :2] - centre) * part[:, None])


def pack_discs(
    problem: ArrangementProblem, radius: np.ndarray, present: np.ndarray, first: FirstDisc
) -> tuple[np.ndarray, np.ndarray]:
    """Centres (B, T, 2) m of discs in the square, and factors (B, T) of their radii: 0, or MIN_SHRINK to 1.

    radius (B, T) m; present (B, T) bool: other discs are ignored. Each disc takes that one of CANDIDATES random places that is
    farthest from all others (Mitchell's best candidate, "Spectrally optimal sampling for distribution ray tracing", 1991). A
    disc without enough room shrinks, or is left out with factor 0. The time grows with the square of T.
    """
    batch, most = radius.shape
    chance = problem.streams.uniform("candidate", most, CANDIDATES, 2)
    rows = np.arange(batch)
    centre, factor = np.zeros((batch, most, 2)), np.zeros((batch, most))
    taken = np.full((batch, most), -np.inf)  # radii of the discs that have a place
    centre[rows, first.disc], factor[rows, first.disc] = first.centre, 1.0
    taken[rows, first.disc] = np.where(present[rows, first.disc], radius[rows, first.disc], -np.inf)
    for t in range(most):
        within = np.maximum(problem.radius - radius[:, t], 0.0)
        tried = (2 * chance[:, t] - 1) * within[:, None, None]
        away = tried[:, :, None] - centre[:, None]
        gap = (np.sqrt(away[..., 0] ** 2 + away[..., 1] ** 2) - taken[:, None]).min(axis=2)
        if not problem.free:
            gap = np.minimum(gap, _to_line(tried, first))
        best = np.argmax(gap, axis=1)
        fits = np.minimum((gap[rows, best] - CLEAR) / np.maximum(radius[:, t], 1e-9), 1.0)
        fits = np.where((fits >= MIN_SHRINK) & present[:, t], fits, 0.0)
        now = first.disc != t
        centre[now, t], factor[now, t] = tried[rows, best][now], fits[now]
        taken[now, t] = np.where(fits > 0, radius[:, t] * fits, -np.inf)[now]
    return centre, factor


def _to_line(tried: np.ndarray, first: FirstDisc) -> np.ndarray:
    """(B, C) metres: distances of places (B, C, 2) from the line of FirstDisc."""
    along = (first.line - first.centre)[:, None]
    offset = tried - first.centre[:, None]
    share = (offset * along).sum(axis=-1) / np.maximum((along * along).sum(axis=-1), 1e-12)
    return np.linalg.norm(offset - np.clip(share, 0.0, 1.0)[..., None] * along, axis=-1)
