"""store: a mesh as one of the user's own, as if it had been read from a file, for tests of what draws it."""

from pathlib import Path

import numpy as np

from raster.assets.meshes.cached_mesh import CachedMesh
from raster.assets.meshes.imported_mesh import VERTEX, WHITE, MeshPart, PbrMaterial
from raster.assets.meshes.mesh_cache import write_pictures
from raster.geometry.mesh import Mesh

QUADRANTS = np.array([[[250, 20, 20], [20, 250, 20]], [[20, 20, 250], [250, 250, 20]]], np.uint8)  # red green over blue yellow


def store(
    folder: Path, mesh: Mesh, class_name: str | None = "thing", material: PbrMaterial = WHITE,
    px: int = 64, double_sided: bool = False, object_from_parts: tuple = (np.eye(4),), tint: tuple = (255, 255, 255, 255),
    picture: np.ndarray | None = None,
) -> CachedMesh:  # fmt: skip
    """A model of as many parts as matrices, each the whole mesh; its one picture is red, green, blue, yellow by quadrants."""
    folder.mkdir(parents=True)
    vertices = np.zeros(len(mesh.positions), VERTEX)
    vertices["position"], vertices["normal"], vertices["uv"] = mesh.positions, mesh.normals, mesh.uvs
    vertices["color"] = tint
    many, count, size = len(object_from_parts), len(vertices), mesh.triangles.size
    np.save(folder / "vertices.npy", np.tile(vertices, many))
    np.save(folder / "indices.npy", np.tile(mesh.triangles.ravel().astype(np.uint32), many))
    picture = QUADRANTS.repeat(px // 2, axis=0).repeat(px // 2, axis=1) if picture is None else picture
    stored = write_pictures([picture], folder)
    places = [np.asarray(place, np.float32) for place in object_from_parts]
    parts = tuple(
        MeshPart(f"part{k}", place, k * count, count, k * size, size, material, double_sided, True)
        for k, place in enumerate(places)
    )
    points = np.concatenate([mesh.positions @ place[:3, :3].T + place[:3, 3] for place in places]).astype(np.float32)
    rest_directions = np.array([[0, 0, -1]], np.float32)
    radius = float(np.linalg.norm(points, axis=1).max())
    offset = (points @ rest_directions.T).max(axis=0)
    return CachedMesh(
        folder.name, class_name, "0" * 16, folder, parts, radius, rest_directions, offset, points[:64], 1, pictures=stored
    )
