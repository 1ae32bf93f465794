"""worst_picture: an object that a network misses: the picture with a box, and its surroundings with truth and prediction."""

import base64
import io

import numpy as np
from PIL import Image, ImageDraw

from raster import overlay, palette

CELL, GAP = 128, 4  # px: side of each of the three parts, and gap between them
AROUND = 2.0  # side of the part that is cut out, in longer sides of the object's box
LEAST = 1 / 4  # of the picture's shorter side: at least as much is cut out
MARK = (255, 214, 0)  # sRGB of the box


def worst_picture(
    image: np.ndarray, truth: np.ndarray, predicted: np.ndarray, bbox: list[int], classes: int
) -> Image.Image:  # fmt: skip
    """A picture of three parts: the whole image with the object's box; its surroundings with the true mask, with the predicted.

    image (H, W, 3) uint8; truth, predicted (H, W) class ids; bbox: [x, y, w, h] px.
    """
    colors = palette(classes)
    whole, box = _fitted(Image.fromarray(image)), _cut(image.shape[:2], bbox)
    scale = whole[0].width / image.shape[1]
    x, y, w, h = (scale * side for side in bbox)
    ImageDraw.Draw(whole[0]).rectangle((x - 2, y - 2, x + w + 1, y + h + 1), outline=MARK)
    parts = [whole]
    for mask in (truth, predicted):
        parts.append(_fitted(Image.fromarray(overlay(image, mask.astype(np.uint8), colors)).crop(box)))
    sheet = Image.new("RGB", (3 * CELL + 2 * GAP, CELL), (0, 0, 0))
    for k, (part, place) in enumerate(parts):
        sheet.paste(part, (k * (CELL + GAP) + place[0], place[1]))
    return sheet


def data_url(picture: Image.Image) -> str:
    """A picture as the address of an <img>, without a file."""
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=80, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(held.getvalue()).decode()}"


def _cut(size: tuple[int, int], bbox: list[int]) -> tuple[int, int, int, int]:
    """The square (left, top, right, bottom) px around a box, within a picture of size (H, W)."""
    height, width = size
    x, y, w, h = bbox
    side = min(height, width, max(AROUND * max(w, h), LEAST * min(height, width), 8))
    left = min(max(x + w / 2 - side / 2, 0), width - side)
    top = min(max(y + h / 2 - side / 2, 0), height - side)
    return round(left), round(top), round(left + side), round(top + side)


def _fitted(picture: Image.Image) -> tuple[Image.Image, tuple[int, int]]:
    """A picture scaled to fit into a cell, and where its corner is there."""
    scale = CELL / max(picture.size)
    wide, high = (max(1, round(side * scale)) for side in picture.size)
    way = Image.Resampling.BOX if scale < 1 else Image.Resampling.NEAREST if scale > 2 else Image.Resampling.BILINEAR
    return picture.resize((wide, high), way), ((CELL - wide) // 2, (CELL - high) // 2)
