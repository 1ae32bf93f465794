"""Walls: rooms around some of the floors: where they stand, and their colours and texture."""

from dataclasses import dataclass

import numpy as np

from raster.randomizers.plane_appearance import check_plane, paint_plane
from raster.randomizers.ranges import Range, Weights, check_range, check_share, set_fields
from raster.randomizers.texture_mapping import picture_source
from raster.scene.materials import PROCEDURAL
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams
from raster.transforms import compose, rotation_about_z

COUNT, THICK, SPARE = 4, 0.1, 0.3  # walls; metres of a wall, and between the camera and one at least
# A wall stands on its lower edge and stretches along object x; the texture's plane is x and z.
_PLANE = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]])


@dataclass(frozen=True)
class Walls:
    """Writes the slot "walls", after camera and placement: four walls, class id 0, around the camera and all objects."""

    share: float = 0.3  # of the images with a floor that have walls
    distance: Range = (2.5, 6)  # metres of the walls from the origin
    height: Range = (1, 4)  # metres
    kinds: Weights = PROCEDURAL  # a list, or how often each
    frequency: Range = (0.7, 6)  # cells a metre, uniform in the logarithm
    hue_deg: Range = (0, 360)
    saturation: Range = (0, 0.6)
    value: Range = (0.3, 1)
    specular: Range = (0, 0.06)
    shininess: Range = (4, 60)
    images: str | None = "clutter"  # folder or pattern of pictures, or clutter: drawn for this run; null: none
    pictured: float = 0.2  # share of the rooms whose walls show one
    most: int = 32  # pictures of a run
    tile: Range = (1, 4)  # metres that a picture is wide
    variants: int | None = None  # so many different walls in the whole run; None: no limit

    def __post_init__(self) -> None:
        check_plane(self)
        set_fields(
            self,
            share=check_share("share", self.share),
            distance=check_range("distance", self.distance, 0.5, 50),
            height=check_range("height", self.height, 0.1, 50),
        )

    def requirements(self) -> Requirements:
        return Requirements(slots={"walls": COUNT}, pictures=picture_source(self)) if self.share else Requirements()

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        if not self.share:
            return
        walls, batch = scenes.slots["walls"], len(scenes.index)
        stands = (scenes.asset[:, scenes.slots["floor"]] >= 0).any(axis=1) & streams.bernoulli("share", self.share)
        scenes.set_assets(walls, np.where(stands[:, None], scenes.catalog.floor, -1) + np.zeros(COUNT, np.int64))
        # In the room's own axes, which are turned, the camera and what stands there are nearer to the origin than any wall.
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
