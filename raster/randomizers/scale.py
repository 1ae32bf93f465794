"""Scale: how large objects are within the space that placement gives them, and how they are stretched along each axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.errors import InputError
from raster.randomizers.options import check_options, option, range_option, share_option
from raster.randomizers.ranges import Range, check_number
from raster.randomizers.sampled import Sampled
from raster.scene.scenes import Scenes
from raster.streams import Streams


def _check_sizes(key: str, value: object) -> tuple[float, ...]:
    """One or more sizes, each from 0.01 to 1."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise InputError(f"{key}={value}: expected a list of sizes such as [0.5, 1], or null for any")
    return tuple(check_number(key, each, 0.01, 1) for each in value)


@dataclass(frozen=True)
class Scale:
    """Writes the scale of object roots. An object of scale 1 fills the space that placement gives it."""

    layout: ClassVar[bool] = True
    size: Range = range_option((0.45, 1), 0.01, 1, "", "Size of an object, as a part of the space that it has.")
    sizes: tuple[float, ...] | None = option(
        None, "A list of sizes, one of which each object has, in place of `size`.", "", "0.01 to 1", _check_sizes,
        nullable=True, control={"kind": "list", "low": 0.01, "high": 1},
    )  # fmt: skip
    stretch: Range = range_option(
        (0.5, 1), 0.01, 1, "factor", "Scale along each axis of a stretched object, unless its solid states proportions."
    )
    stretched: float = share_option(0.3, "How many of the objects are stretched, beside own meshes.")
    stretched_meshes: float = share_option(0.0, "How many of the own meshes are stretched; the others keep their proportions.")

    def __post_init__(self) -> None:
        """Check all fields. InputError names the first wrong one."""
        check_options(self)

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        return (Sampled("size", "size", objects=True),) if self.sizes is None else ()

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Write a scale along each axis of object space for each object."""
        for slot in ("objects", "distractors"):
            own, objects = streams.child(slot), scenes.slots[slot]
            count = objects.stop - objects.start
            stretch = own.uniform_between("stretch", self.stretch, count, 3)
            stated = scenes.catalog.proportions[scenes.asset[:, objects]]  # (B, count, 3, 2)
            if not np.isnan(stated).all():
                stretch = np.where(np.isnan(stated[..., 0]), stretch, _proportioned(stated, own.uniform("stretch", count, 3)))
            share = np.where(scenes.catalog.is_imported[scenes.asset[:, objects]], self.stretched_meshes, self.stretched)
            stretch = np.where((own.uniform("stretched", count) < share)[..., None], stretch, 1.0)
            if self.sizes is None:
                size = own.uniform_between("size", self.size, count)
            else:
                size = np.array(self.sizes)[own.choice("size", np.ones(len(self.sizes)), count)]
            scale = size[..., None] * stretch
            local = scenes.nodes.local[:, scenes.roots[objects]]
            local[..., :3, :3] = np.eye(3) * scale[..., None, :]
            scenes.nodes.local[:, scenes.roots[objects]] = local


def _proportioned(bounds: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """Factors (..., 3) between the bounds (..., 3, 2), uniform in the logarithm, the largest of them made 1."""
    low, high = np.log(bounds[..., 0]), np.log(bounds[..., 1])
    factors = np.exp(low + (high - low) * uniform)
    return factors / factors.max(axis=-1, keepdims=True)
