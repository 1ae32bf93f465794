"""Exported: an export that is there, as it is read back. need: what must hold of a file. read_picture, read_json: its files."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from PIL import Image

from raster.errors import InputError
from raster.exporters.job import NAMES
from raster.system.regular_files import read_regular


@dataclass(frozen=True)
class Exported:
    """The folder of an export that is complete, and what its export.json says."""

    folder: Path
    facts: Mapping[str, Any]

    @property
    def names(self) -> list[str]:
        """The names of the splits that there are: train, val, test."""
        return [NAMES[split] for split in self.facts["splits"]]

    @property
    def classes(self) -> list[str]:
        """Names by class id; 0 is background."""
        return list(self.facts["classes"])


def need(good: bool, path: Path | str, problem: str) -> None:
    """InputError that names the path, and says what is wrong with it, unless it is good."""
    if not good:
        raise InputError(f"{path}: {problem}")


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. InputError for one that cannot be read."""
    try:
        return read_regular(path, links=False)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error


def read_json(path: Path) -> Any:
    """What a file holds. InputError for one that is no JSON."""
    try:
        return orjson.loads(read_bytes(path))
    except orjson.JSONDecodeError as error:
        raise InputError(f"{path}: is not JSON: {error}") from error


def read_picture(path: Path, mode: str = "RGB") -> np.ndarray:
    """The pixels of a picture, (H, W) uint8 of the modes L and P or (H, W, 3). InputError as decode_picture()."""
    return decode_picture(read_bytes(path), path, mode)


def decode_picture(data: bytes, path: Path | str, mode: str = "RGB") -> np.ndarray:
    """The pixels of the bytes of a PNG or JPEG file. InputError for what does not decode, and for another mode."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            need(image.mode == mode, path, f"has the mode {image.mode}; expected {mode}")
            return np.asarray(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(f"{path}: its pixels do not decode: {error}") from error
