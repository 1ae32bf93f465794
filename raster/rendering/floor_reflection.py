"""write_floor_reflection: where the floor of each picture lies for its camera, and how it mirrors what stands on it."""

import numpy as np

from raster.rendering.bounced_light import mean_albedo
from raster.roughness import roughness_of
from raster.scene.scenes import Scenes

COAT_F0, COAT_ROUGHNESS = 0.04, 0.02**0.5  # of the clear coat in shaders/pbr.frag
SPECULAR_F0 = 0.08  # of specular 1, as there
SHINY, MATT = 0.25, 0.5  # roughness up to which a floor shows its reflections in full, and from which on it shows none


def write_floor_reflection(rows: np.ndarray, scenes: Scenes) -> None:
    """Write floor, floor_f0, floor_roughness and reflection into rows (B,) CAMERA. reflection 0: nothing is mirrored."""
    if "floor" not in scenes.slots or not scenes.lights.reflections.any():
        return
    floors = scenes.slots["floor"]
    shown = (scenes.asset[:, floors] >= 0).any(axis=1) & (scenes.lights.reflections > 0)
    root, material = scenes.roots[floors.start], scenes.nodes.material
    local = scenes.nodes.local[:, root].astype(np.float64)
    top = local[:, 2, 3] + 0.5 * np.linalg.norm(local[:, :3, 2], axis=1)  # a floor is a flat box that lies level
    camera = scenes.cameras.world_from_camera.astype(np.float64)
    rows["floor"][:, :3], rows["floor"][:, 3] = camera[:, 2, :3], camera[:, 2, 3] - top
    specular, shininess, metallic, coat = (
        getattr(material, name)[:, root + 1].astype(np.float64) for name in ("specular", "shininess", "metallic", "coat")
    )
    base = (1 - metallic)[:, None] * (SPECULAR_F0 * specular)[:, None] + metallic[:, None] * mean_albedo(scenes, "floor")
    rows["floor_f0"] = base + coat[:, None] * COAT_F0
    roughness = roughness_of(shininess)
    roughness = np.where(coat > 0.5, COAT_ROUGHNESS, roughness)
    rows["floor_roughness"] = roughness
    gloss = np.clip((MATT - roughness) / (MATT - SHINY), 0, 1)
    rows["reflection"] = np.where(shown, scenes.lights.reflections * gloss, 0.0)
