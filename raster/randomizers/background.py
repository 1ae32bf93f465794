"""Background: what is seen where nothing stands: a texture in two colours, or a picture."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.assets.library import PhotographSource
from raster.randomizers.options import range_option, share_option, source_option, weights_option, with_default
from raster.randomizers.ranges import Range, Weights, check_weights
from raster.randomizers.sampled import Sampled
from raster.randomizers.texture_mapping import OFFSET_CELLS, planar_matrix
from raster.randomizers.texture_options import ColorOptions
from raster.scene.materials import PROCEDURAL, TEXTURES
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams

BACKGROUNDS = ("flat", "gradient", "checker", "gradient_noise")


@dataclass(frozen=True)
class Background(ColorOptions):
    """Writes `background`: what is seen where nothing stands."""

    cost_ms: ClassVar[str] = "1.1 for a picture"
    source: ClassVar[str] = "Lee 2001, Baradad 2021"

    kinds: Weights = weights_option(BACKGROUNDS, PROCEDURAL, "Procedural textures to choose from.")
    frequency: Range = range_option(
        (3, 24), 0.01, 1000, "cells per image height", "How fine a procedural texture is; uniform in the logarithm."
    )
    pictured: float = with_default(ColorOptions, "pictured", 0.5)
    zoom: Range = range_option(
        (0.8, 2.5), 0.1, 100, "", "Height of the picture over the height of the part that is seen; uniform in the logarithm."
    )
    turn_deg: Range = range_option((-10, 10), -3600, 3600, "degrees", "Angle by which a picture is turned.")
    fill: float = share_option(
        0.0, "How many of the pictures fill the frame: cropped to its shape, not repeated, mirrored or turned."
    )
    photograph: str | None = source_option(
        None,
        "one picture file",
        "A photograph of the images' size, which all show pixel for pixel; floors show it too, with the shadows on them.",
    )

    def requirements(self) -> Requirements:
        """The pictures that it shows: those that fill the frame are read apart."""
        if self.photograph is not None:
            return Requirements(backdrops=PhotographSource(self.photograph))
        shown = self.pictures
        return Requirements(pictures=shown if self.fill < 1 else None, backdrops=shown if self.fill else None)

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        if self.photograph is not None:
            return ()
        seen = ("environment.visible",)
        kinds = Sampled("kinds", "kind", "choice", (), ("background.pictured", *seen), variants=True, names=TEXTURES)
        pictured = Sampled("pictured", "pictured", "share", unless=seen, variants=True)
        return kinds, *([pictured] if self.pictures else [])

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Write two colours, a texture or a picture, and how it lies on the screen."""
        if self.photograph is not None:
            _show_photograph(scenes)
            return
        background, streams = scenes.background, streams.with_variants(self.variants)
        background.color[:], background.color2[:] = self.color(streams, "color"), self.color(streams, "color2")
        texture = streams.choice("kind", check_weights("kinds", self.kinds, TEXTURES))
        gradient = texture == TEXTURES.index("gradient")
        frequency = np.where(gradient, 1.0, streams.log_uniform("frequency", self.frequency))
        offset = np.where(gradient[:, None], 0.0, streams.uniform("offset", 3))
        matrix = planar_matrix(frequency, 2 * np.pi * streams.uniform("turn"), offset)
        pictured = streams.bernoulli("pictured", self.pictured if self.pictures else 0.0)
        background.texture[:] = np.where(pictured, TEXTURES.index("image"), texture)
        chosen = streams.uniform("image")
        background.image[:] = scenes.library.choose(self.pictures if self.fill < 1 else None, chosen)
        background.texture_from_object[:] = np.where(pictured[:, None, None], self._crop(scenes, streams), matrix)
        if self.fill and self.pictures:
            fills = pictured & streams.bernoulli("fill", self.fill)
            background.texture[fills] = TEXTURES.index("backdrop")
            background.image[fills] = np.floor(chosen * len(scenes.library.backdrops))[fills]
            background.texture_from_object[fills] = np.eye(3, 4)

    def _crop(self, scenes: Scenes, streams: Streams) -> np.ndarray:
        """texture_from_object (B, 3, 4) that shows a part of a picture, turned by `turn_deg`, half of them mirrored.

        Beyond its edges a picture goes on as its mirror image, so any part of the plane shows a picture.
        """
        size = 1 / streams.log_uniform("zoom", self.zoom)
        turn = np.radians(streams.uniform_between("picture_turn", self.turn_deg))
        matrix = planar_matrix(size, turn, streams.uniform("place", 3) / OFFSET_CELLS)
        matrix[..., 0, :3] *= np.where(streams.bernoulli("mirrored", 0.5), -1.0, 1.0)[:, None]
        return matrix


def _show_photograph(scenes: Scenes) -> None:
    """Show the only backdrop, pixel for pixel, behind everything and on the floors."""
    background, floor, texture = scenes.background, scenes.slots["floor"], TEXTURES.index("photograph")
    background.texture[:], background.image[:], background.texture_from_object[:] = texture, 0, np.eye(3, 4)
    shape = (len(scenes.index), floor.stop - floor.start)
    scenes.set_material(floor, "texture", np.full(shape, texture))
    scenes.set_material(floor, "image", np.zeros(shape, np.int64))
    scenes.set_material(floor, "texture_from_object", np.broadcast_to(np.eye(3, 4), (*shape, 3, 4)))
