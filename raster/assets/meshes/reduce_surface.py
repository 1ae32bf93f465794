"""reduced: a surface in the triangles that an EdgeCollapse has left; how their corners look comes from the whole surface."""

from dataclasses import replace

import numpy as np

from raster.assets.meshes.joined_surface import JoinedSurface
from raster.assets.meshes.look_up import look_up
from raster.geometry.closest_points import ClosestPoints
from raster.geometry.edge_collapse import EdgeCollapse, edge_keys
from raster.geometry.welding import groups, neighbours


def reduced(first: JoinedSurface, left: EdgeCollapse, whole: JoinedSurface, closest: ClosestPoints) -> JoinedSurface:
    """What is left of a surface, the first one, whose edges have collapsed.

    whole: the surface with the same charts and parts in which corners are looked up; closest: of it, grouped by charts.
    """
    used, number = np.unique(left.triangles, return_inverse=True)
    place = np.full(len(left.points), -1)
    place[used] = np.arange(len(used))
    seams = place[left.seams]
    made = replace(
        first,
        points=left.points[used],
        triangles=number.reshape(-1, 3).astype(np.int32),
        rows=first.rows[left.kept],
        part=first.part[left.kept],
        chart=first.chart[left.kept],
        both=first.both[left.kept],
        seams=seams[(seams >= 0).all(axis=1)].astype(np.int32),
    )
    return _painted(made, whole, closest)


def _fans(surface: JoinedSurface) -> np.ndarray:
    """(3 T,) int32: for each corner of a triangle the number of its fan: the corners at its point that no seam divides."""
    start, end = surface.triangles.ravel(), np.roll(surface.triangles, -1, axis=1).ravel()
    keys = edge_keys(start, end, len(surface.points))
    here, there = neighbours(keys)
    plain = ~np.isin(keys[here], edge_keys(surface.seams[:, 0], surface.seams[:, 1], len(surface.points)))
    here, there = here[plain], there[plain]
    # The corners at the two ends of the edge, in the order of the first triangle.
    alike = start[here] == start[there]
    ahead = [np.where(corner % 3 == 2, corner - 2, corner + 1) for corner in (here, there)]
    first, second = np.where(alike, there, ahead[1]), np.where(alike, ahead[1], there)
    return groups(len(start), np.concatenate([here, ahead[0]]), np.concatenate([first, second]))


def _painted(reduced: JoinedSurface, whole: JoinedSurface, closest: ClosestPoints) -> JoinedSurface:
    """The surface with a vertex for each fan, which looks like the closest point of the whole one in the same chart.

    The two sides of a seam can be of one chart: then the vertices before, reduced.vertices, say which of them it is.
    """
    number = _fans(reduced)
    _, corner = np.unique(number, return_index=True)
    point, chart = reduced.triangles.ravel()[corner], np.repeat(reduced.chart, 3)[corner]
    vertices = look_up(reduced.points[point], chart, reduced.vertices[reduced.rows.ravel()[corner]], whole, closest)[0]
    return replace(reduced, vertices=vertices, rows=number.reshape(-1, 3).astype(np.int32))
