"""Placement: objects afloat, or on a floor: in a grid, strewn, stacked or fallen; never through each other, one in view."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from raster.arrangements.camera_view import holds_camera
from raster.arrangements.grid import grid
from raster.arrangements.physics import physics
from raster.arrangements.poisson import poisson
from raster.arrangements.problem import ArrangementProblem, Poses
from raster.arrangements.stacks import stacks
from raster.errors import InputError
from raster.physics.engine import engine
from raster.physics.layout_cache import FOLDER
from raster.randomizers.ranges import Range, Weights, check_number, check_range, check_share, check_weights, set_fields
from raster.scene.requirements import Requirements
from raster.scene.scenes import ARRANGEMENTS, Scenes
from raster.streams import Streams
from raster.system.cache import cache_folder
from raster.transforms import compose

FLOOR_SIZE, FLOOR_DEPTH = 120.0, 0.2  # metres
GRID, POISSON, STACKS, PHYSICS = range(len(ARRANGEMENTS))


@dataclass(frozen=True)
class Placement:
    """Writes the roots' transforms, after camera, scale and rotation, and lays the floor.

    The first object stands where the camera sees it, and except in physics nothing stands in between. When several views show
    a layout, nothing here depends on the camera: the first object is near the middle, a floor is seen from below too, and a
    view whose camera is inside a thing goes without that.
    """

    layout: ClassVar[bool] = True
    radius: Range = (1.0, 1.5)  # metres: half the side of the cube that floating objects fill
    floor_radius: Range = (1.5, 2.2)  # metres: half the side of the square that objects on a floor fill
    floor: float = 0.5  # share of the images with a floor, at z = 0; where the camera does not look down on it there is none
    floor_size: tuple[float, float] = (FLOOR_SIZE, FLOOR_SIZE)  # metres along x and y: a few make a table
    lying: float = 0.4  # share of the objects on a floor that lie on another side than the one they stand on
    arrangements: Weights = field(default_factory=lambda: {"grid": 1, "poisson": 0, "stacks": 0, "physics": 0})  # on a floor
    largest: float | int = 0.6  # metres across of an object of scale 1 in poisson, stacks and physics
    stack: Range = (2, 4)  # objects of a tower
    settle_s: float | int = 4  # seconds that falling objects may take to come to rest; what does not is dropped anew

    def __post_init__(self) -> None:
        weights = check_weights("arrangements", self.arrangements, ARRANGEMENTS)
        set_fields(
            self,
            radius=check_range("radius", self.radius, 0.01, 20),
            floor_radius=check_range("floor_radius", self.floor_radius, 0.01, 20),
            floor=check_share("floor", self.floor),
            floor_size=_sides(self.floor_size),
            lying=check_share("lying", self.lying),
            largest=check_number("largest", self.largest, 0.01, 20),
            stack=check_range("stack", self.stack, 1, 20, whole=True),
            settle_s=check_number("settle_s", self.settle_s, 0.01, 60),
        )
        if 2 * self.floor_radius[1] > min(self.floor_size):
            raise InputError(f"floor_size={list(self.floor_size)}: at least {2 * self.floor_radius[1]:g}, twice floor_radius")
        if weights[1:].any() and self.largest > self.floor_radius[0]:
            raise InputError(f"largest={self.largest:g}: at most {self.floor_radius[0]:g}, the lowest floor_radius")
        if weights[PHYSICS]:
            try:
                engine()
                cache_folder(FOLDER)
            except InputError as error:
                raise InputError(f"arrangements: {error}") from None

    def requirements(self) -> Requirements:
        return Requirements(slots={"floor": 1}, prefetch=bool(self._weights[PHYSICS]))

    @property
    def _weights(self) -> np.ndarray:
        return check_weights("arrangements", self.arrangements, ARRANGEMENTS)

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        objects = slice(scenes.slots["objects"].start, scenes.slots["distractors"].stop)
        present = scenes.asset[:, objects] >= 0
        wide = streams.uniform_between("floor_radius", self.floor_radius)
        floor = streams.bernoulli("floor", self.floor)
        if scenes.views == 1:
            eye, axis = scenes.cameras.world_from_camera[:, :3, 3], -scenes.cameras.world_from_camera[:, :3, 2]
            # A floor has four cells a side or more, so none is higher than half of `wide`: the eye is above them all.
            floor &= (axis[:, 2] < -0.1) & (eye[:, 2] > 0.6 * wide)
        scenes.set_assets(scenes.slots["floor"], np.where(floor, scenes.catalog.floor, -1)[:, None])
        scenes.nodes.local[:, scenes.roots[scenes.slots["floor"]]] = compose(
            (0, 0, -FLOOR_DEPTH / 2), scale=(*self.floor_size, FLOOR_DEPTH)
        )
        scenes.arrangement.method[:] = np.where(floor, streams.choice("arrangement", self._weights), GRID)
        if not present.shape[1]:
            return
        radius = np.where(floor, wide, streams.uniform_between("radius", self.radius))
        room = ArrangementProblem(scenes, streams, objects, present, radius, floor, self.lying, float(self.largest))
        found = self._arranged(room)
        asked = (scenes.arrangement.method > GRID) | room.free  # else cells are where the camera is not
        kept = found.present & ~(holds_camera(room, found.position, room.ball_radius(found.size)) & asked[:, None])
        if (kept != present).any():
            scenes.set_assets(objects, np.where(kept, scenes.asset[:, objects], -1))
        scenes.nodes.local[:, scenes.roots[objects]] = compose(found.position, found.rotation, found.size)

    def _arranged(self, room: ArrangementProblem) -> Poses:
        """Each scene as its arrangement has it."""
        method, whole = room.scenes.arrangement.method, None
        for number in np.unique(method):
            if number == GRID:
                found = grid(room)
            elif number == POISSON:
                found = poisson(room)
            elif number == STACKS:
                found = stacks(room, self.stack)
            else:
                found = physics(room, np.flatnonzero(method == PHYSICS), float(self.settle_s))
            whole = found if whole is None else whole.where(method == number, found)
        assert whole is not None
        return whole


def _sides(value: object) -> tuple[float, float]:
    """Two lengths, or one for both."""
    pair = list(value) if isinstance(value, list | tuple) else [value, value]
    if len(pair) != 2:
        raise InputError(f"floor_size={value}: expected metres along x and y")
    x, y = (check_number("floor_size", each, 0.1, FLOOR_SIZE) for each in pair)
    return x, y
