"""hexagonal_prism: the mesh of this solid."""

from functools import lru_cache

from raster.geometry.mesh import Mesh
from raster.geometry.polyhedron import prism
from raster.geometry.revolve import circle


@lru_cache
def hexagonal_prism() -> Mesh:
    """Height 1 along z over a regular hexagon of circumradius 0.5, a corner towards +x. Rests on its 8 faces."""
    return prism(0.5 * circle(6)[:-1])
