"""Distractors: unlabelled objects of other solids, which occlude (class id 0)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.randomizers.options import check_options, option, range_option
from raster.randomizers.ranges import Range, Weights, check_weights
from raster.randomizers.sampled import Sampled
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams


@dataclass(frozen=True)
class Distractors:
    """Writes assets and meshes of the slot "distractors". Its solids are those of the group solids@distractors."""

    layout: ClassVar[bool] = True
    count: Range = range_option((0, 4), 0, 5000, "objects", "How many distractors an image shows.", whole=True)
    weights: Weights | None = option(
        None, "How often each solid comes up, such as {cone: 3}; 1 for a solid not named.", "weights", "solid names",
        control={"kind": "weights", "names": "distractors"},
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Check all fields but `weights`, whose names are known with the catalog. InputError names the first wrong one."""
        check_options(self)

    def requirements(self) -> Requirements:
        """Slots for as many distractors as an image may show."""
        return Requirements(slots={"distractors": int(self.count[1])})

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        return (Sampled("count", "count", "whole"),)

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Choose a number, and a solid for each. InputError for a solid that is not there."""
        catalog, most = scenes.catalog, int(self.count[1])
        names = [catalog.assets[k] for k in catalog.unlabelled]
        if not names or not most:
            return
        weights = check_weights("weights", {} if self.weights is None else self.weights, names, otherwise=1.0)
        count = streams.integers("count", self.count)
        asset = catalog.unlabelled[streams.choice("solid", weights, most)]
        scenes.set_assets(scenes.slots["distractors"], np.where(np.arange(most) < count[:, None], asset, -1))
