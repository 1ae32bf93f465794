"""surface_distance: how far a point is from the nearest triangle."""

import numpy as np

STEP = 1 << 18  # triangles that are looked at together


def surface_distance(point: np.ndarray, positions: np.ndarray, triangles: np.ndarray) -> float:
    """Distance of point (3,) from the triangles (T, 3) of vertices (V, 3).

    The nearest point of a triangle is inside it, or on one of its sides.
    """
    return min(
        _nearest(positions[triangles[first : first + STEP]].astype(np.float64) - point)
        for first in range(0, len(triangles), STEP)
    )


def _nearest(corners: np.ndarray) -> float:
    """Least distance of the origin from triangles (T, 3, 3)."""
    sides = np.roll(corners, -1, axis=1) - corners
    along = -np.einsum("tki,tki->tk", corners, sides) / np.maximum(np.einsum("tki,tki->tk", sides, sides), 1e-300)
    on_sides = corners + np.clip(along, 0, 1)[..., None] * sides
    found = np.sqrt(np.einsum("tki,tki->tk", on_sides, on_sides).min())
    normal = np.cross(sides[:, 0], sides[:, 1])
    length = np.linalg.norm(normal, axis=1)
    flat = length > 0
    inside = flat & (np.einsum("tki,tki->tk", np.cross(sides, -corners), normal[:, None].repeat(3, axis=1)) >= 0).all(axis=1)
    if inside.any():
        above = np.abs(np.einsum("ti,ti->t", normal[inside], corners[inside, 0])) / length[inside]
        found = min(found, above.min())
    return float(found)
