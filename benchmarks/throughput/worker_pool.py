"""WorkerPool: processes that are started once and then measure stages, or all together draw and read back and do no more."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.throughput.program import Case
from benchmarks.throughput.worker import serve

_SPAWN = multiprocessing.get_context("spawn")  # an OpenGL context does not survive a fork


class WorkerPool:
    """As many processes as raster.generate takes by itself, each with an llvmpipe of one thread."""

    def __init__(self, scratch: Path):
        self.scratch = scratch
        self.pipes: list[Connection] = []
        self.processes: list[Any] = []
        self._hire()
        self.renderer: dict[str, Any] = self._ask(self.pipes[0], "hello")
        self.workers: int = self.renderer.pop("workers")
        for _ in range(self.workers - 1):
            self._hire()

    def stages(self, case: Case, seconds: float) -> list[dict[str, float]]:
        """Seconds an image by stage for each of some batches, measured in one process for at least these seconds."""
        return self._ask(self.pipes[0], "stages", case, seconds)

    def draw(self, case: Case, seconds: float) -> float:
        """Images a second of all processes together when nothing is annotated, encoded or written."""
        for pipe in self.pipes:
            pipe.send(("draw", (case, seconds)))
        for pipe in self.pipes:
            _answer(pipe)  # it is warm
        for pipe in self.pipes:
            pipe.send(None)
        return sum([_answer(pipe) for pipe in self.pipes])

    def feature(self, feature: Any, size: int, batch: int, rounds: int) -> dict[str, Any]:
        """What a Feature of benchmarks.features costs, measured in one process."""
        return self._ask(self.pipes[0], "feature", feature, size, batch, rounds)

    def __enter__(self) -> "WorkerPool":
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        for pipe in self.pipes:
            pipe.close()
        for process in self.processes:
            process.join(10)

    def _hire(self) -> None:
        here, there = _SPAWN.Pipe()
        process = _SPAWN.Process(target=serve, args=(there, self.scratch, len(self.pipes)), daemon=True)
        process.start()
        there.close()
        self.pipes.append(here)
        self.processes.append(process)

    def _ask(self, pipe: Connection, name: str, *arguments: Any) -> Any:
        pipe.send((name, arguments))
        return _answer(pipe)


def _answer(pipe: Connection) -> Any:
    try:
        return pipe.recv()
    except EOFError:
        raise RuntimeError("a measuring process has ended; what it printed says why") from None
