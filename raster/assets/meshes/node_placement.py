"""at_node, box_of, fit_to_unit, scaled, by_material: pieces of a mesh file, placed by the matrices of its nodes."""

from dataclasses import dataclass, replace

import numpy as np

from raster.assets.meshes.imported_mesh import PbrMaterial
from raster.assets.meshes.parsed_file import Node
from raster.assets.meshes.repair import Piece
from raster.transforms import multiply


@dataclass(frozen=True)
class PlacedPiece:
    """A piece with the matrix of a node."""

    piece: Piece
    object_from_part: np.ndarray  # (4, 4) float64
    range: object  # pieces with equal values can share vertices


def determinant(matrix: np.ndarray) -> float:
    """The determinant of the upper left (3, 3) of a matrix (4, 4)."""
    a, b, c = matrix[:3, :3]
    return float((a * np.cross(b, c)).sum())


def at_node(node: Node, pieces: tuple[Piece, ...], upright: np.ndarray) -> list[PlacedPiece]:
    """The pieces of a mesh at a node. Each gets a space of its own about its middle, in which float32 loses few digits."""
    made = []
    for number, piece in enumerate(pieces):
        matrix = multiply(upright, node.file_from_mesh)
        where: object = (node.mesh, number)
        if determinant(matrix) < 0:
            piece, matrix, where = baked(piece, matrix), np.eye(4), object()
        low, high = piece.positions.min(axis=0), piece.positions.max(axis=0)
        middle = (low + high) / 2
        shift = np.eye(4)
        shift[:3, 3] = middle
        name = f"{node.name}/{piece.name}" if node.name and piece.name != "part" else node.name or piece.name
        named = replace(piece, positions=piece.positions - middle, name=name)
        made.append(PlacedPiece(named, multiply(matrix, shift), where))
    return made


def moved(positions: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """(V, 3) float64: positions (V, 3) transformed by a matrix (4, 4)."""
    return multiply(positions.astype(np.float64), matrix[:3, :3].astype(np.float64).T) + matrix[:3, 3]


def baked(piece: Piece, matrix: np.ndarray) -> Piece:
    """A piece transformed by a matrix (4, 4). A mirrored piece has its triangles reversed."""
    a, b, c = matrix[:3, :3]
    mirrored = determinant(matrix) < 0
    # The cofactors are the inverse transpose times the determinant; normals are scaled to unit length anyway.
    cofactors = np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)]) * (-1 if mirrored else 1)
    normals = multiply(piece.normals, cofactors.T)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    triangles = piece.triangles[:, ::-1] if mirrored else piece.triangles
    return replace(piece, positions=moved(piece.positions, matrix), normals=normals, triangles=triangles)


def box_of(placed: list[PlacedPiece]) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest coordinates (3,) of all parts."""
    points = [moved(p.piece.positions, p.object_from_part) for p in placed]
    return np.min([p.min(axis=0) for p in points], axis=0), np.max([p.max(axis=0) for p in points], axis=0)


def fit_to_unit(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """(4, 4): centres the box from low (3,) to high (3,), and makes its largest side 1."""
    scale = 1 / (high - low).max()
    fit = np.diag([scale, scale, scale, 1.0])
    fit[:3, 3] = -scale * (low + high) / 2
    return fit


def scaled(placed: list[PlacedPiece], fit: np.ndarray) -> list[PlacedPiece]:
    """All parts moved and scaled by a matrix (4, 4)."""
    return [replace(p, object_from_part=multiply(fit, p.object_from_part)) for p in placed]


def by_material(placed: list[PlacedPiece]) -> list[PlacedPiece]:
    """One part for each material, in object space, in the order in which the materials come."""
    members: dict[PbrMaterial, list[Piece]] = {}
    for p in placed:
        members.setdefault(p.piece.material, []).append(baked(p.piece, p.object_from_part))
    joined = []
    for material, pieces in members.items():
        starts = np.cumsum([0] + [len(piece.positions) for piece in pieces])
        joined.append(
            Piece(
                pieces[0].name,
                np.concatenate([piece.positions for piece in pieces]),
                np.concatenate([piece.normals for piece in pieces]),
                np.concatenate([piece.uvs for piece in pieces]),
                np.concatenate([piece.colors for piece in pieces]),
                np.concatenate([piece.triangles + start for piece, start in zip(pieces, starts, strict=False)]),
                material,
                any(piece.double_sided for piece in pieces),
            )
        )
    return [PlacedPiece(piece, np.eye(4), object()) for piece in joined]
