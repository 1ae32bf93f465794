"""size_classes: in which of three sizes the picture of an imported mesh is needed, by how large its object appears."""

import numpy as np

from raster.scene.scenes import Scenes

CLASSES = 3  # the picture's whole side is class 2, half of it class 1, a quarter class 0
TEXELS = 4  # of the picture's side for each pixel of an object's diameter: a side of the object is a part of its picture


def class_sides(largest: int) -> tuple[int, ...]:
    """Sides in px of the classes, if the largest picture of a run has this side."""
    return tuple(max(largest >> (CLASSES - 1 - k), 1) for k in range(CLASSES))


def size_classes(scenes: Scenes, height: int, world: np.ndarray, scene: np.ndarray, node: np.ndarray) -> np.ndarray:
    """(I,) uint32 for I drawn meshes, given by scene and node (I,): the smallest class that has TEXELS for each pixel.

    height: of the picture, px. world (B, N, 4, 4): world_from_node. It depends on nothing but the object and its camera.
    """
    catalog, cameras, number = scenes.catalog, scenes.cameras, scenes.nodes.object[node]
    classes = np.zeros(len(scene), np.uint32)
    if not catalog.mesh_materials.pictures:
        return classes
    root = world[scene, scenes.roots[number]]
    radius = catalog.radius[scenes.asset[scene, number]] * np.linalg.norm(root[:, :3, :3], axis=1).max(axis=1)
    distance = np.linalg.norm(root[:, :3, 3] - cameras.world_from_camera[scene, :3, 3], axis=1)
    nearest = np.maximum(distance - radius, cameras.near[scene])
    focal = height / 2 / np.tan(cameras.fov_y[scene] / 2) * np.maximum(cameras.pixel_aspect[scene], 1)
    texels = TEXELS * 2 * radius * focal / nearest
    for side in class_sides(catalog.mesh_materials.largest_px)[:-1]:
        classes += texels > side
    return classes
