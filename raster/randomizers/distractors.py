"""Distractors: unlabelled objects of other solids, which occlude (class id 0)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.randomizers.ranges import Range, Weights, check_range, check_weights, set_fields
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams


@dataclass(frozen=True)
class Distractors:
    """Writes `kind` and meshes of the slot "distractors". Solids: those of the group solids@distractors."""

    layout: ClassVar[bool] = True
    count: Range = (0, 4)  # distractors in an image
    weights: Weights | None = None  # solid name -> how often; 1 for a solid not named

    def __post_init__(self) -> None:
        set_fields(self, count=check_range("count", self.count, 0, 5000, whole=True))

    def requirements(self) -> Requirements:
        return Requirements(slots={"distractors": int(self.count[1])})

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        catalog, most = scenes.catalog, int(self.count[1])
        names = [catalog.assets[k] for k in catalog.unlabelled]
        if not names or not most:
            return
        weights = check_weights("weights", {} if self.weights is None else self.weights, names, otherwise=1.0)
        count = streams.integers("count", self.count)
        asset = catalog.unlabelled[streams.choice("solid", weights, most)]
        scenes.set_assets(scenes.slots["distractors"], np.where(np.arange(most) < count[:, None], asset, -1))
