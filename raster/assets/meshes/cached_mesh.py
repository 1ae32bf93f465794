"""CachedMesh: an imported mesh whose arrays are in the cache on disk. load_cached: reads and checks an entry of the cache."""

import json
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from raster.assets.meshes.imported_mesh import MeshPart, Note, PbrMaterial
from raster.errors import InputError


@dataclass(frozen=True)
class StoredPicture:
    """Where a picture of side x side texels stands, with its mipmaps behind it."""

    side: int
    channels: int  # 3, or 4 with alpha
    offset: int  # bytes


ARRAYS = ("vertices", "indices", "pictures")
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

    def vertices(self) -> np.ndarray:
        """(V,) VERTEX, memory-mapped; the file is closed when the array is deleted. InputError if it cannot be read."""
        return self._array("vertices")

    def indices(self) -> np.ndarray:
        """(I,) uint32, counted from the first vertex of the part; memory-mapped. InputError if it cannot be read."""
        return self._array("indices")

    def picture(self, number: int, side: int) -> list[np.ndarray]:
        """(side, side, 3 or 4) uint8 sRGB of a picture, and its smaller mipmaps; side: its own one or a half, a quarter, ...

        They are memory-mapped. InputError if it cannot be read.
        """
        stored, whole = self.pictures[number], self._array("pictures")
        levels, at, width = [], stored.offset, stored.side
        while width:
            size = width * width * stored.channels
            if width <= side:
                levels.append(whole[at : at + size].reshape(width, width, stored.channels))
            at, width = at + size, width // 2
        return levels

    def _array(self, name: str) -> np.ndarray:
        path = self.folder / f"{name}.npy"
        try:
            return np.load(path, mmap_mode="r")
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: is gone or damaged; start again, and it is made anew ({error})") from error


@dataclass(frozen=True)
class LoadedMeshes:
    """The mesh files of a run, sorted by name."""

    meshes: tuple[CachedMesh, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()  # (name, reason) of each file that was left out
    notes: tuple[str, ...] = ()  # lines for the user


def load_cached(folder: Path, name: str, class_name: str | None) -> CachedMesh | None:
    """The entry in a folder of the cache; None if there is none, or if its bytes are not those that were written."""
    try:
        table = json.loads((folder / TABLE).read_bytes())
        if any(zlib.crc32((folder / f"{array}.npy").read_bytes()) != table["crc32"][array] for array in ARRAYS):
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
        tuple(StoredPicture(**entry) for entry in table["pictures"]),
    )
