"""ImageChoice: which images of a set are opened and shown: an even spread, some of each class, and the extremes."""

from collections.abc import Mapping, Sequence

import numpy as np

from raster.reporting.smallest import Line, Smallest, spread_key
from raster.reporting.value_counts import MEAN

OF_CLASS, OF_EXTREME = 6, 6  # images that are kept of each class, and of each extreme
# Extremes that records tell: title, what of an image, and 1 for the least of it, -1 for the most.
EXTREMES = {
    "emptiest": ("Emptiest: the smallest labelled part", "labelled", 1),
    "crowded": ("Most crowded: most objects that are seen", "objects", -1),
    "largest": ("Largest objects, on average", "size" + MEAN, -1),
    "smallest": ("Smallest objects, on average", "size" + MEAN, 1),
    "hidden": ("Most hidden: the lowest visibility, on average", "visibility" + MEAN, 1),
}


class ImageChoice:
    """The lines of chosen images. `spread`: how many of the even spread."""

    def __init__(self, spread: int):
        self.spread = Smallest(spread)
        self.of_class: dict[int, Smallest] = {}
        self.extremes = {name: Smallest(OF_EXTREME) for name in EXTREMES}

    def add(
        self, index: Sequence[int], lines: Sequence[tuple[int, int]], counts: np.ndarray, values: Mapping[str, np.ndarray]
    ) -> None:
        """Look at images: their numbers (B,), offset and length of their lines, counts (B, classes) of seen objects by class,
        and what is known of them by name (B,).
        """
        keys = [spread_key(number) for number in index]
        self.spread.add(Line((key,), number, *line) for key, number, line in zip(keys, index, lines, strict=True))
        for identity in range(1, counts.shape[1]):
            there = np.flatnonzero(counts[:, identity]).tolist()
            if there:
                chosen = self.of_class.setdefault(identity, Smallest(OF_CLASS))
                chosen.add(Line((keys[row],), index[row], *lines[row]) for row in there)
        for name, (_, of, sign) in EXTREMES.items():
            known = np.flatnonzero(~np.isnan(values[of])).tolist()
            self.extremes[name].add(Line((sign * float(values[of][row]), keys[row]), index[row], *lines[row]) for row in known)

    def merge(self, other: "ImageChoice") -> None:
        """Take in what another one chose."""
        self.spread.add(other.spread.lines)
        for identity, chosen in other.of_class.items():
            self.of_class.setdefault(identity, Smallest(OF_CLASS)).add(chosen.lines)
        for name, chosen in other.extremes.items():
            self.extremes[name].add(chosen.lines)
