"""Floor: its colours and texture, where placement laid one."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from raster.randomizers.options import range_option, share_option
from raster.randomizers.plane_appearance import PlaneAppearance, paint_plane
from raster.randomizers.ranges import Range
from raster.randomizers.sampled import Sampled
from raster.scene.materials import TEXTURES
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams


@dataclass(frozen=True)
class Floor(PlaneAppearance):
    """Writes the material of the slot "floor", after placement. Its fields are those of PlaneAppearance, and of polish."""

    cost_ms: ClassVar[str] = "0.0; pictures 2.2"
    source: ClassVar[str] = "McGuire and Mara 2014"

    polished: float = share_option(
        0.0, "How many of the floors and tables have a clear, smooth coat, which mirrors what stands on them; pbr only."
    )
    reflections: Range = range_option((0.4, 1), 0, 1, "", "How much of that a polished floor shows; 1 is as it is.")

    def requirements(self) -> Requirements:
        """The pictures, and the effect that draws reflections if any floor may show them."""
        reflects = self.polished > 0 and self.reflections[1] > 0
        return replace(super().requirements(), effects=("reflection",) if reflects else ())

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        laid = ("placement.floor",)
        kinds = Sampled("kinds", "kind", "choice", laid, ("floor.pictured",), variants=True, names=TEXTURES)
        return kinds, *([Sampled("pictured", "pictured", "share", laid, variants=True)] if self.pictures else [])

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Write the material."""
        # The floor is a cube that placement stretched: its matrix takes object space to metres, flat in z.
        metres = scenes.nodes.local[:, scenes.roots[scenes.slots["floor"]], :3, :3].astype(np.float64)
        metres[..., 2, 2] = 0.0
        paint_plane(scenes, "floor", streams, self, metres)
        polished = streams.bernoulli("polished", self.polished)
        scenes.set_material(scenes.slots["floor"], "coat", polished[:, None].astype(np.float32))
        scenes.lights.reflections[:] = polished * streams.uniform_between("reflections", self.reflections)
