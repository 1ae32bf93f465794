"""PostProcess: what a glossy floor, lens and sensor do to drawn pictures, as a chain of full-screen draws."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import moderngl
import numpy as np

from raster.gl.formats import FORMATS, Format
from raster.gl.functions import GL_TEXTURE_2D_ARRAY, GLFunctions
from raster.gl.program import compile_program
from raster.gl.target import Target
from raster.rendering.drawn_margins import scissors
from raster.rendering.gpu_structs import CAMERA
from raster.rendering.jpeg import Jpeg
from raster.rendering.metering import Metering
from raster.rendering.shader_constants import CAMERAS, DEPTH, SHADER_CONSTANTS, SOURCE

LINEAR = "rgba16f"
Chooses = Callable[[np.ndarray], np.ndarray]  # (B,) CAMERA -> (B,) bool

# The shaders of each effect, and which pictures each is for. A software rasterizer follows every branch of a shader, so what a
# picture does not need must not be in its shader. A picture that no shader of an effect is for is left as it is.
REFLECTION: dict[str, Chooses] = {"post/floor_reflection.frag": lambda c: c["reflection"] > 0}
FOCUS: dict[str, Chooses] = {"post/depth_of_field.frag": lambda c: c["aperture"] > 0}
MOTION: dict[str, Chooses] = {
    "post/motion_blur.frag": lambda c: np.logical_or(c["translation"].any(axis=1), c["rotation"].any(axis=1))
}
ABERRATION: dict[str, Chooses] = {"post/chromatic_aberration.frag": lambda c: c["aberration"] != 0}
DISTORTION: dict[str, Chooses] = ABERRATION | {"post/distortion.frag": lambda c: c["aberration"] == 0}
SENSOR: dict[str, Chooses] = {
    "post/sensor.frag": lambda c: c["kernel_radius"] == 0,
    "post/sensor_3x3.frag": lambda c: c["kernel_radius"] == 1,
    "post/sensor_wide.frag": lambda c: c["kernel_radius"] > 1,
}
ALL: Chooses = lambda c: np.ones(len(c), bool)  # noqa: E731


@dataclass
class _Draw:
    """A fragment shader over the whole picture, and a function that tells which pictures it is for."""

    program: moderngl.Program
    array: moderngl.VertexArray
    chooses: Chooses


@dataclass
class _Effect:
    """Full-screen draws into one target, each for some of the pictures."""

    target: Target
    draws: list[_Draw]

    @property
    def texture(self) -> int:
        """What the draws write."""
        return next(iter(self.target.textures.values()))

    def release(self) -> None:
        """Free programs and target."""
        for draw in self.draws:
            draw.array.release()
            draw.program.release()
        self.target.release()


class PostProcess:
    """Makes finished pictures of drawn linear light, and applies the lens's distortion to all layers.

    `outputs` are the targets that hold the results.
    """

    def __init__(
        self, ctx: moderngl.Context, gl: GLFunctions, effects: Sequence[str], size: tuple[int, int], pad: tuple[int, int],
        supersample: int, batch: int, color: tuple[str, int] | None, depth: int, others: Mapping[str, tuple[int, Format]],
    ):  # fmt: skip
        """Prepare for up to `batch` pictures of size (H, W) px.

        effects: names in requirements.EFFECTS. pad: (rows, columns) px that are drawn beyond each edge; (0, 0) without
        "distortion". color: name and texture of the colour layer, None where only labels are drawn; the texture is rgba16f,
        (H + 2 rows) * supersample texels high and (W + 2 columns) * supersample wide. depth: a depth texture of that size,
        32-bit float. others: name -> (texture, format) of layers of H + 2 rows by W + 2 columns, which "distortion" changes.
        """
        self.ctx, self.gl, self.batch, self.depth, self.supersample = ctx, gl, batch, depth, supersample
        self.buffer = ctx.buffer(reserve=batch * CAMERA.itemsize, dynamic=True)
        self.views: list[int] = []  # textures that share the memory of another one
        self.drawn = self.source = 0
        self.chain: list[_Effect] = []  # from the drawn colour to the picture, each reads what the last one wrote
        self.jpeg: Jpeg | None = None
        self.metering = Metering(ctx, gl, batch, "sensor" in effects)
        if color is not None:
            self._make_chain(effects, size, pad, *color)
        distorts = "distortion" in effects
        self.others = [self._other(name, *other, size) for name, other in others.items()] if distorts else []
        self.outputs = [*(effect.target for effect in self.chain[-1:]), *(effect.target for effect, _ in self.others)]

    def _make_chain(self, effects: Sequence[str], size: tuple[int, int], pad: tuple[int, int], layer: str, drawn: int) -> None:
        """Make the chain from linear light, texture `drawn` with `pad` around it, to the picture, layer of `size` (H, W) px."""
        self.drawn, whole, cut = drawn, (size[0] + 2 * pad[0], size[1] + 2 * pad[1]), scissors(size, pad, 1)
        self.source = self._view(drawn, LINEAR, 1) if self.supersample > 1 else drawn
        self.gl.unfiltered(drawn, self.depth)
        distorts = "distortion" in effects
        self.chain += [self._effect("reflection", LINEAR, whole, REFLECTION, cut)] if "reflection" in effects else []
        self.chain += [self._effect("focus", LINEAR, whole, FOCUS, cut)] if "focus" in effects else []
        self.chain += [self._effect("motion", LINEAR, whole, MOTION, cut)] if "motion" in effects else []
        if distorts or "sensor" in effects:
            self.chain.append(self._effect("lens", LINEAR, size, DISTORTION if distorts else ABERRATION))
        picture = self._effect(layer, "srgb8", size, SENSOR)
        self.chain.append(picture)
        if "jpeg" in effects:
            self.jpeg = Jpeg(self.ctx, self.gl, picture.target, self._view(picture.texture, "rgba8"), self.batch)

    def _view(self, texture: int, form: str, level: int = 0) -> int:
        """One mipmap level of a texture as a texture of another format with the same number of bytes."""
        self.views.append(self.gl.level(texture, FORMATS[form].internal, level, self.batch))
        self.gl.unfiltered(self.views[-1])
        return self.views[-1]

    def _effect(
        self, layer: str, form: str, size: tuple[int, int], shaders: Mapping[str, Chooses], cut: np.ndarray | None = None
    ) -> _Effect:
        """An effect with a target of its own, a layer of this format and size (H, W) px. cut: scissors of the target."""
        target = Target(self.gl, {layer: form}, size[1], size[0], self.batch, scissors=cut)
        self.gl.unfiltered(*target.textures.values())
        draws = []
        for name, chooses in shaders.items():
            program = compile_program(self.ctx, "post/screen.vert", name, constants=SHADER_CONSTANTS)
            draws.append(_Draw(program, self.ctx.vertex_array(program, []), chooses))
        return _Effect(target, draws)

    def _other(self, layer: str, texture: int, form: Format, size: tuple[int, int]) -> tuple[_Effect, int]:
        """The distortion of a layer that is not colour, and the texture that it reads."""
        name = next(name for name, known in FORMATS.items() if known == form)
        if name == "srgb8":  # the stored numbers, not the light that they mean
            texture = self._view(texture, "rgba8")
        self.gl.unfiltered(texture)
        return self._effect(layer, name, size, {f"post/distort_{'uint' if form.integer else 'float'}.frag": ALL}), texture

    def run(self, cameras: np.ndarray, meters: np.ndarray) -> None:
        """Make the pictures of B scenes. cameras (B,): rows of camera_rows(); meters (B,): rows of meter_rows()."""
        count = len(cameras)
        self.ctx.enable_only(moderngl.NOTHING)
        if self.supersample > 1 and self.drawn:
            self.gl.glBindTexture(GL_TEXTURE_2D_ARRAY, self.drawn)
            self.gl.glGenerateMipmap(GL_TEXTURE_2D_ARRAY)
        self.gl.bind(DEPTH, self.depth)
        sources = np.full(count, self.source)  # the texture that holds each picture
        self.metering.begin(meters)
        for effect in self.chain:
            if effect is self.chain[-1]:  # the sensor
                self.metering.measure(meters, sources)
            sources = self._apply(effect, cameras, sources)
        if self.jpeg and (chosen := cameras["quality"] > 0).any():
            self._upload(cameras[chosen])
            self.jpeg.run(int(chosen.sum()))
        for effect, texture in self.others:
            self._apply(effect, cameras, np.full(count, texture))

    def _apply(self, effect: _Effect, cameras: np.ndarray, sources: np.ndarray) -> np.ndarray:
        """Draw an effect for the pictures that need it; the textures (B,) that hold the pictures before it, and after it."""
        after = sources.copy()
        for draw in effect.draws:
            chosen = draw.chooses(cameras)
            after[chosen] = effect.texture
            for source in np.unique(sources[chosen]):
                rows = cameras[chosen & (sources == source)]
                self._upload(rows)
                effect.target.begin(clear_depth=False)
                self.gl.bind(SOURCE, int(source))
                draw.array.render(moderngl.TRIANGLES, vertices=3, instances=len(rows))
        return after

    def _upload(self, rows: np.ndarray) -> None:
        """Make these rows of CAMERA what the shaders read."""
        self.buffer.orphan()
        self.buffer.write(np.ascontiguousarray(rows))
        self.buffer.bind_to_storage_buffer(CAMERAS)

    def release(self) -> None:
        """Free what this made. The drawn textures belong to the renderer."""
        for effect in (*self.chain, *(effect for effect, _ in self.others)):
            effect.release()
        if self.jpeg:
            self.jpeg.release()
        if self.views:
            self.gl.delete_textures(*self.views)
        self.metering.release()
        self.buffer.release()
