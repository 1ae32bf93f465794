"""read_obj: Wavefront OBJ files with their materials."""

import re
from dataclasses import replace

import numpy as np

from raster.assets.meshes.external_files import References
from raster.assets.meshes.imported_mesh import PLAIN, WHITE, PbrMaterial
from raster.assets.meshes.mtl import read_mtl
from raster.assets.meshes.obj_lines import ObjLines, read_lines
from raster.assets.meshes.parsed_file import EncodedPicture, ParsedFile, Primitive, code_values, single
from raster.assets.meshes.polygons import triangulate
from raster.assets.meshes.text_files import decode_text
from raster.errors import InputError


def read_obj(data: bytes, references: References) -> ParsedFile:
    """One or two primitives for each material: of the faces with texture coordinates, and of those without.

    A material that no MTL file describes is grey; so is a file without materials, or white where vertices have colours.
    Polygons may be concave. InputError for a bad file.
    """
    text = decode_text(data)
    materials, pictures = _materials(text, references)
    lines = read_lines(text, references.path)
    del text  # it is large, and the arrays have all of it
    _check_indices(lines, references)
    colors = None if lines.colors is None else code_values(np.nan_to_num(lines.colors / _color_unit(lines.colors), nan=1.0))
    plain = PLAIN if colors is None else WHITE
    starts = np.cumsum(lines.counts) - lines.counts
    mapped = np.logical_and.reduceat(lines.corners[:, 1] >= 0, starts) if len(starts) else np.zeros(0, bool)
    kind = 2 * lines.material + ~mapped
    order = np.argsort(kind, kind="stable")
    surfaces = []
    for polygons in np.split(order, np.flatnonzero(np.diff(kind[order])) + 1) if len(order) else ():
        name, with_uvs = lines.materials[lines.material[polygons[0]]], bool(mapped[polygons[0]])
        corners = lines.corners[_places(starts[polygons], lines.counts[polygons])]
        material = materials.get(name or "", plain)
        surfaces.append(_surface(lines, corners, lines.counts[polygons], colors, material, name, with_uvs))
    return single(tuple(surfaces), pictures)


def read_obj_dependencies(data: bytes, references: References) -> None:
    """Read all files that read_obj will need."""
    _materials(decode_text(data), references)


def _materials(text: str, references: References) -> tuple[dict[str, PbrMaterial], tuple[EncodedPicture, ...]]:
    """The materials that faces use, by name, and their pictures."""
    used = set(re.findall(r"^[ \t]*usemtl[ \t]+(.*?)[ \t]*$", text, re.MULTILINE))
    materials: dict[str, PbrMaterial] = {}
    pictures: dict[str, EncodedPicture] = {}
    for line in dict.fromkeys(re.findall(r"^[ \t]*mtllib[ \t]+(.*?)[ \t]*$", text, re.MULTILINE)):
        # A line may name several files, or one whose name has spaces.
        several = not references.exists(line) and any(map(references.exists, line.split()))
        for name in line.split() if several else [line]:
            data = references.optional(name)
            if data is None:
                continue
            for material, found in read_mtl(data, used, references, pictures).items():
                materials.setdefault(material, found)
    return materials, tuple(pictures.values())


def _check_indices(lines: ObjLines, references: References) -> None:
    """Raise InputError for a face that names a position, texture coordinate or normal that the file does not have."""
    for k, (kind, values) in enumerate((("v", lines.positions), ("vt", lines.uvs), ("vn", lines.normals))):
        if (most := lines.corners[:, k].max(initial=-1)) >= len(values):
            raise InputError(f"{references.path}: a face has {kind} {most + 1}; the file has {len(values)}; is it damaged?")


def _color_unit(colors: np.ndarray) -> float:
    """What the numbers of colours are parts of: 1, or 255 where some are larger."""
    return 255.0 if np.nanmax(colors) > 1 else 1.0


def _places(starts: np.ndarray, counts: np.ndarray) -> np.ndarray | slice:
    """The places of the corners of polygons, which begin at `starts` (P,); a slice if they stand one after another."""
    ends = np.cumsum(counts)
    if (starts - starts[0] == ends - counts).all():
        return slice(int(starts[0]), int(starts[0] + ends[-1]))
    return np.repeat(starts - (ends - counts), counts) + np.arange(ends[-1])


def _surface(
    lines: ObjLines,
    corners: np.ndarray,
    counts: np.ndarray,
    colors: np.ndarray | None,
    material: PbrMaterial,
    name: str | None,
    with_uvs: bool,
) -> Primitive:
    """Polygons of counts (P,) corners (C, 3) each as triangles; corners that are alike in everything share a vertex."""
    triangles = triangulate(lines.positions, corners[:, 0], counts)
    with_normals = bool((corners[:, 2] >= 0).all())
    key = corners[:, 0].astype(np.int64)
    for k, values, given in ((1, lines.uvs, with_uvs), (2, lines.normals, with_normals)):
        if given:
            # The product of two counts fits into 64 bits; that of three need not.
            _, key = np.unique(key, return_inverse=True)
            key = key * len(values) + corners[:, k]
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    v, vt, vn = corners[first].T
    return Primitive(
        lines.positions[v],
        number.astype(np.int32)[triangles],
        lines.normals[vn] if with_normals else None,
        lines.uvs[vt] if with_uvs else None,
        None if colors is None else colors[v],
        material if with_uvs else replace(material, picture=-1),
        name or "part",
        material.cutoff > 0,
    )
