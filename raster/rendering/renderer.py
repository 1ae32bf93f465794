"""Renderer: uploads the meshes once, draws a batch of scenes in one indirect draw for each pass, reads the layers back."""

import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import moderngl
import numpy as np

from raster.assets.catalog import Catalog
from raster.assets.library import EMPTY, Library
from raster.errors import InputError
from raster.frames import Frames
from raster.gl.context import describe, open_context
from raster.gl.functions import GLFunctions
from raster.gl.readback import Readback
from raster.gl.target import Target
from raster.passes import CLASS_ID, COLOR, Pass
from raster.rendering.base_color_textures import BaseColorTextures
from raster.rendering.camera_effects import camera_rows, missing_effect
from raster.rendering.draw_list import MAX_INSTANCES, DrawList, draw_list
from raster.rendering.mesh_buffers import Geometry
from raster.rendering.pass_programs import PassPrograms, VertexInputs
from raster.rendering.post_process import LINEAR, PostProcess
from raster.rendering.records import records
from raster.rendering.scene_textures import Textures
from raster.rendering.shadow_maps import ShadowMaps
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes

MIN_SHADOW, MAX_SHADOW = 128, 1024  # px of a shadow map's side
SOFTWARE_ROOM, GPU_ROOM = 1 << 26, 1 << 30  # bytes for the vertices of own meshes, and half of it for their pictures
NOTHING = Requirements()
COLOR_LAYER = "color"  # the layer that lens and sensor change


def shadow_side(size: tuple[int, int]) -> int:
    """px of a shadow map's side, for pictures of size (H, W) px."""
    return min(max(*size, MIN_SHADOW), MAX_SHADOW)


class Renderer:
    """Draws scenes of one catalog.

    size = (H, W) px; batch = most scenes in one call; samples = 1 or 4 for each pixel of anti-aliased passes; layers = those
    asked for among the optional ones of the passes; device = EGL device number; library = the scenes' pictures and
    environments; requirements = how many lights cast shadows, and what lens and sensor do. InputError for what the
    driver cannot do.

        >>> import raster
        >>> from raster.solids.cube import cube
        >>> renderer = raster.Renderer(raster.Catalog({"cube": cube()}), size=(128, 128))
        >>> frames = renderer.render(scenes)  # Scenes of the same catalog
        >>> renderer.release()
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
        library: Library = EMPTY,
        requirements: Requirements = NOTHING,
    ):
        if samples not in (1, 4):
            raise InputError(f"samples={samples}: choose 1 or 4")
        self.catalog, self.size, self.batch, self.library, self.requirements = catalog, size, batch, library, requirements
        self.ctx = open_context(device)
        self.info = describe(self.ctx)
        self._check_limits(2 if samples == 4 else 1)
        self.gl = GLFunctions(self.ctx)
        budget = SOFTWARE_ROOM if self.info.software else GPU_ROOM
        self._allocate(budget)
        self.textures = Textures(self.gl, library, self.ctx.extensions)
        self.base_color_textures = BaseColorTextures(self.gl, catalog, budget // 2)
        self.shadows = ShadowMaps(self.ctx, self.gl, shadow_side(size), batch, requirements.shadows)
        height, width = size
        margin = requirements.margin if "distortion" in requirements.effects else 0.0
        self.pad = (math.ceil(margin * height), math.ceil(margin * width))  # px beyond each edge
        self.depths: dict[int, int] = {}  # supersampling -> depth texture, shared by the passes drawn at that size
        self.stages = [self._stage(p, 2 if p.antialias and samples == 4 else 1, layers) for p in passes]
        self.post_process = self._post_process() if requirements.effects else None
        # On a GPU the next batch is drawn while the last one is copied out; a software rasterizer has no second engine.
        self.ring = 1 if self.info.software else 2
        targets = self._targets()
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

    def _allocate(self, budget: int) -> None:
        self.geometry = Geometry(self.ctx, self.catalog, budget)
        self.commands = self.ctx.buffer(reserve=20, dynamic=True)
        self.storage = [self.ctx.buffer(reserve=16, dynamic=True) for _ in range(4)]  # bindings: scene.glsl, morph.glsl
        self.rows = 0
        self.numbers: moderngl.Buffer | None = None

    def _stage(self, drawing: Pass, supersample: int, wanted: Sequence[str]) -> PassPrograms:
        height, width = (side + 2 * beyond for side, beyond in zip(self.size, self.pad, strict=True))
        if supersample not in self.depths:
            self.depths[supersample] = self.gl.depth_array(width * supersample, height * supersample, self.batch)
        layers = {n: form if n not in drawing.optional or n in wanted else None for n, form in drawing.layers.items()}
        if stepped := COLOR_LAYER in layers and bool(self.requirements.effects):
            layers[COLOR_LAYER] = LINEAR
        target = Target(self.gl, layers, width, height, self.batch, self.depths[supersample], supersample)
        return PassPrograms(
            self.ctx, drawing.shader, drawing.background, target, self.requirements.shadows > 0, encode=not stepped
        )

    def _post_process(self) -> PostProcess:
        """What lens and sensor do, to colour, and if they bend it, to every layer."""
        found = {name: stage.target for stage in self.stages for name in stage.target.formats}
        target = found.pop(COLOR_LAYER, None)
        if self.pad != (0, 0) and (finer := [name for name, other in found.items() if other.supersample > 1]):
            raise InputError(f"passes: layer {finer[0]} is anti-aliased; with a lens that bends, only {COLOR_LAYER} can be")
        others = {name: (other.textures[name], other.formats[name]) for name, other in found.items()}
        color = (COLOR_LAYER, target.textures[COLOR_LAYER]) if target else None
        supersample = target.supersample if target else 1
        return PostProcess(
            self.ctx, self.gl, self.requirements.effects, self.size, self.pad, supersample, self.batch, color,
            self.depths[supersample] if target else 0, others,
        )  # fmt: skip

    def _targets(self) -> list[Target]:
        """What is read back: what the steps made, and what the passes drew and no effect makes anew."""
        made = self.post_process.outputs if self.post_process else []
        anew = {name for target in made for name in target.formats}
        return [*made, *(stage.target for stage in self.stages if not anew & set(stage.target.formats))]

    def _place(self, drawn: DrawList) -> None:
        """Bring what models are drawn, and a row number for each instance: base instance offsets it, so one list serves all."""
        rows, grown = len(drawn.instances), self.geometry.place(drawn.commands, drawn.owners)
        self.base_color_textures.place(drawn.instances)
        if rows <= self.rows and not grown:
            return
        self.rows = max(self.rows, 2 * rows)
        numbers = self.ctx.buffer(np.arange(self.rows, dtype=np.uint32).tobytes())
        inputs = VertexInputs(self.geometry, numbers)
        self.shadows.connect(inputs)
        for stage in self.stages:
            stage.connect(inputs)
        if self.numbers is not None:
            self.numbers.release()
        self.numbers = numbers

    def _start(self, scenes: Scenes) -> tuple:
        """Queue drawing and read-back of one batch."""
        if len(scenes.index) > self.batch:
            raise ValueError(f"{len(scenes.index)} scenes, but this renderer was made for batch={self.batch}")
        if scenes.asset.shape[1] > MAX_INSTANCES:
            raise InputError(f"{scenes.asset.shape[1]} objects a scene; a 16-bit instance id holds {MAX_INSTANCES}")
        if (most := int(scenes.lights.shadows.max(initial=0))) > self.requirements.shadows:
            made = self.requirements.shadows
            raise ValueError(f"scenes with lights.shadows={most}, but this renderer was made with requirements.shadows={made}")
        if scenes.library is not self.library:
            raise ValueError("scenes of another library than the one that this renderer has uploaded")
        if (effect := missing_effect(scenes, self.requirements.effects)) is not None:
            raise ValueError(
                f"scenes whose lens or sensor asks for {effect}, not among requirements.effects={self.requirements.effects}"
            )
        height, width = self.size
        if not np.allclose(scenes.cameras.aspect, width / height):
            raise ValueError(f"scenes with cameras.aspect={scenes.cameras.aspect[0]}, but a picture of {width} x {height}")
        drawn = draw_list(scenes, height, self.pad)
        self._place(drawn)
        tables = (drawn.instances, drawn.views, drawn.lights, drawn.morphs)
        for binding, (buffer, data) in enumerate(zip(self.storage, tables, strict=True)):
            buffer.orphan(max(data.nbytes, 16))
            if data.nbytes:
                buffer.write(data)
            buffer.bind_to_storage_buffer(binding)
        self.commands.orphan(drawn.commands.nbytes)
        self.commands.write(drawn.commands)
        self.shadows.draw(self.commands, len(drawn.commands), int(scenes.lights.shadows.max(initial=0)))
        self._draw(drawn)
        if self.post_process:
            self.post_process.run(camera_rows(scenes, self.size, self.pad, self.requirements.effects), len(scenes.index))
        readback = self.free.popleft()
        readback.start()
        return scenes, drawn, readback

    def _draw(self, drawn: DrawList) -> None:
        """All passes. The first at each size settles depth, so that the later ones shade each pixel once."""
        self.ctx.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        self.ctx.front_face = "cw"  # scene.vert mirrors y, and with it the winding
        self.textures.bind()
        self.base_color_textures.bind()
        self.shadows.bind()
        settled: set[int] = set()
        for stage in self.stages:
            again = stage.target.supersample in settled
            stage.target.begin(clear_depth=not again)
            self.ctx.depth_func = "==" if again else "<="
            settled.add(stage.target.supersample)
            stage.draw(self.commands, drawn.groups)

    def _finish(self, scenes: Scenes, drawn: DrawList, readback: Readback) -> Frames:
        layers = readback.finish(len(scenes.index))
        self.free.append(readback)
        height, width = self.size
        return Frames(scenes.index, layers, records(scenes, drawn, width, height), self.catalog.classes)

    def release(self) -> None:
        """Free what the renderer holds on the GPU; the context stays for the next renderer."""
        for readback in self.free:
            readback.release()
        for stage in self.stages:
            stage.release()
        if self.post_process:
            self.post_process.release()
        self.textures.release()
        self.base_color_textures.release()
        self.geometry.release()
        self.shadows.release()
        self.gl.delete_textures(*self.depths.values())
        for buffer in (self.commands, *self.storage, *([self.numbers] if self.numbers else [])):
            buffer.release()
