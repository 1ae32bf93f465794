"""measure: seconds of each stage for one batch, in the loop that raster.generate runs, in this process alone."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from raster.gl.context import gl_function
from raster.rendering.renderer import Renderer
from raster.run.setup import Setup
from raster.run.workers import DrawJob, SharedProgress, draw
from raster.writers import camvid

# sample: randomizers. draw: draw list, upload, both passes. read: copies to NumPy arrays. annotate: records, boxes, names.
# encode: PNG. write: hashes, files, record lines, journal. Together they are all of the time of the loop.
STAGES = ("sample", "draw", "read", "annotate", "encode", "write")


class Clock:
    """Assigns the time between consecutive calls to stages."""

    def __init__(self, stages: Sequence[str] = STAGES, now: Callable[[], float] = time.perf_counter, totals: Any = None):
        """totals: where the seconds of each stage are added up, in place of a list."""
        self.stages, self.now = stages, now
        self.totals = [0.0] * len(stages) if totals is None else totals
        self.last = 0.0

    @property
    def seconds(self) -> dict[str, float]:
        """Of each stage."""
        return dict(zip(self.stages, self.totals, strict=True))

    def start(self) -> None:
        """Start now, without assigning the time before to a stage."""
        self.last = self.now()

    def lap(self, stage: str) -> None:
        """Add the time since the last call to this stage."""
        now = self.now()
        self.totals[self.stages.index(stage)] += now - self.last
        self.last = now

    def around(self, call: Callable[..., Any], stage: str, before: str = "") -> Callable[..., Any]:
        """The same function; its time is added to `stage`, the time before it to `before` ("": to no stage)."""

        def timed(*arguments: Any, **named: Any) -> Any:
            self.lap(before) if before else self.start()
            result = call(*arguments, **named)
            self.lap(stage)
            return result

        vars(timed).update(getattr(call, "__dict__", {}))  # of a sampler: its classes and views, which the setup looks up
        return timed


class TimedReadback:
    """Replaces one of ReadbackPool.free: waits until the driver has drawn before the layers are copied."""

    def __init__(self, readback: Any, clock: Clock, wait: Callable[[], None]):
        self.readback, self.clock, self.wait = readback, clock, wait

    def start(self, count: int) -> None:
        """Start copying. The time before is of the stage draw."""
        self.wait()
        self.clock.lap("draw")
        self.readback.start(count)

    def finish(self, count: int) -> dict[str, Any]:
        """Return the layers. The time is of the stage read."""
        layers = self.readback.finish(count)
        self.clock.lap("read")
        return layers


class TimedWriter:
    """Stands for a writer."""

    def __init__(self, writer: Any, clock: Clock):
        self.writer = writer
        self.write, self.close = clock.around(writer.write, "write", "annotate"), writer.close

    @property
    def bytes(self) -> int:
        """The writer's."""
        return self.writer.bytes


def measure(setup: Setup, renderer: Renderer, out: Path, first: int) -> dict[str, float]:
    """Seconds by stage of the batch that starts with image `first`, which is written to the folder `out`."""
    clock = Clock()
    timed = replace(
        setup,
        sampler=clock.around(setup.sampler, "sample"),
        writers={
            name: lambda make=make, **options: TimedWriter(make(**options), clock) for name, make in setup.writers.items()
        },
    )
    wait = gl_function(renderer.ctx, "glFinish", None)
    job = DrawJob(timed, out, [(first, setup.batch)], threads=0)
    encoders = {name: clock.around(getattr(camvid, name), "encode", "write") for name in ("encode_rgb", "encode_grey")}
    free = renderer.readbacks.free
    kept = list(free)
    free.extend(TimedReadback(free.popleft(), clock, wait) for _ in kept)
    try:
        with replaced(camvid, **encoders):
            draw(job, renderer, SharedProgress())
    finally:
        free.clear()
        free.extend(kept)
    return clock.seconds


@contextmanager
def replaced(module: Any, **functions: Any) -> Iterator[None]:
    """Within the with statement the module has these functions in place of its own of the same names."""
    kept = {name: getattr(module, name) for name in functions}
    for name, function in functions.items():
        setattr(module, name, function)
    try:
        yield
    finally:
        for name, function in kept.items():
            setattr(module, name, function)
