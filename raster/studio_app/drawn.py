"""Drawn: the images of one configuration, small ones and those of a data set, as far as they are drawn. Held: one of them."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from raster.annotations.boxes import Boxes
from raster.errors import InputError
from raster.frames import Frames
from raster.run.explain_pixel import ExplainedImage, with_surface
from raster.run.image_source import ImageSource
from raster.run.setup import Setup, build_setup
from raster.studio_app.coarse import coarse_plain, coarse_setup
from raster.studio_app.kept import KeptCatalogs, KeptRenderers
from raster.studio_app.kept_libraries import KeptLibraries
from raster.studio_app.layer_pictures import HIDDEN, OVERLAY

AT_ONCE_PX = 12 * 256 * 256  # pixels of one batch: between batches a newer wish is looked for


@dataclass(frozen=True)
class Held:
    """One image as it was drawn, with boxes."""

    layers: dict[str, np.ndarray]  # (H, W) or (H, W, C) each
    record: dict[str, Any]


class Workshop:
    """What a process keeps from one configuration to the next, and the user's own folder."""

    def __init__(self, folder: Path | None):
        self.folder = folder
        self.catalogs, self.libraries, self.renderers = KeptCatalogs(), KeptLibraries(), KeptRenderers()

    def build(self, plain: dict[str, Any]) -> Setup:
        """As build_setup(), with what is kept."""
        return self.libraries.share(build_setup(plain, self.folder, self.catalogs))


class Drawn:
    """The images of one checked configuration.

    Made with what draws them small, if they are large; else, or if they cannot be small, with what draws them as they are.
    InputError for what cannot be built.
    """

    def __init__(self, plain: dict[str, Any], count: int, workshop: Workshop):
        """count: images that are drawn at once."""
        self.plain, self.count, self.workshop = plain, count, workshop
        self.held: dict[int, Held] = {}
        self.coarse: Setup | None = None
        self._fine: Setup | None = None
        self._explained: ExplainedImage | None = None
        small = coarse_plain(plain, count)
        if small is not None:
            with suppress(InputError):  # as for a photograph of another size
                self.coarse = coarse_setup(workshop.build(small))
        if self.coarse is None:
            self.fine  # noqa: B018  (what cannot be built is told here)

    @property
    def fine(self) -> Setup:
        """What draws the images as they are in a data set. InputError if it cannot be built."""
        if self._fine is None:
            height, width = self.plain["size"]
            batch = max(1, min(self.count, AT_ONCE_PX // (height * width * self.plain["samples"])))
            self._fine = self.workshop.build({**self.plain, "batch": batch, "n": max(self.plain["n"], self.count)})
        return self._fine

    @property
    def some(self) -> Setup:
        """A setup that is there: its classes and passes are those of both."""
        return self._fine or self.coarse or self.fine

    @property
    def layers(self) -> list[str]:
        """Names of what can be shown."""
        drawn = [name for drawing in self.some.passes for name in drawing.layers if name not in HIDDEN]
        both = [OVERLAY] if {"color", "class_id"} <= set(drawn) else []
        first = [name for name in ("color", *both, "class_id", "instance_id") if name in (*drawn, *both)]
        return [*first, *(name for name in drawn if name not in first), *self.some.flows]

    def holds(self, number: int, layer: str) -> bool:
        """Whether a layer of an image is drawn as it is in a data set."""
        return number in self.held and needed(layer) <= self.held[number].layers.keys()

    def small(self, numbers: Sequence[int], layer: str) -> Iterator[tuple[int, Held]]:
        """Images with a layer, drawn small; none where they are as small already, or cannot be."""
        if self.coarse is not None and layer not in self.some.flows:
            with suppress(InputError):
                yield from self._draw(self.coarse, numbers, layer)

    def draw(self, numbers: Sequence[int], layer: str, stale: Callable[[], bool]) -> Iterator[tuple[list[int], float]]:
        """Draw images as they are in a data set, batch by batch: their numbers, and the seconds it took. They are held then.

        It ends early when stale() says that nobody wants them any more.
        """
        for first in range(0, len(numbers), self.fine.batch):
            if stale():
                return
            some, start = list(numbers[first : first + self.fine.batch]), time.perf_counter()
            self.held |= dict(self._draw(self.fine, some, layer))
            yield some, time.perf_counter() - start

    def explained(self, image: int) -> ExplainedImage:
        """An image whose every pixel can be explained. The last one is kept."""
        if self._explained is None or self._explained.image != image:
            setup = with_surface(self.fine)
            self._explained = ExplainedImage(setup, self.workshop.renderers.renderer(setup, "instance_id"), image)
        return self._explained

    def _draw(self, setup: Setup, numbers: Sequence[int], layer: str) -> Iterator[tuple[int, Held]]:
        """Images with a layer, and those that are drawn with them."""
        renderer = self.workshop.renderers.renderer(setup, "instance_id", *needed(layer))
        source = ImageSource(setup, renderer)
        for first, count in runs(numbers):
            for frames in source.frames(first, count):
                yield from zip(frames.index.tolist(), _each(frames), strict=True)


def needed(layer: str) -> set[str]:
    """The layers of which a picture is made."""
    return {"color", "class_id"} if layer == OVERLAY else {layer}


def _each(frames: Frames) -> list[Held]:
    """The images of a batch, with boxes whether or not the configuration has that annotation."""
    if "instance_id" in frames.layers and any("bbox" not in entry for r in frames.records for entry in r["objects"]):
        copies = [{**record, "objects": [dict(entry) for entry in record["objects"]]} for record in frames.records]
        frames = replace(frames, records=copies)
        Boxes()(frames)
    layers = {name: layer for name, layer in frames.layers.items() if name not in HIDDEN}
    return [Held({name: layer[k] for name, layer in layers.items()}, record) for k, record in enumerate(frames.records)]


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Numbers in order as runs without gaps: (first, count).

    >>> runs([4, 5, 6, 9])
    [(4, 3), (9, 1)]
    """
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == sum(found[-1]):
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((number, 1))
    return found
