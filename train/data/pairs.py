"""FolderPairs, StreamPairs: image index -> (image, mask) at the training size, from a folder or drawn on demand."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

import raster

from .folder import Folder

Pair = tuple[np.ndarray, np.ndarray]  # image (H, W, 3) uint8 sRGB, mask (H, W) uint8
Read = Callable[[int], Pair]
MAX_MEMORY = 2 * 10**9  # bytes; a folder whose decoded pairs need more is decoded anew at every request
THREADS = 4  # that decode files at once; Pillow releases Python's global lock for it
CHUNK = 32  # images of a stream that are drawn at once
VALID_FROM = 10**9  # index of the first validation image of a stream, above all indices that are trained on


def fit_pair(picture: Image.Image, mask: Image.Image, size: tuple[int, int]) -> Pair:
    """Crop the largest centred part that has the shape of `size`, and scale it to size = (height, width) px.

    Colours are interpolated; of the class ids the nearest is taken.
    """
    height, width = size
    scale = min(picture.width / width, picture.height / height)
    x, y = (picture.width - width * scale) / 2, (picture.height - height * scale) / 2
    box = (x, y, x + width * scale, y + height * scale)
    image = picture.resize((width, height), Image.Resampling.BILINEAR, box)
    return np.asarray(image), np.asarray(mask.resize((width, height), Image.Resampling.NEAREST, box))


def scaled(read: Read, size: tuple[int, int]) -> Read:
    """The pairs of another Read, scaled by fit_pair to size = (height, width) px."""

    def fitted(index: int) -> Pair:
        image, mask = read(index)
        return fit_pair(Image.fromarray(image), Image.fromarray(mask), size)

    return fitted


class FolderPairs:
    """The pairs of a folder at `size` (H, W) px, in the order of their names; decoded once, if they fit into memory."""

    def __init__(self, folder: Folder, size: tuple[int, int]):
        """Decode every file but those for test. InputError for the first that is damaged or does not fit its label."""
        self.folder, self.size = folder, size
        fits = len(folder) * size[0] * size[1] * 4 <= MAX_MEMORY
        with ThreadPoolExecutor(THREADS) as pool:
            used = np.flatnonzero(~folder.test).tolist()
            decoded = pool.map(lambda i: self._decode(i) if fits else self._decode(i) and None, used)
            self._decoded = dict(zip(used, decoded, strict=True))

    def __call__(self, index: int) -> Pair:
        """The pair of an image index, from 0."""
        return self._decoded.get(index) or self._decode(index)

    def _decode(self, index: int) -> Pair:
        return fit_pair(*self.folder.pair(index), self.size)


class StreamPairs:
    """The pairs of a configuration, drawn on demand in chunks of CHUNK neighbours: fast if asked for in order.

    `first` is added to indices below VALID_FROM, so that every epoch asks for 0, 1, ... and gets other images.
    """

    def __init__(self, source: "raster.ImageSource"):
        self.source, self.first = source, 0
        self._chunks: OrderedDict[int, list[Pair]] = OrderedDict()

    def __call__(self, index: int) -> Pair:
        """The pair of an image index; the last two chunks are kept."""
        number = index if index >= VALID_FROM else index + self.first
        start = number - number % CHUNK
        if start not in self._chunks:
            while len(self._chunks) > 1:
                self._chunks.popitem(last=False)
            self._chunks[start] = self._draw(start)
        return self._chunks[start][number - start]

    def _draw(self, start: int) -> list[Pair]:
        """The pairs of images start, start + 1, ..., CHUNK of them."""
        frames = list(self.source.frames(start, CHUNK))
        images, masks = (np.concatenate([f.layers[name] for f in frames]) for name in ("color", "class_id"))
        return list(zip(images, masks, strict=True))
