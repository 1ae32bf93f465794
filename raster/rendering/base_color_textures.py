"""BaseColorTextures: the pictures of the user's own meshes as layers of one texture. They come when a batch wants them."""

import numpy as np

from raster.assets.catalog import Catalog
from raster.color import linear_from_srgb, srgb_from_linear
from raster.gl.functions import GL_REPEAT, GL_RGBA, GL_SRGB8_ALPHA8, GL_TEXTURE_2D_ARRAY, GL_UNSIGNED_BYTE, GLFunctions
from raster.gl.texture_arrays import set_filter, upload
from raster.rendering.residency import Residency
from raster.rendering.shader_constants import BASE_COLORS, IMAGE_SHIFT, TEXTURE_MASK
from raster.scene.materials import TEXTURES

MAX_LAYERS = 2048  # that every driver has
BASE_COLOR = TEXTURES.index("base_color")
# Tables, since each picture is converted whenever it comes: light of code values, and code values of light in 65536 steps.
LINEAR = linear_from_srgb(np.arange(256) / 255).astype(np.float32)
CODES = np.rint(255 * srgb_from_linear(np.arange(65536) / 65535)).astype(np.uint8)


class BaseColorTextures:
    """px x px texels of each picture, with mipmaps. Layer 0 is white, for what has none."""

    def __init__(self, gl: GLFunctions, catalog: Catalog, budget: int):
        """budget: bytes; more only if a single batch wants more."""
        self.gl, self.models, self.pictures = gl, catalog.imported, catalog.mesh_materials.pictures
        self.px = self.models[self.pictures[0][0]].pictures().shape[1] if self.pictures else 1
        most = min(max(1, budget * 3 // 4 // (4 * self.px**2)), MAX_LAYERS - 1)
        self.room = Residency((1 + min(len(self.pictures), most),), (1,), (MAX_LAYERS,))
        self._allocate()

    def _allocate(self) -> None:
        """Make a texture as large as the room."""
        self.texture = self.gl.texture_array(GL_SRGB8_ALPHA8, self.px, self.px, self.room.whole[0], self.px.bit_length())
        set_filter(self.gl, self.texture, mipmaps=True, wrap=GL_REPEAT)
        self._put(0, np.full((self.px, self.px, 3), 255, np.uint8))

    def place(self, instances: np.ndarray) -> None:
        """Let the rows of a draw list that show pictures name layers, and bring those that are not there."""
        shown = np.flatnonzero((instances["surface"] & TEXTURE_MASK) == BASE_COLOR)
        number = instances["surface"][shown] >> IMAGE_SHIFT
        wanted = np.unique(number[number > 0]).tolist()
        if not wanted:
            return
        before = self.room.whole
        new = self.room.place(wanted, lambda _: (1,))
        if self.room.whole != before:
            self.gl.delete_textures(self.texture)
            self._allocate()
        for picture in new:
            model, own = self.pictures[picture - 1]
            self._put(self.room.places[picture][0], self.models[model].pictures()[own])
        layer = np.array([0] + [self.room.places[picture][0] for picture in wanted], np.uint32)
        instances["surface"][shown] += (layer[np.searchsorted([0, *wanted], number)] - number) * np.uint32(1 << IMAGE_SHIFT)

    def _put(self, layer: int, picture: np.ndarray) -> None:
        """Fill a layer with a picture (px, px, 3) uint8 sRGB, and its smaller levels with means in linear light."""
        self.gl.glBindTexture(GL_TEXTURE_2D_ARRAY, self.texture)
        for level, texels in enumerate(mipmaps(picture)):
            rgba = np.full((1, *texels.shape[:2], 4), 255, np.uint8)
            rgba[0, ..., :3] = texels
            upload(self.gl, level, rgba, GL_RGBA, GL_UNSIGNED_BYTE, first=layer)

    def bind(self) -> None:
        """For the passes to read."""
        self.gl.bind(BASE_COLORS, self.texture)

    def release(self) -> None:
        """Free the texture."""
        self.gl.delete_textures(self.texture)


def mipmaps(picture: np.ndarray) -> list[np.ndarray]:
    """A picture (S, S, 3) uint8 sRGB, S a power of two, and its halves down to one texel; means are taken of linear light."""
    levels, light = [picture], LINEAR[picture]
    while len(light) > 1:
        light = 0.25 * (light[::2, ::2] + light[1::2, ::2] + light[::2, 1::2] + light[1::2, 1::2])
        levels.append(CODES[(65535 * light + 0.5).astype(np.uint16)])
    return levels
