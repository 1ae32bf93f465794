"""subdivide: the same surface in smaller triangles, so that it can bend."""

from dataclasses import replace

import numpy as np

from raster.geometry.mesh import Mesh
from raster.transforms import normalize

# A cube's side in 16 parts, cut across: sqrt(2) / 16 = 0.0884. Bent by a radian over its height, the edge of such a part
# strays from the true curve by less than 0.001 of the cube's size.
MAX_EDGE = 0.09
# How a triangle is cut by which of its edges ab, bc, ca are halved: corners 0-2 are a, b, c, and 3-5 the middles of those.
# A sliver leaves a quad whose long sides are 01 and 23; halving it across, and not along, makes fewer and better triangles.
_CUTS: dict[tuple[int, ...], list[tuple[int, ...]]] = {
    (0, 0, 0): [(0, 1, 2)],
    (1, 0, 0): [(0, 3, 2), (3, 1, 2)],
    (0, 1, 0): [(1, 4, 0), (4, 2, 0)],
    (0, 0, 1): [(2, 5, 1), (5, 0, 1)],
    (1, 1, 0): [(3, 1, 4), (4, 2, 0, 3)],
    (0, 1, 1): [(4, 2, 5), (5, 0, 1, 4)],
    (1, 0, 1): [(5, 0, 3), (3, 1, 2, 5)],
    (1, 1, 1): [(0, 3, 5), (3, 1, 4), (5, 4, 2), (3, 4, 5)],
}
# The same for a quad: corners 0-3, and 4, 5 the middles of its long sides.
_QUAD_CUTS: dict[tuple[int, ...], list[tuple[int, ...]]] = {
    (0, 0): [(0, 1, 2, 3)],
    (1, 0): [(0, 4, 3), (4, 2, 3), (4, 1, 2)],
    (0, 1): [(0, 1, 5), (1, 2, 5), (5, 3, 0)],
    (1, 1): [(0, 4, 5, 3), (4, 1, 2, 5)],
}


def subdivide(mesh: Mesh, scale: tuple[float, ...] | np.ndarray = (1.0, 1.0, 1.0), longest: float = MAX_EDGE) -> Mesh:
    """The mesh with edges halved until none is longer than `longest` once scaled along x, y, z; itself if none was.

    An edge is cut by its length alone, at its middle: so both sides of a seam, which have normals or uvs of their own there,
    agree, and no gap opens. Normals and uvs are interpolated.
    """
    vertices = np.hstack([mesh.positions, mesh.normals, mesh.uvs])
    triangles, quads, cut = mesh.triangles.astype(np.int64), np.zeros((0, 4), np.int64), False
    while True:
        sides = np.concatenate([triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), quads.reshape(-1, 2)])
        edge = (vertices[sides[:, 0], :3] - vertices[sides[:, 1], :3]) * np.asarray(scale, np.float32)
        long = (edge * edge).sum(axis=-1) > np.float32(longest) ** 2
        if not long.any():
            break
        vertices, middles = _halved(vertices, sides, long)
        many = 3 * len(triangles)
        of_triangles = _pieces(triangles, middles[:many].reshape(-1, 3), _CUTS)
        of_quads = _pieces(quads, middles[many:].reshape(-1, 2), _QUAD_CUTS)
        triangles, quads = (np.concatenate(pair) for pair in zip(of_triangles, of_quads, strict=True))
        cut = True
    return _mesh(mesh, vertices, np.concatenate([triangles, quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3)])) if cut else mesh


def _halved(vertices: np.ndarray, sides: np.ndarray, long: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (V, 8) with the middles of the long ones (S,) bool of sides (S, 2) added, and their numbers (S,), else -1."""
    ends = np.sort(sides[long], axis=1)
    keys, number = np.unique(ends[:, 0] * len(vertices) + ends[:, 1], return_inverse=True)
    first, second = np.divmod(keys, len(vertices))
    middle = np.float32(0.5) * (vertices[first] + vertices[second]) + np.float32(0)  # -0.0 becomes 0.0, as in join
    middle[:, 3:6] = normalize(middle[:, 3:6])
    middles = np.full(len(sides), -1)
    middles[long] = len(vertices) + number.ravel()
    return np.concatenate([vertices, middle]), middles


def _pieces(faces: np.ndarray, middles: np.ndarray, cuts: dict) -> tuple[np.ndarray, np.ndarray]:
    """Triangles (T, 3) and quads (Q, 4) of faces (F, 3 or 4) whose sides have these middles, -1 where they are not cut."""
    corners, made = np.hstack([faces, middles]), {3: [np.zeros((0, 3), np.int64)], 4: [np.zeros((0, 4), np.int64)]}
    for which, parts in cuts.items():
        chosen = corners[((middles >= 0) == np.array(which, bool)).all(axis=1)]
        for part in parts:
            made[len(part)].append(chosen[:, list(part)])
    return np.concatenate(made[3]), np.concatenate(made[4])


def _mesh(mesh: Mesh, vertices: np.ndarray, triangles: np.ndarray) -> Mesh:
    """The mesh with other vertices (V, 8) and triangles (T, 3), read-only."""
    arrays = [vertices[:, :3].copy(), vertices[:, 3:6].copy(), vertices[:, 6:].copy(), triangles.astype(np.uint32)]
    for array in arrays:
        array.setflags(write=False)
    positions, normals, uvs, indices = arrays
    return replace(mesh, positions=positions, normals=normals, uvs=uvs, triangles=indices, levels_of_detail=())
