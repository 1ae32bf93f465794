"""read_npy, read_npz: the arrays in files of NumPy, for any thread.

NumPy reads a header with Python's own parser. Up to Python 3.11.7 two threads that parse at the same time may get "SystemError:
AST constructor recursion depth mismatch" (python/cpython#106905), so one thread at a time reads a file.
"""

import tokenize
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import IO, Literal

import numpy as np

_one_at_a_time = Lock()


@contextmanager
def _reading() -> Iterator[None]:
    with _one_at_a_time:
        try:
            yield
        except (SyntaxError, tokenize.TokenError) as error:
            raise ValueError(f"its header is damaged: {error}") from error


def read_npy(file: Path | IO[bytes], mmap_mode: Literal["r"] | None = None) -> np.ndarray:
    """The array of a .npy file. OSError, EOFError or ValueError for what is none, and for one that holds Python objects."""
    with _reading():
        found = np.load(file, mmap_mode=mmap_mode, allow_pickle=False)
    if not isinstance(found, np.ndarray):
        raise ValueError("holds several arrays, as .npz has them; expected one")
    return found


def read_npz(file: Path | IO[bytes]) -> dict[str, np.ndarray]:
    """The arrays of a .npz file by name; reading compares the sums in the file. Errors as of read_npy(), and BadZipFile."""
    with _reading():
        held = np.load(file, allow_pickle=False)
        if isinstance(held, np.ndarray):
            raise ValueError("holds one array, as .npy has it; expected a file of several")
        with held:
            return {name: held[name] for name in held.files}
