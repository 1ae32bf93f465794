"""fit, rest_distances, surface_points: the extent of deformed objects, so that they fit their place and rest on a floor."""

from collections.abc import Callable

import numpy as np

from raster.scene.scenes import Scenes

STRETCH = 1.5  # factor by which a deformation increases distances between neighbours, near the extremes of a shape
SPARE = 1e-5  # share of the size of a solid, for the rounding of float32 vertices and matrices

Score = Callable[[np.ndarray, np.ndarray], np.ndarray]  # points (M, P, 3) of objects by their numbers (M,) -> (M, P)


def fit(scenes: Scenes, objects: slice) -> None:
    """Set morphs.fit of the deformed objects of a range, so that each stays inside the bounding ball of its solid."""
    b, o = _morphed(scenes, objects)
    scenes.morphs.fit[b, o] = 1
    reach = _greatest(scenes, b, o, lambda points, _: np.sqrt((points * points).sum(axis=-1))) + SPARE
    scenes.morphs.fit[b, o] = np.minimum(1, scenes.catalog.radius[scenes.asset[b, o]] / reach)


def rest_distances(scenes: Scenes, objects: slice, rest: np.ndarray) -> np.ndarray:
    """(B, len) float64: distances d of the planes n.x = d in object space on which the objects of a range rest.

    rest (B, len): which of the asset's Catalog.rest_directions is n.
    """
    asset = scenes.asset[:, objects]
    offset = scenes.catalog.rest_distances[asset, rest].astype(np.float64)
    b, o = _morphed(scenes, objects)
    own = b, o - objects.start
    normal = scenes.catalog.rest_directions[asset, rest][own].astype(np.float64)
    offset[own] = _greatest(scenes, b, o, lambda points, m: (points * normal[m, None]).sum(axis=-1)) + SPARE
    return offset


def surface_points(scenes: Scenes, b: int, o: int) -> np.ndarray:
    """(P, 3) float64: points of the surface of object o in scene b, deformed if it is, in object space."""
    _require_samples(scenes)
    return scenes.morphs.at(b, o).apply(scenes.catalog.point_clusters(int(scenes.asset[b, o])).samples)


def _morphed(scenes: Scenes, objects: slice) -> tuple[np.ndarray, np.ndarray]:
    """Scene numbers (M,) and object numbers (M,) of the objects of a range that exist and are deformed."""
    b, o = np.nonzero(scenes.morphs.any[:, objects] & (scenes.asset[:, objects] >= 0))
    if len(b):
        _require_samples(scenes)
    return b, o + objects.start


def _require_samples(scenes: Scenes) -> None:
    """Raise ValueError for a catalog that has no finely subdivided meshes."""
    if not scenes.catalog.fine:
        raise ValueError("morphed objects need a catalog of finely subdivided meshes: Catalog(.., fine=True)")


def _greatest(scenes: Scenes, b: np.ndarray, o: np.ndarray, score: Score) -> np.ndarray:
    """(M,) float64: the greatest score of all vertices of objects o (M,) in scenes b (M,).

    Scores of two points must differ by no more than their distance. So the scores of the samples come first, and then only
    those of the cells whose radius leaves room for a greater one.
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
