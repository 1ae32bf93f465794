"""current_context: OpenGL on an EGL device, checked for what raster needs. Device, describe: which driver draws.

A process has one context for each device and keeps it until exit. OpenGL lets a context be current in one thread at a time, so
current_context() lends it to a thread for the length of a block; the other threads wait.
"""

import ctypes
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from threading import RLock
from typing import Any

import moderngl

from raster.errors import InputError
from raster.gl import egl
from raster.gl.current import Current, current, make_current, restored

# It lets a vertex shader write gl_Layer. Shaders require it by this name, so other extensions with this feature do not count.
NEEDED_EXTENSION = "GL_ARB_shader_viewport_layer_array"
NEEDED_STORAGE_BLOCKS = 3  # in each stage: shaders/include/. OpenGL itself guarantees none for vertex shaders.
NEEDED_VARYINGS = 30  # vectors from a vertex to a fragment shader, unpacked: shaders/include/surface.glsl, camera.glsl
SOFTWARE_NAMES = ("llvmpipe", "softpipe", "swrast", "software rasterizer", "swiftshader", "microsoft basic render")


@dataclass(frozen=True)
class Device:
    """The driver that draws, and its limits."""

    device: int  # EGL's number
    name: str  # GL_RENDERER
    vendor: str
    version: str
    software: bool
    max_texture_size: int  # px
    max_array_layers: int
    max_storage_block: int  # bytes
    max_color_attachments: int
    passed_over: tuple[str, ...] = ()  # if a software rasterizer was chosen: why each GPU was not, a sentence each


_contexts: dict[int | None, moderngl.Context] = {}  # by device number; None: the one that was chosen here
_handles: dict[moderngl.Context, Current] = {}  # what EGL calls each of them
_renderers: dict[int, Device] = {}  # by device number
_owner: list[int] = []  # id of the process that opened the first one
_lock = RLock()  # held while one of them is lent to a thread


@contextmanager
def current_context(device: int | None = None) -> Iterator[moderngl.Context]:
    """Lend the OpenGL 4.3 core context of an EGL device to this thread for a block; other threads wait until its end.

    device: EGL's number. None: the first GPU in EGL's order that works, else a software rasterizer. Afterwards the thread has
    the context that it had before, such as the caller's own. Never fork after this call: the driver's threads are missing in
    the child, which would hang; start workers with "spawn". InputError in a forked child, and for a device that is missing,
    does not start or lacks something; it names the package to install or the setting to change.
    """
    refuse_forked()
    with _lock, restored():
        context = _opened(device)
        make_current(_handles[context])
        yield context


def opened() -> bool:
    """Return whether this process, or the one that it was forked from, has opened OpenGL."""
    return bool(_owner)


def forked() -> bool:
    """Return whether this process was forked from one that had opened OpenGL: none of it works here, nor is it to be freed."""
    return bool(_owner) and _owner[0] != os.getpid()


def refuse_forked() -> None:
    """InputError in a fork of a process that had opened OpenGL."""
    if forked():
        raise InputError('OpenGL was opened before this process was forked: start workers with "spawn", not "fork"')


def _opened(device: int | None) -> moderngl.Context:
    """The context of a device, opened at the first call. InputError as current_context()."""
    if device not in _contexts:
        listed = egl.devices()
        if device is not None and not 0 <= device < len(listed):
            raise InputError(f"gl.device={device}: EGL lists {len(listed)}, from 0; python -m raster.doctor shows them")
        _contexts[device] = _choose(listed) if device is None else _open(listed[device])
    return _contexts[device]


def describe(context: moderngl.Context) -> Device:
    """The driver behind a context of current_context()."""
    return next(renderer for number, renderer in _renderers.items() if _contexts[number] is context)


def announce(renderer: Device) -> tuple[str, ...]:
    """Lines for the user that name the driver; with a warning if it is a software rasterizer although there is a GPU."""
    first = f"renderer: {renderer.name} ({renderer.vendor}, OpenGL {renderer.version}), EGL device {renderer.device}"
    if not renderer.software:
        return (first,)
    if not renderer.passed_over:
        return (first, "NOTE: this is a SOFTWARE RASTERIZER: the CPU draws; with a GPU it would be faster")
    loud = "A GPU IS PRESENT AND NOT USED: a SOFTWARE RASTERIZER draws, many times slower"
    return (first, *(f"WARNING: {line}" for line in (loud, *renderer.passed_over)))


def gl_function(context: moderngl.Context, name: str, restype: Any, *argtypes: Any, extension: str = "") -> Any:
    """The OpenGL function `name` as a ctypes function; other Python threads run while it is in the driver.

    The context must be current when it is called. extension: the one that offers a function newer than OpenGL 4.3; it must be
    named, since libglvnd gives an address even for functions that do not exist. InputError if the driver lacks it.
    """
    address = context.mglo._context.load(name) if not extension or extension in context.extensions else 0
    if not address:
        raise InputError(f"{context.info['GL_RENDERER']} lacks {name} {extension}".rstrip() + ": update its driver")
    return ctypes.CFUNCTYPE(restype, *argtypes)(address)


def _choose(listed: Sequence[egl.Device]) -> moderngl.Context:
    """The context of the best device: see current_context. InputError, with the reason for each device, if none works."""
    usable: list[int] = []
    refused: dict[int, str] = {}  # by device number
    for device in sorted(listed, key=lambda d: d.software):
        try:
            _open(device)
        except InputError as error:
            refused[device.number] = str(error)
            continue
        usable.append(device.number)
        if not _renderers[device.number].software:
            return _contexts[device.number]
    hidden = egl.hidden_gpus(listed)
    if not usable:
        raise InputError("; ".join((*hidden, *refused.values())))
    gpus = (d.number for d in listed if not d.software)
    why = (refused.get(number, f"EGL device {number}: a software rasterizer draws for it") for number in gpus)
    _renderers[usable[0]] = replace(_renderers[usable[0]], passed_over=(*why, *hidden))
    return _contexts[usable[0]]


def _open(device: egl.Device) -> moderngl.Context:
    """The context of a device, opened at the first call. InputError says why it does not start."""
    if device.number in _contexts:
        return _contexts[device.number]
    try:
        context = _create(device.number, 430)
    except Exception as error:  # glcontext raises Exception itself, with a text
        raise InputError(f"EGL device {device.number}: {error}: {_cause(device, str(error))}") from error
    _owner[:] = [os.getpid()]
    _handles[context] = current()
    _renderers[device.number] = _checked(device.number, context)
    return _contexts.setdefault(device.number, context)


def _create(number: int, version: int) -> moderngl.Context:
    """A new context on the EGL device with this number; version: 430 for OpenGL 4.3."""
    device: Any = {"backend": "egl", "libgl": egl.LIBRARY, "libegl": egl.LIBRARY, "device_index": number}
    return moderngl.create_context(require=version, standalone=True, **device)


def _checked(number: int, context: moderngl.Context) -> Device:
    """The driver of a new context. InputError names all that it lacks."""
    info = context.info
    name, version = info["GL_RENDERER"], info["GL_VERSION"]
    blocks = [f"GL_MAX_{stage}_SHADER_STORAGE_BLOCKS" for stage in ("VERTEX", "FRAGMENT")]
    missing = [f"{limit} >= {NEEDED_STORAGE_BLOCKS}" for limit in blocks if info[limit] < NEEDED_STORAGE_BLOCKS]
    if info["GL_MAX_VARYING_VECTORS"] < NEEDED_VARYINGS:
        missing.append(f"GL_MAX_VARYING_VECTORS >= {NEEDED_VARYINGS}")
    if NEEDED_EXTENSION not in context.extensions:
        missing.append(NEEDED_EXTENSION)
    if missing:
        context.release()
        what = f"{name}, OpenGL {version}, lacks {' and '.join(missing)}"
        raise InputError(f"EGL device {number}: {what}: update its driver or choose another gl.device{egl.changed()}")
    software = any(part in name.lower() for part in SOFTWARE_NAMES)
    limits = ("TEXTURE_SIZE", "ARRAY_TEXTURE_LAYERS", "SHADER_STORAGE_BLOCK_SIZE", "COLOR_ATTACHMENTS")
    return Device(number, name, info["GL_VENDOR"], version, software, *(info[f"GL_MAX_{limit}"] for limit in limits))


def _cause(device: egl.Device, failure: str) -> str:
    """Why a device did not start, from the text of the failure and from what an older version of OpenGL says."""
    if "eglInitialize" in failure:
        return egl.why_not_initialized(device)
    offers = "no OpenGL 3.3 core"
    with suppress(Exception):  # see _open
        old = _create(device.number, 330)
        offers = f"{old.info['GL_RENDERER']} with OpenGL {old.info['GL_VERSION']}"
        old.release()
    return f"it offers {offers}, and raster needs OpenGL 4.3: update its driver{egl.changed()}"
