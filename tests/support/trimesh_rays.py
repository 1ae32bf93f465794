"""cast_meshes: what trimesh's rays see of meshes in the world. flow_of, folded: of its depth. shape_of: a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
    height, width = camera["height"], camera["width"]

    v, u = np.mgrid[:height, :width] + 0.5
    x, y = (u - camera["cx"]) / camera["fx"], (v - camera["cy"]) / camera["fy"]
    pose = np.asarray(camera["world_from_camera"], np.float64)
    rays = np.stack([x, y, np.ones_like(x)], axis=-1).reshape(-1, 3) @ pose[:3, :3].T
    lengths = np.linalg.norm(rays, axis=1)
    instance, face, first = np.zeros(len(rays), int), np.full(len(rays), -1), 0
    depth, corners = np.full(len(rays), np.nan), np.zeros((len(rays), 3))  # depth along rays whose z is 1
    for number, mesh in meshes:
        middle = mesh.bounds.mean(axis=0) - pose[:3, 3]
        radius = np.linalg.norm(mesh.vertices - mesh.bounds.mean(axis=0), axis=1).max()
        along = (rays @ middle) / lengths
        near = np.flatnonzero((middle @ middle - along**2 <= 1.01 * radius**2) & (along > -radius))
        hit = mesh.ray.intersects_first(np.tile(pose[:3, 3], (len(near), 1)), rays[near]) if len(near) else np.zeros(0, int)
        near, hit = near[hit >= 0], hit[hit >= 0]
        triangles = mesh.triangles[hit]
        normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
        far = ((triangles[:, 0] - pose[:3, 3]) * normals).sum(1) / (rays[near] * normals).sum(1)
        closer = ~(depth[near] <= far)
        near, hit, far, triangles = near[closer], hit[closer], far[closer], triangles[closer]
        instance[near], face[near], depth[near] = number, first + hit, far
        points = pose[:3, 3] + far[:, None] * rays[near]
        corners[near] = trimesh.triangles.points_to_barycentric(triangles, points)
        first += len(mesh.faces)
    instance = instance.reshape(height, width)
    border = np.zeros(instance.shape, bool)
    padded = np.pad(instance, 1, mode="edge")
    for row, column in np.ndindex(3, 3):
        border |= padded[row : row + height, column : column + width] != instance
    shape = (height, width)
    return Cast(instance, border, depth.reshape(shape), face.reshape(shape), corners.reshape(*shape, 3))


def flow_of(here: Mapping[str, Any], there: Mapping[str, Any], depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the points at a depth (H, W) move from one camera of a record to another: (H, W, 2) px; and their depth there."""
    v, u = np.mgrid[: here["height"], : here["width"]] + 0.5
    rays = np.stack([(u - here["cx"]) / here["fx"], (v - here["cy"]) / here["fy"], np.ones_like(u)], axis=2)
    to_there = np.linalg.inv(there["world_from_camera"]) @ np.array(here["world_from_camera"])
    x, y, z = np.moveaxis((rays * depth[..., None]) @ to_there[:3, :3].T + to_there[:3, 3], 2, 0)
    return np.stack([there["fx"] * x / z + there["cx"] - u, there["fy"] * y / z + there["cy"] - v], axis=2), z


def folded(depth: np.ndarray) -> np.ndarray:
    """(H, W): where a mesh may have an outline before itself within a pixel: depth beside differs by a fiftieth."""
    around = np.lib.stride_tricks.sliding_window_view(np.pad(depth, 1, mode="edge"), (3, 3))
    return ~(np.ptp(around, axis=(2, 3)) < 0.02 * depth)
