"""read_collada: COLLADA files (.dae), with their nodes, materials and pictures. pycollada, an extra, reads the XML."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from raster.assets.meshes.collada_pictures import picture_name, picture_names
from raster.assets.meshes.external_files import References
from raster.assets.meshes.extras import missing_extra
from raster.assets.meshes.imported_mesh import GREY, PLAIN, WHITE, Note, PbrMaterial
from raster.assets.meshes.parsed_file import EncodedPicture, Node, ParsedFile, Primitive, code_values
from raster.assets.meshes.polygons import triangulate
from raster.color import linear_from_srgb
from raster.errors import InputError
from raster.roughness import roughness_of

BOUND = Note("hold a skin or morph targets, which are drawn in their bind pose")
Y_UP = {  # rotations (3, 3) to the axes that the other formats with y up have
    "X_UP": np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]]),
    "Y_UP": np.eye(3),
    "Z_UP": np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]),
}


def read_collada(data: bytes, references: References) -> ParsedFile:
    """All triangles and polygons of the file's scene, in metres, y up, as the file says which axis and unit it has.

    Skins are in their bind pose, morph targets do not count. InputError for a file that cannot be read, and without the extra.
    """
    document = _document(data, references)
    asset = document.assetInfo
    place = np.eye(4)
    place[:3, :3] = Y_UP[str(asset.upaxis or "Y_UP")] * float(asset.unitmeter or 1.0)
    materials = _Materials(references)
    meshes: list[tuple[Primitive, ...]] = []
    nodes = []
    for bound in _bound(document):
        surfaces = [made for primitive in bound.primitives() if (made := _surface(primitive, materials)) is not None]
        if surfaces:
            nodes.append(Node(str(bound.original.name or bound.original.id or ""), len(meshes), place))
            meshes.append(tuple(surfaces))
    posed = any(True for _ in document.scene.objects("controller")) if document.scene is not None else False
    return ParsedFile(tuple(meshes), tuple(nodes), tuple(materials.pictures.values()), (BOUND,) * posed)


def read_collada_dependencies(data: bytes, references: References) -> None:
    """Read all files that read_collada will need. The extra is not needed for that, so that cached files do without."""
    for name in picture_names(data, references.path):
        references.optional(name)


def _document(data: bytes, references: References) -> Any:
    """The file as pycollada describes it. Parts that it does not know are passed over; InputError for none that it knows."""
    try:
        from collada import Collada, common
    except ImportError:
        raise missing_extra(references.path, "is a COLLADA file", "collada") from None
    try:
        return Collada(io.BytesIO(data), ignore=[common.DaeUnsupportedError, common.DaeBrokenRefError])
    except common.DaeError as error:
        raise InputError(f"{references.path}: is no COLLADA file that can be read ({error})") from error


def _bound(document: Any) -> Iterator[Any]:
    """The geometries of the scene, with their vertices moved by the matrices of their nodes; of skins as they were bound."""
    if document.scene is None:
        return
    yield from document.scene.objects("geometry")
    for controller in document.scene.objects("controller"):
        skin = getattr(controller, "geometry", None)
        if skin is not None:
            yield skin
        else:
            yield controller.original.source_geometry.bind(controller.matrix, controller.materialnodebysymbol)


def _surface(bound: Any, materials: "_Materials") -> Primitive | None:
    """Triangles, polygons or a polylist with everything that stands at its corners; None for lines and empty ones."""
    kind = type(bound.original).__name__
    if kind not in ("TriangleSet", "Polylist", "Polygons") or not len(bound.original):
        return None
    corners = np.asarray(bound.vertex_index, np.int64).ravel()
    counts = np.full(len(corners) // 3, 3) if kind == "TriangleSet" else np.asarray(bound.original.vcounts, np.int64)
    positions = np.asarray(bound.vertex, np.float64)
    triangles = triangulate(positions, corners, counts)
    normals = uvs = colors = None
    if bound.normal is not None and bound.normal_index is not None:
        normals = np.asarray(bound.normal, np.float64)[np.asarray(bound.normal_index, np.int64).ravel()]
    if bound.texcoordset:
        uvs = np.asarray(bound.texcoordset[0], np.float64)[np.asarray(bound.texcoord_indexset[0], np.int64).ravel(), :2]
    if held := bound.original.sources.get("COLOR"):
        number = np.asarray(bound.original.index).reshape(len(corners), -1)[:, held[0][0]]
        colors = code_values(np.asarray(held[0][4].data, np.float64)[number])
    material = materials.of(bound.material) if bound.material is not None else WHITE if colors is not None else PLAIN
    name = str(getattr(bound.material, "name", None) or "part")
    return Primitive(positions[corners], triangles, normals, uvs, colors, material, name)


class _Materials:
    """The materials of a file, and the pictures that they use."""

    def __init__(self, references: References):
        self.pictures: dict[str, EncodedPicture] = {}
        self._references = references
        self._made: dict[str, PbrMaterial] = {}

    def of(self, material: Any) -> PbrMaterial:
        """The diffuse colour, as sRGB code values, or picture of a material; a missing picture is grey."""
        if material.id not in self._made:
            self._made[material.id] = self._make(material.effect)
        return self._made[material.id]

    def _make(self, effect: Any) -> PbrMaterial:
        diffuse, shininess = effect.diffuse, effect.shininess
        exponent = max(float(shininess), 0.0) if isinstance(shininess, int | float) else 0.0
        roughness = float(roughness_of(exponent)) if exponent else PLAIN.roughness
        base = replace(WHITE, roughness=roughness)
        if isinstance(diffuse, tuple | list):
            red, green, blue = np.round(linear_from_srgb(np.clip(np.array(diffuse[:3], np.float64), 0, 1)), 6).tolist()
            return replace(base, color=(red, green, blue))
        if diffuse is None:
            return replace(base, color=PLAIN.color)
        name = picture_name(diffuse.sampler.surface.image.path)
        picture = self._references.optional(name)
        if picture is None:
            return replace(base, color=(GREY, GREY, GREY))
        self.pictures.setdefault(name, EncodedPicture(name, picture))
        return replace(base, picture=list(self.pictures).index(name))
