"""TextureOptions: the fields of every randomizer that chooses textures or pictures. ColorOptions: their two colours as well."""

from dataclasses import dataclass

import numpy as np

from raster.assets.library import MAX_PICTURES, PictureSource
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
from raster.randomizers.ranges import Range, Weights
from raster.scene.materials import PROCEDURAL
from raster.scene.requirements import Requirements
from raster.streams import Streams


@dataclass(frozen=True)
class TextureOptions:
    """Which textures and pictures are chosen."""

    kinds: Weights = weights_option(PROCEDURAL, PROCEDURAL, "Procedural textures to choose from.")
    images: str | None = source_option(
        "clutter",
        "pictures, or clutter",
        "Folder or pattern of pictures to show; clutter: pictures made for the run; null: none.",
    )
    pictured: float = share_option(0.2, "How many show a picture in place of a procedural texture, if there are pictures.")
    most: int = count_option(32, 1, MAX_PICTURES, "", "Pictures loaded or made for a run, at most.")
    variants: int | None = variants_option("How many different appearances the whole run shows; null: no limit.")

    def __post_init__(self) -> None:
        """Check all fields. InputError names the first wrong one."""
        check_options(self)

    @property
    def pictures(self) -> PictureSource | None:
        """The pictures that `images`, `most` and `pictured` name; None for none."""
        return None if self.images is None or not self.pictured else PictureSource(self.images, self.most)

    def requirements(self) -> Requirements:
        """The pictures that it shows."""
        return Requirements(pictures=self.pictures)


@dataclass(frozen=True)
class ColorOptions(TextureOptions):
    """The two colours of a texture too."""

    hue_deg: Range = range_option((0, 360), -360, 720, "degrees", "Hue of each of the texture's two colours.")
    saturation: Range = range_option((0, 1), 0, 1, "", "Saturation of each of the two colours.")
    value: Range = range_option((0, 1), 0, 1, "", "Value (HSV) of each of the two colours.")

    def color(self, streams: Streams, name: str) -> np.ndarray:
        """(B, 3) float64 linear RGB. name: "color" or "color2", the field of Material; each has streams of its own."""
        hue = streams.uniform_between(f"{name}_hue", self.hue_deg)
        saturation = streams.uniform_between(f"{name}_saturation", self.saturation)
        return linear_from_hsv(hue, saturation, streams.uniform_between(f"{name}_value", self.value))
