"""PictureStatistics: what a report measures in the pictures that it opens; the extremes among them."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from raster.reporting.picture_measures import LONGEST, measure
from raster.reporting.read_picture import read_picture
from raster.reporting.value_counts import ValueCounts
from raster.system.cpu import usable_cores

THREADS = min(4, usable_cores())  # decoding releases Python's lock
OF_EXTREME = 6
# Extremes that pixels tell: title, which quantity, and 1 for the least of it, -1 for the most.
EXTREMES = {
    "darkest": ("Darkest", "brightness", 1),
    "brightest": ("Brightest", "brightness", -1),
    "flattest": ("Flattest: the least contrast", "contrast", 1),
}


@dataclass(frozen=True)
class Picture:
    """A picture to open."""

    number: int  # of the image, or of the photograph among all
    path: Path
    split: str


@dataclass
class PictureStatistics:
    """What was measured."""

    measured: dict[int, dict[str, float]] = field(default_factory=dict)  # number -> quantities by name
    values: ValueCounts = field(default_factory=ValueCounts)

    def extremes(self) -> dict[str, list[int]]:
        """Return the numbers of the extreme pictures by the names of EXTREMES."""
        found = {}
        for name, (_, of, sign) in EXTREMES.items():
            ordered = sorted(self.measured, key=lambda number, of=of, sign=sign: (sign * self.measured[number][of], number))  # type: ignore[misc]
            found[name] = ordered[:OF_EXTREME]
        return found


def measure_pictures(pictures: Iterable[Picture], report_progress: Callable[[int], None]) -> PictureStatistics:
    """Open and measure pictures; report_progress is called with how many are done. InputError for one that cannot be read."""
    made, splits, rows = PictureStatistics(), list[str](), list[dict[str, float]]()
    for picture, values in measured(pictures):
        made.measured[picture.number] = values
        splits.append(picture.split)
        rows.append(values)
        report_progress(len(rows))
    for name in rows[0] if rows else ():
        made.values.add(name, splits, np.array([row[name] for row in rows]))
    return made


def measured(pictures: Iterable[Picture]) -> Iterator[tuple[Picture, dict[str, float]]]:
    """Yield each picture with what was measured in it, in order."""
    with ThreadPoolExecutor(THREADS) as pool:
        try:
            yield from pool.map(lambda picture: (picture, measure(read_picture(picture.path, LONGEST))), pictures)
        finally:
            pool.shutdown(cancel_futures=True)
