"""Catalog: all solids, composites and imported meshes of a run, with their classes, sizes and resting directions."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

import numpy as np

from raster.assets.catalog_parts import (
    external_meshes,
    is_composite,
    members_of,
    meshes_of,
    parts_of,
    read_meshes,
    subdivide_meshes,
    surface_of,
    variant_rows,
)
from raster.assets.check_names import FLOOR, check_names
from raster.assets.class_map import IGNORE, classes_of
from raster.assets.meshes.cached_mesh import CachedMesh
from raster.assets.meshes.material_table import MaterialTable
from raster.geometry.collision_shapes import CollisionShape, collision_shapes
from raster.geometry.mesh import Composite, Mesh, Part
from raster.geometry.mesh_atlas import MeshAtlas
from raster.geometry.point_sampling import PointClusters, sample_points
from raster.geometry.support_faces import DENTED, FLAT, SupportFaces
from raster.solids.cube import cube
from raster.transforms import multiply

MAX_CLUSTERED = 256  # assets whose point clusters are kept in memory

Solids = Mapping[str, Mesh | Composite]


class Catalog:
    """Everything that a run can show, as tables with a row for each asset.

    The rows are, in this order: labelled solids (class ids 1, 2, ... in the order given), unlabelled solids (class id 0),
    variants of solids, solids that a randomizer brings (class id 0; range `brought`), imported meshes, and last the floor, a
    cube. Classes of imported meshes alone come after the solids' classes, sorted by name. `labels` gives some of these classes
    other names, or none: raster/assets/class_map.py. InputError if nothing is labelled, if there are too many classes, or if a
    name is in both maps of solids.

    assets: K names; variants of a solid are called NAME/0, NAME/1, ... radius (K,) float32: of the bounding sphere about the
    origin. choices: C names among which a randomizer chooses objects: labelled solids and classes of imported meshes, whatever
    `labels` calls them. choice (K,) int32: number of each asset's choice, from 1; 0: none. class_id (K,) int32.
    variants (K, V) int32: the rows of each asset's variants, of which the first variant_count (K,) int32 count.
    is_variant (K,) bool; only `variants` names these rows. is_imported (K,) bool.
    part_mesh (K, P) int32: the meshes of each asset's parts, -1 = none. part_local (K, P, 4, 4) float32: object_from_part.
    part_material (K, P) int32: rows of `mesh_materials`, -1 = none.
    rest_directions (K, R, 3) float32 and rest_distances (K, R) float32: the planes n.x = distance on which an asset can lie;
    rest_count (K,) int32 of them.
    proportions (K, 3, 2) float64: lowest and highest factor of each axis of a stretched object, NaN where none are stated.
    has_uvs (K,) bool. metric (K,) bool: one unit is a metre; it is true of all imported meshes, or of none.
    keypoints (K): the NamedPoints of each asset, in object space; a composite has none.
    members (C, M) int32: the rows of choice c + 1, of which the first member_count (C,) int32 count; the rest repeats them.
    imported: the imported meshes; the first of them is row first_imported. floor: the row of the floor.
    With `surfaces` solids have enough triangles for right depth and normals, not only outlines. With `fine` the atlas also
    holds finely subdivided meshes of the solids, which can bend; imported meshes are not subdivided.

        >>> import raster
        >>> from raster.solids.cube import cube
        >>> from raster.solids.torus import torus
        >>> raster.Catalog({"cube": cube()}, unlabelled={"torus": torus()}).classes
        ('background', 'cube')
    """

    def __init__(
        self,
        labelled: Solids,
        unlabelled: Solids = MappingProxyType({}),
        imported: Sequence[CachedMesh] = (),
        fine: bool = False,
        metric: bool = False,
        proportions: Mapping[str, np.ndarray] = MappingProxyType({}),
        variants: Mapping[str, Sequence[Mesh]] = MappingProxyType({}),
        brought: Mapping[str, Mesh] = MappingProxyType({}),
        surfaces: bool = False,
        labels: Mapping[str, str | None] = MappingProxyType({}),
    ):
        named = {mesh.class_name for mesh in imported if mesh.class_name is not None}
        self.choices = (*labelled, *sorted(named - set(labelled)))
        check_names(labelled, unlabelled, named)
        self.classes, class_ids = classes_of(self.choices, labels, unlabelled)
        solids = {**labelled, **unlabelled}
        base = [name for name in solids for _ in variants.get(name, ())]  # of each variant
        varied = {f"{name}/{k}": mesh for name in solids for k, mesh in enumerate(variants.get(name, ()))}
        made = {**solids, **varied, **brought}
        self.imported, self.first_imported, self.fine, self.surfaces = tuple(imported), len(made), fine, surfaces
        self.brought = range(len(made) - len(brought), len(made))
        self.assets = (*made, *(mesh.name for mesh in imported), FLOOR)
        self.floor = len(self.assets) - 1
        self.is_variant = np.isin(np.arange(len(self.assets)), len(solids) + np.arange(len(varied)))
        self.variants, self.variant_count = variant_rows(list(solids), base, len(self.assets))
        self._classify([*solids, *base, *brought, *(mesh.class_name or "" for mesh in imported), ""], class_ids)
        shapes: list[Mesh | Composite | CachedMesh] = [*made.values(), *imported, cube()]
        self._parts = [parts_of(name, shape) for name, shape in zip((*self.assets[:-1], "cube"), shapes, strict=True)]
        self.part_names = [[part.solid for part in row] for row in self._parts]
        shown = (*solids, *base, *self.assets[self.brought.start :])
        self.proportions = np.array([proportions.get(name, np.full((3, 2), np.nan)) for name in shown])
        self._fill(self._parts)
        self._measure(shapes)
        self.metric = metric & self.is_imported
        self._point_clusters: dict[int, PointClusters] = {}  # the oldest first

    def _classify(self, chosen: Sequence[str], class_ids: np.ndarray) -> None:
        """Fill in the tables of classes. chosen: each asset's choice, "" for none; class_ids (1 + C,) int32, by choice."""
        number = {name: i for i, name in enumerate(self.choices, 1)}
        self.choice = np.array([number.get(name, 0) for name in chosen], np.int32)
        self.class_id = class_ids[self.choice]
        self.labelled = np.flatnonzero((self.choice > 0) & ~self.is_variant)
        self.unlabelled = np.setdiff1d(np.flatnonzero((self.choice[:-1] == 0) & ~self.is_variant[:-1]), self.brought)
        self.members, self.member_count = members_of(np.where(self.is_variant, 0, self.choice), len(self.choices))

    def _fill(self, parts: Sequence[Sequence[Part]]) -> None:
        """Make the atlas and the materials, and fill in the tables of parts."""
        meshes: dict[int, tuple[str, Mesh]] = {}  # one copy of each mesh; numbered, for two parts may share a name
        for asset, members in zip(self.assets, parts, strict=True):
            for part in members:
                if part.mesh is not None:
                    meshes.setdefault(id(part.mesh), (f"{asset}/{part.solid}/{len(meshes)}", part.mesh))
        number = {key: i for i, key in enumerate(meshes)}
        self.mesh_materials, rows = MaterialTable.of(self.imported)
        external = external_meshes(self.imported, self.mesh_materials, rows)
        bendable = [row for k, row in enumerate(parts) if not self.is_variant[k] and k not in self.brought]
        in_memory = [part for row in bendable for part in row if part.mesh is not None]
        plain = {id(part.mesh) for part in in_memory}
        finer = subdivide_meshes({key: each for key, each in meshes.items() if key in plain}, in_memory) if self.fine else {}
        self.atlas = MeshAtlas(dict(meshes.values()), external, finer, self.surfaces)
        self.part_mesh = np.full((len(parts), max(map(len, parts))), -1, np.int32)
        self.part_material = np.full(self.part_mesh.shape, -1, np.int32)
        self.part_local = np.tile(np.eye(4, dtype=np.float32), (*self.part_mesh.shape, 1, 1))
        next_one = self.atlas.first_external
        for k, members in enumerate(parts):
            for p, part in enumerate(members):
                self.part_local[k, p] = part.object_from_part
                if part.mesh is not None:
                    self.part_mesh[k, p] = number[id(part.mesh)]
                else:
                    self.part_mesh[k, p], next_one = next_one, next_one + 1
                    self.part_material[k, p] = rows[k - self.first_imported][p]

    def _measure(self, shapes: Sequence[Mesh | Composite | CachedMesh]) -> None:
        """Fill in the tables that come from the shapes."""
        self.is_imported = np.array([isinstance(shape, CachedMesh) for shape in shapes])
        self.composite = np.array([is_composite(shape) for shape in shapes])
        self.rest_count = np.array([len(shape.rest_directions) for shape in shapes], np.int32)
        self.keypoints = [getattr(shape, "keypoints", ()) for shape in shapes]
        self.radius = np.zeros(len(shapes), np.float32)
        self.rest_directions = np.tile(np.array([0, 0, -1], np.float32), (len(shapes), self.rest_count.max(), 1))
        self.rest_distances = np.zeros(self.rest_directions.shape[:2], np.float32)
        self.has_uvs = np.ones(len(shapes), bool)
        for k, shape in enumerate(shapes):
            self.rest_directions[k, : len(shape.rest_directions)] = shape.rest_directions
            if isinstance(shape, CachedMesh):
                self.radius[k], self.rest_distances[k] = shape.radius, shape.rest_distances[0]
                self.rest_distances[k, : len(shape.rest_directions)] = shape.rest_distances
                self.has_uvs[k] = all(part.has_uvs for part in shape.parts)
                continue
            points, _ = surface_of(meshes_of(self._parts[k]), [part.object_from_part for part in self._parts[k]])
            self.radius[k] = np.linalg.norm(points, axis=1).max()
            self.rest_distances[k] = multiply(points, self.rest_directions[k].T).max(axis=0)

    @cached_property
    def collision_shapes(self) -> tuple[tuple[CollisionShape, ...], ...]:
        """(K) collision shapes of each asset's parts; an imported mesh has one, the convex hull of its points."""
        hulls = ((CollisionShape("hull", np.eye(4), mesh.points),) for mesh in self.imported)
        whole: dict[int, tuple[CollisionShape, ...]] = dict(enumerate(hulls, self.first_imported))
        whole |= dict.fromkeys(self.brought, ())  # nothing falls on them
        return tuple(whole[k] if k in whole else collision_shapes(parts) for k, parts in enumerate(self._parts))

    @cached_property
    def support_faces(self) -> SupportFaces:
        """The sides on which each asset can stand and carry another; imported meshes carry nothing."""
        rows = []
        for k, parts in enumerate(self._parts):
            if self.brought.start <= k < self.floor:
                hull = np.zeros((1, 3)) if k in self.brought else self.imported[k - self.first_imported].points
                points, triangles = hull, np.zeros((0, 3), np.int64)
            else:
                points, triangles = surface_of(meshes_of(parts), [part.object_from_part for part in parts])
            flat = DENTED if self.is_variant[k] else FLAT
            rows.append((points, triangles, self.rest_directions[k, : self.rest_count[k]], flat))
        return SupportFaces.of(rows)

    def point_clusters(self, asset: int) -> PointClusters:
        """The vertices of an asset's finest meshes, all parts together, in object space.

        raster.scene.deformed_bounds finds with them how far a deformed object reaches.
        """
        if asset not in self._point_clusters:
            numbers, places = self.part_mesh[asset], self.part_local[asset]
            if self.first_imported <= asset < self.floor:
                meshes = read_meshes(self.imported[asset - self.first_imported])
            else:
                finest = [self.atlas.mesh(self.atlas.fine[number, -1]) for number in numbers if number >= 0]
                meshes = [(mesh.positions, mesh.triangles) for mesh in finest]
            if len(self._point_clusters) >= MAX_CLUSTERED:  # a run can have thousands of files
                del self._point_clusters[next(iter(self._point_clusters))]
            self._point_clusters[asset] = sample_points(*surface_of(meshes, places[: len(meshes)]))
        return self._point_clusters[asset]

    def class_name(self, class_id: int) -> str:
        """The name of a class id: one of `classes`, or "ignore"."""
        return self.classes[class_id] if class_id < len(self.classes) else IGNORE

    def digest(self) -> str:
        """16 hexadecimal digits that depend on the imported meshes, their names, classes, keypoints; "" if there are none."""
        told = [(mesh.name, mesh.class_name, mesh.digest, *mesh.keypoints) for mesh in self.imported]
        whole = hashlib.sha256(repr(told).encode())
        return whole.hexdigest()[:16] if self.imported else ""
