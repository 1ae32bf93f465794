"""Textures: a procedural texture with its own random parameters, or a picture, for each object, distractor and thing around."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.randomizers.options import range_option, share_option, with_default
from raster.randomizers.ranges import Range, check_weights
from raster.randomizers.sampled import Sampled
from raster.randomizers.texture_mapping import planar_matrix, texture_matrix
from raster.randomizers.texture_options import TextureOptions
from raster.scene.materials import MAPPINGS, TEXTURES
from raster.scene.scenes import Scenes
from raster.streams import Streams


@dataclass(frozen=True)
class Textures(TextureOptions):
    """Writes `texture`, `image`, `mapping` and `texture_from_object` of objects, distractors and surroundings."""

    cost_ms: ClassVar[str] = "0.4; pictures 2.1"
    source: ClassVar[str] = "Perlin 1985, Worley 1996"

    frequency: Range = range_option(
        (2, 10), 0.01, 1000, "cells per object", "How fine a procedural texture is; uniform in the logarithm."
    )
    uv: float = share_option(0.5, "How many of the objects are mapped by their uvs; the others are cut from a solid texture.")
    images: str | None = with_default(TextureOptions, "images", None)
    pictured: float = with_default(TextureOptions, "pictured", 0.3)
    most: int = with_default(TextureOptions, "most", 128)
    repeats: Range = range_option(
        (0.5, 2), 0.01, 100, "", "How often a picture fits along an object; uniform in the logarithm."
    )

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        plain = ("textures.pictured", "markings.share")
        kinds = Sampled("kinds", "kind", "choice", unless=plain, objects=True, variants=True, names=TEXTURES)
        pictured = Sampled("pictured", "pictured", "share", objects=True, variants=True)
        frequency = Sampled("frequency", "frequency", "log", unless=plain, objects=True, variants=True)
        return kinds, frequency, *([pictured] if self.pictures else [])

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Write a texture and how it lies on the surface for each object."""
        for slot in scenes.painted:
            objects = scenes.slots[slot]
            count = objects.stop - objects.start
            own = streams.child(slot).with_variants(self.variants, count)
            texture = own.choice("kind", check_weights("kinds", self.kinds, TEXTURES), count)
            pictured = own.bernoulli("pictured", self.pictured if self.pictures else 0.0, count)
            texture = np.where(pictured, TEXTURES.index("image"), texture)
            by_uv = (own.bernoulli("uv", self.uv, count) | pictured) & (texture != TEXTURES.index("gradient"))
            by_uv &= scenes.catalog.has_uvs[scenes.asset[:, objects]]
            frequency = own.log_uniform("frequency", self.frequency, count)
            frequency = np.where(pictured, own.log_uniform("repeats", self.repeats, count), frequency)
            matrix = texture_matrix(texture, frequency, own.uniform("rotation", count, 3), own.uniform("offset", count, 3))
            turn = 2 * np.pi * own.uniform("turn", count)
            planar = planar_matrix(frequency, turn, own.uniform("offset", count, 3))
            scenes.set_material(objects, "texture", texture)
            scenes.set_material(objects, "image", scenes.library.choose(self.pictures, own.uniform("image", count)))
            scenes.set_material(objects, "mapping", np.where(by_uv, MAPPINGS.index("uv"), MAPPINGS.index("object")))
            scenes.set_material(objects, "texture_from_object", np.where(by_uv[..., None, None], planar, matrix))
