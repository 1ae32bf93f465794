"""outline_points: points of objects' surfaces in the world, among them the outermost ones, deformed if the object is."""

import numpy as np

from raster.scene.scenes import Scenes
from raster.transforms import multiply

COUNT = 192  # points of an object, at most: CachedMesh.points and PointClusters.samples have no more


def outline_points(scenes: Scenes, number: np.ndarray) -> np.ndarray:
    """(B, COUNT, 3) float64 metres: points of object number (B,) of each scene, in the world; zeros where it shows nothing.

    The extent of the points is that of the object, within about a hundredth of its size.
    """
    rows, catalog = np.arange(len(number)), scenes.catalog
    asset, result = scenes.asset[rows, number], np.zeros((len(number), COUNT, 3))
    root = scenes.nodes.local[rows, scenes.roots[number]].astype(np.float64)
    for kind in np.unique(asset[asset >= 0]):
        own = np.flatnonzero(asset == kind)
        if catalog.first_imported <= kind < catalog.floor:  # its hull is at hand, where its vertices would have to be read
            points = catalog.imported[kind - catalog.first_imported].points
        else:
            points = catalog.point_clusters(int(kind)).samples
        shaped = scenes.morphs.at(own, number[own]).apply(np.resize(points, (COUNT, 3)))
        turned = multiply(root[own, :3, :3], np.swapaxes(shaped, -1, -2))  # (M, 3, COUNT)
        result[own] = np.swapaxes(turned, -1, -2) + root[own, None, :3, 3]
    return result
