"""cylinder: the solid, sharp or with its rims cut or rounded."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from raster.errors import InputError
from raster.geometry.mesh import Mesh
from raster.geometry.polyhedron import polygon
from raster.geometry.revolve import band, circle, facets_around
from raster.geometry.surface import DOWN, ENDS, ROUND, check_segments, circle_error, join, more_segments


@lru_cache
def cylinder(segments: int = 52, bevel: float = 0.0, edge_strips: int = 1) -> Mesh:
    """Diameter 1, height 1, axis z. Stands on its lower or upper end, lies on each strip of its side.

    segments: strips of the side, 3 or more, else InputError. With 52 the outline of a disc 512 px wide is within
    0.47 px of the circle: 256 px * (1 - cos(pi / segments)). 51 would do, but would fall short of the extent in y.
    bevel: the width, in object space, that is cut from ends and side along both rims, shaded round; 0 or more, below
    0.25, else InputError. edge_strips: flat strips across each rim, 1 to 8; more than 1 make it round.
    """
    check_segments("cylinder.segments", segments)
    if not isinstance(bevel, int | float) or not 0 <= bevel < 0.25:
        raise InputError(f"cylinder.bevel: {bevel!r} is not possible; give a number from 0 to below 0.25")
    if edge_strips not in range(1, 9):
        raise InputError(f"cylinder.edge_strips: {edge_strips!r} is not possible; give a whole number from 1 to 8")
    ring = (0.5 - bevel) * circle(segments)[:-1]
    bottom = polygon(np.column_stack([ring, np.full(segments, -0.5)])[::-1])
    top = polygon(np.column_stack([ring, np.full(segments, 0.5)]))
    rest_directions = [*DOWN, (0.0, 0.0, 1.0), *facets_around(segments)]
    levels_of_detail = tuple(cylinder(n, bevel, min(edge_strips, 2)) for n in (16, 28) if n < segments)
    if bevel and levels_of_detail:
        error = max(circle_error(16), bevel / 2**0.5)  # a sharp rim stands out, half a diagonal of the square cut off
        levels_of_detail = (replace(cylinder(16), silhouette_error=error), *levels_of_detail)
    error = circle_error(segments) + (bevel * (1 - np.cos(np.pi / 4 / edge_strips)) if edge_strips > 1 else 0.0)
    collision = "hull" if bevel else "cylinder"
    side = band(_profile(bevel, edge_strips), segments)
    finer = more_segments(cylinder, segments, (76, 104), bevel, edge_strips)
    revolved = segments >= ROUND
    return join(
        [side, bottom, top],
        rest_directions,
        float(error),
        levels_of_detail,
        collision,
        finer,
        revolved=revolved,
        keypoints=ENDS,
    )


def _profile(bevel: float, edge_strips: int) -> np.ndarray:
    """(P, 4): radius and height of the side with its rims, upwards, and both parts of the normal there."""
    inner, edge = 0.5 - bevel, 0.5 - bevel  # radius of the ends, half the height of the side
    if not bevel:
        return np.array([[0.5, -edge, 1.0, 0.0], [0.5, edge, 1.0, 0.0]])
    turn = np.pi / 2 * np.arange(edge_strips + 1)[:, None] / edge_strips
    out, up = np.sin(turn), np.cos(turn)
    out[0], up[-1] = 0.0, 0.0
    rim = np.hstack([inner + bevel * out, edge + bevel * up, out, up])  # the upper one, outwards
    return np.concatenate([rim * [1, -1, 1, -1], rim[::-1]])
