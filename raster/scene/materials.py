"""Material: what surfaces look like, as arrays. PAINT_OF_TEXTURE, TEXTURES, MARKINGS, MAPPINGS: the textures there are."""

from dataclasses import dataclass

import numpy as np

# One entry for each texture: its name, and the file shaders/include/paint_FILE.glsl that holds its formula. To add a texture,
# add an entry here and a line `if (texture_index == TEXTURE_NAME) result = ...;` to pattern() in that file. Then write the
# lists of options anew: python -m raster.run.option_tables --write.
PAINT_OF_TEXTURE = {
    "flat": "plain", "gradient": "plain", "checker": "plain", "stripes": "plain", "dots": "plain", "brick": "plain",
    "voronoi": "noise", "value_noise": "noise", "gradient_noise": "noise", "turbulence": "noise", "marble": "noise",
    "wood": "noise",
    "image": "image",  # a picture of the run's library
    "base_color": "base_color",  # the picture that an imported mesh brings with it
    # What things carry: a function of the place on the solid, so raster.randomizers.markings maps them, not textures.kinds.
    "puzzle": "marks", "dice": "marks", "label": "marks", "seams": "marks", "sticker": "marks",
    "smudges": "smudges",
    "backdrop": "backdrop",  # a picture of the run's library that fills the frame; for backgrounds alone
    "photograph": "photograph",  # the pixels of a backdrop of the frame's size, in the dark of shadows on all but backgrounds
}  # fmt: skip
TEXTURES = tuple(PAINT_OF_TEXTURE)  # Material.texture is an index into it; the shaders know it as TEXTURE_NAME
MARKINGS = tuple(name for name, paint in PAINT_OF_TEXTURE.items() if paint in ("marks", "smudges"))
PROCEDURAL = tuple(name for name in TEXTURES if name not in ("image", "base_color", "backdrop", "photograph", *MARKINGS))
MAPPINGS = ("object", "uv")  # what a texture is a function of; Material.mapping is an index into it


@dataclass(frozen=True)
class Material:
    """Surfaces, over any leading axes: (B, N) for nodes, (B,) for backgrounds. Colours are linear RGB in 0..1."""

    color: np.ndarray  # (..., 3) float32
    # (..., 3) float32: the texture's second colour. Of "base_color" how its colours are changed instead: the cosine of the turn
    # of their hue less 1, the sine of that turn, and the factor of their saturation less 1; zeros change nothing.
    color2: np.ndarray
    specular: np.ndarray  # (...) float32: strength of the highlight, 0..1
    shininess: np.ndarray  # (...) float32: Blinn-Phong exponent, >= 1
    metallic: np.ndarray  # (...) float32: 0 = dielectric, 1 = metal, whose colour is that of its reflections; pbr only
    coat: np.ndarray  # (...) float32: strength of a clear, smooth layer on top, 0..1; pbr only
    wear: np.ndarray  # (...) float32: how much rougher the texture's second colour is, 0..1; pbr only
    bump: np.ndarray  # (...) float32: height of the texture's second colour over the first, metres; pbr only
    texture: np.ndarray  # (...) int32: index into TEXTURES
    # (...) int32: texture "image": index into Library.pictures; "backdrop", "photograph": into Library.backdrops;
    # "base_color": into mesh_materials.pictures
    image: np.ndarray
    mapping: np.ndarray  # (...) int32: index into MAPPINGS; a background is mapped to the screen, -0.5..0.5 over its height
    texture_from_object: np.ndarray  # (..., 3, 4) float32: from object space, uv or screen to texture space, one cell a unit

    @classmethod
    def default(cls, shape: tuple[int, ...]) -> "Material":
        """Grey, slightly shiny, without texture."""
        return cls(
            color=np.full((*shape, 3), 0.5, np.float32),
            color2=np.full((*shape, 3), 0.5, np.float32),
            specular=np.full(shape, 0.2, np.float32),
            shininess=np.full(shape, 32, np.float32),
            metallic=np.zeros(shape, np.float32),
            coat=np.zeros(shape, np.float32),
            wear=np.zeros(shape, np.float32),
            bump=np.zeros(shape, np.float32),
            texture=np.zeros(shape, np.int32),
            image=np.zeros(shape, np.int32),
            mapping=np.zeros(shape, np.int32),
            texture_from_object=np.tile(np.eye(3, 4, dtype=np.float32), (*shape, 1, 1)),
        )
