"""Target: the textures that a pass draws a batch of scenes into, one layer of each texture for a scene."""

import ctypes

import numpy as np

from raster.errors import InputError
from raster.gl.formats import FORMATS
from raster.gl.functions import (
    GL_COLOR,
    GL_COLOR_ATTACHMENT0,
    GL_DEPTH,
    GL_DEPTH_ATTACHMENT,
    GL_FRAMEBUFFER,
    GL_FRAMEBUFFER_COMPLETE,
    GL_NONE,
    GL_PACK_ALIGNMENT,
    GL_SCISSOR_TEST,
    GL_TEXTURE_2D_ARRAY,
    GLFunctions,
)


class Target:
    """A framebuffer for a whole batch, with an array texture (batch, H, W) for each output of a fragment shader."""

    def __init__(
        self,
        gl: GLFunctions,
        layers: dict[str, str | None],
        width: int,
        height: int,
        batch: int,
        depth: int = 0,
        supersample: int = 1,
        scissors: np.ndarray | None = None,
    ):
        """layers: name -> name in FORMATS, in the order of the shader's outputs; None for an output that is not kept.

        width, height: px of the layers that are read. depth: a depth array texture to draw with, 0 = none. supersample: with 2
        the textures are twice as wide and high, and reading averages 2 x 2 pixels. scissors (V, 4) int32: left, lower edge,
        width, height of what is drawn with each viewport, texels; None: all. InputError for formats that the driver cannot
        draw into together.
        """
        self.gl, self.width, self.height, self.batch, self.supersample = gl, width, height, batch, supersample
        self.scissors = scissors
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
        """Draw here from now on. Only depth is cleared: the background covers every pixel of the layers that is drawn."""
        gl = self.gl
        gl.glBindFramebuffer(GL_FRAMEBUFFER, self.framebuffer)
        gl.glDisable(GL_SCISSOR_TEST)
        gl.glViewport(0, 0, self.width * self.supersample, self.height * self.supersample)
        if clear_depth:
            gl.glClearBufferfv(GL_DEPTH, 0, ctypes.byref(ctypes.c_float(1.0)))
        if self.scissors is not None:
            gl.glEnable(GL_SCISSOR_TEST)
            gl.glScissorArrayv(0, len(self.scissors), self.scissors.ctypes.data)

    def clear_integers(self) -> None:
        """Set every layer to 0; they hold integers."""
        for k in range(len(self.textures)):
            self.gl.glClearBufferuiv(GL_COLOR, k, (ctypes.c_uint * 4)())

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of what read() writes: (batch, H, W) or (batch, H, W, C)."""
        channels = self.formats[name].channels
        return (self.batch, self.height, self.width, channels)[: 3 + (channels > 1)]

    def read(self, name: str, address: int, count: int | None = None) -> None:
        """Copy a layer to an address, or to an offset in the bound pixel pack buffer: an array of `shape`, top row first.

        count: so many scenes from the first, at least; None: all.
        """
        gl, form, level = self.gl, self.formats[name], self.supersample - 1
        gl.glBindTexture(GL_TEXTURE_2D_ARRAY, self.textures[name])
        if self.supersample > 1:
            gl.glGenerateMipmap(GL_TEXTURE_2D_ARRAY)
        gl.glPixelStorei(GL_PACK_ALIGNMENT, 1)
        if gl.glGetTextureSubImage is None or count in (None, self.batch):
            gl.glGetTexImage(GL_TEXTURE_2D_ARRAY, level, form.pixel, form.component, address)
            return
        scene = self.height * self.width * form.channels * np.dtype(form.dtype).itemsize  # bytes
        box, size = (0, 0, 0, self.width, self.height, count), count * scene
        gl.glGetTextureSubImage(self.textures[name], level, *box, form.pixel, form.component, size, address)

    def release(self) -> None:
        """Free the textures and the framebuffer."""
        self.gl.delete_textures(*self.textures.values())
        self.gl.glDeleteFramebuffers(1, ctypes.byref(ctypes.c_uint(self.framebuffer)))
