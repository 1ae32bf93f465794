"""draw_missing: draw what a data set lacks, with processes beside this one and progress, and finish the set."""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from raster.dataset.dataset import Dataset
from raster.errors import InputError
from raster.label_colors import palette
from raster.rendering.renderer import Renderer
from raster.run.chosen_detail import surface_error
from raster.run.derived_layers import drawn_with
from raster.run.draw_server import serve
from raster.run.helper_processes import Helpers
from raster.run.layers_on_disk import files_of_layers
from raster.run.record_facts import RecordFacts
from raster.run.setup import Setup
from raster.run.sharded_run import ShardedRun
from raster.run.workers import DrawJob, chunks_of, draw, soon_begun
from raster.system.cpu import usable_cores
from raster.system.progress import Progress, rate

FIRST = 4  # images that each process draws first


def draw_missing(
    data: Dataset | ShardedRun, setup: Setup, renderer: Renderer, helpers: Helpers, out: Path | str, n: int, start: float | None
) -> dict[str, Any]:  # fmt: skip
    """Draw the missing images, finish the data set, print a summary, and return it.

    `start`: time.perf_counter() at the start; None: print nothing.
    The keys: drawn (images), seconds (of drawing), bytes, workers.
    """
    alone = not helpers.feeds and not (renderer.info.software and helpers.count)
    processes = helpers.count if helpers.feeds else 1 + helpers.count
    threads = max(1, usable_cores() - 1) if alone else 0
    job, shared = _job(data, setup, out, threads, processes, renderer.batch), helpers.shared
    workers = max(1, min(processes, len(job.chunks)))
    todo, began = _images(data), time.perf_counter()
    with Progress(n, "frame", n - todo) as progress:
        try:
            _draw_all(job, renderer, helpers, lambda: progress.update(n - todo + shared.images.value))
        except KeyboardInterrupt:
            _stop(helpers)
            done = n - data.images_missing()  # not what was counted: a batch may be written and not counted yet
            raise KeyboardInterrupt(f"interrupted with {done} of {n} images done; the same command does the rest") from None
        except BaseException:
            _stop(helpers)
            raise
    seconds = time.perf_counter() - began
    facts = {"run": {"frames": todo, "seconds": round(seconds, 3), "workers": workers}, **facts_of(setup)}
    found = RecordFacts(setup.sampler)
    manifest = data.finish(facts, found)
    drawn = {"drawn": todo, "seconds": round(seconds, 3), "bytes": shared.bytes.value, "workers": workers}
    if start is not None:
        print_facts(manifest, out, found)
        speed = f" ({rate(todo, seconds, 'frame')} while drawing)" if todo else ""
        what = f"{todo} frames in {time.perf_counter() - start:.1f} s{speed}, {shared.bytes.value / 1e6:.1f} MB"
        by = f"{workers} worker{'s' * (workers > 1)} on {renderer.info.name}"
        print(f"done: {what}, {by}; digest {manifest['digest'][:16]}; {out}")
    return drawn


def _draw_all(job: DrawJob, renderer: Renderer, helpers: Helpers, report_progress: Callable[[], None]) -> None:
    """Draw, in this process and in those beside it, until nothing is missing."""
    helpers.begin(job, renderer.info.name)
    if helpers.feeds:
        serve(renderer, helpers.pipes, job.setup.sampler.most_meshes, helpers.shared.stop.set, report_progress)
    else:
        draw(job, renderer, helpers.shared, report_progress)
    _wait(helpers.processes, helpers.shared, report_progress)


def _images(data: Dataset | ShardedRun) -> int:
    """How many images are missing."""
    return data.images if isinstance(data, ShardedRun) else len(data.missing)


def _job(data: Dataset | ShardedRun, setup: Setup, out: Path | str, threads: int, workers: int, batch: int) -> DrawJob:
    """What is missing, and what is drawn with it, `batch` images at once."""
    if isinstance(data, ShardedRun):
        return data.job(threads, batch)
    chunks = chunks_of(drawn_with(setup, data.missing), batch)
    chunks = soon_begun(chunks, workers, FIRST, setup.sampler.views if setup.flows else 1)
    return DrawJob(replace(setup, batch=batch), Path(out), chunks, threads, frozenset(data.missing.tolist()))


def facts_of(setup: Setup) -> dict[str, Any]:
    """What the manifest says of classes' colours, depth and normals, layers on disk, annotations and meshes left out."""
    facts: dict[str, Any] = {"colors": palette(len(setup.classes)).tolist()}
    facts["surface_error"] = surface_error(setup.sampler.catalog.surfaces)
    if layers := files_of_layers(setup.writers.values()):
        facts["layers"] = layers
    for annotation in setup.annotations.values():
        facts |= getattr(annotation, "facts", dict)()
    if skipped := setup.meshes.skipped:
        facts["skipped_meshes"] = {"count": len(skipped), "reasons": dict(skipped)}
    return facts


def print_facts(manifest: dict[str, Any], out: Path | str, found: RecordFacts) -> None:
    """Print what a user should know of a finished data set."""
    print(*(f"{line}\n" for line in found.notes()), sep="", end="")
    if unlabelled := manifest["counts"].get("unlabelled"):
        look = f"python -m raster.preview dir={out} shows the first"
        print(f"NOTE: {unlabelled} of {manifest['n']} images show nothing of any class; {look}")
    if unsettled := manifest["counts"].get("layouts", {}).get("unsettled"):
        of = manifest["counts"]["layouts"]["number"]
        print(f"NOTE: {unsettled} of {of} layouts did not come to rest: fewer or larger objects, or a longer settle_s")


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


def _stop(helpers: Helpers) -> None:
    """Ask the helpers to stop and wait for them: one that is still starting fails if this process ends first."""
    helpers.shared.stop.set()
    helpers.close()
    for helper in multiprocessing.active_children():
        helper.join(10)
        helper.kill()  # one that hangs; SIGTERM is held back there
