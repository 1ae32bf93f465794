"""divisions: the meshes that may stand for a solid whose shape is morphed, from few triangles to many."""

import numpy as np

from raster.geometry.mesh import Mesh
from raster.geometry.mesh_atlas import SubdividedMesh
from raster.geometry.subdivide import MAX_EDGE, subdivide

STEPS = (4 * MAX_EDGE, 2 * MAX_EDGE, MAX_EDGE)


def subdivision_levels(mesh: Mesh, scale: np.ndarray) -> tuple[SubdividedMesh, ...]:
    """Every level of a mesh, divided more and less finely, fewest triangles first; edges are measured once scaled (3,).

    Left out is what has as many triangles as another, and longer edges or a larger outline error.
    """
    found = [(subdivide(level, scale, step), step) for level in (*mesh.levels_of_detail, mesh) for step in STEPS]
    found.sort(key=lambda pair: (len(pair[0].triangles), pair[0].silhouette_error, pair[1]))
    kept: list[SubdividedMesh] = []
    for fine, step in found:
        alike = [k for k in kept if k.mesh.silhouette_error <= fine.silhouette_error and k.longest <= step]
        if not alike:
            kept.append(SubdividedMesh(fine, step))
    return tuple(kept)
