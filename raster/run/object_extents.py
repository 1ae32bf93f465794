"""ObjectExtents: how far the points of each object of a record reach in object space."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from raster.assets.catalog import Catalog
from raster.assets.catalog_parts import read_meshes, surface_of
from raster.geometry.deformations import Deformations


class ObjectExtents:
    """Called with an object's record, it gives the lowest and highest coordinates (2, 3) of its points in object space."""

    def __init__(self, catalog: Catalog):
        self._catalog = catalog
        self._number = {"cube": catalog.floor, **{name: k for k, name in enumerate(catalog.assets)}}
        self._known: dict[str, np.ndarray] = {}

    def __call__(self, entry: Mapping[str, Any]) -> np.ndarray:
        name = entry["solid"]
        if "morph" in entry:
            given = {each.name: np.asarray(entry["morph"][each.name]) for each in fields(Deformations)}
            moved = Deformations(**given).apply(self._points(name))
            return np.stack([moved.min(axis=0), moved.max(axis=0)])
        if name not in self._known:
            points = self._points(name).astype(np.float64)
            self._known[name] = np.stack([points.min(axis=0), points.max(axis=0)])
        return self._known[name]

    def _points(self, name: str) -> np.ndarray:
        """(V, 3): all vertices of a solid, as finely subdivided as deformations need it, or of an own mesh."""
        catalog, asset = self._catalog, self._number[name]
        places = catalog.part_local[asset]
        if catalog.is_imported[asset]:
            meshes = read_meshes(catalog.imported[asset - catalog.first_imported])
        else:
            numbers = [catalog.atlas.fine[number, -1] for number in catalog.part_mesh[asset] if number >= 0]
            whole = [catalog.atlas.mesh(number) for number in numbers]
            meshes = [(mesh.positions, mesh.triangles) for mesh in whole]
        return surface_of(meshes, places[: len(meshes)])[0]
