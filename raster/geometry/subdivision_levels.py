"""subdivision_levels: the meshes that may be drawn for a deformed solid, from few triangles to many."""

import numpy as np

from raster.geometry.mesh import Mesh
from raster.geometry.mesh_atlas import SubdividedMesh
from raster.geometry.subdivide import MAX_EDGE, subdivide

STEPS = (4 * MAX_EDGE, 2 * MAX_EDGE, MAX_EDGE)


def subdivision_levels(mesh: Mesh, scale: np.ndarray) -> tuple[SubdividedMesh, ...]:
    """All levels of detail of a mesh, each subdivided more and less finely, fewest triangles first.

    scale (3,): factors of the axes, with which edges are measured. A mesh is left out if another one has no more triangles, no
    longer edges and no larger outline error.
    """
    found = [(subdivide(level, scale, step), step) for level in (*mesh.levels_of_detail, mesh) for step in STEPS]
    found.sort(key=lambda pair: (len(pair[0].triangles), pair[0].silhouette_error, pair[1]))
    kept: list[SubdividedMesh] = []
    for fine, step in found:
        alike = [k for k in kept if k.mesh.silhouette_error <= fine.silhouette_error and k.longest <= step]
        if not alike:
            kept.append(SubdividedMesh(fine, step))
    return tuple(kept)
