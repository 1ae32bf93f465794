"""Amodal: how much of each object would be seen if nothing stood before it, from the layers "coverage" and "instance_id"."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from raster.dataset.mask_box import box_of
from raster.frames import Frames


@dataclass(frozen=True)
class Amodal:
    """Adds to each labelled object `amodal_px` and `amodal_bbox` [x, y, w, h] px of its mask if it stood alone, inside the
    image, and `visibility`: the share of these pixels that is seen. Box and share are None where the mask is empty.

    An object's own parts hide nothing of it. A lens that distorts moves these masks as it moves labels.
    """

    needs: ClassVar[tuple[str, ...]] = ("coverage", "instance_id")  # layers

    def __call__(self, frames: Frames) -> None:
        masks, ids = frames.layers["coverage"], frames.layers["instance_id"]
        words = masks.reshape(*ids.shape, -1)
        for b, record in enumerate(frames.records):
            for entry in record["objects"]:
                if entry["class_id"]:
                    entry |= amodal(mask_of(words[b], entry["instance"]), ids[b] == entry["instance"])


def mask_of(coverage: np.ndarray, instance: int) -> np.ndarray:
    """(H, W) bool: the amodal mask of an instance, 1, 2, ...; coverage (H, W) or (H, W, words) uint32: its image's layer."""
    words = coverage.reshape(*coverage.shape[:2], -1)
    word, bit = divmod(instance - 1, 32)
    return (words[..., word] >> np.uint32(bit) & np.uint32(1)).astype(bool)


def amodal(mask: np.ndarray, seen: np.ndarray) -> dict[str, Any]:
    """The keys of one object, from its amodal mask and its visible pixels (H, W) bool."""
    box, pixels = box_of(mask), int(np.count_nonzero(mask))
    share = round(int(np.count_nonzero(seen)) / pixels, 4) if pixels else None
    return {"amodal_px": pixels, "amodal_bbox": box, "visibility": share}
