"""poisson: things strewn over a floor, evenly and without order, as large as they are: none touches another."""

import numpy as np

from raster.arrangements.camera_view import first_place
from raster.arrangements.disc_packing import first_disc, scatter
from raster.arrangements.problem import ArrangementProblem, Poses


def poisson(room: ArrangementProblem) -> Poses:
    """Bounding circles, seen from above, do not overlap; what has no room shrinks, down to half, or is left out."""
    size = room.largest_sizes()
    turn, height = room.resting(size)
    reach = room.reach(size)
    rows, anchor = np.arange(len(room.present)), np.argmax(room.present, axis=1)
    place, shrink = first_place(room, height[rows, anchor], reach[rows, anchor])
    shrunk = np.ones(room.present.shape)
    shrunk[rows, anchor] = shrink
    reach = reach * shrunk
    first = first_disc(room, anchor, reach[rows, anchor], place, 2 * np.where(room.present, reach, 0.0).max(axis=1))
    centre, factor = scatter(room, reach, room.present, first)
    factor *= shrunk
    position = np.concatenate([centre, (height * factor)[..., None]], axis=-1)
    present = room.present & (factor > 0)
    return Poses(position, turn, size * np.where(present, factor, 1.0)[..., None], present)
