"""read_numbers: the numbers of each camera pose in a JSON, YAML, NumPy or text file, or in COLMAP's images.txt."""

import io
from pathlib import Path
from typing import Any

import numpy as np

from raster.assets.cameras.structured_files import numbers_of, read_structured
from raster.errors import InputError
from raster.system.numpy_files import read_npy

ENDINGS = (".json", ".yaml", ".yml", ".npy", ".txt")
LAST_ROW = [0.0, 0.0, 0.0, 1.0]


def read_numbers(name: str, data: bytes, style: str) -> np.ndarray:
    """(N, 4, 4) float64 in the style "matrices", (N, 7) in "colmap", (N, 6) in "rvec_tvec". InputError for what is neither."""
    ending = Path(name).suffix.lower()
    known = (".txt",) if style == "colmap" else ENDINGS
    if ending not in known:
        raise InputError(f"expected a file that ends in {' '.join(known)}, for pose_style={style}")
    if style == "colmap":
        return _colmap(_text(data))
    if ending == ".npy":
        found = [*_numpy(data)]
    elif ending == ".txt":
        found = _rows(_text(data), style)
    else:
        found = _entries(read_structured_file(name, data), style)
    shape = _matrix if style == "matrices" else _six
    return np.array([shape(number, each) for number, each in enumerate(found)])


def read_structured_file(name: str, data: bytes) -> Any:
    """As read_structured(), with a message without the file's name."""
    try:
        return read_structured("", name, data)
    except InputError as error:
        raise InputError(str(error).removeprefix(f"={name}: ")) from None


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("is no text in UTF-8") from None


def _numpy(data: bytes) -> np.ndarray:
    """(N, ...) float64."""
    try:
        found = read_npy(io.BytesIO(data))
    except (ValueError, OSError, EOFError) as error:
        raise InputError(f"cannot be read as an array of NumPy ({error})") from None
    found = numbers_of("the array", found.tolist())
    return found[None] if (found.ndim == 1 and found.size) or found.shape in ((4, 4), (3, 4)) else found


def _rows(text: str, style: str) -> list[np.ndarray]:
    """Of lines of numbers: one pose in a line, or four lines of four for a matrix. After # comes a comment."""
    lines = [line.partition("#")[0].replace(",", " ").split() for line in text.splitlines()]
    numbers = [(place, numbers_of(f"line {place}", words)) for place, words in enumerate(lines, 1) if words]
    if style == "matrices" and numbers and all(len(row) == 4 for _, row in numbers):
        if len(numbers) % 4:
            raise InputError(f"has {len(numbers)} lines of four numbers; expected four for each matrix")
        return [*np.array([row for _, row in numbers]).reshape(-1, 4, 4)]
    return [row for _, row in numbers]


def _entries(said: Any, style: str) -> list[Any]:
    """The poses in what JSON or YAML says: a list, or {frames: [{transform_matrix}]}, {poses: [...]}."""
    if isinstance(said, dict):
        said = said.get("frames", said.get("poses"))
    if not isinstance(said, list):
        raise InputError("expected a list of poses, or {poses: [...]}, or {frames: [{transform_matrix: ...}]}")
    if style == "matrices" and len(said) in (3, 4) and all(isinstance(row, list) and len(row) == 4 for row in said):
        said = said if any(isinstance(x, list) for row in said for x in row) else [said]  # one matrix alone
    if style == "matrices":
        return [each.get("transform_matrix") if isinstance(each, dict) else each for each in said]
    return [[each.get("rvec"), each.get("tvec")] if isinstance(each, dict) else each for each in said]


def _matrix(number: int, value: Any) -> np.ndarray:
    """(4, 4) of a matrix, of its first three rows, or of 16 or 12 numbers row by row."""
    found = numbers_of(f"pose {number} (from 0)", value)
    if found.size not in (12, 16) or found.shape not in ((16,), (12,), (4, 4), (3, 4)):
        raise InputError(f"pose {number} (from 0) has the shape {list(found.shape)}; expected 4 x 4, or 3 x 4")
    found = found.reshape(-1, 4)
    return found if len(found) == 4 else np.vstack([found, LAST_ROW])


def _six(number: int, value: Any) -> np.ndarray:
    """(6,): rotation vector, translation."""
    parts = value if isinstance(value, list) and len(value) == 2 else [value]  # rvec and tvec may each be a column
    found = np.concatenate([numbers_of(f"pose {number} (from 0)", part).ravel() for part in parts])
    if found.size != 6:
        raise InputError(f"pose {number} (from 0) has {found.size} numbers; expected a rotation vector and a translation: 6")
    return found


def _colmap(text: str) -> np.ndarray:
    """(N, 7) of images.txt: IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME; lines of points between are passed over."""
    found = []
    for place, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#") or (len(words) % 3 == 0 and all(map(_is_number, words))):
            continue
        if len(words) < 10 or not all(map(_is_number, words[:9])):
            raise InputError(f"line {place}: expected IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME, as COLMAP's images.txt")
        found.append(numbers_of(f"line {place}", words[1:8]))
    return np.array(found).reshape(-1, 7)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
