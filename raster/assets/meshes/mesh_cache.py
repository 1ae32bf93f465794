"""cached_mesh: a mesh file's model from the cache on disk, read and put there once for each state of its files."""

import hashlib
import json
import os
import shutil
import tempfile
import zlib
from dataclasses import asdict
from pathlib import Path

import numpy as np

from raster.assets.meshes.cached_mesh import TABLE, CachedMesh, load_cached
from raster.assets.meshes.imported_mesh import VERTEX, ImportedMesh
from raster.assets.meshes.read import Settings, check_count, read_dependencies, read_mesh
from raster.errors import InputError
from raster.system.cache import cache_folder

FORMAT = 3  # goes up with every change of what is stored


def key_of(suffix: str, data: bytes, read: dict[str, bytes], settings: Settings) -> str:
    """SHA-256, in hexadecimal, of a file's kind and bytes, of all that it refers to, and of what else a model depends on."""
    sizes = [[name, len(held)] for name, held in sorted(read.items())]
    told = json.dumps([FORMAT, suffix.lower(), asdict(settings), sizes, len(data)])
    digest = hashlib.sha256(told.encode())
    for held in (data, *(read[name] for name in sorted(read))):
        digest.update(held)
    return digest.hexdigest()


def cached_mesh(
    path: Path, name: str, class_name: str | None, settings: Settings, max_triangles: int, make: bool = False
) -> CachedMesh | None:
    """A file's model, if it is in the cache, or in any case if it is to be made: read, checked and put there.

    InputError, which begins with the path.
    """
    data, references = read_dependencies(path)
    key = key_of(path.suffix, data, references.read, settings)
    root = cache_folder("models")
    found = load_cached(root / key, name, class_name)
    if found is None and make:
        _add_entry(read_mesh(path, data, references, settings, max_triangles), root, key)
        found = load_cached(root / key, name, class_name)
        if found is None:
            raise InputError(f"{root / key}: cannot be read back; is the disk full? Set RASTER_CACHE to a folder elsewhere")
    if found is not None:
        check_count(path, found.triangles, max_triangles)
    return found


def _add_entry(model: ImportedMesh, root: Path, key: str) -> None:
    """Write an entry beside the others and give it its name in one step; another process may do the same at the same time."""
    try:
        new = Path(tempfile.mkdtemp(prefix=".new-", dir=root))
        try:
            _write(model, new)
            for more in (2, 1, 0):  # another process may be between the two steps of _rename
                try:
                    _rename(new, root / key)
                    break
                except OSError:
                    if load_cached(root / key, "", None) is not None:
                        break  # what another process has put there is as good
                    if not more:
                        raise
        finally:
            shutil.rmtree(new, ignore_errors=True)
    except OSError as error:
        hint = "set RASTER_CACHE to a folder that can be written to"
        raise InputError(f"cannot write to the cache folder {root} ({error.strerror}): {hint}") from error


def _rename(new: Path, entry: Path) -> None:
    """Make a new folder the entry; a damaged one in its place goes first."""
    if entry.exists() and load_cached(entry, "", None) is None:
        damaged = Path(tempfile.mkdtemp(prefix=".damaged-", dir=entry.parent))
        os.rename(entry, damaged / "entry")
        shutil.rmtree(damaged, ignore_errors=True)
    os.rename(new, entry)


def _write(model: ImportedMesh, folder: Path) -> None:
    arrays = {"vertices": model.vertices.astype(VERTEX), "indices": model.indices, "pictures": model.pictures}
    sums = {}
    for name, array in arrays.items():
        path = folder / f"{name}.npy"
        np.save(path, array)
        sums[name] = zlib.crc32(path.read_bytes())
    parts = [{**asdict(part), "object_from_part": part.object_from_part.tolist()} for part in model.parts]
    told = {
        "parts": parts,
        "radius": model.radius,
        "rest_directions": model.rest_directions.tolist(),
        "rest_distances": model.rest_distances.tolist(),
        "points": model.points.tolist(),
        "triangles": model.triangles,
    }
    told = json.loads(json.dumps(told))  # tuples become lists, as they will be when it is read
    table = {"crc32": {**sums, "model": zlib.crc32(json.dumps(told).encode())}, "model": told}
    (folder / TABLE).write_text(json.dumps(table))
