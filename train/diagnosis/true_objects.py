"""true_objects: the labelled objects of a picture, each with its pixels, and its entry of scenes.jsonl where there is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

from ..scores.objects import SMALLEST, connected

SAME_BOX = 0.5  # IoU of boxes from which a connected area is taken for the object of a record
Entry = Mapping[str, Any]
Box = tuple[slice, slice]  # rows, columns


@dataclass(frozen=True)
class TrueObject:
    """One labelled object of a picture."""

    class_id: int
    box: Box
    inside: np.ndarray  # (h, w) bool: its pixels within the box
    entry: Entry | None  # of scenes.jsonl

    @property
    def bbox(self) -> list[int]:
        """[x, y, width, height] in px."""
        rows, columns = self.box
        return [columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start]


def true_objects(
    mask: np.ndarray, classes: int, record: Mapping[str, Any] | None = None, instances: np.ndarray | None = None
) -> list[TrueObject]:
    """The objects of a mask (H, W) of class ids that are larger than specks.

    With a record and instances (H, W), its mask of instance ids, each object is one instance. Without, each is a connected area
    of a class, and objects of one class that touch are one; if there is a record, an area has the entry whose box fits best.
    """
    entries = [entry for entry in (record or {}).get("objects", ()) if 0 < entry["class_id"] < classes]
    if record is not None and instances is not None:
        return _by_instance(mask, entries, instances)
    found = []
    for class_id in range(1, classes):
        for box, inside in connected(mask, class_id):
            found.append(TrueObject(class_id, box, inside, _fitting(box, class_id, entries)))
    return found


def _by_instance(mask: np.ndarray, entries: list[Entry], instances: np.ndarray) -> list[TrueObject]:
    """An object for each entry of a record of which enough pixels are seen."""
    boxes, found = ndimage.find_objects(instances), []
    for entry in entries:
        number = entry["instance"] - 1
        box = boxes[number] if number < len(boxes) else None
        if box is None:
            continue
        inside = (instances[box] == number + 1) & (mask[box] == entry["class_id"])
        if inside.sum() >= max(1, SMALLEST * mask.size):
            found.append(TrueObject(entry["class_id"], box, inside, entry))
    return found


def _fitting(box: Box, class_id: int, entries: list[Entry]) -> Entry | None:
    """The entry of a class whose bbox has the highest IoU with a box, if that is at least SAME_BOX."""
    rows, columns = box
    best, fitting = SAME_BOX, None
    for entry in entries:
        if entry["class_id"] != class_id or not entry.get("bbox"):
            continue
        x, y, w, h = entry["bbox"]
        high = min(rows.stop, y + h) - max(rows.start, y)
        wide = min(columns.stop, x + w) - max(columns.start, x)
        common = max(0, high) * max(0, wide)
        iou = common / ((rows.stop - rows.start) * (columns.stop - columns.start) + w * h - common)
        if iou >= best:
            best, fitting = iou, entry
    return fitting
