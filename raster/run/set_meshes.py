"""SetMeshes: the meshes of the objects of a data set, in all their triangles, as its configuration describes them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from raster.assets.catalog import Catalog
from raster.errors import InputError
from raster.geometry.mesh import Mesh, Part
from raster.run.build_catalog import build_catalog
from raster.run.build_group import build_randomizers
from raster.run.opened_set import options_of_set
from raster.scene.requirements import Requirements


class SetMeshes:
    """The meshes that the images of a set show; they are made when the first is asked for."""

    def __init__(self, out: Path, configuration: Mapping[str, Any]):
        """configuration: of the set's manifest. InputError if meshes of now are not those that it was drawn with."""
        self._out, self._surfaces = out, configuration.get("detail") == "surfaces"
        try:
            options = options_of_set(configuration, (), None)
            needed = Requirements.of(build_randomizers(options).values())
            self._catalog: Catalog = build_catalog(options, needed)[0]
        except InputError as error:
            raise InputError(
                f"{out}: the meshes that it shows cannot be made here: {getattr(error, 'summary', error)}"
            ) from None
        if (self._catalog.digest() or None) != configuration.get("meshes"):
            raise InputError(f"{out}: the files of objects.meshes are not those that it was drawn with; put these back")

    def __call__(self, name: str) -> tuple[tuple[Part, ...], bool]:
        """The parts of the solid or own mesh of this name, in object space, and whether it is one of the user's own.

        InputError for one that is not there, and for a solid that was drawn with fewer triangles than it has.
        """
        catalog = self._catalog
        if name not in catalog.assets[: catalog.floor]:
            raise InputError(f"{self._out}: shows a {name}, which its configuration does not describe")
        asset = catalog.assets.index(name)
        if catalog.is_imported[asset]:
            return self._own(asset), True
        parts = []
        for number, place, solid in zip(
            catalog.part_mesh[asset], catalog.part_local[asset], catalog.part_names[asset], strict=False
        ):
            levels = catalog.atlas.levels[number]
            if not self._surfaces and (levels != levels[-1]).any():
                what = f"its {name} was drawn with detail=outlines, so with fewer triangles than a model of it has"
                raise InputError(f"{self._out}: {what}; draw the set with detail=surfaces, as preset=bop does")
            parts.append(Part(solid, catalog.atlas.mesh(levels[-1]), place))
        return tuple(parts), False

    def _own(self, asset: int) -> tuple[Part, ...]:
        """The parts of an own mesh."""
        imported = self._catalog.imported[asset - self._catalog.first_imported]
        vertices, indices, parts = imported.vertices(), imported.indices(), []
        for part in imported.parts:
            rows = np.array(vertices[part.first_vertex : part.first_vertex + part.vertex_count])
            triangles = np.array(indices[part.first_index : part.first_index + part.index_count]).reshape(-1, 3)
            parts.append(Part(part.name, Mesh(rows["position"], rows["normal"], rows["uv"], triangles), part.object_from_part))
        return tuple(parts)
