"""read_structured: what a JSON or YAML file holds, OpenCV's YAML too. matrix_of, numbers_of: what it says of numbers."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import yaml

from raster.errors import InputError
from raster.system.regular_files import read_regular

LARGEST = 2**28  # bytes of a file that is read


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """PyYAML's safe loader, which takes OpenCV's matrices for the mappings {rows, cols, dt, data} that they are."""


_Loader.add_constructor("tag:yaml.org,2002:opencv-matrix", lambda loader, node: loader.construct_mapping(node, deep=True))


def read_bytes(key: str, name: str) -> tuple[bytes, str]:
    """The bytes of a file and their SHA-256. InputError, which begins with "{key}={name}: ", for what cannot be read."""
    try:
        path = Path(name).expanduser()
        if path.stat().st_size > LARGEST:
            raise InputError(f"{key}={name}: is larger than {LARGEST >> 20} MB; is it the right file?")
        data = read_regular(path)
    except OSError as error:
        raise InputError(f"{key}={name}: cannot be read: {error.strerror}") from None
    if not data.strip():
        raise InputError(f"{key}={name}: is empty")
    return data, hashlib.sha256(data).hexdigest()


def read_structured(key: str, name: str, data: bytes) -> Any:
    """What the bytes of a .json, .yaml or .yml file say. InputError, which begins with "{key}={name}: ", for other files."""
    ending = Path(name).suffix.lower()
    try:
        if ending == ".json":
            return orjson.loads(data)
        text = data.decode("utf-8-sig")
        if text.startswith("%YAML:"):  # OpenCV's first line, which is no YAML
            text = text.partition("\n")[2]
        return yaml.load(text, _Loader)  # a safe loader
    except (ValueError, RecursionError) as error:  # orjson's and UnicodeDecodeError are among them
        raise InputError(f"{key}={name}: is no {'JSON' if ending == '.json' else 'text in UTF-8'} ({error})") from None
    except yaml.YAMLError as error:
        raise InputError(f"{key}={name}: is no YAML ({' '.join(str(error).split())})") from None


def numbers_of(what: str, value: Any) -> np.ndarray:
    """(...) float64 of numbers, texts of numbers, lists of them, and OpenCV's {rows, cols, data}. InputError for others."""
    if isinstance(value, dict) and {"rows", "cols", "data"} <= {*value}:
        flat = numbers_of(what, value["data"])
        try:
            return flat.reshape(int(value["rows"]), int(value["cols"]))
        except (TypeError, ValueError):
            what = f"{what} has {flat.size} numbers"
            raise InputError(f"{what}, which are not rows={value['rows']} x cols={value['cols']}") from None
    try:
        found = np.array(value, np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{what} is {_shown(value)}; expected numbers, as many in each row") from None
    if _holds_bool(value) or not np.isfinite(found).all():
        raise InputError(f"{what} is {_shown(value)}; expected finite numbers")
    return found


def _holds_bool(value: Any) -> bool:
    return isinstance(value, bool) or (isinstance(value, list | tuple) and any(map(_holds_bool, value)))


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."
