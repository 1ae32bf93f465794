"""local_engine, ray_engine, slurm_engine: what runs the processes that draw, for the option engine of raster scale."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from raster.errors import InputError
from raster.scaling.draw_shards import draw_shards
from raster.scaling.local_pool import LocalPool
from raster.scaling.ray_cluster import open_cluster
from raster.scaling.ray_pool import RayPool, Resources
from raster.scaling.scaled_set import Draw
from raster.scaling.slurm_array import SlurmArray


@contextmanager
def local_engine(processes: int | None, gpus: float) -> Iterator[Draw]:
    """Processes of this machine; None: as many as its cores are enough for."""
    if gpus:
        raise InputError(f"gpus={gpus:g}: with engine=local gl.device= chooses what draws; leave it out")
    yield lambda work: draw_shards(LocalPool(work.job, processes), work)


@contextmanager
def ray_engine(processes: int | None, takes: Resources, address: str | None) -> Iterator[Draw]:
    """Actors of a Ray cluster; None: as many as its nodes have room for."""
    with open_cluster(address):
        yield lambda work: draw_shards(RayPool(work.job, processes, takes), work)


@contextmanager
def slurm_engine(processes: int | None, gpus: float, more: Mapping[str, Any], logs: Path) -> Iterator[Draw]:
    """Jobs of Slurm."""
    yield SlurmArray(processes, gpus, more, logs).draw
