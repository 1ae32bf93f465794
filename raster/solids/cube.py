"""cube: the solid, sharp or with its edges cut or rounded."""

from dataclasses import replace
from functools import lru_cache
from itertools import combinations, product

import numpy as np

from raster.errors import InputError
from raster.geometry.mesh import Mesh
from raster.geometry.polyhedron import prism
from raster.geometry.rounded_box import rounded_box
from raster.geometry.surface import join

EDGE_STRIPS = (1, 2, 4, 6, 8)


@lru_cache
def cube(bevel: float = 0.0, edge_strips: int = 1) -> Mesh:
    """Side 1, edges along the axes; every face carries the whole texture. Rests on each of its 6 faces.

    bevel: the width, in object space, that is cut from each face along its edges; 0 or more, below 0.25, else
    InputError. A cut edge is shaded round: its normals are those of the faces at its sides.
    edge_strips: flat strips across each edge: 1, or 2, 4, 6, 8, which make it round; else InputError.
    """
    if not isinstance(bevel, int | float) or not 0 <= bevel < 0.25:
        raise InputError(f"cube.bevel: {bevel!r} is not possible; give a number from 0 to below 0.25")
    if edge_strips not in EDGE_STRIPS:
        raise InputError(f"cube.edge_strips: {edge_strips!r} is not possible; give one of {', '.join(map(str, EDGE_STRIPS))}")
    if not bevel:
        return _sharp()
    return _bevelled(bevel) if edge_strips == 1 else _rounded(bevel, edge_strips)


@lru_cache
def _sharp() -> Mesh:
    square = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    return replace(prism(square), collision="box", keypoints=())  # its corners are those of its box


def _rounded(radius: float, edge_strips: int) -> Mesh:
    """Edges and corners of this radius. The sharp cube's corners stand out by (sqrt(3) - 1) radius, seen from their sides."""
    coarser = [replace(_sharp(), silhouette_error=(3**0.5 - 1) * radius)]
    coarser += [cube(radius, strips) for strips in EDGE_STRIPS[1:] if strips < edge_strips]
    error = 2 * radius * (1 - np.cos(np.pi / 4 / edge_strips))  # twice that of an edge: corners are cut across
    whole = rounded_box(radius, edge_strips // 2)
    return join([whole], _sharp().rest_directions, float(error), tuple(replace(mesh, levels_of_detail=()) for mesh in coarser))


def _bevelled(bevel: float) -> Mesh:
    """The convex hull of the 24 points that permute (±0.5, ±(0.5 - bevel), ±(0.5 - bevel)).

    Each point is on one face and has its normal. The texture is the sharp cube's, projected along the normal of the
    face, for strips and corners of the first face that they touch: so it stays where it is, whatever the bevel.
    """
    normals = _sharp().normals[::4].astype(np.float64)  # (6, 3), the faces in the order of prism, 4 vertices each
    corners, uvs = _sharp().positions.reshape(6, 4, 3), _sharp().uvs.reshape(6, 4, 2)
    axes = corners.transpose(0, 2, 1).astype(np.float64) @ (uvs - 0.5)  # (6, 3, 2): the directions of u and v
    xyz, n, uv, abc, count = [], [], [], [], 0
    for faces, octants in _pieces(normals):
        points = octants * (0.5 - bevel) + normals[faces] * bevel
        xyz.append(points)
        n.append(normals[faces])
        uv.append(points @ axes[faces[0]])
        second = count + np.arange(1, len(points) - 1)
        abc.append(np.stack([np.full_like(second, count), second, second + 1], axis=1))
        count += len(points)
    whole = Mesh(np.concatenate(xyz), np.concatenate(n), np.concatenate(uv), np.concatenate(abc))
    # The sharp cube's corners stand out farthest: 2 bevel / sqrt(3) above the middle of the triangle that is left there.
    levels_of_detail = (replace(_sharp(), silhouette_error=2 * bevel / 3**0.5),)
    return join([whole], rest_directions=normals, levels_of_detail=levels_of_detail)


def _pieces(normals: np.ndarray) -> list[tuple[list[int], np.ndarray]]:
    """6 faces, 12 strips, 8 triangles, counter-clockwise: for each point the number of its face, and its octant (P, 3)."""
    octants = np.sign(_sharp().positions.astype(np.float64)).reshape(6, 4, 3)
    pieces = [([face] * 4, octants[face]) for face in range(6)]
    for a, b in combinations(range(6), 2):
        if not normals[a] @ normals[b]:
            along, across = np.cross(normals[a], normals[b]), normals[a] + normals[b]
            pieces.append(([a, a, b, b], across + np.outer([1, -1, -1, 1], along)))
    for octant in product((-1.0, 1.0), repeat=3):
        x, y, z = (int(np.argmax(normals @ (np.eye(3)[i] * octant))) for i in range(3))
        faces = [x, y, z] if np.prod(octant) > 0 else [z, y, x]
        pieces.append((faces, np.tile(octant, (3, 1))))
    return pieces
