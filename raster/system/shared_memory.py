"""SharedMemory: bytes that several processes see, handed from one to another through a pipe."""

import mmap
import os
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle

import numpy as np


class SharedMemory:
    """`bytes` (size,) uint8, zero at first, which other processes see after send(). The last process that has it frees it.

    It is a file without a name, so a container's small /dev/shm does not limit it. What was never written takes no memory.
    """

    def __init__(self, size: int):
        self._take(os.memfd_create("raster"), size)

    def _take(self, descriptor: int, size: int | None) -> None:
        """Map the file, made as large as `size` if that is given. This object closes it."""
        self._descriptor = descriptor
        if size is not None:
            os.ftruncate(descriptor, max(size, 1))
        self.bytes = np.frombuffer(mmap.mmap(descriptor, 0), np.uint8)

    def send(self, pipe: Connection) -> None:
        """Give it to the process at the other end of a pipe, which calls receive(). The pipe must be duplex: a socket."""
        send_handle(pipe, self._descriptor, None)

    @classmethod
    def receive(cls, pipe: Connection) -> "SharedMemory":
        """What the other process sends."""
        memory = cls.__new__(cls)
        memory._take(recv_handle(pipe), None)
        return memory

    def __del__(self) -> None:
        if hasattr(self, "_descriptor"):
            os.close(self._descriptor)
