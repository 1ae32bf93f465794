"""MaterialTable: the materials of all imported meshes of a run, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from raster.assets.meshes.cached_mesh import CachedMesh
from raster.assets.meshes.imported_mesh import PbrMaterial
from raster.errors import InputError

MAX_PICTURES = 65535  # of a run: the draw list has 16 bits for the number of a picture, 0 = none


@dataclass(frozen=True)
class MaterialTable:
    """L materials. Parts of one mesh may share a material. Pictures are numbered from 1."""

    color: np.ndarray  # (L, 3) float32, linear
    metallic: np.ndarray  # (L,) float32
    roughness: np.ndarray  # (L,) float32
    picture: np.ndarray  # (L,) int32: 0 = none
    pictures: tuple[tuple[int, int], ...]  # for picture k + 1: the number of its mesh, and its number in that mesh
    largest_px: int  # side of the largest picture, 1 if there is none

    @classmethod
    def of(cls, meshes: Sequence[CachedMesh]) -> tuple["MaterialTable", list[list[int]]]:
        """The table, and for each mesh the rows of its parts. InputError for more than MAX_PICTURES pictures."""
        rows: list[PbrMaterial] = []
        owners: list[int] = []
        parts: list[list[int]] = []
        numbers: dict[tuple[int, int], int] = {}
        for m, mesh in enumerate(meshes):
            mine: dict[PbrMaterial, int] = {}
            for part in mesh.parts:
                if part.material not in mine:
                    mine[part.material] = len(rows)
                    rows.append(part.material)
                    owners.append(m)
                    if part.material.picture >= 0:
                        numbers.setdefault((m, part.material.picture), len(numbers) + 1)
            parts.append([mine[part.material] for part in mesh.parts])
        if len(numbers) > MAX_PICTURES:
            raise InputError(f"objects.meshes: {len(numbers)} pictures in these files; at most {MAX_PICTURES} in a run")
        picture = [numbers.get((m, material.picture), 0) for m, material in zip(owners, rows, strict=True)]
        return cls(
            color=np.array([material.color for material in rows], np.float32).reshape(-1, 3),
            metallic=np.array([material.metallic for material in rows], np.float32),
            roughness=np.array([material.roughness for material in rows], np.float32),
            picture=np.array(picture, np.int32),
            pictures=tuple(numbers),
            largest_px=max((meshes[m].pictures[own].side for m, own in numbers), default=1),
        ), parts
