"""Renderer: draws batches of scenes on the GPU and gives their layers as NumPy arrays."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import moderngl
import numpy as np

from raster.assets.catalog import Catalog
from raster.assets.library import EMPTY, Library
from raster.errors import InputError
from raster.frames import Frames
from raster.gl.context import describe
from raster.gl.functions import GLFunctions
from raster.gl.lease import Lease
from raster.gl.readback import Readback, ReadbackPool
from raster.gl.target import Target
from raster.passes import CLASS_ID, COLOR, Pass
from raster.rendering.ambient_occlusion import AmbientOcclusion
from raster.rendering.base_color_textures import BaseColorTextures
from raster.rendering.check_scenes import check_limits
from raster.rendering.combined_passes import draw_combined, with_bits
from raster.rendering.draw_list import DrawList
from raster.rendering.draw_list_buffers import DrawListBuffers, table_scenes
from raster.rendering.draw_tables import DrawTables, margin_px, prepare
from raster.rendering.drawn_margins import scissors
from raster.rendering.mesh_buffers import MeshBuffers
from raster.rendering.pass_programs import PassPrograms, VertexInputs
from raster.rendering.post_process import LINEAR, PostProcess
from raster.rendering.records import records
from raster.rendering.scene_textures import SceneTextures
from raster.rendering.shader_constants import with_tables
from raster.rendering.shader_variants import unused_includes
from raster.rendering.shadow_maps import ShadowMaps, shadow_side
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes

SOFTWARE_BUDGET, GPU_BUDGET = 1 << 26, 1 << 30  # bytes for the vertices of imported meshes; half of it for their pictures
DEPTH_ONLY = Pass("occlusion/depth.frag", {})
COLOR_LAYER = "color"  # the layer that lens and sensor change


class Renderer:
    """Draws scenes of one catalog, B <= batch at a time.

    Every batch goes the same way: draw_list() makes tables of what is drawn; meshes and pictures that are missing on the GPU
    are uploaded; shadow maps are drawn; each pass draws all scenes with one indirect draw for each shader variant;
    post-processing does what lens and sensor do; the layers are read back. Meshes stay on the GPU from batch to batch.

    Any thread may draw with it; threads that draw at the same time take turns. A forked child may not: InputError.

        >>> import raster
        >>> from raster.solids.cube import cube
        >>> renderer = raster.Renderer(raster.Catalog({"cube": cube()}), size=(240, 320), batch=8)
        >>> frames = renderer.render(scenes)  # 8 Scenes of the same catalog
        >>> frames.layers["color"].shape, frames.layers["class_id"].shape
        ((8, 240, 320, 3), (8, 240, 320))
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
        requirements: Requirements = Requirements(),  # noqa: B008  (frozen)
    ):
        """Prepare to draw; this takes the GPU's memory for a whole batch.

        size: (H, W) px. batch: scenes in one call, at most. passes: what is drawn, each into its layers. samples: for each
        pixel of anti-aliased passes, 1 or 4. layers: which of the passes' optional layers to draw. device: EGL device number,
        None for the first that works. library: the pictures and environment maps of the scenes. requirements: how many lights
        cast shadows, and which effects of lens and sensor are drawn. InputError for what the driver cannot do.
        """
        if samples not in (1, 4):
            raise InputError(f"samples={samples}: choose 1 or 4")
        self.catalog, self.size, self.batch, self.library, self.requirements = catalog, size, batch, library, requirements
        self.lease = Lease(device)
        with self.lease.current() as ctx:
            self._prepare(ctx, passes, samples, layers)

    def _prepare(self, ctx: moderngl.Context, passes: Sequence[Pass], samples: int, layers: Sequence[str]) -> None:
        """Make everything that is on the GPU. InputError as __init__."""
        size, requirements = self.size, self.requirements
        self.ctx, self.info, self.gl = ctx, describe(ctx), GLFunctions(ctx)
        check_limits(self.info, size, self.batch, 2 if samples == 4 else 1)
        self.pad = margin_px(size, requirements)
        self._allocate(SOFTWARE_BUDGET if self.info.software else GPU_BUDGET)
        self.depths: dict[int, int] = {}  # supersampling -> depth texture, shared by all passes with that supersampling
        drawn = with_bits((p for p in passes if p.is_drawn(layers)), requirements.slots.get("objects", 0))
        self.passes = [self._pass_programs(p, 2 if p.antialias and samples == 4 else 1, layers) for p in drawn]
        self.first_occluded = next((drawing for drawing in self.passes if drawing.occluded), None)
        self.occlusion = self._occlusion() if self.first_occluded else None
        self.post_process = self._post_process() if requirements.effects else None
        # A GPU draws the next batch while the last one is copied; a software rasterizer does one after the other.
        self.ring = 1 if self.info.software else 2
        self.readbacks = ReadbackPool(self.gl, self._targets(), self.ring)

    def render(self, scenes: Scenes) -> Frames:
        """Draw B scenes, B <= batch. ValueError for scenes that this renderer was not made for.

        InputError after release(), and in a forked child.
        """
        return self._finish(*self._start(scenes))

    def stream(self, batches: Iterable[Scenes]) -> Iterator[Frames]:
        """Draw batch after batch, as render(). On a GPU the frames of one are read back while the next one is drawn."""
        pending: deque = deque()
        try:
            for scenes in batches:
                pending.append(self._start(scenes))
                if len(pending) == self.ring:
                    yield self._finish(*pending.popleft())
            while pending:
                yield self._finish(*pending.popleft())
        finally:  # when the caller stops early, a batch is still being read back
            if not self.lease.ended:
                for _, _, readback in pending:
                    self._read(readback, 0)

    def _allocate(self, budget: int) -> None:
        """Make buffers and textures; budget: bytes for the vertices of imported meshes."""
        self.meshes = MeshBuffers(self.ctx, self.catalog, budget)
        self.textures = SceneTextures(self.gl, self.library, self.ctx.extensions)
        self.base_color_textures = BaseColorTextures(self.gl, self.catalog, budget // 2)
        scenes = table_scenes(self.ctx, self.batch)
        self.buffers, self.constants = DrawListBuffers(self.ctx, scenes), with_tables(scenes, self.catalog.fine, any(self.pad))
        lights = self.requirements.shadows
        self.shadows = ShadowMaps(self.ctx, self.gl, shadow_side(self.size), self.batch, lights, self.constants)

    def _pass_programs(self, drawing: Pass, supersample: int, wanted: Sequence[str]) -> PassPrograms:
        """Make a pass ready. wanted: names of optional layers that are drawn."""
        height, width = (side + 2 * beyond for side, beyond in zip(self.size, self.pad, strict=True))
        if supersample not in self.depths:
            self.depths[supersample] = self.gl.depth_array(width * supersample, height * supersample, self.batch)
        layers = {n: form if n not in drawing.optional or n in wanted else None for n, form in drawing.layers.items()}
        if linear := COLOR_LAYER in layers and bool(self.requirements.effects):
            layers[COLOR_LAYER] = LINEAR
        combines, wide = drawing.combine == "or", drawing.canvas
        depth = 0 if combines else self.depths[supersample]
        cut = None if combines else scissors(self.size, self.pad, supersample)
        target = Target(self.gl, layers, width * wide, height * wide, self.batch, depth, supersample, cut)
        instead = unused_includes(self.requirements)
        return PassPrograms(
            self.ctx, drawing.shader, drawing.background, target, instead, self.constants, not linear, combines, wide
        )

    def _occlusion(self) -> AmbientOcclusion:
        """Ambient occlusion, from the depth that passes before the first one that reads it draw; if none does, one is added."""
        at = next(k for k, drawing in enumerate(self.passes) if drawing.occluded)
        if all(drawing.target.supersample > 1 for drawing in self.passes[:at]):
            self.passes.insert(at, self._pass_programs(DEPTH_ONLY, 1, ()))
        height, width = (side + 2 * beyond for side, beyond in zip(self.size, self.pad, strict=True))
        return AmbientOcclusion(self.ctx, self.gl, (height, width), self.batch, self.depths[1], self.constants)

    def _post_process(self) -> PostProcess:
        """What lens and sensor do to colour, and what a lens that distorts does to every layer."""
        found = {name: drawing.target for drawing in self.passes if drawing.canvas == 1 for name in drawing.target.formats}
        target = found.pop(COLOR_LAYER, None)
        if self.pad != (0, 0) and (finer := [name for name, other in found.items() if other.supersample > 1]):
            raise InputError(f"passes: layer {finer[0]} is anti-aliased; with a lens that distorts, only {COLOR_LAYER} can be")
        others = {name: (other.textures[name], other.formats[name]) for name, other in found.items()}
        color = (COLOR_LAYER, target.textures[COLOR_LAYER]) if target else None
        supersample = target.supersample if target else 1
        return PostProcess(
            self.ctx, self.gl, self.requirements.effects, self.size, self.pad, supersample, self.batch, color,
            self.depths[supersample] if target else 0, others,
        )  # fmt: skip

    def _targets(self) -> list[Target]:
        """The targets that are read back: of post-processing, and of the passes whose layers it does not replace."""
        processed = self.post_process.outputs if self.post_process else []
        replaced = {name for target in processed for name in target.formats}
        drawn = (drawing.target for drawing in self.passes if drawing.target.formats)
        return [*processed, *(target for target in drawn if not replaced & set(target.formats))]

    def _make_resident(self, tables: DrawTables) -> None:
        """Upload the imported meshes and pictures that are missing on the GPU, and write where they are into the tables."""
        new_meshes = self.meshes.make_resident(tables.commands, tables.owners)
        self.base_color_textures.make_resident(tables.instances)
        if new_meshes or self.shadows.inputs is None:
            inputs = VertexInputs(self.meshes, self.buffers.instances)
            self.shadows.connect(inputs)
            for drawing in self.passes:
                drawing.connect(inputs)

    def _start(self, scenes: Scenes) -> tuple[Scenes, DrawList, Readback]:
        """Queue drawing and read-back of one batch; _finish() takes what this gives."""
        self.lease.require()
        drawn, tables = prepare(scenes, self.library, self.size, self.batch, self.requirements)
        return scenes, drawn, self.start(tables)

    def start(self, tables: DrawTables) -> Readback:
        """Queue drawing and read-back of one batch; Readback.wait() waits for it. InputError as render()."""
        with self.lease.current():
            self._make_resident(tables)
            self.buffers.upload(tables)
            self.base_color_textures.bind()
            self.shadows.draw(self.buffers.commands, tables.groups, tables.shadows)
            self._draw(tables)
            if self.post_process:
                self.post_process.run(tables.cameras, tables.meters)
            return self.readbacks.start(len(tables.views))

    def _draw(self, tables: DrawTables) -> None:
        """Draw all passes. The first one at each size fills the depth texture, so the later ones shade each pixel only once."""
        self.ctx.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        self.ctx.front_face = "cw"  # scene.vert flips y, and with it the winding
        self.textures.bind()
        self.shadows.bind()
        if self.occlusion:
            self.occlusion.bind()
        filled: set[int] = set()
        for drawing in (each for each in self.passes if not each.combines):
            again = drawing.target.supersample in filled
            if self.occlusion and drawing is self.first_occluded:
                self.occlusion.draw(len(tables.views))
                self.ctx.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
            drawing.target.begin(clear_depth=not again)
            self.ctx.depth_func = "==" if again else "<="
            filled.add(drawing.target.supersample)
            drawing.draw(self.buffers.commands, tables.groups)
        draw_combined(self.ctx, self.gl, [p for p in self.passes if p.combines], self.buffers.commands, tables.groups)

    def _finish(self, scenes: Scenes, drawn: DrawList, readback: Readback) -> Frames:
        """Wait for a batch that _start() queued, and give its frames."""
        layers = self._read(readback, len(scenes.index))
        height, width = self.size
        return Frames(scenes.index, layers, records(scenes, drawn, width, height), self.catalog.classes)

    def _read(self, readback: Readback, count: int) -> dict[str, np.ndarray]:
        """The layers of the first `count` scenes of a batch that is being read back."""
        with self.lease.current():
            return self.readbacks.finish(readback, count)

    def release(self) -> None:
        """Free what the renderer holds on the GPU; the context stays for the next renderer. A second call does nothing."""
        self.lease.end(self._release)

    def _release(self) -> None:
        some = [each for each in (self.post_process, self.occlusion) if each]
        for each in (self.readbacks, *self.passes, *some, self.textures, self.base_color_textures, self.meshes, self.shadows):
            each.release()
        self.gl.delete_textures(*self.depths.values())
        self.buffers.release()
