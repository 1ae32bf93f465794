"""cast_meshes: what trimesh's ray casting sees of meshes in the world, for a camera of a record. shape_of: a file."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import trimesh

Z_FROM_Y = np.array([[1.0, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1]])


def shape_of(path) -> trimesh.Trimesh:
    """A file as trimesh reads it, upright, centred, its longest side 1."""
    mesh = trimesh.load(path, force="mesh", process=False)
    if path.suffix in (".glb", ".gltf", ".obj"):
        mesh.apply_transform(Z_FROM_Y)
    mesh.apply_translation(-mesh.bounds.mean(axis=0))
    mesh.apply_scale(1 / mesh.extents.max())
    return mesh


@dataclass(frozen=True)
class Cast:
    """What is under each pixel's centre, and where an outline is within a pixel."""

    instance: np.ndarray  # (H, W) int, 0 = nothing
    border: np.ndarray  # (H, W) bool
    depth: np.ndarray  # (H, W) along the camera's axis; NaN where nothing is
    face: np.ndarray  # (H, W) int: of all meshes, one after another; -1 where nothing is
    corners: np.ndarray  # (H, W, 3): shares of the face's three corners


def cast_meshes(record: dict, meshes: Sequence[tuple[int, trimesh.Trimesh]]) -> Cast:
    """meshes: instance and mesh in the world. Both sides of a surface are seen. Pinhole cameras only."""
    camera = record["camera"]
    assert "distortion" not in camera
    whole = trimesh.util.concatenate([mesh for _, mesh in meshes])
    owner = np.repeat([instance for instance, _ in meshes], [len(mesh.faces) for _, mesh in meshes])
    height, width = camera["height"], camera["width"]

    v, u = np.mgrid[:height, :width] + 0.5
    x, y = (u - camera["cx"]) / camera["fx"], (v - camera["cy"]) / camera["fy"]
    pose = np.asarray(camera["world_from_camera"], np.float64)
    rays = np.stack([x, y, np.ones_like(x)], axis=-1).reshape(-1, 3) @ pose[:3, :3].T
    face = whole.ray.intersects_first(np.tile(pose[:3, 3], (len(rays), 1)), rays)
    seen = face >= 0
    instance = np.where(seen, owner[face], 0).reshape(height, width)
    triangles = whole.triangles[face[seen]]
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    depth = np.full(len(rays), np.nan)  # along rays whose z is 1
    depth[seen] = ((triangles[:, 0] - pose[:3, 3]) * normals).sum(1) / (rays[seen] * normals).sum(1)
    corners = np.zeros((len(rays), 3))
    points = pose[:3, 3] + depth[seen, None] * rays[seen]
    corners[seen] = trimesh.triangles.points_to_barycentric(triangles, points)
    border = np.zeros(instance.shape, bool)
    padded = np.pad(instance, 1, mode="edge")
    for row, column in np.ndindex(3, 3):
        border |= padded[row : row + height, column : column + width] != instance
    shape = (height, width)
    return Cast(instance, border, depth.reshape(shape), face.reshape(shape), corners.reshape(*shape, 3))
