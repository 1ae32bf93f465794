"""ValueCounts: distributions of all that is measured, by quantity and split."""

from collections.abc import Sequence

import numpy as np

from raster.reporting.class_counts import seen
from raster.reporting.distribution import Distribution, merged
from raster.reporting.quantities import OBJECT, QUANTITIES, Quantity, of_kind
from raster.reporting.record_rows import DISTANCE, HEIGHT, IMAGE, PIXELS, TRUNCATION, VISIBILITY, WIDTH, RecordRows

MEAN = " of an image"  # ends the name of a distribution of means: a value for each image, in place of one for each object


class ValueCounts:
    """Distributions by name, of QUANTITIES, of their means in images, or of objects of a class, and by split."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Distribution] = {}

    def add(self, name: str, split: Sequence[str], values: np.ndarray) -> None:
        """Take in values (n,) of n images or objects, each with its split. Those that are NaN or infinite are not known."""
        splits, known = np.asarray(split), np.isfinite(values)
        for each in set(split):
            chosen = values[(splits == each) & known]
            if len(chosen):
                self._of(name, each).add(chosen)

    def merge(self, other: "ValueCounts") -> None:
        """Take in what another one counted."""
        for (name, split), each in other._known.items():
            self._of(name, split).merge(each)

    def of(self, name: str, split: str | None = None) -> Distribution:
        """Return the distribution of one split or of all, empty where nothing is known."""
        found = [each for (key, its), each in self._known.items() if key == name and split in (None, its)]
        return merged(found) if found else Distribution(quantity_of(name))

    def _of(self, name: str, split: str) -> Distribution:
        return self._known.setdefault((name, split), Distribution(quantity_of(name)))


def quantity_of(name: str) -> Quantity:
    """Return the quantity of a distribution's name."""
    return QUANTITIES["objects"] if name.startswith("class ") else QUANTITIES[name.removesuffix(MEAN)]


def add_records(known: ValueCounts, rows: RecordRows, counts: np.ndarray) -> dict[str, np.ndarray]:
    """Take in what records say; counts (B, classes): seen objects. Return what is known of each image: (B,) float64 by name."""
    shown = seen(rows)
    image, splits = shown[:, IMAGE].astype(np.int64), np.array(rows.split)
    size = np.array(rows.size, np.float64).reshape(-1, 2)
    with np.errstate(invalid="ignore"):
        of_objects = {
            "size": shown[:, [WIDTH, HEIGHT]].max(axis=1) / size[image, 1],
            "visibility": shown[:, VISIBILITY],
            "truncation": shown[:, TRUNCATION],
            "aspect": shown[:, WIDTH] / shown[:, HEIGHT],
            "distance": shown[:, DISTANCE],
        }
    number = np.bincount(image, minlength=len(splits))
    labelled = np.bincount(image, shown[:, PIXELS], len(splits)) / size.prod(axis=1)
    if (shown[:, PIXELS] < 0).any():
        labelled = np.full(len(splits), np.nan)
    of_images = {
        "objects": number.astype(np.float64),
        "labelled": labelled,
        "lights": np.array(rows.lights, np.float64),
        "fov": np.array(rows.fov_deg),
    }
    for quantity in of_kind(OBJECT):
        values = of_objects[quantity.name]
        known.add(quantity.name, list(splits[image]), values)
        of_images[quantity.name + MEAN] = means(image, values, len(splits))
    for name, values in of_images.items():
        known.add(name, rows.split, values)
    for identity in range(1, counts.shape[1]):
        known.add(f"class {identity}", rows.split, counts[:, identity].astype(np.float64))
    return of_images


def means(image: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
    """Return (count,) the means of values (n,) that belong to images (n,); those that are NaN do not count. NaN without any."""
    known = ~np.isnan(values)
    number = np.bincount(image[known], minlength=count)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.bincount(image[known], values[known], count) / number)
