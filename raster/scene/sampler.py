"""Sampler: makes scenes with randomizers; a scene depends on the seed and the image number alone."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np

from raster.assets.catalog import Catalog
from raster.assets.library import EMPTY, MAX_PICTURES, Library, PictureSource
from raster.errors import InputError
from raster.scene.held_views import hold_world
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams

# Writes sampled values into scenes. It may have a method `requirements()`, which returns Requirements. If it has an attribute
# `layout` that is true, its random numbers are the same for all views of a layout. With `hold` those of all others are, too,
# but for what has an attribute `of_view` that is true: cameras.
Randomizer = Callable[[Scenes, Streams], None]
MESH_PICTURE_PX = 1024
PICTURE_PX, LARGE = 256, 320  # px: side of pictures, which is doubled for images larger than LARGE


def mesh_picture_px(size: tuple[int, int]) -> int:
    """The largest side in px of the pictures of own meshes, for images of size (H, W) px: four times as large, up to 1,024."""
    return min(max(4 << (max(size) - 1).bit_length(), PICTURE_PX), MESH_PICTURE_PX)


def picture_px(size: tuple[int, int]) -> int:
    """The side in px of the library's pictures and maps, for images of size (H, W) px."""
    return PICTURE_PX if max(size) <= LARGE else 2 * PICTURE_PX


class Sampler:
    """sampler(first, count) returns the Scenes of the images first .. first + count - 1.

    randomizers: by name; the name is part of their random numbers. size: (H, W) px of the images. views: images with the same
    number // views show one layout. requirements: what all randomizers need together. library: the pictures and maps that they
    have loaded. hold: all views of a layout show the same materials, lights and surroundings too. InputError, which begins with
    "randomizers.NAME.", if a randomizer cannot load what it needs.
    """

    def __init__(
        self,
        catalog: Catalog,
        randomizers: Mapping[str, Randomizer],
        seed: int,
        size: tuple[int, int] = (256, 256),
        views: int = 1,
        hold: bool = False,
    ):
        self.catalog, self.randomizers, self.seed, self.size, self.views = catalog, dict(randomizers), seed, size, views
        self.requirements = Requirements.of(self.randomizers.values())
        self.hold = views > 1 and (hold or self.requirements.baseline > 0)
        self.slots = {"objects": 0, "distractors": 0, "floor": 0, "walls": 0, **self.requirements.slots}
        self.library = _library(self.randomizers, seed, size)

    def __call__(self, first: int, count: int) -> Scenes:
        scenes = self._sample(first, count)
        if not self.hold:
            return scenes
        lead = self._sample(first - first % self.views, 1) if first % self.views else None
        held = hold_world(scenes, lead)
        # The view k of a stereo rig stands k baselines to the right of the first.
        aside = self.requirements.baseline * (held.index % self.views)[:, None]
        held.cameras.world_from_camera[:, :3, 3] += aside * held.cameras.world_from_camera[:, :3, 0]
        return held

    @property
    def most_meshes(self) -> int:
        """How many meshes an image shows, at most."""
        return sum(self.slots.values()) * int(self.catalog.part_mesh.shape[1])

    def _sample(self, first: int, count: int) -> Scenes:
        """What the randomizers write."""
        index = np.arange(first, first + count)
        scenes = Scenes.zeros(
            self.catalog, index, self.slots, self.requirements.lights, size=self.size, library=self.library, views=self.views
        )
        for name, randomizer in self.randomizers.items():
            with _named(name):
                randomizer(scenes, self.streams_of(name, first, count))
        return scenes

    def streams_of(self, name: str, first: int, count: int) -> Streams:
        """The random numbers of a randomizer for the images first .. first + count - 1."""
        randomizer, streams = self.randomizers[name], Streams(self.seed, first, count)
        of_view = getattr(randomizer, "of_view", False) and not self.requirements.baseline
        alike = getattr(randomizer, "layout", False) or (self.hold and not of_view)
        return (streams.per_layout(self.views) if alike else streams).child(name)


def _library(randomizers: Mapping[str, Randomizer], seed: int, size: tuple[int, int]) -> Library:
    """The pictures and environment maps of all randomizers, for images of size (H, W) px.

    InputError if one cannot be loaded, for too many pictures, and for two randomizers with environment maps or backdrops.
    """
    slices: dict[PictureSource, slice] = {}
    px = picture_px(size)
    pictures, environments, backdrops = [np.zeros((0, px, px, 3), np.uint8)], None, EMPTY.backdrops
    for name, randomizer in randomizers.items():
        requirements = getattr(randomizer, "requirements", Requirements)()
        with _named(name):
            if requirements.pictures and requirements.pictures not in slices:
                pictures.append(requirements.pictures.load(seed, px))
                start = sum(map(len, pictures[:-1]))
                slices[requirements.pictures] = slice(start, start + len(pictures[-1]))
                if (count := start + len(pictures[-1])) > MAX_PICTURES:
                    raise InputError(
                        f"most={requirements.pictures.most}: {count} pictures in all; at most {MAX_PICTURES}; lower it"
                    )
            if requirements.backdrops:
                if len(backdrops):
                    raise InputError("fill: another randomizer brings backdrops already; set that of one of them to 0")
                backdrops = requirements.backdrops.load_backdrops(seed, px, size)
            if requirements.environments:
                if environments is not None:
                    raise InputError("environments: another randomizer brings environments already; set one of them to null")
                environments = requirements.environments.load(seed, px)
    if not slices and environments is None and not len(backdrops):
        return EMPTY
    return Library(np.concatenate(pictures), environments, slices, backdrops)


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Put "randomizers.NAME." in front of the message of an InputError."""
    try:
        yield
    except InputError as error:
        raise InputError(f"randomizers.{name}.{error}") from None
