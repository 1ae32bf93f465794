"""LocalPool: processes of this machine that draw shards. They are spawned, since a fork must not open OpenGL twice."""

import multiprocessing
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from raster.errors import InputError
from raster.scaling.pool import Event, Lost
from raster.scaling.shard_job import Drawn, Opened, ShardDrawer, ShardJob
from raster.system.cpu import usable_cores
from raster.system.helper_process import end_with_parent
from raster.system.interrupts import interrupts_later

_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class _Helper:
    process: Any
    pipe: Connection


class LocalPool:
    """As raster.scaling.pool.Pool. `most`: how many processes; None: as many as the cores of this machine are enough for."""

    def __init__(self, job: ShardJob, most: int | None):
        self._job, self._helpers, self._started = job, dict[int, _Helper](), 0
        self._most = usable_cores() // job.cores if most is None else most
        if not self._most:
            raise InputError(f"cpus={job.cores}: this machine has {usable_cores()}")

    def grow(self, wanted: int) -> int:
        """As Pool.grow()."""
        with interrupts_later():
            while len(self._helpers) < min(wanted, self._most):
                here, there = _SPAWN.Pipe()
                process = _SPAWN.Process(target=_serve, args=(self._job, there, os.getpid()), daemon=True)
                process.start()
                there.close()
                self._helpers[self._started] = _Helper(process, here)
                self._started += 1
        return len(self._helpers)

    def give(self, process: int, shard: int) -> None:
        """As Pool.give()."""
        with suppress(OSError):  # it has ended: wait() tells
            self._helpers[process].pipe.send(shard)

    def drop(self, process: int) -> None:
        """As Pool.drop()."""
        self._end([self._helpers.pop(process)])

    def wait(self, seconds: float) -> list[Event]:
        """As Pool.wait()."""
        numbers = {helper.pipe: number for number, helper in self._helpers.items()}
        ready: Sequence[Any] = wait(list(numbers), seconds)
        return [Event(numbers[pipe], self._told(numbers[pipe])) for pipe in ready]

    def _told(self, number: int) -> Opened | Drawn | Lost:
        try:
            told: Opened | Drawn = self._helpers[number].pipe.recv()
        except (EOFError, OSError):
            helper = self._helpers.pop(number)
            helper.process.join()
            code = helper.process.exitcode
            return Lost(
                f"its process was ended by signal {-code} (out of memory?)" if code < 0 else f"its process ended with {code}"
            )
        return told

    def close(self) -> None:
        """As Pool.close()."""
        helpers = list(self._helpers.values())
        self._helpers.clear()
        self._end(helpers)

    def _end(self, helpers: Sequence[_Helper]) -> None:
        for helper in helpers:
            helper.process.kill()
        for helper in helpers:
            helper.process.join()
            helper.pipe.close()


def _serve(job: ShardJob, pipe: Connection, parent: int) -> None:
    """Draw the shards that come through the pipe, until it is closed."""
    if not end_with_parent(parent):
        return
    drawer = ShardDrawer(job)
    try:
        pipe.send(drawer.open())
        while True:
            pipe.send(drawer.draw(pipe.recv()))
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return
