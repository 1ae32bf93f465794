"""Row, contact_sheet, save, outlined: rows of pictures with captions as one small JPEG."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from raster.errors import InputError

GAP, CAPTION, HEAD = 4, 14, 18  # px: between pictures, height of a caption, height of a title
PAPER, INK = (250, 250, 250), (25, 25, 25)
QUALITY, MIN_QUALITY, MAX_BYTES = 85, 40, 200_000  # of the JPEG


@dataclass(frozen=True)
class Row:
    """A title and pictures (H, W, 3) uint8, all of one size, each with a caption ("" for none)."""

    title: str
    pictures: tuple[np.ndarray, ...]
    captions: tuple[str, ...]


def contact_sheet(rows: list[Row], columns: int) -> Image.Image:
    """All rows on one page, `columns` of them side by side."""
    height, width = rows[0].pictures[0].shape[:2]
    across = max(len(row.pictures) for row in rows) * (width + GAP) + 2 * GAP
    down = HEAD + height + CAPTION + GAP
    lines = -(-len(rows) // columns)
    page = Image.new("RGB", (columns * across, lines * down + GAP), PAPER)
    pen = ImageDraw.Draw(page)
    for number, row in enumerate(rows):
        x, y = number % columns * across + GAP, number // columns * down
        pen.text((x, y + 4), row.title, fill=INK)
        for k, (picture, caption) in enumerate(zip(row.pictures, row.captions, strict=True)):
            left = x + k * (width + GAP)
            page.paste(Image.fromarray(picture), (left, y + HEAD))
            pen.text((left + 1, y + HEAD + height + 1), caption, fill=INK)
    return page


def outlined(image: np.ndarray, label: np.ndarray) -> np.ndarray:
    """The image (H, W, 3) uint8 with a white line around each region of `label` (H, W)."""
    edge = np.zeros(label.shape, bool)
    edge[:, 1:] |= label[:, 1:] != label[:, :-1]
    edge[1:] |= label[1:] != label[:-1]
    return np.where(edge[..., None], np.uint8(255), image)


def save(page: Image.Image, path: Path) -> int:
    """Write a JPEG at the best quality that gives less than MAX_BYTES, MIN_QUALITY at the least. Returns its bytes.

    InputError if the file cannot be written.
    """
    quality = QUALITY
    while True:
        file = BytesIO()
        page.save(file, "jpeg", quality=quality, optimize=True)
        if file.tell() < MAX_BYTES or quality <= MIN_QUALITY:
            break
        quality -= 5
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.getvalue())
    except OSError as error:
        raise InputError(f"--out {path.parent}: {error.strerror}; choose a folder that can be written") from None
    return file.tell()
