"""Jpeg: the step that compresses encoded pictures and unpacks them again, in place, on the GPU."""

import moderngl

from raster.gl.formats import FORMATS
from raster.gl.functions import GLFunctions
from raster.gl.program import compile_compute, compile_program
from raster.gl.target import Target

GL_WRITE_ONLY, GL_TEXTURE_FETCH_BARRIER_BIT = 0x88B9, 0x8
UNIT = 16  # px of a side of what is compressed together: four blocks of luma, one of each chroma, an invocation for each
GROUP = 8  # invocations of a side of a work group, as in shaders/post/jpeg.comp


class Jpeg:
    """Works on the target of post/sensor.frag; codes: its texture, seen as rgba8. Needs the CAMERA buffer to be bound."""

    def __init__(self, ctx: moderngl.Context, gl: GLFunctions, picture: Target, codes: int, batch: int):
        self.gl, self.picture, self.codes, self.form = gl, picture, codes, FORMATS["r8"].internal
        width, height = -(-picture.width // 2), -(-picture.height // 2)  # of the chroma
        self.planes = gl.texture_array(self.form, 2 * width, picture.height + height, batch)
        gl.unfiltered(self.planes)
        self.compress = compile_compute(ctx, "post/jpeg.comp")
        self.program = compile_program(ctx, "post/screen.vert", "post/jpeg.frag")
        self.array = ctx.vertex_array(self.program, [])

    def run(self, count: int) -> None:
        """The first `count` pictures; those of quality 0 stay as they are."""
        gl = self.gl
        gl.bind(0, self.codes)
        gl.glBindImageTexture(0, self.planes, 0, 1, 0, GL_WRITE_ONLY, self.form)
        across, down = (-(-size // (UNIT * GROUP)) for size in (self.picture.width, self.picture.height))
        self.compress.run(across, down, 6 * count)
        gl.glMemoryBarrier(GL_TEXTURE_FETCH_BARRIER_BIT)
        self.picture.begin(clear_depth=False)
        gl.bind(0, self.planes)
        self.array.render(moderngl.TRIANGLES, vertices=3, instances=count)

    def release(self) -> None:
        """Free what this made."""
        for made in (self.array, self.program, self.compress):
            made.release()
        self.gl.delete_textures(self.planes)
