"""ShardJob: all that a process on any machine needs to draw shards of a set. ShardDrawer: such a process, at work."""

import os
import socket
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from raster.dataset import manifest
from raster.errors import InputError
from raster.gl import egl
from raster.run.device_batch import device_batch
from raster.run.noted_files import note_files
from raster.run.own_folder import use_folder
from raster.run.setup import Setup, build_setup
from raster.run.shard_size import shard_size
from raster.run.shard_task import ShardTask, draw_shard
from raster.shards.shard_record import key_of
from raster.shards.shard_target import ShardTarget


@dataclass(frozen=True)
class ShardJob:
    """A data set in shards, as its configuration. It can be pickled, and is small.

    Each process reads meshes and pictures itself. They must be there on every machine, under the same paths.
    """

    plain: dict[str, Any]  # the checked configuration, as note_files() left it
    folder: Path | None  # the user's own, None without one
    home: Path  # relative paths begin here
    target: ShardTarget  # where shards go; its folder of parts is not used
    cores: int = 1  # for each process


@dataclass(frozen=True)
class Drawn:
    """What came of a shard: `failure` is "" where it is in its place, else the reason in a line."""

    shard: int
    images: int = 0
    bytes: int = 0
    seconds: float = 0.0
    failure: str = ""
    record: str = ""  # path of its record, below the place of the set


@dataclass(frozen=True)
class Opened:
    """What came of opening a process: the machine and the OpenGL device that draws there; `failure` as of Drawn."""

    machine: str
    renderer: str = ""
    failure: str = ""


class ShardDrawer:
    """Draws shards in this process, with one OpenGL context that it keeps. It raises nothing: what fails is told."""

    def __init__(self, job: ShardJob):
        self._job = job
        self._task: ShardTask | None = None
        self._renderer: Any = None

    def open(self, gpus: Sequence[int] = ()) -> Opened:
        """Build the configuration and open OpenGL. gpus: CUDA's numbers of the GPUs that this process may use, () for any."""
        machine = socket.gethostname()
        try:
            self._open(gpus)
        except Exception as error:
            return Opened(machine, failure=reason(error))
        return Opened(machine, self._renderer.info.name)

    def _open(self, gpus: Sequence[int]) -> None:
        job = self._job
        if job.home.is_dir():
            os.chdir(job.home)
        if job.cores == 1:  # beside other processes that draw; read by llvmpipe when a context is made
            os.environ.setdefault("LP_NUM_THREADS", "0")
        setup = rebuilt(job)
        if gpus and setup.device is None:
            setup = replace(setup, device=device_of(gpus[0]))
        setup = replace(setup, batch=device_batch(setup, 0, job.target.layout.size))
        self._renderer = setup.renderer()
        self._task = ShardTask(setup, job.target, job.cores - 1)

    def draw(self, shard: int) -> Drawn:
        """Draw a shard and put it into its place."""
        start = time.perf_counter()
        try:
            if self._task is None:
                raise RuntimeError("draw() before open()")
            record = draw_shard(self._task, self._renderer, shard)
        except Exception as error:
            return Drawn(shard, failure=reason(error))
        size = sum(facts["bytes"] for facts in record.files.values())
        path = record.name(self._job.target.key).path
        return Drawn(shard, record.images, size, time.perf_counter() - start, record=path)


def rebuilt(job: ShardJob) -> Setup:
    """Build the configuration of a job on this machine. InputError where that would not draw the same images.

    It would not with another version of raster, or with other files under the names that the configuration has.
    """
    plain = {key: value for key, value in job.plain.items() if key not in (*manifest.FILES, "skipped_meshes", "physics")}
    if job.folder is not None:
        use_folder(job.folder)
    setup = build_setup(plain, job.folder)
    note_files(plain, setup, job.folder)
    here = manifest.start({**plain, "shard": shard_size(plain)}, plain["n"], setup.classes, setup.ignore)
    bound = manifest.bound(here)
    if key_of(bound) != job.target.key:
        there = {**manifest.bound_options(job.plain), "shard": shard_size(plain)}
        changed = manifest.changed_files(there, here["configuration"])
        what = f"other {' and '.join(changed)}" if changed else "another version of raster, or other packages"
        raise InputError(f"{socket.gethostname()} would draw other images: it has {what}")
    return setup


def device_of(gpu: int) -> int:
    """EGL's number of a GPU, by CUDA's. InputError if EGL does not list it."""
    for device in egl.devices():
        if device.cuda == gpu:
            return device.number
    raise InputError(f"EGL lists no device for GPU {gpu}; python -m raster.doctor on {socket.gethostname()} says why")


def reason(error: BaseException) -> str:
    """An error in a line: what was wrong, and for a defect where."""
    text = " ".join(str(error).split())
    if isinstance(error, InputError):
        return text
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {text}{place}"
