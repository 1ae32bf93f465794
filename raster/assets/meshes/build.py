"""build: turns a parsed mesh file into an ImportedMesh: checked, upright, scaled, in a few parts."""

from pathlib import Path

import numpy as np
from scipy.spatial import QhullError

from raster.assets.meshes.cut_outs import BLENDED, FilePictures, opaque_or_cut_out
from raster.assets.meshes.imported_mesh import VERTEX, ImportedMesh, MeshPart, Note
from raster.assets.meshes.node_placement import (
    PlacedPiece,
    at_node,
    box_of,
    by_material,
    determinant,
    fit_to_unit,
    moved,
    scaled,
)
from raster.assets.meshes.parsed_file import Node, ParsedFile
from raster.assets.meshes.repair import repair
from raster.errors import InputError
from raster.geometry.convex_hull import Hull, hull_of
from raster.geometry.simplify_hull import simplify_hull
from raster.geometry.spatial_order import first_used, spatial_order
from raster.geometry.stable_poses import stable_poses
from raster.transforms import multiply

MAX_PARTS = 64
KEPT_PARTS = 8  # a file with more parts is joined to one part for each material
ORDERED = 500  # triangles of a part from which on neighbours are put together
MIN_SIDE, MAX_SIDE = 1e-9, 1e9  # limits of the largest side of a file's box, for float32
UPRIGHT = {  # rotations (3, 3): the file's axis of that name becomes z
    "x": np.array([[0.0, 0, -1], [0, 1, 0], [1, 0, 0]]),
    "y": np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]),
    "z": np.eye(3),
}


def build(parsed: ParsedFile, path: Path, normalize: bool, up: str, px: int) -> ImportedMesh:
    """The imported mesh of a parsed file. path: of the file, for errors.

    normalize: the bounding box is centred at the origin and its largest side becomes 1; if False, units are metres and the
    origin stays. up: "x", "y" or "z", the axis of the file that becomes z. px: side of the pictures, at most.
    Each primitive at each node becomes a part; if there are more than KEPT_PARTS, there is one part for each material. The
    geometry at a node that mirrors is mirrored and its triangles are reversed. InputError, which begins with the path, for a
    file without area, a node or a size that is not possible, too many parts, or a picture that cannot be read.
    """
    pictures = FilePictures(parsed.pictures, path, px)
    placed, notes = _placed(parsed, path, UPRIGHT[up], pictures)
    triangles = sum(len(s.triangles) for node in parsed.nodes for s in parsed.meshes[node.mesh])
    del parsed  # the arrays of a large file
    low, high = box_of(placed)
    if not MIN_SIDE <= (high - low).max() <= MAX_SIDE:
        raise InputError(
            f"{path}: is {(high - low).max():.3g} large; expected {MIN_SIDE:.0e} to {MAX_SIDE:.0e}; scale it first"
        )
    object_from_file = np.eye(4)
    object_from_file[:3, :3] = UPRIGHT[up]
    if normalize:
        fit = fit_to_unit(low, high)
        placed, object_from_file = scaled(placed, fit), multiply(fit, object_from_file)
    if len(placed) > KEPT_PARTS:
        placed = by_material(placed)
    if len(placed) > MAX_PARTS:
        raise InputError(
            f"{path}: has {len(placed)} parts of different materials; at most {MAX_PARTS} are drawn; join materials"
        )
    placed, squares = pictures.squares_of(placed)
    parts, vertices, indices = _stacked(placed)
    del placed
    ranges = [vertices["position"][p.first_vertex : p.first_vertex + p.vertex_count] for p in parts]
    reach = np.concatenate([moved(points, p.object_from_part) for points, p in zip(ranges, parts, strict=True)])
    radius = float(np.float32(np.sqrt(np.einsum("ij,ij->i", reach, reach).max())))
    hull = _hull(reach, path)
    rest_directions, rest_distances = stable_poses(hull)
    return ImportedMesh(
        parts,
        vertices,
        indices,
        squares,
        triangles,
        radius,
        rest_directions,
        rest_distances,
        simplify_hull(hull.points.astype(np.float32)),
        notes,
        object_from_file,
    )


def _placed(
    parsed: ParsedFile, path: Path, rotation: np.ndarray, pictures: FilePictures
) -> tuple[list[PlacedPiece], tuple[Note, ...]]:
    """All surfaces that can be seen, at the nodes of the file, rotated (3, 3), and the notes of the file.

    InputError for a bad node, and for no surface.
    """
    used = sorted({node.mesh for node in parsed.nodes})
    surfaces = {mesh: tuple(opaque_or_cut_out(each, pictures) for each in parsed.meshes[mesh]) for mesh in used}
    blended = any(each.blended and each.material.cutoff for held in surfaces.values() for each in held)
    pieces = {mesh: repair(held) for mesh, held in surfaces.items() if held}
    upright = np.eye(4)
    upright[:3, :3] = rotation
    placed = []
    for node in parsed.nodes:
        _check(node, path)
        placed += at_node(node, pieces.get(node.mesh, ()), upright)
    if not placed:
        raise InputError(f"{path}: none of its triangles has an area (extent 0); expected a mesh with a surface")
    seen = [p for p in placed if p.piece.material.cutoff <= 1]
    if not seen:
        raise InputError(f"{path}: all of it is transparent: no alpha reaches its cutoff; expected a surface that is seen")
    return seen, (*parsed.notes, *[BLENDED] * blended)


def _hull(points: np.ndarray, path: Path) -> Hull:
    """The convex hull of points (V, 3). InputError for points that have none."""
    try:
        return hull_of(points)
    except QhullError as error:
        raise InputError(f"{path}: is too small for where it lies, or too thin, to have a hull; centre it, scale it") from error


def _check(node: Node, path: Path) -> None:
    """InputError for a node whose matrix is not finite, not affine, scales too much or flattens."""
    matrix = node.file_from_mesh
    where = f"{path}: node {node.name or node.mesh}"
    if not np.isfinite(matrix).all() or np.abs(matrix[3] - [0, 0, 0, 1]).max() > 1e-6:
        raise InputError(f"{where}: its matrix is not affine; expected finite numbers and a last row of 0 0 0 1")
    size = np.linalg.norm(matrix[:3, :3], axis=0).prod()
    if not np.isfinite(size):
        raise InputError(f"{where}: its matrix scales up to {np.abs(matrix).max():.0e}; expected a smaller scale")
    if size == 0 or abs(determinant(matrix)) <= 1e-9 * size:
        raise InputError(f"{where}: its matrix is singular: it flattens what it holds; expected a scale other than 0")


def _stacked(placed: list[PlacedPiece]) -> tuple[tuple[MeshPart, ...], np.ndarray, np.ndarray]:
    """Parts, vertices (V,) VERTEX and indices (I,) uint32; parts that can share vertices have the same range of them."""
    ranges: dict[object, tuple[int, int, int, int]] = {}
    parts, vertices, indices = [], [], []
    first_vertex = first_index = 0
    for p in placed:
        piece = p.piece
        if p.range not in ranges:
            order, triangles = np.arange(len(piece.positions)), piece.triangles
            if len(triangles) >= ORDERED:
                order, triangles = first_used(triangles[spatial_order(piece.positions, triangles)], len(order))
            rows = np.zeros(len(order), VERTEX)
            rows["position"], rows["normal"], rows["uv"] = piece.positions[order], piece.normals[order], piece.uvs[order]
            rows["color"] = piece.colors[order]
            ranges[p.range] = (first_vertex, len(rows), first_index, triangles.size)
            first_vertex, first_index = first_vertex + len(rows), first_index + triangles.size
            vertices.append(rows)
            indices.append(triangles.ravel().astype(np.uint32))
        place, has_uvs = p.object_from_part.astype(np.float32), bool(piece.uvs.any())
        parts.append(MeshPart(piece.name, place, *ranges[p.range], piece.material, piece.double_sided, has_uvs))
    return tuple(parts), _joined(vertices), _joined(indices)


def _joined(arrays: list[np.ndarray]) -> np.ndarray:
    """The arrays, one after another; a single one is not copied."""
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
