"""FORMATS: the formats that a pass may name. Format: how a layer is stored on the GPU, and what NumPy array it becomes."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Format:
    """How a layer is stored on the GPU and read back."""

    internal: int  # GL internal format
    pixel: int  # GL format for reading
    component: int  # GL type for reading
    dtype: Any  # NumPy's
    channels: int  # on the GPU
    keep: int  # so many channels, from the first, come into Frames.layers
    integer: bool  # not filtered and not averaged


# By the name in a pass's YAML. Colour is stored as sRGB, which OpenGL averages in linear light.
FORMATS = {
    "srgb8": Format(0x8C43, 0x1908, 0x1401, np.uint8, 4, 3, False),
    "r8": Format(0x8229, 0x1903, 0x1401, np.uint8, 1, 1, False),
    "rgba8": Format(0x8058, 0x1908, 0x1401, np.uint8, 4, 4, False),
    "r8ui": Format(0x8232, 0x8D94, 0x1401, np.uint8, 1, 1, True),
    "r16ui": Format(0x8234, 0x8D94, 0x1403, np.uint16, 1, 1, True),
    "r32ui": Format(0x8236, 0x8D94, 0x1405, np.uint32, 1, 1, True),
    "rg32ui": Format(0x823C, 0x8228, 0x1405, np.uint32, 2, 2, True),
    "rgba32ui": Format(0x8D70, 0x8D99, 0x1405, np.uint32, 4, 4, True),
    "r32f": Format(0x822E, 0x1903, 0x1406, np.float32, 1, 1, False),
    "rgb16f": Format(0x881A, 0x1908, 0x140B, np.float16, 4, 3, False),
    "rgba16f": Format(0x881A, 0x1908, 0x140B, np.float16, 4, 4, False),
    "rgba32f": Format(0x8814, 0x1908, 0x1406, np.float32, 4, 4, False),
}
