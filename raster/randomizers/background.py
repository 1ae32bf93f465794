"""Background: what is seen where nothing stands: a texture in two colours, or a picture."""

from dataclasses import dataclass

import numpy as np

from raster.assets.library import MAX_PICTURES
from raster.color import linear_from_hsv
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
from raster.randomizers.texture_mapping import picture_source, planar_matrix
from raster.scene.materials import PROCEDURAL, TEXTURES
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams

BACKGROUNDS = ("flat", "gradient", "checker", "gradient_noise")
ROUND = 64  # planar_matrix moves a texture by up to so many cells


@dataclass(frozen=True)
class Background:
    """Writes `background`; frequency counts over the height of the picture."""

    kinds: Weights = BACKGROUNDS  # a list, or how often each
    frequency: Range = (3, 24)  # cells over the picture's height, uniform in the logarithm
    hue_deg: Range = (0, 360)
    saturation: Range = (0, 1)
    value: Range = (0, 1)
    images: str | None = "clutter"  # folder or pattern of pictures, or clutter: drawn for this run; null: none
    pictured: float = 0.5  # share of the backgrounds that show one
    most: int = 32  # pictures of a run
    zoom: Range = (0.8, 2.5)  # the picture's height over the part of it that is seen, uniform in the logarithm
    turn_deg: Range = (-10, 10)  # of pictures
    variants: int | None = None  # so many different backgrounds in the whole run; None: no limit

    def __post_init__(self) -> None:
        check_weights("kinds", self.kinds, PROCEDURAL)
        set_fields(
            self,
            frequency=check_range("frequency", self.frequency, 0.01, 1000),
            hue_deg=check_range("hue_deg", self.hue_deg, -360, 720),
            saturation=check_range("saturation", self.saturation, 0, 1),
            value=check_range("value", self.value, 0, 1),
            pictured=check_share("pictured", self.pictured),
            images=check_source("images", self.images, "pictures, or clutter"),
            most=check_count("most", self.most, 1, MAX_PICTURES),
            zoom=check_range("zoom", self.zoom, 0.1, 100),
            turn_deg=check_range("turn_deg", self.turn_deg, -3600, 3600),
            variants=check_variants(self.variants),
        )

    def requirements(self) -> Requirements:
        return Requirements(pictures=picture_source(self))

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
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
        shows = streams.bernoulli("pictured", self.pictured if source else 0.0)
        background.texture[:] = np.where(shows, TEXTURES.index("image"), texture)
        background.image[:] = scenes.library.choose(source, streams.uniform("image"))
        background.texture_from_object[:] = np.where(shows[:, None, None], self._crop(scenes, streams), matrix)

    def _crop(self, scenes: Scenes, streams: Streams) -> np.ndarray:
        """texture_from_object (B, 3, 4) that shows a part of a picture, upright, perhaps mirrored.

        Beyond its edges a picture goes on as its mirror image, so that any part will do.
        """
        size = 1 / streams.log_uniform("zoom", self.zoom)
        turn = np.radians(streams.uniform_between("picture_turn", self.turn_deg))
        matrix = planar_matrix(size, turn, streams.uniform("place", 3) / ROUND)
        matrix[..., 0, :3] *= np.where(streams.bernoulli("mirrored", 0.5), -1.0, 1.0)[:, None]
        return matrix
