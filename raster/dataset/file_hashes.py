"""FileHashes: the SHA-256 of every file that the records of a data set list, and the digest of them all."""

import hashlib
import heapq
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from raster.dataset.files import FOLDERS, by_name, file_name
from raster.dataset.record import files_of
from raster.errors import InputError


class FileHashes:
    """Hashes of the files of the images `numbers`: 64 bytes for an image and its label, a dict entry for each other file."""

    def __init__(self, numbers: range):
        self._numbers = numbers
        self.pairs = np.zeros((len(numbers), 2, 32), np.uint8)  # of image and label; zeros where there is no such file
        self.others: dict[str, bytes] = {}  # path in OUT -> hash

    def add(self, record: Mapping[str, Any]) -> None:
        """Take in the files of one record. InputError for a file that the record of another image lists too."""
        index = record["index"]
        pair, k = [f"{folder}/{file_name(index)}" for folder in FOLDERS], index - self._numbers.start
        self.pairs[k] = 0
        for path, text in files_of(record).items():
            value = bytes.fromhex(text)
            if path in pair:
                self.pairs[k, pair.index(path)] = np.frombuffer(value, np.uint8)
            elif self.others.setdefault(path, value) != value:
                raise InputError(f"{path}: two images list it with different hashes; each image needs files of its own")

    def listed(self) -> np.ndarray:
        """Return (n, 2) bool: which images and labels the records list."""
        return np.asarray(self.pairs.any(axis=2))

    def digest(self, lists: Mapping[str, str]) -> str:
        """Return the digest of the data set: SHA-256 of what sha256sum prints for its files, in C order of their paths.

        `lists` is as from files.hash_lists(). The same by hand, in OUT, for images and labels alone:
        LC_ALL=C; sha256sum codes.txt images/*.png labels/*.png scenes.jsonl valid.txt | sha256sum
        (and test.txt before valid.txt, where it is there)
        """
        others = ((path, value.hex()) for path, value in self.others.items())
        columns = (sorted(lists.items()), *(self._column(k) for k in range(2)), sorted(others, key=_in_c_order))
        digest = hashlib.sha256()
        for path, value in heapq.merge(*columns, key=_in_c_order):
            digest.update(f"{value}  {path}\n".encode())
        return digest.hexdigest()

    def _column(self, column: int) -> Iterator[tuple[str, str]]:
        """Yield path and hash of the images (column 0) or the labels (1), in C order."""
        listed = self.listed()[:, column]
        for number in by_name(self._numbers):
            if listed[k := number - self._numbers.start]:
                yield f"{FOLDERS[column]}/{file_name(number)}", self.pairs[k, column].tobytes().hex()


def _in_c_order(entry: tuple[str, str]) -> bytes:
    return entry[0].encode()
