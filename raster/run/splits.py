"""Splits: which images of a data set are for training, for validation and for test; checked_splits: the options that say so."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from raster.dataset.record import SPLITS
from raster.errors import InputError
from raster.run.options import yaml_value
from raster.streams import golden_ratio_mask

MAX_IMAGES = 10**8  # a run holds about 200 bytes for each
TRAIN, VALID, TEST = SPLITS
Part = float | int  # a share, or a count of images


@dataclass(frozen=True)
class Splits:
    """A function of the image number alone, so that a set can grow. All views of a layout are in one split.

    Counts (int) are of the first images of the set: those for validation, then those for test. A share (float) is spread
    evenly over all the others. With two shares the validation images are the same as without test images.

        >>> Splits(valid=0.25, test=2).of(range(6))
        ['test', 'test', 'train', 'train', 'train', 'valid']
    """

    valid: Part = 0.0
    test: Part = 0.0
    first: int = 0  # number of the set's first image
    views: int = 1  # of a layout

    def of(self, index: Any) -> list[str]:
        """The split of each image (B,) int64."""
        numbers = np.asarray(index, np.int64)
        names = np.full(numbers.shape, TRAIN, object)
        layouts, below = numbers // self.views, 0.0  # how much of the sequence's upper end is taken
        for name, part in ((VALID, self.valid), (TEST, self.test)):
            if isinstance(part, float):
                names[golden_ratio_mask(layouts, below + part) & (names == TRAIN)] = name
                below += part
        start = self.first
        for name, part in ((VALID, self.valid), (TEST, self.test)):
            if isinstance(part, int):
                names[(start <= numbers) & (numbers < start + part)] = name
                start += part
        return names.tolist()


def checked_splits(valid: Any, test: Any, views: int) -> tuple[Part, Part]:
    """The options `valid` and `test` as shares (float) or counts (int).

    InputError for neither, for a part of the `views` of a layout, and for shares that leave nothing to train on.
    """
    parts = _checked(VALID, valid, views), _checked(TEST, test, views)
    if all(isinstance(part, float) for part in parts) and sum(parts) >= 1:
        said = f"valid={yaml_value(valid)} test={yaml_value(test)}"
        raise InputError(f"{said}: expected shares of a sum below 1, since the other images are trained on")
    return parts


def require_images(valid: Part, test: Part, n: int) -> None:
    """InputError unless the counts leave something of n images."""
    counts = {name: part for name, part in ((VALID, valid), (TEST, test)) if isinstance(part, int)}
    if sum(counts.values()) >= n:
        said = " ".join(f"{name}={count}" for name, count in counts.items())
        raise InputError(f"{said}: expected fewer than n={n}" + " together" * (len(counts) > 1))


def _checked(key: str, part: Any, views: int) -> Part:
    """A share or a count. InputError for neither, or for a part of the `views` of a layout."""
    if type(part) in (int, float) and 0 <= part < 1:
        return float(part)
    if type(part) is not int or not 0 < part <= MAX_IMAGES:
        raise InputError(f"{key}={yaml_value(part)}: expected a share from 0 to below 1, or a whole number of images")
    if part % views:
        raise InputError(
            f"{key}={part}: expected a multiple of views_per_layout={views}, since views of a layout stay together"
        )
    return part
