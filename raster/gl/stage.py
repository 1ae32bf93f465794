"""Stage: a pass made ready: its programs, one for each paint if it has paints, and where it draws."""

from collections.abc import Sequence

import moderngl

from raster.errors import InputError
from raster.gl.program import compile_program, includes, set_uniform
from raster.gl.target import Target

Group = tuple[str, bool, int, int]  # paint, whether behind everything, first command, count
FORMS = {"position": ("3f", "3x4"), "normal": ("3f", "3x4"), "uv": ("2f", "2x4")}  # read, and skipped


class Inputs:
    """The buffers that every program reads: vertices, indices, and a row number for each instance."""

    def __init__(self, vertices: moderngl.Buffer, indices: moderngl.Buffer, numbers: moderngl.Buffer):
        self.vertices, self.indices, self.numbers = vertices, indices, numbers

    def array(self, program: moderngl.Program) -> moderngl.VertexArray:
        """What a program that is compiled with scene.vert or shadow.vert draws with."""
        used = [name for name in FORMS if name in program]
        layout = " ".join(FORMS[name][name not in used] for name in FORMS)
        content = [(self.vertices, layout, *used), (self.numbers, "1u/i", "row")]
        return program.ctx.vertex_array(program, content, index_buffer=self.indices)


class Stage:
    """Draws the draw list with a fragment shader, and another one behind everything, into a target.

    shadows: lights may cast shadows; encode: colours are written as sRGB code values, else linear. Programs are compiled when
    something of their paint first comes up.
    """

    def __init__(
        self, ctx: moderngl.Context, shader: str, behind: str | None, target: Target, shadows: bool, encode: bool
    ):
        self.ctx, self.target, self.encode = ctx, target, encode
        self.shaders = (shader, behind or shader)
        self.split = behind is not None or includes(shader, "paint.glsl")
        self.instead = {} if shadows else {"shadow.glsl": "no_shadow.glsl"}
        self.inputs: Inputs | None = None
        self.programs: dict[tuple[str, bool], moderngl.Program] = {}
        self.arrays: dict[tuple[str, bool], moderngl.VertexArray] = {}
        self._program("plain", False)  # a shader that does not compile is found out at once
        self._program("plain", True)

    def connect(self, inputs: Inputs) -> None:
        """Draw with these buffers from now on."""
        self.release_arrays()
        self.inputs = inputs

    def draw(self, commands: moderngl.Buffer, groups: Sequence[Group]) -> None:
        """Draw all groups of commands into the target."""
        if not self.split:
            last = groups[-1]
            self._array("plain", False).render_indirect(commands, count=last[2] + last[3])
            return
        for paint, behind, first, count in groups:
            self._array(paint, behind).render_indirect(commands, first=first, count=count)

    def _array(self, paint: str, behind: bool) -> moderngl.VertexArray:
        key = (paint, behind)
        if key not in self.arrays:
            if self.inputs is None:
                raise RuntimeError("connect() comes before draw()")
            self.arrays[key] = self.inputs.array(self._program(paint, behind))
        return self.arrays[key]

    def _program(self, paint: str, behind: bool) -> moderngl.Program:
        key = (paint, behind and self.split)
        if key not in self.programs:
            instead = {**self.instead, "paint.glsl": f"{paint}.glsl"}
            self.programs[key] = compile_program(self.ctx, "scene.vert", self.shaders[key[1]], instead)
            if not set_uniform(self.programs[key], "encode", self.encode) and not self.encode:
                what = "writes colour without finished() of include/srgb.glsl, so that lens and sensor get no linear light"
                raise InputError(f"{self.shaders[key[1]]}: {what}; use it")
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
