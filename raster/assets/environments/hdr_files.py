"""read_hdr, read_exr: environment maps from files, as linear RGB of twice the width of their height."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from raster.assets.environments.radiance_rgbe import decode
from raster.assets.lfs_pointers import refuse_lfs_pointer
from raster.errors import InputError
from raster.system.regular_files import open_regular, read_regular

MAX_PIXELS = 64_000_000  # 11,300 x 5,650


def read_hdr(path: Path | str) -> np.ndarray:
    """(H, 2 H, 3) float32, linear, top row first, of a Radiance file. InputError, which names the file, for a bad one."""
    return _panorama(path, _hdr)


def read_exr(path: Path | str) -> np.ndarray:
    """(H, 2 H, 3) float32, linear, top row first, of an OpenEXR file's channels R, G, B, or Y alone. InputError as above.

    Needs the package OpenEXR (the extra `exr`).
    """
    return _panorama(path, _exr)


def _panorama(path: Path | str, read: Callable[[str], np.ndarray]) -> np.ndarray:
    try:
        linear = read(str(path))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    height, width = linear.shape[:2]
    if width != 2 * height:
        raise InputError(f"{path}: is {width} x {height}; an environment map (equirectangular) is twice as wide as high")
    if bad := int((~np.isfinite(linear)).any(axis=-1).sum()):
        raise InputError(f"{path}: {bad} pixels hold what is no finite number; save it again, with brightness below 65504")
    if (low := float(linear.min())) < -0.01 * float(linear.max()):
        raise InputError(f"{path}: holds negative light, down to {low:.3g}; expected linear values from 0 up")
    return np.maximum(linear, 0, out=linear)  # a filter's undershoot next to something bright


def _hdr(path: str) -> np.ndarray:
    data = read_regular(path)
    refuse_lfs_pointer(data)
    return decode(data, MAX_PIXELS)


def _exr(path: str) -> np.ndarray:
    try:
        import OpenEXR
    except ImportError:
        raise InputError("OpenEXR is not installed; pip install 'raster-labels[exr]', or convert the file to .hdr") from None
    with open_regular(path) as file:
        refuse_lfs_pointer(start := file.read(100))
        if start[:4] != b"\x76\x2f\x31\x01":
            raise InputError("is no OpenEXR file: it does not begin as one")
    try:
        with OpenEXR.File(path, header_only=True) as head:
            low, high = (np.asarray(corner, np.int64) for corner in head.header()["dataWindow"])
        width, height = (int(n) for n in high - low + 1)
        small = width * height <= MAX_PIXELS
        with OpenEXR.File(path, separate_channels=True, header_only=not small) as whole:
            channels = {name: channel.pixels for name, channel in whole.channels().items()}
    except (RuntimeError, ValueError, KeyError, TypeError) as error:  # what its binding raises for all that is wrong
        raise InputError(f"cannot be read by OpenEXR, is it cut off? ({error})") from None
    if not small:
        raise InputError(f"has {height} x {width} pixels; at most {MAX_PIXELS / 1e6:.0f} million are read")
    names = "RGB" if set("RGB") <= set(channels) else "YYY"
    if not set(names) <= set(channels) or {"RY", "BY"} & set(channels):
        raise InputError(f"has the channels {', '.join(sorted(channels))}; expected R, G, B, or Y alone")
    if {channels[name].shape for name in names} != {(height, width)}:
        raise InputError("has channels of different sizes")
    return np.stack([channels[name] for name in names], axis=-1).astype(np.float32)
