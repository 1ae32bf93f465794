"""RecordCounts: counts of the records of a data set, or of a part of it. total_counts: of several parts together."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from raster.dataset.record import SPLITS


class RecordCounts:
    """Counts of the records given to add(). `test`: whether counts() tells of test images."""

    def __init__(self, classes: tuple[str, ...], test: bool = False):
        self._counted = SPLITS if test else SPLITS[:2]
        self._splits: Counter[str] = Counter()
        self._objects = Counter(dict.fromkeys(classes, 0))
        self._unlabelled = self._filtered = 0
        self._layouts: Counter[str] = Counter()
        self._layout = -1  # the number of the last one

    def add(self, record: Mapping[str, Any]) -> None:
        """Take in one record. They must come in the order of their numbers: views of a layout stand one after another."""
        self._splits[record["split"]] += 1
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
        split = {"images": self._splits.total()} | {name: self._splits[name] for name in self._counted}
        filtered = {"filtered": self._filtered} if self._filtered else {}
        return {**split, **unlabelled, "objects": dict(self._objects), **filtered, **layouts}


_ORDER = ("images", *SPLITS, "unlabelled", "objects", "filtered", "layouts")  # of the keys of counts()


def total_counts(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the counts of several parts of a data set together. No layout may have views in two of them."""
    total: dict[str, Any] = {}
    for part in parts:
        total = _added(total, part)
    return {key: total[key] for key in _ORDER if key in total}


def _added(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    total = dict(one)
    for key, value in other.items():
        there = total.get(key, {} if isinstance(value, dict) else 0)
        total[key] = _added(there, value) if isinstance(value, dict) else there + value
    return total
