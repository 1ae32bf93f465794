"""Records: the lines of scenes.jsonl by image name. read_instances: the mask of instances of an image."""

from pathlib import Path
from typing import Any

import numpy as np
import orjson
from PIL import Image

from raster import InputError, open_regular

from ..data.folder import Folder

SCENES, INSTANCES = "scenes.jsonl", "instances"


class Records:
    """The records of a folder's images, read when they are asked for; only where each line begins is kept."""

    def __init__(self, folder: Folder):
        """Find each line. InputError for a line that is no record. `known`: whether the folder has scenes.jsonl at all."""
        self._path = folder.path / SCENES
        self.known = self._path.exists()
        self._at: dict[str, int] = {}
        if not self.known:
            return
        try:
            with open_regular(self._path) as file:
                at = 0
                for number, line in enumerate(file, 1):
                    self._at[Path(self._parsed(line, number)["image"]).name] = at
                    at += len(line)
        except OSError as error:
            raise InputError(f"{self._path}: cannot be read ({error.strerror})") from None

    def __call__(self, name: str) -> dict[str, Any] | None:
        """The record of the image of this file name, None without one."""
        if name not in self._at:
            return None
        with open_regular(self._path) as file:
            file.seek(self._at[name])
            record: dict[str, Any] = orjson.loads(file.readline())
        return record

    def _parsed(self, line: bytes, number: int) -> dict[str, Any]:
        """A line, checked for what this program reads. InputError."""
        try:
            record: dict[str, Any] = orjson.loads(line)
            if not isinstance(record["image"], str) or not isinstance(record["camera"]["height"], int):
                raise TypeError("image, camera")
            for entry in record["objects"]:
                entry["instance"], entry["class_id"], entry["solid"], entry["slot"]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{self._path}, line {number}: is no record of raster generate ({error})") from None
        return record


def read_instances(folder: Folder, image: Path, shape: tuple[int, int]) -> np.ndarray | None:
    """(H, W) uint16: the instance of each pixel of an image; None without a file. InputError for one that does not fit.

    shape: (H, W) px of the image.
    """
    path = folder.path / INSTANCES / f"{image.stem}.png"
    if not path.exists():
        return None
    try:
        with open_regular(path) as file:
            found = np.asarray(Image.open(file))
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as a picture ({error})") from None
    if found.shape != shape:
        raise InputError(f"{path}: is {found.shape[1]} x {found.shape[0]}, its image {shape[1]} x {shape[0]}")
    return found
