"""settle_all: the layouts of many drops, each settled once and kept on disk, several at a time on the cores that there are."""

import hashlib
import os
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np

from raster.errors import InputError
from raster.physics.drop import Drop, Settled
from raster.physics.engine import engine
from raster.physics.settle import SETTINGS, settle
from raster.system.cache import cache_folder
from raster.system.cpu import usable_cores

FOLDER, FORMAT = "layouts", 2  # of the cache; of its files
halt = threading.Event()  # set while a run ends early: what has not begun to settle is left
_DIGEST = hashlib.sha256().digest_size


def settle_all(drops: Sequence[Drop]) -> list[Settled]:
    """In their order; from the cache where it has them. InputError where there is no MuJoCo, or the cache cannot be written.

    A file holds a SHA-256 and after it what that is of: redrawn, settled, positions and rotations, float64. One that is
    damaged is made again. Several processes may do the same at once: files come whole, and all write the same.
    """
    if not drops:
        return []
    folder = cache_folder(FOLDER)
    pool = ThreadPoolExecutor(min(len(drops), usable_cores()), "settle")
    try:
        return list(pool.map(partial(_kept, folder), drops))
    finally:
        pool.shutdown(cancel_futures=True)


def _kept(folder: Path, drop: Drop) -> Settled:
    key = drop.digest(FORMAT, engine().__version__, SETTINGS)
    path = folder / key[:2] / key
    if (found := _read(path, len(drop.bodies))) is None:
        if halt.is_set():
            raise CancelledError
        found = settle(drop)
        _write(path, found)
    return found


def _read(path: Path, objects: int) -> Settled | None:
    """None for no file, or a damaged one."""
    try:
        held = path.read_bytes()
    except OSError:
        return None
    if len(held) != _DIGEST + 8 * (2 + 12 * objects) or hashlib.sha256(held[_DIGEST:]).digest() != held[:_DIGEST]:
        return None
    values = np.frombuffer(held, np.float64, offset=_DIGEST)
    position, rotation = np.split(values[2:], [3 * objects])
    return Settled(position.reshape(-1, 3), rotation.reshape(-1, 3, 3), int(values[0]), bool(values[1]))


def _write(path: Path, found: Settled) -> None:
    """As a whole or not at all; process and thread in the name of the temporary file."""
    values = np.concatenate([[found.redrawn, found.settled], found.position.ravel(), found.rotation.ravel()])
    data = values.astype(np.float64).tobytes()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        path.parent.mkdir(exist_ok=True)
        temporary.write_bytes(hashlib.sha256(data).digest() + data)
        os.replace(temporary, path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        reason = error.strerror or error
        where = f"arrangements: cannot write the cache {path.parent}"
        raise InputError(f"{where}: {reason}; RASTER_CACHE may name another folder") from error
