"""corner_normals: normals for meshes that have none, smooth where faces meet at a small angle, sharp at edges."""

import numpy as np

from raster.geometry.welding import groups

SHARPEST_COS = 0.70710678  # cosine of 45 degrees: faces that meet at a smaller angle are one smooth surface


def face_normals(corners: np.ndarray) -> np.ndarray:
    """(T, 3) float64 of triangles with corners (T, 3, 3): unit normals, 0 where there is no area."""
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return np.divide(normals, length, out=np.zeros_like(normals), where=length > 0)


def corner_normals(corners: np.ndarray, welded: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unit normals (T, 3, 3) of the corners of triangles (T, 3, 3), and numbers (T, 3) int64: equal numbers share a normal.

    welded (T, 3): numbers of the points at the corners. Corners at one point share a normal if their faces are connected
    across edges of less than 45 degrees; it is the mean of the normals of these faces, weighted with the angles of the
    corners. Source: Thürmer and Wüthrich, "Computing vertex normals from polygonal facets" (1998).
    """
    faces = face_normals(corners)
    one = _smooth(faces, welded)
    to_next = _unit(np.roll(corners, -1, axis=1) - corners)
    to_last = _unit(np.roll(corners, 1, axis=1) - corners)
    # Steps of 1/4096 radian: processors differ in the last bit of an arc cosine, and the normals must not.
    angle = np.floor(4096 * np.arccos(np.clip((to_next * to_last).sum(axis=2), -1, 1)) + 0.5)
    weighted = (angle[..., None] * faces[:, None, :]).reshape(-1, 3)
    sums = np.stack([np.bincount(one, weights=weighted[:, k]) for k in range(3)], axis=1)
    length = np.linalg.norm(sums, axis=1, keepdims=True)
    normals = np.where(length[one] > 1e-6, sums[one] / np.maximum(length[one], 1e-6), np.repeat(faces, 3, axis=0))
    return normals.reshape(-1, 3, 3), one.reshape(-1, 3).astype(np.int64)


def _smooth(faces: np.ndarray, welded: np.ndarray) -> np.ndarray:
    """(3 T,) int32: numbers of the groups of corners that share a normal, from unit face normals (T, 3) and points (T, 3)."""
    triangles = len(welded)
    corner = np.arange(3 * triangles).reshape(-1, 3)
    ahead = np.roll(corner, -1, axis=1)
    start, end = welded.ravel(), np.roll(welded, -1, axis=1).ravel()
    count = int(welded.max()) + 1
    edge = np.minimum(start, end) * count + np.maximum(start, end)
    order = np.argsort(edge, kind="stable")
    # Sides of triangles that are the same edge stand beside one another: each is compared with the next.
    here, there = order[:-1], order[1:]
    meets = edge[here] == edge[there]
    here, there = here[meets], there[meets]
    gentle = (faces[here // 3] * faces[there // 3]).sum(axis=1) >= SHARPEST_COS
    here, there = here[gentle], there[gentle]
    # The corners at the two ends of the edge, in the order of the first triangle.
    alike = start[here] == start[there]
    first = np.where(alike, corner.ravel()[there], ahead.ravel()[there])
    second = np.where(alike, ahead.ravel()[there], corner.ravel()[there])
    a = np.concatenate([corner.ravel()[here], ahead.ravel()[here]])
    return groups(3 * triangles, a, np.concatenate([first, second]))


def _unit(v: np.ndarray) -> np.ndarray:
    """v (..., 3) at unit length, 0 where it has none."""
    length = np.linalg.norm(v, axis=-1, keepdims=True)
    return np.divide(v, length, out=np.zeros_like(v), where=length > 0)
