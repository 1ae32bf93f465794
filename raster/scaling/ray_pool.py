"""RayPool: actors of a Ray cluster that draw shards, each with an OpenGL context that it keeps."""

import math
from dataclasses import dataclass, replace
from typing import Any

from raster.errors import InputError
from raster.scaling.pool import Event, Lost
from raster.scaling.ray_cluster import ray
from raster.scaling.shard_job import Drawn, Opened, ShardDrawer, ShardJob


@dataclass(frozen=True)
class Resources:
    """What a process takes of a cluster."""

    cpus: int
    gpus: float

    def __str__(self) -> str:
        """In words, as a message has them."""
        return f"{self.cpus} CPU core{'s' * (self.cpus > 1)}" + (f" and {self.gpus:g} GPU" if self.gpus else "")


class _Actor(ShardDrawer):
    """A ShardDrawer that Ray runs."""

    def start(self) -> tuple[str, Opened]:
        """The node, and what came of opening OpenGL on the GPU that Ray chose. A machine may be several nodes."""
        node, opened = ray().get_runtime_context().get_node_id(), self.open(gpus_of_this_process())
        return node, replace(opened, machine=f"{opened.machine}/{node[:8]}")


@dataclass
class _Process:
    handle: Any
    busy: Any  # the reference of what it does now, None where it does nothing
    node: str = ""


class RayPool:
    """As raster.scaling.pool.Pool. `most`: how many processes; None: as many as the nodes have room for, also those that join.

    A process that waits for room makes an autoscaler add machines, if the cluster has one and `most` is given.
    """

    def __init__(self, job: ShardJob, most: int | None, takes: Resources):
        self._most, self._takes = most, takes
        self._job = ray().put(job)
        self._actor = ray().remote(num_cpus=takes.cpus, num_gpus=takes.gpus, max_restarts=0, max_task_retries=0)(_Actor)
        self._processes: dict[int, _Process] = {}
        self._started = 0
        if most is None and not self._room():
            raise InputError(f"no machine of this Ray cluster has {takes} for a process; change cpus= or gpus=")

    def _room(self) -> int:
        """How many processes the nodes have room for, if nobody else takes any."""
        takes, room = self._takes, 0
        for node in ray().nodes():
            if node["Alive"]:
                has = node["Resources"]
                fit = has.get("CPU", 0) // takes.cpus
                room += int(min(fit, math.floor(has.get("GPU", 0) / takes.gpus + 1e-9)) if takes.gpus else fit)
        return room

    def grow(self, wanted: int) -> int:
        """As Pool.grow()."""
        most = self._room() if self._most is None else self._most
        while len(self._processes) < min(wanted, most):
            handle = self._actor.remote(self._job)
            self._processes[self._started] = _Process(handle, handle.start.remote())
            self._started += 1
        return len(self._processes)

    def give(self, process: int, shard: int) -> None:
        """As Pool.give()."""
        self._processes[process].busy = self._processes[process].handle.draw.remote(shard)

    def drop(self, process: int) -> None:
        """As Pool.drop()."""
        ray().kill(self._processes.pop(process).handle)

    def wait(self, seconds: float) -> list[Event]:
        """As Pool.wait()."""
        numbers = {held.busy: number for number, held in self._processes.items() if held.busy is not None}
        if not numbers:
            ray().wait([self._job], timeout=0)  # whether the cluster is there
            return []
        done, _ = ray().wait(list(numbers), num_returns=1, timeout=seconds)
        more, _ = ray().wait(list(numbers), num_returns=len(numbers), timeout=0) if done else ((), ())
        return [Event(numbers[reference], self._told(numbers[reference])) for reference in dict.fromkeys((*done, *more))]

    def _told(self, number: int) -> Opened | Drawn | Lost:
        held = self._processes[number]
        try:
            told = ray().get(held.busy)
        except ray().exceptions.RayActorError as error:
            self.drop(number)  # one that is only out of reach would draw on, for nobody
            return self._lost(held, error)
        held.busy = None
        if isinstance(told, tuple):
            held.node, told = told
        answer: Opened | Drawn = told
        return answer

    def _lost(self, held: _Process, error: Exception) -> Lost:
        if isinstance(error, ray().exceptions.ActorUnavailableError):
            return Lost("out of reach", machine=True)
        lines = [line for line in str(error).splitlines() if line and not line.startswith("\t")]
        alive = {node["NodeID"] for node in ray().nodes() if node["Alive"]}
        machine = getattr(error, "preempted", False) or held.node not in alive or "node" in lines[-1]
        return Lost(" ".join(lines[-1].split()), bool(machine))

    def close(self) -> None:
        """As Pool.close()."""
        while self._processes:
            _, held = self._processes.popitem()
            ray().kill(held.handle)


def gpus_of_this_process() -> list[int]:
    """CUDA's numbers of the GPUs that Ray gives to this process, [] for none."""
    given = ray().get_runtime_context().get_accelerator_ids().get("GPU", [])
    return [int(number) for number in given if str(number).isdecimal()]
