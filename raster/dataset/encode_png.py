"""encode_rgb, encode_grey, encode_palette, and in 16 bits encode_rgb16, encode_grey16: PNG files from NumPy arrays.

Many times faster than zlib makes them: the filter is one NumPy call for the whole image, deflate is igzip at level 0.
`python -m benchmarks.encode --sweep` shows why. In colour, Up gives less than half the bytes of None on clean images and two
thirds on noisy ones, and it is smaller and faster than Sub; for label masks None does as well as any. Level 1 makes files a
seventh smaller in half as much time again, but not the same ones each time: with isal 1.9.1, about one image in 4,000 that was
encoded while other threads ran lacked a match in its first bytes, though its pixels were right. Levels 0 and 3 were never seen
to do so.
"""

import numpy as np
from isal import isal_zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _RGB, _PALETTE = 0, 2, 3  # colour types of IHDR
_NONE, _UP = 0, 2  # filter types, the first byte of each row
_LEVEL = 0


def encode_rgb(image: np.ndarray) -> bytes:
    """Return the PNG file of `image` (H, W, 3) uint8 sRGB, any strides. Raises ValueError for another shape, dtype."""
    _require(image, 3, "(H, W, 3)")
    height, width = image.shape[:2]
    if image.strides[1:] != (3, 1):  # a view of RGBA, say: three strided copies are 5 times faster than one of triples
        packed = np.empty(image.shape, np.uint8)
        for channel in range(3):
            packed[..., channel] = image[..., channel]
        image = packed
    pixels = image.reshape(height, width * 3)
    rows = np.empty((height, 1 + width * 3), np.uint8)
    rows[:, 0] = _UP
    rows[0, 1:] = pixels[0]  # the row above the first counts as zero
    np.subtract(pixels[1:], pixels[:-1], out=rows[1:, 1:])  # modulo 256, as PNG wants it
    return _file(width, height, _RGB, rows, _chunk(b"sRGB", b"\0"))


def encode_rgb16(image: np.ndarray) -> bytes:
    """Return the 16-bit PNG file of `image` (H, W, 3) uint16, numbers and no colours; otherwise as encode_rgb."""
    _require(image, 3, "(H, W, 3)", np.uint16)
    height, width = image.shape[:2]
    pixels = np.ascontiguousarray(image.astype(">u2")).view(np.uint8).reshape(height, width * 6)  # the high byte first
    rows = np.empty((height, 1 + width * 6), np.uint8)
    rows[:, 0] = _UP
    rows[0, 1:] = pixels[0]
    np.subtract(pixels[1:], pixels[:-1], out=rows[1:, 1:])
    return _file(width, height, _RGB, rows, b"", 16)


def encode_grey(image: np.ndarray) -> bytes:
    """Return the PNG file of `image` (H, W) uint8, stored as it is; otherwise as encode_rgb."""
    _require(image, 2, "(H, W)")
    height, width = image.shape
    rows = np.empty((height, 1 + width), np.uint8)
    rows[:, 0] = _NONE
    rows[:, 1:] = image
    return _file(width, height, _GREY, rows, b"")


def encode_palette(image: np.ndarray, colours: np.ndarray) -> bytes:
    """Return the PNG file of `image` (H, W) uint8 whose values are rows of `colours` (256, 3) uint8, sRGB."""
    _require(image, 2, "(H, W)")
    height, width = image.shape
    rows = np.empty((height, 1 + width), np.uint8)
    rows[:, 0] = _NONE
    rows[:, 1:] = image
    return _file(width, height, _PALETTE, rows, _chunk(b"PLTE", colours.tobytes()))


def encode_grey16(image: np.ndarray, smooth: bool = False) -> bytes:
    """Return the 16-bit PNG file of `image` (H, W) uint16; otherwise as encode_grey. smooth: of neighbours that are alike."""
    _require(image, 2, "(H, W)", np.uint16)
    height, width = image.shape
    pixels = image.astype(">u2").view(np.uint8)  # PNG puts the high byte first
    rows = np.empty((height, 1 + 2 * width), np.uint8)
    rows[:, 0] = _UP if smooth else _NONE
    rows[:, 1:] = pixels
    if smooth:
        np.subtract(pixels[1:], pixels[:-1], out=rows[1:, 1:])  # modulo 256, as in encode_rgb
    return _file(width, height, _GREY, rows, b"", 16)


def _require(image: np.ndarray, dimensions: int, shape: str, dtype: type = np.uint8) -> None:
    if image.dtype != dtype or image.ndim != dimensions or image.shape[2:] not in ((), (3,)) or 0 in image.shape:
        raise ValueError(
            f"png: an array of shape {shape} and dtype {np.dtype(dtype)} is needed, not {image.shape} {image.dtype}"
        )


def _file(width: int, height: int, colour_type: int, rows: np.ndarray, ancillary: bytes, depth: int = 8) -> bytes:
    """Join the chunks of one image; `rows` (H, 1 + bytes of a row) uint8 are filtered scan lines."""
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    header = _chunk(b"IHDR", size + bytes((depth, colour_type, 0, 0, 0)))  # bits; deflate, filter by row, not interlaced
    pixels = _chunk(b"IDAT", isal_zlib.compress(rows, _LEVEL))
    return b"".join((_SIGNATURE, header, ancillary, pixels, _chunk(b"IEND", b"")))


def _chunk(name: bytes, data: bytes) -> bytes:
    crc = isal_zlib.crc32(data, isal_zlib.crc32(name))  # zlib's value, 15 times sooner: 0.05 ms less for a noisy image
    return b"".join((len(data).to_bytes(4, "big"), name, data, crc.to_bytes(4, "big")))
