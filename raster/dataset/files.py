"""The files of a data set: their names, which are there, their hashes, and the digest of them all."""

import hashlib
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from raster.errors import InputError
from raster.system.atomic_files import TEMPORARY
from raster.system.cpu import usable_cores

FOLDERS = ("images", "labels")  # the two files of an image, in this order wherever an axis has length 2
CODES, SCENES, VALID = "codes.txt", "scenes.jsonl", "valid.txt"
THREADS = min(8, usable_cores() + 1)  # hashing and decoding release the GIL; one more than cores hides reads
_BLOCK = 256  # images to a task


def file_name(index: int) -> str:
    """Return the name of image `index` and of its label."""
    return f"{index:06d}.png"


def by_name(n: int) -> range | list[int]:
    """Return 0..n-1 in the order of their file names: another order than of numbers once names have seven digits."""
    return range(n) if n <= 1_000_000 else sorted(range(n), key=file_name)


def is_temporary(name: str) -> bool:
    """Say whether this is the name of a half-written file that a killed run left."""
    return name.startswith(".") and name.endswith(TEMPORARY)


def present(out: Path, n: int) -> np.ndarray:
    """Return (n, 2) bool: is the image there, is its label there.

    Raises InputError for anything else in the two folders (another name, or a number from n on): a fastai recipe or a
    person who recomputes the digest would take it in. Temporary files are passed over.
    """
    found = np.zeros((n, 2), bool)
    for column, folder in enumerate(FOLDERS):
        if not (out / folder).is_dir():
            continue
        with os.scandir(out / folder) as entries:
            for entry in entries:
                number = int(entry.name[:-4]) if re.fullmatch(r"[0-9]{6,18}\.png", entry.name) else n
                if number < n and entry.name == file_name(number) and entry.is_file():
                    found[number, column] = True
                elif not is_temporary(entry.name):
                    raise InputError(f"{entry.path}: does not belong to this data set of {n} images; move it elsewhere")
    return found


def hash_files(out: Path, found: np.ndarray) -> np.ndarray:
    """Return (n, 2, 32) uint8: SHA-256 of image and label where `found` (n, 2) bool has both, zeros elsewhere."""
    hashes = np.zeros((len(found), 2, 32), np.uint8)
    numbers = np.flatnonzero(found.all(axis=1))

    def fill(first: int) -> None:
        for number in numbers[first : first + _BLOCK]:
            for column, folder in enumerate(FOLDERS):
                digest = bytes.fromhex(sha256(out / folder / file_name(number)))
                hashes[number, column] = np.frombuffer(digest, np.uint8)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(fill, range(0, len(numbers), _BLOCK)))
    return hashes


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex, or "" where there is none. Raises InputError for one that cannot be read."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb", buffering=0) as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    return digest.hexdigest()


def hash_lists(out: Path) -> dict[str, str]:
    """Return the hex SHA-256 of codes.txt, scenes.jsonl and valid.txt by name."""
    return {name: sha256(out / name) for name in (CODES, SCENES, VALID)}


def data_digest(files: dict[str, str], hashes: np.ndarray) -> str:
    """Return the digest of a data set: SHA-256 of what sha256sum prints for its files, in C order of their paths.

    `files` is as from hash_lists(), `hashes` (n, 2, 32) uint8 are those of images and labels. The same by hand, in OUT:
    LC_ALL=C; sha256sum codes.txt images/*.png labels/*.png scenes.jsonl valid.txt | sha256sum
    """
    digest = hashlib.sha256(f"{files[CODES]}  {CODES}\n".encode())
    order = by_name(len(hashes))
    for column, folder in enumerate(FOLDERS):
        for number in order:
            digest.update(f"{hashes[number, column].tobytes().hex()}  {folder}/{file_name(number)}\n".encode())
    for name in (SCENES, VALID):
        digest.update(f"{files[name]}  {name}\n".encode())
    return digest.hexdigest()
