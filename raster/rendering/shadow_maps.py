"""ShadowMaps: depth textures of the scenes as their lights see them, one layer for each scene and light. shadow_side: px."""

import ctypes
from collections.abc import Mapping, Sequence

import moderngl

from raster.gl.functions import GL_DEPTH, GL_DEPTH_ATTACHMENT, GL_FRAMEBUFFER, GL_NONE, GLFunctions
from raster.gl.program import compile_program, set_uniform
from raster.gl.texture_arrays import set_filter
from raster.rendering.pass_programs import VertexInputs
from raster.rendering.shader_constants import SHADOW_MAPS
from raster.rendering.shader_variants import CUTOUT, Group, runs_of_cutouts

MIN_SHADOW, MAX_SHADOW = 128, 1024  # px of a shadow map's side


def shadow_side(size: tuple[int, int]) -> int:
    """Side of a shadow map in px, for pictures of size (H, W) px."""
    return min(max(*size, MIN_SHADOW), MAX_SHADOW)


class ShadowMaps:
    """Holds `lights` maps of side x side px for each of `batch` scenes; with lights=0 none.

    shaders/include/shadow.glsl reads them and decides how soft shadows are.
    """

    def __init__(
        self, ctx: moderngl.Context, gl: GLFunctions, side: int, batch: int, lights: int, constants: Mapping[str, str]
    ):  # fmt: skip
        """constants: of with_tables()."""
        self.ctx, self.gl, self.side, self.lights, self.constants = ctx, gl, side, lights, constants
        # Of objects that alpha does not cut out, and, made when first needed, of those that it does.
        self.programs = {False: compile_program(ctx, "shadow.vert", "shadow.frag", constants=constants)}
        self.inputs: VertexInputs | None = None
        self.arrays: dict[bool, moderngl.VertexArray] = {}
        self.texture = gl.depth_array(side, side, batch * lights) if lights else gl.depth_array(1, 1, 1)
        set_filter(gl, self.texture, mipmaps=False, nearest=True)
        self.framebuffer = gl.make("glGenFramebuffers")
        gl.glBindFramebuffer(GL_FRAMEBUFFER, self.framebuffer)
        gl.glFramebufferTexture(GL_FRAMEBUFFER, GL_DEPTH_ATTACHMENT, self.texture, 0)
        gl.glDrawBuffers(1, (ctypes.c_uint * 1)(GL_NONE))

    def connect(self, inputs: VertexInputs) -> None:
        """Draw with these vertex buffers from now on."""
        self._release_arrays()
        self.inputs = inputs

    def draw(self, commands: moderngl.Buffer, groups: Sequence[Group], lights: int) -> None:
        """Draw the maps of the first `lights` lights of every scene, one indirect draw for each, and one of cut-out objects."""
        if not lights or self.inputs is None:
            return
        gl, ctx = self.gl, self.ctx
        gl.glBindFramebuffer(GL_FRAMEBUFFER, self.framebuffer)
        gl.glViewport(0, 0, self.side, self.side)
        gl.glClearBufferfv(GL_DEPTH, 0, ctypes.byref(ctypes.c_float(1.0)))
        ctx.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        # Only the far sides of meshes are drawn: then a surface that faces the light never shades itself, and a shadow begins
        # where objects touch.
        ctx.front_face, ctx.cull_face, ctx.depth_func = "ccw", "front", "<="
        for cut, first, count in runs_of_cutouts(groups):
            array = self._array(cut)
            for number in range(lights):
                set_uniform(self.programs[cut], "number", number)
                array.render_indirect(commands, first=first, count=count)
        ctx.cull_face = "back"

    def _array(self, cut: bool) -> moderngl.VertexArray:
        """The vertex array of the program for objects that alpha cuts out, or not."""
        if cut not in self.programs:
            self.programs[cut] = compile_program(
                self.ctx, "shadow.vert", "shadow.frag", constants=self.constants, around=CUTOUT
            )
        if cut not in self.arrays and self.inputs is not None:
            self.arrays[cut] = self.inputs.array(self.programs[cut])
        return self.arrays[cut]

    def _release_arrays(self) -> None:
        """Free the vertex arrays."""
        for array in self.arrays.values():
            array.release()
        self.arrays.clear()

    def bind(self) -> None:
        """Let the passes read the maps."""
        self.gl.bind(SHADOW_MAPS, self.texture)

    def release(self) -> None:
        """Free the GPU's memory."""
        self._release_arrays()
        self.gl.delete_textures(self.texture)
        self.gl.glDeleteFramebuffers(1, ctypes.byref(ctypes.c_uint(self.framebuffer)))
        for program in self.programs.values():
            program.release()
