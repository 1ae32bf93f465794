"""RecordStatistics: what a report counts in scenes.jsonl, in memory that does not grow with the number of images."""

from collections import Counter

import numpy as np

from raster.reporting.class_counts import ClassCounts, count_objects, seen
from raster.reporting.image_choice import ImageChoice
from raster.reporting.record_rows import HEIGHT, IMAGE, PIXELS, WIDTH, RecordRows, X, Y
from raster.reporting.value_counts import ValueCounts, add_records

TINY_PX = 32  # an object that shows less can hardly be learnt
SMALL = 1 / 3  # of the picture's height
SIZES = 50  # sizes of images that are told apart


class RecordStatistics:
    """Counts of records. `classes`: how many there are, with the background; `spread`: images to choose evenly."""

    def __init__(self, classes: int, spread: int):
        self.images = Counter[str]()  # by split
        self.sizes = Counter[tuple[int, int]]()  # images by width and height
        self.facts = Counter[str]()  # of images and objects, see RecordRows and _facts()
        self.classes, self.values, self.choice = ClassCounts(classes), ValueCounts(), ImageChoice(spread)

    def add(self, rows: RecordRows, lines: list[tuple[int, int]]) -> None:
        """Take in records, and where their lines stand: offset and length in bytes."""
        counts = count_objects(rows, len(self.classes.seen))
        self.images.update(rows.split)
        self.sizes.update(rows.size)
        self.facts.update(rows.facts)
        self.facts.update(_facts(rows))
        self.classes.add(rows, counts)
        self.choice.add(rows.index, lines, counts, add_records(self.values, rows, counts))
        self._forget_sizes()

    def merge(self, other: "RecordStatistics") -> None:
        """Take in what another one counted in other records."""
        self.images.update(other.images)
        self.sizes.update(other.sizes)
        self.facts.update(other.facts)
        self.classes.merge(other.classes)
        self.values.merge(other.values)
        self.choice.merge(other.choice)
        self._forget_sizes()

    @property
    def total(self) -> int:
        """How many images there are."""
        return sum(self.images.values())

    def _forget_sizes(self) -> None:
        """Keep the most frequent sizes, should somebody have an own one for each image."""
        if len(self.sizes) > 2 * SIZES:
            self.sizes = Counter(dict(self.sizes.most_common(SIZES)))


def _facts(rows: RecordRows) -> dict[str, int]:
    """Count what warnings ask for, of objects that have a class."""
    shown = seen(rows)
    boxed = shown[~np.isnan(shown[:, X])]
    size = np.array(rows.size, np.float64).reshape(-1, 2)[boxed[:, IMAGE].astype(np.int64)]
    low, high = boxed[:, [X, Y]], boxed[:, [X, Y]] + boxed[:, [WIDTH, HEIGHT]]
    middle = (low + high) / 2 / size
    return {
        "objects": len(rows.objects),
        "hidden": len(rows.objects) - len(shown),
        "seen": len(shown),
        "boxed": len(boxed),
        "small": int((boxed[:, [WIDTH, HEIGHT]].max(axis=1) < SMALL * size[:, 1]).sum()),
        "tiny": int((boxed[:, PIXELS] < TINY_PX).sum()),
        "at the edge": int(((low <= 0) | (high >= size)).any(axis=1).sum()),
        "in the middle": int((np.abs(middle - 0.5) < 1 / 6).all(axis=1).sum()),
    }
