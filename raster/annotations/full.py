"""Full: how large each object would be if the image had no edges, from the layers "coverage_canvas" and "coverage"."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from raster.annotations.amodal import amodal, mask_of
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
    nothing = {"full_px": None, "full_bbox": None, "truncation": None}
    found = amodal(mask, mask)
    if distorts:
        cut = mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any()
        if cut or not found["amodal_px"]:
            return nothing
        return {"full_px": found["amodal_px"], "full_bbox": found["amodal_bbox"], "truncation": 0.0}
    around = amodal(whole, whole)
    if not around["amodal_px"]:
        return nothing
    x, y, width, height = around["amodal_bbox"]
    down, right = (side // WIDE + (side // WIDE - size) // 2 for side, size in zip(whole.shape, mask.shape, strict=True))
    share = 1 - found["amodal_px"] / around["amodal_px"]
    return {"full_px": around["amodal_px"], "full_bbox": [x - right, y - down, width, height], "truncation": round(share, 4)}
