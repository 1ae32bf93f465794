"""StoredModel: one file of the user's, ready to be drawn: small tables here, vertices, indices and pictures in the cache."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

VERTEX = np.dtype([("position", np.float32, 3), ("normal", np.float32, 3), ("uv", np.float32, 2), ("color", np.uint8, 4)])


@dataclass(frozen=True)
class Look:
    color: tuple[float, float, float]
    metallic: float
    roughness: float
    picture: int


@dataclass(frozen=True)
class StoredPart:
    name: str
    object_from_part: np.ndarray
    first_vertex: int
    vertex_count: int
    first_index: int
    index_count: int
    look: Look
    thin: bool
    mapped: bool = True


@dataclass(frozen=True)
class StoredModel:
    name: str
    class_name: str | None
    digest: str
    folder: Path
    parts: tuple[StoredPart, ...]
    radius: float
    rests: np.ndarray
    rest_offset: np.ndarray
    points: np.ndarray

    def vertices(self) -> np.ndarray:
        return np.load(self.folder / "vertices.npy", mmap_mode="r")

    def indices(self) -> np.ndarray:
        return np.load(self.folder / "indices.npy", mmap_mode="r")

    def pictures(self) -> np.ndarray:
        return np.load(self.folder / "pictures.npy", mmap_mode="r")
