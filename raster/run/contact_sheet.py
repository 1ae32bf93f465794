"""contact_sheet: images, their labels in colours, and both together, on one picture."""

import numpy as np
from PIL import Image, ImageDraw

from raster.label_colors import NO_CLASS, colored, overlay, palette

GAP, LEGEND = 6, 22  # px


def contact_sheet(images: list[np.ndarray], labels: list[np.ndarray], codes: list[str]) -> Image.Image:
    """Return one picture of all images: each with its label and the overlay of both; the legend is at the bottom.

    `images` (H, W, 3) uint8, `labels` (H, W) uint8, `codes`: class names by id.
    """
    colors = palette(len(codes))
    height, width = images[0].shape[:2]
    columns = max(1, min(len(images), round(1800 / (3 * width + 3 * GAP))))
    rows = -(-len(images) // columns)
    sheet = Image.new("RGB", (columns * (3 * width + 3 * GAP), rows * (height + GAP) + LEGEND), (40, 40, 40))
    for k, (image, label) in enumerate(zip(images, labels, strict=True)):
        x, y = k % columns * (3 * width + 3 * GAP), k // columns * (height + GAP)
        for part, pixels in enumerate((image, colored(label, colors), overlay(image, label, colors))):
            sheet.paste(Image.fromarray(pixels), (x + part * (width + 1), y))
    pen, x = ImageDraw.Draw(sheet), GAP
    ignored = [("ignore", NO_CLASS)] if any(label.max() >= len(codes) for label in labels) else []
    for name, color in [*list(zip(codes, colors.tolist(), strict=True))[1:], *ignored]:
        pen.rectangle((x, sheet.height - 16, x + 10, sheet.height - 6), fill=tuple(color))
        pen.text((x + 15, sheet.height - 17), name, fill=(230, 230, 230))
        x += 30 + int(pen.textlength(name))
    return sheet
