"""view_rows, light_rows: what the shaders know of each scene's camera, surroundings and lights."""

import numpy as np

from raster.errors import InputError
from raster.rendering.gpu_structs import LIGHT, VIEW
from raster.rendering.shadow_views import shadow_views
from raster.scene.lights import MAX_LIGHTS
from raster.scene.scenes import Scenes
from raster.transforms import invert_rigid, multiply, perspective


def view_rows(scenes: Scenes, height: int, pad: tuple[int, int]) -> np.ndarray:
    """(B, VIEW)."""
    cameras, lamps, around = scenes.cameras, scenes.lights, scenes.environment
    if lamps.color.shape[1] > MAX_LIGHTS:
        raise InputError(f"{lamps.color.shape[1]} lights in a scene; at most {MAX_LIGHTS} are drawn")
    views = np.zeros(len(scenes.index), VIEW)
    higher, wider = 1 + 2 * pad[0] / height, 1 + 2 * pad[1] / (height * cameras.aspect.astype(np.float64))
    clip_from_camera = perspective(
        cameras.fov_y, cameras.aspect / cameras.pixel_aspect, cameras.near, cameras.far, cameras.principal_point_ndc
    )
    clip_from_camera[:, 0] /= wider[:, None]
    clip_from_camera[:, 1] /= higher
    views["clip_from_world"] = multiply(clip_from_camera, invert_rigid(cameras.world_from_camera))
    views["eye"] = cameras.world_from_camera[:, :3, 3]
    lit = (lamps.color != 0).any(axis=-1)
    views["light_count"] = (lit * np.arange(1, lit.shape[1] + 1)).max(axis=1, initial=0)  # black lights at the end cost nothing
    views["shadow_count"] = np.minimum(lamps.shadows, views["light_count"])
    views["maps"] = lamps.shadows.max(initial=0)
    views["taps"], views["ambient"] = lamps.shadow_samples, lamps.ambient
    views["irradiance"][..., :3] = lamps.irradiance
    # A ray (x, y, -1) of the camera has clip x = (m00 x - m02) and y = (m11 y - m12).
    x, y = 1 / clip_from_camera[:, 0, 0], 1 / clip_from_camera[:, 1, 1]
    right, up, back = (cameras.world_from_camera[:, :3, k] for k in range(3))
    views["ray"][:, 0, :3], views["ray"][:, 1, :3] = right * x[:, None], up * y[:, None]
    aside = right * (x * clip_from_camera[:, 0, 2])[:, None] + up * (y * clip_from_camera[:, 1, 2])[:, None]
    views["ray"][:, 2, :3] = aside - back
    views["ray"][:, 0, 3], views["ray"][:, 1, 3] = 0.5 * cameras.aspect * wider, 0.5 * higher
    views["cos_yaw"], views["sin_yaw"] = np.cos(around.yaw), np.sin(around.yaw)
    views["gain"] = around.intensity
    for name in ("blur", "map", "visible"):
        views[name] = getattr(around, name)
    return views


def light_rows(scenes: Scenes, world: np.ndarray) -> np.ndarray:
    """(B, MAX_LIGHTS) LIGHT."""
    lamps, count = scenes.lights, scenes.lights.color.shape[1]
    lights = np.zeros((len(scenes.index), MAX_LIGHTS), LIGHT)
    lights["position"][:, :count], lights["color"][:, :count] = lamps.position, lamps.color
    inner, outer = lamps.cone[..., 0], lamps.cone[..., 1]
    scale = 1 / np.maximum(inner - outer, 1e-4)
    lights["axis"][:, :count, :3] = lamps.axis * scale[..., None]
    lights["axis"][:, :count, 3] = -outer * scale
    lights["shadow_from_world"], lights["softness"] = shadow_views(scenes, world, int(lamps.shadows.max(initial=0)))
    return lights
