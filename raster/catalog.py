"""Catalog: what a run can put into its scenes: solids and composites with their classes, sizes and resting directions."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from raster.errors import InputError
from raster.mesh import Composite, Divided, Mesh, MeshAtlas, Part
from raster.solids.cube import cube
from raster.solids.divisions import divisions
from raster.thinning import Thinned, thin
from raster.transforms import multiply

BACKGROUND = "background"
FLOOR = "floor"
MAX_CLASSES = 256  # class ids are 8 bit, background among them


class Catalog:
    """Labelled solids (class ids 1, 2, ... in the order given) and unlabelled ones (class id 0), as tables by kind.

    A kind is a row: `kinds` names, `class_id` (K,) int32, `part_mesh` (K, P) int32 with -1 for none, `part_local`
    (K, P, 4, 4) float32, `radius` (K,) float32 of the bounding sphere about the origin, `rests` (K, R, 3) and `rest_offset`
    (K, R) float32, the supporting planes n.x = offset, `rest_count` (K,) int32. The last kind is the floor, a cube.
    With `fine` there are finely divided meshes as well, for shapes that are morphed, and `thinned`, their vertices in object
    space by kind.
    InputError for no labelled solid, too many classes, or one name in both maps.
    """

    def __init__(
        self,
        labelled: Mapping[str, Mesh | Composite],
        unlabelled: Mapping[str, Mesh | Composite] = MappingProxyType({}),
        fine: bool = False,
    ):
        if not labelled:
            raise InputError("solids: none is chosen; name at least one, for example solids=[cube]")
        if len(labelled) >= MAX_CLASSES:
            raise InputError(f"solids: {len(labelled)} classes, but an 8-bit label holds {MAX_CLASSES - 1} and background")
        if both := sorted(set(labelled) & set(unlabelled)):
            raise InputError(f"distractors: {both[0]} is a labelled solid too; a thing is one or the other")
        for name in (BACKGROUND, FLOOR):
            if name in labelled or name in unlabelled:
                raise InputError(f"solids: the name {name} is taken; call the solid something else")
        solids = {**labelled, **unlabelled, FLOOR: cube()}
        self.kinds = tuple(solids)
        self.classes = (BACKGROUND, *labelled)
        self.labelled = np.arange(len(labelled))
        self.unlabelled = np.arange(len(unlabelled)) + len(labelled)
        self.floor = len(solids) - 1
        self.class_id = np.array([i + 1 if i < len(labelled) else 0 for i in range(len(solids))], np.int32)

        parts = [_parts(name, solid) for name, solid in solids.items()]
        meshes: dict[int, tuple[str, Mesh]] = {}  # one copy of each mesh; numbered, for two parts may share a name
        for kind, members in zip(self.kinds, parts, strict=True):
            for part in members:
                meshes.setdefault(id(part.mesh), (f"{kind}/{part.solid}/{len(meshes)}", part.mesh))  # parts may share names
        number = {key: i for i, key in enumerate(meshes)}
        divided = _divided(meshes, [part for members in parts for part in members]) if fine else {}
        self.fine, self.atlas = fine, MeshAtlas(dict(meshes.values()), divided)
        self.composite = np.array([isinstance(solid, Composite) for solid in solids.values()])
        self.part_names = [[part.solid for part in members] for members in parts]
        self.part_mesh = np.full((len(parts), max(map(len, parts))), -1, np.int32)
        self.part_local = np.tile(np.eye(4, dtype=np.float32), (*self.part_mesh.shape, 1, 1))
        for k, members in enumerate(parts):
            for p, part in enumerate(members):
                self.part_mesh[k, p] = number[id(part.mesh)]
                self.part_local[k, p] = part.object_from_part
        self._measure(list(solids.values()), parts)
        self.thinned = [self._thin(k) for k in range(len(parts))] if fine else []

    def _measure(self, solids: list[Mesh | Composite], parts: list[tuple[Part, ...]]) -> None:
        """Fill in the tables that come from the vertices."""
        self.rest_count = np.array([len(s.rests) for s in solids], np.int32)
        self.radius = np.zeros(len(solids), np.float32)
        self.rests = np.tile(np.array([0, 0, -1], np.float32), (len(solids), self.rest_count.max(), 1))
        self.rest_offset = np.zeros(self.rests.shape[:2], np.float32)
        for k, members in enumerate(parts):
            points = _points([m.mesh for m in members], [m.object_from_part for m in members])
            self.radius[k] = np.linalg.norm(points, axis=1).max()
            self.rests[k, : len(solids[k].rests)] = solids[k].rests
            self.rest_offset[k] = multiply(points, self.rests[k].T).max(axis=0)

    def _thin(self, kind: int) -> Thinned:
        """The finely divided meshes of a kind, all parts together."""
        meshes = [self.atlas.meshes[self.atlas.fine[number, -1]] for number in self.part_mesh[kind] if number >= 0]
        starts = np.cumsum([0] + [len(mesh.positions) for mesh in meshes[:-1]])
        triangles = np.concatenate([mesh.triangles + start for mesh, start in zip(meshes, starts, strict=True)])
        return thin(_points(meshes, self.part_local[kind, : len(meshes)]), triangles)


def _points(meshes: Sequence[Mesh], places: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
    """(V, 3) float32 in object space of meshes placed by object_from_part (4, 4)."""
    placed = zip(meshes, places, strict=True)
    return np.concatenate([multiply(mesh.positions, place[:3, :3].T) + place[:3, 3] for mesh, place in placed])


def _divided(meshes: Mapping[int, tuple[str, Mesh]], parts: Sequence[Part]) -> dict[str, tuple[Divided, ...]]:
    """Finely divided meshes by name, of those by id; a mesh that is several parts, as the largest of them needs it."""
    scales = [(id(part.mesh), np.linalg.norm(part.object_from_part[:3, :3], axis=0)) for part in parts]
    largest = {key: np.max([scale for other, scale in scales if other == key], axis=0) for key in meshes}
    return {name: divisions(mesh, largest[key]) for key, (name, mesh) in meshes.items()}


def _parts(name: str, solid: Mesh | Composite) -> tuple[Part, ...]:
    """The parts of a solid; a plain one is its own only part."""
    if isinstance(solid, Composite):
        return solid.parts
    return (Part("cube" if name == FLOOR else name, solid, np.eye(4, dtype=np.float32)),)
