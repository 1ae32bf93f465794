"""draw: the loop that draws and writes images, which several processes run at once; DrawJob and SharedProgress: its tasks."""

import multiprocessing
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Protocol

import numpy as np

from raster.dataset.files import file_name
from raster.frames import Frames
from raster.physics.layout_cache import halt
from raster.run.derived_layers import derived
from raster.run.output import Output
from raster.run.setup import Setup
from raster.run.shard_output import ShardOutput
from raster.run.splits import Splits
from raster.scene.scenes import Scenes
from raster.shards.shard_target import ShardTarget

SPAWN = multiprocessing.get_context("spawn")


class SharedProgress:
    """What the processes of one run share: which chunk is next, how much is done, whether to stop."""

    def __init__(self, start: BaseContext = SPAWN) -> None:
        """start: how the other processes start, of multiprocessing.get_context()."""
        self.next = start.Value("q", 0)
        self.images = start.Value("q", 0)
        self.bytes = start.Value("q", 0)
        self.stop = start.Event()
        self.errors = start.SimpleQueue()

    def take(self, chunks: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Yield chunks that no other process takes, until there are none left or the run is stopped."""
        while not self.stop.is_set():
            with self.next.get_lock():
                number = self.next.value
                self.next.value += 1
            if number >= len(chunks):
                return
            yield chunks[number]

    def add(self, images: int, size: int) -> None:
        """Count finished images and their bytes."""
        for counter, more in ((self.images, images), (self.bytes, size)):
            with counter.get_lock():
                counter.value += more


@dataclass(frozen=True)
class DrawJob:
    """Which images to draw, and the folder that they go to."""

    setup: Setup
    out: Path
    chunks: Sequence[tuple[int, int]]  # (first image, count)
    threads: int  # that encode and write, in each process; 0 = the one that draws
    missing: Container[int] | None = None  # those of them that are written; None: all
    target: ShardTarget | None = None  # of a set in shards, which goes there

    def output(self) -> Output | ShardOutput:
        """Open what takes the images."""
        if self.target is not None:
            return ShardOutput(self.target, self.setup, self.threads)
        return Output(self.out, self.setup.writers, self.threads)


def chunks_of(missing: np.ndarray, batch: int) -> list[tuple[int, int]]:
    """Cut the sorted image numbers `missing` (M,) into runs (first, count) of consecutive numbers, at most `batch` each."""
    breaks = np.flatnonzero(np.diff(missing) != 1) + 1
    runs = [run for run in np.split(missing, breaks) if len(run)]
    return [(int(run[k]), min(batch, len(run) - k)) for run in runs for k in range(0, len(run), batch)]


def soon_begun(chunks: list[tuple[int, int]], workers: int, size: int, unit: int = 1) -> list[tuple[int, int]]:
    """The same images in chunks that begin with a small one of `size` images for each of `workers` processes, so that the first
    images do not wait for a whole batch.

    unit: images that stay together; the count of each chunk is a multiple of it, and `size` is rounded to one.
    """
    size = max(1, size // unit) * unit
    small: list[tuple[int, int]] = []
    rest = list(chunks)
    while rest and len(small) < workers and rest[0][1] > size:
        first, count = rest.pop(0)
        small.append((first, size))
        rest.insert(0, (first + size, count - size))
    return [*small, *rest]


class Draws(Protocol):
    """A renderer, or what stands for it in a process that has none."""

    def stream(self, batches: Iterable[Scenes]) -> Iterator[Frames]: ...


def draw(job: DrawJob, renderer: Draws, shared: SharedProgress, report_progress: Callable[[], None] = lambda: None) -> None:
    """Sample, draw, annotate and write chunk after chunk; call report_progress() after each."""
    with job.output() as output:
        size = draw_into(output, job, renderer, shared, report_progress)
    shared.add(0, output.bytes - size)


def draw_into(
    output: Output | ShardOutput, job: DrawJob, renderer: Draws, shared: SharedProgress,
    report_progress: Callable[[], None] = lambda: None,
) -> int:  # fmt: skip
    """The same, with what takes the images, which the caller closes. Returns how many bytes of it `shared` has counted."""
    size = 0
    for drawn in renderer.stream(_scenes(job, shared)):
        frames = derived(drawn, job.setup, job.missing)
        job.setup.annotate(frames)
        _name_files(frames, job.setup.splits)
        _mark_unlabelled(frames, job.setup.ignore)
        output.write(frames)
        total = output.bytes
        shared.add(len(frames.index), total - size)
        size = total
        report_progress()
    return size


def _scenes(job: DrawJob, shared: SharedProgress) -> Iterator[Scenes]:
    chunks, sampler = shared.take(job.chunks), job.setup.sampler
    if not job.setup.prefetch:
        yield from (sampler(*chunk) for chunk in chunks)
        return
    pool = ThreadPoolExecutor(1, "sample")  # numpy and physics work while this thread waits for the driver
    try:
        coming = deque(pool.submit(sampler, *chunk) for chunk in islice(chunks, 1))
        while coming:
            scenes = coming.popleft().result()
            coming.extend(pool.submit(sampler, *chunk) for chunk in islice(chunks, 1))
            yield scenes
    finally:  # of a run that was interrupted, too: nobody waits for what is still to settle
        halt.set()
        pool.shutdown(cancel_futures=True)
        halt.clear()


def _name_files(frames: Frames, splits: Splits) -> None:
    """Put file names and the split in front of each record's other keys."""
    for record, split in zip(frames.records, splits.of(frames.index), strict=True):
        name, rest = file_name(record["index"]), dict(record)
        record.clear()
        record |= {"index": rest.pop("index"), "image": f"images/{name}", "label": f"labels/{name}"}
        record |= {"split": split, **rest}


def _mark_unlabelled(frames: Frames, ignore: int | None = None) -> None:
    """Say so in the record of each image that shows no class; the data set counts them. `ignore`: a value that is no class."""
    if "class_id" not in frames.layers:
        return
    label = frames.layers["class_id"]
    if ignore is not None:
        label = np.where(label == ignore, 0, label)
    for record, highest in zip(frames.records, label.reshape(len(label), -1).max(axis=1), strict=True):
        if not highest:
            record["unlabelled"] = True
