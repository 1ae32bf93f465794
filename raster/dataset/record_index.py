"""RecordIndex: where the record of each image stands in scenes.jsonl and the journals, and the stamps of its files."""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from raster.dataset.checked import Checked
from raster.dataset.file_hashes import FileHashes
from raster.dataset.file_stamps import FileStamps
from raster.dataset.record_lines import Row, read_row
from raster.system.regular_files import open_regular


class RecordIndex:
    """A table of 52 bytes an image, however long the lines are; of two lines for an image the later one counts.

    `numbers`: of the images, one row each.
    """

    def __init__(self, numbers: range):
        n, self._first = len(numbers), numbers.start
        self.stamps = FileStamps(numbers)
        self._paths: list[Path] = []
        self._path = np.full(n, -1, np.int32)  # (n,) row of _paths, -1 for no line
        self._offset = np.zeros(n, np.int64)  # (n,) bytes from the start of the file
        self._length = np.zeros(n, np.int64)  # (n,) bytes, with the newline

    def add(self, path: Path, rows: Iterable[Row], hashes: FileHashes | None = None) -> None:
        """Enter the rows of a file, those that have a record. `hashes` takes in the files that these list."""
        self._paths.append(path)
        for row in rows:
            if row.record is not None:
                k = row.record["index"] - self._first
                self._path[k], self._offset[k], self._length[k] = len(self._paths) - 1, row.offset, row.length
                self.stamps.enter(row.record["index"], row.stamps)
                if hashes is not None:
                    hashes.add(row.record)

    def add_checked(self, path: Path, checked: Checked) -> None:
        """Enter all lines of a scenes.jsonl of which `checked` says where they stand."""
        self._paths.append(path)
        n = len(checked.lengths)
        self._path[:n], self._length[:n] = len(self._paths) - 1, checked.lengths
        self._offset[1:n] = np.cumsum(checked.lengths[:-1])
        self.stamps.pairs[:n], self.stamps.others = checked.stamps.pairs, dict(checked.stamps.others)

    def rows(self, numbers: np.ndarray) -> Iterator[Row]:
        """Yield the rows of some images that have a line, read anew."""
        with ExitStack() as stack:
            files = [stack.enter_context(open_regular(path, links=False)).fileno() for path in self._paths]
            for index in numbers.tolist():
                k = index - self._first
                offset, length = int(self._offset[k]), int(self._length[k])
                yield read_row(os.pread(files[self._path[k]], length, offset), offset, index)

    def keep(self, numbers: np.ndarray, rows: Iterable[Row]) -> None:
        """Of some images, with their rows in order, keep the lines of those that have a record; the others are missing."""
        for index, row in zip(numbers.tolist(), rows, strict=True):
            if row.record is None:
                self._path[index - self._first] = -1
            else:
                self.stamps.enter(index, row.stamps)

    @property
    def lengths(self) -> np.ndarray:
        """(n,) int64, bytes of each line, with the newline."""
        return self._length

    def missing(self) -> np.ndarray:
        """Return (M,) int64, sorted: the images without a line."""
        return np.flatnonzero(self._path < 0).astype(np.int64) + self._first

    def read(self) -> Iterator[bytes]:
        """Yield the lines by image number, one at a time, from wherever they stand. Needs missing() to be empty."""
        with ExitStack() as stack:
            files = [stack.enter_context(open_regular(path, links=False)).fileno() for path in self._paths]
            for path, offset, length in zip(self._path, self._offset, self._length, strict=True):
                yield os.pread(files[path], int(length), int(offset))
