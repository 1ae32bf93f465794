"""LookTable: what the parts of all of a run's own meshes look like, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from raster.assets.meshes.cached_mesh import StoredModel
from raster.assets.meshes.imported_mesh import Look
from raster.errors import InputError

MOST_PICTURES = 65535  # of a run; the draw list has 16 bits for the number of one, 0 = none


@dataclass(frozen=True)
class LookTable:
    """L looks. Parts of one model may share one; `pictures` are numbered from 1."""

    color: np.ndarray  # (L, 3) float32, linear
    metallic: np.ndarray  # (L,) float32
    roughness: np.ndarray  # (L,) float32
    picture: np.ndarray  # (L,) int32: 0 = none
    pictures: tuple[tuple[int, int], ...]  # of picture k + 1: the number of its model, and its own among that model's

    @classmethod
    def of(cls, models: Sequence[StoredModel]) -> tuple["LookTable", list[list[int]]]:
        """The table, and for each model the rows of its parts. InputError for more pictures than can be numbered."""
        rows: list[Look] = []
        owners: list[int] = []
        parts: list[list[int]] = []
        numbers: dict[tuple[int, int], int] = {}
        for m, model in enumerate(models):
            mine: dict[Look, int] = {}
            for part in model.parts:
                if part.look not in mine:
                    mine[part.look] = len(rows)
                    rows.append(part.look)
                    owners.append(m)
                    if part.look.picture >= 0:
                        numbers.setdefault((m, part.look.picture), len(numbers) + 1)
            parts.append([mine[part.look] for part in model.parts])
        if len(numbers) > MOST_PICTURES:
            raise InputError(f"objects.meshes: {len(numbers)} pictures in these files; at most {MOST_PICTURES} in a run")
        picture = [numbers.get((m, look.picture), 0) for m, look in zip(owners, rows, strict=True)]
        return cls(
            color=np.array([look.color for look in rows], np.float32).reshape(-1, 3),
            metallic=np.array([look.metallic for look in rows], np.float32),
            roughness=np.array([look.roughness for look in rows], np.float32),
            picture=np.array(picture, np.int32),
            pictures=tuple(numbers),
        ), parts
