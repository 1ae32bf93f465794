"""Scale: how large objects are in the room that placement gives them, and how they are stretched along each axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.errors import InputError
from raster.randomizers.ranges import Range, check_number, check_range, check_share, set_fields
from raster.scene.scenes import Scenes
from raster.streams import Streams


@dataclass(frozen=True)
class Scale:
    """Writes the scale of object roots: 1 fills the room that an object has, as wide as it is far to the next one."""

    layout: ClassVar[bool] = True
    size: Range = (0.45, 1.0)  # of the room, 0..1
    sizes: tuple[float, ...] | None = None  # one of these, in place of size
    stretch: Range = (0.5, 1.0)  # factor of each axis of a stretched object
    stretched: float = 0.3  # share of the objects that are

    def __post_init__(self) -> None:
        set_fields(
            self,
            size=check_range("size", self.size, 0.01, 1),
            sizes=_check_sizes(self.sizes),
            stretch=check_range("stretch", self.stretch, 0.01, 1),
            stretched=check_share("stretched", self.stretched),
        )

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        for slot in ("objects", "distractors"):
            own, objects = streams.child(slot), scenes.slots[slot]
            many = objects.stop - objects.start
            stretch = own.uniform_between("stretch", self.stretch, many, 3)
            stretch = np.where(own.bernoulli("stretched", self.stretched, many)[..., None], stretch, 1.0)
            if self.sizes is None:
                size = own.uniform_between("size", self.size, many)
            else:
                size = np.array(self.sizes)[own.choice("size", np.ones(len(self.sizes)), many)]
            scale = size[..., None] * stretch
            local = scenes.nodes.local[:, scenes.roots[objects]]
            local[..., :3, :3] = np.eye(3) * scale[..., None, :]
            scenes.nodes.local[:, scenes.roots[objects]] = local


def _check_sizes(value: object) -> tuple[float, ...] | None:
    if value is None:
        return None
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise InputError(f"sizes={value}: expected a list of sizes such as [0.5, 1], or null for any")
    return tuple(check_number("sizes", each, 0.01, 1) for each in value)
