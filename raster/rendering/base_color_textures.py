"""BaseColorTextures: the pictures of imported meshes, as layers of one texture; uploaded when a batch shows them."""

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
# Tables, since a picture is converted whenever it is uploaded: linear light of an sRGB value, and back in 65536 steps.
LINEAR = linear_from_srgb(np.arange(256) / 255).astype(np.float32)
CODES = np.rint(255 * srgb_from_linear(np.arange(65536) / 65535)).astype(np.uint8)


class BaseColorTextures:
    """px x px texels of each picture, with mipmaps. Layer 0 is white, for meshes without a picture."""

    def __init__(self, gl: GLFunctions, catalog: Catalog, budget: int):
        """budget: bytes; it is exceeded only if a single batch needs more."""
        self.gl, self.meshes, self.pictures = gl, catalog.imported, catalog.mesh_materials.pictures
        self.px = self.meshes[self.pictures[0][0]].pictures().shape[1] if self.pictures else 1
        most = min(max(1, budget * 3 // 4 // (4 * self.px**2)), MAX_LAYERS - 1)
        self.residency = Residency((1 + min(len(self.pictures), most),), (1,), (MAX_LAYERS,))
        self._allocate()

    def _allocate(self) -> None:
        """Make a texture with as many layers as residency says."""
        self.texture = self.gl.texture_array(GL_SRGB8_ALPHA8, self.px, self.px, self.residency.whole[0], self.px.bit_length())
        set_filter(self.gl, self.texture, mipmaps=True, wrap=GL_REPEAT)
        self._write_layer(0, np.full((self.px, self.px, 3), 255, np.uint8))

    def make_resident(self, instances: np.ndarray) -> None:
        """Upload the pictures that are shown and not there yet, and write their layers into the rows.

        instances (I,) INSTANCE: the image bits of `surface`, where the texture is base_color, are changed in place from the
        picture's number, 0 = none, to its layer.
        """
        shown = np.flatnonzero((instances["surface"] & TEXTURE_MASK) == BASE_COLOR)
        number = instances["surface"][shown] >> IMAGE_SHIFT
        wanted = np.unique(number[number > 0]).tolist()
        if not wanted:
            return
        before = self.residency.whole
        new = self.residency.reserve(wanted, lambda _: (1,))
        if self.residency.whole != before:
            self.gl.delete_textures(self.texture)
            self._allocate()
        for picture in new:
            mesh, own = self.pictures[picture - 1]
            self._write_layer(self.residency.places[picture][0], self.meshes[mesh].pictures()[own])
        layer = np.array([0] + [self.residency.places[picture][0] for picture in wanted], np.uint32)
        instances["surface"][shown] += (layer[np.searchsorted([0, *wanted], number)] - number) * np.uint32(1 << IMAGE_SHIFT)

    def _write_layer(self, layer: int, picture: np.ndarray) -> None:
        """Fill a layer with a picture (px, px, 3) uint8 sRGB and its mipmaps."""
        self.gl.glBindTexture(GL_TEXTURE_2D_ARRAY, self.texture)
        for level, texels in enumerate(mipmaps(picture)):
            rgba = np.full((1, *texels.shape[:2], 4), 255, np.uint8)
            rgba[0, ..., :3] = texels
            upload(self.gl, level, rgba, GL_RGBA, GL_UNSIGNED_BYTE, first=layer)

    def bind(self) -> None:
        """Let the passes read them."""
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
