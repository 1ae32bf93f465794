"""cone: the mesh of this solid."""

from functools import lru_cache

import numpy as np

from raster.geometry.mesh import Mesh
from raster.geometry.polyhedron import polygon
from raster.geometry.revolve import circle, facets_around
from raster.geometry.surface import DOWN, ENDS, ROUND, check_segments, circle_error, join, more_segments
from raster.transforms import normalize


@lru_cache
def cone(segments: int = 52) -> Mesh:
    """Base of diameter 1 at z = -0.5, apex at z = 0.5. Stands on its base, lies on each facet of its side.

    segments: facets of the side, 3 or more, else InputError; 52 as for the cylinder.
    """
    check_segments("cone.segments", segments)
    ring = 0.5 * circle(segments)[:-1]
    base = polygon(np.column_stack([ring, np.full(segments, -0.5)])[::-1])
    facets = facets_around(segments) + np.array([0.0, 0.0, 0.5 * np.cos(np.pi / segments)])  # apothem / height
    levels_of_detail = tuple(cone(n) for n in (16, 28) if n < segments)
    return join(
        [_side(segments), base],
        [*DOWN, *normalize(facets)],
        circle_error(segments),
        levels_of_detail,
        finer=more_segments(cone, segments, (416,)),
        normal_error=np.pi / segments,  # near the apex the normal is that of the facet's middle
        revolved=segments >= ROUND,
        keypoints=ENDS,
    )


def _side(segments: int) -> Mesh:
    """The side, unrolled into a sector for its texture: no distortion, one seam at +x. The apex once for each facet."""
    around, middle = circle(segments), facets_around(segments)
    positions = np.concatenate([np.insert(0.5 * around, 2, -0.5, axis=1), np.tile([0.0, 0.0, 0.5], (segments, 1))])
    normals = normalize(np.concatenate([np.insert(around, 2, 0.5, axis=1), middle + np.array([0.0, 0.0, 0.5])]))
    slant = np.hypot(0.5, 1.0)
    angle = np.linspace(0, 2 * np.pi * 0.5 / slant, segments + 1)
    uvs = np.concatenate([slant * np.stack([np.cos(angle), np.sin(angle)], axis=1), np.zeros((segments, 2))])
    first = np.arange(segments)
    return Mesh(positions, normals, uvs, np.stack([first, first + 1, first + segments + 1], axis=1))
