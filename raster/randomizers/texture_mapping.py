"""texture_matrix, planar_matrix: how a texture lies on a surface."""

import numpy as np

from raster.scene.materials import TEXTURES
from raster.transforms import random_rotation

OFFSET_CELLS = 64.0  # a texture is moved by up to so many cells


def texture_matrix(texture: np.ndarray, frequency: np.ndarray, turn: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """texture_from_object (..., 3, 4): the texture is carved from a block that fills object space.

    texture (...) int, numbers of TEXTURES; frequency (...) cells per unit of object space; turn (..., 3) uniforms in [0, 1),
    which choose a rotation; offset (..., 3) in units of OFFSET_CELLS cells.
    A gradient runs once over the object, at any frequency.
    """
    gradient = (texture == TEXTURES.index("gradient"))[..., None]
    scale = np.where(gradient, 1.0, frequency[..., None])
    moved = np.where(gradient, 0.0, OFFSET_CELLS * offset)
    return np.concatenate([random_rotation(turn) * scale[..., None], moved[..., None]], axis=-1)


def planar_matrix(frequency: np.ndarray, turn: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """texture_from_object (..., 3, 4) for coordinates (u, v) of a plane.

    frequency (...) cells per unit of u and v; turn (...) radians in the plane; offset (..., 3) in units of OFFSET_CELLS cells.
    """
    matrix = np.zeros((*frequency.shape, 3, 4))
    matrix[..., 0, 0] = matrix[..., 1, 1] = frequency * np.cos(turn)
    matrix[..., 1, 0] = frequency * np.sin(turn)
    matrix[..., 0, 1] = -matrix[..., 1, 0]
    matrix[..., 3] = OFFSET_CELLS * offset
    return matrix
