"""ObjectExtents: how far the points of each object of a record reach in object space."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from raster.assets.catalog import Catalog
from raster.assets.catalog_parts import read_meshes, surface_of
from raster.geometry.deformations import Deformations
from raster.run.object_points import ObjectPoints

MOST_KNOWN, MOST_POINTS = 2**14, 2**22  # extents, and points of meshes, that are kept: 3 MB and 50 MB


class ObjectExtents:
    """Called with an object's record, it gives the lowest and highest coordinates (2, 3) of its points in object space.

    `named` gives their named points. What was computed for one annotation is known to the next.
    """

    def __init__(self, catalog: Catalog):
        self._catalog, self.named = catalog, ObjectPoints(catalog)
        self._number = {"cube": catalog.floor, **{name: k for k, name in enumerate(catalog.assets)}}
        self._known: dict[tuple[str, bytes], np.ndarray] = {}
        self._points_of: dict[str, np.ndarray] = {}

    def __call__(self, entry: Mapping[str, Any]) -> np.ndarray:
        name, morph = entry["solid"], entry.get("morph")
        given = {each.name: np.asarray(morph[each.name]) for each in fields(Deformations)} if morph else {}
        key = (name, b"".join(value.tobytes() for value in given.values()))
        if key not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            points = self._points(name)
            points = Deformations(**given).apply(points) if given else points.astype(np.float64)
            self._known[key] = np.stack([points.min(axis=0), points.max(axis=0)])
        return self._known[key]

    def of_meshes(self) -> dict[str, np.ndarray]:
        """The same (2, 3) of each own mesh that has a class, without deformations, by its name: the "solid" of records."""
        labelled = [mesh.name for mesh in self._catalog.imported if mesh.class_name is not None]
        return {name: self({"solid": name}) for name in labelled}

    def _points(self, name: str) -> np.ndarray:
        """As _read_points(), from memory if they have been read."""
        if name not in self._points_of:
            if sum(map(len, self._points_of.values())) >= MOST_POINTS:
                self._points_of.clear()
            self._points_of[name] = self._read_points(name)
        return self._points_of[name]

    def _read_points(self, name: str) -> np.ndarray:
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
