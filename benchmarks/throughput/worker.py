"""serve: the main function of a process of a WorkerPool. Worker: what it can measure."""

import ctypes
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.throughput.program import Case

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def serve(pipe: Connection, scratch: Path, number: int) -> None:
    """Receive method names of Worker with their arguments, send back the results, until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ["LP_NUM_THREADS"] = "0"
    worker = Worker(pipe, scratch / f"worker{number}", 1_000_000 * number)
    with suppress(EOFError):
        while True:
            name, arguments = pipe.recv()
            pipe.send(getattr(worker, name)(*arguments))


class Worker:
    """Keeps the setups of all cases and the renderer of the last one. No image number is drawn twice."""

    def __init__(self, pipe: Connection, out: Path, first: int):
        self.pipe, self.out, self.next = pipe, out, first
        self.setups: dict[Case, Any] = {}
        self.held: tuple[Case, Any] | None = None

    def describe(self) -> dict[str, Any]:
        """The OpenGL renderer, and `workers`: how many processes raster.generate would use."""
        from raster.gl.context import current_context, describe
        from raster.run.config import load_config
        from raster.run.open_renderer import choose_workers

        config = load_config(["n=1000000"])
        with current_context() as context:
            found = describe(context)
        return {**asdict(found), "workers": choose_workers(config, self._setup(Case(256, None)))}

    def stages(self, case: Case, seconds: float) -> list[dict[str, float]]:
        """Seconds an image by stage, one dict for each batch, for at least `seconds` and two batches."""
        from benchmarks.throughput.stages import measure

        setup, renderer = self._setup(case), self._renderer(case)
        rows: list[dict[str, float]] = []  # divided by setup.batch, which may be smaller than case.batch
        measure(setup, renderer, self.out, self._first(case))
        until = time.perf_counter() + seconds
        while len(rows) < 2 or time.perf_counter() < until:
            seconds_by_stage = measure(setup, renderer, self.out, self._first(case))
            rows.append({stage: spent / setup.batch for stage, spent in seconds_by_stage.items()})
        shutil.rmtree(self.out)
        return rows

    def draw(self, case: Case, seconds: float) -> float:
        """Images a second of this process for `seconds`; sends "warm", then starts when it receives anything."""
        from benchmarks.throughput.stages import replaced
        from raster.rendering import renderer as module

        setup, renderer = self._setup(case), self._renderer(case)
        with replaced(module, records=lambda *_: []):
            renderer.render(setup.sampler(self._first(case), setup.batch))
            self.pipe.send("warm")
            self.pipe.recv()
            began = time.perf_counter()
            images = sum(len(frames.index) for frames in renderer.stream(self._scenes(case, began + seconds)))
            return images / (time.perf_counter() - began)

    def feature(self, feature: Any, size: int, batch: int, rounds: int) -> dict[str, Any]:
        """The cost of a Feature: the result of measure_feature."""
        from benchmarks.throughput.feature_cost import measure_feature

        self._release_renderer()
        return measure_feature(feature, self.out, size, batch, rounds)

    def _scenes(self, case: Case, until: float) -> Iterator[Any]:
        """Sampled batches until the time `until` (perf_counter), at least 3."""
        remaining = 3  # batches
        while remaining > 0 or time.perf_counter() < until:
            remaining -= 1
            yield self._setup(case).sampler(self._first(case), self._setup(case).batch)

    def _setup(self, case: Case) -> Any:
        """The setup of a case, built once."""
        from raster.run.config import load_config
        from raster.run.setup import build_setup

        if case not in self.setups:
            self.setups[case] = build_setup(load_config(case.overrides()))
        return self.setups[case]

    def _renderer(self, case: Case) -> Any:
        """The renderer of a case. There is one at a time, since it takes much memory."""
        if self.held is None or self.held[0] != case:
            self._release_renderer()
            self.held = case, self._setup(case).renderer()
        return self.held[1]

    def _release_renderer(self) -> None:
        """Free the renderer, if there is one."""
        if self.held is not None:
            self.held[1].release()
        self.held = None

    def _first(self, case: Case) -> int:
        """The number of the first image of the next batch."""
        self.next += case.batch
        return self.next - case.batch
