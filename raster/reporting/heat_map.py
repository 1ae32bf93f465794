"""heat_map: where the objects of a class are in their images, as a small picture with a scale of one colour."""

import base64
import io

import numpy as np
from PIL import Image

COLOR = (37, 99, 235)  # sRGB; the more objects, the more of it: it shows on a light and on a dark page


def heat_map(centres: np.ndarray) -> tuple[str, int]:
    """Return a picture of counts (24, 24), rows from the top, as PNG in base64, and how many cells it has each way.

    Fewer objects make larger cells: four to a cell on average, so that chance does not look like a pattern.
    """
    cells = next((cells for cells in (24, 12, 8, 6) if centres.sum() >= 4 * cells**2), 4)
    side = len(centres) // cells
    counts = centres.reshape(cells, side, cells, side).sum(axis=(1, 3))
    alpha = np.round(255 * counts / max(1, counts.max())).astype(np.uint8)
    picture = Image.fromarray(alpha, "P")
    picture.putpalette(bytes(COLOR) * 256)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True, transparency=bytes(range(256)))
    return base64.b64encode(buffer.getvalue()).decode(), cells


def described(centres: np.ndarray) -> str:
    """Return in words where most are: a ninth of the picture, and its share."""
    ninths = centres.reshape(3, 8, 3, 8).sum(axis=(1, 3))
    row, column = np.unravel_index(int(ninths.argmax()), ninths.shape)
    where = f"{('top', 'middle', 'bottom')[row]} {('left', 'centre', 'right')[column]}".replace("middle centre", "middle")
    return f"most in the {where}: {ninths.max() / max(1, ninths.sum()):.0%}".replace("%", " %")
