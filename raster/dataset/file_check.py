"""check_files: which records have all their files on disk as they list them. Only files that have changed are read."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

from raster.dataset.files import FOLDERS, THREADS, file_name, sha256
from raster.dataset.listing import Listing, Report, Stamp, stamp_of
from raster.dataset.record import files_of
from raster.dataset.record_lines import Row

_BLOCK = 256  # rows to a task


def check_files(rows: Iterable[Row], out: Path, listing: Listing, total: int, report_progress: Report) -> Iterator[Row]:
    """Yield the rows in order, with record None where a file is missing or has another hash; else all stamps of its files.

    A file with the stamp that the row knows is not read. A few threads read the others. `listing` is of the data set. After
    each block of rows report_progress is called with the number of rows done, of `total`.
    """
    source, waiting, done = iter(rows), deque[tuple[list[Row], "Future[None] | None"]](), 0
    with ThreadPoolExecutor(THREADS) as pool:
        while True:
            if block := list(islice(source, _BLOCK)):
                unread = [row for row in block if row.record is not None and not _unchanged(row, out, listing)]
                waiting.append((block, pool.submit(_read, unread, out) if unread else None))
            elif not waiting:
                return
            if not block or len(waiting) > THREADS:
                ready, future = waiting.popleft()
                if future is not None:
                    future.result()
                done += len(ready)
                report_progress(done, total)
                yield from ready


def _unchanged(row: Row, out: Path, listing: Listing) -> bool:
    """Bring the stamps of a row up to date, before its files are read; return whether they are the same as before."""
    known, record = row.stamps, row.record or {}
    row.stamps = {path: _stamp(path, record["index"], out, listing) for path in files_of(record)}
    return known == row.stamps


def _stamp(path: str, index: int, out: Path, listing: Listing) -> Stamp:
    """Return the stamp of a file that the record of image `index` lists."""
    folder, _, name = path.partition("/")
    row = index - listing.first
    if folder in FOLDERS and row < len(listing.stamps) and name == file_name(index):
        size, time = listing.stamps[row, FOLDERS.index(folder)].tolist()
        return size, time
    return stamp_of(out / path)


def _read(rows: Sequence[Row], out: Path) -> None:
    """Set the record of each row to None unless all files that it lists are in `out` with the listed hashes."""
    for row in rows:
        files: dict[str, Any] = files_of(row.record or {})
        if any(sha256(out / path) != value for path, value in files.items()):
            row.record = None
