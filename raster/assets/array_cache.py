"""cached_arrays: arrays that the program computes alike in every run, kept on disk so that a run need not wait for them."""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import PIL

from raster.errors import InputError
from raster.system.atomic_files import write_atomic
from raster.system.cache import cache_folder
from raster.system.numpy_files import read_npz

FOLDER = "pictures"
LARGEST = 256_000_000  # bytes in the folder, 6 million a file at 256 px; what was used longest ago goes first
PACKAGE = Path(__file__).parents[1]


def cached_arrays(name: str, arguments: tuple, make: Callable[[], dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The arrays that make() returns, by name: read from the cache, or made and written there.

    name, arguments: what they depend on, as JSON takes it. They also depend on the program: a file counts only for the source
    that wrote it. A damaged file is made again. Where the cache cannot be written, they are made each time.
    """
    told = json.dumps([name, arguments, _source(), np.__version__, PIL.__version__])
    try:
        path = cache_folder(FOLDER) / f"{name}-{hashlib.sha256(told.encode()).hexdigest()[:32]}.npz"
    except InputError:
        return make()
    with suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        arrays = read_npz(path)
        with suppress(OSError):  # a file of another user
            os.utime(path)
        return arrays
    arrays = make()
    data = BytesIO()
    np.savez(data, **arrays)  # type: ignore[arg-type]  # an option of NumPy 2 takes the place of a name
    with suppress(InputError):
        write_atomic(path, data.getvalue())
        _leave_newest(path.parent)
    return arrays


@cache
def _source() -> str:
    """SHA-256 of the modules that make such arrays: those of assets, geometry and solids, and those right in raster/."""
    whole = hashlib.sha256()
    folders = ("assets", "geometry", "solids")
    for path in sorted([*PACKAGE.glob("*.py"), *(path for name in folders for path in (PACKAGE / name).rglob("*.py"))]):
        whole.update(path.read_bytes())
    return whole.hexdigest()


def _leave_newest(folder: Path) -> None:
    """Remove files of a folder, but not those used last that have LARGEST bytes together, nor the newest of all.

    Another process may do the same at the same time.
    """
    with suppress(OSError):
        found = sorted(((path.stat(), path) for path in folder.glob("*.npz")), key=lambda pair: -pair[0].st_mtime_ns)
        total = 0
        for number, (stat, path) in enumerate(found):
            total += stat.st_size
            if number and total > LARGEST:
                path.unlink(missing_ok=True)
