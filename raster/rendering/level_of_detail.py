"""choose_levels: for each drawn mesh, the coarsest level of detail whose outline, or whose surface too, is right enough.

Within an outline a mesh of facets lies deeper than the true solid, the more the more obliquely it is seen. A sphere of radius
R whose outline is off by e lies deeper by e / cos(a) where the view meets its normal at the angle a, and there its normal is
off by tan(a) e / R. One pixel within the outline of a sphere that is D px wide, cos(a) = sqrt(4 / D): so the normal is off by
e sqrt(D) radians, with e in units of the sphere's diameter, and the depth by half as much times D / focal length, as a share
of itself. Where a surface is more curved than that sphere, normals are off by as much more. An ellipsoid is so where it is
pointed, by the square of the ratio of its axes.
"""

import numpy as np

from raster.scene.scenes import Scenes

OUTLINE_PX = 0.35  # largest error of an outline: half a pixel, less what an oblique view adds
OWN = 0.7  # of that for own meshes: a quarter of a pixel
NORMAL = 0.0075  # radians: largest error of a normal one pixel within an outline
DEPTH = 0.002  # largest error of a depth there, as a share of it
CURVED = 2.5  # curvature that is reckoned with at most: beyond it normals may be off by more
STRETCHED = 1.5  # factor by which a deformation enlarges the error of an outline


def choose_levels(
    scenes: Scenes, height: int, outline_px: float, world: np.ndarray, scene: np.ndarray, mesh: np.ndarray, curved: np.ndarray,
    number: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """For I drawn meshes, the numbers (I,) of the coarsest levels whose outlines are within outline_px of the true solid's.

    With an atlas of surfaces their normals are right to NORMAL and their depths to DEPTH; of deformed meshes then the finest.
    Of own meshes all parts have the same level, since they meet only then: one that is within OWN of outline_px.
    height: of the picture, px. world (I, 4, 4): world_from_object; scene, mesh (I,): their scene and their mesh in the atlas.
    curved (I,): the curvature that a deformation gives to straight lines, -1 where there is none. number (I,): of the object.
    With a focal length of f px a length l at depth z is at most l f / z px long, but for oblique views, which OUTLINE_PX leaves
    room for.
    """
    atlas, own = scenes.catalog.atlas, scenes.catalog.atlas.owner[mesh] >= 0
    scale = np.linalg.norm(world[:, :3, :3], axis=1)
    reach = np.where(own, atlas.radius[mesh] * scale.max(axis=1), 0.5 * np.linalg.norm(scale, axis=1))
    focal, nearest = _focal_and_nearest(scenes, height, world, scene, reach)
    enlarged = (scale.max(axis=1) * focal / nearest)[:, None]
    errors = atlas.errors[mesh]
    good = errors * enlarged <= np.where(own, OWN * outline_px, outline_px)[:, None]
    if own.any():
        good[own] = _in_common(good[own], scene[own] * (int(number.max()) + 1) + number[own])
    if atlas.surfaces:
        pointed = np.square(scale.max(axis=1) / scale.min(axis=1))
        curvature = np.minimum(atlas.curvatures[mesh] * pointed, CURVED)[:, None]
        off = errors * np.sqrt(enlarged)
        good &= (off * curvature <= NORMAL) & (atlas.normal_errors[mesh] <= 1.08 * NORMAL)
        good &= off * enlarged / focal[:, None] <= 2 * DEPTH
    result = _coarsest(atlas.levels[mesh], good)
    if (bent := curved >= 0).any() and atlas.surfaces:
        result[bent] = atlas.fine[mesh[bent], -1]
    elif bent.any():
        whole = mesh[bent]
        errors = STRETCHED * atlas.fine_errors[whole] + curved[bent, None] * atlas.fine_edges[whole] ** 2 / 8
        result[bent] = _coarsest(atlas.fine[whole], errors * enlarged[bent] <= outline_px)
    return result


def _focal_and_nearest(
    scenes: Scenes, height: int, world: np.ndarray, scene: np.ndarray, reach: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """For I drawn meshes, as in choose_levels, focal lengths (I,) in px and least depths (I,) of what reaches so far (I,)."""
    cameras = scenes.cameras
    towards = world[:, :3, 3] - cameras.world_from_camera[scene, :3, 3]
    depth = -np.einsum("ij,ij->i", towards, cameras.world_from_camera[scene, :3, 2])
    # In float32, which Cameras.focal_px is not: the last bits can decide which mesh is drawn.
    focal = height / 2 / np.tan(cameras.fov_y[scene] / 2) * np.maximum(cameras.pixel_aspect[scene], 1)
    return focal, np.maximum(depth - reach, cameras.near[scene])


def _in_common(good: np.ndarray, group: np.ndarray) -> np.ndarray:
    """good (I, L) bool where it is so in all rows of the same group (I,)."""
    _, where = np.unique(group, return_inverse=True)
    bad = np.zeros((where.max() + 1, good.shape[1]), bool)
    np.logical_or.at(bad, where, ~good)
    return ~bad[where]


def _coarsest(levels: np.ndarray, good: np.ndarray) -> np.ndarray:
    """For each row the first of levels (I, L), from coarse to fine, that is good (I, L), else the last: (I,)."""
    good[:, -1] = True  # there is no finer one
    return levels[np.arange(len(levels)), np.argmax(good, axis=1)]
