"""triangular_prism: the mesh of this solid."""

from functools import lru_cache

from raster.geometry.mesh import Mesh
from raster.geometry.polyhedron import prism
from raster.geometry.revolve import circle


@lru_cache
def triangular_prism() -> Mesh:
    """Height 1 along z over an equilateral triangle of circumradius 0.5, a corner towards +x.

    The triangle's centroid is the origin, so the solid reaches from -0.25 to 0.5 in x. Rests on each of its 5 faces.
    """
    return prism(0.5 * circle(3)[:-1])
