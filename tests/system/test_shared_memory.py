"""Tests of raster.system.shared_memory: two processes see the same bytes, and it takes memory only where it was written."""

import multiprocessing
from multiprocessing.connection import Connection

import pytest

from raster.system.shared_memory import SharedMemory


def answer(pipe: Connection) -> None:
    """Add one to each byte of what comes, and say so."""
    memory = SharedMemory.receive(pipe)
    memory.bytes[:] += 1
    pipe.send("done")


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_another_process_writes_into_it(start):
    context = multiprocessing.get_context(start)
    here, there = context.Pipe()
    other = context.Process(target=answer, args=(there,))
    other.start()
    memory = SharedMemory(10_000)
    assert not memory.bytes.any()
    memory.bytes[::2] = 7
    memory.send(here)
    assert here.recv() == "done"
    assert memory.bytes.tolist() == [8, 1] * 5_000
    other.join()


def test_what_is_not_written_takes_no_memory():
    memory = SharedMemory(1 << 45)  # more than any machine has
    memory.bytes[-1] = 1
    assert memory.bytes[[0, -1]].tolist() == [0, 1]
