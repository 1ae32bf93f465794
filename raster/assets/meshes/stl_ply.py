"""read_stl, read_ply: STL and PLY files, which hold one surface without materials. trimesh reads them."""

import io
import re
from dataclasses import replace

import numpy as np
from trimesh.exchange.ply import load_ply
from trimesh.exchange.stl import load_stl

from raster.assets.meshes.external_files import References
from raster.assets.meshes.imported_mesh import PLAIN, WHITE
from raster.assets.meshes.parsed_file import ParsedFile, Primitive, code_values, fan, single
from raster.errors import InputError

_TEXTURE = re.compile(rb"^comment\s+texturefile\s+(.*?)\s*$", re.MULTILINE | re.IGNORECASE)


def read_stl(data: bytes, references: References) -> ParsedFile:
    """All solids of a binary or ASCII file, grey; colours in the attribute bytes are ignored."""
    loaded = load_stl(io.BytesIO(data))
    solids = loaded["geometry"].values() if "geometry" in loaded else [loaded]
    return single(tuple(Primitive(np.asarray(s["vertices"], np.float64), fan(s["faces"])) for s in solids))


def read_ply(data: bytes, references: References) -> ParsedFile:
    """The faces of a file with their normals, colours (of vertices or faces, sRGB), uvs and picture.

    InputError for one that is cut off.
    """
    # The second line names the format. trimesh itself compares the length of binary files with their header.
    if b"ascii" in b"".join(data[:100].split(b"\n")[1:2]).lower():
        _check_rows(data, references)
    loaded = load_ply(io.BytesIO(data), fix_texture=False, skip_materials=True)
    if loaded.get("faces") is None:
        return single(())
    polygons = np.asarray(loaded["faces"], np.int64)
    uvs = getattr(loaded.get("visual"), "uv", None)
    colors, normals = loaded.get("vertex_colors"), loaded.get("vertex_normals")
    positions = np.asarray(loaded["vertices"], np.float64)
    of_faces = loaded.get("face_colors")
    by_corner = uvs is not None and re.search(rb"^property\s+list\s+\w+\s+\w+\s+texcoord", _header(data), re.MULTILINE)
    if (by_corner or (colors is None and of_faces is not None)) and polygons.min() >= 0 and polygons.max() < len(positions):
        # Each corner gets its own vertex. With fix_texture, trimesh splits vertices at seams and keeps the order of faces.
        if by_corner:
            split = load_ply(io.BytesIO(data), fix_texture=True, skip_materials=True)
            uvs = split["visual"].uv[split["faces"].ravel()]
        elif uvs is not None:
            uvs = uvs[polygons.ravel()]
        if colors is None and of_faces is not None and len(of_faces) == len(polygons):
            colors = np.repeat(of_faces, polygons.shape[1], axis=0)
        elif colors is not None:
            colors = colors[polygons.ravel()]
        normals = None if normals is None else normals[polygons.ravel()]
        positions = positions[polygons.ravel()]
        polygons = np.arange(polygons.size).reshape(polygons.shape)
    pictures = read_ply_dependencies(data, references) if uvs is not None else ()
    material = WHITE if colors is not None else PLAIN
    if pictures:
        material = replace(WHITE, picture=0)
    bytes_ = None if colors is None else code_values(colors)
    return single((Primitive(positions, fan(polygons), normals, uvs, bytes_, material),), pictures)


def read_ply_dependencies(data: bytes, references: References) -> tuple[tuple[str, bytes], ...]:
    """(name, bytes) of the picture that a file names, or nothing."""
    match = _TEXTURE.search(_header(data))
    if match is None:
        return ()
    name = match.group(1).decode("utf-8", "replace")
    return ((name, references[name]),)


def _header(data: bytes) -> bytes:
    """The header of a file, without the numbers."""
    return data[: max(data.find(b"end_header"), 0)].replace(b"\r", b"")


def _check_rows(data: bytes, references: References) -> None:
    """Raise InputError if an ASCII file has fewer rows than its header says, or if the last one is too short.

    trimesh does not check this.
    """
    elements: list[tuple[str, int, list[bool]]] = []  # name, rows, for each property: whether it is a list
    for words in map(bytes.split, _header(data).splitlines()):
        if words[:1] == [b"element"]:
            elements.append((words[1].decode("utf-8", "replace"), int(words[2]), []))
        elif words[:1] == [b"property"]:
            elements[-1][2].append(words[1] == b"list")
    rows = data[data.find(b"end_header") :].rstrip().splitlines()[1:]
    first = 0
    for name, count, lists in elements:
        found = min(len(rows) - first, count)
        first += count
        if found == count and count and first == len(rows):
            row, length = rows[-1].split(), 0
            for is_list in lists:
                length += 1 + (int(row[length]) if is_list and length < len(row) else 0)
            found -= len(row) < length
        if found < count:
            raise InputError(f"{references.path}: is cut off: its header counts {count} of element {name}; it holds {found}")
