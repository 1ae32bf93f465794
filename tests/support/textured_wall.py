"""wall: the front of a cube, with a texture, that fills a picture of SIZE px."""

import numpy as np

from raster.rendering.renderer import Renderer
from raster.scene.materials import MAPPINGS, TEXTURES
from raster.scene.scenes import Scenes
from raster.transforms import compose

SIZE = 128


def wall(walls: Renderer, texture: str, cells: float, offset=(0, 0, 0), mapping="object", batch: int = 1) -> Scenes:
    """The front of a cube fills the picture, `cells` of the texture wide; black and white, lit from everywhere alike.

    The texture's coordinates are those of the picture: x to the right, y up, 0 in the middle, plus the offset.
    """
    scenes = Scenes.zeros(walls.catalog, np.arange(batch), {"objects": 1})
    scenes.set_assets(slice(0, 1), np.zeros((batch, 1), int))
    side = 2 * 4 * np.tan(np.radians(25))  # what the camera sees at its distance of 4
    scenes.nodes.local[:, scenes.roots] = compose((0, 0.5, 0), scale=(side, 1, side))
    scenes.lights.color[:], scenes.lights.ambient[:] = 0, 1
    scenes.nodes.material.specular[:] = 0
    scenes.nodes.material.color[:], scenes.nodes.material.color2[:] = 0, 1
    scenes.nodes.material.texture[:] = TEXTURES.index(texture)
    scenes.nodes.material.mapping[:] = MAPPINGS.index(mapping)
    matrix = np.zeros((3, 4))
    matrix[0, 0] = matrix[1, 2] = matrix[2, 1] = cells  # object z is up in the picture, y is away
    matrix[:, 3] = offset + np.array([0, 0, 0.5 * cells + 0.25])  # the front, y = -0.5, is at depth 0.25 of the texture
    if mapping == "uv":
        matrix[:] = 0
        matrix[0, 0] = matrix[1, 1] = cells
        matrix[:, 3] = offset
    scenes.nodes.material.texture_from_object[:] = matrix
    return scenes
