"""Helpers: processes that draw beside this one, or that feed it. They are forked before OpenGL is opened, or spawned."""

import multiprocessing
import os
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

from raster.errors import InputError
from raster.gl.context import opened
from raster.run.draw_client import DrawClient
from raster.run.own_folder import own_folder
from raster.run.setup import Setup, module_of
from raster.run.workers import SPAWN, DrawJob, SharedProgress, draw
from raster.system.helper_process import end_with_parent
from raster.system.interrupts import interrupts_later

_FORK = multiprocessing.get_context("fork")


class Helpers:
    """`count` processes that do what begin() gives them, until they are done or the block of this object ends.

    They draw, or they feed: then they sample, annotate and write, and what they need is drawn at the other end of `pipes`.

    A forked one has all modules and the setup of this process at once, shares their memory, and opens OpenGL while this process
    does. A spawned one imports and unpickles all of that first, but OpenGL and threads of this process do it no harm.
    """

    def __init__(self, setup: Setup, count: int, software: bool, feeds: bool = False):
        """software: whether all OpenGL devices in question are software rasterizers; a GPU's driver may not like a fork that
        opens it, too.
        """
        self.setup, self.count, self.feeds = setup, count, feeds
        self.forks = (software or feeds) and can_fork(setup)
        self.shared = SharedProgress(_FORK if self.forks or not count else SPAWN)
        self.processes: list[Any] = []
        self.pipes: list[Connection] = []

    def __enter__(self) -> "Helpers":
        """Fork, if that can be. Nothing is drawn before begin()."""
        if self.forks:
            self._start(_FORK)
        return self

    def begin(self, job: DrawJob) -> None:
        """Let all of them do what is missing. The setup of `job` is that of this object."""
        if not self.forks:
            if multiprocessing.get_start_method() not in multiprocessing.get_all_start_methods():
                multiprocessing.set_start_method(
                    "spawn", force=True
                )  # in a worker of joblib's, whose own method no helper knows
            self._start(SPAWN)
        for pipe in self.pipes:
            with suppress(ConnectionError):  # one that has ended: whoever waits for it says why
                pipe.send((job.out, job.chunks, job.threads, job.missing, job.target))
        if not self.feeds:
            self.close()

    def close(self) -> None:
        """Close the pipes: helpers that feed end. A second call does nothing."""
        while self.pipes:
            self.pipes.pop().close()

    def __exit__(self, *_: object) -> None:
        """End those that never began; the others have been waited for."""
        if self.pipes:
            for helper in self.processes:
                helper.kill()
                helper.join()
            self.close()

    def _start(self, context: Any) -> None:
        """Start all of them."""
        with interrupts_later():
            for _ in range(self.count):
                here, there = context.Pipe()
                others = (*self.pipes, here) if self.forks else ()
                told = (self.setup, there, self.feeds, others, self.shared, os.getpid())
                helper = context.Process(target=_help, args=told, daemon=True)
                helper.start()
                there.close()
                self.processes.append(helper)
                self.pipes.append(here)


def can_fork(setup: Setup) -> bool:
    """Whether a fork of this process could open OpenGL and draw: it has not opened it, runs no other Python thread, and knows
    no part but raster's own, since other packages may have threads that do not survive a fork.
    """
    parts = [*setup.sampler.randomizers.values(), *setup.annotations.values(), *setup.writers.values()]
    own = own_folder() is not None or any(not module_of(part).startswith("raster.") for part in parts)
    return not own and not opened() and threading.active_count() == 1


def _help(
    setup: Setup, pipe: Connection, feeds: bool, others: tuple[Connection, ...], shared: SharedProgress, parent: int
) -> None:
    """Draw or feed in a helper until no chunk is left, the run is stopped, or the parent process has ended.

    others: the parent's ends of pipes, which a fork has, too: while they are open, nobody sees that the parent closes them.
    """
    if not end_with_parent(parent):
        return
    for other in others:
        other.close()
    with _told(shared):
        renderer = DrawClient(setup, pipe) if feeds else setup.renderer()
        draw(DrawJob(setup, *pipe.recv()), renderer, shared)


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
