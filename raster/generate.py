"""python -m raster.generate: draws labelled, randomized images into a folder, and completes it if it was interrupted."""

import hashlib
import json
import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Helper processes import this module first: what only the main program needs is imported in its functions.
from raster.errors import InputError, one_line

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from raster.dataset.dataset import Dataset
    from raster.rendering.renderer import Renderer
    from raster.run.setup import Setup


def main() -> None:
    """The program."""
    with one_line():
        from raster.run.config import run

        run(generate)


def generate(cfg: "DictConfig") -> None:
    """Draw one data set. InputError for bad input, before anything is written."""
    from raster.dataset.dataset import Dataset
    from raster.gl.context import announce
    from raster.physics.engine import engine_version
    from raster.run.config import checked, out_folder, save_told
    from raster.run.setup import assemble, require_writers

    start = time.perf_counter()
    plain = checked(cfg)
    out = out_folder(plain, default_name(plain))
    print(f"out: {out}", flush=True)
    setup = assemble(plain)
    require_writers(setup)
    # Files may have changed since an interrupted run.
    plain["library"] = setup.sampler.library.digest()
    if setup.sampler.catalog.models:
        plain["meshes"] = setup.sampler.catalog.digest()
    if setup.ahead:
        plain["physics"] = engine_version()  # and so may the program that settles layouts
    workers = choose_workers(plain, setup)
    renderer = setup.renderer()
    print(*announce(renderer.info), sep="\n", flush=True)
    try:
        with Dataset.claim(out, plain, plain["n"], setup.classes) as data:
            if data.complete:
                print(f"complete: {out} holds these {plain['n']} images already")
                return
            save_told(out, cfg)
            data.note_renderer(renderer.info.name)
            fill(data, setup, renderer, out, workers, plain["n"], start)
    finally:
        renderer.release()


def default_name(plain: dict[str, Any]) -> str:
    """A folder name that the same configuration always gets, so that the same command continues an interrupted run."""
    from raster.dataset.manifest import FREE

    bound = json.dumps({k: v for k, v in plain.items() if k not in FREE}, default=str)
    height, width = plain["size"]
    return f"{width}x{height}-seed{plain['seed']}-{hashlib.sha256(bound.encode()).hexdigest()[:8]}"


def choose_workers(plain: dict[str, Any], setup: "Setup") -> int:
    """How many processes draw. On a GPU one; in software one for each core, each with a rasterizer of a single thread.

    Measured on llvmpipe (benchmarks/results/): two processes of one thread draw 1.2 times what one of two threads does.
    """
    from raster.gl import egl
    from raster.run.sweeps import own_cores
    from raster.system.cpu import usable_cores

    devices = egl.devices()
    chosen = [d for d in devices if plain["gl"]["device"] in (None, d.number)]
    workers = plain["workers"]
    if workers == "auto":
        workers = own_cores() if all(d.software for d in chosen) else 1
    workers = max(1, min(workers, -(-plain["n"] // setup.batch)))
    if workers > 1 or own_cores() < usable_cores():  # beside other processes that draw
        os.environ.setdefault("LP_NUM_THREADS", "0")  # read by llvmpipe when a context is made, here and in the helpers
    return workers


def fill(
    data: "Dataset", setup: "Setup", renderer: "Renderer", out: Path, workers: int, n: int, start: float
) -> None:
    """Draw what is missing, finish the data set, and say how it went."""
    from raster.run.workers import Job, Shared, chunks_of, draw, start_helpers
    from raster.system.cpu import usable_cores

    threads = 0 if renderer.info.software and workers > 1 else max(1, usable_cores() - 1)
    job = Job(setup, out, chunks_of(data.missing, setup.batch), threads)
    shared, workers = Shared(), max(1, min(workers, len(job.chunks)))
    todo, began = len(data.missing), time.perf_counter()
    with _progress(n, n - todo, shared) as tell:
        try:
            helpers = start_helpers(job, shared, workers - 1)
            draw(job, renderer, shared, tell)
            _wait(helpers, shared, tell)
        except KeyboardInterrupt:
            _stop(shared)
            done = n - todo + shared.images.value
            raise KeyboardInterrupt(f"interrupted with {done} of {n} images done; the same command does the rest") from None
        except BaseException:
            _stop(shared)
            raise
    seconds = time.perf_counter() - began
    facts = {"renderer": renderer.info.name, "run": {"frames": todo, "seconds": round(seconds, 3), "workers": workers}}
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
    from tqdm import tqdm

    with tqdm(total=n, initial=done, unit="frame", dynamic_ncols=True, mininterval=0.2) as bar:

        def tell() -> None:
            bar.update(done + shared.images.value - bar.n)

        yield tell


def _wait(helpers: list[Any], shared: Any, tell: Any) -> None:
    """Until all helpers have ended. InputError or RuntimeError for what went wrong in one."""
    for helper in helpers:
        while helper.is_alive():
            helper.join(0.1)
            tell()
    tell()
    if not shared.errors.empty():
        message = shared.errors.get()
        raise RuntimeError(message) if "Traceback" in message else InputError(message)
    for helper in helpers:
        if helper.exitcode:
            what = f"was ended by signal {-helper.exitcode}" if helper.exitcode < 0 else f"ended with {helper.exitcode}"
            raise InputError(f"a worker process {what} (out of memory?); the same command does the rest, workers=1 in less")


def _stop(shared: Any) -> None:
    """Let the helpers end by themselves: one that is only starting would trip over what ends with this process."""
    shared.stop.set()
    for helper in multiprocessing.active_children():
        helper.join(10)


if __name__ == "__main__":
    main()
