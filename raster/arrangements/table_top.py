"""lay_tables: makes table tops of floors: they end beyond the objects, above a ground. ground_pose: where that is."""

import numpy as np

from raster.arrangements.view_frame import ViewFrame
from raster.streams import Streams
from raster.transforms import compose, rotation_about_z

GROUND_SIZE, GROUND_DEPTH = 60.0, 0.1  # metres: side and thickness of the ground
THICK = (0.02, 0.12)  # metres: of a table top


def lay_tables(frame: ViewFrame, streams: Streams, wanted: np.ndarray) -> np.ndarray:
    """Cut off the floors of images, and return the heights (B,) m of the ground below: 0 where there is no table.

    wanted (B,) bool: images that are to have a table, if they have a floor and no walls. All objects fit on it, with a margin
    on each side. Its texture stays as it was.
    """
    scenes = frame.scenes
    slot, walls = scenes.slots["floor"], scenes.slots["walls"]
    if slot.start == slot.stop:
        return np.zeros(len(wanted))
    wanted = wanted & frame.floor & ~(scenes.asset[:, walls] >= 0).any(axis=1)
    centre, radius = (np.concatenate([a, b[:, None]], axis=1) for a, b in zip(frame.balls, frame.subject, strict=True))
    margin = frame.subject[1][:, None] * streams.log_uniform("margin", (0.2, 5.0), 4)
    low = (centre[..., :2] - radius[..., None]).min(axis=1) - margin[:, :2]
    high = (centre[..., :2] + radius[..., None]).max(axis=1) + margin[:, 2:]
    _cut(frame, wanted, low, high, streams.uniform_between("thick", THICK))
    return np.where(wanted, -frame.subject[1] * streams.log_uniform("height", (2.0, 8.0)), 0.0)


def _cut(frame: ViewFrame, wanted: np.ndarray, low: np.ndarray, high: np.ndarray, thick: np.ndarray) -> None:
    """Give floors the edges low and high (B, 2) m along x and y, if they reach so far, and a thickness (B,) m."""
    scenes, root = frame.scenes, frame.scenes.roots[frame.scenes.slots["floor"]][0]
    local, matrix = scenes.nodes.local[:, root], scenes.nodes.material.texture_from_object[:, root + 1]
    before = local[:, [0, 1], [0, 1]].astype(np.float64)
    low, high = np.maximum(low, -before / 2), np.minimum(high, before / 2)
    middle, size = (low + high) / 2, high - low
    cut = compose(np.column_stack([middle, -thick / 2]), scale=np.column_stack([size, thick]))
    scenes.nodes.local[:, root] = np.where(wanted[:, None, None], cut, local)
    # What was at x in object space is now at (x before - middle) / size, so the texture's matrix takes that back.
    back = np.tile(np.eye(4), (len(size), 1, 1))
    back[:, [0, 1], [0, 1]], back[:, :2, 3] = size / before, middle / before
    moved = (matrix.astype(np.float64)[..., None] * back[:, None]).sum(axis=2)
    scenes.nodes.material.texture_from_object[:, root + 1] = np.where(wanted[:, None, None], moved, matrix)


def ground_pose(height: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """world_from_object (B, 4, 4) of cubes that are the ground at heights (B,) m, turned by turn (B,) radians about z."""
    place = np.zeros((len(height), 3))
    place[:, 2] = height - GROUND_DEPTH / 2
    return compose(place, rotation_about_z(turn), np.array([GROUND_SIZE, GROUND_SIZE, GROUND_DEPTH]))
