"""parts_of: what each kind of a catalog is made of. points_of, triangles_of: of all parts together. divided: finer meshes."""

from collections.abc import Mapping, Sequence

import numpy as np

from raster.assets.meshes.cached_mesh import CachedMesh
from raster.geometry.mesh import Composite, Mesh, Part
from raster.geometry.mesh_atlas import SubdividedMesh
from raster.geometry.subdivision_levels import divisions
from raster.transforms import multiply


def parts_of(name: str, thing: Mesh | Composite | CachedMesh) -> tuple[Part, ...]:
    """The parts of a thing; a plain solid is its own only part. The meshes of a model stay in their file."""
    if isinstance(thing, CachedMesh):
        return tuple(Part(part.name, None, part.object_from_part) for part in thing.parts)
    if isinstance(thing, Composite):
        return thing.parts
    return (Part(name, thing, np.eye(4, dtype=np.float32)),)


def compound(thing: Mesh | Composite | CachedMesh) -> bool:
    """Whether its parts have names and places of their own."""
    if isinstance(thing, CachedMesh):
        return len(thing.parts) > 1
    return isinstance(thing, Composite)


def surface_of(meshes: Sequence[tuple[np.ndarray, np.ndarray]], places: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Points (V, 3), object space, and triangles (T, 3) of meshes (positions, triangles), placed by object_from_part (4, 4)."""
    starts = np.cumsum([0] + [len(positions) for positions, _ in meshes[:-1]])
    moved = [multiply(xyz, place[:3, :3].T) + place[:3, 3] for (xyz, _), place in zip(meshes, places, strict=True)]
    return np.concatenate(moved), np.concatenate([abc + start for (_, abc), start in zip(meshes, starts, strict=True)])


def held(parts: Sequence[Part]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Positions and triangles of the parts of a solid."""
    return [(part.mesh.positions, part.mesh.triangles) for part in parts if part.mesh is not None]


def read(model: CachedMesh) -> list[tuple[np.ndarray, np.ndarray]]:
    """Positions and triangles of the parts of a model, from its file."""
    vertices, indices = model.vertices(), model.indices()
    return [
        (
            np.array(vertices["position"][part.first_vertex : part.first_vertex + part.vertex_count]),
            np.array(indices[part.first_index : part.first_index + part.index_count]).reshape(-1, 3),
        )
        for part in model.parts
    ]


def divided(meshes: Mapping[int, tuple[str, Mesh]], parts: Sequence[Part]) -> dict[str, tuple[SubdividedMesh, ...]]:
    """Finely divided meshes by name, of those by id; a mesh that is several parts, as the largest of them needs it."""
    scales = [(id(part.mesh), np.linalg.norm(part.object_from_part[:3, :3], axis=0)) for part in parts]
    largest = {key: np.max([scale for other, scale in scales if other == key], axis=0) for key in meshes}
    return {name: divisions(mesh, largest[key]) for key, (name, mesh) in meshes.items()}
