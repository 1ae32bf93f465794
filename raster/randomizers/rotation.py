"""Rotation: uniform over all orientations (SO(3)). On a floor, placement turns objects upright or lays them down instead."""

from dataclasses import dataclass
from typing import ClassVar

from raster.scene.scenes import Scenes
from raster.streams import Streams
from raster.transforms import multiply, random_rotation


@dataclass(frozen=True)
class Rotation:
    """Turns the object roots, after the scale is written."""

    layout: ClassVar[bool] = True
    source: ClassVar[str] = "Shoemake 1992"

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Write a rotation for each object, uniform over SO(3)."""
        for slot in ("objects", "distractors"):
            objects = scenes.slots[slot]
            roots = scenes.roots[objects]
            rotation = random_rotation(streams.child(slot).uniform("rotation", objects.stop - objects.start, 3))
            scenes.nodes.local[:, roots, :3, :3] = multiply(rotation, scenes.nodes.local[:, roots, :3, :3])
