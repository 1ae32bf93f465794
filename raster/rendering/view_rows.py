"""view_rows, light_rows: what the shaders know of each scene's camera, environment map and lights."""

import numpy as np

from raster.errors import InputError
from raster.rendering.bounced_light import bounced_light
from raster.rendering.gpu_structs import LIGHT, VIEW
from raster.rendering.shadow_views import shadow_views
from raster.scene.lights import MAX_LIGHTS, Lights
from raster.scene.scenes import Scenes
from raster.transforms import invert_rigid, multiply, perspective


def view_rows(scenes: Scenes, height: int, pad: tuple[int, int]) -> np.ndarray:
    """(B,) VIEW. height: of the picture, px; pad: (rows, columns) px that are drawn beyond each edge.

    InputError for more than MAX_LIGHTS lights.
    """
    cameras, lights, environment = scenes.cameras, scenes.lights, scenes.environment
    if lights.color.shape[1] > MAX_LIGHTS:
        raise InputError(f"{lights.color.shape[1]} lights in a scene; at most {MAX_LIGHTS} are drawn")
    views = np.zeros(len(scenes.index), VIEW)
    higher, wider = 1 + 2 * pad[0] / height, 1 + 2 * pad[1] / (height * cameras.aspect.astype(np.float64))
    clip_from_camera = perspective(
        cameras.fov_y, cameras.aspect / cameras.pixel_aspect, cameras.near, cameras.far, cameras.principal_point_ndc
    )
    clip_from_camera[:, 0] /= wider[:, None]
    clip_from_camera[:, 1] /= higher
    views["clip_from_world"] = multiply(clip_from_camera, invert_rigid(cameras.world_from_camera))
    views["eye"] = cameras.world_from_camera[:, :3, 3]
    lit = (lights.color != 0).any(axis=-1)
    views["light_count"] = (lit * np.arange(1, lit.shape[1] + 1)).max(axis=1, initial=0)  # black lights at the end cost nothing
    views["shadow_count"] = np.minimum(lights.shadows, views["light_count"])
    views["shadow_maps"] = lights.shadows.max(initial=0)
    views["shadow_samples"], views["highlights"] = lights.shadow_samples, packed_highlights(lights)
    views["ambient"], views["irradiance"][..., :3] = bounced_light(scenes)
    views["occlusion"], views["occlusion_radius"] = lights.occlusion, lights.occlusion_radius
    views["contact"] = lights.contact
    # A ray (x, y, -1) in the camera's axes has the clip coordinates x' = m00 x - m02 and y' = m11 y - m12: solved for x, y.
    x, y = 1 / clip_from_camera[:, 0, 0], 1 / clip_from_camera[:, 1, 1]
    right, up, back = (cameras.world_from_camera[:, :3, k] for k in range(3))
    views["ray_x"], views["ray_y"] = right * x[:, None], up * y[:, None]
    shift = right * (x * clip_from_camera[:, 0, 2])[:, None] + up * (y * clip_from_camera[:, 1, 2])[:, None]
    views["ray_center"] = shift - back
    views["half_width"], views["half_height"] = 0.5 * cameras.aspect * wider, 0.5 * higher
    views["cos_yaw"], views["sin_yaw"] = np.cos(environment.yaw), np.sin(environment.yaw)
    views["intensity"], views["blur"] = environment.intensity, environment.blur
    views["environment_map"], views["map_visible"] = environment.map, environment.visible
    return views


def packed_highlights(lights: Lights) -> np.ndarray:
    """(B,) uint32: for each light, from the lowest byte on, how much it widens highlights: twice the alpha, of 255.

    A ball of angular radius r adds r / 3 to alpha: Karis, "Real shading in Unreal Engine 4" (2013).
    """
    distance = np.maximum(np.linalg.norm(lights.position[..., :3].astype(np.float64), axis=-1), 1e-6)
    radius = lights.softness / np.where(lights.position[..., 3] > 0, distance, 1.0)
    codes = np.rint(255 * np.clip(2 / 3 * lights.highlights[:, None] * radius, 0.0, 1.0)).astype(np.uint32)
    return (codes << (8 * np.arange(codes.shape[1], dtype=np.uint32))).sum(axis=1, dtype=np.uint32)


def light_rows(scenes: Scenes, world: np.ndarray) -> np.ndarray:
    """(B, MAX_LIGHTS) LIGHT; world (B, N, 4, 4): world_from_node. Rows beyond a scene's lights are zero."""
    lights, count = scenes.lights, scenes.lights.color.shape[1]
    rows = np.zeros((len(scenes.index), MAX_LIGHTS), LIGHT)
    rows["position"][:, :count], rows["color"][:, :count] = lights.position, lights.color
    inner, outer = lights.cone[..., 0], lights.cone[..., 1]
    scale = 1 / np.maximum(inner - outer, 1e-4)
    rows["cone_axis"][:, :count] = lights.axis * scale[..., None]
    rows["cone_offset"][:, :count] = -outer * scale
    rows["shadow_from_world"], rows["softness"] = shadow_views(scenes, world, int(lights.shadows.max(initial=0)))
    return rows
