"""JoinedSurface, join: all parts of an imported mesh as one surface, whose parts stay together where they meet."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from raster.assets.meshes.imported_mesh import ImportedMesh
from raster.assets.meshes.node_placement import moved
from raster.geometry.welding import edge_numbers, groups, weld

TOUCH = 1e-6  # of the size of a mesh: points of two parts that are no farther apart are one
NORMAL_COS, UV, COLOR = 0.985, 1e-4, 2  # corners that differ by more (cosine, texture, of 255) make a seam
# Where longitude jumps triangles show a picture's whole width: so many times more on a length than most do, and so much of it.
TORN, JUMP = 8.0, 0.25


@dataclass(frozen=True)
class JoinedSurface:
    """T triangles, of what is there twice for both sides only the front. Its size is 1."""

    points: np.ndarray  # (P, 3) float64
    triangles: np.ndarray  # (T, 3) int32, of points
    vertices: np.ndarray  # (V,) VERTEX: what the corners look like; normals in the part's space
    rows: np.ndarray  # (T, 3) int32, of vertices
    part: np.ndarray  # (T,) int32
    chart: np.ndarray  # (T,) int32: pieces within which nothing is seen to jump
    both: np.ndarray  # (T,) bool: it is there from behind, too
    seams: np.ndarray  # (E, 2) int32, of points: edges between charts, and rims


def join(mesh: ImportedMesh) -> tuple[JoinedSurface | None, float]:
    """The surface of a mesh, and the size that it has in object space; None if the two sides of a sheet look different."""
    points, triangles, rows, part = [], [], [], []
    first = 0
    for number, each in enumerate(mesh.parts):
        held = slice(each.first_vertex, each.first_vertex + each.vertex_count)
        xyz = mesh.vertices["position"][held]
        own = mesh.indices[each.first_index : each.first_index + each.index_count].reshape(-1, 3).astype(np.int32)
        place = weld(xyz)
        _, where = np.unique(place, return_index=True)
        points.append(moved(xyz[where], each.object_from_part))
        triangles.append(place[own] + np.int32(first))
        rows.append(own + np.int32(each.first_vertex))
        part.append(np.full(len(own), number, np.int32))
        first += len(where)
    xyz, abc = np.concatenate(points), np.concatenate(triangles)
    if len(mesh.parts) > 1:
        xyz, abc = _touching(xyz, abc, float((xyz.max(axis=0) - xyz.min(axis=0)).max()))
    size = float((xyz.max(axis=0) - xyz.min(axis=0)).max())
    pictured = np.array([each.material.picture >= 0 for each in mesh.parts])
    return _one_sided(xyz / size, abc, mesh.vertices, np.concatenate(rows), np.concatenate(part), pictured), size


def _touching(points: np.ndarray, triangles: np.ndarray, size: float) -> tuple[np.ndarray, np.ndarray]:
    """Points and triangles in which points on the rims of parts are one where they touch."""
    start, end = triangles.ravel(), np.roll(triangles, -1, axis=1).ravel()
    _, edge, count = np.unique(edge_numbers(start, end), return_inverse=True, return_counts=True)
    rim = np.unique(np.concatenate([start[count[edge] == 1], end[count[edge] == 1]]))
    pairs = cKDTree(points[rim]).query_pairs(TOUCH * size, output_type="ndarray")
    number = groups(len(points), rim[pairs[:, 0]], rim[pairs[:, 1]])
    _, first = np.unique(number, return_index=True)
    return points[first], number[triangles].astype(np.int32)


def _one_sided(
    points: np.ndarray, triangles: np.ndarray, vertices: np.ndarray, rows: np.ndarray, part: np.ndarray, pictured: np.ndarray
) -> JoinedSurface | None:
    """The surface without the reversed copies of its triangles; None if one of these looks different from its front.

    pictured (parts,) bool: whether a part shows a picture.
    """
    turn = np.argmin(triangles, axis=1)
    order = (turn[:, None] + np.arange(3)) % 3
    triangles, rows = np.take_along_axis(triangles, order, axis=1), np.take_along_axis(rows, order, axis=1)
    reversed_ = triangles[:, 1] > triangles[:, 2]
    low, high = np.minimum(triangles[:, 1], triangles[:, 2]), np.maximum(triangles[:, 1], triangles[:, 2])
    by_place = np.lexsort((high, low, triangles[:, 0], part))  # stable, so that the front stands first
    keys = np.stack([part, triangles[:, 0], low, high])[:, by_place]
    fresh = np.concatenate([[True], (keys[:, 1:] != keys[:, :-1]).any(axis=0)])
    group = np.cumsum(fresh) - 1
    front = by_place[fresh][group]
    back = reversed_[by_place] != reversed_[front]
    both = np.bincount(group[back], minlength=group[-1] + 1) > 0
    if back.any():
        seen, behind = rows[front[back]], rows[by_place[back]][:, [0, 2, 1]]
        if not _alike(vertices, seen.ravel(), behind.ravel(), -1.0).all():
            return None
    kept = np.sort(by_place[fresh])
    is_both = np.zeros(len(triangles), bool)
    is_both[by_place[fresh]] = both
    triangles, rows, part = triangles[kept], rows[kept], part[kept]
    kind = 2 * part
    for number in np.flatnonzero(pictured):
        own = np.flatnonzero(part == number)
        kind[own] += _torn(points, triangles[own], vertices["uv"], rows[own])
    chart, seams = _charts(triangles, vertices, rows, kind)
    return JoinedSurface(points, triangles, vertices, rows, part, chart, is_both[kept], seams)


def _torn(points: np.ndarray, triangles: np.ndarray, uv: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """(T,) bool: whether triangles (T, 3) show far more of a picture than others of their size. uv (V, 2) of rows (T, 3)."""
    shown, widest = np.zeros((2, len(triangles)))
    for a, b in ((0, 1), (1, 2), (2, 0)):
        length = np.linalg.norm(points[triangles[:, a]] - points[triangles[:, b]], axis=1)
        width = np.linalg.norm(uv[rows[:, a]] - uv[rows[:, b]], axis=1)
        shown, widest = np.maximum(shown, width / np.maximum(length, 1e-9)), np.maximum(widest, width)
    return (shown > TORN * np.median(shown)) & (widest > JUMP)


def _charts(triangles: np.ndarray, vertices: np.ndarray, rows: np.ndarray, kind: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """JoinedSurface.chart (T,) and JoinedSurface.seams (E, 2). kind (T,): triangles of two kinds are of two charts."""
    start, end = triangles.ravel(), np.roll(triangles, -1, axis=1).ravel()
    edge = edge_numbers(start, end)
    order = np.argsort(edge, kind="stable").astype(np.int32)  # sides of triangles, those of an edge beside one another
    edge = edge[order]
    first = np.flatnonzero(np.concatenate([[True], edge[1:] != edge[:-1]])).astype(np.int32)
    del edge
    two = np.diff(first, append=len(order)) == 2
    here, there = order[first[two]], order[first[two] + 1]
    smooth = (start[here] == end[there]) & (kind[here // 3] == kind[there // 3])
    of_start, of_end = rows.ravel(), np.roll(rows, -1, axis=1).ravel()
    smooth &= _alike(vertices, of_start[here], of_end[there]) & _alike(vertices, of_end[here], of_start[there])
    chart = groups(len(triangles), here[smooth] // 3, there[smooth] // 3)
    is_seam = np.ones(len(first), bool)
    is_seam[np.flatnonzero(two)[smooth]] = False
    rims = order[first[is_seam]]
    return chart.astype(np.int32), np.stack([start[rims], end[rims]], axis=1)


def _alike(vertices: np.ndarray, a: np.ndarray, b: np.ndarray, side: float = 1.0) -> np.ndarray:
    """(N,) bool: whether vertices a (N,) and b (N,) look alike. side: 1, or -1 if their normals should be opposite."""
    alike = np.ones(len(a), bool)
    other = np.flatnonzero(a != b)
    one, two = vertices[a[other]], vertices[b[other]]
    cosine = side * (one["normal"] * two["normal"]).sum(axis=1)
    off = np.abs(one["uv"] - two["uv"]).max(axis=1), np.abs(one["color"].astype(int) - two["color"]).max(axis=1)
    alike[other] = (cosine > NORMAL_COS) & (off[0] < UV) & (off[1] <= COLOR)
    return alike
