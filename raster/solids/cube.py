"""cube: the solid."""

from functools import lru_cache

import numpy as np

from raster.mesh import Mesh
from raster.solids.polyhedron import prism


@lru_cache
def cube() -> Mesh:
    """Side 1, edges along the axes; every face carries the whole texture. Rests on each of its 6 faces."""
    return prism(np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]))
