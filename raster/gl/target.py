"""Target: layered textures that a pass draws a batch of scenes into, with clear and read-back. Raw OpenGL 4.3."""

import ctypes
from typing import Any

import moderngl

from raster.errors import InputError
from raster.gl.context import gl_function
from raster.gl.formats import FORMATS

GL_TEXTURE_2D_ARRAY, GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_DEPTH_ATTACHMENT = 0x8C1A, 0x8D40, 0x8CE0, 0x8D00
GL_DEPTH_COMPONENT32F, GL_FRAMEBUFFER_COMPLETE, GL_DEPTH = 0x8CAC, 0x8CD5, 0x1801
GL_PACK_ALIGNMENT, GL_PIXEL_PACK_BUFFER, GL_NONE = 0x0D05, 0x88EB, 0
GL_TEXTURE0, GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER, GL_NEAREST = 0x84C0, 0x2801, 0x2800, 0x2600
GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE = 0x2802, 0x2803, 0x812F


class GL:
    """The entry points that moderngl does not offer, by their own names, and what is built of them alone."""

    def __init__(self, ctx: moderngl.Context):
        i, p, size = ctypes.c_int, ctypes.c_void_p, ctypes.c_ssize_t
        signatures = {
            "glGenTextures": (i, p), "glBindTexture": (i, i), "glTexStorage3D": (i, i, i, i, i, i), "glDeleteTextures": (i, p),
            "glGenFramebuffers": (i, p), "glBindFramebuffer": (i, i), "glFramebufferTexture": (i, i, i, i),
            "glDeleteFramebuffers": (i, p), "glDrawBuffers": (i, p), "glClearBufferfv": (i, i, p), "glViewport": (i, i, i, i),
            "glGenerateMipmap": (i,), "glGetTexImage": (i, i, i, i, p), "glPixelStorei": (i, i), "glDeleteSync": (p,),
            "glGenBuffers": (i, p), "glBindBuffer": (i, i), "glBufferData": (i, size, p, i), "glDeleteBuffers": (i, p),
            "glActiveTexture": (i,), "glTextureView": (i, i, i, i, i, i, i, i), "glMemoryBarrier": (i,),
            "glBindImageTexture": (i, i, i, ctypes.c_ubyte, i, i, i),
            "glTexParameteri": (i, i, i),
            "glTexParameterf": (i, i, ctypes.c_float), "glTexSubImage3D": (i, i, i, i, i, i, i, i, i, i, p),
        }  # fmt: skip
        for name, arguments in signatures.items():
            setattr(self, name, gl_function(ctx, name, None, *arguments))
        self.glCheckFramebufferStatus = gl_function(ctx, "glCheckFramebufferStatus", i, i)
        self.glGetError = gl_function(ctx, "glGetError", i)
        self.glFenceSync = gl_function(ctx, "glFenceSync", p, i, i)
        self.glClientWaitSync = gl_function(ctx, "glClientWaitSync", i, p, i, ctypes.c_uint64)
        self.glMapBufferRange = gl_function(ctx, "glMapBufferRange", p, i, size, size, i)
        self.glUnmapBuffer = gl_function(ctx, "glUnmapBuffer", ctypes.c_ubyte, i)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{name} is not among the entry points that are loaded here")

    def make(self, generate: str) -> int:
        """One new name from glGenTextures, glGenFramebuffers or glGenBuffers."""
        name = ctypes.c_uint()
        getattr(self, generate)(1, ctypes.byref(name))
        return name.value

    def texture_array(self, internal: int, width: int, height: int, layers: int, levels: int = 1) -> int:
        """A 2D array texture's name. InputError when the driver has no room for it."""
        while self.glGetError():
            pass
        name = self.make("glGenTextures")
        self.glBindTexture(GL_TEXTURE_2D_ARRAY, name)
        self.glTexStorage3D(GL_TEXTURE_2D_ARRAY, levels, internal, width, height, layers)
        if error := self.glGetError():
            what = f"{layers} layers of {width} x {height} pixels"
            raise InputError(f"size, batch: the driver cannot make {what} (GL error {error:#x}); take a smaller batch or size")
        return name

    def depth_array(self, width: int, height: int, layers: int) -> int:
        """A depth array texture's name, 32-bit float."""
        return self.texture_array(GL_DEPTH_COMPONENT32F, width, height, layers)

    def level(self, texture: int, internal: int, level: int, layers: int) -> int:
        """One mipmap level of a 2D array texture as a texture of its own, in the same memory."""
        view = self.make("glGenTextures")
        self.glTextureView(view, GL_TEXTURE_2D_ARRAY, texture, internal, level, 1, 0, layers)
        return view

    def unfiltered(self, *textures: int) -> None:
        """Let shaders read these 2D array textures pixel by pixel, the edge's beyond it. Integers cannot be read otherwise."""
        for texture in textures:
            self.glBindTexture(GL_TEXTURE_2D_ARRAY, texture)
            for which in (GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER):
                self.glTexParameteri(GL_TEXTURE_2D_ARRAY, which, GL_NEAREST)
            for which in (GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T):
                self.glTexParameteri(GL_TEXTURE_2D_ARRAY, which, GL_CLAMP_TO_EDGE)

    def bind(self, unit: int, texture: int) -> None:
        """Let the sampler with binding = unit read a 2D array texture."""
        self.glActiveTexture(GL_TEXTURE0 + unit)
        self.glBindTexture(GL_TEXTURE_2D_ARRAY, texture)
        self.glActiveTexture(GL_TEXTURE0)

    def delete_textures(self, *names: int) -> None:
        """Free textures."""
        self.glDeleteTextures(len(names), (ctypes.c_uint * len(names))(*names))


class Target:
    """The layers of one pass for a whole batch: one array texture a layer name, plus depth (0: none).

    layers: name -> format, in the order of the shader's outputs; None for an output that nobody asked for.

    supersample = 2 draws at twice the width and height and averages 2 x 2 pixels (of non-integer layers) when reading.
    """

    def __init__(
        self, gl: GL, layers: dict[str, str | None], width: int, height: int, batch: int, depth: int = 0, supersample: int = 1
    ):
        self.gl, self.width, self.height, self.batch, self.supersample = gl, width, height, batch, supersample
        self.formats = {name: FORMATS[form] for name, form in layers.items() if form}
        self.textures = {
            name: gl.texture_array(form.internal, width * supersample, height * supersample, batch, supersample)
            for name, form in self.formats.items()
        }
        self.framebuffer = gl.make("glGenFramebuffers")
        gl.glBindFramebuffer(GL_FRAMEBUFFER, self.framebuffer)
        outputs = {name: GL_COLOR_ATTACHMENT0 + k if name in self.textures else GL_NONE for k, name in enumerate(layers)}
        for name, texture in self.textures.items():
            gl.glFramebufferTexture(GL_FRAMEBUFFER, outputs[name], texture, 0)
        if depth:
            gl.glFramebufferTexture(GL_FRAMEBUFFER, GL_DEPTH_ATTACHMENT, depth, 0)
        gl.glDrawBuffers(len(outputs), (ctypes.c_uint * len(outputs))(*outputs.values()))
        if (status := gl.glCheckFramebufferStatus(GL_FRAMEBUFFER)) != GL_FRAMEBUFFER_COMPLETE:
            raise InputError(f"passes: the driver cannot draw into layers {dict(layers)} together (status {status:#x})")

    def begin(self, clear_depth: bool) -> None:
        """Draw here from now on. Colours need no clearing: the background covers every pixel."""
        gl = self.gl
        gl.glBindFramebuffer(GL_FRAMEBUFFER, self.framebuffer)
        gl.glViewport(0, 0, self.width * self.supersample, self.height * self.supersample)
        if clear_depth:
            gl.glClearBufferfv(GL_DEPTH, 0, ctypes.byref(ctypes.c_float(1.0)))

    def shape(self, name: str) -> tuple[int, ...]:
        """(batch, H, W) or (batch, H, W, C): what read() fills."""
        channels = self.formats[name].channels
        return (self.batch, self.height, self.width, channels)[: 3 + (channels > 1)]

    def read(self, name: str, address: int) -> None:
        """Copy a layer to memory, or to an offset in the pixel pack buffer that is bound: `shape` values, top row first."""
        gl, form = self.gl, self.formats[name]
        gl.glBindTexture(GL_TEXTURE_2D_ARRAY, self.textures[name])
        if self.supersample > 1:
            gl.glGenerateMipmap(GL_TEXTURE_2D_ARRAY)
        gl.glPixelStorei(GL_PACK_ALIGNMENT, 1)
        gl.glGetTexImage(GL_TEXTURE_2D_ARRAY, self.supersample - 1, form.pixel, form.component, address)

    def release(self) -> None:
        """Free the textures and the framebuffer."""
        self.gl.delete_textures(*self.textures.values())
        self.gl.glDeleteFramebuffers(1, ctypes.byref(ctypes.c_uint(self.framebuffer)))
