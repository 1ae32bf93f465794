"""torus: the mesh of this solid."""

from functools import lru_cache, partial

import numpy as np

from raster.errors import InputError
from raster.geometry.mesh import Mesh
from raster.geometry.revolve import band, circle
from raster.geometry.surface import ROUND, check_segments, join


@lru_cache
def torus(tube_ratio: float = 0.3, segments: int = 72, tube_segments: int = 40) -> Mesh:
    """Outer diameter 1, in the xy plane, around z; tube diameter tube_ratio. Rests on its lower or upper side.

    tube_ratio: above 0, below 0.5 (where the hole closes). segments: around z, 3 or more. tube_segments: around the
    tube, a multiple of 4, so that it reaches its top and bottom. Anything else: InputError. With 72 and 40 the outline
    of a torus 512 px wide is within 0.49 px of the true one; with 68 or 36 it is 0.51 px off or more.
    """
    if not isinstance(tube_ratio, int | float) or not 0 < tube_ratio < 0.5:
        raise InputError(f"torus.tube_ratio: {tube_ratio!r} is not possible; give a number above 0 and below 0.5")
    check_segments("torus.segments", segments)
    check_segments("torus.tube_segments", tube_segments, least=4, step=4)
    normals = circle(tube_segments)
    center = [0.5 - tube_ratio / 2, 0.0]
    profile = np.hstack([center + tube_ratio / 2 * normals, normals])
    error = 0.5 * (1 - np.cos(np.pi / segments)) + tube_ratio / 2 * (1 - np.cos(np.pi / tube_segments))
    steps = ((24, 12), (36, 20), (52, 28))
    levels_of_detail = tuple(torus(tube_ratio, n, m) for n, m in steps if n < segments and m < tube_segments)
    finer = (
        tuple(partial(torus, tube_ratio, *n) for n in ((104, 60), (144, 80))) if (segments, tube_segments) == (72, 40) else ()
    )
    rest_directions = [(0.0, 0.0, -1.0), (0.0, 0.0, 1.0)]
    return join(
        [band(profile, segments)], rest_directions, float(error), levels_of_detail, finer=finer, revolved=segments >= ROUND
    )
