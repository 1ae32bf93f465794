"""Full: how large each object would be if the image had no edges, from the layers "coverage_canvas" and "coverage"."""

from dataclasses import dataclass
from typing import Any, ClassVar

from raster.annotations.amodal import AmodalMasks
from raster.frames import Frames

WIDE = 3  # images along each side of the canvas
AreaAndBox = tuple[int, list[int] | None]  # as of AmodalMasks.area_and_box()


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
            sizes, distorts = (inside.shape[:2], canvas.shape[:2]), "distortion" in record["camera"]
            masks, wholes = AmodalMasks(inside), AmodalMasks(canvas)
            for entry in record["objects"]:
                if entry["class_id"]:
                    number = entry["instance"]
                    entry |= full(masks.area_and_box(number), wholes.area_and_box(number), sizes, distorts)


def full(
    inside: AreaAndBox, canvas: AreaAndBox, sizes: tuple[tuple[int, int], tuple[int, int]], distorts: bool
) -> dict[str, Any]:
    """The keys of one object from area and box of its masks inside the image (H, W) and on the canvas (3 h, 3 w).

    sizes: (H, W) and (3 h, 3 w). h >= H and w >= W: a lens that distorts may make more than the picture be drawn.
    """
    nothing = {"full_px": None, "full_bbox": None, "truncation": None}
    (pixels, box), (all_pixels, around), ((height, width), (high, wide)) = inside, canvas, sizes
    if distorts:
        if box is None or min(box[:2]) == 0 or box[0] + box[2] == width or box[1] + box[3] == height:
            return nothing
        return {"full_px": pixels, "full_bbox": box, "truncation": 0.0}
    if around is None:
        return nothing
    x, y, w, h = around
    right, down = (side // WIDE + (side // WIDE - size) // 2 for side, size in ((wide, width), (high, height)))
    return {"full_px": all_pixels, "full_bbox": [x - right, y - down, w, h], "truncation": round(1 - pixels / all_pixels, 4)}
