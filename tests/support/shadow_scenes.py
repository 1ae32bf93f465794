"""stage, drawn, settled, floor_points, LIGHTS: small scenes that show shadows."""

import numpy as np

from raster.assets.catalog import Catalog
from raster.rendering.renderer import Renderer
from raster.scene.scenes import Scenes
from raster.transforms import compose, look_at, random_rotation, rotation_about_z

SIZE = 192  # px
SUN, LAMP = np.array([0.5, -0.3, 0.9, 0.0]), np.array([1.2, -1.0, 3.0, 1.0])
LIGHTS = {"sun": SUN, "low sun": np.array([-1.0, 0.3, 0.5, 0.0]), "lamp": LAMP, "low lamp": np.array([-2.0, 0.8, 1.6, 1.0])}


def stage(catalog: Catalog, *things, light: np.ndarray, lights: int = 1, eye=(1.5, -3.5, 3.0), target=(0, 0, 0.3)) -> Scenes:
    """Things (name, (4, 4)), white and matt, on a floor at z = 0, under one hard light of 0.6 at the origin and ambient 0.1."""
    scenes = Scenes.zeros(catalog, [0], {"objects": len(things), "floor": 1}, lights, size=(SIZE, SIZE))
    for o, (name, local) in enumerate(things):
        scenes.set_assets(slice(o, o + 1), np.array([[catalog.assets.index(name)]]))
        scenes.nodes.local[:, scenes.roots[o]] = local
    scenes.set_assets(scenes.slots["floor"], np.array([[catalog.floor]]))
    scenes.nodes.local[:, scenes.roots[-1]] = compose((0, 0, -0.1), scale=(50, 50, 0.2))
    scenes.nodes.material.color[:], scenes.nodes.material.specular[:] = 1, 0
    scenes.lights.position[:, 0] = light
    scenes.lights.color[:, 0] = 0.6 * ((light[:3] ** 2).sum() if light[3] else 1)
    scenes.lights.position[..., :3] /= np.where(light[3], 1, np.linalg.norm(light[:3]))
    scenes.lights.ambient[:], scenes.lights.softness[:], scenes.lights.shadows[:] = 0.1, 0, 1
    scenes.cameras.world_from_camera[:] = look_at(np.array(eye, float), np.array(target, float))
    return scenes


def drawn(drawing: Renderer, scenes: Scenes) -> tuple[np.ndarray, ...]:
    """(H, W) codes 0..255 with shadows, without, and with the light put out; instance ids; the record."""
    frames = drawing.render(scenes)
    with_shadows = frames.layers["color"][0, ..., 1].astype(int)
    scenes.lights.shadows[:] = 0
    without = drawing.render(scenes).layers["color"][0, ..., 1].astype(int)
    scenes.lights.color[:] = 0
    dark = drawing.render(scenes).layers["color"][0, ..., 1].astype(int)
    return with_shadows, without, dark, frames.layers["instance_id"][0], frames.records[0]


def floor_points(record: dict) -> np.ndarray:
    """(H, W, 3) where the ray through each pixel's centre meets the plane z = 0; beyond the horizon anything."""
    camera = record["camera"]
    pose = np.array(camera["world_from_camera"], float)
    x = (np.arange(camera["width"]) + 0.5 - camera["cx"]) / camera["fx"]
    y = (np.arange(camera["height"]) + 0.5 - camera["cy"]) / camera["fy"]
    ray = np.stack([*np.meshgrid(x, y), np.ones((len(y), len(x)))], axis=-1) @ pose[:3, :3].T
    return pose[:3, 3] - ray * (pose[2, 3] / np.minimum(ray[..., 2:], -1e-6))


def settled(*masks: np.ndarray, reach: int = 3) -> np.ndarray:
    """(H, W) bool: pixels around which none of some masks (H, W) changes, within `reach` px."""
    result = np.ones(masks[0].shape, bool)
    for mask in masks:
        padded = np.pad(mask.astype(float), reach, mode="edge")
        windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * reach + 1, 2 * reach + 1))
        result &= windows.max(axis=(2, 3)) == windows.min(axis=(2, 3))
    return result


# Solids of several shapes, one of them composite: name and place, for stage().
THINGS = (
    ("sphere", compose((-0.5, 0.1, 0.8), scale=0.8)), ("cube", compose((0.6, 0.5, 0.3), rotation_about_z(0.6), 0.6)),
    ("cone", compose((0.2, -0.6, 0.25), scale=0.5)),
    ("torus", compose((-0.9, -0.7, 0.5), random_rotation(np.array([0.2, 0.4, 0.3])))),
    ("dumbbell", compose((1.0, -0.4, 0.9), random_rotation(np.array([0.7, 0.1, 0.5])))),
)  # fmt: skip
