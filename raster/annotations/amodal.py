"""Amodal: how much of each object would be seen if nothing stood before it, from the layers "coverage" and "instance_id"."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.frames import Frames


@dataclass(frozen=True)
class Amodal:
    """Adds to each labelled object `amodal_px` and `amodal_bbox` [x, y, w, h] px of its mask if it stood alone, inside the
    image, and `visibility`: the share of these pixels that is seen. Box and share are None where the mask is empty.

    An object's own parts hide nothing of it. A lens that distorts moves these masks as it moves labels.
    """

    needs: ClassVar[tuple[str, ...]] = ("coverage", "instance_id")  # layers

    def __call__(self, frames: Frames) -> None:
        for b, record in enumerate(frames.records):
            masks = AmodalMasks(frames.layers["coverage"][b])
            seen = np.bincount(frames.layers["instance_id"][b].ravel(), minlength=len(record["objects"]) + 1).tolist()
            for entry in record["objects"]:
                if entry["class_id"]:
                    pixels, box = masks.area_and_box(entry["instance"])
                    visibility = round(seen[entry["instance"]] / pixels, 4) if pixels else None
                    entry |= {"amodal_px": pixels, "amodal_bbox": box, "visibility": visibility}


class AmodalMasks:
    """The amodal masks of all objects of an image; coverage (H, W) or (H, W, words) uint32: its layer."""

    def __init__(self, coverage: np.ndarray):
        self._words = coverage.reshape(*coverage.shape[:2], -1)
        # What is anywhere in a row, a column: an object's box without a look at all pixels for each object.
        self._rows, self._columns = np.bitwise_or.reduce(self._words, axis=1), np.bitwise_or.reduce(self._words, axis=0)

    def area_and_box(self, instance: int) -> tuple[int, list[int] | None]:
        """How many pixels the mask of an instance, 1, 2, ..., has, and [x, y, w, h] px around them; 0 and None without any."""
        rows, columns = (np.flatnonzero(bits_of(line, instance)) for line in (self._rows, self._columns))
        if not len(rows):
            return 0, None
        (top, bottom), (left, right) = ((int(line[0]), int(line[-1]) + 1) for line in (rows, columns))
        pixels = int(np.count_nonzero(bits_of(self._words[top:bottom, left:right], instance)))
        return pixels, [left, top, right - left, bottom - top]


def bits_of(words: np.ndarray, instance: int) -> np.ndarray:
    """(...) uint32, not 0 where an instance, 1, 2, ..., has its bit; words (..., W) uint32."""
    word, bit = divmod(instance - 1, 32)
    return np.asarray(words[..., word] & np.uint32(1 << bit))
