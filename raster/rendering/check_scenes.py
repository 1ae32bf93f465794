"""check_scenes: whether scenes are such as a renderer was made for. check_limits: whether the driver can draw that much."""

import numpy as np

from raster.assets.library import Library
from raster.errors import InputError
from raster.gl.context import Device
from raster.rendering.camera_effects import missing_effect
from raster.rendering.draw_list import MAX_INSTANCES
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes


def check_scenes(scenes: Scenes, library: Library, size: tuple[int, int], batch: int, requirements: Requirements) -> None:
    """ValueError for scenes that a renderer was not made for; InputError for too many objects.

    library, size (H, W) px, batch, requirements: what the renderer was made with.
    """
    height, width = size
    made, effects = requirements.shadows, requirements.effects
    if len(scenes.index) > batch:
        raise ValueError(f"{len(scenes.index)} scenes, but this renderer was made for batch={batch}")
    if scenes.asset.shape[1] > MAX_INSTANCES:
        raise InputError(f"{scenes.asset.shape[1]} objects a scene; a 16-bit instance id holds {MAX_INSTANCES}")
    if (most := int(scenes.lights.shadows.max(initial=0))) > made:
        raise ValueError(f"scenes with lights.shadows={most}, but this renderer was made with requirements.shadows={made}")
    if scenes.library is not library:
        raise ValueError("scenes of another library than the one that this renderer has uploaded")
    if scenes.lights.occludes.any() and not requirements.occlusion:
        raise ValueError("scenes with lights.occlusion, but this renderer was made without requirements.occlusion")
    if scenes.lights.highlights.any() and not requirements.highlights:
        raise ValueError("scenes with lights.highlights, but this renderer was made without requirements.highlights")
    if scenes.morphs.any.any() and not scenes.catalog.fine:
        raise ValueError("scenes with morphed objects, but their catalog has no meshes for them: Catalog(.., fine=True)")
    if (effect := missing_effect(scenes, effects)) is not None:
        raise ValueError(f"scenes whose lens or sensor asks for {effect}, not among requirements.effects={effects}")
    if not np.allclose(scenes.cameras.aspect, width / height):
        raise ValueError(f"scenes with cameras.aspect={scenes.cameras.aspect[0]}, but a picture of {width} x {height}")


def check_limits(device: Device, size: tuple[int, int], batch: int, supersample: int) -> None:
    """InputError if the driver cannot draw pictures of size (H, W) px with so many samples a side, or so many at once."""
    height, width = size
    if max(height, width) * supersample > (most := device.max_texture_size):
        raise InputError(f"size: {width} x {height} px is more than this driver draws; at most {most // supersample}")
    if batch > (most := device.max_array_layers):
        raise InputError(f"batch={batch}: this driver draws at most {most} scenes at once")
