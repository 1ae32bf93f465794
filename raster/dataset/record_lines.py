"""read_rows: the lines of scenes.jsonl or of a journal, as far as it matters where they stand and which files they list.

In a journal a line {"stamps": {path: [bytes, ns]}} precedes the records of a batch: the stamps of their files right after these
were written. Text that is no record is passed over: the last line of a run that was killed may be cut short.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from raster.dataset.files import FOLDERS, file_name
from raster.dataset.listing import UNKNOWN, Stamp
from raster.dataset.record import files_of
from raster.errors import InputError
from raster.system.regular_files import open_regular

_KEYS = ("index", "image", "label", "image_sha256", "label_sha256", "files")


@dataclass
class Row:
    """A record, where its line stands, and what is known of its files."""

    record: dict[str, Any] | None  # of its keys, the index and the files; None for one that does not count
    offset: int  # bytes from the start of the file
    length: int  # bytes, with the newline
    stamps: Mapping[str, Stamp]  # path in OUT -> its stamp when it was known to be right, or UNKNOWN


def read_rows(path: Path, numbers: range) -> Iterator[Row]:
    """Yield a row for each record of a file whose index is in `numbers`. InputError for a file that cannot be read."""
    offset, known = 0, dict[str, Stamp]()
    try:
        with open_regular(path, links=False) as file:
            for line in file:
                value = _parsed(line)
                if (record := as_listed(value, numbers)) is not None:
                    paths = files_of(record)
                    yield Row(record, offset, len(line), {path: known.pop(path, UNKNOWN) for path in paths})
                elif isinstance(value, dict) and "stamps" in value:
                    known |= _stamps(value["stamps"])
                offset += len(line)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error


def read_row(line: bytes, offset: int, index: int) -> Row:
    """Return the row of a line that has to be the record of image `index`; nothing is known of its files."""
    return Row(as_listed(_parsed(line), range(index, index + 1)), offset, len(line), {})


def as_listed(record: Any, numbers: range) -> dict[str, Any] | None:
    """Return the index (one of `numbers`) and files of a record, by the keys that it has. None for what is no record."""
    try:
        index, files = record["index"], files_of(record)
        name = file_name(index)
        pair = zip(("image", "label"), FOLDERS, strict=True)
        named = all(record.get(key, f"{folder}/{name}") == f"{folder}/{name}" for key, folder in pair)
        hashed = all(len(bytes.fromhex(value)) == 32 for value in files.values())
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return {key: record[key] for key in _KEYS if key in record} if named and hashed and index in numbers else None


def _parsed(line: bytes) -> Any:
    """Return what a line of JSON holds; None for one that is cut short or holds anything else."""
    try:
        return orjson.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None


def _stamps(listed: Any) -> dict[str, Stamp]:
    """Return the stamps of a journal's line, without those that are none."""
    pairs = listed.items() if isinstance(listed, dict) else ()
    return {path: (stamp[0], stamp[1]) for path, stamp in pairs
            if isinstance(stamp, list) and len(stamp) == 2 and all(type(value) is int for value in stamp)}  # fmt: skip
