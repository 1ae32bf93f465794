"""parts_of, surface_of, meshes_of, subdivide_meshes, variant_rows: parts of assets, their surfaces, finer ones, variants."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from raster.assets.meshes.cached_mesh import CachedMesh
from raster.assets.meshes.material_table import MaterialTable
from raster.geometry.mesh import Composite, Mesh, Part
from raster.geometry.mesh_atlas import ExternalMesh, SubdividedMesh
from raster.geometry.subdivision_levels import subdivision_levels
from raster.transforms import multiply


def parts_of(name: str, shape: Mesh | Composite | CachedMesh) -> tuple[Part, ...]:
    """The parts of an asset; a plain solid has one part. Parts of an imported mesh have no Mesh: it stays in the cache."""
    if isinstance(shape, CachedMesh):
        return tuple(Part(part.name, None, part.object_from_part) for part in shape.parts)
    if isinstance(shape, Composite):
        return shape.parts
    return (Part(name, shape, np.eye(4, dtype=np.float32)),)


def is_composite(shape: Mesh | Composite | CachedMesh) -> bool:
    """Whether an asset consists of parts that have names and transforms of their own."""
    if isinstance(shape, CachedMesh):
        return len(shape.parts) > 1
    return isinstance(shape, Composite)


def surface_of(meshes: Sequence[tuple[np.ndarray, np.ndarray]], places: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Points (V, 3) in object space and triangles (T, 3) of all meshes together.

    meshes: positions (V, 3) and triangles (T, 3) of each; places: object_from_part (4, 4) of each.
    """
    starts = np.cumsum([0] + [len(positions) for positions, _ in meshes[:-1]])
    moved = [multiply(xyz, place[:3, :3].T) + place[:3, 3] for (xyz, _), place in zip(meshes, places, strict=True)]
    return np.concatenate(moved), np.concatenate([abc + start for (_, abc), start in zip(meshes, starts, strict=True)])


def meshes_of(parts: Sequence[Part]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Positions (V, 3) and triangles (T, 3) of each part of a solid."""
    return [(part.mesh.positions, part.mesh.triangles) for part in parts if part.mesh is not None]


def read_meshes(imported: CachedMesh) -> list[tuple[np.ndarray, np.ndarray]]:
    """Positions (V, 3) and triangles (T, 3) of each part of an imported mesh, read from the cache."""
    vertices, indices = imported.vertices(), imported.indices()
    return [
        (
            np.array(vertices["position"][part.first_vertex : part.first_vertex + part.vertex_count]),
            np.array(indices[part.first_index : part.first_index + part.index_count]).reshape(-1, 3),
        )
        for part in imported.parts
    ]


def external_meshes(
    imported: Sequence[CachedMesh], materials: MaterialTable, rows: Sequence[Sequence[int]]
) -> list[ExternalMesh]:
    """The parts of all imported meshes as the atlas has them. rows: of each mesh the rows of its parts in `materials`.

    Their blocks are those of blocks_of(): the files, then the levels of each file.
    """
    found, block = [], len(imported)  # the next level's
    for owner, (mesh, numbers) in enumerate(zip(imported, rows, strict=True)):
        for p, (part, row) in enumerate(zip(mesh.parts, numbers, strict=True)):
            (u, v), cutoff = part.material.wrap, part.material.cutoff
            place = part.object_from_part.astype(np.float64)
            scale = np.linalg.norm(place[:3, :3], axis=0).min()
            mask = int(materials.picture[row]) if cutoff > 0 else 0
            range_ = part.index_count, part.first_index, part.first_vertex
            radius = float((mesh.radius + np.linalg.norm(place[:3, 3])) / scale)
            whole = ExternalMesh(owner, *range_, part.double_sided, cutoff, mask, u | v << 2, radius)
            levels = []
            for k, level in enumerate(mesh.levels):
                first_vertex, _, first_index, count = level.parts[p]
                placed = replace(whole, owner=block + k, first_vertex=first_vertex, first_index=first_index)
                levels.append(replace(placed, index_count=count, error=level.error / scale))
            found.append(replace(whole, levels=tuple(levels)))
        block += len(mesh.levels)
    return found


def blocks_of(imported: Sequence[CachedMesh]) -> list[tuple[int, int]]:
    """What can be on the GPU as one block: (number of a file, -1) for all files, then (file, level) for their levels."""
    levels = [(k, n) for k, mesh in enumerate(imported) for n in range(len(mesh.levels))]
    return [(k, -1) for k in range(len(imported))] + levels


def subdivide_meshes(meshes: Mapping[int, tuple[str, Mesh]], parts: Sequence[Part]) -> dict[str, tuple[SubdividedMesh, ...]]:
    """Finely subdivided meshes, by name. meshes: (name, mesh) by id(mesh).

    A mesh that several parts share is subdivided as finely as the largest of these parts needs it.
    """
    scales = [(id(part.mesh), np.linalg.norm(part.object_from_part[:3, :3], axis=0)) for part in parts]
    largest = {key: np.max([scale for other, scale in scales if other == key], axis=0) for key in meshes}
    return {name: subdivision_levels(mesh, largest[key]) for key, (name, mesh) in meshes.items()}


def variant_rows(solids: Sequence[str], base: Sequence[str], assets: int) -> tuple[np.ndarray, np.ndarray]:
    """Catalog.variants (K, V) int32 and variant_count (K,) int32 of K assets: the solids, their variants, and others.

    base: for each variant the name of its solid, in the order of the solids. An asset without variants has its own row instead.
    """
    of_solid = np.array([base.count(name) for name in solids] + [0] * (assets - len(solids)), np.int32)
    first = len(solids) + np.cumsum(of_solid) - of_solid
    column = np.minimum(np.arange(max(1, of_solid.max(initial=0))), np.maximum(of_solid - 1, 0)[:, None])
    rows = np.where(of_solid[:, None] > 0, first[:, None] + column, np.arange(assets)[:, None])
    return rows.astype(np.int32), of_solid


def members_of(choice: np.ndarray, choices: int) -> tuple[np.ndarray, np.ndarray]:
    """Catalog.members (C, M) int32 and member_count (C,) int32, from the choices of all rows, 0 for one that is no member."""
    members = [np.flatnonzero(choice == c) for c in range(1, choices + 1)]
    count = np.array([len(assets) for assets in members], np.int32)
    return np.array([np.resize(assets, count.max()) for assets in members], np.int32), count
