"""SHADER_CONSTANTS, with_tables: numbers that Python and GLSL share; every shader is compiled with them as #define lines."""

from collections.abc import Mapping

from raster.scene.lights import MAX_LIGHTS
from raster.scene.materials import MAPPINGS, TEXTURES

# The bits of INSTANCE["surface"]: 0-7 texture, 8-13 mapping, 14 double-sided, 15 casts shadows, 16-31 image.
# SHIFT is the lowest bit. MASK is applied after shifting.
TEXTURE_MASK = 0xFF
MAPPING_SHIFT, MAPPING_MASK = 8, 0x3F
DOUBLE_SIDED_SHIFT, CASTS_SHIFT = 14, 15
IMAGE_SHIFT = 16
WRAP_SHIFT = 16  # of INSTANCE["picture"]: bits 0-15 the picture whose alpha cuts the mesh out
SIZE_SHIFT = 12  # of the layer number of a base-colour picture: above it which of the textures of three sizes
SCREEN_MAPPING = len(MAPPINGS)  # of the background: a triangle that covers the screen, unlit

# Bindings of storage buffers and uniform blocks. MORPH and CAMERA share one: they are never drawn with at the same time.
VIEWS, LIGHTS, MORPHS, CAMERAS, METERS = 1, 2, 3, 3, 4
# Texture units while the passes are drawn.
PICTURES, ENVIRONMENTS, SHADOW_MAPS, OCCLUSION, BACKDROPS = 0, 1, 2, 4, 7
BASE_COLORS = (3, 8, 9)  # of three sizes
# Texture units of ambient occlusion and of post-processing: what is changed, and the depth of what was drawn.
SOURCE, DEPTH = 5, 6
JPEG_GROUP = 8  # invocations along each side of a work group of shaders/post/jpeg.comp
METER_SIDE = 32  # invocations of shaders/post/meter.comp for a picture, and the points that each takes

SHADER_CONSTANTS = {
    "MAX_LIGHTS": str(MAX_LIGHTS),
    **{f"TEXTURE_{name.upper()}": f"{number}u" for number, name in enumerate(TEXTURES)},
    **{f"MAPPING_{name.upper()}": f"{number}u" for number, name in enumerate((*MAPPINGS, "screen"))},
    "SURFACE_TEXTURE_MASK": f"{TEXTURE_MASK}u",
    "SURFACE_MAPPING_SHIFT": str(MAPPING_SHIFT),
    "SURFACE_MAPPING_MASK": f"{MAPPING_MASK}u",
    "SURFACE_DOUBLE_SIDED_SHIFT": str(DOUBLE_SIDED_SHIFT),
    "SURFACE_CASTS_SHIFT": str(CASTS_SHIFT),
    "SURFACE_IMAGE_SHIFT": str(IMAGE_SHIFT),
    "PICTURE_WRAP_SHIFT": str(WRAP_SHIFT),
    "LAYER_SIZE_SHIFT": str(SIZE_SHIFT),
    "TABLE_SCENES": "0",
    "MORPHED": "1",
    "MARGINS": "0",
    "WRITES_LIGHT": "0",
    "BINDING_VIEWS": str(VIEWS),
    "BINDING_LIGHTS": str(LIGHTS),
    "BINDING_MORPHS": str(MORPHS),
    "BINDING_CAMERAS": str(CAMERAS),
    "BINDING_METERS": str(METERS),
    "UNIT_PICTURES": str(PICTURES),
    "UNIT_ENVIRONMENTS": str(ENVIRONMENTS),
    "UNIT_SHADOW_MAPS": str(SHADOW_MAPS),
    "UNIT_BASE_COLORS_SMALL": str(BASE_COLORS[0]),
    "UNIT_BASE_COLORS_MIDDLE": str(BASE_COLORS[1]),
    "UNIT_BASE_COLORS_LARGE": str(BASE_COLORS[2]),
    "UNIT_OCCLUSION": str(OCCLUSION),
    "UNIT_SOURCE": str(SOURCE),
    "UNIT_DEPTH": str(DEPTH),
    "UNIT_BACKDROPS": str(BACKDROPS),
    "JPEG_GROUP": str(JPEG_GROUP),
    "METER_SIDE": str(METER_SIDE),
}


def with_tables(scenes: int, morphed: bool = True, margins: bool = False) -> Mapping[str, str]:
    """SHADER_CONSTANTS where uniform blocks have room for so many scenes, 0: where storage buffers hold them.

    morphed: whether anything can be deformed. margins: whether there is room around the pictures.
    """
    return {
        **SHADER_CONSTANTS, "TABLE_SCENES": str(scenes), "MORPHED": str(int(morphed)), "MARGINS": str(int(margins))
    }  # fmt: skip
