"""KINDS: the kinds of surroundings, where each is found and how large it looks. variants: the things of a kind. Thing: one.

No kind looks like a cube, a sphere or a cylinder: of boxes one side is less than half of another, rods taper or have round
ends, round bodies are flattened or dented, bottles are flattened and have a neck, and bowls are hollow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from raster.geometry.mesh import Mesh
from raster.geometry.surface import join
from raster.solids.surroundings import clutter, furniture, hands, panels
from raster.streams import Streams

VARIANTS = 6  # of each kind
PLACES = ("floor", "wall", "behind", "hand")  # on the floor or afloat; on a wall; standing behind everything; reaching in


@dataclass(frozen=True)
class Kind:
    """A kind of surroundings."""

    make: Callable[[np.ndarray], Any]  # u (32,) -> pieces, or (pieces, pieces of another material)
    place: str  # one of PLACES
    size: tuple[float, float]  # its longest side, as a share of the picture's height, if it is seen from the front
    tumbles: bool = False  # it may lie on another side
    flat: bool = False  # it lies under objects


@dataclass(frozen=True)
class Thing:
    """One variant of a kind: one or two meshes that share a transform; together they are centred, with extent 1."""

    meshes: tuple[Mesh, ...]
    half: np.ndarray  # (3,) float64: half of its extent along each axis
    origin: np.ndarray  # (3,) float64: where the origin of its function is: for hands, the palm
    unit: float  # the length that is 1 in its function: for hands, the length of the palm


KINDS = {
    "slab": Kind(clutter.slab, "floor", (0.06, 0.7), True),
    "books": Kind(clutter.books, "floor", (0.1, 0.6)),
    "rod": Kind(clutter.rod, "floor", (0.08, 0.7)),
    "cable": Kind(clutter.cable, "floor", (0.2, 1.2)),
    "arc": Kind(clutter.arc, "floor", (0.08, 0.7)),
    "blob": Kind(clutter.blob, "floor", (0.05, 0.45)),
    "cushion": Kind(clutter.cushion, "floor", (0.1, 0.8), True),
    "cloth": Kind(clutter.cloth, "floor", (0.1, 0.7)),
    "open_box": Kind(clutter.open_box, "floor", (0.15, 1.0), True),
    "vase": Kind(clutter.vase, "floor", (0.08, 0.6), True),
    "bowl": Kind(clutter.bowl, "floor", (0.1, 0.45), True),
    "plant": Kind(clutter.plant, "floor", (0.1, 0.8)),
    "strip": Kind(clutter.strip, "floor", (0.4, 2.5), flat=True),
    "mat": Kind(clutter.mat, "floor", (0.1, 1.6), flat=True),
    "keyboard": Kind(panels.keyboard, "floor", (0.12, 0.8), True),
    "window": Kind(panels.window, "wall", (0.2, 1.2)),
    "blinds": Kind(panels.blinds, "wall", (0.25, 1.2)),
    "picture": Kind(panels.picture, "wall", (0.08, 0.7)),
    "screen": Kind(panels.screen, "wall", (0.15, 0.8)),
    "shelf": Kind(panels.shelf, "wall", (0.3, 1.2)),
    "cupboard": Kind(panels.cupboard, "wall", (0.2, 1.2)),
    "grille": Kind(panels.grille, "wall", (0.2, 1.0)),
    "table": Kind(furniture.table, "behind", (0.3, 1.5)),
    "chair": Kind(furniture.chair, "behind", (0.25, 1.2)),
    "star_base": Kind(furniture.star_base, "behind", (0.15, 0.8)),
    "bench": Kind(furniture.bench, "behind", (0.3, 1.2)),
    "hand": Kind(hands.hand, "hand", (0.25, 0.7)),
    "limb": Kind(hands.limb, "hand", (0.25, 0.7)),
}


@lru_cache
def variants(kind: str) -> tuple[Thing, ...]:
    """VARIANTS things of a kind, the same in every run."""
    u = Streams(0, 0, VARIANTS, f"surroundings/{kind}/").uniform("shape", 32)
    return tuple(_thing(KINDS[kind], u[k]) for k in range(VARIANTS))


def _thing(kind: Kind, u: np.ndarray) -> Thing:
    """The thing that u (32,) describes."""
    made = kind.make(u)
    groups = made if isinstance(made, tuple) else (made,)
    points = np.concatenate([piece.positions for pieces in groups for piece in pieces])
    low, high = points.min(axis=0), points.max(axis=0)
    middle, extent = (low + high) / 2, (high - low).max()
    meshes = tuple(
        join([Mesh((p.positions - middle) / extent, p.normals, p.uvs, p.triangles) for p in pieces]) for pieces in groups
    )
    return Thing(meshes, (high - low) / 2 / extent, -middle / extent, 1 / extent)
