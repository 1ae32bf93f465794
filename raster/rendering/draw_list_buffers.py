"""DrawListBuffers: the tables and commands of a draw list on the GPU."""

import moderngl
import numpy as np

from raster.rendering.draw_list import DrawList
from raster.rendering.shader_constants import INSTANCES, LIGHTS, MORPHS, VIEWS


class DrawListBuffers:
    """Holds one draw list at a time.

    `numbers` holds 0, 1, 2, ...: the row of INSTANCE that a vertex shader reads. A command's base instance offsets it, so one
    list serves all commands. When a draw list has more rows, a larger one replaces it: vertex arrays must then be made anew.
    """

    def __init__(self, ctx: moderngl.Context):
        self.ctx = ctx
        self.commands = ctx.buffer(reserve=20, dynamic=True)
        self.tables = {binding: ctx.buffer(reserve=16, dynamic=True) for binding in (INSTANCES, VIEWS, LIGHTS, MORPHS)}
        self.numbers = ctx.buffer(reserve=4)
        self.rows = 0  # how many numbers there are: none before the first reserve_rows(), which gives True

    def upload(self, drawn: DrawList) -> None:
        """Copy the tables and commands of a draw list to the GPU, and bind the tables."""
        tables = {INSTANCES: drawn.instances, VIEWS: drawn.views, LIGHTS: drawn.lights, MORPHS: drawn.morphs}
        for binding, data in tables.items():
            buffer = self.tables[binding]
            buffer.orphan(max(data.nbytes, 16))
            if data.nbytes:
                buffer.write(data)
            buffer.bind_to_storage_buffer(binding)
        self.commands.orphan(drawn.commands.nbytes)
        self.commands.write(drawn.commands)

    def reserve_rows(self, rows: int) -> bool:
        """Make `numbers` large enough for a draw list of so many rows. Gives True if it is a new buffer."""
        if rows <= self.rows:
            return False
        self.rows = 2 * rows
        self.numbers.release()
        self.numbers = self.ctx.buffer(np.arange(self.rows, dtype=np.uint32).tobytes())
        return True

    def release(self) -> None:
        """Free the buffers."""
        for buffer in (self.commands, self.numbers, *self.tables.values()):
            buffer.release()
