"""pyramid: the mesh of this solid."""

from functools import lru_cache

import numpy as np

from raster.geometry.mesh import Mesh
from raster.geometry.polyhedron import polyhedron


@lru_cache
def pyramid() -> Mesh:
    """Square base of side 1 at z = -0.5, apex at z = 0.5. Rests on each of its 5 faces, stands on the base."""
    points = np.array([[-0.5, -0.5, -0.5], [0.5, -0.5, -0.5], [0.5, 0.5, -0.5], [-0.5, 0.5, -0.5], [0.0, 0.0, 0.5]])
    return polyhedron(points, [(3, 2, 1, 0), (0, 1, 4), (1, 2, 4), (2, 3, 4), (3, 0, 4)])
