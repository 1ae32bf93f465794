"""polygon: a flat piece of surface. polyhedron: a flat-faced solid. prism: a polygon drawn out along z."""

from collections.abc import Sequence

import numpy as np

from raster.geometry.mesh import Mesh
from raster.geometry.surface import join
from raster.transforms import normalize


def polygon(corners: np.ndarray) -> Mesh:
    """The piece inside a convex flat polygon, corners (N, 3) counter-clockwise seen from outside.

    Texture v points up the face (towards +y on a horizontal one), u to the right seen from outside.
    """
    normal = normalize(np.cross(corners[1] - corners[0], corners[2] - corners[1]))
    up = np.array([0.0, 1.0, 0.0] if abs(normal[2]) > 0.99999 else [0.0, 0.0, 1.0])
    v = normalize(up - (up @ normal) * normal)
    u = np.cross(v, normal)
    second = np.arange(1, len(corners) - 1)
    fan = np.stack([np.zeros_like(second), second, second + 1], axis=1)
    return Mesh(corners, np.tile(normal, (len(corners), 1)), corners @ np.stack([u, v], axis=1), fan)


def polyhedron(points: np.ndarray, faces: Sequence[Sequence[int]]) -> Mesh:
    """The convex solid with points (P, 3) and faces of point numbers, counter-clockwise seen from outside.

    It can rest on every face; it stands on the first. Its keypoints are vertex0, vertex1, ... as in `points`.
    """
    pieces = [polygon(points[list(face)]) for face in faces]
    named = tuple((f"vertex{k}", (float(x), float(y), float(z))) for k, (x, y, z) in enumerate(points))
    return join(pieces, rest_directions=[piece.normals[0] for piece in pieces], keypoints=named)


def prism(section: np.ndarray) -> Mesh:
    """The prism of height 1 along z over a convex section (N, 2), counter-clockwise seen from above."""
    n = len(section)
    points = np.concatenate([np.column_stack([section, np.full(n, z)]) for z in (-0.5, 0.5)])
    sides = [(i, (i + 1) % n, n + (i + 1) % n, n + i) for i in range(n)]
    return polyhedron(points, [range(n)[::-1], range(n, 2 * n), *sides])
