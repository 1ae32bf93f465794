"""read_obj: Wavefront OBJ files with their materials, through trimesh."""

import io
import re

import numpy as np
from trimesh.exchange.obj import load_obj

from raster.assets.meshes.external_files import References
from raster.assets.meshes.imported_mesh import PLAIN, WHITE, PbrMaterial
from raster.assets.meshes.mtl import read_mtl
from raster.assets.meshes.parsed_file import ParsedFile, Primitive, code_values, fan, single
from raster.errors import InputError

_KEYWORD = re.compile(r"^[ \t]*(v|vt|vn|f|usemtl)[ \t]+", re.MULTILINE)


def read_obj(data: bytes, references: References) -> ParsedFile:
    """One primitive for each material of the file. A material that no MTL file describes is grey. InputError for a bad file.

    trimesh gets the text with one list of material names, so that it tells the material of each face.
    """
    text = _text(data)
    materials, pictures = _materials(text, references)
    if re.search(r"^f (.* )?0+(/| |$)", text, re.MULTILINE):
        raise InputError(f"{references.path}: a face has vertex 0; in OBJ files vertices count from 1")
    names = dict.fromkeys(re.findall(r"^usemtl (.*?)[ \t]*$", text, re.MULTILINE))
    resolver = {"materials": "\n".join(f"newmtl {name}" for name in names).encode()}
    # Lines that name other lists are removed, because trimesh uses the first.
    plain = "mtllib materials\n" + re.sub(r"^[ \t]*mtllib.*$", "", text, flags=re.MULTILINE)
    loaded = load_obj(io.StringIO(_absolute(plain)), resolver=resolver)
    surfaces = []
    for arrays in loaded.get("geometry", {}).values():
        visual = arrays.get("visual")
        material = str(getattr(getattr(visual, "material", None), "name", None))
        colors = arrays.get("vertex_colors")
        found = materials.get(material, PLAIN if colors is None else WHITE)
        surfaces.append(
            Primitive(
                np.asarray(arrays["vertices"], np.float64),
                fan(arrays["faces"]),
                arrays.get("vertex_normals"),
                getattr(visual, "uv", None),
                None if colors is None else code_values(colors),
                found,
                material if material in names else "part",
            )
        )
    return single(tuple(surfaces), pictures)


def read_obj_dependencies(data: bytes, references: References) -> None:
    """Read all files that read_obj will need."""
    _materials(_text(data), references)


def _text(data: bytes) -> str:
    """The text of a file, with keywords at the start of lines, one space after them, and continued lines joined."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    text = text.replace("\r\n", "\n").replace("\\\n", " ")
    return _KEYWORD.sub(r"\1 ", text)


def _materials(text: str, references: References) -> tuple[dict[str, PbrMaterial], tuple[tuple[str, bytes], ...]]:
    """The materials that faces use, by name, and their pictures."""
    used = set(re.findall(r"^usemtl (.*?)[ \t]*$", text, re.MULTILINE))
    materials: dict[str, PbrMaterial] = {}
    pictures: dict[str, bytes] = {}
    for line in dict.fromkeys(re.findall(r"^[ \t]*mtllib[ \t]+(.*?)[ \t]*$", text, re.MULTILINE)):
        # A line may name several files, or one whose name has spaces.
        files = [line] if references.exists(line) or " " not in line else line.split()
        for name in files:
            for material, found in read_mtl(references[name], used, references, pictures).items():
                materials.setdefault(material, found)
    return materials, tuple(pictures.items())


def _absolute(text: str) -> str:
    """The text with negative indices, which count back from the last vertex so far (-1), replaced by positive ones."""
    if not re.search(r"^f .*-", text, re.MULTILINE):
        return text
    counts = {"v": 0, "vt": 0, "vn": 0}
    lines = text.split("\n")
    for number, line in enumerate(lines):
        word, _, rest = line.partition(" ")
        if word in counts:
            counts[word] += 1
        elif word == "f" and "-" in rest:
            ends = tuple(counts.values())
            corners = [corner.split("/") for corner in rest.split()]
            turned = ["/".join(_from_first(i, end) for i, end in zip(corner, ends, strict=False)) for corner in corners]
            lines[number] = "f " + " ".join(turned)
    return "\n".join(lines)


def _from_first(index: str, count: int) -> str:
    """One index as a positive one, if there are `count` so far. An index before the first becomes 2^40, which no file has."""
    if not index.startswith("-"):
        return index
    return str(count + 1 + int(index) if count + int(index) >= 0 else 2**40)
