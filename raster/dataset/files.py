"""The files of a data set: their names and their hashes."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from raster.errors import InputError
from raster.system.atomic_files import TEMPORARY
from raster.system.cpu import usable_cores
from raster.system.regular_files import open_regular

FOLDERS = ("images", "labels")  # the two files of an image, in this order wherever an axis has length 2
LISTS = CODES, SCENES, VALID = "codes.txt", "scenes.jsonl", "valid.txt"
TEST = "test.txt"  # a list more, of a set with the option test above 0
THREADS = min(8, usable_cores() + 1)  # hashing and decoding release the GIL; one more than cores hides reads


def file_name(index: int) -> str:
    """Return the name of image `index` and of its label."""
    return f"{index:06d}.png"


def number_of(name: str) -> int:
    """Return the number of the image whose file has this name, -1 if it is none."""
    digits = name[:-4]
    if name[-4:] != ".png" or not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        return -1
    return int(digits) if len(digits) == 6 or (len(digits) > 6 and digits[0] != "0") else -1


def by_name(numbers: range) -> range | list[int]:
    """Return image numbers in the order of their file names: another order than of numbers where some have more digits."""
    same = len(file_name(numbers[0])) == len(file_name(numbers[-1])) if numbers else True
    return numbers if same else sorted(numbers, key=file_name)


def is_temporary(name: str) -> bool:
    """Say whether this is the name of a half-written file that a killed run left."""
    return name.startswith(".") and name.endswith(TEMPORARY)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a regular file in hex, or "" where there is none. Raises InputError for one that cannot be read."""
    digest = hashlib.sha256()
    try:
        with open_regular(path, links=False) as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    return digest.hexdigest()


def hash_lists(out: Path, lists: Iterable[str]) -> dict[str, str]:
    """Return the hex SHA-256 of some of codes.txt, scenes.jsonl, test.txt and valid.txt by name."""
    return {name: sha256(out / name) for name in lists}
