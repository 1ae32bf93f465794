"""Placement: objects afloat, or standing and lying on a floor, never through each other, and always one in plain view."""

from dataclasses import dataclass

import numpy as np

from raster.extents import rest_offset
from raster.needs import Needs
from raster.randomizers.checks import Range, check_range, check_share, settle
from raster.randomizers.grid import Grid
from raster.scene import Scenes
from raster.streams import Streams
from raster.transforms import compose, direction, multiply, rotation_about_z, rotation_between

FLOOR_SIZE, FLOOR_DEPTH = 120.0, 0.2  # metres
IN_VIEW = 0.75  # the first object's centre lies within this share of the half angle of view
CLOSE = 0.4  # and its bounding ball is at most so large, seen from the eye: radius over distance


@dataclass(frozen=True)
class Placement:
    """Writes the roots' transforms, after camera, scale and rotation, and lays the floor.

    Space around the origin is cut into cells; each object gets a cell of its own and fits into it, so nothing interpenetrates.
    The first object stands where the camera sees it, and cells on that line of sight stay empty: none hides it.
    """

    radius: Range = (1.0, 1.5)  # metres: half the side of the cube that floating objects fill
    floor_radius: Range = (1.5, 2.2)  # metres: half the side of the square that objects on a floor fill
    floor: float = 0.5  # share of the images with a floor, at z = 0; where the camera does not look down on it there is none
    lying: float = 0.4  # share of the objects on a floor that lie on another side than the one they stand on

    def __post_init__(self) -> None:
        settle(
            self,
            radius=check_range("radius", self.radius, 0.01, 20),
            floor_radius=check_range("floor_radius", self.floor_radius, 0.01, 20),
            floor=check_share("floor", self.floor),
            lying=check_share("lying", self.lying),
        )

    def needs(self) -> Needs:
        return Needs(slots={"floor": 1})

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        objects = slice(scenes.slots["objects"].start, scenes.slots["distractors"].stop)
        present = scenes.kind[:, objects] >= 0
        most = present.shape[1]
        eye, axis = scenes.cameras.world_from_camera[:, :3, 3], -scenes.cameras.world_from_camera[:, :3, 2]
        wide = streams.between("floor_radius", self.floor_radius)
        # A floor has four cells a side or more, so none is higher than half of `wide`: the eye is above them all.
        floor = streams.chance("floor", self.floor) & (axis[:, 2] < -0.1) & (eye[:, 2] > 0.6 * wide)
        radius = np.where(floor, wide, streams.between("radius", self.radius))
        scenes.put(scenes.slots["floor"], np.where(floor, scenes.catalog.floor, -1)[:, None])
        scenes.nodes.local[:, scenes.roots[scenes.slots["floor"]]] = compose(
            (0, 0, -FLOOR_DEPTH / 2), scale=(FLOOR_SIZE, FLOOR_SIZE, FLOOR_DEPTH)
        )
        if not most:
            return

        grid = Grid.around(radius, present.sum(axis=1), most, floor)
        turn, size, height = self._pose(scenes, streams, objects, grid.half)
        reach = grid.half[:, None] * _largest(scenes.nodes.local[:, scenes.roots[objects]])
        rows, anchor = np.arange(len(present)), np.argmax(present, axis=1)
        first, shrink = _in_view(scenes, streams, radius, floor, height[rows, anchor], reach[rows, anchor])
        size[rows, anchor] *= shrink[:, None]
        height[rows, anchor] *= shrink
        reach[rows, anchor] *= shrink

        others = present & (np.arange(most) != anchor[:, None])
        position = grid.assign(streams.uniform("cell", Grid.cells(most)), others, eye, first, reach[rows, anchor])
        position += _in_ball(streams.uniform("jitter", most, 3)) * np.maximum(grid.half[:, None] - reach, 0.0)[..., None]
        position[rows, anchor] = first
        position[..., 2] = np.where(floor[:, None], height, position[..., 2])
        turn = np.where(floor[:, None, None, None], turn, _rotation(scenes.nodes.local[:, scenes.roots[objects]]))
        scenes.nodes.local[:, scenes.roots[objects]] = compose(position, turn, size)

    def _pose(self, scenes: Scenes, streams: Streams, objects: slice, half: np.ndarray) -> tuple[np.ndarray, ...]:
        """For each object: rotation (B, O, 3, 3) that rests on a floor, scale (B, O, 3), height (B, O) of its origin there."""
        catalog, kind = scenes.catalog, scenes.kind[:, objects]
        size = _scale(scenes.nodes.local[:, scenes.roots[objects]]) * (half[:, None] / catalog.radius[kind])[..., None]
        shape = kind.shape[1:]
        others = np.maximum(catalog.rest_count[kind] - 1, 1)
        other = np.minimum(1 + np.floor(streams.uniform("rest", *shape) * others), catalog.rest_count[kind] - 1)
        rest = np.where(streams.chance("lying", self.lying, *shape), other, 0).astype(np.int64)
        # The supporting plane n.x = c of the unit solid becomes, under the scale s, (n / s).y = c.
        normal = catalog.rests[kind, rest] / size
        length = np.linalg.norm(normal, axis=-1)
        yaw = rotation_about_z(2 * np.pi * streams.uniform("yaw", *shape))
        turn = multiply(yaw, rotation_between(normal / length[..., None], np.array([0.0, 0.0, -1.0])))
        return turn, size, rest_offset(scenes, objects, rest) / length


def _in_view(
    scenes: Scenes, streams: Streams, radius: np.ndarray, floor: np.ndarray, height: np.ndarray, reach: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """A place (B, 3) that the camera sees, and a factor (B,) <= 1 for what stands there lest it fill the picture.

    The view holds a cone of half angle a; a ball around a point at distance s on its axis lies within it up to radius s sin a.
    """
    pose, cameras = scenes.cameras.world_from_camera.astype(np.float64), scenes.cameras
    eye, axis = pose[:, :3, 3], -pose[:, :3, 2]
    # Slopes up to the nearest edges, of a principal point that may be off the middle, and of pixels that need not be square.
    across, up = (1 - np.abs(cameras.shift[:, k].astype(np.float64)) for k in (0, 1))
    narrow = np.tan(cameras.fov_y / 2) * np.minimum(up, across * cameras.aspect / cameras.stretch)
    angle = IN_VIEW * np.arctan(narrow)
    out, around = np.sqrt(streams.uniform("first_out")), 2 * np.pi * streams.uniform("first_around")

    middle = np.einsum("bi,bi->b", -eye, axis)  # how far along the axis the origin is
    depth = np.maximum(middle + radius * streams.between("first_depth", (-0.8, 0.5)), np.maximum(0.35 * middle, 0.3 * radius))
    ray = direction(around, np.pi / 2 - angle * out) * np.array([1.0, 1.0, -1.0])
    afloat = eye + depth[:, None] * np.einsum("bij,bj->bi", pose[:, :3, :3], ray)

    def on_floor(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        far = (eye[:, 2] - z) / np.maximum(-axis[:, 2], 0.1)
        away = np.minimum(IN_VIEW * far * np.sin(np.arctan(narrow)), radius) * out
        return eye + far[:, None] * axis + direction(around, np.zeros_like(around)) * away[:, None], far

    distance = np.where(floor, on_floor(height)[1], depth)
    shrink = np.minimum(1.0, CLOSE * distance / reach)
    return np.where(floor[:, None], on_floor(height * shrink)[0], afloat), shrink


def _scale(local: np.ndarray) -> np.ndarray:
    """(..., 3) scale along each own axis of matrices (..., 4, 4) that rotate what they have scaled."""
    return np.linalg.norm(local[..., :3, :3].astype(np.float64), axis=-2)


def _largest(local: np.ndarray) -> np.ndarray:
    return _scale(local).max(axis=-1)


def _rotation(local: np.ndarray) -> np.ndarray:
    return local[..., :3, :3] / _scale(local)[..., None, :]


def _in_ball(u: np.ndarray) -> np.ndarray:
    """Points (..., 3), uniform in the unit ball, of uniforms (..., 3)."""
    return direction(2 * np.pi * u[..., 0], np.arcsin(2 * u[..., 1] - 1)) * np.cbrt(u[..., 2:])
