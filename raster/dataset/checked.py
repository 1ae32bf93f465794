"""OUT/.checked.npz: the stamps of a complete data set's files. So the next run reads only what has changed since.

It says nothing that the other files do not say. A set without it, with a damaged one, or with one of another state is read as a
whole; anybody may delete it.
"""

import io
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from raster.dataset.file_stamps import FileStamps
from raster.dataset.files import LISTS, SCENES, sha256
from raster.dataset.listing import Stamp, stamp_of, stamps_of_lists
from raster.errors import InputError
from raster.system.atomic_files import write_atomic
from raster.system.numpy_files import read_npz
from raster.system.regular_files import read_regular

CHECKED = ".checked.npz"
_DAMAGED = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError)


@dataclass(frozen=True)
class Checked:
    """What was right at one time: the stamps of all files of a data set, and the hashes of its lists."""

    stamps: FileStamps
    lengths: np.ndarray  # (n,) int64, bytes of each line of scenes.jsonl, with the newline
    files: dict[str, str]  # name of each list -> SHA-256 in hex
    lists: dict[str, Stamp]  # name of each list -> stamp
    digest: str  # of the data set

    def vouches_for(self, manifest: dict[str, Any]) -> bool:
        """Return whether a complete manifest is of this state of the data set."""
        return bool(manifest["complete"] and (manifest.get("files"), manifest.get("digest")) == (self.files, self.digest))

    def hash_lists(self, out: Path) -> dict[str, str]:
        """Return the hex SHA-256 of the lists by name, as files.hash_lists; reads what changed."""
        now = stamps_of_lists(out, self.lists)
        return {name: self.files[name] if now[name] == self.lists[name] else sha256(out / name) for name in self.lists}


def write(out: Path, checked: Checked) -> None:
    """Write the file. Where that is not possible, the next run reads the set as a whole."""
    others = [[path, index, *stamp] for path, (index, stamp) in checked.stamps.others.items()]
    facts = orjson.dumps({"files": checked.files, "lists": checked.lists, "digest": checked.digest, "others": others})
    data = io.BytesIO()
    np.savez(data, facts=np.frombuffer(facts, np.uint8), lengths=checked.lengths, stamps=checked.stamps.pairs)
    with suppress(InputError):
        write_atomic(out / CHECKED, data.getvalue())


def read(out: Path) -> Checked | None:
    """Return what the file says if it is of the scenes.jsonl that is there; None without such a file."""
    try:
        held = read_npz(io.BytesIO(read_regular(out / CHECKED, links=False)))
        facts, lengths, pairs = orjson.loads(held["facts"].tobytes()), held["lengths"], held["stamps"]
        stamps = FileStamps(range(0))
        stamps.pairs = pairs
        stamps.others = {path: (index, (size, time)) for path, index, size, time in facts["others"]}
        lists: dict[str, Stamp] = {name: (size, time) for name, (size, time) in facts["lists"].items()}
        checked = Checked(stamps, lengths, facts["files"], lists, facts["digest"])
    except _DAMAGED:
        return None
    good = lengths.dtype == pairs.dtype == np.int64 and pairs.shape == (lengths.size, 2, 2) and lengths.ndim == 1
    size, _ = lists.get(SCENES, (-1, -1))
    named = set(LISTS) <= lists.keys() == checked.files.keys()
    whole = good and bool((lengths > 0).all()) and int(lengths.sum()) == size and named
    return checked if whole and lists[SCENES] == stamp_of(out / SCENES) else None
