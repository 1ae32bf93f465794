"""Boxes: visible pixels and tight bounding box of each object, from the layer "instance_id". The model of an annotation.

An annotation is called with each batch of Frames before it is written, and adds keys to the records. `needs` names the layers
that it reads. Values must be what JSON holds, or NumPy arrays and numbers. raster/dataset/record.py lists the usual fields.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.frames import Frames


@dataclass(frozen=True)
class Boxes:
    """Adds `visible_px` and `bbox` to each object's record: bbox = [x, y, w, h] px, None without a visible pixel."""

    needs: ClassVar[tuple[str, ...]] = ("instance_id",)  # layers

    def __call__(self, frames: Frames) -> None:
        area, box = areas_and_boxes(frames.layers["instance_id"], max(len(r["objects"]) for r in frames.records))
        for b, record in enumerate(frames.records):
            areas, boxes = area[b].tolist(), box[b].tolist()
            for entry in record["objects"]:
                number = entry["instance"]
                entry["visible_px"] = areas[number]
                entry["bbox"] = boxes[number] if areas[number] else None


def areas_and_boxes(ids: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return pixels (B, most + 1) and boxes [x, y, w, h] (B, most + 1, 4), int64, of ids 0..most in images (B, H, W) of ids.

    Works on runs of equal pixels in a row: a few thousand an image, found by one comparison.
    The box of an id without a pixel is 0, 0, 0, 0.
    """
    batch, height, width = ids.shape
    flat = ids.reshape(-1)
    ends = np.empty(flat.size, bool)
    np.not_equal(flat[1:], flat[:-1], out=ends[:-1])
    ends[width - 1 :: width] = True
    last = np.flatnonzero(ends)
    first = np.empty_like(last)
    first[0], first[1:] = 0, last[:-1] + 1
    row, x = np.divmod(first, width)
    scene, y = np.divmod(row, height)
    key = scene * (most + 1) + flat[first]
    order = np.argsort(key.astype(np.uint16) if batch * (most + 1) <= 65536 else key, kind="stable")  # runs stay in rows
    found, starts = np.unique(key[order], return_index=True)
    length = (last - first + 1)[order]
    area = np.zeros(batch * (most + 1), np.int64)
    box = np.zeros((batch * (most + 1), 4), np.int64)
    area[found] = np.add.reduceat(length, starts)
    x, y = x[order], y[order]
    left, right = np.minimum.reduceat(x, starts), np.maximum.reduceat(x + length, starts)
    top, bottom = y[starts], y[np.append(starts[1:], len(y)) - 1] + 1
    box[found] = np.stack([left, top, right - left, bottom - top], axis=1)
    return area.reshape(batch, most + 1), box.reshape(batch, most + 1, 4)
