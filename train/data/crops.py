"""random_crop: a part of a pair of image and mask, of random size and place, scaled to the training size."""

import math
import random

import numpy as np
from PIL import Image

from .folder import IGNORE
from .pairs import Pair

FOCUS = 0.8  # share of the crops that hold a random pixel of an object, where there is one


def random_crop(image: np.ndarray, mask: np.ndarray, size: tuple[int, int], shares: tuple[float, float]) -> Pair:
    """A part of an image (h, w, 3) and its mask (h, w), scaled to size = (H, W) px.

    The part has the shape of `size`. Its side is `shares` (least and most, in 0..1; uniform in the logarithm) of the largest
    such part. Numbers come from the module random. Colours are interpolated; of the class ids the nearest is taken.
    """
    height, width = size
    rows, columns = mask.shape
    share = math.exp(random.uniform(math.log(shares[0]), math.log(shares[1])))
    scale = share * min(rows / height, columns / width)
    high, wide = height * scale, width * scale
    at = _object_pixel(mask) if random.random() < FOCUS else None
    y, x = at if at is not None else (random.uniform(0, rows), random.uniform(0, columns))
    top = min(max(y + random.random() - random.uniform(0, high), 0.0), rows - high)
    left = min(max(x + random.random() - random.uniform(0, wide), 0.0), columns - wide)
    box = (left, top, left + wide, top + high)
    part = Image.fromarray(image).resize((width, height), Image.Resampling.BILINEAR, box)
    return np.asarray(part), np.asarray(Image.fromarray(mask).resize((width, height), Image.Resampling.NEAREST, box))


def _object_pixel(mask: np.ndarray) -> tuple[int, int] | None:
    """Row and column of a random pixel of a mask that is not background, nor to be ignored; None without any."""
    places = np.flatnonzero((mask > 0) & (mask != IGNORE))
    if not len(places):
        return None
    row, column = divmod(int(places[random.randrange(len(places))]), mask.shape[1])
    return row, column
