"""Floor: its colours and texture, where placement laid one."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.randomizers.plane_appearance import PlaneAppearance, paint_plane
from raster.scene.scenes import Scenes
from raster.streams import Streams


@dataclass(frozen=True)
class Floor(PlaneAppearance):
    """Writes the material of the slot "floor", after placement. Its fields are those of PlaneAppearance."""

    cost_ms: ClassVar[str] = "0.0; pictures 2.2"

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Write the material."""
        # The floor is a cube that placement stretched: its matrix takes object space to metres, flat in z.
        metres = scenes.nodes.local[:, scenes.roots[scenes.slots["floor"]], :3, :3].astype(np.float64)
        metres[..., 2, 2] = 0.0
        paint_plane(scenes, "floor", streams, self, metres)
