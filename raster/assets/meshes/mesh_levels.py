"""with_levels: an imported mesh with itself in fewer and fewer triangles, and how far each of these is from it.

The error of a level is a length in object space. It is no less than the greatest distance of the two surfaces, part by part
and both ways: of all points of the whole mesh from the level, and of corners, middles of edges and middles of triangles of
the level from the whole mesh. An outline is off by no more. It is also large enough for what is seen within outlines: where
normals, colours or the place on a picture are off, they are so in triangles, or by a length, below a pixel where the outline
is off by a quarter.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from raster.assets.meshes.imported_mesh import VERTEX, ImportedMesh, MeshLevel
from raster.assets.meshes.joined_surface import JoinedSurface, join
from raster.assets.meshes.look_up import look_up
from raster.assets.meshes.reduce_surface import reduced
from raster.geometry.closest_points import ClosestPoints, greatest_distance
from raster.geometry.edge_collapse import EdgeCollapse
from raster.geometry.spatial_order import first_used, spatial_order

LEAST_TRIANGLES = 500  # of a mesh that gets levels
FEWEST_TRIANGLES = 40  # of a level
REFERENCE = 100_000  # triangles of the finest level of a larger mesh, with which the others are compared
SHARE = 0.65  # of the triangles of a level that the next one has
FINE = 50_000  # triangles of a level from which on the next one has only a quarter
LARGEST_ERROR = 0.05  # of the size of the mesh
SEAMED = 0.4  # share of seams among the edges of a mesh in which too few can be taken away

PIXEL = 4.0  # a level is drawn where its error is below a quarter of a pixel
NORMAL_COS, COLOR = 0.99, 12  # cosine and 1/255 by which a point may differ wherever it is
USUAL = 0.95  # share of the points that do not differ more
COMPARED = 5_000  # points that are looked at


def with_levels(mesh: ImportedMesh) -> ImportedMesh:
    """The mesh with levels of detail, coarsest first; without any where it is small, cut out, or nothing but seams."""
    if mesh.indices.size < 3 * LEAST_TRIANGLES or any(part.material.cutoff > 0 for part in mesh.parts):
        return mesh
    surface, size = join(mesh)
    if surface is None or len(surface.seams) > SEAMED * 1.5 * len(surface.triangles):
        return mesh
    vertices, indices, levels = [np.zeros(0, VERTEX)], [np.zeros(0, np.uint32)], []
    for level, error in reversed(list(_levels(surface, mesh))):
        first = sum(map(len, vertices)), sum(map(len, indices))
        rows, corners, ranges = _stored(level, size, mesh)
        vertices.append(rows)
        indices.append(corners)
        levels.append(MeshLevel(float(np.float32(size * error)), *first, len(rows), len(corners), ranges))
    return replace(mesh, levels=tuple(levels), level_vertices=np.concatenate(vertices), level_indices=np.concatenate(indices))


def _levels(whole: JoinedSurface, mesh: ImportedMesh) -> Iterator[tuple[JoinedSurface, float]]:
    """Levels, finest first, and their errors as a share of the size of the mesh."""
    pictured = np.array([part.material.picture >= 0 for part in mesh.parts])
    left = EdgeCollapse(whole.points, whole.triangles, whole.seams)
    reference, base, worst, target = whole, 0.0, 0.0, min(len(whole.triangles) // 2, REFERENCE)
    closest: tuple[ClosestPoints, ClosestPoints] | None = None  # of the reference, by parts and by charts
    while target >= FEWEST_TRIANGLES and left.reduce(target):
        closest = closest or _closest(reference)
        made = reduced(whole, left, reference, closest[1])
        distance = base + _distance(reference, closest[0], made)
        worst = max(worst, distance, _difference(reference, made, pictured) / PIXEL)
        if worst > LARGEST_ERROR:
            return
        yield made, worst
        if len(whole.triangles) > 2 * REFERENCE and reference is whole:
            reference, base, closest = made, distance, None
        target = int(SHARE * len(made.triangles)) if len(made.triangles) < FINE else len(made.triangles) // 4


def _closest(surface: JoinedSurface) -> tuple[ClosestPoints, ClosestPoints]:
    """The closest points of a surface by parts and by charts."""
    by_part = _by_part(surface)
    if surface.part.max() == surface.chart.max() == 0:
        return by_part, by_part
    return by_part, ClosestPoints(surface.points, surface.triangles, surface.chart)


def _by_part(surface: JoinedSurface) -> ClosestPoints:
    return ClosestPoints(surface.points, surface.triangles, surface.part)


def _distance(whole: JoinedSurface, closest: ClosestPoints, level: JoinedSurface) -> float:
    """The greatest distance of two surfaces from one another, part by part; closest: of the whole one."""
    points, parts = _corners(whole)
    there = greatest_distance(points, parts, _by_part(level))
    points, parts = _corners(level)
    corners = level.points[level.triangles]
    middles = [(corners[:, k] + corners[:, (k + 1) % 3]) / 2 for k in range(3)]
    points = np.concatenate([points, corners.mean(axis=1), *middles])
    return max(there, greatest_distance(points, np.concatenate([parts, *[level.part] * 4]), closest))


def _corners(surface: JoinedSurface) -> tuple[np.ndarray, np.ndarray]:
    """The points (N, 3) at the corners of each part, and the part (N,)."""
    keys = np.unique(surface.part[:, None].astype(np.int64) * len(surface.points) + surface.triangles)
    part, point = np.divmod(keys, len(surface.points))
    return surface.points[point], part


def _difference(whole: JoinedSurface, level: JoinedSurface, pictured: np.ndarray) -> float:
    """A length: most points look like the whole surface, or are off by less, or lie in triangles that are smaller.

    pictured (parts,) bool: whether a part shows a picture.
    """
    chosen = np.arange(0, len(whole.triangles), -(-len(whole.triangles) // COMPARED))
    seen = whole.vertices[whole.rows[chosen]]
    expected = np.zeros(len(chosen), VERTEX)
    expected["normal"], expected["uv"] = _unit(seen["normal"].mean(axis=1)), seen["uv"].mean(axis=1)
    expected["color"] = seen["color"].mean(axis=1)
    closest = ClosestPoints(level.points, level.triangles, level.chart)
    middles = whole.points[whole.triangles[chosen]].mean(axis=1)
    drawn, triangle = look_up(middles, whole.chart[chosen], expected, level, closest)
    lost, triangle = triangle < 0, np.maximum(triangle, 0)  # its chart is gone
    corners = level.points[level.triangles[triangle]]
    double = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    cosine = (expected["normal"] * drawn["normal"]).sum(axis=1)
    color = np.abs(expected["color"].astype(int) - drawn["color"])[:, :3].max(axis=1)
    off = np.where((cosine < NORMAL_COS) | (color > COLOR), np.sqrt(double), 0.0)
    uv = level.vertices["uv"][level.rows[triangle]].astype(np.float64)
    shift = _length_of(expected["uv"] - drawn["uv"], uv, corners)
    off = np.maximum(off, np.where(pictured[level.part[triangle]], shift, 0.0))
    return float(np.quantile(np.where(lost, np.inf, off), USUAL, method="higher"))


def _length_of(shift: np.ndarray, uv: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """The lengths (N,), 1 at most, on triangles (N, 3, 3) of shifts (N, 2) on pictures, their corners at uv (N, 3, 2)."""
    u, v = uv[:, 1] - uv[:, 0], uv[:, 2] - uv[:, 0]
    area = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    real = np.abs(area) > 1e-14
    along = np.stack([shift[:, 0] * v[:, 1] - shift[:, 1] * v[:, 0], u[:, 0] * shift[:, 1] - u[:, 1] * shift[:, 0]], axis=1)
    along = along / np.where(real, area, 1.0)[:, None]
    moved = along[:, :1] * (corners[:, 1] - corners[:, 0]) + along[:, 1:] * (corners[:, 2] - corners[:, 0])
    return np.where(real | (np.abs(shift) < 1e-6).all(axis=1), np.minimum(np.linalg.norm(moved, axis=1), 1.0), 1.0)


def _unit(v: np.ndarray) -> np.ndarray:
    """v (N, 3) at unit length, 0 where it has none."""
    return v / np.maximum(np.linalg.norm(v, axis=1, keepdims=True), 1e-12)


def _stored(
    level: JoinedSurface, size: float, mesh: ImportedMesh
) -> tuple[np.ndarray, np.ndarray, tuple[tuple[int, int, int, int], ...]]:
    """Vertices (V,) VERTEX and indices (I,) uint32 of a level, and the range of each part, as in MeshLevel."""
    vertices, indices, ranges = [], [], []
    first_vertex = first_index = 0
    for number, part in enumerate(mesh.parts):
        own = np.flatnonzero(level.part == number)
        own = own[spatial_order(level.points, level.triangles[own])]
        corner, triangles = first_used(level.rows[own], len(level.vertices))
        rows, point = level.vertices[corner], np.zeros(len(corner), np.int64)
        point[triangles] = level.triangles[own]
        back = np.linalg.inv(part.object_from_part.astype(np.float64))
        points = size * level.points[point]
        rows["position"] = sum(points[:, k, None] * back[:3, k] for k in range(3)) + back[:3, 3]
        behind, number_behind = np.unique(triangles[level.both[own]], return_inverse=True)
        turned = rows[behind]
        turned["normal"] *= -1
        vertices += [rows, turned]
        indices += [triangles.ravel(), len(rows) + number_behind.reshape(-1, 3)[:, ::-1].ravel()]
        count, corners = len(rows) + len(turned), indices[-2].size + indices[-1].size
        ranges.append((first_vertex, count, first_index, corners))
        first_vertex, first_index = first_vertex + count, first_index + corners
    return np.concatenate(vertices), np.concatenate(indices).astype(np.uint32), tuple(ranges)
