"""boxes: many boxes as one piece of a mesh."""

import numpy as np
from numpy.typing import ArrayLike

from raster.geometry.mesh import Mesh
from raster.transforms import multiply

# The faces of a cube of side 2, each counter-clockwise seen from outside: (6, 4, 3), and the directions of u and v on each.
_NORMALS = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], np.float64)
_UP = np.array([[0, 0, 1]] * 4 + [[0, 1, 0]] * 2, np.float64)
_RIGHT = np.cross(_UP, _NORMALS)
_SQUARE = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float64)
_CORNERS = _NORMALS[:, None] + _SQUARE[None, :, :1] * _RIGHT[:, None] + _SQUARE[None, :, 1:] * _UP[:, None]


def boxes(centre: ArrayLike, size: ArrayLike, rotation: np.ndarray | None = None) -> Mesh:
    """N boxes around centre (N, 3) with sides size (N, 3), turned by rotation (N, 3, 3); uvs: metres from a face's middle.

    They may go through one another: together they are closed all the same.
    """
    middle, sides = np.asarray(centre, np.float64), np.asarray(size, np.float64)
    count = len(middle)
    corners = (_CORNERS.reshape(1, 24, 3) * sides[:, None] / 2).reshape(count, 24, 3)
    normals = np.broadcast_to(np.repeat(_NORMALS, 4, axis=0), corners.shape)
    u = (corners * np.repeat(_RIGHT, 4, axis=0)).sum(axis=2)
    v = (corners * np.repeat(_UP, 4, axis=0)).sum(axis=2)
    if rotation is not None:
        turn = np.swapaxes(rotation, -1, -2)
        corners, normals = multiply(corners, turn), multiply(normals, turn)
    first = 4 * np.arange(6 * count)[:, None]
    triangles = np.concatenate([first + np.array([0, 1, 2]), first + np.array([0, 2, 3])], axis=1).reshape(-1, 3)
    uvs = np.stack([u, v], axis=2).reshape(-1, 2)
    return Mesh((corners + middle[:, None]).reshape(-1, 3), normals.reshape(-1, 3), uvs, triangles)
