"""serve: the loop of a process that draws for others: it takes tables from shared memory and puts layers there."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any

import numpy as np

from raster.gl.readback import Readback
from raster.rendering.draw_tables import room_for, unpack
from raster.rendering.renderer import Renderer
from raster.run.draw_client import Slots
from raster.system.shared_memory import SharedMemory

RING = 3  # batches that are drawn, read back or copied at once, each in a buffer of its own
COPIERS = 2  # threads: one copies about 10,000 images of 256 px a second


def serve(
    renderer: Renderer, pipes: Sequence[Connection], meshes: int, died: Callable[[], None],
    report_progress: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Draw what the DrawClients at the other ends of the pipes send, until all of them are done.

    meshes: how many an image shows at most. died(): called when a client ends without a word. The driver draws and copies
    while this thread waits outside of Python's lock, and others copy from the driver's memory to the shared one.
    """
    server = _DrawServer(renderer, pipes, meshes, died)
    with ThreadPoolExecutor(COPIERS, "copy") as copier, renderer.lease.current():
        try:
            while server.clients or server.drawn:
                server.take_requests()
                server.hand_over(copier)
                report_progress()
        finally:
            server.close()


class _DrawServer:
    """What is on its way between the clients and the driver."""

    def __init__(self, renderer: Renderer, pipes: Sequence[Connection], meshes: int, died: Callable[[], None]):
        self.renderer, self.died = renderer, died
        readbacks, batch = renderer.readbacks, renderer.batch
        self.slots = Slots(readbacks.places, batch, room_for(batch, meshes), readbacks.size)
        self.clients: dict[Connection, np.ndarray] = {}  # memory by pipe
        self.drawn: deque[tuple[Connection, np.ndarray, int, int, Readback]] = deque()  # memory, slot, images
        self.copied: deque[tuple[Future[None], Readback]] = deque()
        for pipe in pipes:
            memory = SharedMemory(self.slots.size)
            self.clients[pipe] = memory.bytes
            with suppress(OSError):  # one that has ended: the loop finds that out
                pipe.send(self.slots)
                memory.send(pipe)

    def take_requests(self) -> None:
        """Let the driver begin with what clients have sent, as far as the ring has room; wait for a request if it is idle."""
        while self.clients and len(self.drawn) < RING:
            ready: Any = wait(list(self.clients), 0 if self.drawn else None)
            if not ready:
                return
            for pipe in ready[: RING - len(self.drawn)]:
                try:
                    request = pipe.recv()
                except (EOFError, OSError):
                    self.died()
                    request = None
                if request is None:
                    pipe.close()
                    del self.clients[pipe]
                else:
                    self._begin(pipe, *request)

    def _begin(self, pipe: Connection, slot: int, *told: Any) -> None:
        """Queue drawing and read-back of what a client sent."""
        memory = self.clients[pipe]
        tables = unpack(self.slots.of(memory, slot)[0], *told)
        self.drawn.append((pipe, memory, slot, len(tables.views), self.renderer.start(tables)))

    def hand_over(self, copier: ThreadPoolExecutor) -> None:
        """Wait for the oldest batch, and let another thread copy it."""
        if not self.drawn:
            return
        pipe, memory, slot, count, readback = self.drawn.popleft()
        source = readback.wait()
        self.copied.append((copier.submit(self._copy, source, memory, slot, count, pipe), readback))
        while len(self.copied) + len(self.drawn) >= RING or (self.copied and self.copied[0][0].done()):
            future, copied = self.copied.popleft()
            future.result()
            self.renderer.readbacks.done(copied)

    def _copy(self, source: np.ndarray, memory: np.ndarray, slot: int, count: int, pipe: Connection) -> None:
        """Copy the layers of `count` images to a slot, and tell the client. NumPy copies outside of Python's lock."""
        layers = self.slots.of(memory, slot)[1]
        for place in self.slots.places.values():
            part = slice(place.offset, place.offset + count * place.image_bytes)
            layers[part] = source[part]
        with suppress(OSError):  # it has ended
            pipe.send(slot)

    def close(self) -> None:
        """Take back what is on its way, and let the clients end."""
        for pipe in self.clients:
            pipe.close()
        for future, readback in self.copied:
            future.exception()
            self.renderer.readbacks.done(readback)
        for *_, readback in self.drawn:
            readback.wait()
            self.renderer.readbacks.done(readback)
