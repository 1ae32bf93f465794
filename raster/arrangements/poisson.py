"""poisson: objects of any size scattered over a floor, evenly, as in a Poisson disk pattern; none touches another."""

import numpy as np

from raster.arrangements.camera_view import first_place
from raster.arrangements.disc_packing import first_disc, pack_discs
from raster.arrangements.problem import ArrangementProblem, Poses


def poisson(problem: ArrangementProblem) -> Poses:
    """Poses of objects whose bounding circles, seen from above, do not overlap.

    An object without enough room shrinks, at most to half its size, or is left out.
    """
    size = problem.largest_sizes()
    rotation, height = problem.rest_poses(size)
    reach = problem.ball_radius(size)
    rows, anchor = np.arange(len(problem.present)), np.argmax(problem.present, axis=1)
    place, shrink = first_place(problem, height[rows, anchor], reach[rows, anchor])
    shrunk = np.ones(problem.present.shape)
    shrunk[rows, anchor] = shrink
    reach = reach * shrunk
    first = first_disc(problem, anchor, reach[rows, anchor], place, 2 * np.where(problem.present, reach, 0.0).max(axis=1))
    centre, factor = pack_discs(problem, reach, problem.present, first)
    factor *= shrunk
    position = np.concatenate([centre, (height * factor)[..., None]], axis=-1)
    present = problem.present & (factor > 0)
    return Poses(position, rotation, size * np.where(present, factor, 1.0)[..., None], present)
