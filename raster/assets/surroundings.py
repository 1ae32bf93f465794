"""solids: all meshes of surroundings, by name. tables: what is known of each variant of each kind. Both come from the cache."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from raster.assets.array_cache import cached_arrays
from raster.geometry.mesh import Mesh
from raster.solids.surroundings.kinds import KINDS, PLACES, VARIANTS, variants

NAMES = tuple(KINDS)
_VERTICES = ("positions", "normals", "uvs")


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
    arrays = _arrays()
    return Tables(**{name: arrays[name] for name in Tables.__dataclass_fields__})


@lru_cache
def solids() -> dict[str, Mesh]:
    """Every mesh, in the order of Tables.row; the second part of a thing has a name that ends in .part."""
    arrays, rows = _arrays(), tables().row
    for name in (*_VERTICES, "triangles"):
        arrays[name].setflags(write=False)
    cut = {name: np.split(arrays[name], arrays["vertex_ends"][:-1]) for name in _VERTICES}
    triangles = np.split(arrays["triangles"], arrays["triangle_ends"][:-1])
    meshes = [Mesh(*each) for each in zip(*(cut[name] for name in _VERTICES), triangles, strict=True)]
    kind, variant, part = np.nonzero(rows >= 0)
    return {
        f"surroundings.{NAMES[k]}.{v}{'.part' if p else ''}": meshes[rows[k, v, p]]
        for k, v, p in zip(kind, variant, part, strict=True)
    }


@lru_cache
def _arrays() -> dict[str, np.ndarray]:
    return cached_arrays("surroundings", (), _make)


def _make() -> dict[str, np.ndarray]:
    """The fields of Tables, and all meshes end to end: _VERTICES, triangles, and where each mesh ends in them."""
    things = [variants(name) for name in NAMES]
    parts = np.array([[len(thing.meshes) for thing in several] for several in things])
    there = np.arange(2) < parts[..., None]
    meshes = [mesh for several in things for thing in several for mesh in thing.meshes]
    radii = [[max(np.linalg.norm(m.positions, axis=1).max() for m in thing.meshes) for thing in several] for several in things]
    kinds = KINDS.values()
    return {
        "row": np.where(there, np.cumsum(there).reshape(len(NAMES), VARIANTS, 2) - 1, -1),
        **{key: np.array([[getattr(t, key) for t in several] for several in things]) for key in ("half", "origin", "unit")},
        "radius": np.array(radii, np.float64),
        "place": np.array([PLACES.index(kind.place) for kind in kinds]),
        **{key: np.array([getattr(kind, key) for kind in kinds]) for key in ("size", "tumbles", "flat")},
        **{name: np.concatenate([getattr(mesh, name) for mesh in meshes]) for name in (*_VERTICES, "triangles")},
        "vertex_ends": np.cumsum([len(mesh.positions) for mesh in meshes]),
        "triangle_ends": np.cumsum([len(mesh.triangles) for mesh in meshes]),
    }
