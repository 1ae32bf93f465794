"""DatasetStatistics: counts, splits and hashes of all records of a data set."""

from collections import Counter
from typing import Any

import numpy as np

from raster.dataset.file_hashes import FileHashes
from raster.dataset.files import by_name, file_name
from raster.dataset.record import SPLITS


class DatasetStatistics:
    """Counts, splits and hashes of the records given to add(), one for each of the images `numbers`.

    `test`: whether counts() tells of test images.
    """

    def __init__(self, numbers: range, classes: tuple[str, ...], test: bool = False):
        self.hashes, self._numbers = FileHashes(numbers), numbers
        self._counted = SPLITS if test else SPLITS[:2]
        self._split = np.full(len(numbers), -1, np.int8)  # (n,) row of SPLITS
        self._objects = Counter(dict.fromkeys(classes, 0))
        self._unlabelled = self._filtered = 0
        self._layouts: Counter[str] = Counter()
        self._layout = -1  # the number of the last one

    def add(self, record: dict[str, Any]) -> None:
        """Take in one record. They must come in the order of their numbers: views of a layout stand one after another."""
        index = record["index"]
        self.hashes.add(record)
        self._split[index - self._numbers.start] = SPLITS.index(record["split"])
        self._objects.update(entry["class"] for entry in record["objects"])
        self._filtered += sum("true_class" in entry for entry in record["objects"])
        self._unlabelled += bool(record.get("unlabelled"))
        if (layout := record.get("layout")) and layout["number"] != self._layout:
            self._layout = layout["number"]
            self._layouts.update(number=1, redrawn=layout["redrawn"], unsettled=int(not layout["settled"]))

    def counts(self) -> dict[str, Any]:
        """Return {"images", "train", "valid", perhaps "test", "objects": {class name: how many, seen or hidden}}.

        And, if any image shows no class, "unlabelled": how many do; if objects have lost their label, "filtered": how many; if
        records have the key layout, "layouts": {"number", "redrawn": attempts given up, "unsettled": layouts}.
        """
        layouts = {"layouts": dict(self._layouts)} if self._layouts else {}
        unlabelled = {"unlabelled": self._unlabelled} if self._unlabelled else {}
        split = {"images": len(self._split)} | {name: int((self._split == SPLITS.index(name)).sum()) for name in self._counted}
        filtered = {"filtered": self._filtered} if self._filtered else {}
        return {**split, **unlabelled, "objects": dict(self._objects), **filtered, **layouts}

    def names(self, split: str) -> bytes:
        """Return the text of valid.txt or test.txt: the file names of that split, sorted, a line each."""
        first, row = self._numbers.start, SPLITS.index(split)
        return "".join(f"{file_name(i)}\n" for i in by_name(self._numbers) if self._split[i - first] == row).encode()
