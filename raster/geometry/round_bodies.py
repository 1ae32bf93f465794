"""wrapped_grid, tube, lathe, superquadric: smooth closed pieces, each a grid of points that is wrapped around a body."""

import numpy as np
from numpy.typing import ArrayLike

from raster.geometry.deformations import smooth_noise
from raster.geometry.mesh import Mesh
from raster.geometry.revolve import circle
from raster.transforms import normalize

# The ring of a tube's round end, and its pole: how far beyond the end, and the ring's radius, as parts of the radius there.
_RING, _POLE = (0.6, 0.72), 0.95


def wrapped_grid(points: np.ndarray) -> Mesh:
    """The closed piece through points (R, C + 1, 3): rows from one pole to the other, columns counter-clockwise about that way.

    The first and the last column are the same points, and so are all points of the first row, and all of the last. Normals are
    those of the faces around a point, weighted by their areas.
    """
    rows, columns = len(points), points.shape[1] - 1
    a = (np.arange(rows - 1)[:, None] * (columns + 1) + np.arange(columns)).ravel()  # lower left corner of each quad
    up = a + columns + 1
    below = np.stack([a, a + 1, up + 1], axis=1)[columns:]  # a triangle at a pole has one of the two only
    above = np.stack([a, up + 1, up], axis=1)[: len(a) - columns]
    triangles = np.concatenate([below, above])
    # One number for each point: the seam's columns and the poles' rows are one point each.
    number = np.arange(rows * (columns + 1)).reshape(rows, columns + 1)
    number[:, -1] = number[:, 0]
    number[0], number[-1] = number[0, 0], number[-1, 0]
    flat = points.reshape(-1, 3)
    corners = flat[triangles]
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    one = number.reshape(-1)[triangles].ravel()
    sums = [np.bincount(one, weights=np.repeat(faces[:, k], 3), minlength=number.size) for k in range(3)]
    normals = np.stack(sums, axis=1)[number.reshape(-1)]
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.where(length > 1e-12, normals / np.maximum(length, 1e-12), [0.0, 0.0, 1.0])
    around = np.linalg.norm(np.diff(points, axis=1), axis=2).sum(axis=1).max()
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=2).max(axis=1))])
    u, v = np.meshgrid(np.linspace(0, around, columns + 1), along)
    return Mesh(flat, normals, np.stack([u.ravel(), v.ravel()], axis=1), triangles)


def tube(path: np.ndarray, radius: ArrayLike, segments: int = 6, flat: float = 1.0, side: tuple = (0, 0, 1)) -> Mesh:
    """A tube with round ends along path (P, 3), of radius (P,) or one number, and flat times as thick along side (3,).

    side must nowhere be parallel to the path. Its ends reach beyond the path by 0.95 radii.
    """
    thick = np.broadcast_to(np.asarray(radius, np.float64), len(path))
    tangent = normalize(np.gradient(np.asarray(path, np.float64), axis=0))
    ends = ((0, -1), (-1, 1))
    first, last = ((path[k] + way * _RING[0] * thick[k] * tangent[k], _RING[1] * thick[k], tangent[k]) for k, way in ends)
    rows = [first, *zip(path, thick, tangent, strict=True), last]
    centre, r, t = (np.array([row[k] for row in rows], np.float64) for k in range(3))
    n = normalize(np.asarray(side, np.float64) - (t @ np.asarray(side, np.float64))[:, None] * t)
    b, around = np.cross(t, n), circle(segments)
    ring = flat * around[None, :, :1] * n[:, None] + around[None, :, 1:] * b[:, None]
    points = centre[:, None] + r[:, None, None] * ring
    tips = (path[k] + way * _POLE * thick[k] * tangent[k] for k, way in ends)
    poles = [np.broadcast_to(tip, (1, segments + 1, 3)) for tip in tips]
    return wrapped_grid(np.concatenate([poles[0], points, poles[1]]))


def lathe(profile: np.ndarray, segments: int = 10) -> Mesh:
    """The body that a profile (P, 2) of radius and z sweeps around z, outside to its right; it begins and ends at radius 0."""
    around = circle(segments)
    flat = profile[:, None, :1] * around
    return wrapped_grid(np.concatenate([flat, np.broadcast_to(profile[:, None, 1:], (*flat.shape[:2], 1))], axis=2))


def superquadric(
    size: np.ndarray, exponents: tuple[float, float], segments: int = 12, rings: int = 7, dent: float = 0.0, seed: float = 0.0
) -> Mesh:
    """A superquadric with sides size (3,): exponents (up and down, around) of 1 give an ellipsoid, of 0.2 nearly a box.

    dent: how far its points are moved, as a part of its size. Source: Barr, "Superquadrics and angle-preserving
    transformations" (1981).
    """
    latitude = np.linspace(-np.pi / 2, np.pi / 2, rings + 2)
    c, s = np.maximum(np.cos(latitude), 0.0) ** exponents[0], np.sign(latitude) * np.abs(np.sin(latitude)) ** exponents[0]
    c[[0, -1]] = 0.0
    around = circle(segments)
    wide = np.sign(around) * np.abs(around) ** exponents[1]
    points = np.concatenate([c[:, None, None] * wide, np.broadcast_to(s[:, None, None], (len(s), segments + 1, 1))], axis=2) / 2
    if dent:
        points = points + dent * smooth_noise(2.2 * points + seed)
    return wrapped_grid(points * size)
