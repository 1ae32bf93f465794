"""CollisionShape: a convex part of an object, for the simulation. collision_shapes: those of a solid."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from raster.geometry.mesh import Part
from raster.geometry.simplify_hull import simplify_hull


@dataclass(frozen=True)
class CollisionShape:
    """One convex part of an object, in the part's own space (extent 1) and where that lies in the object's."""

    shape: str  # "box", "ellipsoid", "cylinder" or "capsule" of extent 1; "hull": the convex hull of the points
    object_from_part: np.ndarray  # (4, 4) float32
    points: np.ndarray  # (P, 3) float32, P <= 192, the part's space: used as a hull where stretching changes the shape


def collision_shapes(parts: Sequence[Part]) -> tuple[CollisionShape, ...]:
    """The collision shapes of the parts of a solid."""
    pairs = [(part.mesh, part.object_from_part) for part in parts if part.mesh is not None]
    return tuple(CollisionShape(mesh.collision, place, simplify_hull(mesh.positions)) for mesh, place in pairs)
