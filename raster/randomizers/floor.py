"""Floor: its colours and texture, where placement laid one."""

from dataclasses import dataclass

import numpy as np

from raster.color import linear_from_hsv
from raster.randomizers.checks import Range, Weights, check_range, check_weights, settle
from raster.randomizers.placement import FLOOR_SIZE
from raster.randomizers.textures import planar_matrix
from raster.scene import MAPPINGS, TEXTURES, Scenes
from raster.streams import Streams

GRADIENT = 5.0  # metres that a gradient takes from one colour to the other, around the origin


@dataclass(frozen=True)
class Floor:
    """Writes the material of the slot "floor"."""

    kinds: Weights = TEXTURES  # a list, or how often each
    frequency: Range = (0.7, 6)  # cells a metre, uniform in the logarithm
    hue_deg: Range = (0, 360)
    saturation: Range = (0, 0.8)
    value: Range = (0.2, 1)
    specular: Range = (0, 0.06)
    shininess: Range = (4, 60)

    def __post_init__(self) -> None:
        check_weights("kinds", self.kinds, TEXTURES)
        settle(
            self,
            frequency=check_range("frequency", self.frequency, 0.001, 1000),
            hue_deg=check_range("hue_deg", self.hue_deg, -360, 720),
            saturation=check_range("saturation", self.saturation, 0, 1),
            value=check_range("value", self.value, 0, 1),
            specular=check_range("specular", self.specular, 0, 1),
            shininess=check_range("shininess", self.shininess, 1, 1000),
        )

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        floor = scenes.slots["floor"]
        for name in ("color", "color2"):
            hue = streams.between(f"{name}_hue", self.hue_deg, 1)
            saturation = streams.between(f"{name}_saturation", self.saturation, 1)
            value = streams.between(f"{name}_value", self.value, 1)
            scenes.paint(floor, name, linear_from_hsv(hue, saturation, value))
        texture = streams.choice("kind", check_weights("kinds", self.kinds, TEXTURES), 1)
        turn = 2 * np.pi * streams.uniform("turn", 1)
        gradient = texture == TEXTURES.index("gradient")
        frequency = np.where(gradient, 1 / GRADIENT, streams.log_between("frequency", self.frequency, 1))
        offset = np.where(gradient[..., None], 0.0, streams.uniform("offset", 1, 3))
        matrix = planar_matrix(frequency, turn, offset)
        # The floor is a cube stretched to FLOOR_SIZE: metres along it, and one plane of the texture.
        matrix[..., :3] *= np.array([FLOOR_SIZE, FLOOR_SIZE, 0.0])
        scenes.paint(floor, "texture", texture)
        scenes.paint(floor, "mapping", np.full(texture.shape, MAPPINGS.index("object")))
        scenes.paint(floor, "texture_from_object", matrix)
        scenes.paint(floor, "specular", streams.between("specular", self.specular, 1))
        scenes.paint(floor, "shininess", streams.log_between("shininess", self.shininess, 1))
