"""raster scale: draws a data set in shards on many machines, and completes it if it was interrupted.

raster scale n=100000 out=demo processes=8                    eight processes of this machine
raster scale n=10000000 out=s3://bucket/set engine=ray        a Ray cluster, or this machine with Ray

Each shard is a task of its own. Machines may come, go and fail meanwhile; a shard that fails is drawn again, elsewhere. What
is drawn does not depend on any of this: images, files and digest are those of raster generate with the same writer.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from raster.errors import one_line
from raster.run.program_options import run_program

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from raster.scaling.scaled_set import Pools


@dataclass(frozen=True)
class Options:
    """The options of scale, beside those of raster generate."""

    # --- Where it is drawn
    engine: str = "local"  # what runs the processes that draw [; local, ray]
    processes: int | None = None  # that draw, on all machines; null: as many as there is room for [; 1 to 100,000, or null]
    cpus: int = 1  # CPU cores of each of them [; 1 to 256]
    gpus: float = 0.0  # of each of them: 0.25 is a GPU for four [; 0 to 16]
    tries: int = 3  # times that a shard may fail before it is left out [; 1 to 100]
    # --- Ray
    address: str | None = (
        None  # of a cluster; null: RAY_ADDRESS, the one that runs here, or a new one [; auto, local, host:port, or null]
    )
    # --- The machine
    quiet: bool = False  # print nothing but warnings and errors [; true, false]


def main() -> None:
    """Run the program."""
    with one_line():
        run_program(Options, scale, refused=("workers",))


def scale(options: Options, overrides: list[str], folder: Path | None) -> dict[str, Any]:
    """Draw a data set in shards; return what --json prints. InputError for bad input, before anything is written."""
    from raster.generate import default_name, print_notes, told
    from raster.run.config import load_config
    from raster.run.noted_files import note_files
    from raster.run.out_store import out_store
    from raster.run.setup import build_setup, require_writers
    from raster.run.splits import require_images
    from raster.scaling.scaled_set import Plan, complete_set, require_shards, with_writer

    start, plain = time.perf_counter(), load_config(with_writer(overrides), folder)
    require_images(plain["valid"], plain["test"], plain["n"])
    store = out_store(plain, default_name(plain))
    print(f"out: {store}", flush=True)
    setup = build_setup(plain, folder)
    require_writers(setup)
    require_shards(setup)
    print_notes(setup)
    note_files(plain, setup, folder)
    plan = Plan(plain, setup, folder, options.cpus, options.tries)
    return told(str(store), plain, *complete_set(store, plan, lambda: open_engine(options), start))


def open_engine(options: Options) -> "AbstractContextManager[Pools]":
    """What runs the processes that draw."""
    from raster.scaling.engines import local_engine, ray_engine

    if options.engine == "ray":
        return ray_engine(options.processes, options.cpus, options.gpus, options.address)
    return local_engine(options.processes, options.gpus)


if __name__ == "__main__":
    main()
