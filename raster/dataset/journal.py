"""Journal: the records of images whose files are all on disk, as a run writes them; write_file: one file of a writer.

OUT/.journal holds one file for each process that draws. Each batch of records is one os.write, which no other process can
split. Before them stands a line with size and time of each file that they list: a file that still has these is not read again.
A run that is killed leaves its journals; the next run takes up what they list and draws the rest.
"""

import hashlib
import os
import uuid
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import orjson

from raster.dataset.files import FOLDERS
from raster.dataset.listing import Stamp, stamp_of
from raster.errors import InputError
from raster.system.atomic_files import make_folder, refused, write_all, write_atomic

JOURNAL = ".journal"  # the folder of journals inside OUT
_BACKLOG = 2  # batches that may wait; more would only hold memory

Files = Mapping[str, tuple[str, int]]  # path in OUT -> (SHA-256 in hex, bytes): the files that a writer made of one image
Made = Files | Future[Files]  # at once, or when a thread of the writer is done
Written = tuple[dict[str, Any], list[Made]]  # a record, and what each writer made of its image


def write_file(out: str | Path, path: str, data: bytes) -> dict[str, tuple[str, int]]:
    """Write OUT/PATH whole or not at all, and return what a writer says of it: {path: (SHA-256 in hex, bytes)}.

    Makes the folder of PATH where it is missing. InputError if the disk refuses.

        >>> from raster import write_file
        >>> files = write_file("out", "boxes/000000.csv", b"cube,1,2,3,4")
    """
    if not os.path.isdir(folder := os.path.join(out, os.path.dirname(path))):
        make_folder(folder)
    write_atomic(os.path.join(out, path), data)
    return {path: (hashlib.sha256(data).hexdigest(), len(data))}


class Journal:
    """The journal of one process. `bytes` counts what the files of the recorded images hold.

    With threads=True a thread waits for the writers' files and appends the records, so that add() returns at once.
    """

    def __init__(self, out: str | Path, threads: bool = False):
        self.bytes = 0
        self._out, self._folder = out, os.path.join(out, JOURNAL)
        self._path = os.path.join(self._folder, f"{os.getpid()}-{uuid.uuid4().hex}.jsonl")
        self._descriptor = -1  # opened with the first record: a run that draws nothing leaves no file
        self._thread = ThreadPoolExecutor(1, "journal") if threads else None
        self._waiting: deque[Future[None]] = deque()
        self._failed = False  # an error was raised: close() adds nothing to it

    def add(self, records: Sequence[dict[str, Any]], made: Mapping[str, Sequence[Made]]) -> None:
        """Append the records of a batch once all files of all its images are written.

        `made`: by the name of each writer, what it made of each image of the batch, in the order of `records`. InputError if
        a writer failed (perhaps with an earlier batch), if it returned anything else, or if the disk refuses: then none of
        the batch's records is appended, and the next run draws these images again.
        """
        for name, files in made.items():
            if not isinstance(files, Sequence) or len(files) != len(records):
                what = f"{len(files)} entries" if isinstance(files, Sequence) else f"{files!r}"
                raise InputError(f"writers.{name}: write() returned {what}; expected a list of {len(records)}, one an image")
        batch = [(record, [files[k] for files in made.values()]) for k, record in enumerate(records)]
        if self._thread is None:
            self._append(batch, tuple(made))
            return
        while len(self._waiting) >= _BACKLOG or (self._waiting and self._waiting[0].done()):
            self._wait_for_one()
        self._waiting.append(self._thread.submit(self._append, batch, tuple(made)))

    def close(self) -> None:
        """Append what waits and close the file; raises as add() does. A second call does nothing."""
        try:
            while self._waiting:
                self._wait_for_one()
        finally:
            if self._thread is not None:
                self._thread.shutdown()
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1

    def _wait_for_one(self) -> None:
        """Wait for the oldest batch. Raises its error, unless an earlier one has been raised: one is enough."""
        try:
            self._waiting.popleft().result()
        except Exception:  # and not KeyboardInterrupt, after which close() still waits for the rest
            if not self._failed:
                self._failed = True
                raise

    def _append(self, batch: Sequence[Written], writers: tuple[str, ...]) -> None:
        """Add the lines of a batch to the file in one os.write."""
        lines, stamps, size = [], dict[str, Stamp](), 0
        for record, made in batch:
            files: dict[str, tuple[str, int]] = {}
            for name, one in zip(writers, made, strict=True):
                for path, facts in (one.result() if isinstance(one, Future) else one).items():
                    _check(path, record["index"], name)
                    if path in files:
                        raise InputError(f"writers.{name}: another writer has written {path} already; use another folder")
                    files[path] = facts
                    stamp = stamp_of(os.path.join(self._out, path))
                    if stamp[0] == facts[1]:  # else the next run has to read the file
                        stamps[path] = stamp
            lines.append(record_line(record, {path: sha256 for path, (sha256, _) in files.items()}))
            size += sum(length for _, length in files.values())
        lines.insert(0, orjson.dumps({"stamps": stamps}, option=orjson.OPT_APPEND_NEWLINE))
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            if self._descriptor < 0:
                make_folder(self._folder)
                self._descriptor = os.open(self._path, flags, 0o666)
            write_all(self._descriptor, b"".join(lines))
        except OSError as error:
            raise refused(self._path, error) from error
        self.bytes += size


def _check(path: str, index: int, writer: str) -> None:
    """InputError for a path that a writer must not use."""
    parts = PurePosixPath(path).parts
    if len(parts) < 2 or parts[0].startswith((".", "/")) or ".." in parts or str(PurePosixPath(path)) != path:
        raise InputError(f"writers.{writer}: the path {path!r} is not of a file in a folder of OUT, such as boxes/000000.csv")
    if parts[0] in FOLDERS and path != f"{parts[0]}/{index:06d}.png":
        what = f"{parts[0]}/ may hold nothing of this image but {index:06d}.png; write into a folder of its own, such as jpeg/"
        raise InputError(f"writers.{writer}: {path}: {what}")


def record_line(record: Mapping[str, Any], hashes: Mapping[str, str]) -> bytes:
    """Return the line of a record, with the hashes of its image's files: image_sha256, label_sha256, and files for others.

    hashes: path in OUT -> SHA-256 in hex. Of an image without such a file the record loses `image`, or `label`.
    """
    kept = {key: value for key, value in record.items() if key not in ("image", "label") or value in hashes}
    pair = {f"{key}_sha256": hashes[kept[key]] for key in ("image", "label") if key in kept}
    others = {path: value for path, value in hashes.items() if path not in (kept.get("image"), kept.get("label"))}
    line = {**kept, **pair, **({"files": others} if others else {})}
    return orjson.dumps(line, _contiguous, orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE)


def _contiguous(value: object) -> np.ndarray:
    """Give orjson the arrays that it does not take as they are: views with strides."""
    if isinstance(value, np.ndarray) and not value.flags.c_contiguous:
        return np.ascontiguousarray(value)
    raise TypeError  # orjson's own error names the type


def journals(out: Path) -> list[Path]:
    """Return the journals of a data set, sorted by name."""
    return sorted((out / JOURNAL).glob("*.jsonl"))
