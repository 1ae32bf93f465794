"""shadow_views: the matrix of each light's shadow map, and how soft its shadows are.

The softness of shadows is decided in two places. A light has a size, Lights.softness: metres of radius for a light at a point,
radians for a direction. Here it becomes LIGHT["softness"], in units of the shadow map. shaders/include/shadow.glsl multiplies
that by the distance in depth between what blocks the light and what is in shadow.
"""

import numpy as np

from raster.scene.lights import MAX_LIGHTS
from raster.scene.scenes import Scenes
from raster.transforms import multiply, normalize

MAX_HALF_ANGLE = np.radians(75.0)  # half of the angle that the map of a light at a point may see: beyond, its rim is coarse
MARGIN = 1.02  # the map is so much larger than what casts shadows
SHADOWLESS = ("floor", "walls")  # slots that cast no shadows: nothing stands behind them


def casting(scenes: Scenes) -> np.ndarray:
    """(B, O) bool: objects that cast shadows."""
    result: np.ndarray = (scenes.asset >= 0) & scenes.casts
    for slot in SHADOWLESS:
        result[:, scenes.slots.get(slot, slice(0))] = False
    return result


def shadow_views(scenes: Scenes, world: np.ndarray, lights: int) -> tuple[np.ndarray, np.ndarray]:
    """shadow_from_world (B, MAX_LIGHTS, 4, 4) float32, and softness (B, MAX_LIGHTS) float32, of the first `lights` lights.

    world (B, N, 4, 4): world_from_node. The matrix takes a point of the world to 0..1 in the map. A map is fitted around the
    bounding balls of all objects that cast shadows. The map of a direction is an orthographic view along it, that of a light
    at a point a perspective view from there. softness: half the width of a shadow's edge, as a share of the map's side, for
    each unit of the map's depth between what blocks the light and what is in shadow.
    """
    matrices = np.tile(np.eye(4, dtype=np.float32), (len(scenes.index), MAX_LIGHTS, 1, 1))
    softness = np.zeros(matrices.shape[:2], np.float32)
    if lights == 0 or scenes.asset.shape[1] == 0:
        return matrices, softness
    centre, radius = _balls(scenes, world)
    casts = casting(scenes)
    low = np.where(casts[..., None], centre - radius[..., None], np.inf).min(axis=1)
    high = np.where(casts[..., None], centre + radius[..., None], -np.inf).max(axis=1)
    some = np.isfinite(low)  # where nothing casts shadows, the map is around the origin
    middle = 0.5 * (np.where(some, low, 0.0) + np.where(some, high, 0.0))
    radius = np.where(casts, radius, 0.0)
    centre = np.where(casts[..., None], centre, middle[:, None])  # what casts no shadow does not widen the map
    for k in range(lights):
        position = scenes.lights.position[:, k].astype(np.float64)
        at_point = position[:, 3] > 0
        towards = np.where(at_point[:, None], position[:, :3] - middle, position[:, :3])
        basis = _basis(normalize(np.where((towards == 0).all(axis=1, keepdims=True), [0.0, 0.0, 1.0], towards)))
        parallel, parallel_factor = _direction_view(basis, centre, radius)
        perspective, perspective_factor = _point_view(basis, position[:, :3], centre, radius)
        matrices[:, k] = np.where(at_point[:, None, None], perspective, parallel)
        softness[:, k] = scenes.lights.softness[:, k] * np.where(at_point, perspective_factor, parallel_factor)
    return matrices, softness


def _balls(scenes: Scenes, world: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centres (B, O, 3) and radii (B, O), metres, float64, of the bounding balls of all objects."""
    root = world[:, scenes.roots].astype(np.float64)
    scale = np.linalg.norm(root[..., :3, :3], axis=-2).max(axis=-1)
    return root[..., :3, 3], scale * scenes.catalog.radius[scenes.asset]


def _basis(back: np.ndarray) -> np.ndarray:
    """Rotations (B, 3, 3) into the axes of a light that looks along -back; back (B, 3): unit vectors."""
    side = np.where(np.abs(back[:, 2:]) < 0.9, [0.0, 0.0, 1.0], [1.0, 0.0, 0.0])
    x = normalize(np.cross(side, back))
    return np.stack([x, np.cross(back, x), back], axis=1)


def _direction_view(basis: np.ndarray, centre: np.ndarray, radius: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Matrices (B, 4, 4) of a light without a position, and the factor (B,) from radians to softness of the map.

    basis (B, 3, 3): of _basis; centre (B, O, 3), radius (B, O): of what the map must hold, metres.
    """
    local = multiply(basis[:, None], centre[..., None])[..., 0]
    local[..., 2] *= -1  # depth grows away from the light
    low, high = (local - radius[..., None]).min(axis=1), (local + radius[..., None]).max(axis=1)
    size, middle = np.maximum(high - low, 1e-3), 0.5 * (low + high)
    size[:, :2] = MARGIN * size[:, :2].max(axis=1, keepdims=True)
    matrix = np.zeros((len(basis), 4, 4))
    matrix[:, :3, :3] = basis * np.array([1.0, 1.0, -1.0])[:, None] / size[..., None]
    matrix[:, :3, 3] = 0.5 - middle / size
    matrix[:, 3, 3] = 1.0
    return matrix, size[:, 2] / size[:, 0]


def _point_view(basis: np.ndarray, eye: np.ndarray, centre: np.ndarray, radius: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Matrices (B, 4, 4) of a light at eye (B, 3), metres, and the factor (B,) from metres of radius to softness of the map.

    basis, centre, radius: as of _direction_view.
    """
    away = centre - eye[:, None]
    distance = np.maximum(np.linalg.norm(away, axis=-1), 1e-6)
    depth = -multiply(away[..., None, :], np.broadcast_to(basis[:, None, 2, :, None], (*away.shape, 1)))[..., 0, 0]
    angle = np.arccos(np.clip(depth / distance, -1, 1)) + np.arcsin(np.minimum(radius / distance, 1.0))
    tangent = MARGIN * np.tan(np.clip(angle.max(axis=1), 1e-3, MAX_HALF_ANGLE))
    near = np.maximum((depth - radius).min(axis=1), 0.05)
    far = np.maximum((depth + radius).max(axis=1), near + 0.01)
    matrix = np.zeros((len(basis), 4, 4))
    rows = np.stack([0.5 * basis[:, 0] / tangent[:, None], 0.5 * basis[:, 1] / tangent[:, None]], axis=1)
    matrix[:, :2, :3] = rows - 0.5 * basis[:, 2:]  # + half of w, which is -back . away
    matrix[:, 2, :3] = -basis[:, 2] * (far / (far - near))[:, None]
    matrix[:, 3, :3] = -basis[:, 2]
    matrix[:, :, 3] = -multiply(matrix[:, :, :3], eye[:, :, None])[..., 0]
    matrix[:, 2, 3] -= far * near / (far - near)
    return matrix, (1 / near - 1 / far) / (2 * tangent)
