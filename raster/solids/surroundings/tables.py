"""solids: all meshes of surroundings, by name. tables: what is known of each variant of each kind, as arrays."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from raster.geometry.mesh import Mesh
from raster.solids.surroundings.kinds import KINDS, PLACES, VARIANTS, variants

NAMES = tuple(KINDS)


@dataclass(frozen=True)
class Tables:
    """Of kinds K and variants V. Lengths are of a thing whose longest side is 1."""

    row: np.ndarray  # (K, V, 2) int64: number in solids() of each part, -1 = none
    half: np.ndarray  # (K, V, 3) float64: half of the extent along each axis
    origin: np.ndarray  # (K, V, 3) float64: Thing.origin
    unit: np.ndarray  # (K, V) float64: Thing.unit
    radius: np.ndarray  # (K, V) float64: of the ball about the origin that holds it
    place: np.ndarray  # (K,) int64: index into PLACES
    size: np.ndarray  # (K, 2) float64: Kind.size
    tumbles: np.ndarray  # (K,) bool
    flat: np.ndarray  # (K,) bool


@lru_cache
def tables() -> Tables:
    """The tables of all kinds."""
    things = [variants(name) for name in NAMES]
    row, number = np.full((len(NAMES), VARIANTS, 2), -1), 0
    for k, several in enumerate(things):
        for v, thing in enumerate(several):
            row[k, v, : len(thing.meshes)] = number + np.arange(len(thing.meshes))
            number += len(thing.meshes)
    return Tables(
        row=row,
        half=np.array([[thing.half for thing in several] for several in things]),
        origin=np.array([[thing.origin for thing in several] for several in things]),
        unit=np.array([[thing.unit for thing in several] for several in things]),
        radius=np.array([[_radius(thing.meshes) for thing in several] for several in things]),
        place=np.array([PLACES.index(KINDS[name].place) for name in NAMES]),
        size=np.array([KINDS[name].size for name in NAMES]),
        tumbles=np.array([KINDS[name].tumbles for name in NAMES]),
        flat=np.array([KINDS[name].flat for name in NAMES]),
    )


@lru_cache
def solids() -> dict[str, Mesh]:
    """Every mesh, in the order of Tables.row."""
    parts = ("", ".part")
    return {
        f"surroundings.{name}.{v}{parts[p]}": mesh
        for name in NAMES
        for v, thing in enumerate(variants(name))
        for p, mesh in enumerate(thing.meshes)
    }


def _radius(meshes: tuple[Mesh, ...]) -> float:
    return max(float(np.linalg.norm(mesh.positions, axis=1).max()) for mesh in meshes)
