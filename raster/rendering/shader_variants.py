"""PAINTS, SHADER_ROLES: for which textures and which role in a scene a shader is compiled anew. unused_includes."""

import numpy as np

from raster.scene.materials import PAINT_OF_TEXTURE
from raster.scene.requirements import Requirements

# A paint is a file shaders/include/paint_NAME.glsl: the textures that it holds are drawn by one program. A software
# rasterizer runs through all branches of a shader, so each paint has a program without the formulas of the others.
# "environment" is no texture: it shows the environment map as the background.
PAINTS = (*dict.fromkeys(PAINT_OF_TEXTURE.values()), "environment")
PAINT_NUMBERS = np.array([PAINTS.index(paint) for paint in PAINT_OF_TEXTURE.values()])  # of each texture, by its index
# Roles: objects in a scene without an environment map; objects in a scene with one, which they reflect; the background.
SHADER_ROLES = ("lit", "reflective", "background")


def unused_includes(requirements: Requirements) -> dict[str, str]:
    """Files of shaders/include/ whose work no scene needs -> those that take their place and cost nothing."""
    needed = {
        "shadow.glsl": requirements.shadows > 0, "occlusion.glsl": requirements.occlusion,
        "highlights.glsl": requirements.highlights,
    }  # fmt: skip
    return {name: f"no_{name}" for name, wanted in needed.items() if not wanted}
