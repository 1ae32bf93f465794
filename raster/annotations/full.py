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
            middle = canvas[picture_on_canvas(inside.shape, canvas.shape)]
            distorts, size, whole = "distortion" in record["camera"], inside.shape, canvas.shape
            masks, wholes, middles = AmodalMasks(inside), AmodalMasks(canvas), AmodalMasks(middle)
            for entry in record["objects"]:
                if entry["class_id"]:
                    one, all_, mid = (mask.area_and_box(entry["instance"]) for mask in (masks, wholes, middles))
                    entry |= full(one, all_, mid, size, whole, distorts)


def picture_on_canvas(picture: tuple[int, ...], canvas: tuple[int, ...]) -> tuple[slice, slice]:
    """The rows and columns of a canvas (3 h, 3 w) that are the picture (H, W).

    h >= H and w >= W: for a lens that distorts more than the picture may be drawn.
    """
    starts = [side // WIDE + (side // WIDE - size) // 2 for side, size in zip(canvas[:2], picture[:2], strict=True)]
    rows, columns = (slice(start, start + size) for start, size in zip(starts, picture[:2], strict=True))
    return rows, columns


def full(
    inside: AreaAndBox, canvas: AreaAndBox, middle: AreaAndBox, picture: tuple[int, ...], whole: tuple[int, ...], distorts: bool
) -> dict[str, Any]:
    """The keys of one object from area and box of its masks: in the image, on the canvas, and where the canvas is the image.

    picture, whole: (H, W, ...) of image and canvas. Both show the image, but a pixel on an outline may differ: that of the
    image counts, so that no mask inside it is larger than the whole.
    """
    nothing = {"full_px": None, "full_bbox": None, "truncation": None}
    (pixels, box), (height, width) = inside, picture[:2]
    if distorts:
        if box is None or min(box[:2]) == 0 or box[0] + box[2] == width or box[1] + box[3] == height:
            return nothing
        return {"full_px": pixels, "full_bbox": box, "truncation": 0.0}
    beyond = canvas[0] - middle[0]
    around = None
    if beyond and canvas[1] is not None:
        rows, columns = picture_on_canvas(picture, whole)
        x, y, w, h = canvas[1]
        around = [x - columns.start, y - rows.start, w, h]
    boxes = [each for each in (box, around) if each is not None]
    if not boxes:
        return nothing
    left, top = (min(each[k] for each in boxes) for k in (0, 1))
    right, bottom = (max(each[k] + each[k + 2] for each in boxes) for k in (0, 1))
    return {"full_px": pixels + beyond, "full_bbox": [left, top, right - left, bottom - top],
            "truncation": round(beyond / (pixels + beyond), 4)}  # fmt: skip
