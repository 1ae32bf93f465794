"""ParsedFile: the contents of a mesh file, before they are checked, rotated or scaled."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from raster.assets.meshes.imported_mesh import PLAIN, Note, PbrMaterial


class EncodedPicture(NamedTuple):
    """A picture that a file refers to or holds, as it is stored."""

    name: str  # for messages
    data: bytes | None  # None: all white
    alpha: "EncodedPicture | None" = None  # a picture whose alpha, or grey if it has none, takes the place of its own alpha


@dataclass(frozen=True)
class Primitive:
    """Triangles of one material, in the space of their mesh."""

    positions: np.ndarray  # (V, 3) float64
    triangles: np.ndarray  # (T, 3) int64
    normals: np.ndarray | None = None  # (V, 3) float64, any length
    uvs: np.ndarray | None = None  # (V, 2) float64, v = 1 is the picture's top row
    colors: np.ndarray | None = None  # (V, 4) uint8 sRGB code values and alpha
    material: PbrMaterial = PLAIN
    name: str = "part"
    blended: bool = False  # the file wants alpha to mix colours; here it cuts out, which is noted where it does


@dataclass(frozen=True)
class Node:
    """One use of a mesh in the file's scene."""

    name: str
    mesh: int  # index into ParsedFile.meshes
    file_from_mesh: np.ndarray  # (4, 4) float64


@dataclass(frozen=True)
class ParsedFile:
    """The contents of a whole file."""

    meshes: tuple[tuple[Primitive, ...], ...]  # primitives that belong together, such as two materials of one box
    nodes: tuple[Node, ...]
    pictures: tuple[EncodedPicture, ...] = ()  # PbrMaterial.picture is an index
    notes: tuple[Note, ...] = ()


def single(surfaces: tuple[Primitive, ...], pictures: tuple[EncodedPicture, ...] = ()) -> ParsedFile:
    """A file without nodes: one mesh, with one node whose matrix is the identity."""
    return ParsedFile((surfaces,), (Node("", 0, np.eye(4)),), pictures)


def used_rows(triangles: np.ndarray, count: int) -> tuple[np.ndarray | slice, np.ndarray]:
    """The rows of `count` vertices that triangles (T, 3) use, and the triangles with their new numbers.

    Surfaces of one file often share their vertices, and each would carry all of them. All rows stay if all are used, and if
    some index is none of them, which is refused later by its number.
    """
    if triangles.min(initial=0) < 0 or triangles.max(initial=-1) >= count:
        return slice(None), triangles
    used = np.zeros(count, bool)
    used[triangles] = True
    if used.all():
        return slice(None), triangles
    return np.flatnonzero(used), (np.cumsum(used) - 1)[triangles]


def code_values(colors: np.ndarray) -> np.ndarray:
    """(V, 4) uint8 of colours (V, 3 or 4): bytes as they are, 16-bit numbers by their upper byte, floats 0..1 times 255.

    Where there is no alpha, it is 255.
    """
    colors = np.asarray(colors)
    codes = np.full((len(colors), 4), 255, np.uint8)
    if colors.dtype.kind == "f":
        colors = np.floor(255 * np.clip(np.nan_to_num(colors), 0, 1) + 0.5)
    elif colors.dtype == np.uint16:
        colors = colors >> 8
    codes[:, : colors.shape[1]] = np.clip(colors, 0, 255)
    return codes
