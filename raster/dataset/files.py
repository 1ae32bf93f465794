"""The files of a data set: their names, their hashes, and which of them do not belong there."""

import hashlib
import os
import re
from pathlib import Path

import numpy as np

from raster.errors import InputError
from raster.system.atomic_files import TEMPORARY
from raster.system.cpu import usable_cores

FOLDERS = ("images", "labels")  # the two files of an image, in this order wherever an axis has length 2
CODES, SCENES, VALID = "codes.txt", "scenes.jsonl", "valid.txt"
THREADS = min(8, usable_cores() + 1)  # hashing and decoding release the GIL; one more than cores hides reads


def file_name(index: int) -> str:
    """Return the name of image `index` and of its label."""
    return f"{index:06d}.png"


def by_name(n: int) -> range | list[int]:
    """Return 0..n-1 in the order of their file names: another order than of numbers once names have seven digits."""
    return range(n) if n <= 1_000_000 else sorted(range(n), key=file_name)


def is_temporary(name: str) -> bool:
    """Say whether this is the name of a half-written file that a killed run left."""
    return name.startswith(".") and name.endswith(TEMPORARY)


def refuse_foreign_files(out: Path, n: int, listed: np.ndarray | None = None) -> None:
    """Raise InputError for anything in images/ and labels/ that is no image or label of a data set of n images.

    `listed` (n, 2) bool: which of them the records list; None while the set is incomplete and all may be there. A fastai
    recipe, or a person who recomputes the digest, would take other files in. Temporary files are passed over.
    """
    for column, folder in enumerate(FOLDERS):
        if not (out / folder).is_dir():
            continue
        with os.scandir(out / folder) as entries:
            for entry in entries:
                number = int(entry.name[:-4]) if re.fullmatch(r"[0-9]{6,18}\.png", entry.name) else n
                known = number < n and entry.name == file_name(number) and entry.is_file()
                if not is_temporary(entry.name) and not (known and (listed is None or listed[number, column])):
                    raise InputError(f"{entry.path}: does not belong to this data set of {n} images; move it elsewhere")


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
