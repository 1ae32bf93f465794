"""with_bits, draw_combined: passes that combine the bits of all surfaces under a pixel, as amodal masks need it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import moderngl

from raster.errors import InputError
from raster.gl.functions import GL_COLOR_LOGIC_OP, GL_OR, GLFunctions
from raster.passes import Pass
from raster.rendering.pass_programs import PassPrograms
from raster.rendering.shader_variants import Group

WORDS = {"r32ui": 32, "rg32ui": 64, "rgba32ui": 128}  # format -> bits of a pixel


def with_bits(passes: Iterable[Pass], objects: int) -> list[Pass]:
    """The passes, those that combine last and with a bit for each of the `objects` of a scene. InputError for more than 128."""
    made = []
    for drawing in passes:
        if drawing.combine == "or" and (small := [name for name, form in drawing.layers.items() if form in WORDS]):
            form = next((form for form, bits in WORDS.items() if bits >= objects), None)
            if form is None:
                what = f"{objects} objects in an image, but the layer {small[0]} has bits for {max(WORDS.values())}"
                raise InputError(f"randomizers.objects.count: {what}; lower it, or leave that layer out")
            drawing = replace(
                drawing, layers={name: form if name in small else other for name, other in drawing.layers.items()}
            )
        made.append(drawing)
    return sorted(made, key=lambda drawing: drawing.combine == "or")


def draw_combined(
    ctx: moderngl.Context, gl: GLFunctions, drawings: Sequence[PassPrograms], commands: moderngl.Buffer, groups: Sequence[Group]
) -> None:
    """Draw these passes without a depth test, with OR in place of what is there, from 0."""
    if not drawings:
        return
    ctx.enable_only(moderngl.CULL_FACE)
    gl.glEnable(GL_COLOR_LOGIC_OP)
    gl.glLogicOp(GL_OR)
    for drawing in drawings:
        drawing.target.begin(clear_depth=False)
        drawing.target.clear_integers()
        drawing.draw(commands, groups)
    gl.glDisable(GL_COLOR_LOGIC_OP)
