"""raster scale: draws a data set in shards on many machines, and completes it if it was interrupted.

raster scale n=100000 out=demo processes=8                   eight processes of this machine
raster scale n=10000000 out=s3://bucket/set engine=ray       a Ray cluster, or this machine with Ray
raster scale n=10000000 out=/shared/set engine=slurm cpus=4  an array of Slurm jobs

Each shard is a task of its own. Machines may come, go and fail meanwhile; a shard that fails is
drawn again, elsewhere. What is drawn does not depend on any of this: images, files and digest are
those of raster generate with the same writer.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from raster.errors import InputError, one_line
from raster.run.program_options import run_program

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from raster.scaling.scaled_set import Draw


@dataclass(frozen=True)
class Options:
    """The options of scale, beside those of raster generate."""

    # --- Where it is drawn
    engine: str = "local"  # what runs the processes that draw [; local, ray, slurm]
    processes: int | None = None  # that draw, on all machines; null: as there is room, 64 with slurm [; 1 to 100,000, or null]
    cpus: int = 1  # CPU cores of each of them [; 1 to 256]
    gpus: float = 0.0  # of each of them; with ray 0.25 is a GPU for four [; 0 to 16]
    tries: int = 3  # times that a shard may fail before it is left out [; 1 to 100]
    # --- Ray
    address: str | None = None  # a cluster; null: RAY_ADDRESS, one here, or a new one [; host:port or auto or local, or null]
    # --- Slurm
    slurm: str | None = None  # options of sbatch: {partition: gpu, time: 120, mem: 8GB} [; a table, or null]
    logs: str = "slurm-logs"  # folder for what jobs print, on a disk that all machines share [; a folder]
    # --- The machine
    quiet: bool = False  # print nothing but warnings and errors [; true, false]


def main() -> None:
    """Run the program."""
    with one_line():
        run_program(Options, scale, refused={"workers": "processes= says how many draw, and cpus= how many cores each has"})


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


def open_engine(options: Options) -> "AbstractContextManager[Draw]":
    """What runs the processes that draw. InputError for an option of an engine that was not chosen."""
    for name, engine in (("address", "ray"), ("slurm", "slurm")):
        if (value := getattr(options, name)) is not None and options.engine != engine:
            raise InputError(f"{name}={value}: goes with engine={engine}, and here engine={options.engine}; leave out one")
    from raster.scaling.engines import local_engine, ray_engine, slurm_engine
    from raster.scaling.ray_pool import Resources

    if options.engine == "ray":
        return ray_engine(options.processes, Resources(options.cpus, options.gpus), options.address)
    if options.engine == "slurm":
        return slurm_engine(options.processes, options.gpus, sbatch_options(options.slurm), Path(options.logs))
    return local_engine(options.processes, options.gpus)


def sbatch_options(text: str | None) -> dict[str, Any]:
    """The option slurm, read as YAML. InputError for what is no table of names and values."""
    from yaml import YAMLError, safe_load

    try:
        read = safe_load(text or "{}")
    except YAMLError:
        read = None
    if not isinstance(read, dict) or not all(isinstance(name, str) for name in read):
        raise InputError(f"slurm={text}: expected options of sbatch, as slurm='{{partition: gpu, time: 120}}'")
    return {name.replace("-", "_"): value for name, value in read.items()}


if __name__ == "__main__":
    main()
