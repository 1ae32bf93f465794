"""check_label: does the label of an image agree with the classes and with its objects?"""

from typing import Any

import numpy as np

from raster.dataset.label_values import LabelValues
from raster.dataset.mask_box import box_of
from raster.errors import InputError


def check_label(label: np.ndarray, objects: list[dict[str, Any]], labels: LabelValues, where: str) -> None:
    """Hold the pixels of `label` (H, W) uint8 against the classes and against what the objects say they cover."""
    areas = np.bincount(label.ravel(), minlength=256)
    if unknown := [value for value in np.flatnonzero(areas).tolist() if labels.name(value) is None]:
        raise InputError(f"{where}: holds the value {unknown[-1]}, but codes.txt has {len(labels.classes)} names")
    if not objects or "visible_px" not in objects[0]:
        return
    values = [*range(len(labels.classes)), *([] if labels.ignore is None else [labels.ignore])]
    for class_id in values:
        name = labels.name(class_id)
        members = [entry for entry in objects if entry["class_id"] == class_id]
        visible = sum(entry["visible_px"] for entry in members)
        if class_id == 0:  # unlabelled things and the empty space around them
            _need(visible <= areas[0], where, f"{areas[0]} pixels of {name}, but visible_px sum to {visible}")
            continue
        _need(visible == areas[class_id], where, f"{areas[class_id]} pixels of {name}, but visible_px sum to {visible}")
        boxes = [entry["bbox"] for entry in members if entry["bbox"] is not None]
        found, expected = box_of(label == class_id), _union(boxes)
        _need(found == expected, where, f"pixels of {name} span {found}, but the boxes of its objects span {expected}")


def _need(good: bool, where: str, problem: str) -> None:
    if not good:
        raise InputError(f"{where}: {problem}")


def _union(boxes: list[list[int]]) -> list[int] | None:
    """Return the smallest [x, y, w, h] around all boxes, None around none."""
    if not boxes:
        return None
    x, y = min(box[0] for box in boxes), min(box[1] for box in boxes)
    return [x, y, max(b[0] + b[2] for b in boxes) - x, max(b[1] + b[3] for b in boxes) - y]
