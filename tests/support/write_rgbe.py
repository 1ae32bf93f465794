"""write_rgbe: an encoder of .hdr files, for tests."""

from collections.abc import Callable

import numpy as np


def flat(pixels: np.ndarray) -> bytes:
    return pixels.tobytes()


def write_rgbe(image: np.ndarray, encode: Callable = flat, lines: str = "", size: str = "-Y {h} +X {w}") -> bytes:
    """A whole file; the pixels are stored in the order given, whatever `size` says of it."""
    head = f"#?RADIANCE\n# by a test\n{lines}FORMAT=32-bit_rle_rgbe\n\n{size.format(h=len(image), w=image.shape[1])}\n"
    return head.encode() + encode(rgbe(np.asarray(image, float)))


def rgbe(image: np.ndarray) -> np.ndarray:
    """(..., 4) uint8 of linear (..., 3): three mantissas under the exponent of the largest."""
    top = image.max(axis=-1)
    exponent = np.where(top > 0, np.frexp(np.maximum(top, 1e-38))[1], -128)
    mantissa = np.floor(image * np.ldexp(256.0, -exponent)[..., None]).clip(0, 255)
    return np.concatenate([mantissa, (exponent + 128)[..., None]], axis=-1).astype(np.uint8)
