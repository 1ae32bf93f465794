"""read_mesh: reads and checks a mesh file of any format. read_dependencies: its bytes and all files that it refers to."""

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from raster.assets.lfs_pointers import refuse_lfs_pointer
from raster.assets.meshes.build import build
from raster.assets.meshes.collada_files import read_collada, read_collada_dependencies
from raster.assets.meshes.external_files import References
from raster.assets.meshes.gltf import read_gltf, read_gltf_dependencies
from raster.assets.meshes.imported_mesh import ImportedMesh
from raster.assets.meshes.metric_size import in_metres
from raster.assets.meshes.obj import read_obj, read_obj_dependencies
from raster.assets.meshes.parsed_file import ParsedFile, Primitive
from raster.assets.meshes.ply import read_ply, read_ply_dependencies
from raster.assets.meshes.stl import read_stl
from raster.errors import InputError
from raster.system.regular_files import read_regular

MAX_COORDINATE = 1e9  # larger coordinates lose too many digits in float32


@dataclass(frozen=True)
class MeshFormat:
    """How files of one format are read."""

    read: Callable[[bytes, References], ParsedFile]
    read_dependencies: Callable[[bytes, References], object]  # reads all files that a file refers to
    up: str  # the axis that is usually up in such files
    metric: bool = False  # the format has metres as its unit


FORMATS = {
    ".glb": MeshFormat(read_gltf, read_gltf_dependencies, "y", metric=True),
    ".gltf": MeshFormat(read_gltf, read_gltf_dependencies, "y", metric=True),
    ".dae": MeshFormat(read_collada, read_collada_dependencies, "y", metric=True),
    ".obj": MeshFormat(read_obj, read_obj_dependencies, "y"),
    ".stl": MeshFormat(read_stl, lambda data, references: None, "z"),
    ".ply": MeshFormat(read_ply, read_ply_dependencies, "z"),
}


@dataclass(frozen=True)
class Settings:
    """The settings that an imported mesh depends on, beside its files."""

    normalize: bool
    up: str  # one of UPS
    px: int  # side of its pictures, px
    units: str = "m"  # of UNITS, or "auto"; without normalize
    scale: float = 1.0  # of its size; without normalize


def read_dependencies(path: Path, root: Path | None = None) -> tuple[bytes, References]:
    """The bytes of a file and of all files that it refers to, which lie below the folder `root`, or the file's own for None.

    InputError, which begins with the path, if one that is necessary cannot be read.
    """
    try:
        data = read_regular(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    references = References(path, root)
    refuse_lfs_pointer(data, f"{path}: is")
    with_reasons(path, lambda: format_of(path).read_dependencies(data, references))
    for name, content in references.read.items():
        refuse_lfs_pointer(content, f"{path}: refers to {name}, which is")
    return data, references


def read_mesh(path: Path, data: bytes, references: References, settings: Settings, max_triangles: int) -> ImportedMesh:
    """The imported mesh of a file's bytes. InputError, which begins with the path, for a file that cannot be drawn as it is."""
    up = format_of(path).up if settings.up == "auto" else settings.up
    with np.errstate(all="ignore"):  # numbers that overflow become an InputError; NumPy need not warn
        # build() is handed the only reference, so that it can drop what it does not need any more.
        mesh = build(_parsed(path, data, references, max_triangles), path, settings.normalize, up, settings.px)
    return mesh if settings.normalize else in_metres(mesh, settings.units, settings.scale, format_of(path).metric)


def _parsed(path: Path, data: bytes, references: References, max_triangles: int) -> ParsedFile:
    """The contents of a file, checked."""
    parsed: ParsedFile = with_reasons(path, lambda: format_of(path).read(data, references))
    _check(path, parsed, max_triangles)
    return parsed


def format_of(path: Path) -> MeshFormat:
    """How a file of this name is read."""
    return FORMATS[path.suffix.lower()]


def with_reasons(path: Path, do: Callable[[], ParsedFile | object]) -> ParsedFile:
    """Return do(). Any error in it becomes an InputError that names the file.

    A damaged file can cause any error in the readers: an index, a key, a number, a missing attribute. Warnings of trimesh and
    NumPy are not shown, because the error should be one line.
    """
    try:
        with warnings.catch_warnings(), _silent(logging.getLogger("trimesh")):
            warnings.simplefilter("ignore")
            return do()  # type: ignore[return-value]
    except (InputError, MemoryError):
        raise
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        kind = path.suffix.lower()
        raise InputError(f"{path}: cannot be read as a {kind} file; is it cut off, or of another kind? ({reason})") from error


@contextmanager
def _silent(logger: logging.Logger) -> Iterator[None]:
    """While this is active, the logger shows critical messages only."""
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _check(path: Path, parsed: ParsedFile, max_triangles: int) -> None:
    """Raise InputError for no triangles, too many, indices out of range, or numbers that are not finite."""
    count = sum(len(surface.triangles) for node in parsed.nodes for surface in parsed.meshes[node.mesh])
    if not count:
        raise InputError(f"{path}: holds no triangles; expected a {path.suffix.lower()} file with a mesh")
    check_count(path, count, max_triangles)
    for mesh in parsed.meshes:
        for surface in mesh:
            _check_surface(path, surface)


def check_count(path: Path, count: int, most: int) -> None:
    """Raise InputError for a file with more than `most` triangles."""
    if count > most:
        raise InputError(f"{path}: has {count} triangles; at most max_triangles={most} are read; simplify it or raise the key")


def _check_surface(path: Path, surface: Primitive) -> None:
    """Raise InputError for arrays of a wrong shape, indices out of range, and numbers that are not finite or too large."""
    height = len(surface.positions)
    for name, values, width in (("positions", surface.positions, 3), ("uvs", surface.uvs, 2), ("colors", surface.colors, 4)):
        if values is not None and np.shape(values) != (height, width):
            expected = f"expected {width} for each of {height} vertices"
            raise InputError(f"{path}: has {name} of shape {np.shape(values)}; {expected}; is it damaged?")
    low, high = surface.triangles.min(initial=0), surface.triangles.max(initial=-1)
    if low < 0 or high >= height:
        number = low if low < 0 else high
        raise InputError(f"{path}: a triangle has vertex {number}, counted from 0; the file has {height}; is it damaged?")
    if not np.isfinite(surface.positions).all():
        number = int(np.argmin(np.isfinite(surface.positions).all(axis=1)))
        raise InputError(f"{path}: vertex {number} is not finite ({surface.positions[number].tolist()}); expected numbers")
    if np.abs(surface.positions).max(initial=0) > MAX_COORDINATE:
        raise InputError(f"{path}: a vertex lies beyond {MAX_COORDINATE:.0e} from the origin; move or scale the mesh")
    if surface.uvs is not None and not np.isfinite(surface.uvs).all():
        raise InputError(f"{path}: has texture coordinates that are not finite; expected numbers")
