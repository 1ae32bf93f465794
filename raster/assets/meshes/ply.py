"""read_ply: PLY files: faces and triangle strips with normals, colours, texture coordinates and pictures."""

import re
from dataclasses import replace

import numpy as np

from raster.assets.meshes.external_files import References
from raster.assets.meshes.imported_mesh import PLAIN, WHITE, PbrMaterial
from raster.assets.meshes.parsed_file import ParsedFile, Primitive, code_values, single
from raster.assets.meshes.ply_elements import Lists, read_elements, read_header
from raster.assets.meshes.polygons import of_strips, triangulate
from raster.assets.meshes.text_files import decode_text

_TEXTURE = re.compile(rb"comment\s+texturefile\s+(.*?)\s*$", re.IGNORECASE)
RGB = ("red", "green", "blue")
UVS = (("u", "v"), ("s", "t"), ("texture_u", "texture_v"), ("texture_s", "texture_t"))
INDICES = ("vertex_indices", "vertex_index")
Columns = dict[str, np.ndarray | Lists]


def read_ply(data: bytes, references: References) -> ParsedFile:
    """The faces and triangle strips of a file with normals, colours (of vertices or faces, sRGB), uvs and pictures.

    There is a primitive for each picture. InputError for a file that is cut off or damaged.
    """
    file = read_elements(data, references.path)
    vertex, face = file.elements.get("vertex", {}), file.elements.get("face", {})
    positions = _columns(vertex, ("x", "y", "z"))
    if positions is None:
        return single(())
    lists = _indices(face)
    corners = lists.values.astype(np.int64)
    uvs = next((found for names in UVS if (found := _columns(vertex, names)) is not None), None)
    colors, normals = _colors(vertex), _columns(vertex, ("nx", "ny", "nz"))
    of_faces = _colors(face) if colors is None else None
    texcoord = face.get("texcoord")
    of_corners = texcoord if isinstance(texcoord, Lists) and np.array_equal(texcoord.counts, 2 * lists.counts) else None
    pictures = read_ply_dependencies(data, references) if uvs is not None or of_corners is not None else ()
    triangles = _of_faces(positions, corners, lists.counts)
    owner = np.repeat(np.arange(len(lists.counts)), lists.counts)[triangles[:, 0]]  # face of each triangle
    inside = corners.min(initial=0) >= 0 and corners.max(initial=-1) < len(positions)
    if inside and (of_corners is not None or of_faces is not None):
        # Each corner gets a vertex of its own.
        positions = positions[corners]
        normals = None if normals is None else normals[corners]
        colors = None if colors is None else colors[corners]
        uvs = None if uvs is None else uvs[corners]
        if of_corners is not None:
            uvs = of_corners.values.reshape(-1, 2).astype(np.float64)
        if of_faces is not None:
            colors = np.repeat(of_faces, lists.counts, axis=0)
    else:
        triangles = corners[triangles]
    in_strips = _of_strips(file.elements.get("tristrips", {}))
    triangles = np.concatenate([triangles, in_strips])
    number = np.concatenate([_pictures_of_faces(face, len(pictures))[owner], np.zeros(len(in_strips), np.int64)])
    materials = _materials([picture for _, picture in pictures], colors is not None)
    surfaces = [Primitive(positions, triangles[number == k], normals, uvs, colors, materials[k]) for k in np.unique(number)]
    return single(tuple(surfaces), tuple((name, picture) for name, picture in pictures if picture is not None))


def read_ply_dependencies(data: bytes, references: References) -> tuple[tuple[str, bytes | None], ...]:
    """(name, bytes) of the pictures that a file names; None for one that is missing."""
    _, _, comments, _ = read_header(data, references.path)
    found = [decode_text(match.group(1)) for comment in comments if (match := _TEXTURE.match(comment))]
    return tuple((name, references.optional(name)) for name in found)


def _of_faces(positions: np.ndarray, corners: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Places in corners (C,) of the triangles (T, 3) of polygons. Vertices that do not exist are refused later, by number."""
    if not len(positions):
        positions = np.zeros((1, 3))
    return triangulate(positions, np.clip(corners, 0, len(positions) - 1), counts)


def _of_strips(strip: Columns) -> np.ndarray:
    """The triangles (T, 3) of all strips; -1 separates strips within one row."""
    lists = _indices(strip)
    return of_strips(np.insert(lists.values.astype(np.int64), np.cumsum(lists.counts)[:-1], -1))


def _indices(element: Columns) -> Lists:
    """The vertices of each row; no rows if the element has none."""
    found = (column for name in INDICES if isinstance(column := element.get(name), Lists))
    return next(found, Lists(*np.zeros((2, 0), np.int64)))


def _colors(element: Columns) -> np.ndarray | None:
    """(R, 3) uint8 sRGB code values; None without colours."""
    colors = _columns(element, RGB)
    return None if colors is None else code_values(colors)


def _materials(pictures: list[bytes | None], colored: bool) -> list[PbrMaterial]:
    """The material of the faces of each picture, or of all faces without one. A missing picture leaves colours, or grey."""
    plain = WHITE if colored else PLAIN
    held = [picture is not None for picture in pictures]
    return [replace(WHITE, picture=sum(held[:k])) if held[k] else plain for k in range(len(held))] or [plain]


def _pictures_of_faces(face: Columns, count: int) -> np.ndarray:
    """(F,) int64: the picture of each face, by the column texnumber if there is one."""
    number = face.get("texnumber")
    rows = max((len(c.counts if isinstance(c, Lists) else c) for c in face.values()), default=0)
    if not isinstance(number, np.ndarray):
        return np.zeros(rows, np.int64)
    return np.clip(number.astype(np.int64), 0, max(count - 1, 0))


def _columns(element: Columns, names: tuple[str, ...]) -> np.ndarray | None:
    """(R, n) of columns of numbers; None if one is missing. Floats become float64, bytes and 16-bit numbers stay."""
    columns = [element.get(name) for name in names]
    if not all(isinstance(column, np.ndarray) for column in columns):
        return None
    values = np.stack(columns, axis=1)  # type: ignore[arg-type]
    return values.astype(np.float64) if values.dtype.kind == "f" else values.astype(values.dtype.newbyteorder("="))
