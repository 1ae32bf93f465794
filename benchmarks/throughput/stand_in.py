"""stand_in: a renderer whose driver draws nothing any more; its buffers hold pictures that it drew before."""

from typing import Any

from raster.rendering.draw_tables import DrawTables, prepare
from raster.rendering.renderer import Renderer
from raster.run.draw_server import RING
from raster.run.setup import Setup

# The functions of OpenGL that take time for pixels, though no triangle is drawn.
OF_PIXELS = ("glGetTexImage", "glGetTextureSubImage", "glClearBufferfv", "glGenerateMipmap")


def stand_in(renderer: Renderer, setup: Setup) -> None:
    """Fill all buffers of the renderer's ring with pictures, and let it draw nothing from now on.

    All that Python does for a batch is still done: tables are uploaded, programs and buffers bound, draw calls made, fences
    waited for. RuntimeError if the driver has no buffers that stay mapped, which alone keep their pictures.
    """
    sampler, ring = setup.sampler, []
    for k in range(RING):
        scenes = sampler(k * renderer.batch, renderer.batch)
        _, tables = prepare(scenes, sampler.library, renderer.size, renderer.batch, sampler.requirements)
        ring.append(renderer.start(tables))
    with renderer.lease.current():
        for readback in ring:
            readback.wait()
            renderer.readbacks.done(readback)
    if not ring[0].persistent:
        raise RuntimeError("this driver has no buffers that stay mapped (GL_ARB_buffer_storage)")
    for name in OF_PIXELS:
        setattr(renderer.gl, name, _nothing)
    start = renderer.start

    def start_nothing(tables: DrawTables) -> Any:
        tables.commands[:, 1] = 0  # instances of each draw
        return start(tables)

    vars(renderer)["start"] = start_nothing


def _nothing(*_: Any) -> None:
    """Stands for a function of OpenGL."""
