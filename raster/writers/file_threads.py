"""FileThreads: the threads in which a writer encodes and writes its files, if it may have any."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from raster.dataset.journal import Files, Made
from raster.errors import InputError


class FileThreads:
    """Runs a writer's work at once, or in threads. name: the writer's; threads: how many, 0 = none, else InputError."""

    def __init__(self, name: str, threads: int):
        if threads < 0:
            raise InputError(f"writers.{name}.threads={threads}: 0 or more is needed")
        self._pool = ThreadPoolExecutor(threads, name) if threads else None

    def run(self, write: Callable[..., Files], *arguments: Any) -> Made:
        """What write(*arguments) returns, or a future of it. Arrays must stay unchanged until that is done."""
        return self._pool.submit(write, *arguments) if self._pool else write(*arguments)

    def close(self) -> None:
        """Wait for the threads. A second call does nothing."""
        if self._pool is not None:
            self._pool.shutdown()
