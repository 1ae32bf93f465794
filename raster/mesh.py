"""Mesh: one solid as triangles. Composite: several meshes that are one object. MeshAtlas: all meshes in one buffer pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np


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
    outline_error: float = 0.0  # how far its outline is from the true solid's, at most, in object space; 0 = exact
    coarser: tuple["Mesh", ...] = ()  # the same solid in fewer triangles, coarsest first, for when it is drawn small


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


@dataclass(frozen=True)
class Divided:
    """A mesh in small triangles, which can bend."""

    mesh: Mesh
    longest: float  # edge, at most, in the space of the object that it is part of


class MeshAtlas:
    """All meshes of a run, one after another, coarser ones beside those they stand for.

    vertices (V, 8) float32: position, normal, uv. indices (3 T,) uint32, counted from each mesh's first vertex.
    ranges (M, 3) uint32: index count, first index, base vertex of each mesh. numbers: those of the meshes given, by name.
    levels (M, L) int32: the meshes that may stand for a mesh, coarsest first, itself last; errors (M, L) float32: their
    outline errors. fine (M, F) int32: the meshes that may stand for it where its shape is morphed, those of `divided` by the
    same name, the finest last, or itself; fine_errors (M, F) float32, and fine_edges (M, F) float32, their longest edges.
    """

    def __init__(self, meshes: Mapping[str, Mesh], divided: Mapping[str, Sequence[Divided]] = MappingProxyType({})):
        # The last mesh of every atlas covers the screen, in clip space; the background is drawn with it.
        triangle = np.array([[-1, -1, 0], [3, -1, 0], [-1, 3, 0]], np.float32)
        normals = np.tile(np.array([0, 0, 1], np.float32), (3, 1))
        everything = list(meshes.values())
        self.numbers = {name: number for number, name in enumerate(meshes)}
        steps = []
        for number, mesh in enumerate(meshes.values()):
            steps.append([*range(len(everything), len(everything) + len(mesh.coarser)), number])
            everything += mesh.coarser
        fine = []
        for name, mesh in meshes.items():
            own = divided.get(name, (Divided(mesh, 0.0),))
            numbers = [*range(len(everything), len(everything) + len(own))] if name in divided else [self.numbers[name]]
            everything += [each.mesh for each in own if name in divided]
            fine.append([(k, each.mesh.outline_error, each.longest) for k, each in zip(numbers, own, strict=True)])
        widest = max(map(len, fine), default=1)
        table = np.array([[row[0]] * (widest - len(row)) + row for row in fine]).reshape(len(fine), widest, 3)
        self.fine = table[..., 0].astype(np.int32)
        self.fine_errors, self.fine_edges = (table[..., k].astype(np.float32) for k in (1, 2))
        everything.append(Mesh(triangle, normals, triangle[:, :2], np.array([[0, 1, 2]], np.uint32)))
        self.meshes = tuple(everything)
        self.vertices = np.concatenate([np.hstack([m.positions, m.normals, m.uvs]) for m in self.meshes]).astype(np.float32)
        self.indices = np.concatenate([m.triangles.ravel() for m in self.meshes]).astype(np.uint32)
        counts = np.array([m.triangles.size for m in self.meshes])
        heights = np.array([len(m.positions) for m in self.meshes])
        self.ranges = np.stack([counts, np.cumsum(counts) - counts, np.cumsum(heights) - heights], axis=1).astype(np.uint32)
        most = max(map(len, steps), default=1)
        self.levels = np.array([[level[0]] * (most - len(level)) + level for level in steps], np.int32)
        self.errors = np.array([[self.meshes[m].outline_error for m in level] for level in self.levels], np.float32)
