"""Jpeg: compresses the finished pictures on the GPU and unpacks them again, in place."""

import moderngl

from raster.gl.formats import FORMATS
from raster.gl.functions import GLFunctions
from raster.gl.program import compile_compute, compile_program
from raster.gl.target import Target
from raster.rendering.shader_constants import JPEG_GROUP, SHADER_CONSTANTS, SOURCE

GL_WRITE_ONLY, GL_TEXTURE_FETCH_BARRIER_BIT = 0x88B9, 0x8
UNIT = 16  # px along a side of what is compressed together: 4 blocks of luma and 2 of chroma, one invocation for each


class Jpeg:
    """The loss of JPEG at 4:2:0, for a batch of pictures. The CAMERA buffer must be bound: it holds each picture's quality."""

    def __init__(self, ctx: moderngl.Context, gl: GLFunctions, picture: Target, codes: int, batch: int):
        """picture: the target of shaders/post/sensor*.frag. codes: a view of its texture as rgba8, which reads sRGB values."""
        self.gl, self.picture, self.codes, self.form = gl, picture, codes, FORMATS["r8"].internal
        width, height = -(-picture.width // 2), -(-picture.height // 2)  # of the chroma planes, px
        self.planes = gl.texture_array(self.form, 2 * width, picture.height + height, batch)
        gl.unfiltered(self.planes)
        self.compress = compile_compute(ctx, "post/jpeg.comp", SHADER_CONSTANTS)
        self.program = compile_program(ctx, "post/screen.vert", "post/jpeg.frag", constants=SHADER_CONSTANTS)
        self.array = ctx.vertex_array(self.program, [])

    def run(self, count: int) -> None:
        """Compress and unpack the pictures of the first `count` rows of the CAMERA buffer."""
        gl = self.gl
        gl.bind(SOURCE, self.codes)
        gl.glBindImageTexture(0, self.planes, 0, 1, 0, GL_WRITE_ONLY, self.form)
        across, down = (-(-size // (UNIT * JPEG_GROUP)) for size in (self.picture.width, self.picture.height))
        self.compress.run(across, down, 6 * count)
        gl.glMemoryBarrier(GL_TEXTURE_FETCH_BARRIER_BIT)
        self.picture.begin(clear_depth=False)
        gl.bind(SOURCE, self.planes)
        self.array.render(moderngl.TRIANGLES, vertices=3, instances=count)

    def release(self) -> None:
        """Free what this made."""
        for made in (self.array, self.program, self.compress):
            made.release()
        self.gl.delete_textures(self.planes)
