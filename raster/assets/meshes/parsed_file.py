"""ParsedFile: what a mesh file says, before anything is checked, turned or scaled."""

from dataclasses import dataclass

import numpy as np

from raster.assets.meshes.imported_mesh import PLAIN, PbrMaterial


@dataclass(frozen=True)
class Primitive:
    """Triangles of one material, in the space of their mesh."""

    positions: np.ndarray  # (V, 3) float64
    triangles: np.ndarray  # (T, 3) int64
    normals: np.ndarray | None = None  # (V, 3) float64, any length
    uvs: np.ndarray | None = None  # (V, 2) float64, v = 1 is the picture's top row
    colors: np.ndarray | None = None  # (V, 3) uint8 sRGB code values
    material: PbrMaterial = PLAIN
    name: str = "part"


@dataclass(frozen=True)
class Node:
    """A place where a mesh stands."""

    name: str
    mesh: int  # number among the raw model's meshes
    file_from_mesh: np.ndarray  # (4, 4) float64


@dataclass(frozen=True)
class ParsedFile:
    """A whole file."""

    meshes: tuple[tuple[Primitive, ...], ...]  # surfaces that belong together, such as the two materials of a box
    nodes: tuple[Node, ...]
    pictures: tuple[tuple[str, bytes], ...] = ()  # (name, encoded picture) of the materials' numbers


def single(surfaces: tuple[Primitive, ...], pictures: tuple[tuple[str, bytes], ...] = ()) -> ParsedFile:
    """A file without nodes: one mesh, where it is."""
    return ParsedFile((surfaces,), (Node("", 0, np.eye(4)),), pictures)


def fan(polygons: np.ndarray) -> np.ndarray:
    """Triangles (T, 3) int64 of convex polygons (P, k), all of k corners."""
    polygons = np.asarray(polygons, np.int64)
    corners = [polygons[:, [0, k, k + 1]] for k in range(1, polygons.shape[1] - 1)]
    return np.stack(corners, axis=1).reshape(-1, 3)


def code_values(colors: np.ndarray) -> np.ndarray:
    """(V, 3) uint8 of colours (V, 3 or 4): bytes as they are, 16-bit numbers by their upper byte, floats 0..1 times 255."""
    colors = np.asarray(colors)[:, :3]
    if colors.dtype.kind == "f":
        return np.floor(255 * np.clip(np.nan_to_num(colors), 0, 1) + 0.5).astype(np.uint8)
    return (colors >> 8 if colors.dtype == np.uint16 else np.clip(colors, 0, 255)).astype(np.uint8)
