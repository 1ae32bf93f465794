"""PAINTS, SHADER_ROLES: variants of a pass's shaders. DOUBLE_SIDED, CASTS, IMAGE: bits of `surface`."""

import numpy as np

from raster.scene.materials import TEXTURES

SCREEN_MAPPING = 2  # after those of scene.MAPPINGS: a triangle that covers the screen, behind everything, unlit
# Paints: textures by the file in shaders/include/ that draws them. A software rasterizer runs through all of a shader, so that
# each paint has a program without the others. "environment" is its map, behind everything.
PAINTS = ("plain", "noise", "image", "environment", "base_color")
SHADER_ROLES = ("lit", "mirroring", "background")  # in a scene without an environment map; with one; behind everything
_NOISE = ("voronoi", "value_noise", "gradient_noise", "turbulence", "marble", "wood")
_OWN = {"image": PAINTS.index("image"), "base_color": PAINTS.index("base_color")}
PAINT_OF_TEXTURE = np.array([_OWN.get(name, int(name in _NOISE)) for name in TEXTURES])
DOUBLE_SIDED, CASTS, IMAGE = 1 << 14, 1 << 15, 1 << 16  # in `surface`
