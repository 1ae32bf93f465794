"""settle_all: settles many drops at the same time and keeps each result in the cache on disk."""

import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from raster.errors import InputError
from raster.physics.drop import Drop, Settled
from raster.physics.engine import engine
from raster.physics.settle import SETTINGS, settle
from raster.system.atomic_files import make_folder, write_atomic
from raster.system.cache import cache_folder
from raster.system.cpu import usable_cores
from raster.system.progress import progress

FOLDER, FORMAT = "layouts", 2  # the folder in the cache; the version of its files
halt = threading.Event()  # set when a run ends early: drops that have not begun to settle are given up
_began = threading.Event()  # layouts were settled before: images come, and they show how far the run is
_DIGEST = hashlib.sha256().digest_size


def settle_all(drops: Sequence[Drop]) -> list[Settled]:
    """The result of each drop, in their order, from the cache or computed. CancelledError while `halt` is set.

    A file of the cache holds float64 numbers: redrawn, settled, positions and rotations; before them stands their SHA-256. A
    damaged file is made again. Several processes may work at the same time: files are written whole, and all write the same.
    InputError where MuJoCo is missing, or the cache cannot be written.
    """
    if not drops:
        return []
    folder = cache_folder(FOLDER)
    pool = ThreadPoolExecutor(min(len(drops), usable_cores()), "settle")
    try:
        settled = pool.map(partial(_load_or_settle, folder), drops)
        return list(settled if _began.is_set() else progress(settled, "layouts", len(drops), "layout"))
    finally:
        _began.set()
        pool.shutdown(cancel_futures=True)


def _load_or_settle(folder: Path, drop: Drop) -> Settled:
    """The result of one drop."""
    key = drop.digest(FORMAT, engine().__version__, SETTINGS)
    path = folder / key[:2] / key
    if (result := _read(path, len(drop.bodies))) is None:
        if halt.is_set():
            raise CancelledError
        result = settle(drop)
        _write(path, result)
    return result


def _read(path: Path, objects: int) -> Settled | None:
    """The layout of so many objects in a file; None if there is no such file, or a damaged one."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if len(data) != _DIGEST + 8 * (2 + 12 * objects) or hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
        return None
    values = np.frombuffer(data, np.float64, offset=_DIGEST)
    position, rotation = np.split(values[2:], [3 * objects])
    return Settled(position.reshape(-1, 3), rotation.reshape(-1, 3, 3), int(values[0]), bool(values[1]))


def _write(path: Path, result: Settled) -> None:
    """Write a layout file, whole or not at all. InputError, which begins with "arrangements:", where that is not possible."""
    values = np.concatenate([[result.redrawn, result.settled], result.position.ravel(), result.rotation.ravel()])
    data = values.astype(np.float64).tobytes()
    try:
        make_folder(path.parent)
        write_atomic(path, hashlib.sha256(data).digest() + data)
    except InputError as error:
        raise InputError(f"arrangements: {error}; RASTER_CACHE may name another folder") from error
