"""physics: objects that fell onto a floor and came to rest there or on each other, as simulated by MuJoCo."""

import numpy as np

from raster.arrangements.problem import ArrangementProblem, Poses, rotation_of
from raster.geometry.collision_shapes import CollisionShape
from raster.physics.drop import Drop
from raster.physics.layout_cache import settle_all
from raster.scene.deformed_bounds import surface_points
from raster.transforms import random_rotation

ATTEMPTS = 5  # drops of a layout; if none settles, the last is used as it is
SPREAD = (0.35, 1.0)  # side of the smaller square from above which objects fall, as a share of the square's side
LAYERS = 4  # about as many objects start above each other at most, if the square has room
THINNEST = 0.0005  # share of its size by which a deformed object is thickened on both sides along each axis
APART = 0.02  # metres between two objects at the start, at least


def physics(problem: ArrangementProblem, rows: np.ndarray, settle_s: float) -> Poses:
    """Poses of the objects of the scenes rows (R,); those of other scenes have no meaning.

    settle_s: simulated seconds that an attempt may take. Also writes scenes.arrangement.redrawn and settled. InputError
    without MuJoCo, for objects that it cannot simulate, and for a cache that cannot be written.
    """
    scenes, size = problem.scenes, problem.largest_sizes()
    first, of_layout = np.unique(scenes.layout[rows], return_index=True, return_inverse=True)[1:]
    starts = [_start(problem, size, attempt) for attempt in range(ATTEMPTS)]
    drops = [_drop(problem, size, int(row), starts, settle_s) for row in rows[first]]
    position, rotation = np.zeros((*problem.present.shape, 3)), np.tile(np.eye(3), (*problem.present.shape, 1, 1))
    present = problem.present.copy()
    settled = settle_all(drops)
    for row, layout in zip(rows, of_layout, strict=True):
        found, there = settled[layout], np.flatnonzero(problem.present[row])
        kept = np.isfinite(found.position).all(axis=1)  # objects that left the square are not shown
        present[row, there[~kept]] = False
        position[row, there[kept]], rotation[row, there[kept]] = found.position[kept], found.rotation[kept]
        scenes.arrangement.redrawn[row], scenes.arrangement.settled[row] = found.redrawn, found.settled
    return Poses(position, rotation, size, present)


def _drop(
    problem: ArrangementProblem, size: np.ndarray, row: int, starts: list[tuple[np.ndarray, np.ndarray]], settle_s: float
) -> Drop:
    """The drop of scene `row`. starts: positions and rotations as _start gives them, for each attempt."""
    there = np.flatnonzero(problem.present[row])
    return Drop(
        bodies=tuple(_collision(problem, row, int(o)) for o in there),
        scale=size[row, there],
        radius=problem.ball_radius(size)[row, there],
        position=np.stack([position[row, there] for position, _ in starts]),
        rotation=np.stack([rotation[row, there] for _, rotation in starts]).astype(np.float64),
        half=float(problem.radius[row]),
        settle_s=settle_s,
    )


def _collision(problem: ArrangementProblem, row: int, o: int) -> tuple[CollisionShape, ...]:
    """The collision shapes of object o of scene `row`; a deformed object is the convex hull of its deformed points."""
    number = problem.objects.start + o
    if not problem.scenes.morphs.any[row, number]:
        return problem.scenes.catalog.collision_shapes[problem.asset[row, o]]
    points = surface_points(problem.scenes, row, number)
    thickness = np.ptp(points, axis=0).max() * THINNEST * np.array([[1.0, 1, 1], [-1, -1, -1]])
    return (CollisionShape("hull", np.eye(4), (points[:, None] + thickness).reshape(-1, 3)),)


def _start(problem: ArrangementProblem, size: np.ndarray, attempt: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions (B, O, 3) m and rotations (B, O, 3, 3) from which objects fall: in layers of cells, the first in the middle.

    Each cell holds the bounding ball of one object. All layers fill their cells in the same random order.
    """
    streams, most = problem.streams.child(f"drop{attempt}"), problem.present.shape[1]
    reach = np.where(problem.present, problem.ball_radius(size), 0.0)
    ball, many = 2 * reach.max(axis=1) + APART, np.maximum(problem.present.sum(axis=1), 1)
    wide = 2 * problem.radius * streams.uniform_between("spread", SPREAD)
    wanted = np.ceil(np.sqrt(many / LAYERS))
    wide = np.minimum(np.maximum(wide, wanted * ball), 2 * problem.radius)
    side = np.clip(np.floor(wide / ball), 1, np.ceil(np.sqrt(many))).astype(np.int64)
    cell = np.maximum(np.minimum(wide / side, 2 * ball), ball)

    cells = np.arange(int(np.ceil(np.sqrt(max(most, 1)))) ** 2)
    middle = cells == (side * side // 2)[:, None]
    order = np.argsort(streams.uniform("cell", len(cells)) - middle + 2.0 * (cells >= (side * side)[:, None]), axis=1)
    first = np.arange(most) == np.argmax(problem.present, axis=1)[:, None]
    rank = np.argsort(np.argsort(streams.uniform("order", most) - first + 2.0 * ~problem.present, axis=1), axis=1)
    layer, number = np.divmod(rank, (side * side)[:, None])
    number = np.take_along_axis(order, np.minimum(number, len(cells) - 1), axis=1)
    steps = np.stack([number % side[:, None], number // side[:, None]], axis=-1)
    flat = (steps + 0.5 - side[:, None, None] / 2) * cell[:, None, None]
    high = (layer + 0.5) * ball[:, None] + APART
    slack = np.stack([cell, cell, ball], axis=-1)[:, None] / 2 - reach[..., None] - APART / 2
    jitter = (2 * streams.uniform("jitter", most, 3) - 1) * np.maximum(slack, 0.0)
    # The first attempt starts with the rotations that the randomizer `rotation` has chosen.
    turned = rotation_of(problem.local) if attempt == 0 else random_rotation(streams.uniform("rotation", most, 3))
    return np.concatenate([flat, high[..., None]], axis=-1) + jitter, turned
