"""sheet, save, outlined: strips of pictures under their captions as one labelled JPEG that is small."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from raster.errors import InputError

GAP, CAPTION, HEAD = 4, 14, 18  # px
PAPER, INK = (250, 250, 250), (25, 25, 25)
QUALITY, WORST, MAX_BYTES = 85, 40, 200_000


@dataclass(frozen=True)
class Tiles:
    """A titled row of pictures (H, W, 3) uint8, each with a caption; "" for none."""

    title: str
    pictures: tuple[np.ndarray, ...]
    captions: tuple[str, ...]


def sheet(rows: list[Tiles], columns: int) -> Image.Image:
    """All of them, so many rows side by side; each is as wide as the longest."""
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
    """The image (H, W, 3) with a line in white, on black, around each labelled region (H, W)."""
    edge = np.zeros(label.shape, bool)
    edge[:, 1:] |= label[:, 1:] != label[:, :-1]
    edge[1:] |= label[1:] != label[:-1]
    return np.where(edge[..., None], np.uint8(255), image)


def save(page: Image.Image, path: Path) -> int:
    """Write a JPEG of less than MAX_BYTES, if a quality of WORST is enough; its bytes. InputError for a path that is none."""
    quality = QUALITY
    while True:
        file = BytesIO()
        page.save(file, "jpeg", quality=quality, optimize=True)
        if file.tell() < MAX_BYTES or quality <= WORST:
            break
        quality -= 5
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.getvalue())
    except OSError as error:
        raise InputError(f"--out {path.parent}: {error.strerror}; choose a folder that can be written") from None
    return file.tell()
