"""collector_stopped: a block without Python's collector of garbage, which a program that starts makes none of."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_stopped() -> Iterator[None]:
    """Stop the collector for a block, or until somebody in it starts it again; afterwards it runs if it ran before."""
    ran = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if ran:
            gc.enable()
