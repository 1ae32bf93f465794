"""LabelValues: what the values in labels/ mean, as codes.txt and the manifest say."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LabelValues:
    """Class names by id, and the value that is none."""

    classes: tuple[str, ...]
    ignore: int | None = None  # the value that is to be left out of training and scores

    def name(self, value: int) -> str | None:
        """The class that records say for a value; None for one that no label has."""
        if value == self.ignore:
            return "ignore"
        return self.classes[value] if value in range(len(self.classes)) else None
