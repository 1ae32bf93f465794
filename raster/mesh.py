"""Mesh: one solid as triangles. Composite: several meshes that are one object. MeshAtlas: all meshes in one buffer pair."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

# The triangle that covers the screen, in clip space; the background is drawn with it. Last in every atlas.
SCREEN = "screen"


def _down() -> np.ndarray:
    return np.array([[0.0, 0.0, -1.0]], np.float32)


@dataclass(frozen=True)
class Mesh:
    """One solid, closed, counter-clockwise seen from outside, centred at the origin."""

    positions: np.ndarray  # (V, 3) float32, object space, extent 1
    normals: np.ndarray  # (V, 3) float32, unit length
    uvs: np.ndarray  # (V, 2) float32
    triangles: np.ndarray  # (T, 3) uint32
    rests: np.ndarray = field(default_factory=_down)  # (K, 3) float32: directions that may point down at rest; [0] = standing


@dataclass(frozen=True)
class Part:
    """One mesh of a composite object."""

    solid: str  # its name in scenes.jsonl
    mesh: Mesh
    object_from_part: np.ndarray  # (4, 4) float32


@dataclass(frozen=True)
class Composite:
    """Several meshes that move, and are labelled, as one object."""

    parts: tuple[Part, ...]
    rests: np.ndarray = field(default_factory=_down)  # as in Mesh


class MeshAtlas:
    """All meshes of a run, one after another.

    vertices (V, 8) float32: position, normal, uv. indices (3 T,) uint32, counted from each mesh's first vertex.
    ranges (M, 3) uint32: index count, first index, base vertex of each mesh. names: mesh numbers by name.
    """

    def __init__(self, meshes: Mapping[str, Mesh]):
        triangle = np.array([[-1, -1, 0], [3, -1, 0], [-1, 3, 0]], np.float32)
        screen = Mesh(triangle, np.tile(np.float32([0, 0, 1]), (3, 1)), triangle[:, :2], np.array([[0, 1, 2]], np.uint32))
        everything = {**meshes, SCREEN: screen}
        self.names: dict[str, int] = {name: number for number, name in enumerate(everything)}
        self.meshes = tuple(everything.values())
        self.vertices = np.concatenate([np.hstack([m.positions, m.normals, m.uvs]) for m in self.meshes]).astype(np.float32)
        self.indices = np.concatenate([m.triangles.ravel() for m in self.meshes]).astype(np.uint32)
        counts = np.array([m.triangles.size for m in self.meshes])
        heights = np.array([len(m.positions) for m in self.meshes])
        self.ranges = np.stack([counts, np.cumsum(counts) - counts, np.cumsum(heights) - heights], axis=1).astype(np.uint32)
