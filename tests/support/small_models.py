"""Makers of small mesh files for tests: glTF written by hand, OBJ with a material, and what tells of a model read."""

import io
import json
import struct
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from raster.assets.meshes.imported_mesh import ImportedMesh
from raster.assets.meshes.read import Settings, read_dependencies, read_mesh
from raster.errors import InputError

COMPONENT = {"int8": 5120, "uint8": 5121, "int16": 5122, "uint16": 5123, "uint32": 5125, "float32": 5126}
# Top-left red, top-right green, bottom-left blue, bottom-right white.
QUADRANTS = np.zeros((16, 16, 3), np.uint8)
QUADRANTS[:8, :8, 0], QUADRANTS[:8, 8:, 1], QUADRANTS[8:, :8, 2], QUADRANTS[8:, 8:] = 255, 255, 255, 255
# A tetrahedron that no turn or mirror takes to itself, wound outward.
CORNERS = np.array([[0, 0, 0], [1, 0, 0], [0.25, 2, 0], [0.125, 0.5, 3]], np.float32)
FACES = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]])


def png(pixels: np.ndarray, **more) -> bytes:
    """An encoded picture."""
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, "PNG", **more)
    return held.getvalue()


def describe(primitives: list[dict], nodes: list[dict], materials=(), pictures=()) -> tuple[dict, bytes]:
    """A glTF description and its buffer. A primitive: arrays by attribute, "indices", perhaps "material"; each is a mesh."""
    tree: dict = {"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": list(range(len(nodes)))}], "nodes": nodes}
    tree |= {"meshes": [], "accessors": [], "bufferViews": []}
    held = b""

    def view(data: bytes) -> int:
        nonlocal held
        tree["bufferViews"].append({"buffer": 0, "byteOffset": len(held), "byteLength": len(data)})
        held += data + bytes(-len(data) % 4)
        return len(tree["bufferViews"]) - 1

    def accessor(array: np.ndarray, whole: bool) -> int:
        kind = "SCALAR" if array.ndim == 1 else f"VEC{array.shape[1]}"
        entry = {"bufferView": view(array.tobytes()), "componentType": COMPONENT[array.dtype.name], "count": len(array)}
        tree["accessors"].append({**entry, "type": kind, **({"normalized": True} if whole else {})})
        return len(tree["accessors"]) - 1

    for given in primitives:
        made: dict = {"attributes": {}}
        for name, value in given.items():
            if name == "indices":
                made["indices"] = accessor(np.asarray(value).ravel().astype(np.uint16), False)
            elif name in ("material", "mode"):
                made[name] = value
            else:
                made["attributes"][name] = accessor(value, value.dtype.kind in "iu" and name != "POSITION")
        tree["meshes"].append({"primitives": [made]})
    if materials:
        tree["materials"] = list(materials)
    if pictures:
        tree["images"] = [{"bufferView": view(data), "mimeType": "image/png"} for data in pictures]
        tree["textures"] = [{"source": k} for k in range(len(pictures))]
    tree["buffers"] = [{"byteLength": len(held)}]
    return tree, held


def glb(tree: dict, binary: bytes) -> bytes:
    """A GLB file of a description and its buffer."""
    text = json.dumps(tree).encode()
    text += b" " * (-len(text) % 4)
    length = 28 + len(text) + len(binary)
    head = struct.pack("<4sII", b"glTF", 2, length)
    return head + struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(binary), b"BIN\0") + binary


def tetrahedron(**more) -> dict:
    """A primitive of the tetrahedron."""
    return {"POSITION": CORNERS, "indices": FACES, **more}


def write_five(folder: Path) -> dict[str, Path]:
    """The tetrahedron in each kind of file, by ending, and as ASCII STL."""
    mesh = trimesh.Trimesh(CORNERS, FACES, process=False)
    paths = {kind: folder / f"t.{kind}" for kind in ("glb", "obj", "stl", "ply")}
    for path in paths.values():
        mesh.export(path)
    (folder / "ascii.stl").write_text(mesh.export(file_type="stl_ascii"))
    tree, binary = describe([tetrahedron()], [{"mesh": 0}])
    tree["buffers"][0]["uri"] = "the%20buffer.bin"
    (folder / "the buffer.bin").write_bytes(binary)
    (folder / "t.gltf").write_text(json.dumps(tree))
    return paths | {"ascii": folder / "ascii.stl", "gltf": folder / "t.gltf"}


def card(folder: Path) -> tuple[Path, Path]:
    """A square with the quadrants, its picture upright, as GLB and as OBJ with MTL and PNG; y is up in both."""
    places = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)
    triangles = np.array([[0, 1, 2], [0, 2, 3]])
    down = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32)  # in glTF v = 0 is the top row
    material = {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}
    primitive = {"POSITION": places, "TEXCOORD_0": down, "indices": triangles, "material": 0}
    (folder / "card.glb").write_bytes(glb(*describe([primitive], [{"mesh": 0}], [material], [png(QUADRANTS)])))
    (folder / "card.png").write_bytes(png(QUADRANTS))
    (folder / "card.mtl").write_text("newmtl paper\nKd 1 1 1\nNs 6\nmap_Kd -s 1 1 1 card.png\n")
    lines = ["mtllib card.mtl", *("v {} {} {}".format(*p) for p in places), "vt 0 0", "vt 1 0", "vt 1 1", "vt 0 1"]
    (folder / "card.obj").write_text("\n".join([*lines, "usemtl paper", "f 1/1 2/2 3/3 4/4", ""]))
    return folder / "card.glb", folder / "card.obj"


def read(path: Path, normalize=True, up="auto", px=16, most=1_000_000, root=None) -> ImportedMesh:
    """A file's model, without the cache."""
    data, references = read_dependencies(path, root)
    return read_mesh(path, data, references, Settings(normalize, up, px), most)


def exact(path: Path) -> list:
    """The triangles of a file as they stand there, as as_set() gives them."""
    return as_set(triangles_of(read(path, normalize=False, up="z")))


def notes_of(path: Path) -> str:
    """What is said once about a file."""
    return " ".join(note.what for note in read(path).notes)


def message(path: Path, **more) -> str:
    """What is said, after its path, of a file that is refused."""
    with pytest.raises(InputError) as error:
        read(path, **more)
    text = str(error.value)
    assert "\n" not in text
    assert text.startswith(f"{path}: ")
    return text.removeprefix(f"{path}: ")


def put(path: Path, data: bytes | str) -> Path:
    """The path, with these bytes in it."""
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def triangles_of(model) -> np.ndarray:
    """(T, 3, 3) float64 corners in object space of all parts."""
    return corners_of(model, "position")


def corners_of(model, field: str) -> np.ndarray:
    """(T, 3, n) float64 of one field at the corners of all parts; positions in object space, normals through the cofactors."""
    vertices = model.vertices() if callable(model.vertices) else model.vertices
    indices = model.indices() if callable(model.indices) else model.indices
    found = []
    for part in model.parts:
        rows = vertices[part.first_vertex : part.first_vertex + part.vertex_count]
        corner = indices[part.first_index : part.first_index + part.index_count].reshape(-1, 3)
        values, place = rows[field][corner].astype(np.float64), part.object_from_part.astype(np.float64)
        if field == "position":
            values = values @ place[:3, :3].T + place[:3, 3]
        if field == "normal":
            values = values @ (np.linalg.det(place[:3, :3]) * np.linalg.inv(place[:3, :3]))
            values /= np.linalg.norm(values, axis=-1, keepdims=True)
        found.append(values)
    return np.concatenate(found)


def as_set(triangles: np.ndarray) -> list:
    """Triangles (T, 3, 3) so that two orders of the same ones are equal: each from its least corner, rounded, sorted."""
    rows = []
    for triangle in np.round(triangles, 4) + 0.0:
        first = min(range(3), key=lambda k: tuple(triangle[k]))
        rows.append(tuple(np.roll(triangle, -first, axis=0).ravel().tolist()))
    return sorted(rows)


def outward(model) -> np.ndarray:
    """(T,) cosines of the angles between the triangles' own normals and the means of those at their corners."""
    a, b, c = np.moveaxis(triangles_of(model), 1, 0)
    own, mean = np.cross(b - a, c - a), corners_of(model, "normal").mean(axis=1)
    return (own * mean).sum(axis=1) / np.linalg.norm(own, axis=1) / np.linalg.norm(mean, axis=1)


def volume(model) -> float:
    """Enclosed by the triangles, positive if they are counter-clockwise seen from outside."""
    a, b, c = np.moveaxis(triangles_of(model), 1, 0)
    return float((a * np.cross(b, c)).sum() / 6)
