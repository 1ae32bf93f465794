"""Objects: how many labelled objects an image shows, and of which classes."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.randomizers.ranges import Range, Weights, check_range, check_share, check_weights, set_fields
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams, even_mask


@dataclass(frozen=True)
class Objects:
    """Writes `kind`, meshes and classes of the slot "objects"."""

    layout: ClassVar[bool] = True
    count: Range = (3, 12)  # objects in an image
    weights: Weights | None = None  # class name -> how often; 1 for a class not named
    empty: float = 0.0  # share of the images, whole layouts, spread evenly, that hold no labelled object (0 = none)

    def __post_init__(self) -> None:
        set_fields(self, count=check_range("count", self.count, 1, 60000, whole=True), empty=check_share("empty", self.empty))

    def requirements(self) -> Requirements:
        return Requirements(slots={"objects": int(self.count[1])})

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        catalog, most = scenes.catalog, int(self.count[1])
        weights = check_weights("weights", {} if self.weights is None else self.weights, catalog.classes[1:], otherwise=1.0)
        count = streams.integers("count", self.count)
        count = np.where(even_mask(scenes.layout, self.empty), 0, count)
        chosen = streams.choice("class", weights, most)
        # A class of own meshes has many kinds; each comes up alike.
        member = np.floor(streams.uniform("member", most) * catalog.member_count[chosen]).astype(np.int64)
        asset = catalog.members[chosen, member]
        scenes.set_assets(scenes.slots["objects"], np.where(np.arange(most) < count[:, None], asset, -1))
