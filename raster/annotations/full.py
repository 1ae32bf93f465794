"""Full: how large each object would be if the image had no edges, from the layers "coverage_canvas" and "coverage"."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from raster.annotations.amodal import mask_of
from raster.dataset.mask_box import box_of
from raster.frames import Frames

WIDE = 3  # images along each side of the canvas


@dataclass(frozen=True)
class Full:
    """Adds to each labelled object `full_px` and `full_bbox` [x, y, w, h] px of its mask if it stood alone on a canvas of 3 x 3
    images with the picture in the middle, and `truncation`: the share of these pixels that the image's edges cut off.

    x and y count from the picture's corner, so they may be negative. None where the canvas shows nothing of it; with a lens
    that distorts also where the image's edge cuts it, since such a lens is known inside the image only.
    """

    needs: ClassVar[tuple[str, ...]] = ("coverage_canvas", "coverage")  # layers

    def __call__(self, frames: Frames) -> None:
        for b, record in enumerate(frames.records):
            inside, canvas = frames.layers["coverage"][b], frames.layers["coverage_canvas"][b]
            for entry in record["objects"]:
                if entry["class_id"]:
                    mask = mask_of(inside, entry["instance"])
                    whole = mask_of(canvas, entry["instance"])
                    entry |= full(mask, whole, "distortion" in record["camera"])


def full(mask: np.ndarray, whole: np.ndarray, distorts: bool) -> dict[str, Any]:
    """The keys of one object from its masks: inside the image (H, W) bool, and on the canvas (3 h, 3 w) bool, h >= H, w >= W.

    The canvas is larger than 3 x 3 images where a lens that distorts makes more than the picture be drawn.
    """
    nothing, inside = {"full_px": None, "full_bbox": None, "truncation": None}, int(np.count_nonzero(mask))
    if distorts:
        cut = mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any()
        return nothing if cut or not inside else {"full_px": inside, "full_bbox": box_of(mask), "truncation": 0.0}
    box, pixels = box_of(whole), int(np.count_nonzero(whole))
    if box is None:
        return nothing
    down, right = (side // WIDE + (side // WIDE - size) // 2 for side, size in zip(whole.shape, mask.shape, strict=True))
    moved = [box[0] - right, box[1] - down, *box[2:]]
    return {"full_px": pixels, "full_bbox": moved, "truncation": round(1 - inside / pixels, 4)}
