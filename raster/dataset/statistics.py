"""DatasetStatistics: counts, splits and hashes of all records of a data set."""

from typing import Any

import numpy as np

from raster.dataset.file_hashes import FileHashes
from raster.dataset.files import by_name, file_name
from raster.dataset.record import SPLITS
from raster.dataset.record_counts import RecordCounts


class DatasetStatistics:
    """Counts, splits and hashes of the records given to add(), one for each of the images `numbers`.

    `test`: whether counts() tells of test images.
    """

    def __init__(self, numbers: range, classes: tuple[str, ...], test: bool = False):
        self.hashes, self._numbers, self._counts = FileHashes(numbers), numbers, RecordCounts(classes, test)
        self._split = np.full(len(numbers), -1, np.int8)  # (n,) row of SPLITS

    def add(self, record: dict[str, Any]) -> None:
        """Take in one record. They must come in the order of their numbers: views of a layout stand one after another."""
        self.hashes.add(record)
        self._split[record["index"] - self._numbers.start] = SPLITS.index(record["split"])
        self._counts.add(record)

    def counts(self) -> dict[str, Any]:
        """Return what RecordCounts.counts() says of them."""
        return self._counts.counts()

    def names(self, split: str) -> bytes:
        """Return the text of valid.txt or test.txt: the file names of that split, sorted, a line each."""
        first, row = self._numbers.start, SPLITS.index(split)
        return "".join(f"{file_name(i)}\n" for i in by_name(self._numbers) if self._split[i - first] == row).encode()
