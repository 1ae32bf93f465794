"""give_way: optional layers make room for layers of the user's own with the same name."""

from collections.abc import Mapping
from dataclasses import replace

from raster.passes import Pass


def give_way(passes: Mapping[str, Pass]) -> dict[str, Pass]:
    """The passes by name. An optional layer becomes PASS.LAYER where another pass draws one of its name in any case."""
    firm = {layer for drawing in passes.values() for layer in drawing.layers if layer not in drawing.optional}
    made = {}
    for name, drawing in passes.items():
        optional = {layer: f"{name}.{layer}" if layer in firm else layer for layer in drawing.optional}
        layers = {optional.get(layer, layer): form for layer, form in drawing.layers.items()}
        made[name] = replace(drawing, layers=layers, optional=tuple(optional.values()))
    return made
