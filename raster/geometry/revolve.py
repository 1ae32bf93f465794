"""circle, band, facets_around: surfaces of revolution about z, by a number of segments."""

import numpy as np

from raster.geometry.mesh import Mesh


def circle(segments: int) -> np.ndarray:
    """Points (segments + 1, 2) float64 of the unit circle, counter-clockwise from +x; the last equals the first."""
    angle = 2 * np.pi * (np.arange(segments + 1) % segments) / segments
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def band(profile: np.ndarray, segments: int) -> Mesh:
    """The piece that a profile (P, 4) of radius > 0, z, and its normal's radial and z parts sweeps around z.

    Outside lies to the right of the way from one row to the next. There is a seam at +x: each row's first vertex twice.
    u runs around with the length of the largest circle, v along the profile.
    """
    around, (rows, columns) = circle(segments), (len(profile), segments + 1)

    def swept(radial: np.ndarray, z: np.ndarray) -> np.ndarray:
        flat = radial[:, None, None] * around
        return np.concatenate([flat, np.broadcast_to(z[:, None, None], (rows, columns, 1))], axis=2).reshape(-1, 3)

    radius, z, normal_r, normal_z = profile.T
    along = np.cumsum(np.hypot(np.diff(radius, prepend=radius[0]), np.diff(z, prepend=z[0])))
    u, v = np.meshgrid(np.linspace(0, 2 * np.pi * radius.max(), columns), along)
    a = (np.arange(rows - 1)[:, None] * columns + np.arange(segments)).ravel()  # lower left corner of each quad
    triangles = np.stack([a, a + 1, a + columns + 1, a, a + columns + 1, a + columns], axis=1).reshape(-1, 3)
    return Mesh(swept(radius, z), swept(normal_r, normal_z), np.stack([u.ravel(), v.ravel()], axis=1), triangles)


def facets_around(segments: int) -> np.ndarray:
    """(segments, 3) unit normals of the flat strips that a band parallel to z consists of: it can lie on each."""
    angle = 2 * np.pi * (np.arange(segments) + 0.5) / segments
    return np.stack([np.cos(angle), np.sin(angle), np.zeros(segments)], axis=1)
