"""draw_missing: draw what a data set lacks, with processes beside this one and a progress bar, and finish the set."""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from raster.dataset.dataset import Dataset
from raster.errors import InputError
from raster.rendering.renderer import Renderer
from raster.run.setup import Setup
from raster.run.workers import DrawJob, SharedProgress, chunks_of, draw, start_helpers
from raster.system.cpu import usable_cores


def draw_missing(data: Dataset, setup: Setup, renderer: Renderer, out: Path, workers: int, n: int, start: float) -> None:
    """Draw the missing images, finish the data set, and print a summary. `start`: time.perf_counter() at the start."""
    threads = 0 if renderer.info.software and workers > 1 else max(1, usable_cores() - 1)
    job = DrawJob(setup, out, chunks_of(data.missing, setup.batch), threads)
    shared, workers = SharedProgress(), max(1, min(workers, len(job.chunks)))
    todo, began = len(data.missing), time.perf_counter()
    with _progress(n, n - todo, shared) as report_progress:
        try:
            helpers = start_helpers(job, shared, workers - 1)
            draw(job, renderer, shared, report_progress)
            _wait(helpers, shared, report_progress)
        except KeyboardInterrupt:
            _stop(shared)
            done = n - len(data.still_missing())  # not what was counted: a batch may be written and not counted yet
            raise KeyboardInterrupt(f"interrupted with {done} of {n} images done; the same command does the rest") from None
        except BaseException:
            _stop(shared)
            raise
    seconds = time.perf_counter() - began
    facts = {"renderer": renderer.info.name, "run": {"frames": todo, "seconds": round(seconds, 3), "workers": workers}}
    if skipped := setup.meshes.skipped:
        facts["skipped_meshes"] = {"count": len(skipped), "reasons": dict(skipped)}
    manifest = data.finish(facts)
    if unsettled := manifest["counts"].get("layouts", {}).get("unsettled"):
        of = manifest["counts"]["layouts"]["number"]
        print(f"NOTE: {unsettled} of {of} layouts did not come to rest: fewer or larger objects, or a longer settle_s")
    print(
        f"done: {todo} frames in {time.perf_counter() - start:.1f} s ({todo / max(seconds, 1e-9):.0f} frames/s while drawing), "
        f"{shared.bytes.value / 1e6:.1f} MB, {workers} worker{'s' * (workers > 1)} on {renderer.info.name}; "
        f"digest {manifest['digest'][:16]}; {out}"
    )


@contextmanager
def _progress(n: int, done: int, shared: Any) -> Iterator[Any]:
    """A progress bar in frames, with frames/s and the time left; yields a function that brings it up to date."""
    with tqdm(total=n, initial=done, unit="frame", dynamic_ncols=True, mininterval=0.2) as bar:

        def report_progress() -> None:
            bar.update(done + shared.images.value - bar.n)

        yield report_progress


def _wait(helpers: list[Any], shared: Any, report_progress: Any) -> None:
    """Wait until all helpers have ended. Raises the InputError or RuntimeError of one that failed."""
    for helper in helpers:
        while helper.is_alive():
            helper.join(0.1)
            report_progress()
    report_progress()
    if not shared.errors.empty():
        message = shared.errors.get()
        raise RuntimeError(message) if "Traceback" in message else InputError(message)
    for helper in helpers:
        if helper.exitcode:
            what = f"was ended by signal {-helper.exitcode}" if helper.exitcode < 0 else f"ended with {helper.exitcode}"
            raise InputError(f"a worker process {what} (out of memory?); the same command does the rest, workers=1 in less")


def _stop(shared: Any) -> None:
    """Ask the helpers to stop and wait for them: one that is still starting fails if this process ends first."""
    shared.stop.set()
    for helper in multiprocessing.active_children():
        helper.join(10)
