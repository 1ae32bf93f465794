"""ImageSource and render: the images of a configuration in memory, any of them at any time."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from raster.dataset.flow_files import with_masks
from raster.errors import InputError
from raster.frames import Frames
from raster.gl.context import Device
from raster.notebook_sheet import MOST, html_sheet
from raster.rendering.renderer import Renderer
from raster.run.config import load_config
from raster.run.derived_layers import derived
from raster.run.image_numbers import refuse_overrides
from raster.run.setup import Setup, build_setup
from raster.scene.scenes import Scenes
from raster.system.atomic_files import write_atomic


class ImageSource:
    """Draws the images of a configuration, in this process. Image i is the one that `python -m raster.generate` writes.

    Any thread may draw with it; threads that draw at the same time take turns. A process that was forked from this one may not
    (InputError); one that was spawned may: a pickled source opens OpenGL anew.

    `classes`: class names by id; `size`: (H, W) px; `info`: the OpenGL device; `layers`: names of the layers of an image, such
    as color and class_id.

        >>> import raster
        >>> source = raster.ImageSource.of(["size=128", "solids=[cube,torus]"])
        >>> for frames in source.frames(first=100, count=8):
        ...     print(frames.layers["color"].shape, frames.layers["class_id"].shape)
        >>> source.release()
    """

    def __init__(self, setup: Setup, renderer: Renderer | None = None):
        """renderer: what draws, made for such a setup; None: one is made."""
        self.__setstate__(setup)
        self._opened += [] if renderer is None else [renderer]
        self._renderer  # noqa: B018  (what is missing is told here)

    def __getstate__(self) -> Setup:
        return self.setup

    def __setstate__(self, setup: Setup) -> None:
        """Take up a setup. OpenGL is opened at the first use: a pool waits for ever for a worker that fails to unpickle."""
        self.setup, self.classes, self.size = setup, setup.classes, setup.size
        self.layers = (*setup.drawn_layers, *with_masks(setup.flows))
        self._opened, self._opening = list[Renderer](), Lock()

    @property
    def _renderer(self) -> Renderer:
        with self._opening:
            if not self._opened:
                self._opened.append(self.setup.renderer())
        return self._opened[0]

    @property
    def info(self) -> Device:
        """The OpenGL device."""
        return self._renderer.info

    @classmethod
    def of(cls, overrides: Sequence[str] = (), config_dir: str | Path | None = None) -> "ImageSource":
        """Make one for overrides as on the command line, such as ["size=128", "solids=[cube,torus]"].

        `config_dir`: the user's own folder, as --config-dir names it. InputError for bad overrides.
        """
        return cls.of_options(load_config(overrides, config_dir), config_dir)

    @classmethod
    def of_options(cls, options: Mapping[str, Any], config_dir: str | Path | None = None) -> "ImageSource":
        """Make one for options that load_config() or check_config() returned. InputError for what cannot be built.

        What generate would print of the mesh files, such as which are left out, is a UserWarning here.
        """
        setup = build_setup(dict(options), config_dir)
        if setup.meshes.notes:
            warnings.warn("\n".join(setup.meshes.notes), stacklevel=2)
        return cls(setup)

    def frames(self, first: int, count: int) -> Iterator[Frames]:
        """Annotated frames of the images first .. first + count - 1, in batches of `batch` images.

        InputError at the call for a negative `first`, after release(), and in a process that was forked after the source was
        made.
        """
        if first < 0:
            raise InputError(f"first={first}: expected the number of an image, 0 or more")
        self._renderer.lease.require()
        return self._frames(first, count)

    def _frames(self, first: int, count: int) -> Iterator[Frames]:
        for drawn in self._renderer.stream(self._scenes(first, count)):
            frames = derived(drawn, self.setup, range(first, first + count))
            self.setup.annotate(frames)
            yield frames

    def _scenes(self, first: int, count: int) -> Iterator[Scenes]:
        batch, end = self.setup.batch, first + count
        if self.setup.flows and count > 0:  # whole layouts
            views = self.setup.sampler.views
            first, end = first - first % views, end + -end % views
        return (self.setup.sampler(start, min(batch, end - start)) for start in range(first, end, batch))

    def explain(self, image: int, column: int, row: int) -> dict[str, Any]:
        """Return what is at a pixel of an image: column from the left, row from the top, from 0.

        Keys: "class", "class_id", "instance"; "distance" (metres from the camera) and "point" (x, y, z in the world, metres),
        None for the background; "color" (sRGB, 0 to 255); "material" as it is drawn there; "object": its entry of scenes.jsonl,
        None for the background; "randomized": what was drawn at random for the whole image; "record": the image's line of
        scenes.jsonl. InputError for a pixel outside, and for a configuration without labels.

            >>> source = raster.open("demo")
            >>> source.explain(137, column=40, row=24)["class"]
        """
        from raster.run.explain_pixel import explain_pixel  # slow to import, and seldom wanted

        return explain_pixel(self.setup, image, column, row)

    def export_scene(self, image: int, file: str | Path) -> int:
        """Write the scene of an image as a .glb file (glTF 2.0), for other programs; return how many objects it holds.

        InputError if the file cannot be written.

        >>> raster.open("demo").export_scene(137, "scene.glb")
        """
        from raster.run.scene_glb import scene_glb  # slow to import, and seldom wanted

        record = next(self.frames(image, 1)).records[0]
        write_atomic(Path(file), scene_glb(self.setup.sampler(image, 1), self.size, record))
        return len(record["objects"])

    def release(self) -> None:
        """Free what is held on the GPU."""
        for renderer in self._opened:
            renderer.release()

    def __repr__(self) -> str:
        """In one line: size, layers, classes, seed, and what draws once it is opened."""
        height, width = self.size
        device = self._opened[0].info.name if self._opened else "OpenGL not opened yet"
        layers, classes = ", ".join(self.layers), ", ".join(self.classes)
        seed = self.setup.sampler.seed
        return f"ImageSource({height} x {width} px; seed {seed}; layers {layers}; classes {classes}; {device})"

    def _repr_html_(self) -> str | None:
        """In a notebook: its first images beside their labels, which it draws for that. None, so that the text is shown, where
        it cannot draw them any more.
        """
        try:
            frames = next(self.frames(self.setup.splits.first, MOST))
        except InputError:
            return None
        if not {"color", "class_id"} <= set(frames.layers):
            return None
        return html_sheet(repr(self), frames.layers["color"], frames.layers["class_id"], self.classes)


def render(
    n: int = 1, seed: int = 0, overrides: Sequence[str] = (), config_dir: str | Path | None = None, first: int = 0
) -> Iterator[Frames]:
    """Yield Frames of the images first .. first + n - 1, in batches.

    `overrides` are as on the command line; `config_dir` is the user's own folder, as --config-dir names it. InputError for bad
    input comes at the call, before the first batch.

        >>> import raster
        >>> for frames in raster.render(n=64, seed=3, overrides=["size=128"]):
        ...     color, labels = frames.layers["color"], frames.layers["class_id"]
    """
    refuse_overrides(overrides, n=n, seed=seed)
    drawer = ImageSource.of([*overrides, f"n={n}", f"seed={seed}"], config_dir)
    return _drawn(drawer, drawer.frames(first, n))


def _drawn(drawer: ImageSource, frames: Iterator[Frames]) -> Iterator[Frames]:
    try:
        yield from frames
    finally:
        drawer.release()
