"""stacks: towers of things, one on the flat top of another, strewn over a floor."""

from dataclasses import dataclass

import numpy as np

from raster.arrangements.camera_view import first_place
from raster.arrangements.disc_packing import first_disc, scatter
from raster.arrangements.problem import ArrangementProblem, Poses
from raster.transforms import direction, multiply

MIN_SHRINK = 0.3  # what would have to shrink below this share, to fit on what is below, stands on the floor
ASIDE = 0.15  # of a top's radius: how far off its middle the next thing may stand. Its centre of mass stays over the top.


@dataclass(frozen=True)
class Towers:
    """O things in the order of B scenes' towers, from the floor up, one tower after another; metres, from the tower's foot."""

    base: np.ndarray  # (B, O) int64: the place in this order of what stands on the floor below
    offset: np.ndarray  # (B, O, 3): of the origin
    factor: np.ndarray  # (B, O): of its size, to fit on what it stands on
    girth: np.ndarray  # (B, O): for a base, how far its tower reaches from its foot, seen from above
    height: np.ndarray  # (B,): of the tallest tower


def stacks(room: ArrangementProblem, stack: tuple[float, float]) -> Poses:
    """Towers of stack[0] to stack[1] things, of fewer where too little has a flat top. Round things stand on top only.

    Seen from above the circles around towers do not overlap; a tower without room shrinks as a whole, or is left out.
    """
    size = room.largest_sizes()
    turn, height, tops = _standing(room, size)
    order, above = _in_order(room, stack, tops[..., 3])

    def by_place(values: np.ndarray) -> np.ndarray:
        return np.take_along_axis(values, order.reshape(order.shape + (1,) * (values.ndim - 2)), axis=1)

    present, reach = by_place(room.present), room.reach(size)
    towers = _build(room, above, present, by_place(height), by_place(tops))
    rows, anchor = np.arange(len(order)), np.argmax(order == np.argmax(room.present, axis=1)[:, None], axis=1)
    factor, foot, offset = towers.factor[rows, anchor], towers.base[rows, anchor], towers.offset[rows, anchor]
    place, shrink = first_place(room, offset[:, 2], by_place(reach)[rows, anchor] * factor)
    place[:, :2] -= offset[:, :2] * shrink[:, None]
    shrunk = np.ones(present.shape)
    shrunk[rows, foot] = shrink
    standing = present & (towers.base == np.arange(present.shape[1]))
    first = first_disc(room, foot, towers.girth[rows, foot] * shrink, place, towers.height)
    centre, room_for = scatter(room, towers.girth * shrunk, standing, first)
    scaled = np.take_along_axis(room_for * shrunk, towers.base, axis=1)
    position = towers.offset * scaled[..., None]
    position[..., :2] += np.take_along_axis(centre, towers.base[..., None], axis=1)

    back = np.argsort(order, axis=1)
    position, scaled, factor = (np.take_along_axis(a, back.reshape(back.shape + (1,) * (a.ndim - 2)), axis=1)
                                for a in (position, scaled, towers.factor))  # fmt: skip
    kept = room.present & (scaled > 0)
    return Poses(position, turn, size * np.where(kept, scaled * factor, 1.0)[..., None], kept)


def _standing(room: ArrangementProblem, size: np.ndarray) -> tuple[np.ndarray, ...]:
    """Rotation (B, O, 3, 3), height (B, O) of the origin, and tops (B, O, 5): x, y, z of the top's middle from the origin,
    metres, the radius of the circle that it holds, and how far the thing reaches from the vertical through its origin.
    """
    catalog, asset, shape = room.scenes.catalog, room.asset, room.asset.shape[1:]
    many = catalog.support_faces.count[asset]
    other = np.minimum(1 + np.floor(room.streams.uniform("rest", *shape) * np.maximum(many - 1, 1)), many - 1)
    side = np.where(room.streams.bernoulli("lying", room.lying, *shape), other, 0).astype(np.int64)
    rest = catalog.support_faces.rest[asset, side]
    turn, height = room.rest_on(rest, size, 2 * np.pi * room.streams.uniform("yaw", *shape))
    middle = multiply(turn, (size * catalog.support_faces.centre[asset, side])[..., None])[..., 0]
    # A circle normal to an axis is stretched by the other two; of one askew no more is known than that it lies in the ball.
    normal = np.abs(catalog.rest_directions[asset, rest])
    straight = normal.max(axis=-1) > 0.9999
    within = (normal < 0.5) | ~straight[..., None]
    radius = catalog.support_faces.radius[asset, side] * np.where(within, size, np.inf).min(axis=-1)
    girth = catalog.support_faces.girth[asset, side] * np.where(within, size, 0.0).max(axis=-1)
    morphed = room.scenes.morphs.any[:, room.objects]  # whose top may be anywhere
    radius, girth = np.where(morphed, 0.0, radius), np.where(straight & ~morphed, girth, room.reach(size))
    return turn, height, np.concatenate([middle, radius[..., None], girth[..., None]], axis=-1)


def _in_order(room: ArrangementProblem, stack: tuple[float, float], top: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The things (B, O) in the order of towers, and which (B, O) of these places are above another one.

    top (B, O): the radius of their tops. Each tower gets as few without one as can be, for its upper end, and is wide below
    and narrow above. The absent come last.
    """
    batch, most = top.shape
    place, many = np.arange(most), room.present.sum(axis=1)[:, None]
    ends = np.cumsum(room.streams.integers("stack", stack, most), axis=1)
    tower = (ends[:, None] <= place[:, None]).sum(axis=2)
    start = np.concatenate([np.zeros((batch, 1), np.int64), ends], axis=1)
    last = (place == np.take_along_axis(ends, tower, axis=1) - 1) | (place == many - 1)
    things = np.argsort(room.streams.uniform("order", most) + (top <= 0) + 2.0 * ~room.present, axis=1, kind="stable")
    places = np.argsort(last + 2 * (place >= many), axis=1, kind="stable")
    order = np.zeros((batch, most), np.int64)
    np.put_along_axis(order, places, things, axis=1)
    narrow = 1 - np.take_along_axis(top / np.maximum(top.max(axis=1, keepdims=True), 1e-9), order, axis=1)
    within = np.argsort(tower + 0.9 * narrow + most * (place >= many), axis=1, kind="stable")
    order = np.take_along_axis(order, within, axis=1)
    return order, place > np.take_along_axis(start, tower, axis=1)


def _build(room: ArrangementProblem, above: np.ndarray, present: np.ndarray, height: np.ndarray, tops: np.ndarray) -> Towers:
    """Put things on each other from place to place; what would shrink below MIN_SHRINK starts a tower of its own."""
    batch, most = present.shape
    aside = ASIDE * np.sqrt(room.streams.uniform("aside", most))
    way = direction(2 * np.pi * room.streams.uniform("way", most), np.zeros((batch, most)))
    rows = np.arange(batch)
    base, offset = np.zeros((batch, most), np.int64), np.zeros((batch, most, 3))
    factor, girth, tallest = np.ones((batch, most)), np.zeros((batch, most)), np.zeros(batch)
    top, radius = np.zeros((batch, 3)), np.zeros(batch)  # of the thing before: the middle of its top
    for s in range(most):
        fits = np.minimum(radius / tops[:, s, 4], 1.0)
        carried = above[:, s] & present[:, s] & (fits >= MIN_SHRINK)
        base[:, s] = np.where(carried, base[:, s - 1], s)
        factor[:, s] = np.where(carried, fits, 1.0)
        below = np.where(carried[:, None], top + way[:, s] * (aside[:, s] * radius)[:, None], 0.0)
        offset[:, s] = below
        offset[:, s, 2] += height[:, s] * factor[:, s]
        top = offset[:, s] + tops[:, s, :3] * factor[:, s, None]
        radius = tops[:, s, 3] * factor[:, s]
        away = np.linalg.norm(offset[:, s, :2], axis=-1) + tops[:, s, 4] * factor[:, s]
        girth[rows, base[:, s]] = np.maximum(girth[rows, base[:, s]], away)
        tallest = np.maximum(tallest, np.where(present[:, s], offset[:, s, 2] + tops[:, s, 4] * factor[:, s], 0.0))
    return Towers(base, offset, factor, girth, tallest)
