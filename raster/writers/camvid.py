"""Camvid: writes images/, labels/ and a journal of records, the folders that CamVid and fastai use."""

import hashlib
import os
import uuid
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import orjson

from raster.dataset.encode_png import encode_grey, encode_rgb
from raster.errors import InputError
from raster.frames import Frames
from raster.system.atomic_files import make_folder, refused, write_all, write_atomic

JOURNAL = ".journal"  # the folder of journals inside OUT, one file for each writer object
_BACKLOG = 2  # batches that may wait; more would only hold memory

Done = tuple[bytes, int]  # a journal line, and the bytes of the image's two files


class Camvid:
    """Writes the layers "color" and "class_id" of each image as PNG, and then its record as a journal line.

    A line gets the keys "image_sha256" and "label_sha256" and appears when both files are in place, so what a journal
    lists is complete whatever happened. `threads` > 0 encodes and writes in that many threads: arrays given to write()
    must then stay unchanged until close(). `bytes` counts what the finished PNG files hold.
    """

    needs: ClassVar[tuple[str, ...]] = ("color", "class_id")  # layers

    def __init__(self, out: str | Path, threads: int = 0):
        if threads < 0:
            raise InputError(f"writers.camvid.threads={threads}: 0 or more is needed")
        self.bytes = 0
        self._out = os.fspath(out)
        self._journal = os.path.join(self._out, JOURNAL, f"{os.getpid()}-{uuid.uuid4().hex}.jsonl")
        self._descriptor = -1  # opened with the first line: a run that draws nothing leaves no file
        self._pool = ThreadPoolExecutor(threads, "camvid") if threads else None
        self._waiting: deque[list[Future[Done]]] = deque()
        for folder in ("images", "labels", JOURNAL):
            make_folder(os.path.join(self._out, folder))

    def write(self, frames: Frames) -> None:
        """Write a batch, or hand it to the threads. Raises InputError if the disk refuses, perhaps an earlier batch."""
        for name in self.needs:
            if name not in frames.layers:
                raise InputError(f"writers.camvid: needs the layer {name}, which no pass draws; add {name} to passes")
        rows = list(zip(frames.records, frames.layers["color"], frames.layers["class_id"], strict=True))
        if self._pool is None:
            self._append([self._put(*row) for row in rows])
            return
        while len(self._waiting) >= _BACKLOG or (self._waiting and all(task.done() for task in self._waiting[0])):
            self._collect()
        self._waiting.append([self._pool.submit(self._put, *row) for row in rows])

    def close(self) -> None:
        """Finish what waits and close the journal; raises as write() does. A second call does nothing."""
        try:
            while self._waiting:
                self._collect()
        finally:
            if self._pool is not None:
                self._pool.shutdown(cancel_futures=True)
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1

    def _put(self, record: dict[str, Any], color: np.ndarray, class_id: np.ndarray) -> Done:
        """Encode and write the files of one image: color (H, W, 3), class_id (H, W), uint8."""
        image, label = encode_rgb(color), encode_grey(class_id)
        write_atomic(os.path.join(self._out, record["image"]), image)
        write_atomic(os.path.join(self._out, record["label"]), label)
        hashes = {"image_sha256": hashlib.sha256(image).hexdigest(), "label_sha256": hashlib.sha256(label).hexdigest()}
        options = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE
        return orjson.dumps({**record, **hashes}, _contiguous, options), len(image) + len(label)

    def _collect(self) -> None:
        """Wait for the oldest batch. One that fails gets no line, so its files are written again next time."""
        try:
            self._append([task.result() for task in self._waiting[0]])
        except Exception:  # and not KeyboardInterrupt, after which close() still collects what is done
            for task in (task for batch in self._waiting for task in batch):
                task.cancel()
            self._waiting.clear()  # one error is told once: close() has nothing to add
            raise
        self._waiting.popleft()

    def _append(self, done: list[Done]) -> None:
        """Add the lines of a batch to the journal in one os.write, which no other process can split."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            if self._descriptor < 0:
                self._descriptor = os.open(self._journal, flags, 0o666)
            write_all(self._descriptor, b"".join(line for line, _ in done))
        except OSError as error:
            raise refused(self._journal, error) from error
        self.bytes += sum(size for _, size in done)


def _contiguous(value: object) -> np.ndarray:
    """Give orjson the arrays that it does not take as they are: views with strides."""
    if isinstance(value, np.ndarray) and not value.flags.c_contiguous:
        return np.ascontiguousarray(value)
    raise TypeError  # orjson's own error names the type
