"""cylinder: the solid, sharp or with its rims cut."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from raster.errors import InputError
from raster.geometry.mesh import Mesh
from raster.geometry.polyhedron import polygon
from raster.geometry.revolve import band, circle, facets_around
from raster.geometry.surface import DOWN, check_segments, circle_error, join


@lru_cache
def cylinder(segments: int = 52, bevel: float = 0.0) -> Mesh:
    """Diameter 1, height 1, axis z. Stands on its lower or upper end, lies on each strip of its side.

    segments: strips of the side, 3 or more, else InputError. With 52 the outline of a disc 512 px wide is within
    0.47 px of the circle: 256 px * (1 - cos(pi / segments)). 51 would do, but would fall short of the extent in y.
    bevel: the width, in object space, that is cut from ends and side along both rims, shaded round; 0 or more, below
    0.25, else InputError.
    """
    check_segments("cylinder.segments", segments)
    if not isinstance(bevel, int | float) or not 0 <= bevel < 0.25:
        raise InputError(f"cylinder.bevel: {bevel!r} is not possible; give a number from 0 to below 0.25")
    inner, edge = 0.5 - bevel, 0.5 - bevel  # radius of the ends, half the height of the side
    profile = [[0.5, -edge, 1.0, 0.0], [0.5, edge, 1.0, 0.0]]
    if bevel:
        profile = [[inner, -0.5, 0.0, -1.0], *profile, [inner, 0.5, 0.0, 1.0]]
    ring = inner * circle(segments)[:-1]
    bottom = polygon(np.column_stack([ring, np.full(segments, -0.5)])[::-1])
    top = polygon(np.column_stack([ring, np.full(segments, 0.5)]))
    rest_directions = [*DOWN, (0.0, 0.0, 1.0), *facets_around(segments)]
    levels_of_detail = tuple(cylinder(n, bevel) for n in (16, 28) if n < segments)
    if bevel and levels_of_detail:
        error = max(circle_error(16), bevel / 2**0.5)  # a sharp rim stands out, half a diagonal of the square cut off
        levels_of_detail = (replace(cylinder(16), silhouette_error=error), *levels_of_detail)
    collision = "hull" if bevel else "cylinder"
    return join(
        [band(np.array(profile), segments), bottom, top], rest_directions, circle_error(segments), levels_of_detail, collision
    )
