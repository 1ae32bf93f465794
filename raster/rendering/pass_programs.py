"""PassPrograms: the programs of a pass, one for each shader variant, and the target that it draws into."""

from collections.abc import Mapping, Sequence

import moderngl

from raster.errors import InputError
from raster.gl.program import compile_program, includes, set_uniform
from raster.gl.target import Target
from raster.rendering.gpu_structs import INSTANCE_LAYOUT
from raster.rendering.mesh_buffers import LAYOUT, MeshBuffers
from raster.rendering.shader_variants import CUTOUT, Group, is_cutout, runs_of_cutouts

BRIGHTEST = 65504.0  # the largest 16-bit float


class VertexInputs:
    """The buffers that every program reads: vertices and indices, and a row of INSTANCE for each instance."""

    def __init__(self, meshes: MeshBuffers, instances: moderngl.Buffer):
        self.vertices, self.indices, self.instances = meshes.vertices, meshes.indices, instances

    def array(self, program: moderngl.Program) -> moderngl.VertexArray:
        """The vertex array with which a program of scene.vert or shadow.vert draws."""
        used = [name for name in LAYOUT if name in program]
        layout = " ".join(LAYOUT[name][name not in used] for name in LAYOUT)
        own = [name for name in INSTANCE_LAYOUT if name in program]
        rows = " ".join(form if name in own else "4x4" for name, form in INSTANCE_LAYOUT.items())
        content = [(self.vertices, layout, *used), (self.instances, f"{rows}/i", *own)]
        return program.ctx.vertex_array(program, content, index_buffer=self.indices)


class PassPrograms:
    """Draws a draw list with a fragment shader, and the background with another one, into a target.

    A shader that includes paint.glsl is compiled once for each paint and role (raster/rendering/shader_variants.py), when a
    draw list first needs it. Other shaders have one program, which draws everything.
    """

    def __init__(
        self, ctx: moderngl.Context, shader: str, background: str | None, target: Target, instead: Mapping[str, str],
        constants: Mapping[str, str], encode: bool, combines: bool = False, canvas: int = 1,
    ):  # fmt: skip
        """shader, background: files in shaders/. instead: of unused_includes(). constants: of with_tables().

        encode: write sRGB, else linear light. combines: draw_combined() draws it. canvas: as in Pass.
        """
        self.ctx, self.target, self.encode, self.instead = ctx, target, encode, instead
        self.constants = {**constants, "WRITES_LIGHT": str(int(not encode))}
        self.combines, self.canvas = combines, canvas
        self.shaders = (shader, background or shader)
        self.split = background is not None or includes(shader, "paint.glsl")
        # Whether it reads what AmbientOcclusion computes.
        self.occluded = "occlusion.glsl" not in instead and includes(shader, "occlusion.glsl")
        self.inputs: VertexInputs | None = None
        self.reflects = includes(shader, "reflection.glsl")
        self.programs: dict[tuple[str, str], moderngl.Program] = {}
        self.arrays: dict[tuple[str, str], moderngl.VertexArray] = {}
        self._program("plain", "lit")  # compiled now, so that errors in a shader come up at once
        if self.split:
            self._program("plain", "background")

    def connect(self, inputs: VertexInputs) -> None:
        """Draw with these vertex buffers from now on."""
        self.release_arrays()
        self.inputs = inputs

    def draw(self, commands: moderngl.Buffer, groups: Sequence[Group]) -> None:
        """Draw all groups of commands into the target, which must have begun."""
        if not self.split:
            for cut, first, count in runs_of_cutouts(groups):
                self._array("plain", "lit_cutout" if cut else "lit").render_indirect(commands, first=first, count=count)
            return
        for paint, role, first, count in groups:
            role = role if self.reflects else role.replace("reflective", "lit")
            self._array(paint, role).render_indirect(commands, first=first, count=count)

    def _array(self, paint: str, role: str) -> moderngl.VertexArray:
        """The vertex array of a shader variant, made when it is first needed. RuntimeError before connect()."""
        key = (paint, role)
        if key not in self.arrays:
            if self.inputs is None:
                raise RuntimeError("connect() comes before draw()")
            self.arrays[key] = self.inputs.array(self._program(paint, role))
        return self.arrays[key]

    def _program(self, paint: str, role: str) -> moderngl.Program:
        """The program of a shader variant, compiled when it is first needed. InputError for a shader that cannot be used."""
        key = (paint, role)
        if key not in self.programs:
            shader = self.shaders[role == "background"]
            if paint == "photograph" and role != "background" and includes(shader, "paint.glsl"):
                shader = "shadow_catcher.frag"
            instead = {**self.instead, "paint.glsl": f"paint_{paint}.glsl"}
            if role.startswith("lit"):
                instead["reflection.glsl"] = "no_reflection.glsl"
            around = CUTOUT if is_cutout(role) else None
            program = compile_program(self.ctx, "scene.vert", shader, instead, self.constants, around)
            if not self.encode and not set_uniform(program, "brightest", BRIGHTEST):
                what = "writes colour without finished() of include/srgb.glsl, so that lens and sensor get no linear light"
                raise InputError(f"{shader}: {what}; use it")
            set_uniform(program, "supersample", float(self.target.supersample))
            set_uniform(program, "canvas", float(self.canvas))
            self.programs[key] = program
        return self.programs[key]

    def release_arrays(self) -> None:
        """Free the vertex arrays."""
        for array in self.arrays.values():
            array.release()
        self.arrays.clear()

    def release(self) -> None:
        """Free everything."""
        self.release_arrays()
        for program in self.programs.values():
            program.release()
        self.target.release()
