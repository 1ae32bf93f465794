"""thumbnail: a picture, and the outlines of its label, small enough to stand in a page as text."""

import base64
import io

import numpy as np
from PIL import Image

SIDES = (192, 160, 128, 96, 72)  # px of the longer side: the first with which all thumbnails fit is taken
QUALITY = 72  # of WebP
FILL = 96  # of 255: how much of a region's colour lies over the picture; its outline is opaque


def webp(pixels: np.ndarray) -> str:
    """Return a picture (H, W, 3) uint8 as WebP in base64."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "WEBP", quality=QUALITY, method=4)
    return base64.b64encode(buffer.getvalue()).decode()


def label_layer(label: np.ndarray, colors: np.ndarray) -> str:
    """Return a label (H, W) uint8 as a PNG in base64 that is laid over its picture: regions tinted, with outlines.

    `colors` (classes, 3) uint8 by class id. Values that are no class are grey, the background is transparent.
    """
    shown, index = np.unique(label, return_inverse=True)
    shown, index = shown[:128], np.minimum(index.reshape(label.shape), 127)  # a PNG has 256 colours, and each value needs two
    edge = np.zeros(label.shape, bool)
    across, down = label[:, 1:] != label[:, :-1], label[1:] != label[:-1]
    for side, differs in ((edge[:, 1:], across), (edge[:, :-1], across), (edge[1:], down), (edge[:-1], down)):
        side |= differs
    known = np.array([colors[value] if value < len(colors) else (128, 128, 128) for value in shown], np.uint8)
    alpha = [0 if value == 0 else FILL for value in shown] + [0 if value == 0 else 255 for value in shown]
    picture = Image.fromarray((index + len(shown) * edge).astype(np.uint8), "P")
    picture.putpalette(np.concatenate([known, known]).tobytes())
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True, transparency=bytes(alpha))
    return base64.b64encode(buffer.getvalue()).decode()


def shape_of(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return (width, height) px of a thumbnail of a picture of that size: its longer side is `side`, or less."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
