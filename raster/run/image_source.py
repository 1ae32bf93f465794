"""ImageSource and render: the images of a configuration in memory, any of them at any time."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from raster.frames import Frames
from raster.run.config import load_config
from raster.run.setup import Setup, build_setup
from raster.scene.scenes import Scenes


class ImageSource:
    """Draws the images of a configuration, in this process. `classes`: class names by id; `size`: (H, W) px; `info`: who draws.
    `layers`: names of what is drawn of an image, such as color and class_id.

    Image i is the one that `python -m raster.generate` with this configuration puts into images/.
    """

    def __init__(self, setup: Setup):
        self.setup, self.classes, self.size = setup, setup.classes, setup.size
        self.layers = tuple(layer for drawing in setup.passes for layer in drawing.layers)
        self._renderer = setup.renderer()
        self.info = self._renderer.info

    @classmethod
    def of(cls, overrides: Sequence[str] = ()) -> "ImageSource":
        """For overrides as on the command line, such as ["size=128", "solids=[cube,torus]"]. InputError for bad ones."""
        return cls.of_options(load_config(overrides))

    @classmethod
    def of_options(cls, options: Mapping[str, Any]) -> "ImageSource":
        """For checked options, as raster.run.config.load_config or checked returns them. InputError for bad ones."""
        return cls(build_setup(dict(options)))

    def frames(self, first: int, count: int) -> Iterator[Frames]:
        """Annotated frames of the images first .. first + count - 1, in batches of `batch` images."""
        for frames in self._renderer.stream(self._scenes(first, count)):
            for annotate in self.setup.annotations.values():
                annotate(frames)
            yield frames

    def _scenes(self, first: int, count: int) -> Iterator[Scenes]:
        batch, end = self.setup.batch, first + count
        return (self.setup.sampler(start, min(batch, end - start)) for start in range(first, end, batch))

    def release(self) -> None:
        """Free what is held on the GPU."""
        self._renderer.release()


def render(n: int = 1, seed: int = 0, overrides: Sequence[str] = ()) -> Iterator[Frames]:
    """Frames of the images 0 .. n - 1, in batches; overrides as on the command line. InputError for bad input, at once."""
    return _drawn(ImageSource.of([*overrides, f"n={n}", f"seed={seed}"]), n)


def _drawn(drawer: ImageSource, n: int) -> Iterator[Frames]:
    try:
        yield from drawer.frames(0, n)
    finally:
        drawer.release()
