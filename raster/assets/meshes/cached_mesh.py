"""CachedMesh: a model whose arrays lie on disk; stored: an entry of the cache, checked."""

import json
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from raster.assets.meshes.imported_mesh import MeshPart, PbrMaterial
from raster.errors import InputError

ARRAYS = ("vertices", "indices", "pictures")
TABLE = "model.json"
# What a damaged entry can make the reading of its table fail with.
_DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True)
class CachedMesh:
    """A model whose arrays lie on disk. It can be pickled."""

    name: str
    class_name: str | None  # None: unlabelled
    digest: str  # 16 hexadecimal digits: of its files and of the settings
    folder: Path
    parts: tuple[MeshPart, ...]
    radius: float  # of the bounding sphere about the origin
    rest_directions: np.ndarray  # (R, 3) float32 unit directions that may point down at rest, [0] = (0, 0, -1)
    rest_distances: np.ndarray  # (R,) float32: the greatest rests . x of its points
    points: np.ndarray  # (P <= 192, 3) float32: vertices of its convex hull
    triangles: int  # in the file

    def vertices(self) -> np.ndarray:
        """(V,) VERTEX, mapped from disk; let go of it and the file is closed."""
        return self._array("vertices")

    def indices(self) -> np.ndarray:
        """(I,) uint32, counted from the first vertex of the part; mapped from disk."""
        return self._array("indices")

    def pictures(self) -> np.ndarray:
        """(P, px, px, 3) uint8 sRGB, mapped from disk."""
        return self._array("pictures")

    def _array(self, name: str) -> np.ndarray:
        path = self.folder / f"{name}.npy"
        try:
            return np.load(path, mmap_mode="r")
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: is gone or damaged; start again, and it is made anew ({error})") from error


def load_cached(folder: Path, name: str, class_name: str | None) -> CachedMesh | None:
    """The entry in a folder of the cache; None where there is none, or one whose bytes are not those that were written."""
    try:
        table = json.loads((folder / TABLE).read_bytes())
        if any(zlib.crc32((folder / f"{array}.npy").read_bytes()) != table["crc32"][array] for array in ARRAYS):
            return None
        if zlib.crc32(json.dumps(table["model"]).encode()) != table["crc32"]["model"]:
            return None
        return _from_table(table["model"], folder, name, class_name)
    except _DAMAGE:
        return None


def _from_table(model: dict, folder: Path, name: str, class_name: str | None) -> CachedMesh:
    parts = tuple(
        MeshPart(
            **{
                **part,
                "object_from_part": np.array(part["object_from_part"], np.float32),
                "material": PbrMaterial(**{**part["material"], "color": tuple(part["material"]["color"])}),
            }
        )
        for part in model["parts"]
    )
    return CachedMesh(
        name,
        class_name,
        folder.name[:16],
        folder,
        parts,
        model["radius"],
        np.array(model["rest_directions"], np.float32),
        np.array(model["rest_distances"], np.float32),
        np.array(model["points"], np.float32),
        model["triangles"],
    )
