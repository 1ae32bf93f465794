"""tetrahedron: the mesh of this solid."""

from functools import lru_cache

import numpy as np

from raster.geometry.mesh import Mesh
from raster.geometry.polyhedron import polyhedron


@lru_cache
def tetrahedron() -> Mesh:
    """Regular, edge sqrt(2), its corners four of the unit cube's, its centroid the origin.

    Rests on each of its 4 faces; none is horizontal, so to stand it must be turned until its first rest points down.
    """
    points = np.array([[0.5, 0.5, 0.5], [0.5, -0.5, -0.5], [-0.5, 0.5, -0.5], [-0.5, -0.5, 0.5]])
    return polyhedron(points, [(1, 3, 2), (0, 2, 3), (0, 3, 1), (0, 1, 2)])
