"""FolderSource, StreamSource: the data of a run: class names, indices of training and validation images, their pairs."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import raster
from raster import InputError, is_url

from .folder import Folder, read_folder
from .pairs import VALID_FROM, FolderPairs, Pair, Read, StreamPairs
from .shards import ShardFolder, ShardPairs, is_in_shards

OTHER_FROM = 2 * 10**9  # index of the first image of a folder of its own for validation, above those of data and of a stream
MAX_VALID = 2000  # validation images of a set in shards that are scored
MAX_HELD_OUT = 500  # validation images of a stream


def read_data(place: str | Path) -> Folder | ShardFolder:
    """The data set that an option names: a folder of files, or one in shards, perhaps at a URL. InputError for neither."""
    return ShardFolder(place) if is_in_shards(place) else read_folder(Path(place))


def pairs_of(folder: Folder | ShardFolder, size: tuple[int, int]) -> Read:
    """Its pairs at `size` (H, W) px: image index -> pair."""
    return ShardPairs(folder, size) if isinstance(folder, ShardFolder) else FolderPairs(folder, size)


class FolderSource:
    """A data set on disk, or in shards anywhere.

    codes: class names by id. train, valid: lists of image indices. facts: what model.json says of the data. shuffle: whether
    an epoch takes the images in random order.
    """

    shuffle = True

    def __init__(self, path: str | Path, valid: float | int | None):
        """Hold out the images that valid.txt names; without that file a share or a count of them, evenly spaced.

        With None all are trained on; in any case none that test.txt names is used. InputError for a wrong folder, or if no
        image is left to train on or to hold out.
        """
        self.folder = read_data(path)
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
            held_out[used] = _spread(int(used.sum()), self.folder.views, valid, path)
        self.train, self.valid = (np.flatnonzero(mask).tolist() for mask in (used & ~held_out, held_out))
        self.valid = fewer_files(self.folder, self.valid)
        if not self.train or not self.valid:
            lacking = "left to train on" if self.valid else "held out for validation"
            count = f"{used.sum()}" + " that test.txt does not name" * bool(self.folder.test.any())
            raise InputError(f"data={path}: no image is {lacking}; name some, not all, of the {count} in valid.txt")

    def read(self, size: tuple[int, int]) -> Read:
        """A function: image index -> pair at `size` (H, W) px. InputError for a damaged file."""
        return pairs_of(self.folder, size)

    def pair(self, index: int) -> tuple[Image.Image, Image.Image]:
        """Image (RGB) and mask (L) of an index, at their own size."""
        return self.folder.pair(index)

    def begin(self, epoch: int) -> None:
        """Nothing to do: every epoch has the same images."""

    def release(self) -> None:
        """Nothing to free."""


def fewer_files(folder: Folder | ShardFolder, indices: list[int]) -> list[int]:
    """Of more than MAX_VALID validation images of a set in shards those of a few files, which are read whole; else all."""
    if not isinstance(folder, ShardFolder) or len(indices) <= MAX_VALID:
        return indices
    files = [folder.file_of(index) for index in indices]
    known = list(dict.fromkeys(files))
    kept = max(1, MAX_VALID * len(known) // len(indices))
    chosen = {known[number] for number in np.unique(np.linspace(0, len(known) - 1, kept).round().astype(int))}
    return [index for index, file in zip(indices, files, strict=True) if file in chosen][:MAX_VALID]


class _Joined:
    """The pairs of two sources as one Read, the second's from OTHER_FROM on."""

    def __init__(self, train: Read, valid: Read):
        self._train, self._valid = train, valid
        self.file_of, self.expect = (getattr(train, name, None) for name in ("file_of", "expect"))

    def __call__(self, index: int) -> Pair:
        return self._train(index) if index < OTHER_FROM else self._valid(index - OTHER_FROM)


class OtherValidation:
    """Another source's images to train on, and all images of a folder for validation, but those of its test.txt.

    Attributes as of FolderSource.
    """

    def __init__(self, source: "FolderSource | StreamSource", path: str | Path):
        """InputError if `path` is no data set, has other classes, or is the folder that is trained on."""
        self.source, self.folder = source, read_data(path)
        if self.folder.codes != tuple(source.codes):
            theirs, ours = ", ".join(self.folder.codes), ", ".join(source.codes)
            raise InputError(f"valid_data={path}: its classes are {theirs}; they have to be those of data: {ours}")
        self.codes, self.shuffle = source.codes, source.shuffle
        self.train = source.train
        if isinstance(source, FolderSource) and _place(path) == _place(source.folder.path):
            raise InputError(f"valid_data={path}: is data itself; leave valid_data out, or name another folder")
        others = fewer_files(self.folder, np.flatnonzero(~self.folder.test).tolist())
        self.valid = [OTHER_FROM + index for index in others]
        if not self.valid:
            raise InputError(f"valid_data={path}: no image is left for validation; test.txt names all {len(self.folder)}")
        digest = self.folder.digest()
        self.facts: dict[str, Any] = {**source.facts, "valid_data": str(path), "valid_digest": digest}

    def read(self, size: tuple[int, int]) -> Read:
        """As FolderSource.read."""
        train, valid = self.source.read(size), pairs_of(self.folder, size)
        return _Joined(train, valid)

    def pair(self, index: int) -> tuple[Image.Image, Image.Image]:
        """As FolderSource.pair."""
        return self.source.pair(index) if index < OTHER_FROM else self.folder.pair(index - OTHER_FROM)

    def begin(self, epoch: int) -> None:
        """As the other source does."""
        self.source.begin(epoch)

    def release(self) -> None:
        """Free what the other source holds."""
        self.source.release()


def _place(path: str | Path) -> str:
    """A folder or URL, so that two names of one are the same."""
    return str(path) if is_url(path) else str(Path(path).resolve())


def _spread(n: int, views: int, valid: float | int, path: str | Path) -> np.ndarray:
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
