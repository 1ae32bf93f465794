"""ENGINES: what runs the processes that draw, by the values of the option engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from raster.errors import InputError
from raster.scaling.local_pool import LocalPool
from raster.scaling.ray_pool import RayPool, Resources, open_cluster
from raster.scaling.scaled_set import Pools


@contextmanager
def local_engine(processes: int | None, gpus: float) -> Iterator[Pools]:
    """Processes of this machine."""
    if gpus:
        raise InputError(f"gpus={gpus:g}: with engine=local gl.device= chooses what draws; leave it out")
    yield partial(LocalPool, most=processes)


@contextmanager
def ray_engine(processes: int | None, cpus: int, gpus: float, address: str | None) -> Iterator[Pools]:
    """Actors of a Ray cluster."""
    with open_cluster(address):
        yield partial(RayPool, most=processes, takes=Resources(cpus, gpus))
