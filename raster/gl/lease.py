"""Lease: the OpenGL context of a device for something that keeps objects on the GPU, in any thread, until these are freed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import moderngl

from raster.errors import InputError
from raster.gl.context import current_context, forked, refuse_forked


class Lease:
    """The context of one device, lent to one thread at a time. `ended`: what is on the GPU was freed, or cannot be reached."""

    def __init__(self, device: int | None):
        self._device, self._ended = device, False

    @property
    def ended(self) -> bool:
        """Whether nothing can be drawn any more: after end(), and in a fork of the process that drew."""
        return self._ended or forked()

    def require(self) -> None:
        """InputError where nothing can be drawn any more; it says why."""
        refuse_forked()
        if self._ended:
            raise InputError("this was released and cannot draw any more: make another ImageSource or Renderer")

    @contextmanager
    def current(self) -> Iterator[moderngl.Context]:
        """The context, current in this thread for the length of a block. InputError as require() and current_context()."""
        self.require()
        with current_context(self._device) as context:
            self.require()  # another thread may have freed everything while this one waited
            yield context

    def end(self, free: Callable[[], None]) -> None:
        """Call free() with the context current, and lend it no more.

        A second call does nothing, nor does one in a fork, nor at the end of Python, where modules are gone already.
        """
        if self.ended or sys.is_finalizing():
            return
        with current_context(self._device):
            if not self._ended:
                self._ended = True
                free()
