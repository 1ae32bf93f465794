"""FolderSource, StreamSource: what a run learns from: class names, image numbers to train on and to hold out, pairs."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import raster
from raster import InputError
from train.data.folder import Folder, read_folder
from train.data.pairs import VALID_FROM, FolderPairs, Read, StreamPairs

MAX_HELD_OUT = 500  # validation images of a stream


class FolderSource:
    """A folder on disk. `train`, `valid`: lists of image numbers; `shuffle`: every epoch has the same images."""

    shuffle = True

    def __init__(self, path: Path, share: float):
        """Held out is what valid.txt names; without it the share `share` of the layouts, spread evenly. InputError."""
        self.folder: Folder = read_folder(path)
        self.codes = self.folder.codes
        held_out = self.folder.valid
        if not held_out.any() and share > 0:  # layout i, where the count of held out layouts rises
            layout = np.arange(len(self.folder)) // _views(path)
            held_out = (np.diff(np.floor(np.arange(len(self.folder) + 1) * share + 1e-9)) > 0)[layout]
        self.train, self.valid = (np.flatnonzero(mask).tolist() for mask in (~held_out, held_out))
        if not self.train or not self.valid:
            lacking = "left to train on" if self.valid else "held out for validation"
            raise InputError(f"data={path}: no image is {lacking}; name some, not all, of the {len(held_out)} in valid.txt")
        self.facts: dict[str, Any] = {"data": str(path), "digest": self.folder.digest()}

    def read(self, size: tuple[int, int]) -> Read:
        """Pairs at (H, W) px. InputError for a file that is wrong."""
        return FolderPairs(self.folder, size)

    def pair(self, index: int) -> tuple[Image.Image, Image.Image]:
        """Image and mask at their own size."""
        return self.folder.pair(index)

    def begin(self, epoch: int) -> None:
        """Nothing to do: every epoch has the same images."""

    def release(self) -> None:
        """Nothing is held."""


def _views(path: Path) -> int:
    """How many images one after another show the same layout: those are not to be on both sides of a split."""
    try:
        return int(json.loads((path / "manifest.json").read_text())["configuration"]["views_per_layout"])
    except (OSError, ValueError, KeyError, TypeError):
        return 1  # another program's folder


class StreamSource:
    """Images drawn on the fly for a checked configuration: n of them, shared out over the epochs, each seen once."""

    shuffle = False  # neighbours are drawn together, and an image is as random as any other

    def __init__(self, plain: dict[str, Any], epochs: int):
        self._plain = plain
        self._pairs = self._open((plain["size"][0], plain["size"][1]))
        self.codes = self._pairs.drawer.classes
        self.train = list(range(plain["n"] // epochs))
        held_out = min(MAX_HELD_OUT, round(plain["valid"] * plain["n"]))
        self.valid = list(range(VALID_FROM, VALID_FROM + max(1, held_out)))
        drawn = ("solids", "distractors", "objects", "randomizers", "samples", "seed", "n", "views_per_layout")
        self.facts: dict[str, Any] = {"stream": {key: plain[key] for key in drawn}, "digest": None}

    def read(self, size: tuple[int, int]) -> Read:
        """Pairs drawn at (H, W) px; those of an earlier call can no longer be asked."""
        if size != self._pairs.drawer.size:
            self.release()  # one OpenGL context at a time
            self._pairs = self._open(size)
        return self._pairs

    def pair(self, index: int) -> tuple[Image.Image, Image.Image]:
        """Image and mask as they were drawn last."""
        image, mask = self._pairs(index)
        return Image.fromarray(image), Image.fromarray(mask)

    def begin(self, epoch: int) -> None:
        """Image 0 of `train` is from now on the first that no earlier epoch has seen."""
        self._pairs.first = epoch * len(self.train)

    def release(self) -> None:
        """Free what is held on the GPU."""
        self._pairs.drawer.release()

    def _open(self, size: tuple[int, int]) -> StreamPairs:
        drawer = raster.Drawer.of_options({**self._plain, "size": list(size)})
        for layer in ("color", "class_id"):
            if layer not in drawer.layers:
                drawer.release()
                raise InputError(f"passes: none draws the layer {layer}, which training needs")
        return StreamPairs(drawer)
