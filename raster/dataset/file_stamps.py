"""FileStamps: the stamp of each file that records list, as it was when the file's hash was known to be right."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from raster.dataset.files import FOLDERS, file_name
from raster.dataset.listing import ABSENT, Listing, Stamp, stamp_of


class FileStamps:
    """Stamps of the files of the images `numbers`: 32 bytes for an image and its label, a dict entry for each other file."""

    def __init__(self, numbers: range):
        self._first = numbers.start
        # (n, 2, 2) int64, of image and label; ABSENT where the record lists none, UNKNOWN
        self.pairs = np.full((len(numbers), 2, 2), ABSENT, np.int64)
        self.others: dict[str, tuple[int, Stamp]] = {}  # path in OUT -> number of the image, stamp

    def enter(self, index: int, stamps: Mapping[str, Stamp]) -> None:
        """Take in the stamps of the files of one image, by path in OUT, in place of what was known of image and label."""
        pair = [f"{folder}/{file_name(index)}" for folder in FOLDERS]
        self.pairs[index - self._first] = [stamps.get(path, ABSENT) for path in pair]
        if len(stamps) > 2 or not stamps.keys() <= set(pair):
            self.others |= {path: (index, stamp) for path, stamp in stamps.items() if path not in pair}

    def changed(self, out: Path, listing: Listing) -> np.ndarray:
        """Return (M,) int64, sorted: the images of `listing` with a file whose stamp is another one now."""
        n = len(listing.stamps)
        numbers = np.flatnonzero((listing.stamps != self.pairs[:n]).any(axis=(1, 2))) + self._first
        others = {index for path, (index, stamp) in self.others.items() if stamp_of(out / path) != stamp}
        return np.union1d(numbers, np.array(sorted(others), np.int64))
