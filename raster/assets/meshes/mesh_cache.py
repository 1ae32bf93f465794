"""cached_mesh: an imported mesh from the cache on disk. A file is read once, and again when it or its settings change."""

import hashlib
import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from raster.assets.meshes.base_color_images import mipmaps
from raster.assets.meshes.cached_mesh import ARRAYS, PICTURES, TABLE, CachedMesh, StoredPicture, load_cached
from raster.assets.meshes.discover import MeshFile
from raster.assets.meshes.external_files import References
from raster.assets.meshes.imported_mesh import VERTEX, ImportedMesh, Note
from raster.assets.meshes.keypoint_files import read_keypoints
from raster.assets.meshes.mesh_levels import with_levels
from raster.assets.meshes.read import Settings, check_count, read_dependencies, read_mesh
from raster.errors import MachineError
from raster.system.cache import cache_folder
from raster.system.progress import announce
from raster.transforms import multiply

FORMAT = 14  # of the entries; raise it with every change of their contents
MANY = 100_000  # triangles from which on it is said that their levels take a while
MISSING = "refer to a material library or a picture that is missing or outside the folder given, and are grey there"


def key_of(suffix: str, data: bytes, references: References, settings: Settings) -> str:
    """The name of an entry: SHA-256, in hexadecimal, of everything that it depends on.

    suffix, data: of the mesh file; references: the files that it refers to, which have been read.
    """
    read = references.read
    sizes = [[name, len(content)] for name, content in sorted(read.items())]
    settings_text = json.dumps([FORMAT, suffix.lower(), asdict(settings), sizes, sorted(references.missing), len(data)])
    digest = hashlib.sha256(settings_text.encode())
    for content in (data, *(read[name] for name in sorted(read))):
        digest.update(content)
    return digest.hexdigest()


def cached_mesh(file: MeshFile, settings: Settings, max_triangles: int, make: bool = False) -> CachedMesh | None:
    """The mesh of a file from the cache. If it is not there, it is read, checked and written there if `make`, else None.

    InputError, which begins with the path, for a file that cannot be used or has more than max_triangles. MachineError for a
    cache that cannot be used.
    """
    path, name, class_name = file.path, file.name, file.class_name
    data, references = read_dependencies(path, file.root)
    key = key_of(path.suffix, data, references, settings)
    root = cache_folder("models")
    found = load_cached(root / key, name, class_name)
    if found is None and make:
        mesh = read_mesh(path, data, references, settings, max_triangles)
        if (count := mesh.indices.size // 3) >= MANY:
            announce(f"meshes, {name}: levels of detail of {count} triangles, made once and kept")
        _add_entry(with_levels(mesh), root, key)
        del mesh
        found = load_cached(root / key, name, class_name)
        if found is None:
            raise MachineError(f"{root / key}: cannot be read back; is the disk full? Set RASTER_CACHE to a folder elsewhere")
    if found is None:
        return None
    check_count(path, found.triangles, max_triangles)
    points = tuple((name, _moved(place, found.object_from_file)) for name, place in read_keypoints(path))
    return replace(found, keypoints=points, notes=(*found.notes, *(Note(MISSING, name) for name in references.missing)))


def _moved(place: tuple[float, float, float], object_from_file: np.ndarray) -> tuple[float, float, float]:
    """A point of the file in object space."""
    x, y, z = (multiply(np.array([place]), object_from_file[:3, :3].T)[0] + object_from_file[:3, 3]).tolist()
    return x, y, z


def _add_entry(mesh: ImportedMesh, root: Path, key: str) -> None:
    """Write an entry into a temporary folder and rename that. Another process may do the same at the same time.

    It is a folder of several files, so raster.system.atomic_files does not apply. MachineError if it cannot be written.
    """
    try:
        new = Path(tempfile.mkdtemp(prefix=".new-", dir=root))
        try:
            _write(mesh, new)
            for more in (2, 1, 0):  # another process may be between the two renames of _rename
                try:
                    _rename(new, root / key)
                    break
                except OSError:
                    if load_cached(root / key, "", None) is not None:
                        break  # the entry of another process is the same
                    if not more:
                        raise
        finally:
            shutil.rmtree(new, ignore_errors=True)
    except OSError as error:
        hint = "set RASTER_CACHE to a folder that can be written to"
        raise MachineError(f"cannot write to the cache folder {root} ({error.strerror}): {hint}") from error


def _rename(new: Path, entry: Path) -> None:
    """Rename the folder `new` to `entry`. A damaged entry is removed first."""
    if entry.exists() and load_cached(entry, "", None) is None:
        damaged = Path(tempfile.mkdtemp(prefix=".damaged-", dir=entry.parent))
        os.rename(entry, damaged / "entry")
        shutil.rmtree(damaged, ignore_errors=True)
    os.rename(new, entry)


def write_pictures(pictures: Sequence[np.ndarray], folder: Path) -> tuple[StoredPicture, ...]:
    """Write pictures (S, S, 3 or 4) uint8 with their mipmaps into the file of an entry; what its table says of each."""
    stored, levels, at = [], [np.zeros(0, np.uint8)], 0
    for picture in pictures:
        own = [level.ravel() for level in mipmaps(picture)]
        stored.append(StoredPicture(len(picture), picture.shape[2], at, tuple(zlib.crc32(level.data) for level in own)))
        levels += own
        at += sum(level.size for level in own)
    np.save(folder / f"{PICTURES}.npy", np.concatenate(levels))
    return tuple(stored)


def _write(mesh: ImportedMesh, folder: Path) -> None:
    """Write the arrays and the table of an entry into a folder."""
    pictures = write_pictures(mesh.pictures, folder)
    sums = {}
    vertices, level_vertices = (array.astype(VERTEX, copy=False) for array in (mesh.vertices, mesh.level_vertices))
    for name, array in zip(ARRAYS, (vertices, mesh.indices, level_vertices, mesh.level_indices), strict=True):
        path = folder / f"{name}.npy"
        np.save(path, array)
        sums[name] = zlib.crc32(path.read_bytes())
    parts = [{**asdict(part), "object_from_part": part.object_from_part.tolist()} for part in mesh.parts]
    described = {
        "parts": parts,
        "radius": mesh.radius,
        "rest_directions": mesh.rest_directions.tolist(),
        "rest_distances": mesh.rest_distances.tolist(),
        "points": mesh.points.tolist(),
        "triangles": mesh.triangles,
        "notes": mesh.notes,
        "object_from_file": mesh.object_from_file.tolist(),
        "levels": [asdict(level) for level in mesh.levels],
        "pictures": [asdict(picture) for picture in pictures],
    }
    described = json.loads(json.dumps(described))  # tuples become lists, as in the table that is read
    sums["model"] = zlib.crc32(json.dumps(described).encode())
    table = {"crc32": sums, "bytes_of_pictures": (folder / f"{PICTURES}.npy").stat().st_size, "model": described}
    (folder / TABLE).write_text(json.dumps(table))
