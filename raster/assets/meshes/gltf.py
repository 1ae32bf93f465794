"""read_gltf: GLB and glTF files. trimesh decodes the geometry; materials and nodes are read from the file's own description."""

import io
import json
from typing import Any

import numpy as np
from trimesh.exchange.gltf import load_gltf

from raster.assets.meshes.external_files import References
from raster.assets.meshes.gltf_container import buffer_bytes, image_bytes, read_container
from raster.assets.meshes.gltf_materials import GltfMaterials, texture_of
from raster.assets.meshes.gltf_nodes import placed_meshes
from raster.assets.meshes.imported_mesh import PLAIN, WHITE, PbrMaterial
from raster.assets.meshes.parsed_file import ParsedFile, Primitive
from raster.errors import InputError

TRIANGLES, STRIP, FAN = 4, 5, 6  # modes of primitives; points and lines are ignored
Tree = dict[str, Any]


def read_gltf(data: bytes, references: References) -> ParsedFile:
    """All primitives of triangles of a file, its nodes and its base colour pictures. InputError for features that are not read.

    Skins, animations, morph targets, lights and cameras are ignored: a mesh is used as it is stored.
    """
    tree, binary = read_container(data, references)
    materials = GltfMaterials(tree, references.path, lambda image: image_bytes(tree, binary, references, image))
    primitives = [
        [p for p in mesh["primitives"] if p.get("mode", TRIANGLES) in (TRIANGLES, STRIP, FAN)]
        for mesh in tree.get("meshes", [])
    ]
    flat = [p for mesh in primitives for p in mesh]
    loaded = _decode(tree, binary, references, flat)
    surfaces = []
    for primitive, arrays in zip(flat, loaded, strict=True):
        material = materials.of(primitive.get("material"))
        if material is None:
            material = WHITE if "COLOR_0" in primitive["attributes"] else PLAIN
        surfaces.append(_surface(tree, primitive, arrays, material))
    meshes, first = [], 0
    for members in primitives:
        meshes.append(tuple(surfaces[first : first + len(members)]))
        first += len(members)
    return ParsedFile(tuple(meshes), placed_meshes(tree, references.path), tuple(materials.pictures))


def read_gltf_dependencies(data: bytes, references: References) -> None:
    """Read all files that read_gltf will need."""
    tree, binary = read_container(data, references)
    for number in range(len(tree.get("buffers", []))):
        buffer_bytes(tree, binary, references, number)
    GltfMaterials(tree, references.path, lambda image: image_bytes(tree, binary, references, image)).load_pictures()


def _decode(tree: Tree, binary: bytes, references: References, primitives: list[Tree]) -> list[dict[str, Any]]:
    """The arrays of each primitive, decoded by trimesh.

    trimesh gets a description with these primitives alone, each as a mesh of its own. The texture coordinates have a name that
    trimesh does not know, so it returns them unchanged.
    """
    used = sorted({number for p in primitives for number in (*_attributes(tree, p).values(), *_indices(p))})
    place = {number: k for k, number in enumerate(used)}
    for p in primitives:
        if p.get("mode") == FAN:
            raise InputError(f"{references.path}: holds triangle fans, which are not read; export it as triangles")
    accessors = [tree["accessors"][number] for number in used]
    for accessor in accessors:
        if "sparse" in accessor or "bufferView" not in accessor:
            raise InputError(f"{references.path}: holds sparse or compressed arrays, which are not read; export it without")
    meshes = []
    for k, p in enumerate(primitives):
        kept: Tree = {"attributes": {name: place[n] for name, n in _attributes(tree, p).items()}}
        kept["mode"] = p.get("mode", TRIANGLES)
        if "indices" in p:
            kept["indices"] = place[p["indices"]]
        meshes.append({"name": f"primitive {k}", "primitives": [kept]})
    buffers = {f"buffer {k}": buffer_bytes(tree, binary, references, k) for k in range(len(tree.get("buffers", [])))}
    plain = {
        "asset": {"version": "2.0"},
        "buffers": [{"uri": name, "byteLength": len(held)} for name, held in buffers.items()],
        "bufferViews": tree.get("bufferViews", []),
        "accessors": accessors,
        "meshes": meshes,
    }
    loaded = load_gltf(io.BytesIO(json.dumps(plain).encode()), resolver=buffers, skip_materials=True)["geometry"]
    return [loaded[mesh["name"]] for mesh in meshes]


def _attributes(tree: Tree, primitive: Tree) -> dict[str, int]:
    """Accessor numbers of the attributes of a primitive that are used, by name."""
    held = primitive["attributes"]
    _, texture = texture_of(tree, primitive.get("material"))
    chosen = texture.get("extensions", {}).get("KHR_texture_transform", {}).get("texCoord", texture.get("texCoord", 0))
    named = {"POSITION": "POSITION", "NORMAL": "NORMAL", "COLOR_0": "COLOR_0", "_UV": f"TEXCOORD_{chosen}"}
    return {name: held[source] for name, source in named.items() if source in held or name == "POSITION"}


def _indices(primitive: Tree) -> list[int]:
    return [primitive["indices"]] if "indices" in primitive else []


def _surface(tree: Tree, primitive: Tree, arrays: dict[str, Any], material: PbrMaterial) -> Primitive:
    """A primitive with float64 arrays, uvs with v = 1 at the top row of the picture, and colours as sRGB code values."""
    numbers = _attributes(tree, primitive)

    def floats(name: str, values: np.ndarray | None) -> np.ndarray | None:
        return None if values is None else _floats(tree["accessors"][numbers[name]], np.asarray(values))

    uvs = floats("_UV", arrays.get("vertex_attributes", {}).get("_UV"))
    if uvs is not None:
        _, texture = texture_of(tree, primitive.get("material"))
        uvs = _moved(uvs, texture.get("extensions", {}).get("KHR_texture_transform", {}))
        uvs = np.stack([uvs[:, 0], 1 - uvs[:, 1]], axis=1)
    colors = floats("COLOR_0", arrays.get("vertex_colors"))
    positions = floats("POSITION", arrays["vertices"])
    assert positions is not None
    name = tree["materials"][primitive["material"]].get("name") if "material" in primitive else None
    return Primitive(
        positions,
        np.asarray(arrays["faces"]).astype(np.int64),
        floats("NORMAL", arrays.get("vertex_normals")),
        uvs,
        None if colors is None else _encoded(colors),
        material,
        str(name or "part"),
    )


def _floats(accessor: Tree, values: np.ndarray) -> np.ndarray:
    """The numbers of an accessor as float64; normalized integers become 0..1 or -1..1 (glTF 2.0, 3.6.2.2)."""
    if values.dtype.kind in "iu" and accessor.get("normalized"):
        return np.maximum(values / float(np.iinfo(values.dtype).max), -1.0)
    return values.astype(np.float64)


def _moved(uvs: np.ndarray, transform: Tree) -> np.ndarray:
    """uvs (V, 2), v down, scaled, rotated and shifted by KHR_texture_transform."""
    (x, y), angle = transform.get("scale", (1.0, 1.0)), transform.get("rotation", 0.0)
    c, s = np.round(np.cos(angle), 12), np.round(np.sin(angle), 12)
    u, v = uvs[:, 0] * x, uvs[:, 1] * y
    return np.stack([c * u + s * v, c * v - s * u], axis=1) + np.array(transform.get("offset", (0.0, 0.0)), np.float64)


def _encoded(linear: np.ndarray) -> np.ndarray:
    """(V, 3) uint8 sRGB code values of linear colours (V, 3 or 4) in 0..1 (IEC 61966-2-1)."""
    c = np.clip(np.nan_to_num(linear[:, :3]), 0.0, 1.0)
    encoded = np.where(c <= 0.0031308, 12.92 * c, 1.055 * np.power(c, 1 / 2.4) - 0.055)
    return np.floor(255 * encoded + 0.5).astype(np.uint8)
