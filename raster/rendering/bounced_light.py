"""bounced_light: light from all around where floor and walls take the place of a part of the surroundings.

What faces the floor gets the floor's colour, and what stands in a room the walls'. One bounce; shadows are left out.
"""

import numpy as np

from raster.scene.materials import TEXTURES
from raster.scene.scenes import Scenes
from raster.transforms import normalize

DIRECTIONS = 64  # at which the light is summed before it becomes nine numbers
# Mean weight of the second colour, by texture; of the others it is a half.
SECOND_COLOR = {"flat": 0.0, "dots": 0.283, "brick": 0.145}
WEIGHTS = np.array([SECOND_COLOR.get(name, 0.5) for name in TEXTURES])


def bounced_light(scenes: Scenes) -> tuple[np.ndarray, np.ndarray]:
    """ambient (B, 3) and irradiance (B, 9, 3) float32, as Lights declares them, with the share `bounce` of one bounce.

    Below the horizon stands the floor, and above it up to the walls' height stand the walls, evenly around, as seen from the
    origin. A band of even radiance becomes irradiance by spherical harmonics up to the second degree, of which only those
    about z are not 0: Ramamoorthi and Hanrahan, "An efficient representation for irradiance environment maps" (2001).
    """
    lights = scenes.lights
    bounces = (lights.bounce > 0) & (scenes.asset[:, scenes.slots.get("floor", slice(0))] >= 0).any(axis=1)
    if not bounces.any():
        return lights.ambient, lights.irradiance
    n, basis = _directions()
    around = lights.ambient[:, None] + np.maximum(basis @ lights.irradiance.astype(np.float64), 0.0)  # (B, Q, 3)
    high = _wall_height(scenes)
    upward, sideways = _direct(scenes)
    floor = mean_albedo(scenes, "floor") * (upward + around[:, np.argmax(n[:, 2])])
    walls = mean_albedo(scenes, "walls") * (sideways + around.mean(axis=1))
    sky, low = _band(high, 1.0, n[:, 2]), _band(np.full_like(high, -1.0), 0.0, n[:, 2])
    between = np.maximum(1.0 - sky - low, 0.0)
    inside = sky[..., None] * around + low[..., None] * floor[:, None] + between[..., None] * walls[:, None]
    mixed = around + lights.bounce[:, None, None] * (inside - around)
    irradiance = np.linalg.pinv(basis) @ mixed
    ambient = np.where(bounces[:, None], 0.0, lights.ambient).astype(np.float32)
    return ambient, np.where(bounces[:, None, None], irradiance, lights.irradiance).astype(np.float32)


def _directions() -> tuple[np.ndarray, np.ndarray]:
    """Directions (Q, 3), even over the sphere, the first of them up; and the functions of irradiance_sh.glsl there, (Q, 9)."""
    k = np.arange(DIRECTIONS)
    z, turn = 1 - 2 * k / (DIRECTIONS - 1), 2.3999632 * k
    flat = np.sqrt(np.maximum(1 - z * z, 0.0))
    x, y = flat * np.cos(turn), flat * np.sin(turn)
    one = np.full_like(z, 0.282095)
    first = [0.488603 * y, 0.488603 * z, 0.488603 * x]
    second = [1.092548 * x * y, 1.092548 * y * z, 0.315392 * (3 * z * z - 1), 1.092548 * x * z, 0.546274 * (x * x - y * y)]
    return np.stack([x, y, z], axis=1), np.stack([one, *first, *second], axis=1)


def _band(low: np.ndarray, high: float, z: np.ndarray) -> np.ndarray:
    """(B, Q): share of its light that a surface gets from the band low..high; all are cosines of the angle from straight up.

    low (B,); z (Q,): of the surface's normal. The integral of each Legendre polynomial over the band, times the factor by which
    the cosine weakens its degree: 1, 2/3, 1/4.
    """
    a, b = low[:, None], high
    even = 0.5 * (b - a) + 0.5 * (b * b - a * a) * z
    second = 5 / 8 * (b**3 - b - a**3 + a) * 0.5 * (3 * z * z - 1) * 0.5
    return np.clip(even + second, 0.0, 1.0)


def _direct(scenes: Scenes) -> tuple[np.ndarray, np.ndarray]:
    """(B, 3) each: what the lights give a white floor at the origin, and on average white walls around it."""
    lights = scenes.lights
    position = lights.position.astype(np.float64)
    towards, at_point = normalize(position[..., :3]), position[..., 3] > 0
    distance2 = np.maximum((position[..., :3] ** 2).sum(axis=-1), 1e-6)
    cosine, (inner, outer) = -(towards * lights.axis).sum(axis=-1), np.moveaxis(lights.cone, -1, 0)
    spot = np.clip((cosine - outer) / np.maximum(inner - outer, 1e-4), 0.0, 1.0) ** 2
    arriving = lights.color * (spot / np.where(at_point, distance2, 1.0))[..., None]
    up, aside = np.maximum(towards[..., 2], 0.0), np.linalg.norm(towards[..., :2], axis=-1) / np.pi
    return (arriving * up[..., None]).sum(axis=1), (arriving * aside[..., None]).sum(axis=1)


def _wall_height(scenes: Scenes) -> np.ndarray:
    """(B,): sine of the elevation at which the walls end, seen from the origin; 0 without walls."""
    walls = scenes.slots.get("walls", slice(0))
    if walls.stop == walls.start:
        return np.zeros(len(scenes.index))
    local = scenes.nodes.local[:, scenes.roots[walls]].astype(np.float64)
    top, away = 2 * local[..., 2, 3], np.linalg.norm(local[..., :2, 3], axis=-1)  # they stand on z = 0
    sine = np.where(scenes.asset[:, walls] >= 0, top / np.maximum(np.hypot(top, away), 1e-6), 0.0)
    return sine.mean(axis=1)


def mean_albedo(scenes: Scenes, slot: str) -> np.ndarray:
    """(B, 3): mean colour, linear RGB, of the first object of a slot; black without one."""
    objects, material = scenes.slots.get(slot, slice(0)), scenes.nodes.material
    if objects.stop == objects.start:
        return np.zeros((len(scenes.index), 3))
    node = scenes.roots[objects.start] + 1
    texture, weight = material.texture[:, node], WEIGHTS[material.texture[:, node]][:, None]
    mean = (1 - weight) * material.color[:, node] + weight * material.color2[:, node]
    if len(scenes.library.pictures):
        pictured = (texture == TEXTURES.index("image"))[:, None]
        mean = np.where(pictured, scenes.library.mean_colors[material.image[:, node] * pictured[:, 0]], mean)
    return mean * (scenes.asset[:, objects.start] >= 0)[:, None]
