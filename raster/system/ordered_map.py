"""ordered_map: a function of many things, in several processes, whose results come in the order of the things."""

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from raster.errors import InputError
from raster.system.helper_process import end_with_parent

_AHEAD = 3  # tasks in flight for each process: enough to keep them busy, few enough for any memory
_Thing = TypeVar("_Thing")
_Result = TypeVar("_Result")


def ordered_map(function: Callable[[_Thing], _Result], things: Iterable[_Thing], processes: int) -> Iterator[_Result]:
    """Yield function(thing) for each thing. With several processes these and the function have to be such as pickle takes.

    What the function raises is raised here. InputError if the system ends a process.
    """
    if processes == 1:
        yield from map(function, things)
        return
    waiting: deque[Future[_Result]] = deque()
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _begin, (os.getpid(),))
    try:
        for thing in things:
            waiting.append(pool.submit(function, thing))
            if len(waiting) > _AHEAD * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise InputError("a process was ended by the system (out of memory?); the same command again") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(parent: int) -> None:
    """Prepare a process: Ctrl-C ends the program, which ends this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not end_with_parent(parent):
        sys.exit()
