"""rounded_box: the surface of a cube of side 1 whose edges and corners are rounded."""

import numpy as np

from raster.geometry.mesh import Mesh

# Of each face: the directions of u, v and its normal, u x v = normal.
_FACES = tuple(np.roll(np.eye(3), turn, axis=0) * [[sign], [1], [sign]] for turn in range(3) for sign in (1, -1))


def rounded_box(radius: float, steps: int) -> Mesh:
    """The piece: six faces, each of (2 steps + 2)^2 points, which meet in the middle of the edges. uvs run over 0..1 of a face.

    radius: of edges and corners, object space, above 0, below 0.5. steps: flat strips between a face and the middle of an edge.
    """
    angle = np.pi / 4 * np.arange(steps + 1) / steps
    tilt = np.concatenate([-np.tan(angle[::-1]), np.tan(angle)])  # of the normal, along u or v, on a face of normal 1
    middle = np.repeat([-0.5 + radius, 0.5 - radius], steps + 1)  # of the ball that rounds the edge, along u or v
    u, v = np.meshgrid(tilt, tilt)
    lean = np.stack([u, v, np.ones_like(u)], axis=-1).reshape(-1, 3)
    lean /= np.linalg.norm(lean, axis=1, keepdims=True)
    u, v = np.meshgrid(middle, middle)
    points = np.stack([u, v, np.full_like(u, 0.5 - radius)], axis=-1).reshape(-1, 3) + radius * lean
    across = len(tilt)
    corner = (np.arange(across - 1)[:, None] * across + np.arange(across - 1)).ravel()
    triangles = np.stack([corner, corner + 1, corner + across + 1, corner, corner + across + 1, corner + across], axis=1)
    pieces = [(points @ face, lean @ face) for face in _FACES]
    starts = len(points) * np.arange(len(pieces))
    return Mesh(
        positions=np.round(np.concatenate([xyz for xyz, _ in pieces]), 7),  # where faces meet, they agree to the bit
        normals=np.concatenate([n for _, n in pieces]),
        uvs=np.tile(points[:, :2] + 0.5, (len(pieces), 1)),
        triangles=np.concatenate([triangles.reshape(-1, 3) + start for start in starts]),
    )
