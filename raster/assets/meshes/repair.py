"""repair: the primitives of a mesh with outward triangles and normals; open surfaces become double-sided."""

from dataclasses import dataclass, replace

import numpy as np

from raster.assets.meshes.imported_mesh import PbrMaterial
from raster.assets.meshes.parsed_file import Primitive
from raster.geometry.vertex_normals import corner_normals, face_normals
from raster.geometry.welding import Shells, shells, weld


@dataclass(frozen=True)
class Piece:
    """A surface that can be drawn; its triangles are counter-clockwise seen from outside."""

    name: str
    positions: np.ndarray  # (V, 3) float64
    normals: np.ndarray  # (V, 3) float64 unit
    uvs: np.ndarray  # (V, 2) float64
    colors: np.ndarray  # (V, 4) uint8
    triangles: np.ndarray  # (T, 3) int32
    material: PbrMaterial
    double_sided: bool


def repair(surfaces: tuple[Primitive, ...]) -> tuple[Piece, ...]:
    """A piece for each surface that has an area. Indices must be in range and positions finite.

    Each connected shell is closed or open, over all surfaces: a box of two materials is one closed shell. A closed shell of
    negative volume has its triangles reversed. A shell that is open, or whose triangles disagree in direction, gets all its
    triangles a second time, reversed, with vertices of their own and negated normals.
    """
    starts = np.cumsum([0] + [len(s.positions) for s in surfaces])
    positions = np.concatenate([s.positions for s in surfaces])
    triangles = np.concatenate(
        [s.triangles.astype(np.int32) + np.int32(start) for s, start in zip(surfaces, starts, strict=False)]
    )
    owner = np.repeat(np.arange(len(surfaces), dtype=np.int32), [len(s.triangles) for s in surfaces])
    numbers = weld(positions)
    real = (numbers[triangles] != np.roll(numbers[triangles], 1, axis=1)).all(axis=1)
    triangles, owner = triangles[real], owner[real]
    if not len(triangles):
        return ()
    found = shells(positions, triangles, numbers[triangles])
    inverted = (found.closed & (found.volume < 0))[found.of_triangle]
    triangles[inverted] = triangles[inverted][:, ::-1]
    real = face_normals(positions, triangles).any(axis=1)
    triangles, owner, of_triangle = triangles[real], owner[real], found.of_triangle[real]
    if not len(triangles):
        return ()
    found = Shells(of_triangle, found.closed, found.volume)
    computed, one = corner_normals(positions, triangles, numbers[triangles])
    del positions, real, inverted
    pieces = []
    bounds = np.searchsorted(owner, np.arange(len(surfaces) + 1))  # the triangles still stand in the order of the surfaces
    for number, surface in enumerate(surfaces):
        of = slice(bounds[number], bounds[number + 1])
        if of.start < of.stop:
            own = triangles[of] - np.int32(starts[number])
            piece = _piece(surface, own, numbers[starts[number] : starts[number + 1]], computed, one[of])
            # Through the holes of a cut-out surface its inside is seen.
            pieces.append(_both_sided(piece, ~found.closed[of_triangle[of]] | (surface.material.cutoff > 0)))
    return tuple(pieces)


def _piece(surface: Primitive, triangles: np.ndarray, welded: np.ndarray, computed: np.ndarray, one: np.ndarray) -> Piece:
    """Triangles (T, 3) of a surface as a piece, with the normals of its file or the computed ones.

    welded (V,): number of the point of each vertex; computed (G, 3) and one (T, 3) as corner_normals gives them.
    """
    corner = triangles.ravel()
    normals = _given(surface, triangles)
    if normals is not None:
        key = corner
    else:
        # Corners at one point that do not differ become one vertex.
        alike = surface.uvs is None and surface.colors is None
        key = (welded[corner] if alike else corner).astype(np.int64) * (int(one.max()) + 1) + one.ravel()
    first, number = _numbered(key)
    del key
    kept = corner[first]
    return Piece(
        surface.name,
        surface.positions[kept],
        computed[one.ravel()[first]] if normals is None else normals[kept],
        np.zeros((len(kept), 2)) if surface.uvs is None else np.asarray(surface.uvs, np.float64)[kept],
        np.full((len(kept), 4), 255, np.uint8) if surface.colors is None else surface.colors[kept],
        number.reshape(-1, 3),
        replace(surface.material, picture=-1) if surface.uvs is None else surface.material,  # a picture needs coordinates
        False,
    )


def _numbered(key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each of the different numbers in key (N,) is first, in their order, and (N,) int32: which of them each is.

    As np.unique(), in half the memory.
    """
    order = np.argsort(key, kind="stable").astype(np.int32)
    fresh, ordered = np.ones(len(key), bool), key[order]
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    del ordered
    number = np.empty(len(key), np.int32)
    number[order] = np.cumsum(fresh, dtype=np.int32) - 1
    return order[fresh], number


def _given(surface: Primitive, triangles: np.ndarray) -> np.ndarray | None:
    """Unit normals (V, 3) of the file, on the counter-clockwise side of its triangles; None if they are missing or bad."""
    if surface.normals is None or np.shape(surface.normals) != surface.positions.shape:
        return None
    given = np.asarray(surface.normals, np.float64)
    length = np.linalg.norm(given, axis=1)
    used = np.unique(triangles)
    if not (np.isfinite(length[used]) & (length[used] > 1e-6)).all():
        return None
    faces, corner = face_normals(surface.positions, triangles), triangles.ravel()
    mean = np.stack([np.bincount(corner, np.repeat(faces[:, k], 3), minlength=len(given)) for k in range(3)], axis=1)
    side = np.where((np.nan_to_num(given) * mean).sum(axis=1) < 0, -1.0, 1.0)
    return given * (side / np.where(length > 1e-6, length, 1.0))[:, None]


def _both_sided(piece: Piece, open_: np.ndarray) -> Piece:
    """The piece with those triangles that are True in open_ (T,) bool a second time, reversed."""
    if not open_.any():
        return piece
    front = piece.triangles[open_]
    is_used = np.zeros(len(piece.positions), bool)
    is_used[front] = True
    used = np.flatnonzero(is_used)
    back = (np.cumsum(is_used, dtype=np.int32) - 1)[front[:, ::-1]] + np.int32(len(piece.positions))
    return replace(
        piece,
        positions=np.concatenate([piece.positions, piece.positions[used]]),
        normals=np.concatenate([piece.normals, -piece.normals[used]]),
        uvs=np.concatenate([piece.uvs, piece.uvs[used]]),
        colors=np.concatenate([piece.colors, piece.colors[used]]),
        triangles=np.concatenate([piece.triangles, back]),
        double_sided=True,
    )
