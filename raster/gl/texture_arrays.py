"""upload: fills a 2D array texture. set_filter: how shaders read it."""

import ctypes

import numpy as np

from raster.gl.functions import (
    GL_CLAMP_TO_EDGE,
    GL_LINEAR,
    GL_LINEAR_MIPMAP_LINEAR,
    GL_NEAREST,
    GL_TEXTURE_2D_ARRAY,
    GL_TEXTURE_MAG_FILTER,
    GL_TEXTURE_MIN_FILTER,
    GL_TEXTURE_WRAP_S,
    GL_TEXTURE_WRAP_T,
    GL_UNPACK_ALIGNMENT,
    GLFunctions,
)

ANISOTROPY, ANISOTROPIC = 4.0, "GL_EXT_texture_filter_anisotropic"


def set_filter(gl: GLFunctions, texture: int, mipmaps: bool, wrap: int = GL_CLAMP_TO_EDGE, nearest: bool = False) -> None:
    """Set how shaders read a 2D array texture between its texels (mipmaps, nearest) and beyond its edges (wrap)."""
    gl.glBindTexture(GL_TEXTURE_2D_ARRAY, texture)
    plain = GL_NEAREST if nearest else GL_LINEAR
    for name, value in (
        (GL_TEXTURE_MIN_FILTER, GL_LINEAR_MIPMAP_LINEAR if mipmaps else plain), (GL_TEXTURE_MAG_FILTER, plain),
        (GL_TEXTURE_WRAP_S, wrap), (GL_TEXTURE_WRAP_T, wrap),
    ):  # fmt: skip
        gl.glTexParameteri(GL_TEXTURE_2D_ARRAY, name, value)


def upload(gl: GLFunctions, level: int, data: np.ndarray, form: int, component: int, first: int = 0) -> None:
    """Fill a mipmap level of the bound 2D array texture, from layer `first`, with data (layers, H, W, channels).

    form, component: OpenGL's names of the data's channels and type, such as GL_RGBA, GL_UNSIGNED_BYTE.
    """
    count, height, width = data.shape[:3]
    address = data.ctypes.data_as(ctypes.c_void_p)
    gl.glPixelStorei(GL_UNPACK_ALIGNMENT, 1)
    gl.glTexSubImage3D(GL_TEXTURE_2D_ARRAY, level, 0, 0, first, width, height, count, form, component, address)
