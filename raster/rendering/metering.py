"""Metering: finds on the GPU how much light each picture needs, as a camera's automatic exposure does."""

import moderngl
import numpy as np

from raster.gl.functions import GLFunctions
from raster.gl.program import compile_compute, set_uniform
from raster.rendering.gpu_structs import METER
from raster.rendering.shader_constants import METERS, SHADER_CONSTANTS, SOURCE
from raster.scene.scenes import Scenes

GL_SHADER_STORAGE_BARRIER_BIT = 0x2000


def meter_rows(scenes: Scenes) -> np.ndarray:
    """(B,) METER: what the sensors of B scenes ask for, with gain 1."""
    rows = np.zeros(len(scenes.index), METER)
    rows["key"], rows["center_weight"], rows["gain"] = scenes.sensor.metering_key, scenes.sensor.metering_center, 1
    return rows


class Metering:
    """The gains of a batch of pictures, in the buffer that shaders/post/screen.vert reads."""

    def __init__(self, ctx: moderngl.Context, gl: GLFunctions, batch: int, measures: bool):
        """measures: whether pictures may be metered; without it all gains stay 1."""
        self.gl, self.buffer = gl, ctx.buffer(reserve=batch * METER.itemsize, dynamic=True)
        self.program = compile_compute(ctx, "post/meter.comp", SHADER_CONSTANTS) if measures else None

    def begin(self, rows: np.ndarray) -> None:
        """Make rows (B,) METER, with their gains of 1, what the shaders read."""
        self.buffer.orphan()
        self.buffer.write(np.ascontiguousarray(rows))
        self.buffer.bind_to_storage_buffer(METERS)

    def measure(self, rows: np.ndarray, sources: np.ndarray) -> None:
        """Meter the pictures that ask for it. rows (B,) METER, as before; sources (B,): the textures that hold the pictures."""
        chosen = rows["key"] > 0
        if self.program is None or not chosen.any():
            return
        rows["source"] = sources
        self.begin(rows)
        for source in np.unique(sources[chosen]):
            set_uniform(self.program, "source", int(source))
            self.gl.bind(SOURCE, int(source))
            self.program.run(len(rows))
        self.gl.glMemoryBarrier(GL_SHADER_STORAGE_BARRIER_BIT)

    def release(self) -> None:
        """Free what this made."""
        if self.program:
            self.program.release()
        self.buffer.release()
