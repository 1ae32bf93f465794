"""current, make_current, restored: which OpenGL context the calling thread has, by EGL's handles."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple

from raster.errors import InputError
from raster.gl.egl import library

EGL_DRAW, EGL_READ = 0x3059, 0x305A


class Current(NamedTuple):
    """What a thread has current: EGL's handles, None where there is none."""

    display: int | None
    draw: int | None  # surfaces
    read: int | None
    context: int | None


@cache
def _egl() -> ctypes.CDLL:
    """The EGL library, with the types of what is used here. InputError if it is missing."""
    egl = library()
    for function in (egl.eglGetCurrentDisplay, egl.eglGetCurrentSurface, egl.eglGetCurrentContext):
        function.restype = ctypes.c_void_p
    egl.eglMakeCurrent.argtypes = [ctypes.c_void_p] * 4
    return egl


def current() -> Current:
    """What the calling thread has current. InputError without EGL."""
    egl = _egl()
    draw, read = (egl.eglGetCurrentSurface(which) for which in (EGL_DRAW, EGL_READ))
    return Current(egl.eglGetCurrentDisplay(), draw, read, egl.eglGetCurrentContext())


def make_current(wanted: Current) -> None:
    """Give the calling thread this context in place of the one it has. InputError if another thread has it."""
    has = current()
    if has == wanted:
        return
    # Who gives its context up names the display of it: a thread without a context has none.
    if not _egl().eglMakeCurrent(wanted.display or has.display, wanted.draw, wanted.read, wanted.context):
        raise InputError("OpenGL is in use in another thread: draw there, or end what made its context current there")


@contextmanager
def restored() -> Iterator[None]:
    """Give the calling thread, after a block, the context that it had before, or none."""
    before = current()
    try:
        yield
    finally:
        make_current(before)
