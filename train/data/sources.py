"""FolderSource, StreamSource: the data of a run: class names, indices of training and validation images, their pairs."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import raster
from raster import InputError, open_regular

from .folder import Folder, read_folder
from .pairs import VALID_FROM, FolderPairs, Read, StreamPairs

OTHER_FROM = 2 * 10**9  # index of the first image of a folder of its own for validation, above those of data and of a stream
MAX_HELD_OUT = 500  # validation images of a stream


class FolderSource:
    """A data set on disk.

    codes: class names by id. train, valid: lists of image indices. facts: what model.json says of the data. shuffle: whether
    an epoch takes the images in random order.
    """

    shuffle = True

    def __init__(self, path: Path, valid: float | int | None):
        """Hold out the images that valid.txt names; without that file a share or a count of them, evenly spaced.

        With None all are trained on; in any case none that test.txt names is used. InputError for a wrong folder, or if no
        image is left to train on or to hold out.
        """
        self.folder: Folder = read_folder(path)
        self.codes = self.folder.codes
        self.facts: dict[str, Any] = {"data": str(path), "digest": self.folder.digest()}
        if valid is None:
            self.train, self.valid = np.flatnonzero(~self.folder.test).tolist(), []
            if not self.train:
                raise InputError(f"data={path}: no image is left to train on; test.txt names all {len(self.folder)}")
            return
        held_out, used = self.folder.valid, ~self.folder.test
        if not held_out.any() and valid > 0:
            held_out = np.zeros(len(used), bool)
            held_out[used] = _spread(int(used.sum()), _views(path), valid, path)
        self.train, self.valid = (np.flatnonzero(mask).tolist() for mask in (used & ~held_out, held_out))
        if not self.train or not self.valid:
            lacking = "left to train on" if self.valid else "held out for validation"
            count = f"{used.sum()}" + " that test.txt does not name" * bool(self.folder.test.any())
            raise InputError(f"data={path}: no image is {lacking}; name some, not all, of the {count} in valid.txt")

    def read(self, size: tuple[int, int]) -> Read:
        """A function: image index -> pair at `size` (H, W) px. InputError for a damaged file."""
        return FolderPairs(self.folder, size)

    def pair(self, index: int) -> tuple[Image.Image, Image.Image]:
        """Image (RGB) and mask (L) of an index, at their own size."""
        return self.folder.pair(index)

    def begin(self, epoch: int) -> None:
        """Nothing to do: every epoch has the same images."""

    def release(self) -> None:
        """Nothing to free."""


class OtherValidation:
    """Another source's images to train on, and all images of a folder for validation, but those of its test.txt.

    Attributes as of FolderSource.
    """

    def __init__(self, source: "FolderSource | StreamSource", path: Path):
        """InputError if `path` is no data set, has other classes, or is the folder that is trained on."""
        self.source, self.folder = source, read_folder(path)
        if self.folder.codes != tuple(source.codes):
            theirs, ours = ", ".join(self.folder.codes), ", ".join(source.codes)
            raise InputError(f"valid_data={path}: its classes are {theirs}; they have to be those of data: {ours}")
        self.codes, self.shuffle = source.codes, source.shuffle
        self.train = source.train
        if isinstance(source, FolderSource) and path.resolve() == source.folder.path.resolve():
            raise InputError(f"valid_data={path}: is data itself; leave valid_data out, or name another folder")
        self.valid = (OTHER_FROM + np.flatnonzero(~self.folder.test)).tolist()
        if not self.valid:
            raise InputError(f"valid_data={path}: no image is left for validation; test.txt names all {len(self.folder)}")
        digest = self.folder.digest()
        self.facts: dict[str, Any] = {**source.facts, "valid_data": str(path), "valid_digest": digest}

    def read(self, size: tuple[int, int]) -> Read:
        """As FolderSource.read."""
        train, valid = self.source.read(size), FolderPairs(self.folder, size)
        return lambda index: train(index) if index < OTHER_FROM else valid(index - OTHER_FROM)

    def pair(self, index: int) -> tuple[Image.Image, Image.Image]:
        """As FolderSource.pair."""
        return self.source.pair(index) if index < OTHER_FROM else self.folder.pair(index - OTHER_FROM)

    def begin(self, epoch: int) -> None:
        """As the other source does."""
        self.source.begin(epoch)

    def release(self) -> None:
        """Free what the other source holds."""
        self.source.release()


def _spread(n: int, views: int, valid: float | int, path: Path) -> np.ndarray:
    """Which of n images (n,) bool are held out: layouts of `views` images each, evenly spaced, a share or a count of images."""
    share: float = valid
    if isinstance(valid, int):
        if valid >= n:
            raise InputError(f"valid={valid}: expected fewer than the {n} images of data={path}")
        if valid % views:
            what = f"a multiple of {views}, since the views of a layout stay together"
            raise InputError(f"valid={valid}: expected {what}, in data={path}")
        share = valid / (n // views * views)
    # Of the first i layouts floor(i * share) are held out: layout i is one where that number rises.
    rises = np.diff(np.floor(np.arange(n + 1) * share + 1e-9)) > 0
    if isinstance(valid, int):
        rises[n // views :] = False  # a layout that is not complete
    return rises[np.arange(n) // views]


def _views(path: Path) -> int:
    """How many consecutive images show the same layout: these stay together in a split. 1 for another program's folder."""
    try:
        with open_regular(path / "manifest.json") as file:
            return int(json.load(file)["configuration"]["views_per_layout"])
    except (OSError, ValueError, KeyError, TypeError):
        return 1


class StreamSource:
    """Images that are drawn during training: n of them, shared out over the epochs, each used once.

    Attributes as of FolderSource.
    """

    shuffle = False  # neighbours are drawn together; the images are random in any order

    def __init__(self, plain: dict[str, Any], epochs: int):
        """plain: checked options of train.fit. InputError if no pass draws colour and class ids."""
        self._plain = plain
        self._pairs = self._open((plain["size"][0], plain["size"][1]))
        self.codes = self._pairs.source.classes
        self.train = list(range(plain["n"] // epochs))
        valid = plain["valid"]
        held_out = valid if isinstance(valid, int) else min(MAX_HELD_OUT, round(valid * plain["n"]))
        self.valid = list(range(VALID_FROM, VALID_FROM + max(1, held_out)))
        drawing = ["solids", "distractors", "objects", "randomizers", "samples", "seed", "n"]
        drawing += ["views_per_layout", "hold_appearance", "labels", "label_filter"]
        self.facts: dict[str, Any] = {"stream": {key: plain[key] for key in drawing}, "digest": None}

    def read(self, size: tuple[int, int]) -> Read:
        """A function: image index -> pair drawn at `size` (H, W) px. The one of an earlier call, at another size, is void."""
        if size != self._pairs.source.size:
            self.release()  # one OpenGL context at a time
            self._pairs = self._open(size)
        return self._pairs

    def pair(self, index: int) -> tuple[Image.Image, Image.Image]:
        """Image and mask of an index, at the size of the last read()."""
        image, mask = self._pairs(index)
        return Image.fromarray(image), Image.fromarray(mask)

    def begin(self, epoch: int) -> None:
        """From now on index 0 of `train` is the first image that no earlier epoch has used."""
        self._pairs.first = epoch * len(self.train)

    def release(self) -> None:
        """Free the OpenGL context."""
        self._pairs.source.release()

    def _open(self, size: tuple[int, int]) -> StreamPairs:
        """Pairs drawn at (H, W) px, with an OpenGL context of their own."""
        source = raster.ImageSource.of_options({**self._plain, "size": list(size)})
        for layer in ("color", "class_id"):
            if layer not in source.layers:
                source.release()
                raise InputError(f"passes: none draws the layer {layer}, which training needs")
        return StreamPairs(source)
