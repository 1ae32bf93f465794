"""devices: the EGL devices of this machine, listed without an OpenGL context; and why a GPU or a driver is not among them."""

import ctypes
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from raster.errors import InputError
from raster.system.platform import require_linux

LIBRARY = "libEGL.so.1"
NVIDIA_LIBRARY = "libEGL_nvidia.so.0"
VENDOR_FOLDERS = ("/etc/glvnd/egl_vendor.d", "/usr/share/glvnd/egl_vendor.d")  # where libglvnd looks for drivers
INSTALL = "apt-get install -y --no-install-recommends libegl1 libgl1-mesa-dri (conda-forge: mesalib)"
CONTAINER = "start the container with NVIDIA_DRIVER_CAPABILITIES=all (or with graphics among them)"
VENDOR_SETTINGS = ("__EGL_VENDOR_LIBRARY_FILENAMES", "__EGL_VENDOR_LIBRARY_DIRS")
OVERRIDES = ("GLCONTEXT_DEVICE_INDEX", "GLCONTEXT_GLVERSION", "GLCONTEXT_LINUX_LIBGL", "GLCONTEXT_LINUX_LIBEGL")
LOADING = ("LIBGL_ALWAYS_SOFTWARE", "LIBGL_DRIVERS_PATH", "GALLIUM_DRIVER", "MESA_LOADER_DRIVER_OVERRIDE")  # Mesa's
OFFERING = ("MESA_GL_VERSION_OVERRIDE", "MESA_EXTENSION_OVERRIDE")
SETTINGS = (
    *VENDOR_SETTINGS,
    *LOADING,
    *OFFERING,
    *OVERRIDES,
    "LP_NUM_THREADS",
    "NVIDIA_DRIVER_CAPABILITIES",
    "NVIDIA_VISIBLE_DEVICES",
    "CUDA_VISIBLE_DEVICES",
)

# From EGL/eglext.h.
EGL_VENDOR, EGL_EXTENSIONS, EGL_RENDERER_EXT = 0x3053, 0x3055, 0x335F
EGL_DRM_DEVICE_FILE_EXT, EGL_DRM_RENDER_NODE_FILE_EXT, EGL_CUDA_DEVICE_NV = 0x3233, 0x3377, 0x323A


@dataclass(frozen=True)
class Device:
    """One EGL device. `number` is its place in EGL's list, and the value of gl.device; "" and None: the driver does not say."""

    number: int
    vendor: str
    name: str
    drm_file: str  # such as /dev/dri/renderD128
    cuda: int | None  # CUDA's number of it; CUDA_VISIBLE_DEVICES does not change EGL's numbers
    software: bool  # as the driver says (EGL_MESA_device_software); only GL_RENDERER is reliable
    extensions: tuple[str, ...]


def devices() -> tuple[Device, ...]:
    """The EGL devices of this machine, at least one, in EGL's order. InputError says what to install or set if none."""
    if overrides := settings(OVERRIDES):
        raise InputError(f"{overrides[0]} is set and would override raster's choice: unset it, use gl.device")
    egl = library()
    query = _entry(egl, "eglQueryDevicesEXT", ctypes.c_uint, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    count = ctypes.c_int(0)
    if not query(0, None, ctypes.byref(count)):
        raise InputError(f"{LIBRARY}: eglQueryDevicesEXT failed ({egl.eglGetError():#x}): its driver is broken")
    if count.value == 0:
        raise InputError(f"EGL lists no device: {_why_none()}")
    handles = (ctypes.c_void_p * count.value)()
    query(count.value, handles, ctypes.byref(count))
    return tuple(_device(egl, number, handles[number]) for number in range(count.value))


def settings(names: Sequence[str] = SETTINGS) -> tuple[str, ...]:
    """The environment variables among `names` that are set, as "NAME=value"."""
    return tuple(f"{name}={os.environ[name]}" for name in names if name in os.environ)


def hidden_gpus(listed: Sequence[Device], dev: Path = Path("/dev")) -> tuple[str, ...]:
    """A sentence with the reason for each GPU that the kernel shows under `dev` and EGL does not list."""
    nvidia, nodes = sorted(dev.glob("nvidia[0-9]*")), sorted(dev.glob("dri/renderD*"))
    if nvidia and not any(d.cuda is not None or "NVIDIA" in d.vendor.upper() for d in listed):
        return (f"{nvidia[0]} is an NVIDIA GPU that EGL does not list: {_why_no_nvidia()}",)
    if nodes and all(d.software for d in listed):
        hiding = ", ".join(settings((*VENDOR_SETTINGS, *LOADING)))
        cause = f"unset {hiding}" if hiding else f"its Mesa driver is missing: {INSTALL}"
        return (f"{nodes[0]} is a GPU that EGL does not list: {cause}",)
    return ()


def changed() -> str:
    """The settings that change what Mesa offers, as " (NAME=value is set)"; "" if there are none."""
    found = settings((*LOADING, *OFFERING))
    return f" ({', '.join(found)} is set)" if found else ""


def why_not_initialized(device: Device) -> str:
    """What commonly keeps eglInitialize from working on `device`."""
    if device.cuda is None and (changed := settings(LOADING)):
        return f"the driver did not start with {', '.join(changed)} set: unset it"
    if device.software:
        return f"the Mesa drivers are missing or broken: {INSTALL}"
    if device.drm_file and not os.access(device.drm_file, os.R_OK | os.W_OK):
        return f"no access to {device.drm_file}: add the user to its group, or docker run --device /dev/dri"
    return "its driver did not start: the GPU is not given to this container, or it has no driver for OpenGL here"


def library() -> ctypes.CDLL:
    """The EGL library. InputError if it is missing."""
    require_linux()
    try:
        return ctypes.CDLL(LIBRARY)
    except OSError as error:
        raise InputError(f"{LIBRARY} cannot be loaded ({error}): {INSTALL}") from error


def _entry(library: ctypes.CDLL, name: str, restype: Any, *argtypes: Any) -> Any:
    """An EGL function as a ctypes function. InputError if the library lacks it."""
    find = library.eglGetProcAddress
    find.restype, find.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    if not (address := find(name.encode())):
        raise InputError(f"{LIBRARY} has no {name} (EGL_EXT_device_base): it is too old; {INSTALL}")
    return ctypes.CFUNCTYPE(restype, *argtypes)(address)


def _device(library: ctypes.CDLL, number: int, handle: int | None) -> Device:
    """What the driver says about the device with this number and handle."""
    string = _entry(library, "eglQueryDeviceStringEXT", ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int)
    pointer = ctypes.c_void_p
    attribute = _entry(library, "eglQueryDeviceAttribEXT", ctypes.c_uint, pointer, ctypes.c_int, pointer)

    def text(key: int) -> str:
        return (string(handle, key) or b"").decode(errors="replace")

    has = tuple(text(EGL_EXTENSIONS).split())
    cuda = ctypes.c_ssize_t(-1)
    with_cuda = "EGL_NV_device_cuda" in has and attribute(handle, EGL_CUDA_DEVICE_NV, ctypes.byref(cuda))
    node = text(EGL_DRM_RENDER_NODE_FILE_EXT) if "EGL_EXT_device_drm_render_node" in has else ""
    named = "EGL_EXT_device_query_name" in has
    return Device(
        number,
        text(EGL_VENDOR) if named else "",
        text(EGL_RENDERER_EXT) if named else "",
        node or (text(EGL_DRM_DEVICE_FILE_EXT) if "EGL_EXT_device_drm" in has else ""),
        cuda.value if with_cuda else None,
        "EGL_MESA_device_software" in has,
        has,
    )


def _why_none() -> str:
    """Why EGL lists no device."""
    if hiding := settings(VENDOR_SETTINGS):
        return f"{', '.join(hiding)} leads to no driver that works; unset it"
    if hidden := hidden_gpus(()):
        return hidden[0]
    return f"{LIBRARY} is there, a driver is not: {INSTALL}; with an NVIDIA GPU, {CONTAINER}"


def _why_no_nvidia() -> str:
    """Why EGL does not list an NVIDIA GPU that the kernel shows."""
    if hiding := settings(VENDOR_SETTINGS):
        return f"{', '.join(hiding)} leaves its driver out; unset it"
    try:
        ctypes.CDLL(NVIDIA_LIBRARY)
    except OSError:
        return f"{NVIDIA_LIBRARY} is missing: {CONTAINER}, or install libnvidia-gl of the kernel driver's version"
    if not any(file for folder in VENDOR_FOLDERS for file in Path(folder).glob("*nvidia*.json")):
        return (
            f"{NVIDIA_LIBRARY} is not registered: write {VENDOR_FOLDERS[0]}/10_nvidia.json with "
            f'{{"file_format_version": "1.0.0", "ICD": {{"library_path": "{NVIDIA_LIBRARY}"}}}}'
        )
    return "its driver is registered and finds no GPU: see whether nvidia-smi does, with the same version"
