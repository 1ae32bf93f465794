"""Readback: copies the layers of a batch from the GPU into memory that stays mapped. ReadbackPool: a ring of them."""

import ctypes
from collections import deque

import numpy as np

from raster.gl.functions import GL_PIXEL_PACK_BUFFER, GLFunctions
from raster.gl.layer_place import LayerPlace, layers_in
from raster.gl.target import Target

GL_STREAM_READ, GL_MAP_READ_BIT = 0x88E1, 0x0001
GL_MAP_PERSISTENT_BIT, GL_MAP_COHERENT_BIT, GL_CLIENT_STORAGE_BIT = 0x0040, 0x0080, 0x0200
GL_SYNC_GPU_COMMANDS_COMPLETE, GL_SYNC_FLUSH_COMMANDS_BIT, GL_TIMEOUT_EXPIRED, GL_WAIT_FAILED = 0x9117, 1, 0x911B, 0x911D
SECOND = 1_000_000_000
ALIGNMENT = 256  # bytes


class Readback:
    """Copies one batch at a time. start() queues the copy and returns; finish() waits for it and gives the arrays.

    With two of them, a GPU draws one batch while the other is copied.
    """

    def __init__(self, gl: GLFunctions, targets: list[Target]):
        self.gl, self.targets = gl, targets
        self.places: dict[str, LayerPlace] = {}
        self.size = 0  # bytes
        for target in targets:
            for name, form in target.formats.items():
                place = LayerPlace(self.size, target.shape(name)[1:], np.dtype(form.dtype), form.keep)
                self.places[name] = place
                self.size += -(-target.batch * place.image_bytes // ALIGNMENT) * ALIGNMENT
        self.buffer = gl.make("glGenBuffers")
        gl.glBindBuffer(GL_PIXEL_PACK_BUFFER, self.buffer)
        self.memory: np.ndarray | None = None  # (size,) uint8, while it is mapped
        self.persistent = gl.glBufferStorage is not None
        if gl.glBufferStorage is None:
            gl.glBufferData(GL_PIXEL_PACK_BUFFER, self.size, None, GL_STREAM_READ)
        else:
            always = GL_MAP_READ_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT
            gl.glBufferStorage(GL_PIXEL_PACK_BUFFER, self.size, None, always | GL_CLIENT_STORAGE_BIT)
            self.memory = self._mapped(always)
        gl.glBindBuffer(GL_PIXEL_PACK_BUFFER, 0)

    def start(self, count: int) -> None:
        """Queue the copies of all layers of the first `count` scenes, after all drawing that is queued."""
        self.gl.glBindBuffer(GL_PIXEL_PACK_BUFFER, self.buffer)
        for target in self.targets:
            for name in target.formats:
                target.read(name, self.places[name].offset, count)
        self.gl.glBindBuffer(GL_PIXEL_PACK_BUFFER, 0)
        self.fence = self.gl.glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0)

    def wait(self) -> np.ndarray:
        """Wait for what start() queued; the memory (size,) uint8 that holds it until done(), in which `places` are.

        Other Python threads run while it waits. RuntimeError if the driver lost the batch.
        """
        gl = self.gl
        while (state := gl.glClientWaitSync(self.fence, GL_SYNC_FLUSH_COMMANDS_BIT, SECOND)) == GL_TIMEOUT_EXPIRED:
            pass
        gl.glDeleteSync(self.fence)
        if state == GL_WAIT_FAILED:
            raise RuntimeError("OpenGL lost the batch that was being drawn (glClientWaitSync failed)")
        if self.memory is None:
            gl.glBindBuffer(GL_PIXEL_PACK_BUFFER, self.buffer)
            self.memory = self._mapped(GL_MAP_READ_BIT)
            gl.glBindBuffer(GL_PIXEL_PACK_BUFFER, 0)
        return self.memory

    def done(self) -> None:
        """Give the memory of wait() back to the driver, which may write there again."""
        if not self.persistent:
            self.memory = None
            self.gl.glBindBuffer(GL_PIXEL_PACK_BUFFER, self.buffer)
            self.gl.glUnmapBuffer(GL_PIXEL_PACK_BUFFER)
            self.gl.glBindBuffer(GL_PIXEL_PACK_BUFFER, 0)

    def finish(self, count: int) -> dict[str, np.ndarray]:
        """The layers of the first `count` scenes, by name: (count, H, W) or (count, H, W, C), new arrays; as wait()."""
        layers = layers_in(self.wait(), self.places, slice(0, count))
        self.done()
        return layers

    def _mapped(self, access: int) -> np.ndarray:
        """The memory (size,) uint8 of the bound buffer. RuntimeError if the driver refuses."""
        address = self.gl.glMapBufferRange(GL_PIXEL_PACK_BUFFER, 0, self.size, access)
        if not address:
            raise RuntimeError(f"OpenGL cannot map the {self.size} bytes that are read back (error {self.gl.glGetError():#x})")
        return np.ctypeslib.as_array((ctypes.c_uint8 * self.size).from_address(address))

    def release(self) -> None:
        """Free the buffer, which unmaps it."""
        self.memory = None
        self.gl.glDeleteBuffers(1, ctypes.byref(ctypes.c_uint(self.buffer)))


class ReadbackPool:
    """Readbacks of the same targets, one for each batch that is on its way: more where several threads draw."""

    def __init__(self, gl: GLFunctions, targets: list[Target], count: int):
        self.gl, self.targets = gl, targets
        self.all = [Readback(gl, targets) for _ in range(count)]
        self.free = deque(self.all)

    @property
    def places(self) -> dict[str, LayerPlace]:
        """Where each layer stands in the memory of a batch, by its name."""
        return self.all[0].places

    @property
    def size(self) -> int:
        """Bytes of the memory of a batch."""
        return self.all[0].size

    def start(self, count: int) -> Readback:
        """Queue the copies of all layers, as Readback.start(); finish() takes what this gives."""
        if not self.free:
            self.all.append(Readback(self.gl, self.targets))
            self.free.append(self.all[-1])
        self.free[0].start(count)
        return self.free.popleft()

    def finish(self, readback: Readback, count: int) -> dict[str, np.ndarray]:
        """Wait for the layers of the first `count` scenes, as Readback.finish()."""
        layers = readback.finish(count)
        self.free.append(readback)
        return layers

    def done(self, readback: Readback) -> None:
        """Take a readback back whose memory has been read, as Readback.done()."""
        readback.done()
        self.free.append(readback)

    def release(self) -> None:
        """Free all buffers."""
        for readback in self.all:
            readback.release()
