"""corner_normals: normals for meshes that have none, smooth where faces meet at a small angle, sharp at edges."""

import numpy as np

from raster.geometry.welding import STEP, edge_numbers, groups, neighbours

SHARPEST_COS = 0.70710678  # cosine of 45 degrees: faces that meet at a smaller angle are one smooth surface


def face_normals(positions: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """(T, 3) float64 of triangles (T, 3) of positions (V, 3): unit normals, 0 where there is no area."""
    normals = np.empty((len(triangles), 3))
    for k in range(0, len(triangles), STEP):
        corners = positions[triangles[k : k + STEP]]
        normals[k : k + STEP] = _unit(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))
    return normals


def corner_normals(positions: np.ndarray, triangles: np.ndarray, welded: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unit normals (G, 3) and for each corner of triangles (T, 3) of positions (V, 3) its normal: numbers (T, 3) int32.

    welded (T, 3): numbers of the points at the corners. Corners at one point share a normal if their faces are connected
    across edges of less than 45 degrees; it is the mean of the normals of these faces, weighted with the angles of the
    corners. Source: Thürmer and Wüthrich, "Computing vertex normals from polygonal facets" (1998).
    """
    faces = face_normals(positions, triangles)
    one = _smooth(faces, welded)
    angle = _angles(positions, triangles)
    sums = np.stack([np.bincount(one, weights=(angle * faces[:, k, None]).ravel()) for k in range(3)], axis=1)
    length = np.linalg.norm(sums, axis=1, keepdims=True)
    # Where the faces around a point cancel out, the normal is that of one of them.
    any_face = np.zeros(len(sums), np.int64)
    any_face[one] = np.arange(len(one)) // 3
    normals = np.where(length > 1e-6, sums / np.maximum(length, 1e-6), faces[any_face])
    return normals, one.reshape(-1, 3)


def _angles(positions: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """(T, 3) float64: the angles at the corners of triangles (T, 3) of positions (V, 3), in steps of 1/4096 radian.

    Processors differ in the last bit of an arc cosine, and the normals must not.
    """
    angles = np.empty(triangles.shape)
    for k in range(0, len(triangles), STEP):
        corners = positions[triangles[k : k + STEP]]
        to_next = _unit(np.roll(corners, -1, axis=1) - corners)
        to_last = _unit(np.roll(corners, 1, axis=1) - corners)
        angles[k : k + STEP] = np.floor(4096 * np.arccos(np.clip((to_next * to_last).sum(axis=2), -1, 1)) + 0.5)
    return angles


def _smooth(faces: np.ndarray, welded: np.ndarray) -> np.ndarray:
    """(3 T,) int32: numbers of the groups of corners that share a normal, from unit face normals (T, 3) and points (T, 3)."""
    start, end = welded.ravel(), np.roll(welded, -1, axis=1).ravel()
    # Sides of triangles that are the same edge stand beside one another: each is compared with the next.
    here, there = neighbours(edge_numbers(start, end))
    gentle = (faces[here // 3] * faces[there // 3]).sum(axis=1) >= SHARPEST_COS
    here, there = here[gentle], there[gentle]
    # The corners at the two ends of the edge, in the order of the first triangle.
    alike = start[here] == start[there]
    del start, end
    first = np.where(alike, there, _ahead(there))
    second = np.where(alike, _ahead(there), there)
    return groups(3 * len(welded), np.concatenate([here, _ahead(here)]), np.concatenate([first, second]))


def _ahead(corner: np.ndarray) -> np.ndarray:
    """The number of the next corner of the same triangle; triangle t has corners 3 t, 3 t + 1 and 3 t + 2."""
    return np.where(corner % 3 == 2, corner - 2, corner + 1)


def _unit(v: np.ndarray) -> np.ndarray:
    """v (..., 3) at unit length, 0 where it has none."""
    length = np.linalg.norm(v, axis=-1, keepdims=True)
    return np.divide(v, length, out=np.zeros_like(v), where=length > 0)
