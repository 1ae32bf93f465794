"""Floor: its colours and texture, where placement laid one."""

from dataclasses import dataclass

import numpy as np

from raster.randomizers.plane_appearance import check_plane, paint_plane
from raster.randomizers.ranges import Range, Weights
from raster.randomizers.texture_mapping import picture_source
from raster.scene.materials import PROCEDURAL
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams


@dataclass(frozen=True)
class Floor:
    """Writes the material of the slot "floor"."""

    kinds: Weights = PROCEDURAL  # a list, or how often each
    frequency: Range = (0.7, 6)  # cells a metre, uniform in the logarithm
    hue_deg: Range = (0, 360)
    saturation: Range = (0, 0.8)
    value: Range = (0.2, 1)
    specular: Range = (0, 0.06)
    shininess: Range = (4, 60)
    images: str | None = "clutter"  # folder or pattern of pictures, or clutter: drawn for this run; null: none
    pictured: float = 0.2  # share of the floors that show one
    most: int = 32  # pictures of a run
    tile: Range = (1, 4)  # metres that a picture is wide
    variants: int | None = None  # so many different floors in the whole run; None: no limit

    def __post_init__(self) -> None:
        check_plane(self)

    def requirements(self) -> Requirements:
        return Requirements(pictures=picture_source(self))

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        # The floor is a cube, stretched by placement: metres along it, and one plane of the texture.
        metres = scenes.nodes.local[:, scenes.roots[scenes.slots["floor"]], :3, :3].astype(np.float64)
        metres[..., 2, 2] = 0.0
        paint_plane(scenes, "floor", streams, self, metres)
