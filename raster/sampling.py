"""Sampler: draws scenes from randomizers."""

from collections.abc import Callable, Mapping

import numpy as np

from raster.catalog import Catalog
from raster.errors import InputError
from raster.scene import Scenes
from raster.streams import Streams

# Writes sampled values into scenes. Its `room()`, where it has one, tells how many objects a slot, or lights, must hold.
Randomizer = Callable[[Scenes, Streams], None]


class Sampler:
    """sampler(first, count) -> Scenes of the images first .. first + count - 1, a function of seed and image number."""

    def __init__(self, catalog: Catalog, randomizers: Mapping[str, Randomizer], seed: int, aspect: float = 1.0):
        self.catalog, self.randomizers, self.seed, self.aspect = catalog, dict(randomizers), seed, aspect
        self.slots, self.lights = {"objects": 0, "distractors": 0, "floor": 0}, 1
        for randomizer in self.randomizers.values():
            room: dict[str, int] = getattr(randomizer, "room", dict)()
            self.lights = max(self.lights, room.pop("lights", 1))
            self.slots.update(room)

    def __call__(self, first: int, count: int) -> Scenes:
        streams = Streams(self.seed, first, count)
        scenes = Scenes.zeros(self.catalog, np.arange(first, first + count), self.slots, self.lights, self.aspect)
        for name, randomizer in self.randomizers.items():
            try:
                randomizer(scenes, streams.at(name))
            except InputError as error:
                raise InputError(f"randomizers.{name}.{error}") from None
        return scenes
