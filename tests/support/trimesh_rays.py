"""Picture: what trimesh's ray casting sees of meshes that are given in the world, for a camera of a record."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import trimesh


@dataclass(frozen=True)
class Cast:
    """instance (H, W) int: what is under each pixel's centre, 0 = nothing; border (H, W) bool: an outline is within a pixel."""

    instance: np.ndarray
    border: np.ndarray


def cast_meshes(record: dict, meshes: Sequence[tuple[int, trimesh.Trimesh]]) -> Cast:
    """meshes: instance and mesh in the world. Both sides of a surface are seen. Pinhole cameras only."""
    camera = record["camera"]
    assert "distortion" not in camera
    whole = trimesh.util.concatenate([mesh for _, mesh in meshes])
    owner = np.repeat([instance for instance, _ in meshes], [len(mesh.faces) for _, mesh in meshes])
    height, width = camera["height"], camera["width"]

    def at(shift: tuple[float, float]) -> np.ndarray:
        v, u = np.mgrid[:height, :width] + 0.5
        x, y = (u + shift[0] - camera["cx"]) / camera["fx"], (v + shift[1] - camera["cy"]) / camera["fy"]
        rays = np.stack([x, y, np.ones_like(x)], axis=-1).reshape(-1, 3)
        pose = np.asarray(camera["world_from_camera"], np.float64)
        origin = np.tile(pose[:3, 3], (len(rays), 1))
        face = whole.ray.intersects_first(origin, rays @ pose[:3, :3].T)
        return np.where(face >= 0, owner[face], 0).reshape(height, width)

    instance = at((0.0, 0.0))
    border = np.zeros(instance.shape, bool)
    padded = np.pad(instance, 1, mode="edge")
    for row, column in np.ndindex(3, 3):
        border |= padded[row : row + height, column : column + width] != instance
    return Cast(instance, border)
