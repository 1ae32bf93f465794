"""Helpers: processes that draw beside this one, or that feed it. They are forked before OpenGL is opened, or spawned."""

import multiprocessing
import os
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

from raster.errors import InputError
from raster.gl.context import opened
from raster.run.draw_client import DrawClient
from raster.run.draw_server import serve
from raster.run.own_folder import own_folder
from raster.run.setup import Setup, module_of
from raster.run.workers import SPAWN, DrawJob, SharedProgress, draw
from raster.system.helper_process import end_with_parent
from raster.system.interrupts import interrupts_later

_FORK = multiprocessing.get_context("fork")


class Helpers:
    """`count` processes that do what begin() gives them, until they are done or the block of this object ends.

    They draw, or they feed: then they sample, annotate and write, and what they need is drawn at the other end of `pipes`, by
    this process, or by those that begin() starts for more devices.

    A forked one has all modules and the setup of this process at once, shares their memory, and opens OpenGL while this process
    does. A spawned one imports and unpickles all of that first, but OpenGL and threads of this process do it no harm.
    """

    def __init__(self, setup: Setup, count: int, software: bool, feeds: bool = False, also: Sequence[int] = ()):
        """software: whether all OpenGL devices in question are software rasterizers; a GPU's driver may not like a fork that
        opens it, too. also: numbers of more devices that draw for those that feed.
        """
        self.setup, self.count, self.feeds, self.also = setup, count, feeds, also
        self.forks = (software or feeds) and can_fork(setup)
        self.shared = SharedProgress(_FORK if (self.forks or not count) and not also else SPAWN)
        self.processes: list[Any] = []
        self.pipes: list[Connection] = []

    def __enter__(self) -> "Helpers":
        """Fork, if that can be. Nothing is drawn before begin()."""
        if self.forks:
            self._start(_FORK, self.setup)
        return self

    def begin(self, job: DrawJob, renderer: str = "") -> None:
        """Let all of them do what is missing. The setup of `job` is that of this object, but for the batch.

        renderer: the name of what draws here, which is that of all devices.
        """
        if not self.forks:
            if multiprocessing.get_start_method() not in multiprocessing.get_all_start_methods():
                multiprocessing.set_start_method("spawn", force=True)  # in a worker of joblib's: no helper knows its own one
            self._start(SPAWN, job.setup)
        for pipe in self.pipes:
            with suppress(ConnectionError):  # one that has ended: whoever waits for it says why
                pipe.send((job.out, job.chunks, job.threads, job.missing, job.target))
        if self.feeds:
            self._start_drawing(job.setup, renderer)
        else:
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

    def _start(self, context: Any, setup: Setup) -> None:
        """Start all of them."""
        for _ in range(self.count):
            here, there = context.Pipe()
            others = (*self.pipes, here) if self.forks else ()
            self._run(context, _help, setup, there, self.feeds, others)
            there.close()
            self.pipes.append(here)

    def _start_drawing(self, setup: Setup, renderer: str) -> None:
        """Start a process for each further device, and give it some of the pipes."""
        devices = 1 + len(self.also)
        parts = [self.pipes[k::devices] for k in range(devices)]
        for device, part in zip(self.also, parts[1:], strict=True):
            self._run(SPAWN, _draw_for_others, replace(setup, device=device), part, renderer)
            for pipe in part:
                pipe.close()
        self.pipes = parts[0]

    def _run(self, context: Any, target: Any, setup: Setup, *arguments: Any) -> None:
        """Start a process that calls target() with the setup, these arguments, what is shared, and the number of this process.

        A spawned one gets the setup through a pipe of its own: of what multiprocessing hands over, a process that ended early
        would leave a part unread, and this one would wait for that for ever.
        """
        rest = (*arguments, self.shared, os.getpid())
        if context is _FORK:
            self._begin_process(_FORK.Process(target=target, args=(setup, *rest), daemon=True))
            return
        there, here = context.Pipe(duplex=False)
        with here:
            with there:
                self._begin_process(context.Process(target=_spawned, args=(there, target, *rest), daemon=True))
            with suppress(ConnectionError):  # it has ended: whoever waits for it says why
                here.send(setup)

    def _begin_process(self, process: Any) -> None:
        """Start a process, and remember it."""
        with interrupts_later():
            process.start()
            self.processes.append(process)


def can_fork(setup: Setup) -> bool:
    """Whether a fork of this process could open OpenGL and draw: it has not opened it, runs no other Python thread, and knows
    no part but raster's own, since other packages may have threads that do not survive a fork.
    """
    parts = [*setup.sampler.randomizers.values(), *setup.annotations.values(), *setup.writers.values()]
    own = own_folder() is not None or any(not module_of(part).startswith("raster.") for part in parts)
    return not own and not opened() and threading.active_count() == 1


def _spawned(pipe: Connection, target: Any, *arguments: Any) -> None:
    """Call target() with the setup that comes through the pipe, and these arguments. Not if the parent process has ended."""
    with pipe:
        try:
            setup = pipe.recv()
        except EOFError:
            return
    target(setup, *arguments)


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
        if isinstance(renderer, DrawClient) and renderer.ended:  # what it had sent is lost
            shared.stop.set()


def _draw_for_others(setup: Setup, pipes: Sequence[Connection], name: str, shared: SharedProgress, parent: int) -> None:
    """Draw for helpers that feed, in a process of its own. The device has to be such as draws in the parent process."""
    if not end_with_parent(parent):
        return
    with _told(shared):
        renderer = setup.renderer()
        if renderer.info.name != name:
            what = f"device {setup.device} is {renderer.info.name}, and not {name}: an image must not depend on who draws it"
            raise InputError(f"gl.also: {what}")
        serve(renderer, pipes, setup.sampler.most_meshes, shared.stop.set)


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
