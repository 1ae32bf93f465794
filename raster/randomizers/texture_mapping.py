"""texture_matrix, planar_matrix: how a texture lies on a surface. picture_source: which pictures it shows."""

from typing import Any

import numpy as np

from raster.assets.library import PictureSource
from raster.scene.materials import TEXTURES
from raster.transforms import random_rotation


def picture_source(randomizer: Any) -> PictureSource | None:
    """What the fields `images`, `most` and `pictured` of a randomizer say."""
    wanted = randomizer.images is not None and randomizer.pictured > 0
    return PictureSource(randomizer.images, randomizer.most) if wanted else None


def texture_matrix(texture: np.ndarray, frequency: np.ndarray, turn: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """texture_from_object (..., 3, 4): frequency (...) cells a unit, turned by uniforms (..., 3), moved by offset (..., 3).

    A gradient runs once over the object, whatever the frequency.
    """
    gradient = (texture == TEXTURES.index("gradient"))[..., None]
    scale = np.where(gradient, 1.0, frequency[..., None])
    moved = np.where(gradient, 0.0, 64.0 * offset)
    return np.concatenate([random_rotation(turn) * scale[..., None], moved[..., None]], axis=-1)


def planar_matrix(frequency: np.ndarray, turn: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """texture_from_object (..., 3, 4) for (u, v): turned in their plane by turn (...) radians, moved by offset (..., 3)."""
    matrix = np.zeros((*frequency.shape, 3, 4))
    matrix[..., 0, 0] = matrix[..., 1, 1] = frequency * np.cos(turn)
    matrix[..., 1, 0] = frequency * np.sin(turn)
    matrix[..., 0, 1] = -matrix[..., 1, 0]
    matrix[..., 3] = 64.0 * offset
    return matrix
