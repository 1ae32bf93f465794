"""hull_points: few vertices that stand for a mesh's convex hull. Collision: what one part of an object is to physics."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from raster.mesh import Part
from raster.transforms import multiply

MOST_POINTS = 192  # with 64 the hull of a torus 1 across is up to 23 mm short, with 192 a third of that
_DIRECTIONS = 1500


@dataclass(frozen=True)
class Collision:
    """One convex part of an object, in the part's own space (extent 1) and where that lies in the object's."""

    shape: str  # "box", "ellipsoid", "cylinder", "capsule": as raster.solids has them; "hull": that of the points
    object_from_part: np.ndarray  # (4, 4) float32
    points: np.ndarray  # (P, 3) float32, P <= MOST_POINTS, the part's space: stand for the shape where stretch spoils it


def collisions(parts: Sequence[Part]) -> tuple[Collision, ...]:
    """Of the parts of a solid."""
    pairs = [(part.mesh, part.object_from_part) for part in parts if part.mesh is not None]
    return tuple(Collision(mesh.collision, place, hull_points(mesh.positions)) for mesh, place in pairs)


def hull_points(positions: np.ndarray) -> np.ndarray:
    """(P, 3) of the vertices (V, 3), P <= MOST_POINTS, whose convex hull is nearly that of all; all, if they are so few.

    Greedy: next comes the vertex that stands out farthest from the hull of those that are chosen, over many directions.
    """
    points = np.unique(positions, axis=0)
    if len(points) <= MOST_POINTS:
        return points
    along = multiply(_sphere(_DIRECTIONS), points.astype(np.float64).T)  # (D, V)
    full = along.max(axis=1)
    chosen, reach = [int(np.argmax(along[0]))], along[:, np.argmax(along[0])]
    while len(chosen) < MOST_POINTS:
        chosen.append(int(np.argmax(along[np.argmax(full - reach)])))
        reach = np.maximum(reach, along[:, chosen[-1]])
    return points[np.unique(chosen)]


def _sphere(count: int) -> np.ndarray:
    """(count, 3) unit vectors, evenly spread, the axes first: a spiral whose turns are golden angles."""
    z = 1 - (2 * np.arange(count - 6) + 1) / (count - 6)
    angle, r = np.pi * (3 - 5**0.5) * np.arange(count - 6), np.sqrt(1 - z * z)
    return np.concatenate([np.eye(3), -np.eye(3), np.stack([r * np.cos(angle), r * np.sin(angle), z], axis=1)])
