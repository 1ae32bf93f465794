"""Part: images of a shard as a process has drawn them, in a file beside others, until the shard can be put together."""

import os
import pickle
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from raster.errors import InputError
from raster.system.atomic_files import make_folder, write_atomic

PARTS = ".parts"  # the folder of parts in a set on a local disk
_TAKEN = "taken"  # the folder that the process makes which puts the shard together
_NAME = re.compile(r"(\d+)-(\d+)\.part")


@dataclass(frozen=True)
class Row:
    """An image as it goes into a shard."""

    split: str
    line: bytes  # its record, as a line of scenes.jsonl
    data: bytes  # what the file of its split holds of it: see the writer
    kind: Any  # the types of its columns, as raster/shards/column_types.py has them, for the card


def write_part(folder: Path, first: int, rows: Sequence[Row]) -> None:
    """Write the images first, first + 1, ... of the shard whose parts are in this folder."""
    make_folder(folder)
    write_atomic(folder / f"{first:09d}-{len(rows)}.part", pickle.dumps(rows, pickle.HIGHEST_PROTOCOL))


def take(folder: Path, images: int) -> bool:
    """Return whether the caller is to put a shard of so many images together: they are all there, and nobody else does it.

    To be called after each write_part(): whoever writes the last part, sees all.
    """
    try:
        held = sum(count for _, count in _parts(folder))
        if held < images:
            return False
        os.mkdir(folder / _TAKEN)
    except (FileExistsError, FileNotFoundError):  # another process is at it, or has done it
        return False
    return True


def read_parts(folder: Path) -> Iterator[Row]:
    """Yield the images of a shard by their numbers, a part in memory at a time."""
    for first, count in _parts(folder):
        path = folder / f"{first:09d}-{count}.part"
        try:
            rows: list[Row] = pickle.loads(path.read_bytes())
        except OSError as error:
            raise InputError(f"cannot read {path}: {error.strerror}") from error
        yield from rows


def _parts(folder: Path) -> list[tuple[int, int]]:
    """The first image and the number of images of each part, sorted."""
    found = [_NAME.fullmatch(name) for name in os.listdir(folder)]
    return sorted((int(part[1]), int(part[2])) for part in found if part)
