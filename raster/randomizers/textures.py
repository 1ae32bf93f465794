"""Textures: a procedural texture with its own random parameters for each object, or a picture; as many as objects."""

from dataclasses import dataclass

import numpy as np

from raster.assets.library import MAX_PICTURES
from raster.randomizers.ranges import (
    Range,
    Weights,
    check_count,
    check_range,
    check_share,
    check_source,
    check_variants,
    check_weights,
    set_fields,
)
from raster.randomizers.texture_mapping import picture_source, planar_matrix, texture_matrix
from raster.scene.materials import MAPPINGS, PROCEDURAL, TEXTURES
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams


@dataclass(frozen=True)
class Textures:
    """Writes `texture`, `image`, `mapping` and `texture_from_object` of objects and distractors."""

    kinds: Weights = PROCEDURAL  # a list, or how often each
    frequency: Range = (2, 10)  # cells along the object, uniform in the logarithm
    uv: float = 0.5  # share mapped by the solid's uvs; the others are carved from a block of the texture
    images: str | None = None  # folder or pattern of pictures, or clutter: drawn for this run
    pictured: float = 0.3  # share of the objects that show one
    most: int = 128  # pictures of a run
    repeats: Range = (0.5, 2)  # how often a picture fits along an object
    variants: int | None = None  # so many different ones in the whole run; None: no limit

    def __post_init__(self) -> None:
        check_weights("kinds", self.kinds, PROCEDURAL)
        set_fields(
            self,
            frequency=check_range("frequency", self.frequency, 0.01, 1000),
            uv=check_share("uv", self.uv),
            pictured=check_share("pictured", self.pictured),
            images=check_source("images", self.images, "pictures, or clutter"),
            most=check_count("most", self.most, 1, MAX_PICTURES),
            repeats=check_range("repeats", self.repeats, 0.01, 100),
            variants=check_variants(self.variants),
        )

    def requirements(self) -> Requirements:
        return Requirements(pictures=picture_source(self))

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        source = picture_source(self)
        for slot in ("objects", "distractors"):
            objects = scenes.slots[slot]
            many = objects.stop - objects.start
            own = streams.child(slot).with_variants(self.variants, many)
            texture = own.choice("kind", check_weights("kinds", self.kinds, TEXTURES), many)
            shows = own.bernoulli("pictured", self.pictured if source else 0.0, many)
            texture = np.where(shows, TEXTURES.index("image"), texture)
            by_uv = (own.bernoulli("uv", self.uv, many) | shows) & (texture != TEXTURES.index("gradient"))
            by_uv &= scenes.catalog.has_uvs[scenes.asset[:, objects]]
            frequency = own.log_uniform("frequency", self.frequency, many)
            frequency = np.where(shows, own.log_uniform("repeats", self.repeats, many), frequency)
            matrix = texture_matrix(texture, frequency, own.uniform("rotation", many, 3), own.uniform("offset", many, 3))
            turn = 2 * np.pi * own.uniform("turn", many)
            planar = planar_matrix(frequency, turn, own.uniform("offset", many, 3))
            scenes.set_material(objects, "texture", texture)
            scenes.set_material(objects, "image", scenes.library.choose(source, own.uniform("image", many)))
            scenes.set_material(objects, "mapping", np.where(by_uv, MAPPINGS.index("uv"), MAPPINGS.index("object")))
            scenes.set_material(objects, "texture_from_object", np.where(by_uv[..., None, None], planar, matrix))
