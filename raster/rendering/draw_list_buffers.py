"""DrawListBuffers: the tables and commands of a draw list on the GPU. table_scenes: for how many scenes blocks have room."""

import moderngl

from raster.rendering.draw_tables import DrawTables
from raster.rendering.gpu_structs import INSTANCE, LIGHT, VIEW
from raster.rendering.shader_constants import LIGHTS, MORPHS, VIEWS
from raster.scene.lights import MAX_LIGHTS

# In uniform blocks, whatever a driver allows. All of a block is there, even for one scene, and each field of each row is a
# uniform that the driver lists when a program is linked: with 128 scenes Mesa takes 30 ms for that, with 32 it takes 3.
FEW_SCENES, MOST_SCENES = 32, 128


def table_scenes(ctx: moderngl.Context, batch: int) -> int:
    """For how many scenes uniform blocks have room: one of two numbers, so that programs are kept; 0 if a batch has more."""
    most = int(ctx.info["GL_MAX_UNIFORM_BLOCK_SIZE"]) // max(VIEW.itemsize, MAX_LIGHTS * LIGHT.itemsize)
    return next((room for limit in (FEW_SCENES, MOST_SCENES) if batch <= (room := min(most, limit))), 0)


class DrawListBuffers:
    """Holds one draw list at a time. `instances` is for vertex arrays: a command's base instance says where its rows begin."""

    def __init__(self, ctx: moderngl.Context, scenes: int):
        """scenes: for how many there is room in uniform blocks, 0: views and lights are in storage buffers."""
        self.ctx, self.scenes = ctx, scenes
        self.commands = ctx.buffer(reserve=20, dynamic=True)
        self.instances = ctx.buffer(reserve=INSTANCE.itemsize, dynamic=True)
        self.tables = {binding: ctx.buffer(reserve=16, dynamic=True) for binding in (VIEWS, LIGHTS, MORPHS)}

    def upload(self, drawn: DrawTables) -> None:
        """Copy the tables and commands of a batch to the GPU, and bind the tables."""
        blocks = {VIEWS: self.scenes * VIEW.itemsize, LIGHTS: self.scenes * MAX_LIGHTS * LIGHT.itemsize}
        for binding, data in {VIEWS: drawn.views, LIGHTS: drawn.lights, MORPHS: drawn.morphs}.items():
            buffer, size = self.tables[binding], blocks.get(binding, 0)
            buffer.orphan(max(data.nbytes, size, 16))  # what is behind a block must be there
            if data.nbytes:
                buffer.write(data)
            if size:
                buffer.bind_to_uniform_block(binding)
            else:
                buffer.bind_to_storage_buffer(binding)
        for buffer, rows in ((self.instances, drawn.instances), (self.commands, drawn.commands)):
            buffer.orphan(rows.nbytes)
            buffer.write(rows)

    def release(self) -> None:
        """Free the buffers."""
        for buffer in (self.commands, self.instances, *self.tables.values()):
            buffer.release()
