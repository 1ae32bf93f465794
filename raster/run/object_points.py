"""ObjectPoints: the named points of solids and own meshes, as the annotation keypoints asks for them."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from raster.assets.catalog import Catalog
from raster.assets.catalog_parts import read_meshes, surface_of
from raster.geometry.deformations import Deformations
from raster.geometry.surface_distance import surface_distance

ON_SURFACE = 0.01  # by the size of an object: a point that is nearer to its surface is meant to lie on it


class ObjectPoints:
    """Called with an object's record, it gives for each of `names` where the point is, and whether it lies on the surface."""

    def __init__(self, catalog: Catalog):
        self._catalog, self._known = catalog, dict[str, tuple[np.ndarray, np.ndarray]]()
        self._number = {name: k for k, name in enumerate(catalog.assets)}
        labelled = [k for k in range(catalog.floor) if catalog.class_id[k] and catalog.keypoints[k]]
        self.names = tuple(dict.fromkeys(name for k in labelled for name, _ in catalog.keypoints[k]))
        self.of_classes: dict[str, tuple[str, ...]] = {}
        for name, number in zip(catalog.classes[1:], range(1, len(catalog.classes)), strict=True):
            own = {point for k in labelled if catalog.class_id[k] == number for point, _ in catalog.keypoints[k]}
            self.of_classes[name] = tuple(point for point in self.names if point in own)

    def __call__(self, entry: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
        """Points (K, 3) in object space, NaN of those that the object has not, and (K,) bool: on its surface."""
        solid = entry["solid"]
        if solid not in self._known:
            self._known[solid] = self._read(solid)
        points, on_surface = self._known[solid]
        morph, there = entry.get("morph"), ~np.isnan(points[:, 0])
        if morph and there.any():
            shape = Deformations(**{each.name: np.asarray(morph[each.name]) for each in fields(Deformations)})
            points = points.copy()
            points[there] = shape.apply(points[there])
        return points, on_surface

    def _read(self, solid: str) -> tuple[np.ndarray, np.ndarray]:
        asset = self._number[solid]
        own: dict[str, Any] = dict[str, Any](self._catalog.keypoints[asset])
        points = np.array([own.get(name, (np.nan,) * 3) for name in self.names], np.float64).reshape(-1, 3)
        on_surface = np.zeros(len(points), bool)
        if own:
            positions, triangles = self._surface(asset)
            near = ON_SURFACE * float(np.ptp(positions, axis=0).max())
            for k in np.flatnonzero(~np.isnan(points[:, 0])):
                on_surface[k] = surface_distance(points[k], positions, triangles) <= near
        return points, on_surface

    def _surface(self, asset: int) -> tuple[np.ndarray, np.ndarray]:
        """Points (V, 3) in object space and triangles (T, 3) of an asset."""
        catalog = self._catalog
        if catalog.is_imported[asset]:
            meshes = read_meshes(catalog.imported[asset - catalog.first_imported])
        else:
            numbers = [number for number in catalog.part_mesh[asset] if number >= 0]
            meshes = [(mesh.positions, mesh.triangles) for mesh in map(catalog.atlas.mesh, numbers)]
        return surface_of(meshes, catalog.part_local[asset][: len(meshes)])
