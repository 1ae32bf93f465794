"""Background: what is seen where nothing stands: flat, gradient, checker, noise or another texture, in two colours."""

from dataclasses import dataclass

import numpy as np

from raster.color import linear_from_hsv
from raster.randomizers.checks import Range, Weights, check_range, check_weights, settle
from raster.randomizers.textures import planar_matrix
from raster.scene import TEXTURES, Scenes
from raster.streams import Streams

BACKGROUNDS = ("flat", "gradient", "checker", "gradient_noise")


@dataclass(frozen=True)
class Background:
    """Writes `background`; frequency counts over the height of the picture."""

    kinds: Weights = BACKGROUNDS  # a list, or how often each
    frequency: Range = (3, 24)  # cells over the picture's height, uniform in the logarithm
    hue_deg: Range = (0, 360)
    saturation: Range = (0, 1)
    value: Range = (0, 1)

    def __post_init__(self) -> None:
        check_weights("kinds", self.kinds, TEXTURES)
        settle(
            self,
            frequency=check_range("frequency", self.frequency, 0.01, 1000),
            hue_deg=check_range("hue_deg", self.hue_deg, -360, 720),
            saturation=check_range("saturation", self.saturation, 0, 1),
            value=check_range("value", self.value, 0, 1),
        )

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        background = scenes.background
        for name, colors in (("color", background.color), ("color2", background.color2)):
            hue = streams.between(f"{name}_hue", self.hue_deg)
            saturation = streams.between(f"{name}_saturation", self.saturation)
            colors[:] = linear_from_hsv(hue, saturation, streams.between(f"{name}_value", self.value))
        texture = streams.choice("kind", check_weights("kinds", self.kinds, TEXTURES))
        gradient = texture == TEXTURES.index("gradient")
        frequency = np.where(gradient, 1.0, streams.log_between("frequency", self.frequency))
        offset = np.where(gradient[:, None], 0.0, streams.uniform("offset", 3))
        background.texture[:] = texture
        background.texture_from_object[:] = planar_matrix(frequency, 2 * np.pi * streams.uniform("turn"), offset)
