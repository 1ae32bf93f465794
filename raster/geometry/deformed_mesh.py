"""deformed_mesh: a mesh whose vertices are deformed once and for all, with levels of detail."""

from dataclasses import replace

import numpy as np

from raster.geometry.deformations import Deformations
from raster.geometry.mesh import Mesh
from raster.geometry.subdivision_levels import subdivision_levels
from raster.transforms import normalize

STEP = 1e-4  # object space: how far apart points are whose difference gives the direction of a deformed surface
USUAL = 0.8  # quantile of the distances that flattening a mesh makes: only a few of its edges lie on an outline
DIGITS = 6  # processors differ in the last bit of a power or a sine, and the vertices must not
GAIN = 0.6  # a level of detail is kept if its error is at most this share of that of the next coarser one
FINE_ENOUGH = 0.004  # error of the finest level: a pixel where the object is 256 px wide


def deformed_mesh(mesh: Mesh, shape: Deformations) -> Mesh:
    """The mesh after the deformation, again centred, with extent 1. shape: arrays without axes.

    It stays in one piece: points that are equal to the bit stay equal. It rests on the sides that it had.
    """
    kept: list[Mesh] = []
    levels = subdivision_levels(mesh, np.ones(3))
    for level in levels:
        error = level.mesh.silhouette_error + _flattening(level.mesh, shape)
        finest = error <= FINE_ENOUGH or level is levels[-1]
        if finest or error < GAIN * min([each.silhouette_error for each in kept], default=np.inf):
            kept.append(replace(_moved(level.mesh, shape), silhouette_error=error))
        if finest:
            break
    low, high = kept[-1].positions.min(axis=0), kept[-1].positions.max(axis=0)
    centre, extent = (low + high) / 2, float((high - low).max())
    made = [_frozen(each, np.round((each.positions - centre) / extent, DIGITS)) for each in kept]
    return replace(made[-1], levels_of_detail=tuple(made[:-1]), collision="hull", revolved=False, keypoints=())


def _flattening(mesh: Mesh, shape: Deformations) -> float:
    """The usual distance, across the surface, of the middle of an edge from where the deformation takes it."""
    corners = mesh.positions.astype(np.float64)[mesh.triangles]
    ahead = np.roll(corners, -1, axis=1)
    moved = shape.apply(corners.reshape(-1, 3)).reshape(corners.shape)
    middles = shape.apply(((corners + ahead) / 2).reshape(-1, 3)).reshape(corners.shape)
    missed = middles - (moved + np.roll(moved, -1, axis=1)) / 2
    normal = normalize(np.cross(moved[:, 1] - moved[:, 0], moved[:, 2] - moved[:, 0]))
    return float(np.quantile(np.abs((missed * normal[:, None]).sum(axis=-1)), USUAL))


def _moved(mesh: Mesh, shape: Deformations) -> Mesh:
    """The mesh with deformed positions (V, 3) float64 and normals (V, 3) float32.

    A normal is the cross product of two directions of the surface, each found by deforming a point beside the vertex.
    """
    points = np.unique(np.hstack([mesh.positions, mesh.normals]).astype(np.float64), axis=0, return_inverse=True)
    (p, n), where = np.split(points[0], 2, axis=1), points[1].ravel()
    first = normalize(np.cross(n, np.where(np.abs(n[:, :1]) < 0.6, [1.0, 0, 0], [0, 1.0, 0])))
    base = shape.apply(p)
    along, across = (shape.apply(p + STEP * way) - base for way in (first, np.cross(n, first)))
    normals = np.round(normalize(np.cross(along, across)), DIGITS)
    return replace(mesh, positions=np.round(base, DIGITS + 2)[where], normals=normals[where].astype(np.float32))


def _frozen(mesh: Mesh, positions: np.ndarray) -> Mesh:
    """The mesh with positions (V, 3), read-only."""
    own = positions.astype(np.float32) + np.float32(0)  # -0.0 becomes 0.0, as in join
    for array in (own, mesh.normals):
        array.setflags(write=False)
    return replace(mesh, positions=own, levels_of_detail=())
