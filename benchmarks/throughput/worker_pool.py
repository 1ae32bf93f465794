"""WorkerPool: processes that are started once; they measure stages in one process, or draw and read back in all of them."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.throughput.program import Case
from benchmarks.throughput.worker import serve

_SPAWN = multiprocessing.get_context("spawn")  # an OpenGL context does not survive a fork


class WorkerPool:
    """As many processes as raster.generate uses with workers=auto; on llvmpipe each of them has one thread."""

    def __init__(self, scratch: Path):
        self.scratch = scratch
        self.pipes: list[Connection] = []
        self.processes: list[Any] = []
        self._start_worker()
        self.renderer: dict[str, Any] = self._call(self.pipes[0], "describe")
        self.workers: int = self.renderer.pop("workers")

    def stages(self, case: Case, seconds: float) -> list[dict[str, float]]:
        """Seconds an image by stage, one dict for each batch, measured in one process for at least `seconds`."""
        return self._call(self.pipes[0], "stages", case, seconds)

    def draw(self, case: Case, seconds: float) -> float:
        """Images a second of all processes together if nothing is annotated, encoded or written, measured for `seconds`."""
        while len(self.pipes) < self.workers:  # when they are first needed
            self._start_worker()
        for pipe in self.pipes:
            pipe.send(("draw", (case, seconds)))
        for pipe in self.pipes:
            _receive(pipe)  # "warm"
        for pipe in self.pipes:
            pipe.send(None)
        return sum([_receive(pipe) for pipe in self.pipes])

    def feature(self, feature: Any, size: int, batch: int, rounds: int) -> dict[str, Any]:
        """The cost of a Feature of benchmarks.features, measured in one process: the result of measure_feature."""
        return self._call(self.pipes[0], "feature", feature, size, batch, rounds)

    def __enter__(self) -> "WorkerPool":
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        for pipe in self.pipes:
            pipe.close()
        for process in self.processes:
            process.join(10)

    def _start_worker(self) -> None:
        """Start one more process."""
        here, there = _SPAWN.Pipe()
        process = _SPAWN.Process(target=serve, args=(there, self.scratch, len(self.pipes)), daemon=True)
        process.start()
        there.close()
        self.pipes.append(here)
        self.processes.append(process)

    def _call(self, pipe: Connection, name: str, *arguments: Any) -> Any:
        """Call a method of the Worker at the other end of a pipe, and return its result."""
        pipe.send((name, arguments))
        return _receive(pipe)


def _receive(pipe: Connection) -> Any:
    """What a worker sent. RuntimeError if its process has ended."""
    try:
        return pipe.recv()
    except EOFError:
        raise RuntimeError("a measuring process has ended; what it printed says why") from None
