"""FolderPairs, StreamPairs: image number -> (image, mask) at the training size, from a folder or drawn on the fly."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

import raster
from train.data.folder import Folder

Pair = tuple[np.ndarray, np.ndarray]  # image (H, W, 3) uint8 sRGB, mask (H, W) uint8
Read = Callable[[int], Pair]
MEMORY = 2 * 10**9  # bytes of decoded pairs that are kept; above it each is decoded when it is asked for
THREADS = 4  # that decode; Pillow lets go of Python's lock for it
CHUNK = 32  # images drawn at once
VALID_FROM = 10**9  # number of the first validation image of a stream: beyond every image that can be drawn for training


def fit_pair(picture: Image.Image, mask: Image.Image, size: tuple[int, int]) -> Pair:
    """The middle of a pair, at (height, width) px: as large a part as has that shape. Colours are averaged, ids are picked."""
    height, width = size
    scale = min(picture.width / width, picture.height / height)
    x, y = (picture.width - width * scale) / 2, (picture.height - height * scale) / 2
    box = (x, y, x + width * scale, y + height * scale)
    image = picture.resize((width, height), Image.Resampling.BILINEAR, box)
    return np.asarray(image), np.asarray(mask.resize((width, height), Image.Resampling.NEAREST, box))


class FolderPairs:
    """Image i of a folder, by name, as a pair of `size` (H, W) px: decoded once, if all of them fit into memory."""

    def __init__(self, folder: Folder, size: tuple[int, int]):
        """Reads every file, so InputError for the first that is wrong."""
        self.folder, self.size = folder, size
        fits = len(folder) * size[0] * size[1] * 4 <= MEMORY
        with ThreadPoolExecutor(THREADS) as pool:
            read = pool.map(lambda i: self._decode(i) if fits else self._decode(i) and None, range(len(folder)))
            self._kept = list(read)

    def __call__(self, index: int) -> Pair:
        return self._kept[index] or self._decode(index)

    def _decode(self, index: int) -> Pair:
        return fit_pair(*self.folder.pair(index), self.size)


class StreamPairs:
    """Image i of a configuration, drawn when it is asked for, with its neighbours: ask in order.

    `first` is added to the numbers below VALID_FROM, so that every epoch can ask for 0, 1, ... and get other images.
    """

    def __init__(self, drawer: "raster.Drawer"):
        self.drawer, self.first = drawer, 0
        self._chunks: OrderedDict[int, list[Pair]] = OrderedDict()

    def __call__(self, index: int) -> Pair:
        number = index if index >= VALID_FROM else index + self.first
        start = number - number % CHUNK
        if start not in self._chunks:
            while len(self._chunks) > 1:
                self._chunks.popitem(last=False)
            self._chunks[start] = self._draw(start)
        return self._chunks[start][number - start]

    def _draw(self, start: int) -> list[Pair]:
        frames = list(self.drawer.frames(start, CHUNK))
        images, masks = (np.concatenate([f.layers[name] for f in frames]) for name in ("color", "class_id"))
        return list(zip(images, masks, strict=True))
