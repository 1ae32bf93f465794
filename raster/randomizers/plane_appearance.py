"""PlaneAppearance: colours and texture of large flat surfaces; the fields that the randomizers of floor and walls share."""

from dataclasses import dataclass

import numpy as np

from raster.randomizers.options import range_option, with_default
from raster.randomizers.ranges import Range, check_weights
from raster.randomizers.texture_mapping import planar_matrix
from raster.randomizers.texture_options import ColorOptions
from raster.scene.materials import MAPPINGS, TEXTURES
from raster.scene.scenes import Scenes
from raster.streams import Streams

GRADIENT = 5.0  # metres over which a gradient goes from one colour to the other, centred on the origin


@dataclass(frozen=True)
class PlaneAppearance(ColorOptions):
    """The fields that say how a floor or walls look. All surfaces of one slot in one image look alike."""

    frequency: Range = range_option(
        (0.7, 6), 0.001, 1000, "cells per metre", "How fine a procedural texture is; uniform in the logarithm."
    )
    saturation: Range = with_default(ColorOptions, "saturation", (0, 0.8))
    value: Range = with_default(ColorOptions, "value", (0.2, 1))
    specular: Range = range_option((0, 0.06), 0, 1, "", "Strength of the highlight.")
    shininess: Range = range_option(
        (4, 60), 1, 1000, "", "Blinn-Phong exponent: higher gives a smaller, sharper highlight; uniform in the logarithm."
    )
    tile: Range = range_option(
        (1, 4), 0.01, 1000, "m", "Width of a picture on the surface, which is covered with copies of it."
    )


def paint_plane(scenes: Scenes, slot: str, streams: Streams, appearance: PlaneAppearance, metres: np.ndarray) -> None:
    """Write the material of all surfaces of a slot, alike within one image.

    metres (B, surfaces, 3, 3): matrices from object space to metres in the plane of the texture.
    """
    surfaces = scenes.slots[slot]
    count, streams = surfaces.stop - surfaces.start, streams.with_variants(appearance.variants)

    def each(values: np.ndarray) -> np.ndarray:
        """(B, ...) -> (B, surfaces, ...): the same for every surface."""
        return np.broadcast_to(values[:, None], (len(values), count, *values.shape[1:]))

    for name in ("color", "color2"):
        scenes.set_material(surfaces, name, each(appearance.color(streams, name)))
    texture = streams.choice("kind", check_weights("kinds", appearance.kinds, TEXTURES))
    pictured = streams.bernoulli("pictured", appearance.pictured if appearance.pictures else 0.0)
    texture = np.where(pictured, TEXTURES.index("image"), texture)
    turn = 2 * np.pi * streams.uniform("turn")
    gradient = texture == TEXTURES.index("gradient")
    frequency = np.where(gradient, 1 / GRADIENT, streams.log_uniform("frequency", appearance.frequency))
    frequency = np.where(pictured, 1 / streams.log_uniform("tile", appearance.tile), frequency)
    offset = np.where(gradient[:, None], 0.0, streams.uniform("offset", 3))
    matrix = each(planar_matrix(frequency, turn, offset)).copy()
    matrix[..., :3] = (matrix[..., :3, None] * metres[..., None, :, :]).sum(axis=-2)
    scenes.set_material(surfaces, "texture", each(texture))
    scenes.set_material(surfaces, "image", each(scenes.library.choose(appearance.pictures, streams.uniform("image"))))
    scenes.set_material(surfaces, "mapping", np.full((len(texture), count), MAPPINGS.index("object")))
    scenes.set_material(surfaces, "texture_from_object", matrix)
    scenes.set_material(surfaces, "specular", each(streams.uniform_between("specular", appearance.specular)))
    scenes.set_material(surfaces, "shininess", each(streams.log_uniform("shininess", appearance.shininess)))
