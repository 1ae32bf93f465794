"""LabelValues: what the values in labels/ mean, as codes.txt and the manifest say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LabelValues:
    """Class names by id, and the value that is none."""

    classes: tuple[str, ...]
    ignore: int | None = None  # the value that is to be left out of training and scores
    min_visible_px: int = 0  # objects with fewer have no label
    min_visibility: float = 0.0  # nor do objects of which a smaller share is seen

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> "LabelValues":
        """Those of a manifest."""
        options = held["configuration"].get("label_filter", {})
        least = {key: options.get(key, 0) for key in ("min_visible_px", "min_visibility")}
        return cls(tuple(held["classes"]), held.get("ignore"), **least)

    def filter_problem(self, entry: Mapping[str, Any]) -> str:
        """What is wrong with the class of an object's record, by how much the record says is seen of it; "" if nothing is."""
        enough = entry.get("visible_px", self.min_visible_px) >= self.min_visible_px
        enough = enough and (entry.get("visibility", self.min_visibility) or 0) >= self.min_visibility
        if "true_class" not in entry:
            labelled = 0 < entry["class_id"] < len(self.classes)
            return "has a label, but too little of it is seen for label_filter" if labelled and not enough else ""
        if entry["class_id"] not in (0, self.ignore) or entry["true_class"] not in self.classes[1:]:
            return f"true_class is {entry['true_class']!r}, expected a class that it has lost by label_filter"
        known = "visible_px" in entry and (not self.min_visibility or "visibility" in entry)
        return "has lost its label, but enough of it is seen for label_filter" if known and enough else ""

    def name(self, value: int) -> str | None:
        """The class that records say for a value; None for one that no label has."""
        if value == self.ignore:
            return "ignore"
        return self.classes[value] if value in range(len(self.classes)) else None
