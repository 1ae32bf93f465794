"""HeldFolder: files of a data set in memory, for those who otherwise read them from a folder. bytes_at: of a file in either."""

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from raster.system.regular_files import read_regular


@dataclass(frozen=True)
class HeldFile:
    """A file in memory. `name`: what messages call it; data: None where there is none."""

    name: str
    data: bytes | None

    def __str__(self) -> str:
        """Its name."""
        return self.name


@dataclass(frozen=True)
class HeldFolder:
    """The files of some images of a data set by their paths in it: folder / "images/000000.png" is one of them."""

    name: str  # what messages call it, before the path
    files: Mapping[str, bytes]

    def __truediv__(self, path: str) -> HeldFile:
        return HeldFile(f"{self.name}: {path}", self.files.get(path))


Folder = Path | HeldFolder
Place = Path | HeldFile  # of a file


def bytes_at(place: Place) -> bytes:
    """The bytes of a file. OSError as read_regular() for one that is not there, and for what is no file."""
    if isinstance(place, Path):
        return read_regular(place, links=False)
    if place.data is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(place))
    return place.data
