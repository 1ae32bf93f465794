"""Catalog: what a run can put into its scenes: solids and composites with their classes, sizes and resting directions."""

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

import numpy as np

from raster.errors import InputError
from raster.hulls import Collision, hull_points
from raster.mesh import Composite, Mesh, MeshAtlas, Part
from raster.solids.cube import cube
from raster.tops import Tops
from raster.transforms import multiply

BACKGROUND = "background"
FLOOR = "floor"
MAX_CLASSES = 256  # class ids are 8 bit, background among them


class Catalog:
    """Labelled solids (class ids 1, 2, ... in the order given) and unlabelled ones (class id 0), as tables by kind.

    A kind is a row: `kinds` names, `class_id` (K,) int32, `part_mesh` (K, P) int32 with -1 for none, `part_local`
    (K, P, 4, 4) float32, `radius` (K,) float32 of the bounding sphere about the origin, `rests` (K, R, 3) and `rest_offset`
    (K, R) float32, the supporting planes n.x = offset, `rest_count` (K,) int32. The last kind is the floor, a cube.
    InputError for no labelled solid, too many classes, or one name in both maps.
    """

    def __init__(
        self, labelled: Mapping[str, Mesh | Composite], unlabelled: Mapping[str, Mesh | Composite] = MappingProxyType({})
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
        self.atlas = MeshAtlas(dict(meshes.values()))
        self.composite = np.array([isinstance(solid, Composite) for solid in solids.values()])
        self.part_names = [[part.solid for part in members] for members in parts]
        self.part_mesh = np.full((len(parts), max(map(len, parts))), -1, np.int32)
        self.part_local = np.tile(np.eye(4, dtype=np.float32), (*self.part_mesh.shape, 1, 1))
        for k, members in enumerate(parts):
            for p, part in enumerate(members):
                self.part_mesh[k, p] = number[id(part.mesh)]
                self.part_local[k, p] = part.object_from_part
        self._parts = parts
        self._measure(list(solids.values()), parts)

    @cached_property
    def collision(self) -> tuple[tuple[Collision, ...], ...]:
        """Each kind's parts as physics has them."""
        meshes = {id(part.mesh): part.mesh for members in self._parts for part in members}
        points = {key: hull_points(mesh.positions) for key, mesh in meshes.items()}
        return tuple(
            tuple(Collision(part.mesh.collision, part.object_from_part, points[id(part.mesh)]) for part in members)
            for members in self._parts
        )

    @cached_property
    def tops(self) -> Tops:
        """On which sides each kind can stand and carry another."""
        solids = []
        for k, members in enumerate(self._parts):
            starts = np.cumsum([0] + [len(part.mesh.positions) for part in members])
            triangles = [part.mesh.triangles + start for part, start in zip(members, starts, strict=False)]
            solids.append((_points(members), np.concatenate(triangles), self.rests[k, : self.rest_count[k]]))
        return Tops.of(solids)

    def _measure(self, solids: list[Mesh | Composite], parts: list[tuple[Part, ...]]) -> None:
        """Fill in the tables that come from the vertices."""
        self.rest_count = np.array([len(s.rests) for s in solids], np.int32)
        self.radius = np.zeros(len(solids), np.float32)
        self.rests = np.tile(np.array([0, 0, -1], np.float32), (len(solids), self.rest_count.max(), 1))
        self.rest_offset = np.zeros(self.rests.shape[:2], np.float32)
        for k, members in enumerate(parts):
            points = _points(members)
            self.radius[k] = np.linalg.norm(points, axis=1).max()
            self.rests[k, : len(solids[k].rests)] = solids[k].rests
            self.rest_offset[k] = multiply(points, self.rests[k].T).max(axis=0)


def _parts(name: str, solid: Mesh | Composite) -> tuple[Part, ...]:
    """The parts of a solid; a plain one is its own only part."""
    if isinstance(solid, Composite):
        return solid.parts
    return (Part("cube" if name == FLOOR else name, solid, np.eye(4, dtype=np.float32)),)


def _points(members: tuple[Part, ...]) -> np.ndarray:
    """(V, 3) float32: the vertices of all parts, object space."""
    placed = [(m.mesh.positions, m.object_from_part) for m in members]
    return np.concatenate([multiply(positions, place[:3, :3].T) + place[:3, 3] for positions, place in placed])
