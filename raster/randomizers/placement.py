"""Placement: where objects are: afloat, or on a floor in a grid, strewn, stacked or fallen; none goes through another."""

from dataclasses import dataclass
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
from raster.randomizers.options import check_options, number_option, numbers_option, range_option, share_option, weights_option
from raster.randomizers.ranges import Range, Weights, check_number, check_weights
from raster.randomizers.sampled import Sampled
from raster.scene.requirements import Requirements
from raster.scene.scenes import ARRANGEMENTS, Scenes
from raster.streams import Streams
from raster.system.cache import cache_folder
from raster.transforms import compose

FLOOR_SIZE, FLOOR_DEPTH = 120, 0.2  # metres: greatest side of a floor, and its thickness
GRID, POISSON, STACKS, PHYSICS = range(len(ARRANGEMENTS))
# Objects and distractors of an image, at most. At these numbers a layout takes about 7 s of one core: the time grows with the
# square of the number, and MuJoCo takes a megabyte for each.
MOST = {POISSON: 4096, STACKS: 4096, PHYSICS: 512}


def _sides(key: str, value: object) -> tuple[float, float]:
    """Two lengths, or one for both."""
    pair = list(value) if isinstance(value, list | tuple) else [value, value]
    if len(pair) != 2:
        raise InputError(f"{key}={value}: expected metres along x and y")
    x, y = (check_number(key, each, 0.1, FLOOR_SIZE) for each in pair)
    return x, y


@dataclass(frozen=True)
class Placement:
    """Writes the roots' transforms, after camera, scale and rotation, and lays the floor.

    The first object stands where the camera sees it. Except with physics, nothing stands between it and the camera.
    When several views show one layout, nothing here depends on the camera: the first object is near the middle, and a floor
    may be seen from below. A view whose camera is inside an object leaves that object out.
    """

    layout: ClassVar[bool] = True
    cost_ms: ClassVar[str] = "12 fallen objects 55, once"
    source: ClassVar[str] = "Mitchell 1991; MuJoCo"

    radius: Range = range_option((1, 1.5), 0.01, 20, "m", "Half the side of the cube that floating objects fill.")
    floor_radius: Range = range_option((1.5, 2.2), 0.01, 20, "m", "Half the side of the square that objects on a floor fill.")
    floor: float = share_option(
        0.5,
        "How many of the images have a floor, at z = 0; none where the camera looks less than 6 degrees down, "
        "or is lower than 0.6 floor_radius.",
    )
    floor_size: tuple[float, float] = numbers_option(
        (FLOOR_SIZE, FLOOR_SIZE), 0.1, FLOOR_SIZE, "m", "Sides of the floor along x and y; a few metres make a table.", _sides
    )
    lying: float = share_option(0.4, "How many of the objects on a floor lie on another side than the one they stand on.")
    arrangements: Weights = weights_option(
        {"grid": 1, "poisson": 0, "stacks": 0, "physics": 0}, ARRANGEMENTS, "How objects on a floor are arranged."
    )
    largest: float = number_option(
        0.6, 0.01, 20, "m", "Width of an object of scale 1 in poisson, stacks and physics; at most the lowest floor_radius."
    )
    stack: Range = range_option((2, 4), 1, 20, "objects", "Height of a tower.", whole=True)
    settle_s: float = number_option(
        4, 0.01, 60, "s", "Simulated time in which falling objects must come to rest; what does not is dropped anew."
    )

    def __post_init__(self) -> None:
        """Check all fields. InputError names the first wrong one, and says if physics cannot run here."""
        check_options(self)
        weights = self._weights
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
        """One slot for the floor; scenes made ahead if physics may settle them."""
        return Requirements(slots={"floor": 1}, prefetch=bool(self._weights[PHYSICS]))

    @property
    def _weights(self) -> np.ndarray:
        """(A,): how often each of ARRANGEMENTS comes up on a floor."""
        return check_weights("arrangements", self.arrangements, ARRANGEMENTS)

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        laid = ("placement.floor",)
        radius = Sampled("radius", "radius", unless=laid), Sampled("floor_radius", "floor_radius", given=laid)
        arranged = Sampled("arrangements", "arrangement", "choice", given=laid, names=ARRANGEMENTS)
        return Sampled("floor", "floor", "share"), *radius, arranged

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Lay floors, choose arrangements and write where every object is."""
        objects = slice(scenes.slots["objects"].start, scenes.slots["distractors"].stop)
        present = scenes.asset[:, objects] >= 0
        floor_radius = streams.uniform_between("floor_radius", self.floor_radius)
        floor = streams.bernoulli("floor", self.floor)
        if scenes.views == 1:
            eye, axis = scenes.cameras.world_from_camera[:, :3, 3], -scenes.cameras.world_from_camera[:, :3, 2]
            # A grid on a floor has at least four cells a side, so none is higher than half of floor_radius.
            floor &= (axis[:, 2] < -0.1) & (eye[:, 2] > 0.6 * floor_radius)
        scenes.set_assets(scenes.slots["floor"], np.where(floor, scenes.catalog.floor, -1)[:, None])
        scenes.nodes.local[:, scenes.roots[scenes.slots["floor"]]] = compose(
            (0, 0, -FLOOR_DEPTH / 2), scale=(*self.floor_size, FLOOR_DEPTH)
        )
        scenes.arrangement.method[:] = np.where(floor, streams.choice("arrangement", self._weights), GRID)
        if not present.shape[1]:
            return
        self._refuse_crowd(present.shape[1])
        radius = np.where(floor, floor_radius, streams.uniform_between("radius", self.radius))
        problem = ArrangementProblem(scenes, streams, objects, present, radius, floor, self.lying, float(self.largest))
        poses = self._arrange(problem)
        # Cells of a grid are chosen away from the camera, unless several views share the layout.
        may_hold = (scenes.arrangement.method > GRID) | problem.free
        kept = poses.present & ~(holds_camera(problem, poses.position, problem.ball_radius(poses.size)) & may_hold[:, None])
        if (kept != present).any():
            scenes.set_assets(objects, np.where(kept, scenes.asset[:, objects], -1))
        scenes.nodes.local[:, scenes.roots[objects]] = compose(poses.position, poses.rotation, poses.size)

    def _refuse_crowd(self, many: int) -> None:
        """InputError if an image may show more objects and distractors than an arrangement places in reasonable time."""
        for number, most in MOST.items():
            if self._weights[number] and many > most:
                what = f"{ARRANGEMENTS[number]} places at most {most} objects and distractors in an image, not {many}"
                raise InputError(f"arrangements: {what}; lower randomizers.objects.count or randomizers.distractors.count")

    def _arrange(self, problem: ArrangementProblem) -> Poses:
        """Poses of all objects, each scene by its own arrangement."""
        method, poses = problem.scenes.arrangement.method, None
        for number in np.unique(method):
            if number == GRID:
                found = grid(problem)
            elif number == POISSON:
                found = poisson(problem)
            elif number == STACKS:
                found = stacks(problem, self.stack)
            else:
                found = physics(problem, np.flatnonzero(method == PHYSICS), float(self.settle_s))
            poses = found if poses is None else poses.where(method == number, found)
        assert poses is not None  # a batch has at least one scene
        return poses
