"""RecordIndex: where the record of each image stands in scenes.jsonl and the journals; Tally: what all records come to."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import orjson

from raster.dataset.files import file_name


class RecordIndex:
    """A table of n rows, 20 bytes each, however long the lines are; of two lines for an image the later one counts."""

    def __init__(self, n: int):
        self._paths: list[Path] = []
        self._path = np.full(n, -1, np.int32)  # (n,) row of _paths, -1 for no line
        self._offset = np.zeros(n, np.int64)  # (n,) bytes from the start of the file
        self._length = np.zeros(n, np.int64)  # (n,) bytes, with the newline

    def add(self, path: Path, hashes: np.ndarray | None = None) -> None:
        """Enter the lines of a file. With `hashes` (n, 2, 32) uint8, only those that record just these for their image.

        What is no record is passed over: the last line of a run that was killed may be cut short.
        """
        self._paths.append(path)
        offset = 0
        with open(path, "rb") as file:
            for line in file:
                row = _row(line, len(self._path))
                if row is not None and (hashes is None or row[1] == hashes[row[0]].tobytes()):
                    self._path[row[0]], self._offset[row[0]] = len(self._paths) - 1, offset
                    self._length[row[0]] = len(line)
                offset += len(line)

    def missing(self) -> np.ndarray:
        """Return (M,) int64, sorted: the images without a line."""
        return np.flatnonzero(self._path < 0).astype(np.int64)

    def read(self) -> Iterator[bytes]:
        """Yield the lines by image number, one at a time, from wherever they stand. Needs missing() to be empty."""
        with ExitStack() as stack:
            files = [stack.enter_context(open(path, "rb")).fileno() for path in self._paths]
            for path, offset, length in zip(self._path, self._offset, self._length, strict=True):
                yield os.pread(files[path], int(length), int(offset))


def _row(line: bytes, n: int) -> tuple[int, bytes] | None:
    """Return the image number (below n) and the 64 bytes of hashes that a line records, or None for no such line."""
    if not line.endswith(b"\n"):
        return None
    try:
        record = orjson.loads(line)
        index, hashes = record["index"], bytes.fromhex(record["image_sha256"] + record["label_sha256"])
        name = file_name(index)
        named = record["image"] == f"images/{name}" and record["label"] == f"labels/{name}"
    except (ValueError, TypeError, KeyError):
        return None
    return (index, hashes) if named and 0 <= index < n and len(hashes) == 64 else None
