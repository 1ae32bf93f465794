"""paint_plane: colours and texture of large flat things, floor and walls, from the fields of their randomizers."""

from typing import Any

import numpy as np

from raster.assets.library import MAX_PICTURES
from raster.color import linear_from_hsv
from raster.randomizers.ranges import (
    check_count,
    check_range,
    check_share,
    check_source,
    check_variants,
    check_weights,
    set_fields,
)
from raster.randomizers.texture_mapping import picture_source, planar_matrix
from raster.scene.materials import MAPPINGS, PROCEDURAL, TEXTURES
from raster.scene.scenes import Scenes
from raster.streams import Streams

GRADIENT = 5.0  # metres that a gradient takes from one colour to the other, around the origin


def check_plane(randomizer: Any) -> None:
    """Check and settle the fields that paint_plane() reads. InputError names the first wrong one."""
    check_weights("kinds", randomizer.kinds, PROCEDURAL)
    set_fields(
        randomizer,
        frequency=check_range("frequency", randomizer.frequency, 0.001, 1000),
        hue_deg=check_range("hue_deg", randomizer.hue_deg, -360, 720),
        saturation=check_range("saturation", randomizer.saturation, 0, 1),
        value=check_range("value", randomizer.value, 0, 1),
        specular=check_range("specular", randomizer.specular, 0, 1),
        shininess=check_range("shininess", randomizer.shininess, 1, 1000),
        pictured=check_share("pictured", randomizer.pictured),
        images=check_source("images", randomizer.images, "pictures, or clutter"),
        most=check_count("most", randomizer.most, 1, MAX_PICTURES),
        tile=check_range("tile", randomizer.tile, 0.01, 1000),
        variants=check_variants(randomizer.variants),
    )


def paint_plane(scenes: Scenes, slot: str, streams: Streams, randomizer: Any, metres: np.ndarray) -> None:
    """Paint all things of a slot alike. metres (B, len, 3, 3): what takes their object space to metres in their plane."""
    things, source = scenes.slots[slot], picture_source(randomizer)
    many, streams = things.stop - things.start, streams.with_variants(randomizer.variants)

    def each(values: np.ndarray) -> np.ndarray:
        return np.broadcast_to(values[:, None], (len(values), many, *values.shape[1:]))

    for name in ("color", "color2"):
        hue = streams.uniform_between(f"{name}_hue", randomizer.hue_deg)
        saturation = streams.uniform_between(f"{name}_saturation", randomizer.saturation)
        value = streams.uniform_between(f"{name}_value", randomizer.value)
        scenes.set_material(things, name, each(linear_from_hsv(hue, saturation, value)))
    texture = streams.choice("kind", check_weights("kinds", randomizer.kinds, TEXTURES))
    shows = streams.bernoulli("pictured", randomizer.pictured if source else 0.0)
    texture = np.where(shows, TEXTURES.index("image"), texture)
    turn = 2 * np.pi * streams.uniform("turn")
    gradient = texture == TEXTURES.index("gradient")
    frequency = np.where(gradient, 1 / GRADIENT, streams.log_uniform("frequency", randomizer.frequency))
    frequency = np.where(shows, 1 / streams.log_uniform("tile", randomizer.tile), frequency)
    offset = np.where(gradient[:, None], 0.0, streams.uniform("offset", 3))
    matrix = each(planar_matrix(frequency, turn, offset)).copy()
    matrix[..., :3] = (matrix[..., :3, None] * metres[..., None, :, :]).sum(axis=-2)
    scenes.set_material(things, "texture", each(texture))
    scenes.set_material(things, "image", each(scenes.library.choose(source, streams.uniform("image"))))
    scenes.set_material(things, "mapping", np.full((len(texture), many), MAPPINGS.index("object")))
    scenes.set_material(things, "texture_from_object", matrix)
    scenes.set_material(things, "specular", each(streams.uniform_between("specular", randomizer.specular)))
    scenes.set_material(things, "shininess", each(streams.log_uniform("shininess", randomizer.shininess)))
