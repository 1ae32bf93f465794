"""stacks: towers of objects, each on the flat top of the one below, scattered over a floor."""

from dataclasses import dataclass

import numpy as np

from raster.arrangements.camera_view import first_place
from raster.arrangements.disc_packing import first_disc, pack_discs
from raster.arrangements.problem import ArrangementProblem, Poses
from raster.transforms import direction, multiply

MIN_SHRINK = 0.3  # an object that would have to shrink below this share to fit on the one below stands on the floor
ASIDE = 0.15  # share of a top's radius by which the next object may stand off its middle; its centre of mass stays over the top


@dataclass(frozen=True)
class Towers:
    """The O objects of B scenes in the order of the towers: one tower after another, each from the floor up. Float64."""

    base: np.ndarray  # (B, O) int64: index, in this order, of the lowest object of the tower
    offset: np.ndarray  # (B, O, 3) m: of the object's origin from the foot of its tower
    factor: np.ndarray  # (B, O): of its size, to fit on the object below
    girth: np.ndarray  # (B, O) m: for a lowest object, how far its tower reaches from its foot, seen from above
    height: np.ndarray  # (B,) m: of the tallest tower


def stacks(problem: ArrangementProblem, stack: tuple[float, float]) -> Poses:
    """Poses of objects in towers of stack[0] to stack[1] objects, or fewer if too few objects have a flat top.

    Objects without a flat top stand at the top of a tower only. The circles around the towers, seen from above, do not overlap;
    a tower without enough room shrinks as a whole, or is left out.
    """
    size = problem.largest_sizes()
    rotation, height, tops = _standing(problem, size)
    order, above = _in_order(problem, stack, tops[..., 3])

    def by_place(values: np.ndarray) -> np.ndarray:
        return np.take_along_axis(values, order.reshape(order.shape + (1,) * (values.ndim - 2)), axis=1)

    present, reach = by_place(problem.present), problem.ball_radius(size)
    towers = _build(problem, above, present, by_place(height), by_place(tops))
    rows, anchor = np.arange(len(order)), np.argmax(order == np.argmax(problem.present, axis=1)[:, None], axis=1)
    factor, foot, offset = towers.factor[rows, anchor], towers.base[rows, anchor], towers.offset[rows, anchor]
    place, shrink = first_place(problem, offset[:, 2], by_place(reach)[rows, anchor] * factor)
    place[:, :2] -= offset[:, :2] * shrink[:, None]
    shrunk = np.ones(present.shape)
    shrunk[rows, foot] = shrink
    standing = present & (towers.base == np.arange(present.shape[1]))
    first = first_disc(problem, foot, towers.girth[rows, foot] * shrink, place, towers.height)
    centre, room_for = pack_discs(problem, towers.girth * shrunk, standing, first)
    scaled = np.take_along_axis(room_for * shrunk, towers.base, axis=1)
    position = towers.offset * scaled[..., None]
    position[..., :2] += np.take_along_axis(centre, towers.base[..., None], axis=1)

    back = np.argsort(order, axis=1)
    position, scaled, factor = (np.take_along_axis(a, back.reshape(back.shape + (1,) * (a.ndim - 2)), axis=1)
                                for a in (position, scaled, towers.factor))  # fmt: skip
    kept = problem.present & (scaled > 0)
    return Poses(position, rotation, size * np.where(kept, scaled * factor, 1.0)[..., None], kept)


def _standing(problem: ArrangementProblem, size: np.ndarray) -> tuple[np.ndarray, ...]:
    """Rotations (B, O, 3, 3) of standing objects, heights (B, O) m of their origins, and their tops (B, O, 5), all in metres.

    A top is x, y, z of its middle from the object's origin, the radius of the circle around it that lies within the top, and
    how far the object reaches from the vertical line through its origin.
    """
    catalog, asset, shape = problem.scenes.catalog, problem.asset, problem.asset.shape[1:]
    many = catalog.support_faces.count[asset]
    other = np.minimum(1 + np.floor(problem.streams.uniform("rest", *shape) * np.maximum(many - 1, 1)), many - 1)
    side = np.where(problem.streams.bernoulli("lying", problem.lying, *shape), other, 0).astype(np.int64)
    rest = catalog.support_faces.rest[asset, side]
    rotation, height = problem.pose_on(rest, size, 2 * np.pi * problem.streams.uniform("yaw", *shape))
    middle = multiply(rotation, (size * catalog.support_faces.centre[asset, side])[..., None])[..., 0]
    # A circle whose normal is an axis is stretched by the factors of the other two axes. For other circles the bounding ball
    # is used.
    normal = np.abs(catalog.rest_directions[asset, rest])
    straight = normal.max(axis=-1) > 0.9999
    within = (normal < 0.5) | ~straight[..., None]
    radius = catalog.support_faces.radius[asset, side] * np.where(within, size, np.inf).min(axis=-1)
    girth = catalog.support_faces.girth[asset, side] * np.where(within, size, 0.0).max(axis=-1)
    morphed = problem.scenes.morphs.any[:, problem.objects]  # where their tops are is not known
    radius, girth = np.where(morphed, 0.0, radius), np.where(straight & ~morphed, girth, problem.ball_radius(size))
    return rotation, height, np.concatenate([middle, radius[..., None], girth[..., None]], axis=-1)


def _in_order(problem: ArrangementProblem, stack: tuple[float, float], top: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The objects' numbers (B, O) in the order of the towers, and (B, O) bool: which of these stand on another one.

    top (B, O) m: the radius of each object's top, 0 for none. The objects of a tower are sorted by it, the widest below.
    Objects without a top are spread over the upper ends of the towers. Objects that are not present come last.
    """
    batch, most = top.shape
    place, many = np.arange(most), problem.present.sum(axis=1)[:, None]
    ends = np.cumsum(problem.streams.integers("stack", stack, most), axis=1)
    tower = (ends[:, None] <= place[:, None]).sum(axis=2)
    start = np.concatenate([np.zeros((batch, 1), np.int64), ends], axis=1)
    last = (place == np.take_along_axis(ends, tower, axis=1) - 1) | (place == many - 1)
    things = np.argsort(problem.streams.uniform("order", most) + (top <= 0) + 2.0 * ~problem.present, axis=1, kind="stable")
    places = np.argsort(last + 2 * (place >= many), axis=1, kind="stable")
    order = np.zeros((batch, most), np.int64)
    np.put_along_axis(order, places, things, axis=1)
    narrow = 1 - np.take_along_axis(top / np.maximum(top.max(axis=1, keepdims=True), 1e-9), order, axis=1)
    within = np.argsort(tower + 0.9 * narrow + most * (place >= many), axis=1, kind="stable")
    order = np.take_along_axis(order, within, axis=1)
    return order, place > np.take_along_axis(start, tower, axis=1)


def _build(problem: ArrangementProblem, above: np.ndarray, present: np.ndarray, height: np.ndarray, tops: np.ndarray) -> Towers:
    """Put each object on the one before it. An object that would shrink below MIN_SHRINK starts a tower of its own.

    above (B, O) bool, present (B, O) bool, height (B, O) m and tops (B, O, 5) m as in _in_order and _standing, but in the order
    of the towers.
    """
    batch, most = present.shape
    aside = ASIDE * np.sqrt(problem.streams.uniform("aside", most))
    way = direction(2 * np.pi * problem.streams.uniform("way", most), np.zeros((batch, most)))
    rows = np.arange(batch)
    base, offset = np.zeros((batch, most), np.int64), np.zeros((batch, most, 3))
    factor, girth, tallest = np.ones((batch, most)), np.zeros((batch, most)), np.zeros(batch)
    top, radius = np.zeros((batch, 3)), np.zeros(batch)  # of the object before: the middle of its top and its radius
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
