"""RecordIndex: where the record of each image stands in scenes.jsonl and the journals."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from raster.dataset.file_hashes import FileHashes
from raster.dataset.files import FOLDERS, THREADS, file_name, sha256
from raster.dataset.record import files_of

_BLOCK = 256  # lines to a task


class RecordIndex:
    """A table of n rows, 20 bytes each, however long the lines are; of two lines for an image the later one counts."""

    def __init__(self, n: int):
        self._paths: list[Path] = []
        self._path = np.full(n, -1, np.int32)  # (n,) row of _paths, -1 for no line
        self._offset = np.zeros(n, np.int64)  # (n,) bytes from the start of the file
        self._length = np.zeros(n, np.int64)  # (n,) bytes, with the newline

    def add(self, path: Path, out: Path | None = None, hashes: FileHashes | None = None) -> None:
        """Enter the lines of a file. With `out`, only those whose files all are in that folder with the listed hashes.

        `hashes` takes in what the entered lines list. Text that is no record is passed over: the last line of a run that was
        killed may be cut short. Raises InputError for a file that cannot be read.
        """
        self._paths.append(path)
        offset = 0
        for line, record in _records(path, len(self._path), out):
            if record is not None:
                row = record["index"]
                self._path[row], self._offset[row], self._length[row] = len(self._paths) - 1, offset, len(line)
                if hashes is not None:
                    hashes.add(record)
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


Row = tuple[bytes, dict[str, Any] | None]  # a line, and its record if that counts


def _records(path: Path, n: int, out: Path | None) -> Iterator[Row]:
    """Yield the lines of a file in order. With `out` a few threads hash the files that they list."""
    with open(path, "rb") as file:
        if out is None:
            yield from ((line, _record(line, n)) for line in file)
            return
        waiting: deque[Future[list[Row]]] = deque()
        with ThreadPoolExecutor(THREADS) as pool:
            while lines := list(islice(file, _BLOCK)):
                waiting.append(pool.submit(_verified, lines, n, out))
                if len(waiting) > THREADS:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()


def _verified(lines: Sequence[bytes], n: int, out: Path) -> list[Row]:
    """Return the lines, each with its record if all files that it lists are in `out` as it says."""
    rows: list[Row] = []
    for line in lines:
        record = _record(line, n)
        if record is not None and any(sha256(out / path) != value for path, value in files_of(record).items()):
            record = None
        rows.append((line, record))
    return rows


def _record(line: bytes, n: int) -> dict[str, Any] | None:
    """Return what a line lists: its index (below n) and files, as in a record. None for a line that is no record."""
    if not line.endswith(b"\n"):
        return None
    try:
        record = orjson.loads(line)
        index, files = record["index"], files_of(record)
        name = file_name(index)
        pair = zip(("image", "label"), FOLDERS, strict=True)
        named = all(record.get(key, f"{folder}/{name}") == f"{folder}/{name}" for key, folder in pair)
        hashed = all(len(bytes.fromhex(value)) == 32 for value in files.values())
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    kept = ("index", "image", "label", "image_sha256", "label_sha256", "files")
    return {key: record[key] for key in kept if key in record} if named and hashed and 0 <= index < n else None
