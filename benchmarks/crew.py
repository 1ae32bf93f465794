"""Crew: processes that are started once and then measure stages, or all together draw and read back and do no more."""

import ctypes
import multiprocessing
import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.program import Case

PR_SET_PDEATHSIG = 1  # linux/prctl.h
_SPAWN = multiprocessing.get_context("spawn")


class Crew:
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
        """Seconds by stage for each of some batches, measured in one process for at least these seconds."""
        return self._ask(self.pipes[0], "stages", case, seconds)

    def draw(self, case: Case, seconds: float) -> float:
        """Images a second of all processes together when nothing is annotated, encoded or written."""
        for pipe in self.pipes:
            pipe.send(("draw", (case, seconds)))
        for pipe in self.pipes:
            _answer(pipe)  # warm
        for pipe in self.pipes:
            pipe.send(None)
        return sum(_answer(pipe) for pipe in self.pipes)

    def close(self) -> None:
        """End the processes."""
        for pipe in self.pipes:
            pipe.close()
        for process in self.processes:
            process.join(10)

    def _hire(self) -> None:
        here, there = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_serve, args=(there, self.scratch, len(self.pipes)), daemon=True)
        process.start()
        there.close()
        self.pipes.append(here)
        self.processes.append(process)

    def _ask(self, pipe: Connection, *words: Any) -> Any:
        pipe.send((words[0], words[1:]))
        return _answer(pipe)


def _answer(pipe: Connection) -> Any:
    try:
        return pipe.recv()
    except EOFError:
        raise RuntimeError("a measuring process has ended; what it printed says why") from None


def _serve(pipe: Connection, scratch: Path, number: int) -> None:
    """A process's life: until the other end of the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ["LP_NUM_THREADS"] = "0"
    worker = Worker(pipe, scratch / f"worker{number}", 1_000_000 * number)
    while True:
        try:
            name, arguments = pipe.recv()
        except EOFError:
            return
        pipe.send(getattr(worker, name)(*arguments))


class Worker:
    """What one of the processes holds: the setups of the cases, and a renderer for each size and batch."""

    def __init__(self, pipe: Connection, out: Path, first: int):
        self.pipe, self.out, self.next = pipe, out, first
        self.setups: dict[Case, Any] = {}
        self.renderers: dict[tuple[int, int], Any] = {}

    def hello(self) -> dict[str, Any]:
        """Who draws, and `workers`: how many processes the program would use."""
        from raster.config import compose
        from raster.generate import choose_workers
        from raster.gl.context import describe, open_context

        plain = compose(["n=1000000000"])
        return {**asdict(describe(open_context())), "workers": choose_workers(plain, self._setup(Case(256, None)))}

    def stages(self, case: Case, seconds: float) -> list[dict[str, float]]:
        """Seconds of a batch by stage, for batch after batch."""
        from benchmarks.stages import measure

        setup, renderer = self._setup(case), self._renderer(case)
        rows = []
        measure(setup, renderer, self.out, self._first(case))
        until = time.perf_counter() + seconds
        while len(rows) < 2 or time.perf_counter() < until:
            rows.append(measure(setup, renderer, self.out, self._first(case)))
        shutil.rmtree(self.out)
        return rows

    def draw(self, case: Case, seconds: float) -> float:
        """Images a second of this process, which starts when it is told that all are ready."""
        from benchmarks.stages import replaced
        from raster import renderer as module

        setup, renderer = self._setup(case), self._renderer(case)
        with replaced(module, records=lambda *_: []):
            renderer.render(setup.sampler(self._first(case), case.batch))
            self.pipe.send("warm")
            self.pipe.recv()
            began = time.perf_counter()
            images = sum(len(frames.index) for frames in renderer.stream(self._scenes(case, began + seconds)))
            return images / (time.perf_counter() - began)

    def _scenes(self, case: Case, until: float) -> Iterator[Any]:
        yield self._setup(case).sampler(self._first(case), case.batch)
        while time.perf_counter() < until:
            yield self._setup(case).sampler(self._first(case), case.batch)

    def _setup(self, case: Case) -> Any:
        from raster.assembly import assemble
        from raster.config import compose

        if case not in self.setups:
            self.setups[case] = assemble(compose(case.overrides()))
        return self.setups[case]

    def _renderer(self, case: Case) -> Any:
        key = case.size, case.batch
        if key not in self.renderers:
            self.renderers[key] = self._setup(case).renderer()
        return self.renderers[key]

    def _first(self, case: Case) -> int:
        """The first of a batch of images that were not drawn yet."""
        self.next += case.batch
        return self.next - case.batch
