"""check_solid: refuses a solid that is not closed or is inside out, whose labels would have holes."""

import numpy as np

from raster.errors import InputError
from raster.geometry.mesh import Composite, Mesh

WELD = 1e-5  # vertices nearer to each other than about this, in object space, are one: seams of uvs and normals


def check_solid(solid: Mesh | Composite) -> None:
    """Check each mesh of a solid: closed, and counter-clockwise seen from outside. InputError says which is not so."""
    meshes = [part.mesh for part in solid.parts] if isinstance(solid, Composite) else [solid]
    for mesh in meshes:
        if mesh is not None:
            _check_mesh(mesh)


def _check_mesh(mesh: Mesh) -> None:
    corners = mesh.positions.astype(np.float64)[mesh.triangles]  # (T, 3, 3)
    if not np.isfinite(corners).all():
        raise InputError("a position is not a finite number")
    if not _balanced(_directed_edges(mesh)):
        raise InputError("the mesh is not closed: each edge must join two triangles, wound alike")
    volume = (corners[:, 0] * np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    if volume <= 0:
        raise InputError("the mesh is inside out: triangles must be counter-clockwise seen from outside; reverse each")


def _directed_edges(mesh: Mesh) -> np.ndarray:
    """(E, 2) int64: start and end of each side of each triangle, as numbers of welded vertices; without sides of no length."""
    _, welded = np.unique(np.round(mesh.positions.astype(np.float64) / WELD), axis=0, return_inverse=True)
    triangles = welded.reshape(-1)[mesh.triangles.astype(np.int64)]
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    return edges[edges[:, 0] != edges[:, 1]]


def _balanced(edges: np.ndarray) -> bool:
    """Whether each edge (E, 2) is passed as often in one direction as in the other."""
    size = int(edges.max(initial=0)) + 1
    return np.array_equal(np.sort(edges @ [size, 1]), np.sort(edges[:, ::-1] @ [size, 1]))
