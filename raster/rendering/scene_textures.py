"""SceneTextures: a run's pictures and environment maps, uploaded once."""

import numpy as np

from raster.assets.environments.load import Environments
from raster.assets.library import Library
from raster.gl.functions import (
    GL_HALF_FLOAT,
    GL_MIRRORED_REPEAT,
    GL_RGB,
    GL_RGB9_E5,
    GL_RGBA,
    GL_SRGB8_ALPHA8,
    GL_TEXTURE_2D_ARRAY,
    GL_TEXTURE_MAX_ANISOTROPY,
    GL_UNSIGNED_BYTE,
    GLFunctions,
)
from raster.gl.texture_arrays import ANISOTROPIC, ANISOTROPY, set_filter, upload
from raster.rendering.shader_constants import BACKDROPS, ENVIRONMENTS, PICTURES


class SceneTextures:
    """A library on the GPU. If it has no pictures, or no maps, one grey texel stands for them."""

    def __init__(self, gl: GLFunctions, library: Library, extensions: set[str]):
        self.gl = gl
        self.pictures = self._pictures(library.pictures, ANISOTROPIC in extensions)
        self.backdrops = self._backdrops(library.backdrops)
        self.environments = self._environments(library.environments)

    def _pictures(self, pictures: np.ndarray, anisotropic: bool) -> int:
        """The texture of pictures (P, S, S, 3) uint8 sRGB, with mipmaps; the GPU filters them in linear light."""
        count, side = (len(pictures), pictures.shape[1]) if len(pictures) else (1, 1)
        data = np.full((count, side, side, 4), 255, np.uint8)
        data[..., :3] = pictures if len(pictures) else 128
        texture = self.gl.texture_array(GL_SRGB8_ALPHA8, side, side, count, side.bit_length())
        upload(self.gl, 0, data, GL_RGBA, GL_UNSIGNED_BYTE)
        self.gl.glGenerateMipmap(GL_TEXTURE_2D_ARRAY)
        set_filter(self.gl, texture, mipmaps=True, wrap=GL_MIRRORED_REPEAT)
        if anisotropic:
            self.gl.glTexParameterf(GL_TEXTURE_2D_ARRAY, GL_TEXTURE_MAX_ANISOTROPY, ANISOTROPY)
        return texture

    def _backdrops(self, backdrops: np.ndarray) -> int:
        """The texture of backdrops (N, h, w, 3) uint8 sRGB: a texel for each pixel or a larger one, so it has no mipmaps."""
        data = np.full((max(1, len(backdrops)), *backdrops.shape[1:3], 4), 255, np.uint8)
        data[: len(backdrops), ..., :3] = backdrops
        texture = self.gl.texture_array(GL_SRGB8_ALPHA8, data.shape[2], data.shape[1], len(data), 1)
        upload(self.gl, 0, data, GL_RGBA, GL_UNSIGNED_BYTE)
        set_filter(self.gl, texture, mipmaps=False)
        return texture

    def _environments(self, maps: Environments | None) -> int:
        """The texture of octahedral maps, with their levels. RGB9_E5 is the format that a software rasterizer reads fastest."""
        levels = maps.levels if maps else (np.full((1, 1, 1, 3), 0.5, np.float16),)
        count, side = levels[0].shape[:2]
        texture = self.gl.texture_array(GL_RGB9_E5, side, side, count, len(levels))
        for number, level in enumerate(levels):
            upload(self.gl, number, np.ascontiguousarray(level, np.float16), GL_RGB, GL_HALF_FLOAT)
        set_filter(self.gl, texture, mipmaps=True)
        return texture

    def bind(self) -> None:
        """Let the passes read them."""
        self.gl.bind(PICTURES, self.pictures)
        self.gl.bind(BACKDROPS, self.backdrops)
        self.gl.bind(ENVIRONMENTS, self.environments)

    def release(self) -> None:
        """Free the GPU's memory."""
        self.gl.delete_textures(self.pictures, self.backdrops, self.environments)
