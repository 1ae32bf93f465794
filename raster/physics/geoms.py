"""geoms: the parts of a scaled object as boxes, ellipsoids, cylinders, capsules or convex hulls, for the simulation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from raster.geometry.collision_shapes import CollisionShape
from raster.transforms import multiply

_SAME = 1e-5  # relative differences below this are rounding errors of float32


@dataclass(frozen=True)
class Geom:
    """One convex shape in the space of a body, which is the object's space, scaled but not rotated."""

    shape: str  # as CollisionShape.shape
    size: np.ndarray  # (3,) float64, metres: half extents along its own axes; zeros for a hull
    rotation: np.ndarray  # (3, 3) float64: body_from_geom
    position: np.ndarray  # (3,) float64, metres
    points: np.ndarray  # (P, 3) float64, metres, body space: the points of a hull; P = 0 for other shapes


def geoms(parts: Sequence[CollisionShape], scale: np.ndarray) -> list[Geom]:
    """The geoms of an object's parts, for factors scale (3,) of the object's axes.

    A part that is no longer a box, cylinder ... once it is stretched becomes a hull.
    """
    return [_geom(part, np.asarray(scale, np.float64)) for part in parts]


def _geom(part: CollisionShape, scale: np.ndarray) -> Geom:
    """One part as a geom."""
    place = part.object_from_part.astype(np.float64)
    upper = place[:3, :3]
    lengths = np.linalg.norm(upper, axis=0)
    if part.shape == "ellipsoid" and _alike(lengths) and _square(upper):
        upper = np.diag(lengths)  # a rotated ball is the same ball; unrotated, it can be stretched along the axes
    upper, position = scale[:, None] * upper, scale * place[:3, 3]
    lengths = np.linalg.norm(upper, axis=0)
    kept = {
        "box": True,
        "ellipsoid": True,
        "cylinder": _alike(lengths[:2]),
        "capsule": _alike(lengths),
    }.get(part.shape, False)
    if not kept or not _square(upper):
        points = multiply(part.points.astype(np.float64), upper.T) + position
        return Geom("hull", np.zeros(3), np.eye(3), np.zeros(3), points)
    rotation = upper / lengths
    mirrored = np.sum(rotation[:, 0] * np.cross(rotation[:, 1], rotation[:, 2])) < 0
    return Geom(part.shape, lengths / 2, rotation * np.where(mirrored, -1.0, 1.0), position, np.zeros((0, 3)))


def _alike(lengths: np.ndarray) -> bool:
    """Whether lengths (N,) are equal but for rounding."""
    return bool(np.ptp(lengths) <= _SAME * lengths.max())


def _square(upper: np.ndarray) -> bool:
    """Whether the columns of a matrix (3, 3) are at right angles, but for rounding."""
    unit = upper / np.linalg.norm(upper, axis=0)
    products = multiply(unit.T, unit)[[0, 0, 1], [1, 2, 2]]
    return bool(np.abs(products).max() <= _SAME)
