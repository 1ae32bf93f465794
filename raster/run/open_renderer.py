"""open_renderer: what draws a data set: a renderer, and processes that draw beside it. choose_workers: how many there are."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from raster.gl import egl
from raster.gl.context import announce
from raster.rendering.renderer import Renderer
from raster.run.helper_processes import Helpers
from raster.run.setup import Setup
from raster.run.sweeps import own_cores
from raster.system.cpu import usable_cores


@contextmanager
def open_renderer(plain: dict[str, Any], setup: Setup) -> Iterator[tuple[Renderer, Helpers]]:
    """Make a renderer, and processes that draw beside it, say which driver draws, and release all at the end."""
    workers = choose_workers(plain, setup)
    if workers > 1 or own_cores() < usable_cores():  # beside other processes that draw
        os.environ.setdefault("LP_NUM_THREADS", "0")  # read by llvmpipe when a context is made, here and in the helpers
    gc.freeze()  # nothing of what there is now is garbage, and a fork shares it
    gc.enable()  # what draws makes garbage: the program started without
    with Helpers(setup, workers - 1, software=all(d.software for d in chosen_devices(plain))) as helpers:
        renderer = setup.renderer()
        try:
            print(*announce(renderer.info), sep="\n", flush=True)
            yield renderer, helpers
        finally:
            renderer.release()
            gc.unfreeze()


def choose_workers(plain: dict[str, Any], setup: Setup) -> int:
    """Return how many processes draw: on a GPU one; in software one for each core, each with a rasterizer of one thread.

    Measured on llvmpipe (benchmarks/results/): two processes of one thread draw 1.2 times what one of two threads does.
    """
    workers = plain["workers"]
    if workers == "auto":
        workers = own_cores() if all(d.software for d in chosen_devices(plain)) else 1
    return max(1, min(workers, -(-plain["n"] // setup.batch)))


def chosen_devices(plain: dict[str, Any]) -> list[egl.Device]:
    """The OpenGL devices that may draw: the one that gl.device names, or all."""
    return [device for device in egl.devices() if plain["gl"]["device"] in (None, device.number)]
