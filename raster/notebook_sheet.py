"""html_sheet: a few images beside their labels, as HTML for notebooks.

Pillow is imported where a sheet is made: a program that only answers need not wait for it.
"""

import base64
import io
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from raster.label_colors import overlay, palette

if TYPE_CHECKING:
    from PIL import Image

MOST, SIDE, COLUMNS, GAP = 6, 150, 3, 4  # images; px of the longer side of one; images in a row, each beside its overlay; px


def html_sheet(text: str, images: np.ndarray, labels: np.ndarray, classes: Sequence[str]) -> str:
    """Return a line of text, and below it the first images, each beside itself with its label, and the classes' colours.

    images (B, H, W, 3) uint8 sRGB, labels (B, H, W) class ids, B at least 1; classes: names by id.
    """
    from PIL import Image

    colors = palette(len(classes))
    pairs = [_pair(image, label, colors) for image, label in zip(images[:MOST], labels[:MOST], strict=True)]
    width, height = pairs[0].size
    columns = min(COLUMNS, len(pairs))
    sheet = Image.new("RGB", (columns * (width + GAP) - GAP, -(-len(pairs) // columns) * (height + GAP) - GAP), (255, 255, 255))
    for k, pair in enumerate(pairs):
        sheet.paste(pair, (k % columns * (width + GAP), k // columns * (height + GAP)))
    held = io.BytesIO()
    sheet.save(held, "JPEG", quality=85)
    address = f"data:image/jpeg;base64,{base64.b64encode(held.getvalue()).decode()}"
    return f'<div><code>{escape(text)}</code><br><img src="{address}" alt="{escape(text)}"><br>{legend(classes)}</div>'


def legend(classes: Sequence[str]) -> str:
    """Return the names of the classes, the background left out, each beside its colour, as HTML."""
    square = "display:inline-block;width:.8em;height:.8em;margin:0 .3em 0 .8em;background:rgb({},{},{})"
    entries = zip(classes[1:], palette(len(classes))[1:].tolist(), strict=True)
    return "".join(f'<span style="{square.format(*color)}"></span>{escape(name)}' for name, color in entries)


def _pair(image: np.ndarray, label: np.ndarray, colors: np.ndarray) -> "Image.Image":
    """An image beside the overlay of its label, both with SIDE as their longer side."""
    from PIL import Image

    height, width = label.shape
    scale = SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = Image.fromarray(image).resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR)
    ids = Image.fromarray(label.astype(np.uint8)).resize(size, Image.Resampling.NEAREST)
    pair = Image.new("RGB", (2 * size[0] + 1, size[1]), (255, 255, 255))
    pair.paste(small, (0, 0))
    pair.paste(Image.fromarray(overlay(np.asarray(small), np.asarray(ids), colors)), (size[0] + 1, 0))
    return pair
