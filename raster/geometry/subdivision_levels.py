"""divisions: the meshes that may stand for a solid whose shape is morphed, from few triangles to many."""

import numpy as np

from raster.geometry.mesh import Mesh
from raster.geometry.mesh_atlas import Divided
from raster.geometry.subdivide import LONGEST, subdivide

STEPS = (4 * LONGEST, 2 * LONGEST, LONGEST)


def divisions(mesh: Mesh, scale: np.ndarray) -> tuple[Divided, ...]:
    """Every level of a mesh, divided more and less finely, fewest triangles first; edges are measured once scaled (3,).

    Left out is what has as many triangles as another, and longer edges or a larger outline error.
    """
    found = [(subdivide(level, scale, step), step) for level in (*mesh.coarser, mesh) for step in STEPS]
    found.sort(key=lambda pair: (len(pair[0].triangles), pair[0].outline_error, pair[1]))
    kept: list[Divided] = []
    for fine, step in found:
        alike = [k for k in kept if k.mesh.outline_error <= fine.outline_error and k.longest <= step]
        if not alike:
            kept.append(Divided(fine, step))
    return tuple(kept)
