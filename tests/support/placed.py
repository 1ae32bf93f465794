"""Placed, vertices, smallest_gaps: where the things of sampled scenes stand, and how near they come to one another."""

import numpy as np

from raster.scene.scenes import Scenes


class Placed:
    """Objects and distractors of some scenes: which are there, where, how large, and whether on a floor."""

    def __init__(self, scenes: Scenes):
        objects = slice(scenes.slots["objects"].start, scenes.slots["distractors"].stop)
        self.asset = scenes.asset[:, objects]
        self.present = self.asset >= 0
        self.root = scenes.nodes.local[:, scenes.roots[objects]].astype(float)  # (B, O, 4, 4)
        self.position = self.root[..., :3, 3]
        self.scale = np.linalg.norm(self.root[..., :3, :3], axis=-2)
        self.radius = scenes.catalog.radius[self.asset] * self.scale.max(axis=-1)  # of bounding balls about the origin
        self.floor = scenes.asset[:, scenes.slots["floor"]][:, 0] >= 0


def vertices(catalog, asset: int) -> np.ndarray:
    """(V, 3) of a kind's finest meshes, in object space."""
    parts = zip(catalog.part_mesh[asset], catalog.part_local[asset].astype(float), strict=True)
    return np.concatenate([catalog.atlas.meshes[m].positions @ p[:3, :3].T + p[:3, 3] for m, p in parts if m >= 0])


def smallest_gaps(placed: Placed) -> np.ndarray:
    """(B,) metres between the two nearest bounding balls; on a floor between their discs seen from above."""
    centre = np.where(placed.floor[:, None, None], placed.position * [1, 1, 0], placed.position)
    apart = np.linalg.norm(centre[:, :, None] - centre[:, None], axis=-1)
    gap = apart - placed.radius[:, :, None] - placed.radius[:, None]
    both = placed.present[:, :, None] & placed.present[:, None] & ~np.eye(placed.present.shape[1], dtype=bool)
    return np.where(both, gap, np.inf).min(axis=(1, 2))
