"""Background: what is seen where nothing stands: a texture in two colours, or a picture."""

from dataclasses import dataclass
from typing import ClassVar

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
from raster.randomizers.texture_mapping import OFFSET_CELLS, picture_source, planar_matrix
from raster.scene.materials import PROCEDURAL, TEXTURES
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams

BACKGROUNDS = ("flat", "gradient", "checker", "gradient_noise")


@dataclass(frozen=True)
class Background:
    """Writes `background`: what is seen where nothing stands."""

    cost_ms: ClassVar[str] = "1.1 for a picture"
    source: ClassVar[str] = "Lee 2001, Baradad 2021"

    kinds: Weights = weights_option(BACKGROUNDS, PROCEDURAL, "Procedural textures to choose from.")
    frequency: Range = range_option(
        (3, 24), 0.01, 1000, "cells per image height", "How fine a procedural texture is; uniform in the logarithm."
    )
    hue_deg: Range = range_option((0, 360), -360, 720, "degrees", "Hue of each of the texture's two colours.")
    saturation: Range = range_option((0, 1), 0, 1, "", "Saturation of each of the two colours.")
    value: Range = range_option((0, 1), 0, 1, "", "Value (HSV) of each of the two colours.")
    images: str | None = source_option(
        "clutter",
        "pictures, or clutter",
        "Folder or pattern of pictures to show; clutter: pictures made for the run; null: none.",
    )
    pictured: float = share_option(0.5, "How many of the backgrounds show a picture, if there are pictures.")
    most: int = count_option(32, 1, MAX_PICTURES, "", "Pictures loaded or made for a run, at most.")
    zoom: Range = range_option(
        (0.8, 2.5), 0.1, 100, "", "Height of the picture over the height of the part that is seen; uniform in the logarithm."
    )
    turn_deg: Range = range_option((-10, 10), -3600, 3600, "degrees", "Angle by which a picture is turned.")
    variants: int | None = variants_option("How many different backgrounds the whole run shows; null: no limit.")

    def __post_init__(self) -> None:
        """Check all fields. InputError names the first wrong one."""
        check_options(self)

    def requirements(self) -> Requirements:
        """The pictures that it shows."""
        return Requirements(pictures=picture_source(self))

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Write two colours, a texture or a picture, and how it lies on the screen."""
        background, source, streams = scenes.background, picture_source(self), streams.with_variants(self.variants)
        for name, colors in (("color", background.color), ("color2", background.color2)):
            hue = streams.uniform_between(f"{name}_hue", self.hue_deg)
            saturation = streams.uniform_between(f"{name}_saturation", self.saturation)
            colors[:] = linear_from_hsv(hue, saturation, streams.uniform_between(f"{name}_value", self.value))
        texture = streams.choice("kind", check_weights("kinds", self.kinds, TEXTURES))
        gradient = texture == TEXTURES.index("gradient")
        frequency = np.where(gradient, 1.0, streams.log_uniform("frequency", self.frequency))
        offset = np.where(gradient[:, None], 0.0, streams.uniform("offset", 3))
        matrix = planar_matrix(frequency, 2 * np.pi * streams.uniform("turn"), offset)
        pictured = streams.bernoulli("pictured", self.pictured if source else 0.0)
        background.texture[:] = np.where(pictured, TEXTURES.index("image"), texture)
        background.image[:] = scenes.library.choose(source, streams.uniform("image"))
        background.texture_from_object[:] = np.where(pictured[:, None, None], self._crop(scenes, streams), matrix)

    def _crop(self, scenes: Scenes, streams: Streams) -> np.ndarray:
        """texture_from_object (B, 3, 4) that shows a part of a picture, turned by `turn_deg`, half of them mirrored.

        Beyond its edges a picture goes on as its mirror image, so any part of the plane shows a picture.
        """
        size = 1 / streams.log_uniform("zoom", self.zoom)
        turn = np.radians(streams.uniform_between("picture_turn", self.turn_deg))
        matrix = planar_matrix(size, turn, streams.uniform("place", 3) / OFFSET_CELLS)
        matrix[..., 0, :3] *= np.where(streams.bernoulli("mirrored", 0.5), -1.0, 1.0)[:, None]
        return matrix
