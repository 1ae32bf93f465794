"""Readback: copies the layers of a batch from the GPU to NumPy arrays, through a pixel pack buffer. ReadbackPool: several."""

import ctypes
from collections import deque

import numpy as np

from raster.gl.functions import GL_PIXEL_PACK_BUFFER, GLFunctions
from raster.gl.target import Target

GL_STREAM_READ, GL_MAP_READ_BIT = 0x88E1, 0x0001
GL_SYNC_GPU_COMMANDS_COMPLETE, GL_SYNC_FLUSH_COMMANDS_BIT, GL_TIMEOUT_EXPIRED, GL_WAIT_FAILED = 0x9117, 1, 0x911B, 0x911D
SECOND = 1_000_000_000


class Readback:
    """Copies one batch at a time. start() queues the copy and returns; finish() waits for it and gives the arrays.

    With two of them, a GPU draws one batch while the other is copied.
    """

    def __init__(self, gl: GLFunctions, targets: list[Target]):
        self.gl, self.targets = gl, targets
        self.places: list[tuple[Target, str, int]] = []  # a layer's target and name, and its offset in the buffer, bytes
        self.size = 0
        for target in targets:
            for name, form in target.formats.items():
                self.places.append((target, name, self.size))
                self.size += -(-int(np.prod(target.shape(name))) * np.dtype(form.dtype).itemsize // 256) * 256
        self.buffer = gl.make("glGenBuffers")
        gl.glBindBuffer(GL_PIXEL_PACK_BUFFER, self.buffer)
        gl.glBufferData(GL_PIXEL_PACK_BUFFER, self.size, None, GL_STREAM_READ)
        gl.glBindBuffer(GL_PIXEL_PACK_BUFFER, 0)

    def start(self) -> None:
        """Queue the copies of all layers, after all drawing that is queued."""
        self.gl.glBindBuffer(GL_PIXEL_PACK_BUFFER, self.buffer)
        for target, name, offset in self.places:
            target.read(name, offset)
        self.gl.glBindBuffer(GL_PIXEL_PACK_BUFFER, 0)
        self.fence = self.gl.glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0)

    def finish(self, count: int) -> dict[str, np.ndarray]:
        """The layers of the first `count` scenes, by name: (count, H, W) or (count, H, W, C), new arrays.

        Other Python threads run while it waits. RuntimeError if the driver lost the batch.
        """
        gl = self.gl
        while (state := gl.glClientWaitSync(self.fence, GL_SYNC_FLUSH_COMMANDS_BIT, SECOND)) == GL_TIMEOUT_EXPIRED:
            pass
        gl.glDeleteSync(self.fence)
        if state == GL_WAIT_FAILED:
            raise RuntimeError("OpenGL lost the batch that was being drawn (glClientWaitSync failed)")
        gl.glBindBuffer(GL_PIXEL_PACK_BUFFER, self.buffer)
        address = gl.glMapBufferRange(GL_PIXEL_PACK_BUFFER, 0, self.size, GL_MAP_READ_BIT)
        if not address:
            raise RuntimeError(f"OpenGL cannot map the {self.size} bytes that were read back (error {gl.glGetError():#x})")
        memory = np.ctypeslib.as_array((ctypes.c_uint8 * self.size).from_address(address))
        layers = {name: self._copy(memory[offset:], target, name, count) for target, name, offset in self.places}
        gl.glUnmapBuffer(GL_PIXEL_PACK_BUFFER)
        gl.glBindBuffer(GL_PIXEL_PACK_BUFFER, 0)
        return layers

    def _copy(self, memory: np.ndarray, target: Target, name: str, count: int) -> np.ndarray:
        """A layer of the first `count` scenes, from the bytes that begin with it; channels beyond Format.keep are left out."""
        form, shape = target.formats[name], target.shape(name)
        size = int(np.prod(shape)) * np.dtype(form.dtype).itemsize
        source: np.ndarray = memory[:size].view(form.dtype).reshape(shape)[:count]
        if form.keep == form.channels:
            return source.copy()
        result = np.empty((*source.shape[:-1], form.keep), form.dtype)
        for c in range(form.keep):  # channel by channel: seven times as fast as source[..., :3].copy()
            result[..., c] = source[..., c]
        return result

    def release(self) -> None:
        """Free the buffer."""
        self.gl.glDeleteBuffers(1, ctypes.byref(ctypes.c_uint(self.buffer)))


class ReadbackPool:
    """Readbacks of the same targets, one for each batch that is on its way: more where several threads draw."""

    def __init__(self, gl: GLFunctions, targets: list[Target], count: int):
        self.gl, self.targets = gl, targets
        self.all = [Readback(gl, targets) for _ in range(count)]
        self.free = deque(self.all)

    def start(self) -> Readback:
        """Queue the copies of all layers, as Readback.start(); finish() takes what this gives."""
        if not self.free:
            self.all.append(Readback(self.gl, self.targets))
            self.free.append(self.all[-1])
        self.free[0].start()
        return self.free.popleft()

    def finish(self, readback: Readback, count: int) -> dict[str, np.ndarray]:
        """Wait for the layers of the first `count` scenes, as Readback.finish()."""
        layers = readback.finish(count)
        self.free.append(readback)
        return layers

    def release(self) -> None:
        """Free all buffers."""
        for readback in self.all:
            readback.release()
