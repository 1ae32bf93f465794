"""Library: the pictures and environment maps of a run, which scenes name by number. PictureSource, PhotographSource, ..."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from raster.assets.array_cache import cached_arrays
from raster.assets.environments.load import Environments, load_environments
from raster.assets.images.load import CLUTTER, crop_backdrops, load_backdrops, load_photograph, load_pictures
from raster.color import linear_from_srgb

MAX_PICTURES = 1024  # of a run: 256 MB on the GPU at 256 px


@dataclass(frozen=True)
class PictureSource:
    """A folder or pattern of picture files, or "clutter" for pictures made by the program; at most `most` of them are used."""

    images: str
    most: int

    def load(self, seed: int, px: int) -> np.ndarray:
        """(P, px, px, 3) uint8 sRGB. InputError, which begins with "images=", for what cannot be used."""
        if self.images == CLUTTER:
            return _clutter(self.most, px, seed)
        return load_pictures("images", self.images, self.most, px, seed)

    def load_backdrops(self, seed: int, px: int, size: tuple[int, int]) -> np.ndarray:
        """(N, h, w, 3) uint8 sRGB in the shape of a frame of size (H, W) px. InputError as load()."""
        if self.images == CLUTTER:
            return crop_backdrops(self.load(seed, px), size)
        return load_backdrops("images", self.images, self.most, size)


@dataclass(frozen=True)
class PhotographSource:
    """One picture file that is shown pixel for pixel."""

    file: str

    def load_backdrops(self, seed: int, px: int, size: tuple[int, int]) -> np.ndarray:
        """(1, H, W, 3) uint8 sRGB. InputError, which begins with "photograph=", for what is not of size (H, W) px."""
        return load_photograph("photograph", self.file, size)


@dataclass(frozen=True)
class EnvironmentSource:
    """Numbers of procedural skies and studios, and a folder or pattern of .hdr and .exr files, of which `most` are used."""

    skies: int
    studios: int
    files: str | None
    most: int

    def load(self, seed: int, px: int) -> Environments:
        """Maps of px x px texels. InputError, which begins with "files=" or a field's name, for what cannot be used."""
        if self.files is None:
            return _procedural(self.skies, self.studios, px, seed)
        return load_environments(self.skies, self.studios, self.files, self.most, px, seed)


# Procedural pictures and maps depend on these arguments alone: many renderers in one process share them, and all runs.


@lru_cache(maxsize=4)
def _clutter(count: int, px: int, seed: int) -> np.ndarray:
    def make() -> dict[str, np.ndarray]:
        return {"pictures": load_pictures("images", CLUTTER, count, px, seed)}

    pictures = cached_arrays("clutter", (count, px, seed), make)["pictures"]
    pictures.setflags(write=False)
    return pictures


@lru_cache(maxsize=4)
def _procedural(skies: int, studios: int, px: int, seed: int) -> Environments:
    def make() -> dict[str, np.ndarray]:
        return load_environments(skies, studios, None, 1, px, seed).arrays()

    return Environments.from_arrays(cached_arrays("environments", (skies, studios, px, seed), make))


@dataclass(frozen=True)
class Library:
    """All pictures and environment maps of a run. The texture "image" shows the pictures, "backdrop" the backdrops."""

    pictures: np.ndarray  # (P, S, S, 3) uint8 sRGB, top row first
    environments: Environments | None = None
    slices: Mapping[PictureSource, slice] = field(default_factory=dict)  # the pictures that came from each source
    backdrops: np.ndarray = field(default_factory=lambda: np.zeros((0, 8, 8, 3), np.uint8))  # (N, h, w, 3), fill the frame

    @cached_property
    def mean_colors(self) -> np.ndarray:
        """(P, 3) float32: the mean of each picture, linear RGB, of every fourth pixel along and down."""
        return np.array([linear_from_srgb(p[::4, ::4] / 255.0).mean(axis=(0, 1)) for p in self.pictures], np.float32).reshape(
            -1, 3
        )

    def choose(self, source: PictureSource | None, u: np.ndarray) -> np.ndarray:
        """Numbers (...) int64 of pictures of a source, chosen by uniform numbers u (...) in [0, 1); 0 if source is None."""
        if source is None:
            return np.zeros(u.shape, np.int64)
        start, stop = self.slices[source].start, self.slices[source].stop
        return start + np.floor(u * (stop - start)).astype(np.int64)

    def digest(self) -> str:
        """16 hexadecimal digits that depend on all pictures and maps; "" for an empty library.

        A run that continues a data set compares them: it must have the same library.
        """
        arrays = [array for array in (self.pictures, self.backdrops) if len(array)]
        if self.environments is not None:
            arrays += [array for name, array in self.environments.arrays().items() if name != "names"]
        whole = hashlib.sha256()
        for array in arrays:
            whole.update(np.ascontiguousarray(array).data)
        return whole.hexdigest()[:16] if arrays else ""


EMPTY = Library(np.zeros((0, 8, 8, 3), np.uint8))
