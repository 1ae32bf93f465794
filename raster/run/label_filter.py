"""LabelFilter: takes the label from objects of which too little is seen; LabelFilterOptions: the options label_filter.*."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from raster.assets.check_names import BACKGROUND
from raster.assets.class_map import IGNORE, IGNORE_ID
from raster.errors import InputError
from raster.frames import Frames


@dataclass
class LabelFilterOptions:
    """How much of an object has to be seen, or it loses its label.

    Not frozen, since Hydra takes this class as the schema of `label_filter`.
    """

    min_visible_px: int = 0  # least visible pixels of an object that keeps its label [px; 0 or more]
    min_visibility: float = 0.0  # least share of it that nothing hides; above 0 it needs the annotation amodal [share; 0 to 1]
    below: str = "background"  # what other objects become: class 0, or value 255 [; background, ignore]

    def check(self, annotations: Any) -> None:
        """InputError names the first wrong option. `annotations`: the names of those that are chosen."""
        if self.min_visible_px < 0:
            raise InputError(f"label_filter.min_visible_px={self.min_visible_px}: expected a number of pixels, 0 or more")
        if not 0 <= self.min_visibility <= 1:
            raise InputError(f"label_filter.min_visibility={self.min_visibility}: expected a share from 0 to 1")
        if self.below not in (BACKGROUND, IGNORE):
            raise InputError(f"label_filter.below={self.below}: expected {BACKGROUND} or {IGNORE}")
        if self.min_visibility and "amodal" not in annotations:
            what = "needs the annotation amodal, which says how much of an object is hidden; add +annotations=amodal"
            raise InputError(f"label_filter.min_visibility={self.min_visibility}: {what}")


@dataclass(frozen=True)
class LabelFilter:
    """Gives the pixels of objects that fall short the value `value` in the layer "class_id", and their records that class.

    The record keeps the class that it would have as `true_class`. An object falls short with fewer visible pixels, or a
    smaller `visibility` (raster/annotations/amodal.py; None counts as 0). It is called after all annotations.
    """

    needs: ClassVar[tuple[str, ...]] = ("class_id", "instance_id")  # layers

    min_visible_px: int
    min_visibility: float
    below: str  # "background" or "ignore"

    @property
    def value(self) -> int:
        """The value in labels/ of what falls short."""
        return IGNORE_ID if self.below == IGNORE else 0

    def __call__(self, frames: Frames) -> None:
        """Filter a batch. The layer is replaced, not written to. InputError without the layers."""
        for layer in self.needs:
            if layer not in frames.layers:
                raise InputError(f"label_filter: needs the layer {layer}, which no pass draws; add +passes=class_id")
        labels, ids = frames.layers["class_id"].copy(), frames.layers["instance_id"]
        for b, record in enumerate(frames.records):
            objects = record["objects"]
            areas = np.bincount(ids[b].ravel(), minlength=len(objects) + 1)
            short = np.zeros(len(areas), bool)
            for entry in objects:
                classed = 0 < entry["class_id"] < len(frames.classes)
                if classed and self._falls_short(int(areas[entry["instance"]]), entry):
                    short[entry["instance"]] = True
                    entry |= {"true_class": entry["class"], "class": self.below, "class_id": self.value}
            if short.any():
                labels[b][short[ids[b]]] = self.value
        frames.layers["class_id"] = labels

    def _falls_short(self, visible_px: int, entry: dict[str, Any]) -> bool:
        """Whether too little is seen of an object."""
        hidden = self.min_visibility > 0 and (entry["visibility"] or 0) < self.min_visibility
        return visible_px < self.min_visible_px or hidden


def label_filter(options: dict[str, Any]) -> LabelFilter | None:
    """The filter of the options label_filter.*; None if every object keeps its label."""
    return LabelFilter(**options) if options["min_visible_px"] or options["min_visibility"] else None
