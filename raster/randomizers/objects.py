"""Objects: how many labelled objects an image shows, and of which classes."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.randomizers.options import check_options, option, range_option, share_option
from raster.randomizers.ranges import Range, Weights, check_weights
from raster.randomizers.sampled import Sampled
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams, even_mask


@dataclass(frozen=True)
class Objects:
    """Writes assets, meshes and classes of the slot "objects"."""

    layout: ClassVar[bool] = True
    count: Range = range_option((3, 12), 1, 60000, "objects", "How many labelled objects an image shows.", whole=True)
    weights: Weights | None = option(
        None, "How often each class comes up, such as {cube: 3}, before `labels`; 1 if not named.", "weights", "class names",
        control={"kind": "weights", "names": "classes"},
    )  # fmt: skip
    empty: float = share_option(0.0, "How many of the layouts, spread evenly, hold no labelled object.")

    def __post_init__(self) -> None:
        """Check all fields but `weights`, whose names are known with the catalog. InputError names the first wrong one."""
        check_options(self)

    def requirements(self) -> Requirements:
        """Slots for as many objects as an image may show."""
        return Requirements(slots={"objects": int(self.count[1])})

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        return (Sampled("count", "count", "whole"),)

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Choose a number, and for each object a class and one of its meshes. InputError for a class that is not there."""
        catalog, most = scenes.catalog, int(self.count[1])
        weights = check_weights("weights", {} if self.weights is None else self.weights, catalog.choices, otherwise=1.0)
        count = streams.integers("count", self.count)
        count = np.where(even_mask(scenes.layout, self.empty), 0, count)
        chosen = streams.choice("class", weights, most)
        # A class of the user's own meshes has several assets; each comes up alike. `labels` changes no picture.
        member = np.floor(streams.uniform("member", most) * catalog.member_count[chosen]).astype(np.int64)
        asset = catalog.members[chosen, member]
        scenes.set_assets(scenes.slots["objects"], np.where(np.arange(most) < count[:, None], asset, -1))
