"""scene_with, white: a few things before a camera. options_of: what draws the scenes of a sampler."""

import numpy as np

from raster.assets.catalog import Catalog
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes
from raster.transforms import compose


def scene_with(catalog: Catalog, *objects: tuple, lights: int = 1, aspect: float = 1.0, batch: int = 1) -> Scenes:
    """Things (name, position, scale or (4, 4)) before a camera at (0, -4, 0) that looks along +y, sees 50 degrees."""
    scenes = Scenes.zeros(catalog, np.arange(batch), {"objects": len(objects), "distractors": 0}, lights, aspect)
    for o, (name, position, scale) in enumerate(objects):
        scenes.set_assets(slice(o, o + 1), np.full((batch, 1), catalog.assets.index(name)))
        local = scale if np.ndim(scale) == 2 else compose(position, scale=scale)
        scenes.nodes.local[:, scenes.roots[o]] = local
    scenes.nodes.material.specular[:] = 0
    scenes.lights.ambient[:] = 0.1
    return scenes


def white(scenes: Scenes) -> Scenes:
    """The same scenes, all in white."""
    scenes.nodes.material.color[:] = scenes.nodes.material.color2[:] = 1
    return scenes


def options_of(sampler: Sampler) -> dict:
    """What a renderer has to know of those that it draws the scenes of."""
    return {"library": sampler.library, "requirements": sampler.requirements}
