"""dome: half a sphere of nearly equilateral triangles, without a seam and without slivers at its pole."""

import numpy as np

from raster.geometry.mesh import Mesh
from raster.geometry.revolve import circle


def dome(radius: float, segments: int, z: float, up: bool) -> Mesh:
    """The piece from its rim at height z to its pole at z + radius; `up` False: its mirror image in the xy plane.

    segments, a multiple of 6, counts the edges of its rim. Ring k of segments / 6 has 6 k vertices, as in a hexagonal
    grid. The texture is laid over the pole (azimuthal equidistant projection): true there, stretched by pi / 2 at
    the rim.
    """
    rings = segments // 6
    positions, uvs, triangles = [np.array([[0.0, 0.0, radius]])], [np.zeros((1, 2))], []
    for k in range(1, rings + 1):
        around, latitude = circle(6 * k)[:-1], np.pi / 2 * (1 - k / rings)
        height = np.full(6 * k, radius * np.sin(latitude))
        positions.append(np.column_stack([radius * np.cos(latitude) * around, height]))
        uvs.append(radius * (np.pi / 2 - latitude) * around)
        triangles.append(_strip(k))
    xyz, uv, abc = np.concatenate(positions), np.concatenate(uvs), np.concatenate(triangles)
    normals = xyz / radius
    xyz[:, 2] += z
    if up:
        return Mesh(xyz, normals, uv, abc)
    return Mesh(xyz * [1, 1, -1], normals * [1, 1, -1], uv * [-1, 1], abc[:, ::-1])


def _strip(k: int) -> np.ndarray:
    """Triangles (12 k - 6, 3) between rings k - 1 and k: in each sixth, k that point in and k - 1 that point out."""
    sixth, i = np.divmod(np.arange(6 * k), k)

    def outer(step: int) -> np.ndarray:
        return 1 + 3 * k * (k - 1) + (k * sixth + i + step) % (6 * k)

    def inner(step: int) -> np.ndarray:
        if k == 1:
            return np.zeros_like(i)  # ring 0 is the pole
        return 1 + 3 * (k - 1) * (k - 2) + ((k - 1) * sixth + i + step) % (6 * (k - 1))

    points_out = np.stack([inner(0), outer(1), inner(1)], axis=1)[i < k - 1]
    return np.concatenate([np.stack([outer(0), outer(1), inner(0)], axis=1), points_out])
