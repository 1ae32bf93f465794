"""open_renderer: what draws a data set: a renderer, and processes that draw beside it. choose_workers: how many."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from raster.gl import egl
from raster.gl.context import announce
from raster.rendering.renderer import Renderer
from raster.run.device_batch import device_batch
from raster.run.draw_client import PIECE
from raster.run.helper_processes import Helpers
from raster.run.setup import Setup
from raster.run.sweeps import own_cores
from raster.system.cpu import usable_cores


@contextmanager
def open_renderer(plain: dict[str, Any], setup: Setup) -> Iterator[tuple[Renderer, Helpers]]:
    """Make a renderer, and processes that draw beside it or feed it, say which driver draws, and release all at the end."""
    feeders = choose_feeders(plain, setup)
    helpers = feeders or choose_workers(plain, setup) - 1
    if (helpers and not feeders) or own_cores() < usable_cores():  # beside other processes that draw
        os.environ.setdefault("LP_NUM_THREADS", "0")  # read by llvmpipe when a context is made, here and in the helpers
    gc.freeze()  # nothing of what there is now is garbage, and a fork shares it
    gc.enable()  # what draws makes garbage: the program started without
    with Helpers(setup, helpers, software=in_software(plain), feeds=feeders > 0, also=plain["gl"]["also"]) as processes:
        renderer = replace(setup, batch=device_batch(setup, feeders, plain["n"])).renderer()
        try:
            print(*announce(renderer.info), sep="\n", flush=True)
            yield renderer, processes
        finally:
            renderer.release()
            gc.unfreeze()


def choose_workers(plain: dict[str, Any], setup: Setup) -> int:
    """Return how many processes draw: on a GPU one; in software one for each core, each with a rasterizer of one thread.

    Measured on llvmpipe (benchmarks/results/): two processes of one thread draw 1.2 times what one of two threads does.
    """
    workers = plain["workers"]
    if workers == "auto":
        workers = own_cores() if in_software(plain) else 1
    return max(1, min(workers, -(-plain["n"] // setup.batch)))


def choose_feeders(plain: dict[str, Any], setup: Setup) -> int:
    """Return how many processes sample and write for one that draws; 0: each process does all of it.

    On a GPU one for each core, if there is work for more than one of them. In software none: who draws takes all cores.
    """
    wanted, workers = plain["gl"]["pipeline"], plain["workers"]
    count = min(own_cores() if workers == "auto" else workers, -(-plain["n"] // min(PIECE, setup.batch)))
    if wanted is None:
        wanted = bool(plain["gl"]["also"]) or (count > 1 and not in_software(plain))
    return count if wanted else 0


def in_software(plain: dict[str, Any]) -> bool:
    """Whether every OpenGL device that may draw is a software rasterizer: the one that gl.device names, or all."""
    return all(device.software for device in egl.devices() if plain["gl"]["device"] in (None, device.number))
