"""How far morphed objects reach: fit keeps each in its solid's ball, rest_offset stands it on the floor, hull_points for more."""

from collections.abc import Callable

import numpy as np

from raster.scene import Scenes

CLOSER = 4  # samples around which every vertex is looked at
SPARE = 1e-4  # of the size of a solid, which vertices that were not looked at may stand out by: measured in tests/test_extents.py

Score = Callable[[np.ndarray], np.ndarray]  # points (M, P, 3) -> (M, P)


def fit(scenes: Scenes, objects: slice) -> None:
    """Shrink the morphed ones among these objects, where they need it, into the ball around their solid: sets morphs.fit."""
    b, o = _morphed(scenes, objects)
    scenes.morphs.fit[b, o] = 1
    reach = np.sqrt(_greatest(scenes, b, o, lambda points: (points * points).sum(axis=-1))) + SPARE
    scenes.morphs.fit[b, o] = np.minimum(1, scenes.catalog.radius[scenes.kind[b, o]] / reach)


def rest_offset(scenes: Scenes, objects: slice, rest: np.ndarray) -> np.ndarray:
    """(B, len) float64: the plane n.x = offset of object space under each object; n = catalog.rests[kind, rest (B, len)]."""
    kind = scenes.kind[:, objects]
    offset = scenes.catalog.rest_offset[kind, rest].astype(np.float64)
    b, o = _morphed(scenes, objects)
    own = b, o - objects.start
    normal = scenes.catalog.rests[kind, rest][own].astype(np.float64)
    offset[own] = _greatest(scenes, b, o, lambda points: (points * normal[:, None]).sum(axis=-1)) + SPARE
    return offset


def hull_points(scenes: Scenes, b: int, o: int) -> np.ndarray:
    """(P, 3) float64: points of an object's surface, morphed or not, in its object space (before its root's transform)."""
    _require_samples(scenes)
    return scenes.morphs.at(b, o).apply(scenes.catalog.samples[scenes.kind[b, o]])


def _morphed(scenes: Scenes, objects: slice) -> tuple[np.ndarray, np.ndarray]:
    """Scene and object numbers (M,) of those in a range that are there and morphed."""
    b, o = np.nonzero(scenes.morphs.any[:, objects] & (scenes.kind[:, objects] >= 0))
    if len(b):
        _require_samples(scenes)
    return b, o + objects.start


def _require_samples(scenes: Scenes) -> None:
    if not scenes.catalog.fine:
        raise ValueError("morphed objects need a catalog of finely divided meshes: Catalog(.., fine=True)")


def _greatest(scenes: Scenes, b: np.ndarray, o: np.ndarray, score: Score) -> np.ndarray:
    """(M,) greatest score of all points of objects b, o (M,): of the samples, then of all vertices near the best of them."""
    if not len(b):
        return np.zeros(0)
    catalog, morphs, kind = scenes.catalog, scenes.morphs.at(b, o), scenes.kind[b, o]
    scores = score(morphs.apply(catalog.samples[kind]))
    best = np.argsort(-scores, axis=1, kind="stable")[:, :CLOSER]
    near = catalog.cells[kind[:, None], best].reshape(len(b), -1, 3)
    return np.maximum(scores.max(axis=1), score(morphs.apply(near)).max(axis=1))
