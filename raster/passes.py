"""Pass: a fragment shader and the layers that it writes. conf/passes/ has one file for each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from raster.errors import InputError
from raster.gl.formats import FORMATS


@dataclass(frozen=True)
class Pass:
    """One drawing of the draw list. Every pass uses shaders/scene.vert. InputError for a format that there is not.

    >>> import raster
    >>> depth = raster.Pass("/home/me/depth.frag", {"depth": "r32f"})
    """

    shader: str  # file name in shaders/, or an absolute path; one that includes paint.glsl is compiled for each paint
    layers: Mapping[str, str]  # layer name -> a name in FORMATS, in the order of the shader's outputs
    antialias: bool = False  # follow the run's `samples`; never for ids: the average of two ids is a wrong id
    background: str | None = None  # shader of the background; None: the same shader
    optional: tuple[str, ...] = ()  # layers that are drawn only when somebody asks for them
    # nearest: each pixel shows the nearest surface; or: the OR of the bits of all surfaces, in layers of integers, from 0.
    combine: str = "nearest"
    canvas: int = 1  # an odd number: drawn on a canvas so many times as wide and high, with the picture in its middle

    def __post_init__(self) -> None:
        if isinstance(self.optional, str) or not isinstance(self.optional, Sequence):
            raise InputError(f"optional={self.optional}: expected a list of layers")
        if self.combine not in ("nearest", "or"):
            raise InputError(f"combine={self.combine}: expected nearest or or")
        if self.canvas % 2 != 1 or (self.canvas > 1 and self.combine != "or"):
            raise InputError(f"canvas={self.canvas}: expected 1, or with combine=or an odd number")
        for layer, form in self.layers.items():
            if form not in FORMATS:
                raise InputError(f"layers.{layer}: there is no format {form}; choose one of {', '.join(FORMATS)}")
            if self.combine == "or" and not FORMATS[form].integer:
                raise InputError(f"combine: layer {layer} holds no integers ({form}), whose bits OR could combine; use nearest")
            if self.antialias and FORMATS[form].integer:
                raise InputError(f"antialias: layer {layer} holds integers ({form}), which must not be averaged; use false")

    def is_drawn(self, wanted: Collection[str]) -> bool:
        """Whether there is anything to draw, if of its optional layers only the `wanted` ones are drawn."""
        return not self.layers or any(layer not in self.optional or layer in wanted for layer in self.layers)


COLOR = Pass("phong.frag", {"color": "srgb8"}, antialias=True, background="background.frag")
CLASS_ID = Pass("class_id.frag", {"class_id": "r8ui", "instance_id": "r16ui"}, optional=("instance_id",))
