"""shadow_views: what each light sees of the things that cast shadows: a matrix for each map, and how soft its shadows are."""

import numpy as np

from raster.scene.lights import MAX_LIGHTS
from raster.scene.scenes import Scenes
from raster.transforms import multiply, normalize

MAX_HALF_ANGLE = np.radians(75.0)  # half the angle that a lamp's map may see: beyond, a map's rim is coarse
ROOM = 1.02  # of the map's edge
SHADOWLESS = ("floor", "walls")  # slots: nothing stands behind them, so they only receive


def casting(scenes: Scenes) -> np.ndarray:
    """(B, O) bool: objects that cast shadows."""
    result: np.ndarray = scenes.asset >= 0
    for slot in SHADOWLESS:
        result[:, scenes.slots.get(slot, slice(0))] = False
    return result


def shadow_views(scenes: Scenes, world: np.ndarray, lights: int) -> tuple[np.ndarray, np.ndarray]:
    """shadow_from_world (B, MAX_LIGHTS, 4, 4) float32 into 0..1, and softness (B, MAX_LIGHTS) float32, of `lights` lights.

    world (B, N, 4, 4): world_from_node. Each map is fitted around the balls of all that casts. At w = 0 it looks along the
    light, depth linear; a lamp's is a perspective view from it. softness: how much of the map a shadow's edge widens for
    each unit of the map's depth between what blocks and what is in shadow (shaders/include/shadow.glsl).
    """
    matrices = np.tile(np.eye(4, dtype=np.float32), (len(scenes.index), MAX_LIGHTS, 1, 1))
    softness = np.zeros(matrices.shape[:2], np.float32)
    if lights == 0 or scenes.asset.shape[1] == 0:
        return matrices, softness
    centre, radius = _balls(scenes, world)
    casts = casting(scenes)
    low = np.where(casts[..., None], centre - radius[..., None], np.inf).min(axis=1)
    high = np.where(casts[..., None], centre + radius[..., None], -np.inf).max(axis=1)
    some = np.isfinite(low)  # a scene in which nothing casts has its map around the origin
    middle = 0.5 * (np.where(some, low, 0.0) + np.where(some, high, 0.0))
    radius = np.where(casts, radius, 0.0)
    centre = np.where(casts[..., None], centre, middle[:, None])  # what casts nothing widens no map
    for k in range(lights):
        place = scenes.lights.position[:, k].astype(np.float64)
        lamp = place[:, 3] > 0
        towards = np.where(lamp[:, None], place[:, :3] - middle, place[:, :3])
        basis = _basis(normalize(np.where((towards == 0).all(axis=1, keepdims=True), [0.0, 0.0, 1.0], towards)))
        sun, sun_softness = _sun(basis, centre, radius)
        spot, spot_softness = _lamp(basis, place[:, :3], centre, radius)
        matrices[:, k] = np.where(lamp[:, None, None], spot, sun)
        softness[:, k] = scenes.lights.softness[:, k] * np.where(lamp, spot_softness, sun_softness)
    return matrices, softness


def _balls(scenes: Scenes, world: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centres (B, O, 3) and radii (B, O) metres, float64, of balls around all objects."""
    root = world[:, scenes.roots].astype(np.float64)
    scale = np.linalg.norm(root[..., :3, :3], axis=-2).max(axis=-1)
    return root[..., :3, 3], scale * scenes.catalog.radius[scenes.asset]


def _basis(back: np.ndarray) -> np.ndarray:
    """Rotations (B, 3, 3), rows x, y and back (B, 3): into the axes of a light that looks along -back."""
    side = np.where(np.abs(back[:, 2:]) < 0.9, [0.0, 0.0, 1.0], [1.0, 0.0, 0.0])
    x = normalize(np.cross(side, back))
    return np.stack([x, np.cross(back, x), back], axis=1)


def _sun(basis: np.ndarray, centre: np.ndarray, radius: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Matrices (B, 4, 4) for light from infinity, and how softness in radians becomes that of the map."""
    local = multiply(basis[:, None], centre[..., None])[..., 0]
    local[..., 2] *= -1  # depth grows away from the light
    low, high = (local - radius[..., None]).min(axis=1), (local + radius[..., None]).max(axis=1)
    size, middle = np.maximum(high - low, 1e-3), 0.5 * (low + high)
    size[:, :2] = ROOM * size[:, :2].max(axis=1, keepdims=True)
    matrix = np.zeros((len(basis), 4, 4))
    matrix[:, :3, :3] = basis * np.array([1.0, 1.0, -1.0])[:, None] / size[..., None]
    matrix[:, :3, 3] = 0.5 - middle / size
    matrix[:, 3, 3] = 1.0
    return matrix, size[:, 2] / size[:, 0]


def _lamp(basis: np.ndarray, place: np.ndarray, centre: np.ndarray, radius: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Matrices (B, 4, 4) for a lamp at place (B, 3), and how its radius in metres becomes softness of the map."""
    away = centre - place[:, None]
    distance = np.maximum(np.linalg.norm(away, axis=-1), 1e-6)
    depth = -multiply(away[..., None, :], np.broadcast_to(basis[:, None, 2, :, None], (*away.shape, 1)))[..., 0, 0]
    angle = np.arccos(np.clip(depth / distance, -1, 1)) + np.arcsin(np.minimum(radius / distance, 1.0))
    tangent = ROOM * np.tan(np.clip(angle.max(axis=1), 1e-3, MAX_HALF_ANGLE))
    near = np.maximum((depth - radius).min(axis=1), 0.05)
    far = np.maximum((depth + radius).max(axis=1), near + 0.01)
    matrix = np.zeros((len(basis), 4, 4))
    rows = np.stack([0.5 * basis[:, 0] / tangent[:, None], 0.5 * basis[:, 1] / tangent[:, None]], axis=1)
    matrix[:, :2, :3] = rows - 0.5 * basis[:, 2:]  # + half of w, which is -back . away
    matrix[:, 2, :3] = -basis[:, 2] * (far / (far - near))[:, None]
    matrix[:, 3, :3] = -basis[:, 2]
    matrix[:, :, 3] = -multiply(matrix[:, :, :3], place[:, :, None])[..., 0]
    matrix[:, 2, 3] -= far * near / (far - near)
    return matrix, (1 / near - 1 / far) / (2 * tangent)
