"""device_batch: how many images are drawn at once on the device that draws: few in software, many on a GPU."""

import os

from raster.gl.context import current_context, describe
from raster.gl.free_memory import free_memory
from raster.run.batch_size import PIXEL_BYTES, USUAL
from raster.run.draw_client import SLOTS
from raster.run.setup import Setup

MOST = 1024  # images at once on a GPU, where nothing is asked for: more gain nothing
UNKNOWN = 2 << 30  # bytes that are taken to be free on a GPU whose driver does not say
SHARE = 0.5  # of what is free on the GPU; a quarter of the machine's memory holds what is on its way
WAITING = 4  # batches that are on their way in a process that draws and writes


def device_batch(setup: Setup, feeders: int, n: int) -> int:
    """Return how many images to draw at once. It opens OpenGL.

    In software as the setup says. On a GPU as many as were asked for, or else as the n images give each of the `feeders`
    processes (0: this one draws and writes) for each of its slots, from 32 to 1,024; but no more than memory holds.
    """
    with current_context(setup.device) as context:
        software, free = describe(context).software, free_memory(context)
    if software:
        return setup.batch
    flying = feeders * SLOTS or WAITING
    image = PIXEL_BYTES * setup.size[0] * setup.size[1]
    fitting = _machine_memory() // 4 // (flying * image)
    usual = min(MOST, max(USUAL, -(-n // flying)), max(1, fitting))
    return setup.limits.size(int(SHARE * (UNKNOWN if free is None else free)), usual)


def _machine_memory() -> int:
    """Bytes of the machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
