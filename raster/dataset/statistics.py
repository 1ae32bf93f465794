"""DatasetStatistics: counts, validation split and hashes of all records of a data set."""

from collections import Counter
from typing import Any

import numpy as np

from raster.dataset.file_hashes import FileHashes
from raster.dataset.files import by_name, file_name


class DatasetStatistics:
    """Counts, validation split and hashes of the records given to add(), one for each of the images `numbers`."""

    def __init__(self, numbers: range, classes: tuple[str, ...]):
        self.hashes, self._numbers = FileHashes(numbers), numbers
        self._valid = np.zeros(len(numbers), bool)
        self._objects = Counter(dict.fromkeys(classes, 0))
        self._unlabelled = 0
        self._layouts: Counter[str] = Counter()
        self._layout = -1  # the number of the last one

    def add(self, record: dict[str, Any]) -> None:
        """Take in one record. They must come in the order of their numbers: views of a layout stand one after another."""
        index = record["index"]
        self.hashes.add(record)
        self._valid[index - self._numbers.start] = record["split"] == "valid"
        self._objects.update(entry["class"] for entry in record["objects"])
        self._unlabelled += bool(record.get("unlabelled"))
        if (layout := record.get("layout")) and layout["number"] != self._layout:
            self._layout = layout["number"]
            self._layouts.update(number=1, redrawn=layout["redrawn"], unsettled=int(not layout["settled"]))

    def counts(self) -> dict[str, Any]:
        """Return {"images", "train", "valid", "objects": {class name: how many, seen or hidden}}.

        And, if any image shows no class, "unlabelled": how many do. And, if records have the key layout, "layouts": {"number",
        "redrawn": attempts given up, "unsettled": layouts}.
        """
        images, valid = len(self._valid), int(self._valid.sum())
        layouts = {"layouts": dict(self._layouts)} if self._layouts else {}
        unlabelled = {"unlabelled": self._unlabelled} if self._unlabelled else {}
        split = {"images": images, "train": images - valid, "valid": valid}
        return {**split, **unlabelled, "objects": dict(self._objects), **layouts}

    def valid_names(self) -> bytes:
        """Return the text of valid.txt: the file names of the validation split, sorted, a line each."""
        first = self._numbers.start
        return "".join(f"{file_name(i)}\n" for i in by_name(self._numbers) if self._valid[i - first]).encode()
