"""stable_poses: the directions of a convex hull that can point down when it lies on a floor."""

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from raster.geometry.convex_hull import Hull, size_of
from raster.transforms import multiply, normalize

MAX_RESTS = 6
SAME_COS = 0.99985  # cosine of 1 degree: facets that differ by less are one
MAX_FACETS = 3000  # only so many facets, the largest, are examined
MARGIN = 0.002  # share of an object's size: how far inside its facet the centre of mass must be


def stable_poses(hull: Hull) -> tuple[np.ndarray, np.ndarray]:
    """rest_directions (R <= 6, 3) float32, which may point down, and rest_distances (R,) float32: the hull's extent along them.

    The first is (0, 0, -1). Then come the normals of the facets on which the hull stands, largest first; facets whose normals
    differ by less than a degree count as one. A hull stands on a facet if its centre of mass, as if it were solid, lies above
    the facet and at least MARGIN inside its rim.
    """
    corners = hull.points[hull.triangles] / size_of(hull.points)
    area = np.round(0.5 * np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1), 9)
    centre = _centre_of_mass(corners)
    facets = []
    left = np.argsort(-area, kind="stable")[:MAX_FACETS]
    while len(left):
        same = (hull.normals[left] * hull.normals[left[0]]).sum(axis=1) > SAME_COS
        facets.append((float(area[left[same]].sum()), left[same]))
        left = left[~same]
    rest_directions = [np.array([0.0, 0.0, -1.0])]
    for _, members in sorted(facets, key=lambda facet: -facet[0]):
        normal = normalize((hull.normals[members] * area[members, None]).sum(axis=0) + 1e-12 * hull.normals[members[0]])
        if (np.array(rest_directions) * normal).sum(axis=1).max() <= SAME_COS and _stands(corners[members], normal, centre):
            rest_directions.append(normal)
        if len(rest_directions) == MAX_RESTS:
            break
    directions = np.round(np.array(rest_directions), 6) + 0.0
    return directions.astype(np.float32), multiply(hull.points, directions.T).max(axis=0).astype(np.float32)


def _centre_of_mass(corners: np.ndarray) -> np.ndarray:
    """(3,): centre of mass of the solid inside outward triangles (T, 3, 3). Rounded: the order of qhull's triangles varies."""
    inside = corners.reshape(-1, 3).mean(axis=0)
    a, b, c = np.moveaxis(corners - inside, 1, 0)
    volume = np.abs((a * np.cross(b, c)).sum(axis=1))
    return inside + np.round((volume[:, None] * (a + b + c) / 4).sum(axis=0) / max(float(volume.sum()), 1e-300), 9)


def _stands(corners: np.ndarray, normal: np.ndarray, centre: np.ndarray) -> bool:
    """Whether a centre of mass (3,) lies above a facet of triangles (T, 3, 3), at least MARGIN inside its rim."""
    across = normalize(np.cross(normal, [1.0, 0, 0] if abs(normal[0]) < 0.9 else [0, 1.0, 0]))
    plane = np.stack([across, np.cross(normal, across)], axis=1)
    try:
        rim = ConvexHull(multiply(corners.reshape(-1, 3) - centre, plane)).equations
    except QhullError:
        return False  # a sliver
    return bool(rim[:, 2].max() <= -MARGIN)
