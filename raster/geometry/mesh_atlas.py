"""MeshAtlas: all meshes of a run in one pair of buffers. ExternalMesh, SubdividedMesh: what it holds beside meshes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from raster.geometry.mesh import Mesh


@dataclass(frozen=True)
class ExternalMesh:
    """A mesh in the mesh cache: a part of a file, or of a level of detail of one.

    owner: number of the block that holds it: a file, or a level of one. Indices and vertices are counted within that block.
    """

    owner: int
    index_count: int
    first_index: int
    first_vertex: int
    double_sided: bool
    cutoff: float = 0.0  # alpha below which nothing is drawn; 0 = all is
    mask: int = 0  # number of the picture with the alpha, 0 = none
    wrap: int = 0  # bits of how its pictures wrap, as in shaders/include/base_colors.glsl
    radius: float = 0.0  # of a ball about the origin of its space that holds it
    error: float = 0.0  # of its outline, in its space
    levels: tuple["ExternalMesh", ...] = ()  # of detail, coarsest first; all parts of a file have as many


@dataclass(frozen=True)
class SubdividedMesh:
    """A mesh in small triangles, which can be deformed."""

    mesh: Mesh
    longest: float  # upper limit of its edges, in the space of the object that it is part of


NONE: Mapping[str, Sequence[SubdividedMesh]] = MappingProxyType({})


class MeshAtlas:
    """All meshes of a run: the given ones, external ones, their levels of detail, subdivided ones, and one for the screen.

    vertices (V, 8) float32: position, normal, uv. indices (3 T,) uint32, counted from each mesh's first vertex.
    ranges (M, 3) uint32: index count, first index and base vertex of each mesh, for an external mesh within its file.
    numbers: numbers of the given meshes, by name. meshes: all that are not external. first_external: number of the first
    external mesh; their levels of detail come behind them. owner (M,) int32: the block that holds an external mesh, else -1.
    double_sided (M,) bool, cutoff (M,) float32, mask (M,) and wrap (M,) uint32: of ExternalMesh, 0 for others.
    For the N given and external meshes: levels (N, L) int32: numbers of the meshes that may be drawn in its place, coarsest
    first; errors (N, L) float32: their outline errors, normal_errors (N, L) float32: those of their normals, radians;
    curvatures (N,) float32: Mesh.curvature. radius (N,) float32: ExternalMesh.radius, 0 for others. fine (N, F) int32: numbers
    of the meshes that may be drawn where it is deformed, those of `subdivided` by the same name, finest last, or itself;
    fine_errors (N, F) float32: their outline errors; fine_edges (N, F) float32: their longest edges. Errors and edges are in
    object space.
    """

    def __init__(
        self,
        meshes: Mapping[str, Mesh],
        external: Sequence[ExternalMesh] = (),
        subdivided: Mapping[str, Sequence[SubdividedMesh]] = NONE,
        surfaces: bool = False,
    ):
        """surfaces: whether depth and normals have to be right within outlines, too: with the meshes that Mesh.finer makes."""
        self.surfaces = surfaces
        self.numbers = {name: number for number, name in enumerate(meshes)}
        self.first_external = len(meshes)
        finer_meshes = [tuple(make() for make in mesh.finer) if surfaces else () for mesh in meshes.values()]
        levels_of_detail = [level for mesh in meshes.values() for level in mesh.levels_of_detail]
        levels_of_detail += [level for several in finer_meshes for level in several]
        self.meshes = (
            *meshes.values(),
            *levels_of_detail,
            *(each.mesh for several in subdivided.values() for each in several),
            _screen(),
        )
        self.vertices = np.concatenate([np.hstack([m.positions, m.normals, m.uvs]) for m in self.meshes]).astype(np.float32)
        self.indices = np.concatenate([m.triangles.ravel() for m in self.meshes]).astype(np.uint32)
        if surfaces:  # what is not right within outlines is not drawn
            external = [replace(mesh, levels=()) for mesh in external]
        here, theirs = len(meshes), [*external, *(level for mesh in external for level in mesh.levels)]
        self._place(here, theirs)
        self.radius = np.array([0.0] * here + [mesh.radius for mesh in external], np.float32)
        self._level(list(meshes.values()), external, here + len(theirs), finer_meshes)
        self._subdivide(list(meshes.values()), here + len(theirs) + len(levels_of_detail), len(external), subdivided)

    def mesh(self, number: int) -> Mesh:
        """The mesh of a number, which must not be that of an external mesh."""
        return self.meshes[number if number < self.first_external else number - int((self.owner >= 0).sum())]

    def _place(self, here: int, external: Sequence[ExternalMesh]) -> None:
        """Fill in `ranges`, and what is of ExternalMesh. here: number of the first external mesh; with their levels."""
        counts, heights = np.array([(m.triangles.size, len(m.positions)) for m in self.meshes]).T
        own = np.stack([counts, np.cumsum(counts) - counts, np.cumsum(heights) - heights], axis=1)
        theirs = np.array([(m.index_count, m.first_index, m.first_vertex) for m in external]).reshape(-1, 3)
        self.ranges = np.concatenate([own[:here], theirs, own[here:]]).astype(np.uint32)
        self.owner, self.double_sided = np.full(len(self.ranges), -1, np.int32), np.zeros(len(self.ranges), bool)
        self.cutoff, (self.mask, self.wrap) = np.zeros(len(self.ranges), np.float32), np.zeros((2, len(self.ranges)), np.uint32)
        for name in ("owner", "double_sided", "cutoff", "mask", "wrap"):
            getattr(self, name)[here : here + len(external)] = [getattr(mesh, name) for mesh in external]

    def _level(
        self, meshes: Sequence[Mesh], external: Sequence[ExternalMesh], coarse: int, finer: Sequence[Sequence[Mesh]]
    ) -> None:
        """Fill in `levels`, `errors`, `normal_errors` and `curvatures`.

        coarse: number of the first of the meshes' levels_of_detail. finer: of each of the meshes, finest last.
        """
        given = level = len(meshes) + len(external)  # the first external mesh's first level comes behind
        fine = coarse + sum(len(mesh.levels_of_detail) for mesh in meshes)  # and of the first one in more
        most = max((len(mesh.levels_of_detail) for mesh in meshes), default=0)
        most = max([most, *(len(mesh.levels) for mesh in external)])
        width = most + 1 + max(map(len, finer), default=0)
        self.levels = np.tile(np.arange(given)[:, None], width).astype(np.int32)
        self.errors, self.normal_errors = np.zeros((2, given, width), np.float32)
        self.curvatures = np.array([mesh.curvature for mesh in meshes] + [np.inf] * len(external), np.float32)
        for number, (mesh, more) in enumerate(zip(meshes, finer, strict=True)):
            less = mesh.levels_of_detail
            steps = [*range(coarse, coarse + len(less)), number, *range(fine, fine + len(more))]
            errors = [(each.silhouette_error, each.normal_error) for each in (*less, mesh, *more)]
            coarse, fine = coarse + len(less), fine + len(more)
            pad = (most - len(less), width - most - 1 - len(more))
            self.levels[number] = np.pad(steps, (pad,), "edge")
            self.errors[number], self.normal_errors[number] = np.pad(errors, (pad, (0, 0)), "edge").T
        for number, each in enumerate(external, len(meshes)):
            if each.levels:
                pad = (most - len(each.levels), 0)
                self.levels[number, : most + 1] = np.pad([*range(level, level + len(each.levels)), number], pad, "edge")
                self.errors[number, : most + 1] = np.pad([*(one.error for one in each.levels), 0.0], pad, "edge")
                level += len(each.levels)

    def _subdivide(
        self, meshes: Sequence[Mesh], number: int, external: int, subdivided: Mapping[str, Sequence[SubdividedMesh]]
    ) -> None:
        """Fill in `fine`, `fine_errors` and `fine_edges`. number: of the first subdivided mesh."""
        rows = [[(k, mesh.silhouette_error, 0.0)] for k, mesh in enumerate(meshes)]
        rows += [[(len(meshes) + k, 0.0, 0.0)] for k in range(external)]
        for name, several in subdivided.items():
            rows[self.numbers[name]] = [
                (number + k, each.mesh.silhouette_error, each.longest) for k, each in enumerate(several)
            ]
            number += len(several)
        most = max(map(len, rows), default=1)
        table = np.array([[row[0]] * (most - len(row)) + row for row in rows]).reshape(len(rows), most, 3)
        self.fine = table[..., 0].astype(np.int32)
        self.fine_errors, self.fine_edges = (table[..., k].astype(np.float32) for k in (1, 2))


def _screen() -> Mesh:
    """A triangle that covers the screen, in clip space: the last mesh of every atlas, with which the background is drawn."""
    triangle = np.array([[-1, -1, 0], [3, -1, 0], [-1, 3, 0]], np.float32)
    normals = np.tile(np.array([0, 0, 1], np.float32), (3, 1))
    return Mesh(triangle, normals, triangle[:, :2], np.array([[0, 1, 2]], np.uint32))
