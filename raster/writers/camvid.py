"""Camvid: writes images/ and labels/, the folders that CamVid and fastai use. The model of a writer.

A writer is a class with three members. The program calls it with out= (the folder of the data set) and threads= (how many
threads may encode and write; 0: none).

* `needs`: names of the layers that it reads.
* `write(frames)`: writes one batch and returns a list with one entry for each image: the files that it made of this image,
  as {path in OUT: (SHA-256 in hex, bytes)}, or a concurrent.futures.Future of that. raster.write_file gives such an entry.
  The folders images/ and labels/ are for images/NNNNNN.png and labels/NNNNNN.png alone.
* `close()`: finishes what still waits and frees what the writer holds.

The data set appends the record of an image to its journal once all writers have written their files of it. It keeps the hash of
each file in the record, so that a killed run resumes and raster.verify finds every damaged file.
"""

from pathlib import Path
from typing import ClassVar

import numpy as np

from raster.dataset.encode_png import encode_grey, encode_rgb
from raster.dataset.journal import Files, Made, write_file
from raster.errors import InputError
from raster.frames import Frames
from raster.system.atomic_files import make_folder
from raster.writers.file_threads import FileThreads


class Camvid:
    """Writes the layers "color" and "class_id" of each image as PNG.

    `threads` > 0 encodes and writes in that many threads: arrays given to write() must then stay unchanged until the futures
    that it returns are done.
    """

    needs: ClassVar[tuple[str, ...]] = ("color", "class_id")  # layers

    def __init__(self, out: str | Path, threads: int = 0):
        self._out, self._threads = out, FileThreads("camvid", threads)
        for folder in ("images", "labels"):
            make_folder(Path(out) / folder)

    def write(self, frames: Frames) -> list[Made]:
        """Write a batch, or hand it to the threads: two files an image. Raises InputError if the disk refuses."""
        for name in self.needs:
            if name not in frames.layers:
                raise InputError(f"writers.camvid: needs the layer {name}, which no pass draws; add {name} to passes")
        rows = zip(frames.records, frames.layers["color"], frames.layers["class_id"], strict=True)
        run = self._threads.run
        return [run(self._write_pair, record["image"], record["label"], color, class_id) for record, color, class_id in rows]

    def close(self) -> None:
        """Wait for the threads. A second call does nothing."""
        self._threads.close()

    def _write_pair(self, image: str, label: str, color: np.ndarray, class_id: np.ndarray) -> Files:
        """Encode and write the two files of one image: color (H, W, 3), class_id (H, W), uint8."""
        return write_file(self._out, image, encode_rgb(color)) | write_file(self._out, label, encode_grey(class_id))
