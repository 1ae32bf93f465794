"""scan: reads scenes.jsonl once, a range of bytes at a time, in several processes; read_records: some of its lines again."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from raster.errors import InputError
from raster.reporting.record_rows import rows_of
from raster.reporting.record_statistics import RecordStatistics
from raster.reporting.smallest import Line
from raster.system.ordered_map import ordered_map
from raster.system.regular_files import open_regular

RANGE = 32 << 20  # bytes to a task: some 5,000 images
BLOCK = 256  # records whose values are counted at once
PROCESSES = 4  # at most: each needs 80 MB
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Range:
    """The lines that begin in a range of bytes."""

    start: int
    stop: int


def scan(path: Path, classes: int, spread: int, processes: int, report_progress: Report) -> RecordStatistics:
    """Return what the records in a file say; `spread` images are chosen evenly. report_progress(done, total) is in MB.

    InputError for a file that cannot be read, a line that is no record, and a file without any.
    """
    try:
        size = os.path.getsize(path)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    ranges = [Range(start, min(start + RANGE, size)) for start in range(0, size, RANGE)]
    processes = max(1, min(processes, PROCESSES, len(ranges) // 2))
    made = RecordStatistics(classes, spread)
    for found, part in zip(ranges, ordered_map(partial(count_range, path, classes, spread), ranges, processes), strict=True):
        made.merge(part)
        report_progress(found.stop >> 20, size >> 20)
    if not made.total:
        raise InputError(f"{path}: holds no record of an image; draw the set with raster generate")
    return made


def count_range(path: Path, classes: int, spread: int, part: Range) -> RecordStatistics:
    """Return what the lines that begin in a range say."""
    made = RecordStatistics(classes, spread)
    records, places = list[Any](), list[tuple[int, int]]()
    for offset, line in _lines(path, part):
        try:
            records.append(orjson.loads(line))
        except orjson.JSONDecodeError as error:
            raise InputError(f"{path}: the line at byte {offset} is not JSON ({error}); raster validate says more") from None
        places.append((offset, len(line)))
        if len(records) == BLOCK:
            made.add(rows_of(records, classes, path), places)
            records, places = [], []
    if records:
        made.add(rows_of(records, classes, path), places)
    return made


def _lines(path: Path, part: Range) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that begin in a range, each with its offset."""
    try:
        with open_regular(path) as file:
            offset = part.start
            if offset:  # one byte before: the line that begins at the start is of this range if a newline ends there
                file.seek(offset - 1)
                offset += len(file.readline()) - 1
            while offset < part.stop and (line := file.readline()):
                yield offset, line
                offset += len(line)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error


def read_records(path: Path, lines: Iterable[Line]) -> Iterator[tuple[int, Any]]:
    """Yield number and record of some lines, in their order in the file."""
    with open_regular(path) as file:
        for line in sorted(lines, key=lambda each: each.offset):
            file.seek(line.offset)
            yield line.number, orjson.loads(file.read(line.length))
