"""interrupts_later: a block in which Ctrl-C and SIGTERM raise nothing; they do afterwards."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def interrupts_later() -> Iterator[None]:
    """Hold back Ctrl-C and SIGTERM for a block, as while a process is half started.

    Only the main thread receives them: in others nothing is held back.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[int] = []
    signals = (signal.SIGINT, signal.SIGTERM)
    handlers = {number: signal.signal(number, lambda number, _: pressed.append(number)) for number in signals}
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # inherited, where a handler is not
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for each, handler in handlers.items():
            signal.signal(each, handler or signal.SIG_DFL)
    if pressed:
        os.kill(os.getpid(), pressed[0])
