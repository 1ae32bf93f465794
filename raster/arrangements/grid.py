"""gridded: each thing in a cell of its own, in space or on a floor, and no cell between the camera and the first one taken."""

import numpy as np

from raster.arrangements.camera_view import first_place
from raster.arrangements.grid_cells import Grid
from raster.arrangements.problem import ArrangementProblem, Poses, rotation_of, scale_of
from raster.transforms import direction


def gridded(room: ArrangementProblem) -> Poses:
    """Space around the origin is cut into cells; each thing fits into its own, so nothing interpenetrates."""
    streams, present, floor = room.streams, room.present, room.floor
    most = present.shape[1]
    grid = Grid.around(room.radius, present.sum(axis=1), most, floor)
    size = room.sizes(grid.half)
    turn, height = room.resting(size)
    metric = room.scenes.catalog.metric[room.asset]
    reach = np.where(metric, room.reach(size), grid.half[:, None] * scale_of(room.local).max(axis=-1))
    rows, anchor = np.arange(len(present)), np.argmax(present, axis=1)
    first, shrink = first_place(room, height[rows, anchor], reach[rows, anchor])
    size[rows, anchor] *= shrink[:, None]
    height[rows, anchor] *= shrink
    reach[rows, anchor] *= shrink

    others = present & (np.arange(most) != anchor[:, None])
    eye = first if room.free else room.scenes.cameras.world_from_camera[:, :3, 3]
    position = grid.assign(streams.uniform("cell", Grid.cells(most)), others, eye, first, reach[rows, anchor])
    position += _in_ball(streams.uniform("jitter", most, 3)) * np.maximum(grid.half[:, None] - reach, 0.0)[..., None]
    position[rows, anchor] = first
    position[..., 2] = np.where(floor[:, None], height, position[..., 2])
    turn = np.where(floor[:, None, None, None], turn, rotation_of(room.local))
    return Poses(position, turn, size, present)


def _in_ball(u: np.ndarray) -> np.ndarray:
    """Points (..., 3), uniform in the unit ball, of uniforms (..., 3)."""
    return direction(2 * np.pi * u[..., 0], np.arcsin(2 * u[..., 1] - 1)) * np.cbrt(u[..., 2:])
