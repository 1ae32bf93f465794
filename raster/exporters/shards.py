"""shard_size: how many images a shard holds. is_whole, shard_file: files that are there when they are whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from raster.errors import InputError
from raster.exporters.job import Job
from raster.system.atomic_files import TEMPORARY, refused

USUAL = 1000  # images to a shard, or as many fewer as their pixels are more than LARGEST
LARGEST = {"webdataset": 256 << 20, "huggingface": 500_000_000}  # bytes of pixels: about what the PNG files have, or more


def shard_size(job: Job) -> int:
    """Return how many images a shard holds: as it was told, else by the size of the images."""
    if job.options.shard is not None:
        return job.options.shard
    camera = job.source.first_record()["camera"]
    fitting = LARGEST[str(job.options.format)] // (3 * int(camera["width"]) * int(camera["height"]))
    return max(1, min(USUAL, fitting))


def is_whole(job: Job, path: Path) -> bool:
    """Return whether a run that was ended had finished this shard."""
    return job.resumed and path.is_file()


@contextmanager
def shard_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a file that gets its name when it is whole. InputError for what the system refuses."""
    hidden = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY}")
    try:
        with open(hidden, "wb") as file:
            yield file
        os.replace(hidden, path)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(hidden)
        if isinstance(error, OSError) and not isinstance(error, InputError):
            raise refused(path, error) from error
        raise
