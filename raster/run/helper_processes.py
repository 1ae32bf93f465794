"""Helpers: processes that draw beside this one. They are forked before OpenGL is opened, or spawned where that cannot be."""

import multiprocessing
import os
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from raster.errors import InputError
from raster.gl.context import opened
from raster.run.own_folder import own_folder
from raster.run.setup import Setup, module_of
from raster.run.workers import SPAWN, DrawJob, SharedProgress, draw
from raster.system.helper_process import end_with_parent
from raster.system.interrupts import interrupts_later

_FORK = multiprocessing.get_context("fork")


class Helpers:
    """`count` processes that draw what begin() gives them, until they are done or the block of this object ends.

    A forked one has all modules and the setup of this process at once, shares their memory, and opens OpenGL while this process
    does. A spawned one imports and unpickles all of that first, but OpenGL and threads of this process do it no harm.
    """

    def __init__(self, setup: Setup, count: int, software: bool):
        """software: whether all OpenGL devices in question are software rasterizers; a GPU's driver may not like a fork."""
        self.setup, self.count = setup, count
        self.forks = software and can_fork(setup)
        self.shared = SharedProgress(_FORK if self.forks or not count else SPAWN)
        self.processes: list[Any] = []
        self._pipes: list[Any] = []

    def __enter__(self) -> "Helpers":
        """Fork, if that can be. Nothing is drawn before begin()."""
        if self.forks:
            with interrupts_later():
                for _ in range(self.count):
                    receiver, sender = _FORK.Pipe(duplex=False)
                    helper = _FORK.Process(target=_forked, args=(self.setup, receiver, self.shared, os.getpid()), daemon=True)
                    helper.start()
                    receiver.close()
                    self.processes.append(helper)
                    self._pipes.append(sender)
        return self

    def begin(self, job: DrawJob) -> None:
        """Let all of them draw what is missing. The setup of `job` is that of this object."""
        if not self.forks:
            self.processes = start_helpers(job, self.shared, self.count)
        while self._pipes:
            with self._pipes.pop() as sender, suppress(BrokenPipeError):  # one that has ended: whoever waits for it says why
                sender.send((job.out, job.chunks, job.threads, job.missing))

    def __exit__(self, *_: object) -> None:
        """End those that never began; the others have been waited for."""
        if self._pipes:
            for helper in self.processes:
                helper.kill()
                helper.join()
            for sender in self._pipes:
                sender.close()


def can_fork(setup: Setup) -> bool:
    """Whether a fork of this process could open OpenGL and draw: it has not opened it, runs no other Python thread, and knows
    no part but raster's own, since other packages may have threads that do not survive a fork.
    """
    parts = [*setup.sampler.randomizers.values(), *setup.annotations.values(), *setup.writers.values()]
    own = own_folder() is not None or any(not module_of(part).startswith("raster.") for part in parts)
    return not own and not opened() and threading.active_count() == 1


def _forked(setup: Setup, receiver: Any, shared: SharedProgress, parent: int) -> None:
    """Open OpenGL in a forked helper, wait for what is to be drawn, and draw."""
    if not end_with_parent(parent):
        return
    with _told(shared):
        renderer = setup.renderer()
        draw(DrawJob(setup, *receiver.recv()), renderer, shared)


def start_helpers(job: DrawJob, shared: SharedProgress, count: int) -> list[Any]:
    """Start `count` processes that draw beside this one, and return them."""
    if multiprocessing.get_start_method() not in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method("spawn", force=True)  # in a worker of joblib's, whose own method no helper knows
    helpers = [SPAWN.Process(target=_help, args=(job, shared, os.getpid()), daemon=True) for _ in range(count)]
    with interrupts_later():
        for helper in helpers:
            helper.start()
    return helpers


def _help(job: DrawJob, shared: SharedProgress, parent: int) -> None:
    """Draw in a spawned helper until no chunk is left, the run is stopped, or the parent process has ended."""
    if end_with_parent(parent):
        with _told(shared):
            draw(job, job.setup.renderer(), shared)


@contextmanager
def _told(shared: SharedProgress) -> Iterator[None]:
    """Tell the parent process what fails in a helper, and stop the run."""
    try:
        yield
    except InputError as error:
        shared.errors.put(str(error))
        shared.stop.set()
    except Exception:
        shared.errors.put(traceback.format_exc())
        shared.stop.set()
        raise
