"""read_png: the pixels of one PNG file of a data set, after checking its hash, kind and size."""

import hashlib
import io
import struct
import zlib

import numpy as np
from PIL.PngImagePlugin import PngImageFile

from raster.dataset.held_files import Place, bytes_at
from raster.errors import InputError

_COLOUR_TYPES = {"L": 0, "RGB": 2}  # of IHDR, by Pillow's mode


def read_png(path: Place, size: tuple[int, int], mode: str, sha256: str) -> np.ndarray:
    """Return (H, W) for mode "L" or (H, W, 3) for "RGB", uint8; size is (width, height) in pixels.

    Raises InputError naming the path for a missing or unreadable file, another hash than `sha256` (hex), another
    size, bit depth or colour type, and pixels that do not decode.
    """
    try:
        data = bytes_at(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    if (found := hashlib.sha256(data).hexdigest()) != sha256:
        raise InputError(f"{path}: its sha256 is {found}, but scenes.jsonl says {sha256}")
    # Bit depth from the header: Pillow calls 2 and 4 bit grey "L" too.
    header = struct.unpack(">8s4x4sIIBB", data[:26]) if len(data) >= 26 else (b"",)
    expected = (b"\x89PNG\r\n\x1a\n", b"IHDR", *size, 8, _COLOUR_TYPES[mode])
    if header[:2] != expected[:2]:
        raise InputError(f"{path}: is not a PNG file")
    if header != expected:
        width, height, depth, kind = header[2:]
        raise InputError(f"{path}: is {width} x {height}, {depth} bit, colour type {kind}; "
                         f"expected {size[0]} x {size[1]}, 8 bit, colour type {expected[-1]} ({mode})")  # fmt: skip
    try:
        # Not by Image.open, which refuses large images: the header has just shown the size that it ought to have.
        with PngImageFile(io.BytesIO(data)) as image:
            return np.asarray(image)
    except (OSError, SyntaxError, ValueError, zlib.error) as error:
        raise InputError(f"{path}: its pixels do not decode: {error}") from error
