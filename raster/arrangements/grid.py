"""grid: each object in a cell of its own, in space or on a floor; no object hides the first one from the camera."""

import numpy as np

from raster.arrangements.camera_view import first_place
from raster.arrangements.grid_cells import Grid
from raster.arrangements.problem import ArrangementProblem, Poses, rotation_of, scale_of
from raster.transforms import direction


def grid(problem: ArrangementProblem) -> Poses:
    """Poses of objects in different cells of a grid around the origin. Each fits into its cell, so none touches another."""
    streams, present, floor = problem.streams, problem.present, problem.floor
    most = present.shape[1]
    cells = Grid.around(problem.radius, present.sum(axis=1), most, floor)
    size = problem.sizes(cells.half)
    rotation, height = problem.rest_poses(size)
    metric = problem.scenes.catalog.metric[problem.asset]
    reach = np.where(metric, problem.ball_radius(size), cells.half[:, None] * scale_of(problem.local).max(axis=-1))
    rows, anchor = np.arange(len(present)), np.argmax(present, axis=1)
    first, shrink = first_place(problem, height[rows, anchor], reach[rows, anchor])
    size[rows, anchor] *= shrink[:, None]
    height[rows, anchor] *= shrink
    reach[rows, anchor] *= shrink

    others = present & (np.arange(most) != anchor[:, None])
    eye = first if problem.free else problem.scenes.cameras.world_from_camera[:, :3, 3]
    position = cells.assign(streams.uniform("cell", Grid.cells(most)), others, eye, first, reach[rows, anchor])
    position += _in_ball(streams.uniform("jitter", most, 3)) * np.maximum(cells.half[:, None] - reach, 0.0)[..., None]
    position[rows, anchor] = first
    position[..., 2] = np.where(floor[:, None], height, position[..., 2])
    rotation = np.where(floor[:, None, None, None], rotation, rotation_of(problem.local))
    return Poses(position, rotation, size, present)


def _in_ball(u: np.ndarray) -> np.ndarray:
    """Points (..., 3), uniformly distributed in the unit ball, from uniform numbers u (..., 3)."""
    return direction(2 * np.pi * u[..., 0], np.arcsin(2 * u[..., 1] - 1)) * np.cbrt(u[..., 2:])
