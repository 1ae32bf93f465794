"""PassPrograms: a pass made ready: its programs, one for each paint if it has paints, and where it draws."""

from collections.abc import Sequence

import moderngl

from raster.errors import InputError
from raster.gl.program import compile_program, includes, set_uniform
from raster.gl.target import Target
from raster.rendering.mesh_buffers import LAYOUT, Geometry
from raster.rendering.shader_constants import SHADER_CONSTANTS

Group = tuple[str, str, int, int]  # paint and place as in raster/rendering/draw_list.py, first command, count


class VertexInputs:
    """What every program reads: vertices and indices, and a row number for each instance."""

    def __init__(self, geometry: Geometry, numbers: moderngl.Buffer):
        self.vertices, self.indices, self.numbers = geometry.vertices, geometry.indices, numbers

    def array(self, program: moderngl.Program) -> moderngl.VertexArray:
        """What a program that is compiled with scene.vert or shadow.vert draws with."""
        used = [name for name in LAYOUT if name in program]
        layout = " ".join(LAYOUT[name][name not in used] for name in LAYOUT)
        content = [(self.vertices, layout, *used), (self.numbers, "1u/i", "row")]
        return program.ctx.vertex_array(program, content, index_buffer=self.indices)


class PassPrograms:
    """Draws the draw list with a fragment shader, and another one behind everything, into a target.

    shadows: lights may cast shadows; encode: colours are written as sRGB code values, else linear. Programs are compiled when
    something of their paint first comes up.
    """

    def __init__(self, ctx: moderngl.Context, shader: str, background: str | None, target: Target, shadows: bool, encode: bool):
        self.ctx, self.target, self.encode = ctx, target, encode
        self.shaders = (shader, background or shader)
        self.split = background is not None or includes(shader, "paint.glsl")
        self.instead = {} if shadows else {"shadow.glsl": "no_shadow.glsl"}
        self.inputs: VertexInputs | None = None
        self.mirrors = includes(shader, "reflection.glsl")
        self.programs: dict[tuple[str, str], moderngl.Program] = {}
        self.arrays: dict[tuple[str, str], moderngl.VertexArray] = {}
        self._program("plain", "lit")  # a shader that does not compile is found out at once
        if self.split:
            self._program("plain", "background")

    def connect(self, inputs: VertexInputs) -> None:
        """Draw with these buffers from now on."""
        self.release_arrays()
        self.inputs = inputs

    def draw(self, commands: moderngl.Buffer, groups: Sequence[Group]) -> None:
        """Draw all groups of commands into the target."""
        if not self.split:
            last = groups[-1]
            self._array("plain", "lit").render_indirect(commands, count=last[2] + last[3])
            return
        for paint, place, first, count in groups:
            place = "lit" if place == "reflective" and not self.mirrors else place
            self._array(paint, place).render_indirect(commands, first=first, count=count)

    def _array(self, paint: str, place: str) -> moderngl.VertexArray:
        key = (paint, place)
        if key not in self.arrays:
            if self.inputs is None:
                raise RuntimeError("connect() comes before draw()")
            self.arrays[key] = self.inputs.array(self._program(paint, place))
        return self.arrays[key]

    def _program(self, paint: str, place: str) -> moderngl.Program:
        key = (paint, place)
        if key not in self.programs:
            shader = self.shaders[place == "background"]
            instead = {**self.instead, "paint.glsl": f"paint_{paint}.glsl"}
            if place == "lit":
                instead["reflection.glsl"] = "no_reflection.glsl"
            program = compile_program(self.ctx, "scene.vert", shader, instead, SHADER_CONSTANTS)
            if not set_uniform(program, "encode", self.encode) and not self.encode:
                what = "writes colour without finished() of include/srgb.glsl, so that lens and sensor get no linear light"
                raise InputError(f"{shader}: {what}; use it")
            self.programs[key] = program
        return self.programs[key]

    def release_arrays(self) -> None:
        """Free what depends on the buffers."""
        for array in self.arrays.values():
            array.release()
        self.arrays.clear()

    def release(self) -> None:
        """Free everything."""
        self.release_arrays()
        for program in self.programs.values():
            program.release()
        self.target.release()
