"""read_ply: PLY files: faces and triangle strips with normals, colours, texture coordinates and pictures."""

import re
from dataclasses import replace

import numpy as np

from raster.assets.meshes.external_files import References
from raster.assets.meshes.imported_mesh import PLAIN, WHITE, PbrMaterial
from raster.assets.meshes.parsed_file import EncodedPicture, ParsedFile, Primitive, code_values, single, used_rows
from raster.assets.meshes.ply_elements import read_elements, read_header
from raster.assets.meshes.ply_rows import Lists
from raster.assets.meshes.polygons import of_strips, triangulate
from raster.assets.meshes.text_files import decode_text

_TEXTURE = re.compile(rb"comment\s+texturefile\s+(.*?)\s*$", re.IGNORECASE)
RGB = ("red", "green", "blue")
UVS = (("u", "v"), ("s", "t"), ("texture_u", "texture_v"), ("texture_s", "texture_t"))
BLANK = {"uvs": 0.0, "colors": 255}  # of vertices that no face has
INDICES = ("vertex_indices", "vertex_index")
Columns = dict[str, np.ndarray | Lists]


def read_ply(data: bytes, references: References) -> ParsedFile:
    """The faces and triangle strips of a file with normals, colours (of vertices or faces, sRGB), uvs and pictures.

    There is a primitive for each picture. InputError for a file that is cut off or damaged.
    """
    file = read_elements(data, references.path)
    vertex, face = file.elements.get("vertex", {}), file.elements.get("face", {})
    if (positions := _columns(vertex, ("x", "y", "z"))) is None:
        return single(())
    corners, counts = _indices(face)
    triangles = _of_faces(positions, corners, counts)
    in_strips = _of_strips(file.elements.get("tristrips", {}))
    owner = np.repeat(np.arange(len(counts)), counts)[triangles[:, 0]]  # face of each triangle
    colors = _columns(vertex, RGB)
    values = {
        "normals": _columns(vertex, ("nx", "ny", "nz")),
        "uvs": next((found for names in UVS if (found := _columns(vertex, names)) is not None), None),
        "colors": None if colors is None else code_values(colors),
    }
    of_corners = _of_corners(face, counts, colors is None)
    if of_corners and corners.min(initial=0) >= 0 and corners.max(initial=-1) < len(positions):
        # Each corner of a face gets a vertex of its own, behind those of the strips.
        strips_end = len(positions) if len(in_strips) else 0
        kept = np.concatenate([np.arange(strips_end), corners])
        positions, triangles = positions[kept], triangles + strips_end
        values = {name: None if each is None else each[kept] for name, each in values.items()}
        for name, each in of_corners.items():
            values[name] = np.concatenate([np.full((strips_end, each.shape[1]), BLANK[name], each.dtype), each])
    else:
        triangles = corners[triangles]
    pictures = read_ply_dependencies(data, references) if values["uvs"] is not None else ()
    materials = _materials([picture for _, picture in pictures], values["colors"] is not None)
    number = np.concatenate([_pictures_of_faces(face, counts, len(pictures))[owner], np.zeros(len(in_strips), np.int64)])
    triangles = np.concatenate([triangles, in_strips])
    surfaces = [_surface(positions, triangles[number == k], values, materials[k]) for k in np.unique(number).tolist()]
    return single(tuple(surfaces), tuple(EncodedPicture(name, picture) for name, picture in pictures if picture is not None))


def read_ply_dependencies(data: bytes, references: References) -> tuple[tuple[str, bytes | None], ...]:
    """(name, bytes) of the pictures that a file names; None for one that is missing."""
    _, _, comments, _ = read_header(data, references.path)
    found = [decode_text(match.group(1)) for comment in comments if (match := _TEXTURE.match(comment))]
    return tuple((name, references.optional(name)) for name in found)


def _surface(
    positions: np.ndarray, triangles: np.ndarray, values: dict[str, np.ndarray | None], material: PbrMaterial
) -> Primitive:
    """Some of the triangles of a file in one material, with the vertices that they use."""
    rows, triangles = used_rows(triangles, len(positions))
    normals, uvs, colors = (None if (each := values[name]) is None else each[rows] for name in ("normals", "uvs", "colors"))
    return Primitive(positions[rows], triangles, normals, uvs, colors, material)


def _indices(face: Columns) -> tuple[np.ndarray, np.ndarray]:
    """Corners (C,) int64 of all faces, and the number of each (F,) int64."""
    lists = next((found for name in INDICES if isinstance(found := face.get(name), Lists)), None)
    return (np.zeros(0, np.int64), np.zeros(0, np.int64)) if lists is None else (lists.values.astype(np.int64), lists.counts)


def _of_corners(face: Columns, counts: np.ndarray, colored: bool) -> dict[str, np.ndarray]:
    """What faces say of their corners: uvs (C, 2) float64, and colors (C, 4) uint8 if `colored`."""
    found = {}
    texcoord, colors = face.get("texcoord"), _columns(face, RGB)
    if isinstance(texcoord, Lists) and len(counts) and np.array_equal(texcoord.counts, 2 * counts):
        found["uvs"] = texcoord.values.reshape(-1, 2).astype(np.float64)
    if colors is not None and colored:
        found["colors"] = np.repeat(code_values(colors), counts, axis=0)
    return found


def _of_faces(positions: np.ndarray, corners: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Places in corners (C,) of the triangles (T, 3) of polygons. Vertices that do not exist are refused later, by number."""
    if not len(positions):
        positions = np.zeros((1, 3))
    return triangulate(positions, np.clip(corners, 0, len(positions) - 1), counts)


def _of_strips(strip: Columns) -> np.ndarray:
    """The triangles (T, 3) of all strips; -1 separates strips within one row."""
    lists = next((strip[name] for name in INDICES if isinstance(strip.get(name), Lists)), None)
    if not isinstance(lists, Lists):
        return np.zeros((0, 3), np.int64)
    return of_strips(np.insert(lists.values.astype(np.int64), np.cumsum(lists.counts)[:-1], -1))


def _materials(pictures: list[bytes | None], colored: bool) -> list[PbrMaterial]:
    """The material of the faces of each picture, and at the end of those without. A missing picture leaves colours, or grey."""
    plain = WHITE if colored else PLAIN
    held = [picture is not None for picture in pictures]
    return [*(replace(WHITE, picture=sum(held[:k])) if held[k] else plain for k in range(len(held))), plain]


def _pictures_of_faces(face: Columns, counts: np.ndarray, pictures: int) -> np.ndarray:
    """(F,) int64: the picture of each face, by the column texnumber if there is one; -1 where it names none."""
    number = face.get("texnumber")
    if not isinstance(number, np.ndarray):
        return np.zeros(len(counts), np.int64)
    return np.where((number >= 0) & (number < pictures), number, -1).astype(np.int64)


def _columns(element: Columns, names: tuple[str, ...]) -> np.ndarray | None:
    """(R, n) of columns of numbers; None if one is missing. Floats become float64, bytes and 16-bit numbers stay."""
    columns = [element.get(name) for name in names]
    if not all(isinstance(column, np.ndarray) for column in columns):
        return None
    values = np.stack(columns, axis=1)  # type: ignore[arg-type]
    return values.astype(np.float64) if values.dtype.kind == "f" else values.astype(values.dtype.newbyteorder("="))
