"""read_gltf: GLB and glTF files: all primitives of triangles, with their nodes, materials and base colour pictures."""

from collections import Counter
from typing import Any

import numpy as np

from raster.assets.meshes.external_files import References
from raster.assets.meshes.gltf_accessors import Accessors
from raster.assets.meshes.gltf_compression import draco_arrays
from raster.assets.meshes.gltf_container import buffer_bytes, image_bytes, read_container
from raster.assets.meshes.gltf_materials import GltfMaterials, texture_of
from raster.assets.meshes.gltf_nodes import NodeOfMesh, meshes_at_nodes
from raster.assets.meshes.gltf_rest_pose import INFLUENCES, joint_matrices, morphed, skinned
from raster.assets.meshes.imported_mesh import PLAIN, WHITE, Note
from raster.assets.meshes.parsed_file import Node, ParsedFile, Primitive, code_values, used_rows
from raster.assets.meshes.polygons import of_fan, of_strips

TRIANGLES, STRIP, FAN = 4, 5, 6  # modes of primitives; points and lines are ignored
ALWAYS = ("POSITION", "NORMAL", "COLOR_0")  # the attributes that are read of each primitive
DRACO = "KHR_draco_mesh_compression"
AT_REST = Note("hold a skin or morph targets, which are drawn in their rest pose")
Tree = dict[str, Any]


class GltfReader:
    """One file while it is read."""

    def __init__(self, data: bytes, references: References):
        self.tree, binary = read_container(data, references)
        self.path = references.path
        self.accessors = Accessors(self.tree, self.path, lambda k: buffer_bytes(self.tree, binary, references, k))
        self.materials = GltfMaterials(
            self.tree, self.path, lambda image: image_bytes(self.tree, references, image, self.accessors.view)
        )
        self._joints: dict[int, np.ndarray] = {}  # by the number of the skin
        self._shared: dict[
            int, np.ndarray | None
        ] = {}  # attributes that primitives of a mesh share, by accessor; None: not yet

    def read(self) -> ParsedFile:
        """The contents of the file. A mesh of a node with a skin or with weights of its own is a mesh of its own."""
        found = meshes_at_nodes(self.tree, self.path, self.accessors)
        numbers: dict[tuple, int] = {}
        meshes: list[tuple[Primitive, ...]] = []
        nodes = []
        for each in found:
            entry = self.tree["nodes"][each.node]
            weights = tuple(entry.get("weights", self.tree["meshes"][each.mesh].get("weights", ())))
            key = (each.mesh, weights, each.node if "skin" in entry else None)
            if key not in numbers:
                numbers[key] = len(meshes)
                meshes.append(self._mesh(each, weights))
            nodes.append(Node(each.name, numbers[key], np.eye(4) if "skin" in entry else each.file_from_mesh))
        used = [self.tree["meshes"][each.mesh] for each in found]
        resting = any("skin" in self.tree["nodes"][each.node] for each in found)
        resting |= any(primitive.get("targets") for mesh in used for primitive in mesh["primitives"])
        return ParsedFile(tuple(meshes), tuple(nodes), tuple(self.materials.pictures), (AT_REST,) * resting)

    def _mesh(self, at: NodeOfMesh, weights: tuple[float, ...]) -> tuple[Primitive, ...]:
        """The primitives of a mesh as a node shows it."""
        primitives = self.tree["meshes"][at.mesh]["primitives"]
        uses = Counter(number for each in primitives for number in each["attributes"].values())
        self._shared = {number: None for number, count in uses.items() if count > 1}
        return tuple(
            self._primitive(primitive, at.node, weights)
            for primitive in primitives
            if primitive.get("mode", TRIANGLES) in (TRIANGLES, STRIP, FAN)
        )

    def _primitive(self, primitive: Tree, node: int, weights: tuple[float, ...]) -> Primitive:
        """A primitive with uvs whose v = 1 is the top row of the picture, and colours as sRGB code values."""
        number, skin = primitive.get("material"), self.tree["nodes"][node].get("skin")
        _, texture = texture_of(self.tree, number)
        transform = texture.get("extensions", {}).get("KHR_texture_transform", {})
        mapping = f"TEXCOORD_{transform.get('texCoord', texture.get('texCoord', 0))}"
        triangles, values = self._arrays(primitive, {*ALWAYS, mapping, *(() if skin is None else INFLUENCES)})
        if primitive.get("targets") and any(weights):
            values |= morphed(values, primitive["targets"], weights, self.accessors.floats)
        if len({len(each) for each in values.values()}) == 1:
            rows, triangles = used_rows(triangles, len(values["POSITION"]))
            values = {name: each[rows] for name, each in values.items()}
        if skin is not None:
            if skin not in self._joints:
                self._joints[skin] = joint_matrices(self.tree, skin, self.accessors)
            values |= skinned(values, self._joints[skin])
        material = self.materials.of(number) or (WHITE if "COLOR_0" in values else PLAIN)
        uvs = values.get(mapping)
        if uvs is not None:
            uvs = _moved(uvs, transform)
            uvs = np.stack([uvs[:, 0], 1 - uvs[:, 1]], axis=1)
        colors = values.get("COLOR_0")
        entry = self.tree["materials"][number] if number is not None else {}
        return Primitive(
            values["POSITION"],
            triangles,
            values.get("NORMAL"),
            uvs,
            None if colors is None else _encoded(colors),
            material,
            str(entry.get("name") or "part"),
            entry.get("alphaMode") == "BLEND",
        )

    def _arrays(self, primitive: Tree, names: set[str]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Triangles (T, 3) int64 and those attributes (V, width) float64 of these names that there are, by name."""
        held = {name: number for name, number in primitive["attributes"].items() if name in names}
        packed = primitive.get("extensions", {}).get(DRACO)
        if packed is not None:
            inside = {name: number for name, number in packed["attributes"].items() if name in held}
            triangles, arrays = draco_arrays(inside, self.accessors.view(packed["bufferView"]), self.path)
            values = {name: self.accessors.as_floats(held[name], array) for name, array in arrays.items()}
            others = {name: self._floats(number) for name, number in held.items() if name not in values}
            return triangles, {**others, **values}
        values = {name: self._floats(number) for name, number in held.items()}
        if "indices" in primitive:
            corners = self.accessors.values(primitive["indices"])[:, 0].astype(np.int64)
        else:
            corners = np.arange(len(values["POSITION"]))
        mode = primitive.get("mode", TRIANGLES)
        if mode == TRIANGLES:
            return corners[: len(corners) // 3 * 3].reshape(-1, 3), values
        return (of_strips if mode == STRIP else of_fan)(corners), values

    def _floats(self, number: int) -> np.ndarray:
        """(V, width) float64 of an attribute; decoded once if primitives of the mesh share it."""
        values = self._shared.get(number)
        if values is None:
            values = self.accessors.floats(number)
            if number in self._shared:
                self._shared[number] = values
        return values


def read_gltf(data: bytes, references: References) -> ParsedFile:
    """The contents of a file as its scene shows them, at rest. InputError for features that are not read.

    Animations, lights and cameras are ignored.
    """
    return GltfReader(data, references).read()


def read_gltf_dependencies(data: bytes, references: References) -> None:
    """Read all files that read_gltf will need."""
    reader = GltfReader(data, references)
    for number in range(len(reader.tree.get("buffers", []))):
        reader.accessors.load(number)
    reader.materials.load_pictures()


def _moved(uvs: np.ndarray, transform: Tree) -> np.ndarray:
    """uvs (V, 2), v down, scaled, rotated and shifted by KHR_texture_transform."""
    (x, y), angle = transform.get("scale", (1.0, 1.0)), transform.get("rotation", 0.0)
    c, s = np.round(np.cos(angle), 12), np.round(np.sin(angle), 12)
    u, v = uvs[:, 0] * x, uvs[:, 1] * y
    return np.stack([c * u + s * v, c * v - s * u], axis=1) + np.array(transform.get("offset", (0.0, 0.0)), np.float64)


def _encoded(linear: np.ndarray) -> np.ndarray:
    """(V, 4) uint8 sRGB code values and alpha of linear colours (V, 3 or 4) in 0..1 (IEC 61966-2-1)."""
    c = np.clip(np.nan_to_num(linear), 0.0, 1.0)
    c[:, :3] = np.where(c[:, :3] <= 0.0031308, 12.92 * c[:, :3], 1.055 * np.power(c[:, :3], 1 / 2.4) - 0.055)
    return code_values(c)
