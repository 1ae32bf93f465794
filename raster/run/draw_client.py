"""DrawClient: stands for the renderer in a process that has none; the drawing process does the work."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np

from raster.frames import Frames
from raster.gl.layer_place import LayerPlace, layers_in
from raster.rendering.draw_list import DrawList
from raster.rendering.draw_tables import pack, prepare
from raster.rendering.records import records
from raster.run.setup import Setup
from raster.scene.scenes import Scenes
from raster.system.shared_memory import SharedMemory

SLOTS = 2  # batches of a process that are on their way: one is drawn or read back while another is made or written
PIECE = 32  # images: what is annotated and written at once stays in the processor's cache


@dataclass(frozen=True)
class Slots:
    """How the memory that a client shares with the drawing process is divided."""

    places: dict[str, LayerPlace]  # of the layers, in the second part of a slot
    batch: int  # images, at most
    tables: int  # bytes of the first part of a slot: the tables of a batch
    layers: int  # bytes of the second part

    @property
    def size(self) -> int:
        """Bytes of the whole."""
        return SLOTS * (self.tables + self.layers)

    def of(self, memory: np.ndarray, slot: int) -> tuple[np.ndarray, np.ndarray]:
        """Both parts of a slot, (bytes,) uint8."""
        start = slot * (self.tables + self.layers)
        return memory[start : start + self.tables], memory[start + self.tables : start + self.tables + self.layers]


class DrawClient:
    """Draws as Renderer.stream() does, by the process at the other end of a pipe: raster.run.draw_server.

    That one first sends Slots and the memory. Then this one sends, for each batch, the number of a slot and what unpack() is to
    be told; it gets the number back when the layers are there. At the end it sends None.
    """

    def __init__(self, setup: Setup, pipe: Connection):
        self.setup, self.pipe = setup, pipe
        self.ended = False  # the drawing process ended first
        self.there = set[int]()  # slots whose layers have come

    def stream(self, batches: Iterable[Scenes]) -> Iterator[Frames]:
        """Draw batch after batch; the frames come in order, in smaller pieces. Ends early where the drawing process ends, which
        tells the reason itself.
        """
        waiting: deque[tuple[int, Scenes, DrawList]] = deque()
        try:
            with _while_it_listens():
                self.slots = self.pipe.recv()
                self.memory = SharedMemory.receive(self.pipe).bytes
            for number, scenes in enumerate(batches):
                waiting.append(self._send(number % SLOTS, scenes))
                if len(waiting) == SLOTS:
                    yield from self._frames(*waiting.popleft())
            while waiting:
                yield from self._frames(*waiting.popleft())
            with _while_it_listens():
                self.pipe.send(None)
        except _Ended:
            self.ended = True

    def _send(self, slot: int, scenes: Scenes) -> tuple[int, Scenes, DrawList]:
        """Let a batch be drawn; _frames() takes what this gives."""
        sampler = self.setup.sampler
        drawn, tables = prepare(scenes, sampler.library, self.setup.size, self.slots.batch, sampler.requirements)
        told = pack(tables, self.slots.of(self.memory, slot)[0])
        with _while_it_listens():
            self.pipe.send((slot, *told))
        return slot, scenes, drawn

    def _frames(self, slot: int, scenes: Scenes, drawn: DrawList) -> Iterator[Frames]:
        """The frames of the batch that was sent first, in pieces."""
        made = records(scenes, drawn, self.setup.size[1], self.setup.size[0])
        with _while_it_listens():
            while slot not in self.there:
                self.there.add(self.pipe.recv())
        self.there.remove(slot)
        memory, count, step = self.slots.of(self.memory, slot)[1], len(scenes.index), self._piece()
        for first in range(0, count, step):
            rows = slice(first, min(first + step, count))
            layers = layers_in(memory, self.slots.places, rows)
            yield Frames(scenes.index[rows], layers, made[rows], self.setup.classes)

    def _piece(self) -> int:
        """Images of a piece: whole layouts, where flow needs them."""
        views = self.setup.sampler.views if self.setup.flows else 1
        return max(1, PIECE // views) * views


class _Ended(Exception):
    """The drawing process has closed the pipe."""


@contextmanager
def _while_it_listens() -> Iterator[None]:
    """Raise _Ended where the pipe has been closed at the other end."""
    try:
        yield
    except (EOFError, OSError) as error:
        raise _Ended from error
