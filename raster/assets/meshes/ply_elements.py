"""read_elements: the elements of a PLY file, such as vertices and faces, as arrays."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from raster.assets.meshes.ply_rows import Lists, read_rows
from raster.errors import InputError

TYPES = {
    "char": "i1", "uchar": "u1", "short": "i2", "ushort": "u2", "int": "i4", "uint": "u4", "float": "f4", "double": "f8",
    "int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2", "int32": "i4", "uint32": "u4", "float32": "f4", "float64": "f8",
}  # fmt: skip
ORDERS = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}


@dataclass(frozen=True)
class Property:
    """A column. count_type: of the number before each list, None for a column of single numbers."""

    name: str
    type: str
    count_type: str | None


@dataclass(frozen=True)
class PlyFile:
    """comments: lines of the header, decoded by the caller. elements: for each the columns by name."""

    comments: tuple[bytes, ...]
    elements: dict[str, dict[str, np.ndarray | Lists]]


def read_header(data: bytes, path: Path) -> tuple[str, list[tuple[str, int, list[Property]]], tuple[bytes, ...], int]:
    """The format, the elements (name, rows, columns), the comments, and where the rows begin.

    Lines end with a line feed, a carriage return or both. InputError for a header that makes no sense.
    """
    if not re.match(rb"ply[ \t]*[\r\n]", data):
        raise InputError(f"{path}: is no PLY file: it does not begin with ply")
    end = re.search(rb"[\r\n]end_header[ \t]*(\r\n|\n|\r)", data)
    if end is None:
        raise InputError(f"{path}: is cut off: its header has no end_header")
    # After a lone carriage return, a line feed is the first byte of the rows.
    only_cr = b"\n" not in data[: end.start() + 1]
    form, comments = "", []
    elements: list[tuple[str, int, list[Property]]] = []
    for line in re.split(rb"\r\n|\n|\r", data[: end.start()])[1:]:
        words = line.decode("latin-1").split()
        try:
            if words[:1] == ["format"]:
                form = words[1]
            elif words[:1] == ["element"]:
                elements.append((words[1], int(words[2]), []))
            elif words[:2] == ["property", "list"]:
                elements[-1][2].append(Property(words[4], TYPES[words[3]], TYPES[words[2]]))
            elif words[:1] == ["property"]:
                elements[-1][2].append(Property(words[2], TYPES[words[1]], None))
            elif words[:1] == ["comment"]:
                comments.append(line)
        except (IndexError, KeyError, ValueError):
            raise InputError(f"{path}: the line {' '.join(words)[:80]} of its header makes no sense") from None
    if form not in ORDERS:
        raise InputError(f"{path}: is of format {form[:40]}; expected one of {', '.join(ORDERS)}")
    return form, elements, tuple(comments), end.end() - (only_cr and end.group(1) == b"\r\n")


def read_elements(data: bytes, path: Path) -> PlyFile:
    """The contents of a file. InputError, which begins with the path, for one that is cut off or damaged."""
    form, elements, comments, start = read_header(data, path)
    if form == "ascii":
        body: bytes | np.ndarray = _numbers(data[start:], path)
    else:
        body = np.frombuffer(data, np.uint8, offset=start)
    read, at = {}, 0
    for name, rows, columns in elements:
        types = [(p.name, "f8" if form == "ascii" else ORDERS[form] + p.type, _count_type(p, form)) for p in columns]
        found, at, complete = read_rows(np.asarray(body), at, rows, types)
        if complete < rows:
            raise InputError(f"{path}: is cut off: its header counts {rows} of element {name}; it holds {complete}")
        read[name] = {p.name: _cast(found[p.name], p.type) for p in columns} if form == "ascii" else found
    return PlyFile(comments, read)


def _cast(column: np.ndarray | Lists, kind: str) -> np.ndarray | Lists:
    """A column of an ASCII file in the type that its header says."""
    if isinstance(column, Lists):
        return Lists(column.counts, column.values.astype(kind))
    return column.astype(kind)


def _count_type(column: Property, form: str) -> str | None:
    return None if column.count_type is None else "f8" if form == "ascii" else ORDERS[form] + column.count_type


def _numbers(text: bytes, path: Path) -> np.ndarray:
    """The bytes of all numbers of an ASCII file as float64. InputError for what is no number."""
    try:
        numbers = np.fromstring(text.replace(b"\r", b"\n"), np.float64, sep=" ")
    except ValueError:
        word = next(
            (word for word in text.split() if not re.fullmatch(rb"[-+.\w]*\d[-+.\w]*|[-+]?(nan|inf).*", word, re.I)), b"?"
        )
        raise InputError(f"{path}: holds {word[:40].decode('latin-1')!a} among its numbers; is it damaged?") from None
    return numbers.view(np.uint8)
