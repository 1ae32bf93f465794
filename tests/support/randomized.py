"""empty, run, of_slot: scenes that hold nothing yet, one randomizer run on them, what is in a slot then."""

import numpy as np

from raster.assets.library import EMPTY, Library
from raster.scene.scenes import Scenes
from raster.streams import Streams

SLOTS = {"objects": 12, "distractors": 4, "floor": 1, "walls": 4}


def empty(catalog, count: int = 50, lights: int = 4, library: Library = EMPTY) -> Scenes:
    """Scenes of SLOTS in which nothing stands yet."""
    return Scenes.zeros(catalog, np.arange(count), SLOTS, lights, library=library)


def run(randomizer, scenes: Scenes) -> Scenes:
    """The same scenes, after one randomizer."""
    randomizer(scenes, Streams(3, int(scenes.index[0]), len(scenes.index)).child("it"))
    return scenes


def of_slot(scenes: Scenes, array: np.ndarray, slot: str, part: int = 1) -> np.ndarray:
    """(B, len, ...): the values of the first part (part 0: the root) of each object of a slot."""
    return array[:, scenes.roots[scenes.slots[slot]] + part]
