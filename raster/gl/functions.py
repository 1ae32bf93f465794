"""GLFunctions: the OpenGL 4.3 functions that moderngl does not offer, by their own names, and the constants they take."""

import ctypes
from typing import Any

import moderngl

from raster.errors import InputError
from raster.gl.context import gl_function

GL_TEXTURE_2D_ARRAY, GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_DEPTH_ATTACHMENT = 0x8C1A, 0x8D40, 0x8CE0, 0x8D00
GL_DEPTH_COMPONENT32F, GL_FRAMEBUFFER_COMPLETE, GL_DEPTH, GL_COLOR = 0x8CAC, 0x8CD5, 0x1801, 0x1800
GL_PACK_ALIGNMENT, GL_PIXEL_PACK_BUFFER, GL_NONE = 0x0D05, 0x88EB, 0
GL_TEXTURE0, GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER = 0x84C0, 0x2801, 0x2800
GL_NEAREST, GL_LINEAR, GL_LINEAR_MIPMAP_LINEAR = 0x2600, 0x2601, 0x2703
GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T = 0x2802, 0x2803
GL_CLAMP_TO_EDGE, GL_MIRRORED_REPEAT, GL_REPEAT = 0x812F, 0x8370, 0x2901
GL_TEXTURE_MAX_ANISOTROPY = 0x84FE
GL_COLOR_LOGIC_OP, GL_OR, GL_SCISSOR_TEST = 0x0BF2, 0x1507, 0x0C11
GL_SRGB8_ALPHA8, GL_RGB9_E5, GL_RGB, GL_RGBA = 0x8C43, 0x8C3D, 0x1907, 0x1908
GL_UNSIGNED_BYTE, GL_HALF_FLOAT, GL_UNPACK_ALIGNMENT = 0x1401, 0x140B, 0x0CF5


class GLFunctions:
    """The functions of a context by their OpenGL names, such as glGenTextures, and a few methods that combine them.

    The context must be current when they are called. InputError if the driver lacks one of them.
    """

    def __init__(self, ctx: moderngl.Context):
        i, p, size = ctypes.c_int, ctypes.c_void_p, ctypes.c_ssize_t
        signatures = {
            "glGenTextures": (i, p), "glBindTexture": (i, i), "glTexStorage3D": (i, i, i, i, i, i), "glDeleteTextures": (i, p),
            "glGenFramebuffers": (i, p), "glBindFramebuffer": (i, i), "glFramebufferTexture": (i, i, i, i),
            "glDeleteFramebuffers": (i, p), "glDrawBuffers": (i, p), "glClearBufferfv": (i, i, p), "glViewport": (i, i, i, i),
            "glGenerateMipmap": (i,), "glGetTexImage": (i, i, i, i, p), "glPixelStorei": (i, i), "glDeleteSync": (p,),
            "glGenBuffers": (i, p), "glBindBuffer": (i, i), "glBufferData": (i, size, p, i), "glDeleteBuffers": (i, p),
            "glActiveTexture": (i,), "glTextureView": (i, i, i, i, i, i, i, i), "glMemoryBarrier": (i,),
            "glClearBufferuiv": (i, i, p), "glEnable": (i,), "glDisable": (i,), "glLogicOp": (i,),
            "glBindImageTexture": (i, i, i, ctypes.c_ubyte, i, i, i),
            "glTexParameteri": (i, i, i), "glScissorArrayv": (i, i, p),
            "glTexParameterf": (i, i, ctypes.c_float), "glTexSubImage3D": (i, i, i, i, i, i, i, i, i, i, p),
        }  # fmt: skip
        for name, arguments in signatures.items():
            setattr(self, name, gl_function(ctx, name, None, *arguments))
        self.glCheckFramebufferStatus = gl_function(ctx, "glCheckFramebufferStatus", i, i)
        self.glGetError = gl_function(ctx, "glGetError", i)
        self.glFenceSync = gl_function(ctx, "glFenceSync", p, i, i)
        self.glClientWaitSync = gl_function(ctx, "glClientWaitSync", i, p, i, ctypes.c_uint64)
        self.glMapBufferRange = gl_function(ctx, "glMapBufferRange", p, i, size, size, i)
        # Of OpenGL 4.4 and 4.5; None where a driver lacks them.
        self.glBufferStorage = optional(ctx, "glBufferStorage", "GL_ARB_buffer_storage", i, size, p, i)
        self.glGetTextureSubImage = optional(
            ctx, "glGetTextureSubImage", "GL_ARB_get_texture_sub_image", i, i, i, i, i, i, i, i, i, i, size, p
        )
        self.glUnmapBuffer = gl_function(ctx, "glUnmapBuffer", ctypes.c_ubyte, i)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{name} is not among the entry points that are loaded here")

    def make(self, generate: str) -> int:
        """A new object's name; generate: "glGenTextures", "glGenFramebuffers" or "glGenBuffers"."""
        name = ctypes.c_uint()
        getattr(self, generate)(1, ctypes.byref(name))
        return name.value

    def texture_array(self, internal: int, width: int, height: int, layers: int, levels: int = 1) -> int:
        """The name of a new 2D array texture of format `internal`; sizes in texels. InputError if memory is short."""
        while self.glGetError():
            pass
        name = self.make("glGenTextures")
        self.glBindTexture(GL_TEXTURE_2D_ARRAY, name)
        self.glTexStorage3D(GL_TEXTURE_2D_ARRAY, levels, internal, width, height, layers)
        if error := self.glGetError():
            what = f"{layers} layers of {width} x {height} pixels"
            raise InputError(
                f"size, batch: the driver cannot make {what} (OpenGL error {error:#x}); take a smaller batch or size"
            )
        return name

    def depth_array(self, width: int, height: int, layers: int) -> int:
        """The name of a new 2D array texture for depth, 32-bit float."""
        return self.texture_array(GL_DEPTH_COMPONENT32F, width, height, layers)

    def level(self, texture: int, internal: int, level: int, layers: int) -> int:
        """The name of a texture that shares the memory of one mipmap level of a 2D array texture, read as format `internal`."""
        view = self.make("glGenTextures")
        self.glTextureView(view, GL_TEXTURE_2D_ARRAY, texture, internal, level, 1, 0, layers)
        return view

    def unfiltered(self, *textures: int) -> None:
        """Let shaders read these 2D array textures without filter; beyond the edge the nearest texel. Integers need this."""
        for texture in textures:
            self.glBindTexture(GL_TEXTURE_2D_ARRAY, texture)
            for which in (GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER):
                self.glTexParameteri(GL_TEXTURE_2D_ARRAY, which, GL_NEAREST)
            for which in (GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T):
                self.glTexParameteri(GL_TEXTURE_2D_ARRAY, which, GL_CLAMP_TO_EDGE)

    def bind(self, unit: int, texture: int) -> None:
        """Let the sampler with `binding = unit` in GLSL read a 2D array texture."""
        self.glActiveTexture(GL_TEXTURE0 + unit)
        self.glBindTexture(GL_TEXTURE_2D_ARRAY, texture)
        self.glActiveTexture(GL_TEXTURE0)

    def delete_textures(self, *names: int) -> None:
        """Free textures."""
        self.glDeleteTextures(len(names), (ctypes.c_uint * len(names))(*names))


def optional(ctx: moderngl.Context, name: str, extension: str, *argtypes: Any) -> Any:
    """The OpenGL function `name` of an extension, without a result; None if the driver lacks it."""
    return gl_function(ctx, name, None, *argtypes, extension=extension) if extension in ctx.extensions else None
