"""Textures that passes read: a run's pictures and environment maps, uploaded once, and where each is bound."""

import ctypes

import numpy as np

from raster.assets.environments.load import Environments
from raster.assets.library import Library
from raster.gl.target import GL, GL_TEXTURE_2D_ARRAY

PICTURES, ENVIRONMENTS = 0, 1  # texture units: shaders/include/paint.glsl, surroundings.glsl
GL_SRGB8_ALPHA8, GL_RGB9_E5, GL_RGB, GL_RGBA = 0x8C43, 0x8C3D, 0x1907, 0x1908
GL_UNSIGNED_BYTE, GL_HALF_FLOAT, GL_UNPACK_ALIGNMENT = 0x1401, 0x140B, 0x0CF5
GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER, GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T = 0x2801, 0x2800, 0x2802, 0x2803
GL_NEAREST, GL_LINEAR, GL_LINEAR_MIPMAP_LINEAR = 0x2600, 0x2601, 0x2703
GL_CLAMP_TO_EDGE, GL_MIRRORED_REPEAT, GL_REPEAT = 0x812F, 0x8370, 0x2901
GL_TEXTURE_MAX_ANISOTROPY, ANISOTROPY, ANISOTROPIC = 0x84FE, 4.0, "GL_EXT_texture_filter_anisotropic"


def set_filter(gl: GL, texture: int, mipmaps: bool, wrap: int = GL_CLAMP_TO_EDGE, nearest: bool = False) -> None:
    """How a 2D array texture is read between its texels and, wrap, beyond its edges."""
    gl.glBindTexture(GL_TEXTURE_2D_ARRAY, texture)
    plain = GL_NEAREST if nearest else GL_LINEAR
    for name, value in (
        (GL_TEXTURE_MIN_FILTER, GL_LINEAR_MIPMAP_LINEAR if mipmaps else plain), (GL_TEXTURE_MAG_FILTER, plain),
        (GL_TEXTURE_WRAP_S, wrap), (GL_TEXTURE_WRAP_T, wrap),
    ):  # fmt: skip
        gl.glTexParameteri(GL_TEXTURE_2D_ARRAY, name, value)


def upload(gl: GL, level: int, data: np.ndarray, form: int, component: int, first: int = 0) -> None:
    """Fill layers from `first` of a level of the bound texture with data (layers, H, W, channels)."""
    count, height, width = data.shape[:3]
    address = data.ctypes.data_as(ctypes.c_void_p)
    gl.glPixelStorei(GL_UNPACK_ALIGNMENT, 1)
    gl.glTexSubImage3D(GL_TEXTURE_2D_ARRAY, level, 0, 0, first, width, height, count, form, component, address)


class Textures:
    """A library on the GPU; one grey texel stands for what it does not hold."""

    def __init__(self, gl: GL, library: Library, extensions: set[str]):
        self.gl = gl
        self.pictures = self._pictures(library.pictures, ANISOTROPIC in extensions)
        self.environments = self._environments(library.environments)

    def _pictures(self, pictures: np.ndarray, anisotropic: bool) -> int:
        """(P, S, S, 3) uint8 sRGB with mipmaps; filtered in linear light."""
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

    def _environments(self, maps: Environments | None) -> int:
        """Octahedral maps, level k for its roughness. RGB9_E5 is read faster than halves by a software rasterizer."""
        levels = maps.levels if maps else (np.full((1, 1, 1, 3), 0.5, np.float16),)
        count, side = levels[0].shape[:2]
        texture = self.gl.texture_array(GL_RGB9_E5, side, side, count, len(levels))
        for number, level in enumerate(levels):
            upload(self.gl, number, np.ascontiguousarray(level, np.float16), GL_RGB, GL_HALF_FLOAT)
        set_filter(self.gl, texture, mipmaps=True)
        return texture

    def bind(self) -> None:
        """For the passes to read."""
        self.gl.bind(PICTURES, self.pictures)
        self.gl.bind(ENVIRONMENTS, self.environments)

    def release(self) -> None:
        """Free what is on the GPU."""
        self.gl.delete_textures(self.pictures, self.environments)
