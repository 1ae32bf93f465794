"""Materials: colours and highlights of objects and distractors."""

from dataclasses import dataclass

import numpy as np

from raster.color import linear_from_hsv
from raster.randomizers.checks import Range, check_range, settle
from raster.scene import Scenes
from raster.streams import Streams


@dataclass(frozen=True)
class Materials:
    """Writes `color`, `color2`, `specular` and `shininess`, one set for each object."""

    hue_deg: Range = (0, 360)
    saturation: Range = (0, 1)
    value: Range = (0.15, 1)
    specular: Range = (0, 0.6)  # strength of the highlight
    shininess: Range = (4, 200)  # Blinn-Phong exponent, uniform in the logarithm

    def __post_init__(self) -> None:
        settle(
            self,
            hue_deg=check_range("hue_deg", self.hue_deg, -360, 720),
            saturation=check_range("saturation", self.saturation, 0, 1),
            value=check_range("value", self.value, 0, 1),
            specular=check_range("specular", self.specular, 0, 1),
            shininess=check_range("shininess", self.shininess, 1, 1000),
        )

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        for slot in ("objects", "distractors"):
            own, objects = streams.at(slot), scenes.slots[slot]
            many = objects.stop - objects.start
            for name in ("color", "color2"):
                hue = own.between(f"{name}_hue", self.hue_deg, many)
                saturation = own.between(f"{name}_saturation", self.saturation, many)
                value = own.between(f"{name}_value", self.value, many)
                scenes.paint(objects, name, linear_from_hsv(hue, saturation, value))
            scenes.paint(objects, "specular", own.between("specular", self.specular, many).astype(np.float32))
            scenes.paint(objects, "shininess", own.log_between("shininess", self.shininess, many).astype(np.float32))
