"""Walls: rooms around some of the floors: where the walls stand, and their colours and texture."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.randomizers.options import range_option, share_option, with_default
from raster.randomizers.plane_appearance import PlaneAppearance, paint_plane
from raster.randomizers.ranges import Range
from raster.randomizers.sampled import Sampled
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams
from raster.transforms import compose, rotation_about_z

COUNT = 4  # walls of a room
THICK = 0.1  # metres: thickness of a wall
SPARE = 0.3  # metres: least distance between the camera and a wall
# A wall stands on its lower edge and is stretched along object x; the texture's plane is x and z.
_PLANE = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]])


@dataclass(frozen=True)
class Walls(PlaneAppearance):
    """Writes the slot "walls", after camera and placement: four walls, class id 0, around the camera and all objects."""

    cost_ms: ClassVar[str] = "0.0; pictures 2.2"

    share: float = share_option(0.3, "How many of the images with a floor have walls.")
    distance: Range = range_option(
        (2.5, 6), 0.5, 50, "m", "Distance of each wall from the origin; more where the camera needs it."
    )
    height: Range = range_option((1, 4), 0.1, 50, "m", "Height of the walls.")
    saturation: Range = with_default(PlaneAppearance, "saturation", (0, 0.6))
    value: Range = with_default(PlaneAppearance, "value", (0.3, 1))

    def requirements(self) -> Requirements:
        """Four slots and the pictures that they show; nothing when share is 0."""
        return Requirements(slots={"walls": COUNT}, pictures=self.pictures) if self.share else Requirements()

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        return (Sampled("share", "share", "share", given=("placement.floor",)),)

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Put up the walls of some images and write their material."""
        if not self.share:
            return
        walls, batch = scenes.slots["walls"], len(scenes.index)
        stands = (scenes.asset[:, scenes.slots["floor"]] >= 0).any(axis=1) & streams.bernoulli("share", self.share)
        scenes.set_assets(walls, np.where(stands[:, None], scenes.catalog.floor, -1) + np.zeros(COUNT, np.int64))
        # The room is turned about z. Along each wall's outward normal, the wall is farther than the camera and all objects.
        turn = 2 * np.pi * streams.uniform("room")
        angle = turn[:, None] + np.arange(COUNT) * np.pi / 2
        outward = np.stack([np.sin(angle), -np.cos(angle), np.zeros_like(angle)], axis=-1)
        eye = (outward * scenes.cameras.world_from_camera[:, None, :3, 3]).sum(axis=-1)
        within = np.maximum(eye + SPARE, _reach(scenes, outward))
        away = np.maximum(streams.uniform_between("distance", self.distance, 2)[:, [0, 1, 0, 1]], within)
        height = streams.uniform_between("height", self.height)
        width = away[:, [1, 2, 3, 0]] + away[:, [3, 0, 1, 2]] + 2 * THICK
        aside = 0.5 * (away[:, [1, 2, 3, 0]] - away[:, [3, 0, 1, 2]])
        along = np.stack([np.cos(angle), np.sin(angle), np.zeros_like(angle)], axis=-1)
        position = outward * (away + THICK / 2)[..., None] + along * aside[..., None]
        position[..., 2] = height[:, None] / 2
        size = np.stack([width, np.full((batch, COUNT), THICK), np.repeat(height[:, None], COUNT, axis=1)], axis=-1)
        scenes.nodes.local[:, scenes.roots[walls]] = compose(position, rotation_about_z(angle), size)
        paint_plane(scenes, "walls", streams, self, _PLANE * size[..., None, :])


def _reach(scenes: Scenes, outward: np.ndarray) -> np.ndarray:
    """(B, W) metres that objects and distractors, by balls around them, reach from the origin along outward (B, W, 3)."""
    things = slice(scenes.slots["objects"].start, scenes.slots["distractors"].stop)
    asset, root = scenes.asset[:, things], scenes.nodes.local[:, scenes.roots[things]].astype(np.float64)
    radius = scenes.catalog.radius[asset] * np.linalg.norm(root[..., :3, :3], axis=-2).max(axis=-1)
    along = (outward[:, :, None] * root[:, None, :, :3, 3]).sum(axis=-1) + radius[:, None]
    return np.where((asset >= 0)[:, None], along, 0.0).max(axis=-1, initial=0.0)
