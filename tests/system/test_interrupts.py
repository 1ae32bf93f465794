"""Tests of raster.system.interrupts: what is sent in the block is raised after it, once, and nothing is lost or changed."""

import os
import signal
import threading

import pytest

from raster.system.interrupts import interrupts_later


def test_an_interrupt_is_raised_after_the_block():
    steps = []

    def work() -> None:
        with interrupts_later():
            os.kill(os.getpid(), signal.SIGINT)
            steps.append("whole")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert steps == ["whole"]


def state() -> tuple:
    """The handlers, and the signals that are blocked."""
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    return handlers, signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_handlers_and_the_mask_are_as_before():
    before = state()
    with interrupts_later():
        assert state()[1] >= {signal.SIGINT, signal.SIGTERM}
    assert state() == before


def test_other_threads_may_use_it():
    done = []

    def work() -> None:
        with interrupts_later():
            done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)
    assert done == [1]
