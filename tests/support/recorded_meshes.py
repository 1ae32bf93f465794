"""mesh_of: what a record's object looks like in the world, as a mesh of trimesh, and the normals that it is shaded with."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import trimesh

from raster.assets.catalog import Catalog
from raster.geometry.deformations import Deformations

STEP = 1e-4  # of a solid's extent: between points whose images span the plane on which a normal stands


def mesh_of(catalog: Catalog, entry: Mapping[str, Any]) -> tuple[trimesh.Trimesh, np.ndarray]:
    """As solid, parts, matrices and morph of the record, read from JSON, say; in the finest triangles that there are.

    Normals (V, 3) of the vertices: those of the solids, turned by finite differences.
    """
    root, atlas = np.array(entry["world_from_object"]), catalog.atlas
    pieces: list[trimesh.Trimesh] = []
    turned: list[np.ndarray] = []
    morph = Deformations(**{name: np.array(value) for name, value in entry["morph"].items()}) if "morph" in entry else None
    name = "floor" if entry["slot"] == "floor" else entry["solid"]
    numbers = catalog.part_mesh[catalog.assets.index(name)]
    for number, part in zip(numbers[numbers >= 0], entry.get("parts", [entry]), strict=True):
        mesh = atlas.meshes[atlas.fine[number, -1] if morph else atlas.levels[number, -1]]
        object_from_part = np.linalg.inv(root) @ np.array(part["world_from_object"])

        def placed(points: np.ndarray, place: np.ndarray = object_from_part) -> np.ndarray:
            points = trimesh.transform_points(points, place)
            return trimesh.transform_points(morph.apply(points) if morph else points, root)

        positions, normals = mesh.positions.astype(float), mesh.normals.astype(float)
        aside = np.cross(normals, np.eye(3)[np.abs(normals).argmin(axis=1)])
        across = np.cross(normals, aside)
        spans = [placed(positions + STEP * each) - placed(positions - STEP * each) for each in (aside, across)]
        found = np.cross(*spans)
        turned.append(found / np.linalg.norm(found, axis=1, keepdims=True))
        pieces.append(trimesh.Trimesh(placed(positions), mesh.triangles, process=False))
    return trimesh.util.concatenate(pieces), np.concatenate(turned)
