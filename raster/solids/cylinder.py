"""cylinder: the solid."""

from functools import lru_cache

import numpy as np

from raster.mesh import Mesh
from raster.solids.polyhedron import polygon
from raster.solids.revolve import band, circle, facets_around
from raster.solids.surface import DOWN, check_segments, circle_error, join


@lru_cache
def cylinder(segments: int = 52) -> Mesh:
    """Diameter 1, height 1, axis z. Stands on its lower or upper end, lies on each strip of its side.

    segments: strips of the side, 3 or more, else InputError. With 52 the outline of a disc 512 px wide is within
    0.47 px of the circle: 256 px * (1 - cos(pi / segments)). 51 would do, but would fall short of the extent in y.
    """
    check_segments("cylinder.segments", segments)
    ring = 0.5 * circle(segments)[:-1]
    side = band(np.array([[0.5, -0.5, 1.0, 0.0], [0.5, 0.5, 1.0, 0.0]]), segments)
    bottom = polygon(np.column_stack([ring, np.full(segments, -0.5)])[::-1])
    top = polygon(np.column_stack([ring, np.full(segments, 0.5)]))
    rests = [*DOWN, (0.0, 0.0, 1.0), *facets_around(segments)]
    coarser = tuple(cylinder(n) for n in (16, 28) if n < segments)
    return join([side, bottom, top], rests, circle_error(segments), coarser)
