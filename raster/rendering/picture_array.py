"""PictureArray: pictures of one size as layers of one texture, as many as fit."""

from collections.abc import Callable

import numpy as np

from raster.gl.functions import GL_REPEAT, GL_RGBA, GL_SRGB8_ALPHA8, GL_TEXTURE_2D_ARRAY, GL_UNSIGNED_BYTE, GLFunctions
from raster.gl.texture_arrays import set_filter, upload
from raster.rendering.residency import Residency

MAX_LAYERS = 2048  # that every driver has


class PictureArray:
    """side x side texels of each picture, with mipmaps. Layer 0 is white. Until a picture is wanted it is one white texel."""

    def __init__(self, gl: GLFunctions, side: int, pictures: int, budget: int):
        """pictures: that there are at most. budget: bytes; it is exceeded only if a single batch needs more."""
        self.gl, self.side = gl, side
        most = min(max(1, budget * 3 // 4 // (4 * side**2)), MAX_LAYERS - 1)
        self.residency = Residency((1 + min(pictures, most),), (1,), (MAX_LAYERS,))
        self.texture = self._texture(1, 1)

    def layers(self, pictures: np.ndarray, levels: Callable[[int, int], list[np.ndarray]]) -> np.ndarray:
        """(N,) uint32: the layers of pictures (N,), by number from 1. Those that are not there yet are uploaded.

        levels(picture, side): the mipmaps of a picture, (side, side, 3 or 4) uint8 sRGB and smaller ones.
        """
        wanted, which = np.unique(pictures, return_inverse=True)
        before, first = self.residency.whole, not self.residency.places
        new = self.residency.reserve(wanted.tolist(), lambda _: (1,))
        if first or self.residency.whole != before:
            self.gl.delete_textures(self.texture)
            self.texture = self._texture(self.side, self.residency.whole[0])
        for picture in new:
            self._write(self.residency.places[picture][0], levels(picture, self.side))
        return np.array([self.residency.places[picture][0] for picture in wanted.tolist()], np.uint32)[which]

    def _texture(self, side: int, layers: int) -> int:
        """A new texture whose layer 0 is white."""
        texture = self.gl.texture_array(GL_SRGB8_ALPHA8, side, side, layers, side.bit_length())
        set_filter(self.gl, texture, mipmaps=True, wrap=GL_REPEAT)
        for level in range(side.bit_length()):
            white = np.full((1, max(side >> level, 1), max(side >> level, 1), 4), 255, np.uint8)
            upload(self.gl, level, white, GL_RGBA, GL_UNSIGNED_BYTE)
        return texture

    def _write(self, layer: int, levels: list[np.ndarray]) -> None:
        """Fill a layer with a picture and its mipmaps."""
        self.gl.glBindTexture(GL_TEXTURE_2D_ARRAY, self.texture)
        for level, texels in enumerate(levels):
            rgba = np.full((1, *texels.shape[:2], 4), 255, np.uint8)
            rgba[0, ..., : texels.shape[2]] = texels
            upload(self.gl, level, rgba, GL_RGBA, GL_UNSIGNED_BYTE, first=layer)
