"""dropped: things that fell onto a floor and came to rest, on each other or beside, as physics has it."""

import numpy as np

from raster.arrangements.problem import ArrangementProblem, Poses, rotation_of
from raster.geometry.collision_shapes import CollisionShape
from raster.physics.drop import Drop
from raster.physics.layout_cache import settle_all
from raster.scene.deformed_bounds import surface_points
from raster.transforms import random_rotation

ATTEMPTS = 5  # drops of a layout before it is taken as it is
SPREAD = (0.35, 1.0)  # of the square's side: of the smaller square above it that things fall from
LAYERS = 4  # about so many things start above each other at most, if the square has room
THINNEST = 0.0005  # of its size: half of what a flat morphed thing is thickened by along each axis
APART = 0.02  # metres between two things at the start, at least


def dropped(room: ArrangementProblem, rows: np.ndarray, settle_s: float) -> Poses:
    """Of the scenes rows (R,) only; also writes how it went into scenes.arrangement."""
    scenes, size = room.scenes, room.largest_sizes()
    first, of_layout = np.unique(scenes.layout[rows], return_index=True, return_inverse=True)[1:]
    starts = [_start(room, size, attempt) for attempt in range(ATTEMPTS)]
    drops = [_drop(room, size, int(row), starts, settle_s) for row in rows[first]]
    position, turn = np.zeros((*room.present.shape, 3)), np.tile(np.eye(3), (*room.present.shape, 1, 1))
    present = room.present.copy()
    settled = settle_all(drops)
    for row, layout in zip(rows, of_layout, strict=True):
        found, there = settled[layout], np.flatnonzero(room.present[row])
        kept = np.isfinite(found.position).all(axis=1)  # what physics lost is not shown
        present[row, there[~kept]] = False
        position[row, there[kept]], turn[row, there[kept]] = found.position[kept], found.rotation[kept]
        scenes.arrangement.redrawn[row], scenes.arrangement.settled[row] = found.redrawn, found.settled
    return Poses(position, turn, size, present)


def _drop(
    room: ArrangementProblem, size: np.ndarray, row: int, starts: list[tuple[np.ndarray, np.ndarray]], settle_s: float
) -> Drop:
    there = np.flatnonzero(room.present[row])
    return Drop(
        bodies=tuple(_collision(room, row, int(o)) for o in there),
        scale=size[row, there],
        radius=room.reach(size)[row, there],
        position=np.stack([position[row, there] for position, _ in starts]),
        rotation=np.stack([rotation[row, there] for _, rotation in starts]).astype(np.float64),
        half=float(room.radius[row]),
        settle_s=settle_s,
    )


def _collision(room: ArrangementProblem, row: int, o: int) -> tuple[CollisionShape, ...]:
    """An object's parts; a morphed one is the hull of what its shape has become."""
    number = room.objects.start + o
    if not room.scenes.morphs.any[row, number]:
        return room.scenes.catalog.collision_shapes[room.asset[row, o]]
    points = surface_points(room.scenes, row, number)
    thickness = np.ptp(points, axis=0).max() * THINNEST * np.array([[1.0, 1, 1], [-1, -1, -1]])
    return (CollisionShape("hull", np.eye(4), (points[:, None] + thickness).reshape(-1, 3)),)


def _start(room: ArrangementProblem, size: np.ndarray, attempt: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions (B, O, 3) and rotations (B, O, 3, 3) to fall from: layer upon layer of cells, the first thing in the middle.

    Each cell holds one ball around a thing; in the layers above cells are taken in the same random order.
    """
    streams, most = room.streams.child(f"drop{attempt}"), room.present.shape[1]
    reach = np.where(room.present, room.reach(size), 0.0)
    ball, many = 2 * reach.max(axis=1) + APART, np.maximum(room.present.sum(axis=1), 1)
    wide = 2 * room.radius * streams.uniform_between("spread", SPREAD)
    wanted = np.ceil(np.sqrt(many / LAYERS))
    wide = np.minimum(np.maximum(wide, wanted * ball), 2 * room.radius)
    side = np.clip(np.floor(wide / ball), 1, np.ceil(np.sqrt(many))).astype(np.int64)
    cell = np.maximum(np.minimum(wide / side, 2 * ball), ball)

    cells = np.arange(int(np.ceil(np.sqrt(max(most, 1)))) ** 2)
    middle = cells == (side * side // 2)[:, None]
    order = np.argsort(streams.uniform("cell", len(cells)) - middle + 2.0 * (cells >= (side * side)[:, None]), axis=1)
    first = np.arange(most) == np.argmax(room.present, axis=1)[:, None]
    rank = np.argsort(np.argsort(streams.uniform("order", most) - first + 2.0 * ~room.present, axis=1), axis=1)
    layer, number = np.divmod(rank, (side * side)[:, None])
    number = np.take_along_axis(order, np.minimum(number, len(cells) - 1), axis=1)
    steps = np.stack([number % side[:, None], number // side[:, None]], axis=-1)
    flat = (steps + 0.5 - side[:, None, None] / 2) * cell[:, None, None]
    high = (layer + 0.5) * ball[:, None] + APART
    slack = np.stack([cell, cell, ball], axis=-1)[:, None] / 2 - reach[..., None] - APART / 2
    jitter = (2 * streams.uniform("jitter", most, 3) - 1) * np.maximum(slack, 0.0)
    # The first attempt starts as the randomizer rotation has turned things.
    turned = rotation_of(room.local) if attempt == 0 else random_rotation(streams.uniform("rotation", most, 3))
    return np.concatenate([flat, high[..., None]], axis=-1) + jitter, turned
