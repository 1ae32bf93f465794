"""PlaneAppearance: colours and texture of large flat surfaces; the fields that the randomizers of floor and walls share."""

from dataclasses import dataclass

import numpy as np

from raster.assets.library import MAX_PICTURES
from raster.color import linear_from_hsv
from raster.randomizers.options import (
    check_options,
    count_option,
    range_option,
    share_option,
    source_option,
    variants_option,
    weights_option,
)
from raster.randomizers.ranges import Range, Weights, check_weights
from raster.randomizers.texture_mapping import picture_source, planar_matrix
from raster.scene.materials import MAPPINGS, PROCEDURAL, TEXTURES
from raster.scene.scenes import Scenes
from raster.streams import Streams

GRADIENT = 5.0  # metres over which a gradient goes from one colour to the other, centred on the origin


@dataclass(frozen=True)
class PlaneAppearance:
    """The fields that say how a floor or walls look. All surfaces of one slot in one image look alike."""

    kinds: Weights = weights_option(PROCEDURAL, PROCEDURAL, "Procedural textures to choose from.")
    frequency: Range = range_option(
        (0.7, 6), 0.001, 1000, "cells per metre", "How fine a procedural texture is; uniform in the logarithm."
    )
    hue_deg: Range = range_option((0, 360), -360, 720, "degrees", "Hue of each of the texture's two colours.")
    saturation: Range = range_option((0, 0.8), 0, 1, "", "Saturation of each of the two colours.")
    value: Range = range_option((0.2, 1), 0, 1, "", "Value (HSV) of each of the two colours.")
    specular: Range = range_option((0, 0.06), 0, 1, "", "Strength of the highlight.")
    shininess: Range = range_option(
        (4, 60), 1, 1000, "", "Blinn-Phong exponent: higher gives a smaller, sharper highlight; uniform in the logarithm."
    )
    images: str | None = source_option(
        "clutter",
        "pictures, or clutter",
        "Folder or pattern of pictures to show; clutter: pictures made for the run; null: none.",
    )
    pictured: float = share_option(0.2, "How many of the images with such a surface show a picture on it.")
    most: int = count_option(32, 1, MAX_PICTURES, "", "Pictures loaded or made for a run, at most.")
    tile: Range = range_option(
        (1, 4), 0.01, 1000, "m", "Width of a picture on the surface, which is covered with copies of it."
    )
    variants: int | None = variants_option("How many different appearances the whole run shows; null: no limit.")

    def __post_init__(self) -> None:
        """Check all fields. InputError names the first wrong one."""
        check_options(self)


def paint_plane(scenes: Scenes, slot: str, streams: Streams, appearance: PlaneAppearance, metres: np.ndarray) -> None:
    """Write the material of all surfaces of a slot, alike within one image.

    metres (B, surfaces, 3, 3): matrices from object space to metres in the plane of the texture.
    """
    surfaces, source = scenes.slots[slot], picture_source(appearance)
    count, streams = surfaces.stop - surfaces.start, streams.with_variants(appearance.variants)

    def each(values: np.ndarray) -> np.ndarray:
        """(B, ...) -> (B, surfaces, ...): the same for every surface."""
        return np.broadcast_to(values[:, None], (len(values), count, *values.shape[1:]))

    for name in ("color", "color2"):
        hue = streams.uniform_between(f"{name}_hue", appearance.hue_deg)
        saturation = streams.uniform_between(f"{name}_saturation", appearance.saturation)
        value = streams.uniform_between(f"{name}_value", appearance.value)
        scenes.set_material(surfaces, name, each(linear_from_hsv(hue, saturation, value)))
    texture = streams.choice("kind", check_weights("kinds", appearance.kinds, TEXTURES))
    pictured = streams.bernoulli("pictured", appearance.pictured if source else 0.0)
    texture = np.where(pictured, TEXTURES.index("image"), texture)
    turn = 2 * np.pi * streams.uniform("turn")
    gradient = texture == TEXTURES.index("gradient")
    frequency = np.where(gradient, 1 / GRADIENT, streams.log_uniform("frequency", appearance.frequency))
    frequency = np.where(pictured, 1 / streams.log_uniform("tile", appearance.tile), frequency)
    offset = np.where(gradient[:, None], 0.0, streams.uniform("offset", 3))
    matrix = each(planar_matrix(frequency, turn, offset)).copy()
    matrix[..., :3] = (matrix[..., :3, None] * metres[..., None, :, :]).sum(axis=-2)
    scenes.set_material(surfaces, "texture", each(texture))
    scenes.set_material(surfaces, "image", each(scenes.library.choose(source, streams.uniform("image"))))
    scenes.set_material(surfaces, "mapping", np.full((len(texture), count), MAPPINGS.index("object")))
    scenes.set_material(surfaces, "texture_from_object", matrix)
    scenes.set_material(surfaces, "specular", each(streams.uniform_between("specular", appearance.specular)))
    scenes.set_material(surfaces, "shininess", each(streams.log_uniform("shininess", appearance.shininess)))
