"""CachedMesh: an imported mesh whose arrays are in the cache on disk. load_cached: reads and checks an entry of the cache."""

import json
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from raster.assets.meshes.imported_mesh import MeshLevel, MeshPart, Note, PbrMaterial
from raster.errors import InputError
from raster.geometry.mesh import NamedPoint
from raster.system.numpy_files import read_npy


@dataclass(frozen=True)
class StoredPicture:
    """Where a picture of side x side texels stands, with its mipmaps behind it."""

    side: int
    channels: int  # 3, or 4 with alpha
    offset: int  # bytes
    crc32: tuple[int, ...]  # of the bytes of each level


# Arrays that are checked when a mesh is loaded; pictures, which are large, are when they are shown.
ARRAYS = ("vertices", "indices", "level_vertices", "level_indices")
PICTURES = "pictures"
TABLE = "model.json"
# The errors that a damaged entry can cause while its table is read.
_DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True)
class CachedMesh:
    """An imported mesh whose arrays are in the cache on disk. It can be pickled."""

    name: str
    class_name: str | None  # None: unlabelled
    digest: str  # 16 hexadecimal digits: of its files and of the settings
    folder: Path
    parts: tuple[MeshPart, ...]
    radius: float  # of the bounding sphere about the origin, object space
    rest_directions: np.ndarray  # (R, 3) float32 unit directions that may point down at rest, [0] = (0, 0, -1)
    rest_distances: np.ndarray  # (R,) float32: the greatest rest_direction . x of its points
    points: np.ndarray  # (P <= 192, 3) float32: vertices of its convex hull
    triangles: int  # in the file
    notes: tuple[Note, ...] = ()
    pictures: tuple[StoredPicture, ...] = ()
    object_from_file: np.ndarray = field(default_factory=lambda: np.eye(4))  # (4, 4) float64: of points as the file has them
    keypoints: tuple[NamedPoint, ...] = ()  # object space; not of the cache, but of the YAML file beside the mesh
    levels: tuple[MeshLevel, ...] = ()  # of detail, coarsest first

    def vertices(self) -> np.ndarray:
        """(V,) VERTEX, memory-mapped; the file is closed when the array is deleted. InputError if it cannot be read."""
        return self._array("vertices")

    def indices(self) -> np.ndarray:
        """(I,) uint32, counted from the first vertex of the part; memory-mapped. InputError if it cannot be read."""
        return self._array("indices")

    def level_vertices(self, number: int) -> np.ndarray:
        """(W,) VERTEX of a level, memory-mapped, as vertices()."""
        level = self.levels[number]
        return self._array("level_vertices")[level.first_vertex : level.first_vertex + level.vertex_count]

    def level_indices(self, number: int) -> np.ndarray:
        """(J,) uint32 of a level, memory-mapped, as indices()."""
        level = self.levels[number]
        return self._array("level_indices")[level.first_index : level.first_index + level.index_count]

    def picture(self, number: int, side: int) -> list[np.ndarray]:
        """(side, side, 3 or 4) uint8 sRGB of a picture, and its smaller mipmaps; side: its own one or a half, a quarter, ...

        They are memory-mapped. InputError if it cannot be read, or if its bytes are not those that were written.
        """
        stored, whole = self.pictures[number], self._array(PICTURES)
        levels, at, width = [], stored.offset, stored.side
        for crc32 in stored.crc32:
            size = width * width * stored.channels
            if width <= side:
                level = whole[at : at + size]
                if zlib.crc32(level.data) != crc32:
                    raise self._given_up(PICTURES, "its sum is wrong")
                levels.append(level.reshape(width, width, stored.channels))
            at, width = at + size, width // 2
        return levels

    def _array(self, name: str) -> np.ndarray:
        try:
            return read_npy(self.folder / f"{name}.npy", mmap_mode="r")
        except (OSError, ValueError) as error:
            raise self._given_up(name, error) from error

    def _given_up(self, name: str, reason: object) -> InputError:
        """The error for a file that cannot be read. Without its table the entry is made anew at the next start."""
        with suppress(OSError):
            (self.folder / TABLE).unlink()
        return InputError(f"{self.folder / name}.npy: is gone or damaged; start again, and it is made anew ({reason})")


@dataclass(frozen=True)
class LoadedMeshes:
    """The mesh files of a run, sorted by name."""

    meshes: tuple[CachedMesh, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()  # (name, reason) of each file that was left out
    notes: tuple[str, ...] = ()  # lines for the user


def load_cached(folder: Path, name: str, class_name: str | None) -> CachedMesh | None:
    """The entry in a folder of the cache; None if there is none, or if its bytes are not those that were written.

    Of the pictures only the size of their file is checked: CachedMesh.picture() checks the bytes.
    """
    try:
        table = json.loads((folder / TABLE).read_bytes())
        if any(zlib.crc32((folder / f"{array}.npy").read_bytes()) != table["crc32"][array] for array in ARRAYS):
            return None
        if (folder / f"{PICTURES}.npy").stat().st_size != table["bytes_of_pictures"]:
            return None
        if zlib.crc32(json.dumps(table["model"]).encode()) != table["crc32"]["model"]:
            return None
        return _from_table(table["model"], folder, name, class_name)
    except _DAMAGE:
        return None


def _from_table(table: dict, folder: Path, name: str, class_name: str | None) -> CachedMesh:
    """The mesh that a table, read from disk, describes."""
    parts = tuple(
        MeshPart(
            **{
                **part,
                "object_from_part": np.array(part["object_from_part"], np.float32),
                "material": PbrMaterial(
                    **{**part["material"], "color": tuple(part["material"]["color"]), "wrap": tuple(part["material"]["wrap"])}
                ),
            }
        )
        for part in table["parts"]
    )
    return CachedMesh(
        name,
        class_name,
        folder.name[:16],
        folder,
        parts,
        table["radius"],
        np.array(table["rest_directions"], np.float32),
        np.array(table["rest_distances"], np.float32),
        np.array(table["points"], np.float32),
        table["triangles"],
        tuple(Note(*note) for note in table["notes"]),
        tuple(StoredPicture(**{**entry, "crc32": tuple(entry["crc32"])}) for entry in table["pictures"]),
        np.array(table["object_from_file"], np.float64),
        levels=tuple(MeshLevel(**{**level, "parts": tuple(map(tuple, level["parts"]))}) for level in table["levels"]),
    )
