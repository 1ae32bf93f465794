"""Catalog: what a run can put into its scenes: solids, composites and models with classes, sizes and resting directions."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

import numpy as np

from raster.assets.catalog_parts import compound, divided, held, parts_of, read, surface_of
from raster.assets.meshes.cached_mesh import StoredModel
from raster.assets.meshes.material_table import LookTable
from raster.errors import InputError
from raster.geometry.collision_shapes import Collision, collisions
from raster.geometry.mesh import Composite, Mesh, Part
from raster.geometry.mesh_atlas import FiledMesh, MeshAtlas
from raster.geometry.point_sampling import Thinned, thin
from raster.geometry.support_faces import Tops
from raster.solids.cube import cube
from raster.transforms import multiply

BACKGROUND = "background"
FLOOR = "floor"
MAX_CLASSES = 256  # class ids are 8 bit, background among them
MOST_THINNED = 256  # kinds whose points are kept

Solids = Mapping[str, Mesh | Composite]


class Catalog:
    """Labelled solids (class ids 1, 2, ... in the order given), unlabelled ones (class id 0) and models, as tables by kind.

    A kind is a row: `kinds` names, `class_id` (K,) int32, `part_mesh` (K, P) int32 with -1 for none, `part_local`
    (K, P, 4, 4) float32, `part_look` (K, P) int32: a row of `looks`, or -1, `radius` (K,) float32 of the bounding sphere about
    the origin, `rests` (K, R, 3) and `rest_offset` (K, R) float32, the supporting planes n.x = offset, `rest_count` (K,) int32,
    `mapped` (K,) bool: it has uvs. The last kind is the floor, a cube.
    Models, the user's own meshes, follow the solids, a kind each. A class of theirs that is no solid's comes after those, in
    the order of names. `members` (C, M) int32: the kinds of class c + 1, `member_count` (C,) int32 of them.
    `metric` (K,) bool: its unit is a metre; that of all models, if so asked.
    With `fine` there are finely divided meshes of solids as well, for shapes that are morphed; a model's stays as it is.
    InputError for nothing labelled, too many classes, or one name in both maps.
    """

    def __init__(
        self,
        labelled: Solids,
        unlabelled: Solids = MappingProxyType({}),
        models: Sequence[StoredModel] = (),
        fine: bool = False,
        metric: bool = False,
    ):
        named = {model.class_name for model in models if model.class_name is not None}
        self.classes = (BACKGROUND, *labelled, *sorted(named - set(labelled)))
        _check_names(labelled, unlabelled, named, len(self.classes))
        solids = {**labelled, **unlabelled}
        self.models, self.first_model, self.fine = tuple(models), len(solids), fine
        self.kinds = (*solids, *(model.name for model in models), FLOOR)
        self.floor = len(self.kinds) - 1
        number = {name: i for i, name in enumerate(self.classes)}
        theirs = [number[model.class_name or BACKGROUND] for model in models]
        self.class_id = np.array([*(number.get(name, 0) for name in solids), *theirs, 0], np.int32)
        self.labelled = np.flatnonzero(self.class_id)
        self.unlabelled = np.flatnonzero(self.class_id[:-1] == 0)
        members = [np.flatnonzero(self.class_id == c) for c in range(1, len(self.classes))]
        self.member_count = np.array([len(kinds) for kinds in members], np.int32)
        self.members = np.array([np.resize(kinds, self.member_count.max()) for kinds in members], np.int32)

        things: list[Mesh | Composite | StoredModel] = [*solids.values(), *models, cube()]
        self._parts = [parts_of(name, thing) for name, thing in zip((*self.kinds[:-1], "cube"), things, strict=True)]
        self.part_names = [[part.solid for part in row] for row in self._parts]
        self.composite = np.array([compound(thing) for thing in things])
        self.metric = np.array([metric and isinstance(thing, StoredModel) for thing in things])
        self._fill(self._parts)
        self._measure(things)
        self._thinned: dict[int, Thinned] = {}  # the oldest first

    def _fill(self, parts: Sequence[Sequence[Part]]) -> None:
        """Make the atlas and the looks, and fill in the tables of parts."""
        meshes: dict[int, tuple[str, Mesh]] = {}  # one copy of each mesh; numbered, for two parts may share a name
        for kind, members in zip(self.kinds, parts, strict=True):
            for part in members:
                if part.mesh is not None:
                    meshes.setdefault(id(part.mesh), (f"{kind}/{part.solid}/{len(meshes)}", part.mesh))
        number = {key: i for i, key in enumerate(meshes)}
        filed = [
            FiledMesh(m, part.index_count, part.first_index, part.first_vertex, part.thin)
            for m, model in enumerate(self.models)
            for part in model.parts
        ]
        finer = divided(meshes, [part for members in parts for part in members if part.mesh is not None]) if self.fine else {}
        self.atlas = MeshAtlas(dict(meshes.values()), filed, finer)
        self.looks, rows = LookTable.of(self.models)
        self.part_mesh = np.full((len(parts), max(map(len, parts))), -1, np.int32)
        self.part_look = np.full(self.part_mesh.shape, -1, np.int32)
        self.part_local = np.tile(np.eye(4, dtype=np.float32), (*self.part_mesh.shape, 1, 1))
        next_one = self.atlas.first_filed
        for k, members in enumerate(parts):
            for p, part in enumerate(members):
                self.part_local[k, p] = part.object_from_part
                if part.mesh is not None:
                    self.part_mesh[k, p] = number[id(part.mesh)]
                else:
                    self.part_mesh[k, p], next_one = next_one, next_one + 1
                    self.part_look[k, p] = rows[k - self.first_model][p]

    def _measure(self, things: Sequence[Mesh | Composite | StoredModel]) -> None:
        """Fill in the tables that come from the vertices."""
        self.rest_count = np.array([len(thing.rests) for thing in things], np.int32)
        self.radius = np.zeros(len(things), np.float32)
        self.rests = np.tile(np.array([0, 0, -1], np.float32), (len(things), self.rest_count.max(), 1))
        self.rest_offset = np.zeros(self.rests.shape[:2], np.float32)
        self.mapped = np.ones(len(things), bool)
        for k, thing in enumerate(things):
            self.rests[k, : len(thing.rests)] = thing.rests
            if isinstance(thing, StoredModel):
                self.radius[k], self.rest_offset[k] = thing.radius, thing.rest_offset[0]
                self.rest_offset[k, : len(thing.rests)] = thing.rest_offset
                self.mapped[k] = all(part.mapped for part in thing.parts)
                continue
            points, _ = surface_of(held(self._parts[k]), [part.object_from_part for part in self._parts[k]])
            self.radius[k] = np.linalg.norm(points, axis=1).max()
            self.rest_offset[k] = multiply(points, self.rests[k].T).max(axis=0)

    @cached_property
    def collision(self) -> tuple[tuple[Collision, ...], ...]:
        """Each kind's parts as physics has them; a model is the hull of its points."""
        whole = {self.first_model + m: (Collision("hull", np.eye(4), model.points),) for m, model in enumerate(self.models)}
        return tuple(whole.get(k) or collisions(parts) for k, parts in enumerate(self._parts))

    @cached_property
    def tops(self) -> Tops:
        """On which sides each kind can stand and carry another; models carry nothing."""
        rows = []
        for k, parts in enumerate(self._parts):
            if self.first_model <= k < self.floor:
                points, triangles = self.models[k - self.first_model].points, np.zeros((0, 3), np.int64)
            else:
                points, triangles = surface_of(held(parts), [part.object_from_part for part in parts])
            rows.append((points, triangles, self.rests[k, : self.rest_count[k]]))
        return Tops.of(rows)

    def thinned(self, kind: int) -> Thinned:
        """The vertices of a kind's fine meshes, all parts together, in object space; for how far a morphed one reaches."""
        if kind not in self._thinned:
            numbers, places = self.part_mesh[kind], self.part_local[kind]
            if self.first_model <= kind < self.floor:
                meshes = read(self.models[kind - self.first_model])
            else:
                finest = [self.atlas.mesh(self.atlas.fine[number, -1]) for number in numbers if number >= 0]
                meshes = [(mesh.positions, mesh.triangles) for mesh in finest]
            if len(self._thinned) >= MOST_THINNED:  # of thousands of files only some are kept
                del self._thinned[next(iter(self._thinned))]
            self._thinned[kind] = thin(*surface_of(meshes, places[: len(meshes)]))
        return self._thinned[kind]

    def digest(self) -> str:
        """16 hexadecimal digits of the models, their names and classes; "" for none."""
        whole = hashlib.sha256(repr([(model.name, model.class_name, model.digest) for model in self.models]).encode())
        return whole.hexdigest()[:16] if self.models else ""


def _check_names(labelled: Solids, unlabelled: Solids, named: set[str], classes: int) -> None:
    """InputError for what the catalog cannot hold; named: classes of models."""
    if classes == 1:
        advice = "name at least one, for example solids=[cube], or give objects.meshes"
        raise InputError(f"solids: none is chosen, and no mesh has a class; {advice}")
    folded: dict[str, str] = {}
    for name in (*labelled, *sorted(named)):
        if (other := folded.setdefault(name.casefold(), name)) != name:
            raise InputError(f"objects.classes: the classes {other} and {name} differ only in case; rename one, or join them")
    if classes > MAX_CLASSES:
        raise InputError(f"solids: {classes - 1} classes, but an 8-bit label holds {MAX_CLASSES - 1} and background")
    if both := sorted({*labelled, *named} & set(unlabelled)):
        raise InputError(f"distractors: {both[0]} is a labelled solid too; a thing is one or the other")
    for name in (BACKGROUND, FLOOR):
        if name in labelled or name in unlabelled or name in named:
            raise InputError(f"solids: the name {name} is taken; call the solid something else")
