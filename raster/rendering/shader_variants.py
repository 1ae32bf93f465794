"""PAINTS, SHADER_ROLES: for which textures and which role in a scene a shader is compiled anew. unused_includes."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from raster.scene.materials import PAINT_OF_TEXTURE
from raster.scene.requirements import Requirements

# A paint is a file shaders/include/paint_NAME.glsl: the textures that it holds are drawn by one program. A software
# rasterizer runs through all branches of a shader, so each paint has a program without the formulas of the others.
# "environment" is no texture: it shows the environment map as the background.
PAINTS = (*dict.fromkeys(PAINT_OF_TEXTURE.values()), "environment")
PAINT_NUMBERS = np.array([PAINTS.index(paint) for paint in PAINT_OF_TEXTURE.values()])  # of each texture, by its index
# Roles: objects in a scene without an environment map; objects in a scene with one, which they reflect; the same of objects
# that alpha cuts out; the background.
SHADER_ROLES = ("lit", "reflective", "lit_cutout", "reflective_cutout", "background")
# What the main functions of shaders of cut-out objects are wrapped in: of the vertex shader, of the fragment shader.
CUTOUT = ("cutout_vertex.glsl", "cutout_fragment.glsl")
Group = tuple[str, str, int, int]  # as in DrawList.groups: paint, role, first command, count


def is_cutout(role: str) -> bool:
    """Whether alpha cuts out the objects of a role."""
    return role.endswith("_cutout")


def runs_of_cutouts(groups: Sequence[Group]) -> list[tuple[bool, int, int]]:
    """Groups, joined where neighbours are alike in this: whether alpha cuts them out; first command, count."""
    runs = []
    for cut, members in groupby(groups, key=lambda group: is_cutout(group[1])):
        several = list(members)
        runs.append((cut, several[0][2], sum(group[3] for group in several)))
    return runs


def unused_includes(requirements: Requirements) -> dict[str, str]:
    """Files of shaders/include/ whose work no scene needs -> those that take their place and cost nothing."""
    needed = {
        "shadow.glsl": requirements.shadows > 0, "occlusion.glsl": requirements.occlusion,
        "highlights.glsl": requirements.highlights,
    }  # fmt: skip
    return {name: f"no_{name}" for name, wanted in needed.items() if not wanted}
