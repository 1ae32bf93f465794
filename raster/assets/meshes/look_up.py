"""look_up: what the points of a surface look like that are closest to given ones."""

import numpy as np

from raster.assets.meshes.imported_mesh import VERTEX
from raster.assets.meshes.joined_surface import JoinedSurface
from raster.geometry.closest_points import ClosestPoints

STEP = 1 << 14  # points that are looked at together, for the sake of memory
TRIED = 8  # triangles about each point
FARTHER, SPARE = 1.5, 1e-4  # a point that looks more alike may be so many times farther, and by so much of the size
NORMAL, COLOR = 0.3, 0.002  # what differences of normals and of 1/255 in colours count for, that of texture coordinates 1


def look_up(
    at: np.ndarray, chart: np.ndarray, expected: np.ndarray, surface: JoinedSurface, closest: ClosestPoints
) -> tuple[np.ndarray, np.ndarray]:
    """(N,) VERTEX, their positions 0, and (N,) int64: what the surface looks like closest to points (N, 3), and the triangle.

    chart (N,): in which it is looked for; where there is none the triangle is -1. expected (N,) VERTEX: of points about as
    close, as on both sides of a seam, that which looks more like this. closest: of the surface, grouped by charts.
    """
    if len(at) > STEP:
        parts = [slice(k, k + STEP) for k in range(0, len(at), STEP)]
        each = [look_up(at[some], chart[some], expected[some], surface, closest) for some in parts]
        return np.concatenate([seen for seen, _ in each]), np.concatenate([triangles for _, triangles in each])
    distance, triangle, weights = closest.candidates(at, chart, TRIED)
    corners = surface.vertices[surface.rows[np.maximum(triangle, 0)]]
    weights = weights[..., None]
    normal, uv, color = ((weights * corners[name]).sum(axis=2) for name in ("normal", "uv", "color"))
    other = np.linalg.norm(uv - expected["uv"][:, None], axis=2)
    other += NORMAL * np.linalg.norm(normal - expected["normal"][:, None], axis=2)
    other += COLOR * np.linalg.norm(color - expected["color"][:, None], axis=2)
    close = distance <= FARTHER * distance.min(axis=1, keepdims=True) + SPARE
    best = np.arange(len(at)), np.argmin(np.where(close, other, np.inf), axis=1)
    found = np.zeros(len(at), VERTEX)
    length = np.linalg.norm(normal[best], axis=1, keepdims=True)
    found["normal"] = np.where(length > 1e-3, normal[best] / np.maximum(length, 1e-3), corners["normal"][best][:, 0])
    found["uv"], found["color"] = uv[best], np.floor(color[best] + 0.5).astype(np.uint8)
    return found, triangle[best]
