"""Renderer: uploads the meshes once, draws a batch of scenes in one indirect draw for each pass, reads the layers back."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import moderngl
import numpy as np

from raster.catalog import Catalog
from raster.drawlist import MAX_INSTANCES, DrawList, draw_list
from raster.errors import InputError
from raster.frames import Frames
from raster.gl.context import describe, open_context
from raster.gl.program import compile_program
from raster.gl.readback import Readback
from raster.gl.target import GL, Target
from raster.passes import CLASS_ID, COLOR, Pass
from raster.records import records
from raster.scene import Scenes


@dataclass
class _Stage:
    """A pass made ready: its program, where it draws, and the program's inputs once there are buffers for them."""

    program: moderngl.Program
    target: Target
    array: moderngl.VertexArray | None = None


class Renderer:
    """Draws scenes of one catalog.

    size = (H, W) px; batch = most scenes in one call; samples = 1 or 4 for each pixel of anti-aliased passes; layers = those
    asked for among the optional ones of the passes; device = EGL device number. InputError for what the driver cannot do.
    """

    def __init__(
        self,
        catalog: Catalog,
        size: tuple[int, int] = (256, 256),
        batch: int = 32,
        passes: Sequence[Pass] = (CLASS_ID, COLOR),
        samples: int = 1,
        layers: Sequence[str] = (),
        device: int | None = None,
    ):
        if samples not in (1, 4):
            raise InputError(f"samples={samples}: choose 1 or 4")
        self.catalog, self.size, self.batch = catalog, size, batch
        self.ctx = open_context(device)
        self.info = describe(self.ctx)
        self._check_limits(2 if samples == 4 else 1)
        self.gl = GL(self.ctx)
        self._upload()
        self.depths: dict[int, int] = {}  # supersampling -> depth texture, shared by the passes drawn at that size
        self.stages = [self._stage(p, 2 if p.antialias and samples == 4 else 1, layers) for p in passes]
        # On a GPU the next batch is drawn while the last one is copied out; a software rasterizer has no second engine.
        self.ring = 1 if self.info.software else 2
        targets = [stage.target for stage in self.stages]
        self.free = deque(Readback(self.gl, targets) for _ in range(self.ring))

    def render(self, scenes: Scenes) -> Frames:
        """Draw B scenes, B <= batch."""
        return self._finish(*self._start(scenes))

    def stream(self, batches: Iterable[Scenes]) -> Iterator[Frames]:
        """Draw batch after batch; on a GPU each is handed out while the next one is being drawn."""
        pending: deque = deque()
        try:
            for scenes in batches:
                pending.append(self._start(scenes))
                if len(pending) == self.ring:
                    yield self._finish(*pending.popleft())
            while pending:
                yield self._finish(*pending.popleft())
        finally:  # whoever stops listening leaves a batch on its way
            for _, _, readback in pending:
                readback.finish(0)
                self.free.append(readback)

    def _check_limits(self, supersample: int) -> None:
        height, width = self.size
        if max(height, width) * supersample > (most := self.info.max_texture_size):
            raise InputError(f"size: {width} x {height} px is more than this driver draws; at most {most // supersample}")
        if self.batch > (most := self.info.max_array_layers):
            raise InputError(f"batch={self.batch}: this driver draws at most {most} scenes at once")

    def _upload(self) -> None:
        atlas = self.catalog.atlas
        self.vertices = self.ctx.buffer(atlas.vertices.tobytes())
        self.indices = self.ctx.buffer(atlas.indices.tobytes())
        self.commands = self.ctx.buffer(reserve=20 * len(atlas.ranges), dynamic=True)
        self.storage = [self.ctx.buffer(reserve=16, dynamic=True) for _ in range(3)]  # bindings of shaders/include/scene.glsl
        self.rows = 0
        self.numbers: moderngl.Buffer | None = None

    def _stage(self, drawing: Pass, supersample: int, wanted: Sequence[str]) -> _Stage:
        program = compile_program(self.ctx, "scene.vert", drawing.shader)
        height, width = self.size
        if supersample not in self.depths:
            self.depths[supersample] = self.gl.depth_array(width * supersample, height * supersample, self.batch)
        layers = {n: form if n not in drawing.optional or n in wanted else None for n, form in drawing.layers.items()}
        return _Stage(program, Target(self.gl, layers, width, height, self.batch, self.depths[supersample], supersample))

    def _reserve(self, rows: int) -> None:
        """Give the programs a row number for each instance: base instance offsets it, so one list serves every batch."""
        if rows <= self.rows:
            return
        self.rows = 2 * rows
        self._release_inputs()
        self.numbers = self.ctx.buffer(np.arange(self.rows, dtype=np.uint32).tobytes())
        for stage in self.stages:
            used = [name for name in ("position", "normal", "uv") if name in stage.program]
            layout = " ".join({"position": "3f", "normal": "3f", "uv": "2f"}[n] if n in used else {"uv": "2x4"}.get(n, "3x4")
                              for n in ("position", "normal", "uv"))  # fmt: skip
            stage.array = self.ctx.vertex_array(
                stage.program, [(self.vertices, layout, *used), (self.numbers, "1u/i", "row")], index_buffer=self.indices
            )

    def _start(self, scenes: Scenes) -> tuple:
        """Queue drawing and read-back of one batch."""
        if len(scenes.index) > self.batch:
            raise ValueError(f"{len(scenes.index)} scenes, but this renderer was made for batch={self.batch}")
        if scenes.kind.shape[1] > MAX_INSTANCES:
            raise InputError(f"{scenes.kind.shape[1]} objects a scene; a 16-bit instance id holds {MAX_INSTANCES}")
        height, width = self.size
        if not np.allclose(scenes.cameras.aspect, width / height):
            raise ValueError(f"scenes with cameras.aspect={scenes.cameras.aspect[0]}, but a picture of {width} x {height}")
        drawn = draw_list(scenes, height)
        self._reserve(len(drawn.instances))
        for binding, (buffer, data) in enumerate(zip(self.storage, (drawn.instances, drawn.views, drawn.lights), strict=True)):
            buffer.orphan(max(data.nbytes, 16))
            if data.nbytes:
                buffer.write(data)
            buffer.bind_to_storage_buffer(binding)
        self.commands.write(drawn.commands)
        self._draw(len(drawn.commands))
        readback = self.free.popleft()
        readback.start()
        return scenes, drawn, readback

    def _draw(self, commands: int) -> None:
        """All passes. The first at each size settles depth, so that the later ones shade each pixel once."""
        self.ctx.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        self.ctx.front_face = "cw"  # scene.vert mirrors y, and with it the winding
        settled: set[int] = set()
        for stage in self.stages:
            again = stage.target.supersample in settled
            stage.target.begin(clear_depth=not again)
            self.ctx.depth_func = "==" if again else "<="
            settled.add(stage.target.supersample)
            if stage.array is not None:  # _reserve() made it
                stage.array.render_indirect(self.commands, count=commands)

    def _finish(self, scenes: Scenes, drawn: DrawList, readback: Readback) -> Frames:
        layers = readback.finish(len(scenes.index))
        self.free.append(readback)
        height, width = self.size
        return Frames(scenes.index, layers, records(scenes, drawn, width, height), self.catalog.classes)

    def _release_inputs(self) -> None:
        """Free what _reserve made."""
        for made in (self.numbers, *(stage.array for stage in self.stages)):
            if made is not None:
                made.release()

    def release(self) -> None:
        """Free what the renderer holds on the GPU; the context stays for the next renderer."""
        for readback in self.free:
            readback.release()
        for stage in self.stages:
            stage.target.release()
            stage.program.release()
        self._release_inputs()
        self.gl.delete_textures(*self.depths.values())
        for buffer in (self.vertices, self.indices, self.commands, *self.storage):
            buffer.release()
