"""AmbientOcclusion: how much light from all around reaches what is seen, from the depth that was drawn."""

import ctypes
from collections.abc import Mapping

import moderngl

from raster.gl.functions import GL_COLOR, GLFunctions
from raster.gl.program import compile_program
from raster.gl.target import Target
from raster.rendering.shader_constants import DEPTH, OCCLUSION, SOURCE

FORMAT = "rgba16f"
NOTHING_LOST = (0.0, 0.0, 0.0, 1.0)  # of the light, in a scene that wants no ambient occlusion


class AmbientOcclusion:
    """Computes, for each scene that wants it, the share of light that things near by keep off, in cells of 2 x 2 pixels.

    shaders/include/occlusion.glsl reads it. The draw list's tables must be bound.
    """

    def __init__(
        self, ctx: moderngl.Context, gl: GLFunctions, size: tuple[int, int], batch: int, depth: int,
        constants: Mapping[str, str],
    ):  # fmt: skip
        """size: (H, W) px of the depth texture `depth`, an array of `batch` layers. constants: of with_tables()."""
        self.ctx, self.gl, self.depth = ctx, gl, depth
        height, width = ((side + 1) // 2 for side in size)
        self.targets = [Target(gl, {"shares": FORMAT}, width, height, batch) for _ in range(2)]
        self.textures = [target.textures["shares"] for target in self.targets]
        gl.unfiltered(depth, *self.textures)
        names = ("occlusion/horizons.frag", "occlusion/blur.frag")
        self.programs = [compile_program(ctx, "occlusion/screen.vert", name, constants=constants) for name in names]
        self.arrays = [ctx.vertex_array(program, []) for program in self.programs]

    def draw(self, count: int) -> None:
        """Compute the shares of the first `count` scenes; those that do not want it lose no light."""
        self.ctx.enable_only(moderngl.NOTHING)
        self.gl.bind(DEPTH, self.depth)
        self.gl.bind(SOURCE, self.textures[0])
        for target, array in zip(self.targets, self.arrays, strict=True):
            target.begin(clear_depth=False)
            self.gl.glClearBufferfv(GL_COLOR, 0, (ctypes.c_float * 4)(*NOTHING_LOST))
            array.render(moderngl.TRIANGLES, vertices=3, instances=count)

    def bind(self) -> None:
        """Let the passes read the shares."""
        self.gl.bind(OCCLUSION, self.textures[1])

    def release(self) -> None:
        """Free the GPU's memory."""
        for target, array, program in zip(self.targets, self.arrays, self.programs, strict=True):
            array.release()
            program.release()
            target.release()
