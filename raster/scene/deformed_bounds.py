"""How far morphed objects reach: fit keeps them in their solids' balls, rest_offset stands them on a floor; hull_points."""

from collections.abc import Callable

import numpy as np

from raster.scene.scenes import Scenes

STRETCH = 1.5  # how much a morph moves neighbours apart, where it counts
SPARE = 1e-5  # of the size of a solid, for float32 vertices and matrices

Score = Callable[[np.ndarray, np.ndarray], np.ndarray]  # points (M, P, 3) of objects by their numbers (M,) -> (M, P)


def fit(scenes: Scenes, objects: slice) -> None:
    """Shrink the morphed ones among these objects, where they need it, into the ball around their solid: sets morphs.fit."""
    b, o = _morphed(scenes, objects)
    scenes.morphs.fit[b, o] = 1
    reach = _greatest(scenes, b, o, lambda points, _: np.sqrt((points * points).sum(axis=-1))) + SPARE
    scenes.morphs.fit[b, o] = np.minimum(1, scenes.catalog.radius[scenes.asset[b, o]] / reach)


def rest_distances(scenes: Scenes, objects: slice, rest: np.ndarray) -> np.ndarray:
    """(B, len) float64: the plane n.x = offset of object space under each object; n = catalog.rests[kind, rest (B, len)]."""
    asset = scenes.asset[:, objects]
    offset = scenes.catalog.rest_distances[asset, rest].astype(np.float64)
    b, o = _morphed(scenes, objects)
    own = b, o - objects.start
    normal = scenes.catalog.rest_directions[asset, rest][own].astype(np.float64)
    offset[own] = _greatest(scenes, b, o, lambda points, m: (points * normal[m, None]).sum(axis=-1)) + SPARE
    return offset


def surface_points(scenes: Scenes, b: int, o: int) -> np.ndarray:
    """(P, 3) float64: points of an object's surface, morphed or not, in its object space (before its root's transform)."""
    _require_samples(scenes)
    return scenes.morphs.at(b, o).apply(scenes.catalog.point_clusters(int(scenes.asset[b, o])).samples)


def _morphed(scenes: Scenes, objects: slice) -> tuple[np.ndarray, np.ndarray]:
    """Scene and object numbers (M,) of those in a range that are there and morphed."""
    b, o = np.nonzero(scenes.morphs.any[:, objects] & (scenes.asset[:, objects] >= 0))
    if len(b):
        _require_samples(scenes)
    return b, o + objects.start


def _require_samples(scenes: Scenes) -> None:
    if not scenes.catalog.fine:
        raise ValueError("morphed objects need a catalog of finely divided meshes: Catalog(.., fine=True)")


def _greatest(scenes: Scenes, b: np.ndarray, o: np.ndarray, score: Score) -> np.ndarray:
    """(M,) greatest score of all vertices of objects b, o (M,), where it grows by at most 1 a unit of length.

    First of the samples; then of the vertices in those cells that could hold a greater one.
    """
    result = np.zeros(len(b))
    for asset in np.unique(scenes.asset[b, o]):
        own = np.flatnonzero(scenes.asset[b, o] == asset)
        morphs, clusters = scenes.morphs.at(b[own], o[own]), scenes.catalog.point_clusters(int(asset))
        scores = score(morphs.apply(clusters.samples), own)
        best = scores.max(axis=1)
        m, cell = np.nonzero(scores[:, clusters.owner] + STRETCH * clusters.radius > best[:, None])
        np.maximum.at(best, m, score(morphs.at(m).apply(clusters.cells[cell]), own[m]).max(axis=1))
        result[own] = best
    return result
